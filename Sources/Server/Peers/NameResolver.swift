internal import Basics
internal import Reactor
internal import Synchronization

/// Finds the addresses of names on a thread of its own, because the system's resolver may block for seconds. The thread
/// starts with the first name. Any thread may use it.
final class NameResolver: Sendable {
  private struct Request: Sendable {
    var host: String
    var port: UInt16
    var reply: @Sendable ([SocketAddress]) -> Void
  }

  private struct Worker: Sendable {
    var thread: LoopThread
    var requests: Mailbox<Request>
  }

  private let worker = Mutex<Worker?>(nil)

  /// Has `reply` called on the resolver's thread, with no address when there is none.
  func resolve(host: String, port: UInt16, _ reply: @escaping @Sendable ([SocketAddress]) -> Void) {
    let isPosted = worker.withLock { worker in
      do throws(LoopThreadError) {
        if worker == nil { worker = try Self.start() }
        guard let worker else { return false }
        return worker.requests.post(Request(host: host, port: port, reply: reply))
      } catch { return false }
    }
    if !isPosted { reply([]) }
  }

  /// Waits for the name that is being looked up. No name is resolved after it.
  func close() { worker.withLock { $0 }?.thread.stopAndJoin() }

  private static func start() throws(LoopThreadError) -> Worker {
    let box = RequestBox()
    let thread = try LoopThread(name: "resolver") { loop in
      box.set(loop.makeMailbox(of: Request.self) { answer($0) })
      return box
    }
    return Worker(thread: thread, requests: box.mailbox)
  }

  private static func answer(_ requests: [Request]) {
    for request in requests {
      do throws(ReactorError) {
        request.reply(try SocketAddress.resolve(host: request.host, port: request.port))
      } catch { request.reply([]) }
    }
  }

  /// Brings the mailbox from the thread that makes it to the one that started it.
  private final class RequestBox: Sendable {
    private let value = Mutex<Mailbox<Request>?>(nil)

    func set(_ mailbox: Mailbox<Request>) { value.withLock { $0 = mailbox } }

    var mailbox: Mailbox<Request> {
      guard let mailbox = value.withLock({ $0 }) else { invariantViolated("a thread was started without its mailbox") }
      return mailbox
    }
  }
}
