import Basics
import CLinux
import Synchronization
import Testing

@testable import Reactor

@Suite("Turns, timers, mailboxes, threads and signals", .serialized)
struct EventLoopTests {
  @Test("timers fire in order of their deadlines, and cancelled ones do not")
  func timers() throws {
    let loop = try EventLoop()
    let record = Record()
    let start = loop.now
    var ids: [TimerID] = []
    for token in 0..<100 as Range<UInt64> {
      ids.append(loop.schedule(at: start.advanced(byNanoseconds: token * 7 % 100 * 10_000), record, token: token))
    }
    for token in stride(from: 0, to: 100, by: 3) { loop.cancel(ids[token]) }
    for token in stride(from: 0, to: 100, by: 3) { loop.cancel(ids[token]) }
    loop.work { record.tokens.count >= 66 }
    let expected = (0..<100 as Range<UInt64>).filter { $0 % 3 != 0 }.sorted { $0 * 7 % 100 < $1 * 7 % 100 }
    #expect(record.tokens == expected)
    #expect(loop.timers.count == 0)
  }

  @Test("a timer heap agrees with a sorted list under random use")
  func timerModel() {
    var heap = TimerHeap()
    let record = Record()
    var model: [(deadline: UInt64, token: UInt64, id: TimerID)] = []
    var random = SeededGenerator(seed: 21)
    for step in 0..<4_000 as Range<UInt64> {
      switch random.below(5) {
      case 0, 1, 2:
        let deadline = UInt64(random.below(1_000))
        model.append((deadline, step, heap.schedule(at: Instant(nanoseconds: deadline), record, token: step)))
      case 3 where !model.isEmpty: heap.cancel(model.remove(at: random.below(model.count)).id)
      default:
        let now = UInt64(random.below(1_000))
        let due = heap.popDue(Instant(nanoseconds: now))
        let least = model.map(\.deadline).min()
        #expect((due != nil) == (least.map { $0 <= now } ?? false))
        guard let due else { continue }
        guard let index = model.firstIndex(where: { $0.token == due.token }) else {
          Issue.record("a timer fired that was not scheduled")
          return
        }
        #expect(model[index].deadline == least)
        heap.cancel(model.remove(at: index).id)
      }
      #expect(heap.count == model.count)
    }
  }

  @Test("the hook runs after everything that was ready and before anything is written")
  func hookOrder() throws {
    let loop = try EventLoop()
    let echo = Echo()
    let hook = Hook { _ in .whenSomethingHappens }
    loop.hook = hook
    let listener = try Listener(on: loop, address: loopback, handler: echo)
    let caller = Caller([1, 2, 3])
    let connection = try loop.call(listener.address, caller)
    hook.body = { _ in
      if echo.receivedBytes == 3, caller.received.isEmpty { hook.sawInputBeforeOutput = true }
      return .whenSomethingHappens
    }
    loop.work { caller.received.count == 3 }
    #expect(hook.sawInputBeforeOutput)
    connection.close()
  }

  @Test("the hook may ask for another turn at once, or at a time")
  func nextTurn() throws {
    let loop = try EventLoop()
    var asked = 0
    let hook = Hook { _ in
      asked += 1
      return asked < 100 ? .immediately : .whenSomethingHappens
    }
    loop.hook = hook
    let start = EventLoop.clock
    loop.turn(until: start)
    while asked < 100 { loop.turn(until: .distantFuture) }
    #expect(EventLoop.clock.nanoseconds(since: start) < 1_000_000_000)
    let due = EventLoop.clock.advanced(byMilliseconds: 20)
    hook.body = { _ in .at(due) }
    withExtendedLifetime(hook) {
      loop.turn(until: EventLoop.clock)
      loop.turn(until: .distantFuture)
    }
    #expect(EventLoop.clock >= due)
  }

