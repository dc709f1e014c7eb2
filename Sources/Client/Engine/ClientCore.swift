internal import API
internal import Basics
internal import Reactor
internal import Synchronization

/// What all copies of a client share: the loop's thread, and the way to it. Any thread may use it.
final class ClientCore: Sendable {
  private let thread: LoopThread
  private let mailbox: Mailbox<EngineMessage>
  /// Held while a message is posted, so that nothing comes after `close`: it would never be answered.
  private let isOpen = Mutex(true)
  private let lastID = Atomic<UInt64>(0)

  /// - Parameter addresses: of each of the router's nodes.
  init(_ router: Router, _ addresses: [[SocketAddress]], _ settings: EngineSettings) throws(HoldfastError) {
    let handed = Handed()
    var system = SystemRandomNumberGenerator()
    let seed = system.next()
    do throws(LoopThreadError) {
      thread = try LoopThread(name: "holdfast-client") { loop in
        let engine = CallEngine(router, addresses, settings, on: loop, seed: seed)
        let mailbox = loop.makeMailbox(of: EngineMessage.self) { batch in
          for message in batch { engine.handle(message) }
        }
        handed.mailbox.withLock { $0 = mailbox }
        return engine
      }
    } catch {
      throw .failed(CallFailure(status: .internal, message: "the client's thread did not start: \(error)"))
    }
    guard let mailbox = handed.mailbox.withLock({ $0 }) else { invariantViolated("the client's loop has no mailbox") }
    self.mailbox = mailbox
  }

  deinit { close() }

  func nextID() -> UInt64 { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

  /// Starts a call. One that cannot be started has ended before this returns.
  func start(_ order: CallOrder) {
    if post(.start(order)) { return }
    let failure = CallFailure(status: .unavailable, message: "the client is closed, or has too many calls waiting")
    order.sink.ended(.failed(failure, mayHaveTakenEffect: false))
  }

  /// `false` when the client is closed or too much is waiting.
  @discardableResult
  func post(_ message: EngineMessage) -> Bool { isOpen.withLock { $0 && mailbox.post(message) } }

  /// Ends every call and the thread, and returns when that is done.
  func close() {
    let wasOpen = isOpen.withLock { isOpen in
      defer { isOpen = false }
      return isOpen
    }
    guard wasOpen else { return }
    // Nobody else may post any more and the loop empties the box in each turn, so a full one has room in a moment.
    while !mailbox.post(.close) {}
    thread.join()
  }
}

/// Brings the mailbox from the thread that makes it to the one that waits for it.
private final class Handed: Sendable {
  let mailbox = Mutex<Mailbox<EngineMessage>?>(nil)
}
