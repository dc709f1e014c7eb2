package import Basics
internal import CLinux

/// What a descriptor is ready for.
package struct Readiness: OptionSet, Sendable {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let readable = Readiness(rawValue: CLINUX_IN)
  package static let writable = Readiness(rawValue: CLINUX_OUT)
  package static let peerFinished = Readiness(rawValue: CLINUX_RDHUP)
  package static let failed = Readiness(rawValue: CLINUX_ERR | CLINUX_HUP)
  /// Told once when it becomes so, and not again for as long as it stays so.
  package static let edge = Readiness(rawValue: CLINUX_EDGE)
}

/// Owns a descriptor and is told when it is ready: one call a ready descriptor a turn, on the loop's thread.
package protocol ReadyHandler: AnyObject {
  func ready(_ events: Readiness)
}

/// When the loop's next turn begins at the latest. Readiness, timers and messages begin one sooner.
package enum NextTurn: Sendable {
  case whenSomethingHappens
  case at(Instant)
  case immediately
}

/// Runs at the end of each turn, when everything that was ready has been handled and nothing has been written yet.
package protocol TurnHook: AnyObject {
  func endOfTurn(_ loop: EventLoop) -> NextTurn
}

/// One thread, one epoll. The loop works in turns: wait, then handle all ready descriptors, due timers and mailboxes,
/// then call the hook, then write once to each connection that has output.
///
/// It belongs to the thread that made it: every call but those of ``LoopRemote`` and ``Mailbox`` must come from there,
/// and that is asserted. What was watched and not unwatched is retained until ``abandon()``.
package final class EventLoop {
  package typealias Remote = LoopRemote

  private struct Registration {
    var handler: (any ReadyHandler)?
    var generation: UInt32 = 0
  }

  /// The time of this turn, read once after each wait.
  package internal(set) var now: Instant
  /// Not retained: the owner of the loop's service outlives the loop's run. Not weak: an object that is known weakly has
  /// its references counted in a table beside it, each retain and release of it by the slow way (measured: 2.4 % of the
  /// samples of a Store's thread under full load).
  package unowned var hook: (any TurnHook)?
  /// How many turns the loop has made.
  package internal(set) var turnCount: UInt64 = 0

  /// Whether the loop stays awake for a moment when nothing is ready. Off unless its owner sets a time.
  package var spinning = Spinning()

  let epoll: Int32
  let waker: Waker
  let owner: UInt64
  var timers = TimerHeap()
  var mailboxes: [any MailboxDrain] = []
  /// Connections to write to at the end of this turn.
  var dirty: [Connection] = []
  /// The same array's other half, while it is being worked off.
  var flushing: [Connection] = []
  /// Where connections read into and are filled from; only ever lent out for the length of one call.
  var readBuffer: [UInt8]
  var output = ByteWriter(capacity: 64 << 10)
  var nextTurn = NextTurn.whenSomethingHappens
  var turnRequested = false
  var ready: [clinux_ready]
  private var registrations: [Registration] = []
  private var free: [UInt32] = []
  private var isAbandoned = false

  package static let readBytesMax = 256 << 10
  private static let wakerToken = UInt64.max

  package init() throws(ReactorError) {
    waker = try Waker()
    epoll = try checked("epoll_create1", clinux_epoll_create())
    owner = clinux_thread_identity()
    now = Self.clock
    readBuffer = [UInt8](repeating: 0, count: Self.readBytesMax)
    ready = [clinux_ready](repeating: clinux_ready(), count: 512)
    _ = try checked("epoll_ctl", clinux_epoll_add(epoll, waker.descriptor, CLINUX_IN, Self.wakerToken))
  }

  deinit { _ = clinux_close(epoll) }

  /// The monotonic clock, read now. Inside a turn use ``now``.
  package static var clock: Instant { Instant(nanoseconds: clinux_monotonic_nanoseconds()) }

  /// The wall clock: milliseconds since 1970-01-01 00:00 UTC.
  package static var wallClockMilliseconds: Int64 { clinux_wall_milliseconds() }

  /// Gives memory that the process has freed back to the system. Takes milliseconds when there is much.
  package static func trimMemory() { clinux_memory_trim() }

  /// What other threads may do to this loop.
  package var remote: LoopRemote { LoopRemote(waker: waker) }

  /// Crashes when called on another thread than the loop's.
  @inline(__always)
  package func assertOnThread() {
    invariant(clinux_thread_identity() == owner, "an event loop was called from a thread that is not its own")
  }

  /// Makes the next turn begin without sleeping.
  package func requestTurn() { turnRequested = true }

  // MARK: descriptors

  /// Watches a descriptor; `handler` is retained until ``unwatch(_:token:)``.
  package func watch(
    _ descriptor: Int32, _ events: Readiness, _ handler: any ReadyHandler
  ) throws(ReactorError) -> UInt64 {
    assertOnThread()
    let index: UInt32
    if let reused = free.popLast() {
      index = reused
    } else {
      index = UInt32(registrations.count)
      registrations.append(Registration())
    }
    let token = UInt64(registrations[Int(index)].generation) << 32 | UInt64(index)
    let result = clinux_epoll_add(epoll, descriptor, events.rawValue, token)
    guard result == 0 else {
      free.append(index)
      throw .system(call: "epoll_ctl", code: -result)
    }
    registrations[Int(index)].handler = handler
    return token
  }

  package func rewatch(_ descriptor: Int32, _ events: Readiness, token: UInt64) {
    assertOnThread()
    let result = clinux_epoll_modify(epoll, descriptor, events.rawValue, token)
    invariant(result == 0, "a watched descriptor is unknown to epoll (errno \(-result))")
  }

  /// Forgets a descriptor. Events of it that were found in this turn are not delivered any more.
  package func unwatch(_ descriptor: Int32, token: UInt64) {
    assertOnThread()
    if isAbandoned { return }
    let index = Int(token & 0xFFFF_FFFF)
    invariant(registrations[index].handler != nil, "a descriptor is unwatched twice")
    let result = clinux_epoll_remove(epoll, descriptor)
    invariant(result == 0, "a watched descriptor is unknown to epoll (errno \(-result))")
    registrations[index].handler = nil
    registrations[index].generation &+= 1
    free.append(UInt32(index))
  }

  /// Lets go of all that is still watched, after the last turn: what nobody else holds closes itself.
  package func abandon() {
    assertOnThread()
    isAbandoned = true
    let abandoned = registrations
    registrations = []
    timers = TimerHeap()
    withExtendedLifetime(abandoned) {}
  }

  func deliver(_ event: clinux_ready) {
    if event.token == Self.wakerToken {
      waker.clear()
      return
    }
    let registration = registrations[Int(event.token & 0xFFFF_FFFF)]
    guard registration.generation == UInt32(event.token >> 32) else { return }
    registration.handler?.ready(Readiness(rawValue: event.events))
  }

  // MARK: timers and mailboxes

  package func schedule(at deadline: Instant, _ handler: any TimerHandler, token: UInt64 = 0) -> TimerID {
    assertOnThread()
    return timers.schedule(at: deadline, handler, token: token)
  }

  package func cancel(_ id: TimerID) {
    assertOnThread()
    timers.cancel(id)
  }

  /// A new mailbox of this loop. `receive` runs on the loop's thread, once a turn in which something was posted, and
  /// may take the messages out of the batch; it lives as long as the loop.
  package func makeMailbox<Message: Sendable>(
    countMax: Int = 1 << 20, of type: Message.Type = Message.self,
    receive: @escaping (_ batch: inout [Message]) -> Void
  ) -> Mailbox<Message> {
    assertOnThread()
    let mailbox = Mailbox<Message>(waker: waker, countMax: countMax)
    mailboxes.append(MailboxReceiver(mailbox, receive))
    return mailbox
  }
}

/// A loop as other threads may touch it.
package struct LoopRemote: Sendable {
  let waker: Waker

  /// Makes `run` return after its current turn.
  package func stop() { waker.stop() }
  /// Begins a turn even when nothing has happened.
  package func wake() { waker.wake() }
  /// How many times a sleeping loop had to be woken with a system call.
  package var wakeUpCount: Int { waker.signalCount }
}
