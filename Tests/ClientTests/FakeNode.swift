import API
import Basics
import Client
import HTTP2
import Reactor
import Synchronization

/// What a scripted node does with a call. Calls take the steps in the order of their arrival; the last one repeats.
enum Step: Sendable {
  /// Answers with a message and OK.
  case answer([UInt8])
  /// Answers several messages and OK, to a streaming method.
  case answers([[UInt8]])
  case fail(CallFailure)
  /// Answers several messages to a streaming method, and then fails.
  case answersThenFails([[UInt8]], CallFailure)
  /// Never answers.
  case silence
  /// Closes the connection under the call.
  case drop
  /// Says GOAWAY, answers the call, and takes no more on this connection.
  case goAwayThenAnswer([UInt8])
  /// Answers each message of a bidirectional call with what `echo` makes of it.
  case echo(@Sendable ([UInt8]) -> [UInt8])
}

/// A node that does what its script says, on a real socket. Owned by its loop's thread; what it saw may be read from any.
final class FakeNode: ListenerHandler, ServerSessionDelegate {
  /// One call as it arrived.
  struct Seen: Sendable, Equatable {
    var method: API.Method
    var message: [UInt8]
    /// How long the caller will wait, in nanoseconds.
    var timeoutNanoseconds: UInt64
    var connection: UInt64
  }

  struct Record: Sendable {
    var calls: [Seen] = []
    var cancellations: [Cancellation] = []
    var connectionCount: UInt64 = 0
    /// Questions for the shard map, which take no step of the script.
    var mapCalls = 0
    /// What they are answered; `nil` is UNIMPLEMENTED.
    var map: GetShardMapResponse?
    /// Neither reads nor says anything on its connections, like a process that was stopped.
    var isStopped = false
  }

  final class Log: Sendable {
    private let record = Mutex(Record())
    var now: Record { record.withLock { $0 } }
    func update(_ change: (inout Record) -> Void) { record.withLock { change(&$0) } }
  }

  let log: Log
  private(set) var listener: Listener!
  private var script: [Step]
  private let loop: EventLoop
  private var hosted: [UInt64: Hosted] = [:]

  init(on loop: EventLoop, log: Log = Log(), port: UInt16 = 0, script: [Step]) throws {
    self.loop = loop
    self.log = log
    self.script = script
    listener = try Listener(on: loop, address: SocketAddress("127.0.0.1", port: port), handler: self)
  }

  var address: SocketAddress { listener.address }

  func listener(_ listener: Listener, accepted connection: Connection) {
    log.update { $0.connectionCount += 1 }
    let session = ServerSession(methods: ClientConnection.methods, delegate: self, now: loop.now)
    session.tag = log.now.connectionCount
    let host = Hosted(session, connection)
    hosted[session.tag] = host
    connection.handler = log.now.isStopped ? Stopped() : host
  }

  // MARK: calls

  private func next() -> Step { script.count > 1 ? script.removeFirst() : script[0] }

  private func see(_ call: ServerCall, _ message: [UInt8], _ session: ServerSession) {
    let method = API.Method(rawValue: UInt8(call.method.rawValue))!
    let timeout = call.deadline == .distantFuture ? UInt64.max : call.deadline.nanoseconds(since: loop.now)
    log.update {
      $0.calls.append(
        Seen(method: method, message: message, timeoutNanoseconds: timeout, connection: session.tag))
    }
  }

  func called(_ call: ServerCall, message: RawSpan, in session: ServerSession) {
    if call.method == MethodID(.clusterGetShardMap) { return answerMap(call, session) }
    see(call, message.copied(), session)
    switch next() {
    case .answer(let bytes):
      if call.kind == .unary {
        _ = session.respond(call.stream, message: bytes.rawSpan)
      } else {
        _ = session.send(call.stream, message: bytes.rawSpan)
        _ = session.finish(call.stream)
      }
    case .answers(let messages):
      for message in messages { _ = session.send(call.stream, message: message.rawSpan) }
      _ = session.finish(call.stream)
    case .fail(let failure): fail(call, failure, session)
    case .answersThenFails(let messages, let failure):
      for message in messages { _ = session.send(call.stream, message: message.rawSpan) }
      fail(call, failure, session)
    case .silence, .echo: break
    case .drop: hosted[session.tag]?.drops = true
    case .goAwayThenAnswer(let bytes):
      session.shutdown(now: loop.now)
      _ = session.respond(call.stream, message: bytes.rawSpan)
    }
  }

  private func answerMap(_ call: ServerCall, _ session: ServerSession) {
    log.update { $0.mapCalls += 1 }
    if let map = log.now.map {
      let bytes = map.encoded()
      _ = session.respond(call.stream, message: bytes.rawSpan)
    } else {
      _ = session.fail(call.stream, .unimplemented, message: "no map here")
    }
  }

  func opened(_ call: ServerCall, in session: ServerSession) {}

  func received(_ message: RawSpan, for call: ServerCall, in session: ServerSession) {
    let bytes = message.copied()
    see(call, bytes, session)
    switch next() {
    case .echo(let echo): _ = session.send(call.stream, message: echo(bytes).rawSpan)
    case .drop: hosted[session.tag]?.drops = true
    case .fail(let failure): fail(call, failure, session)
    case .answer, .answers, .answersThenFails, .silence, .goAwayThenAnswer: break
    }
  }

  private func fail(_ call: ServerCall, _ failure: CallFailure, _ session: ServerSession) {
    _ = session.fail(
      call.stream, StatusCode(rawValue: UInt8(failure.status.rawValue))!, message: failure.message,
      details: failure.statusDetails())
  }

  func halfClosed(_ call: ServerCall, in session: ServerSession) { _ = session.finish(call.stream) }

  func cancelled(_ call: ServerCall, _ reason: Cancellation, in session: ServerSession) {
    log.update { $0.cancellations.append(reason) }
  }

  func writable(_ call: ServerCall, in session: ServerSession) {}
}

/// A connection that nobody looks after.
private final class Stopped: ConnectionHandler {
  func connectionOpened(_ connection: Connection) {}
  func connection(_ connection: Connection, received bytes: RawSpan) {}
  func connection(_ connection: Connection, fill output: inout ByteWriter) {}
  func connectionPeerFinished(_ connection: Connection) { connection.close() }
  func connectionWoke(_ connection: Connection) {}
  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {}
}

/// A connection of the fake node.
private final class Hosted: ConnectionHandler {
  let session: ServerSession
  let connection: Connection
  /// To be closed once the session has returned.
  var drops = false

  init(_ session: ServerSession, _ connection: Connection) {
    self.session = session
    self.connection = connection
  }

  func connectionOpened(_ connection: Connection) {}
  func connection(_ connection: Connection, received bytes: RawSpan) {
    session.receive(bytes, now: connection.loop.now)
    if drops { connection.close() } else { connection.setNeedsFlush() }
  }
  func connection(_ connection: Connection, fill output: inout ByteWriter) {
    session.takeOutput(into: &output, now: connection.loop.now)
    if session.isFinished { connection.closeAfterFlush() } else { connection.wake(at: session.wakeAt) }
  }
  func connectionPeerFinished(_ connection: Connection) { connection.close() }
  func connectionWoke(_ connection: Connection) {
    session.tick(now: connection.loop.now)
    connection.setNeedsFlush()
  }
  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {
    session.connectionLost(now: connection.loop.now)
  }
}