  @Test("messages from many threads all arrive, each thread's in order, with few wake-ups")
  func mailbox() throws {
    let loop = try EventLoop()
    var received: [[Int]] = Array(repeating: [], count: 4)
    var batches = 0
    let mailbox = loop.makeMailbox(of: (Int, Int).self) { batch in
      batches += 1
      for (poster, number) in batch { received[poster].append(number) }
    }
    let posters = try (0..<4).map { poster in
      try LoopThread(name: "poster") { other in
        for number in stride(from: 0, to: 10_000, by: 10) {
          let isTaken = mailbox.post(contentsOf: (number..<number + 10).map { (poster, $0) })
          invariant(isTaken, "the mailbox is full")
        }
        return other
      }
    }
    loop.work { received.reduce(0) { $0 + $1.count } == 40_000 }
    for list in received { #expect(list == Array(0..<10_000)) }
    #expect(batches <= 4_000)
    #expect(loop.remote.wakeUpCount <= batches)
    for poster in posters { poster.stopAndJoin() }
  }

  @Test("posting to a loop that is awake costs no system call, and a sleeping one is woken once")
  func wakeUps() throws {
    let loop = try EventLoop()
    var count = 0
    let mailbox = loop.makeMailbox(of: Int.self) { count += $0.count }
    for number in 0..<100 { #expect(mailbox.post(number)) }
    #expect(loop.remote.wakeUpCount == 0)
    loop.turn(until: .distantFuture)
    #expect(count == 100)
    let other = try LoopThread(name: "poster") { other in
      for _ in 0..<100 {
        let isTaken = mailbox.post(1)
        invariant(isTaken, "the mailbox is full")
      }
      return other
    }
    loop.work { count == 200 }
    #expect(loop.remote.wakeUpCount <= 100)
    other.stopAndJoin()
  }

  @Test("a full mailbox refuses, and takes again once it was emptied")
  func fullMailbox() throws {
    let loop = try EventLoop()
    var count = 0
    let mailbox = loop.makeMailbox(countMax: 3, of: Int.self) { count += $0.count }
    #expect(mailbox.post(contentsOf: [1, 2]) && !mailbox.post(contentsOf: [3, 4]))
    #expect(mailbox.post(3) && !mailbox.post(4))
    loop.turn(until: .distantFuture)
    #expect(count == 3 && mailbox.post(5))
  }

  @Test("a loop on its own thread runs until it is stopped from another")
  func thread() throws {
    let started = Atomic<Bool>(false)
    let thread = try LoopThread(name: "loop", processor: 0) { loop in
      started.store(true, ordering: .releasing)
      return Record()
    }
    let hasStarted = started.load(ordering: .acquiring)
    #expect(hasStarted)
    thread.stopAndJoin()
  }

  @Test("what preparing throws is what starting throws")
  func threadFailure() throws {
    do {
      _ = try LoopThread(name: "loop") { _ in throw ReactorError.unknownHost("x") }
      Issue.record("the thread started")
    } catch .preparation(let error) {
      #expect(error as? ReactorError == .unknownHost("x"))
    }
  }

  @Test("a loop asserts that it is called on its own thread")
  func ownership() async {
    await #expect(processExitsWith: .failure) {
      let loop = Box(try EventLoop())
      _ = try LoopThread(name: "thief") { _ in
        loop.value.cancel(.none)
        return loop
      }
    }
  }

  @Test("a signal becomes an event, and the process lives")
  func signals() async {
    await #expect(processExitsWith: .exitCode(7)) {
      try Signal.prepareProcess()
      let loop = try EventLoop()
      var seen: [Signal] = []
      let watch = try SignalWatch(on: loop) { seen.append($0) }
      for signal in [Signal.hangUp, .terminate, .interrupt] { clinux_signals_raise(signal.rawValue) }
      withExtendedLifetime(watch) { loop.work { seen.count == 3 } }
      if Set(seen) == [.hangUp, .terminate, .interrupt] { clinux_exit(7) }
    }
  }

  @Test("the clock of a turn does not move, and the wall clock is this century's")
  func clocks() throws {
    let loop = try EventLoop()
    let before = loop.now
    #expect(EventLoop.clock >= before && loop.now == before)
    loop.turn(until: EventLoop.clock)
    #expect(loop.now > before)
    #expect(EventLoop.wallClockMilliseconds > 1_700_000_000_000)
  }
}

final class Record: TimerHandler {
  var tokens: [UInt64] = []
  func timerFired(_ id: TimerID, token: UInt64) { tokens.append(token) }
}

final class Hook: TurnHook {
  var body: (EventLoop) -> NextTurn
  var sawInputBeforeOutput = false
  init(_ body: @escaping (EventLoop) -> NextTurn) { self.body = body }
  func endOfTurn(_ loop: EventLoop) -> NextTurn { body(loop) }
}

/// Carries a loop to a thread that must not use it.
final class Box: @unchecked Sendable {
  let value: EventLoop
  init(_ value: EventLoop) { self.value = value }
}
