import Basics

@testable import HTTP2

/// Records what a server session tells, and answers as the test asks. Used by one test on one thread.
final class RecordingServer: ServerSessionDelegate {
  enum Event: Equatable {
    case called(Int32, [UInt8])
    case opened(Int32)
    case received(Int32, [UInt8])
    case halfClosed(Int32)
    case cancelled(Int32, Cancellation)
    case writable(Int32)
  }

  var events: [Event] = []
  var calls: [Int32: ServerCall] = [:]
  /// Answers each unary call and each streamed message with its own bytes.
  var echoes = true
  /// What is answered in place of an echo.
  var answer: [UInt8]?

  func called(_ call: ServerCall, message: RawSpan, in session: ServerSession) {
    calls[call.stream.rawValue] = call
    events.append(.called(call.stream.rawValue, message.copied()))
    let reply = answer ?? message.copied()
    if echoes, call.kind == .unary { session.respond(call.stream, message: reply.rawSpan) }
  }

  func opened(_ call: ServerCall, in session: ServerSession) {
    calls[call.stream.rawValue] = call
    events.append(.opened(call.stream.rawValue))
  }

  func received(_ message: RawSpan, for call: ServerCall, in session: ServerSession) {
    events.append(.received(call.stream.rawValue, message.copied()))
    let reply = answer ?? message.copied()
    if echoes, call.kind == .bidirectional { session.send(call.stream, message: reply.rawSpan) }
  }

  func halfClosed(_ call: ServerCall, in session: ServerSession) {
    events.append(.halfClosed(call.stream.rawValue))
    if echoes, call.kind == .bidirectional { session.finish(call.stream) }
  }

  func cancelled(_ call: ServerCall, _ reason: Cancellation, in session: ServerSession) {
    events.append(.cancelled(call.stream.rawValue, reason))
  }

  func writable(_ call: ServerCall, in session: ServerSession) { events.append(.writable(call.stream.rawValue)) }
}

/// Records what a client session tells.
final class RecordingClient: ClientSessionDelegate {
  struct Outcome: Equatable {
    var messages: [[UInt8]] = []
    var status: StatusCode?
    var certainty: CallCertainty?
    var message = ""
    var details: [UInt8] = []
  }

  var outcomes: [UInt64: Outcome] = [:]
  var finishedTwice = false
  var writable: [UInt64] = []
  var isDraining = false

  func received(_ message: RawSpan, for call: CallID, tag: UInt64, in session: ClientSession) {
    outcomes[tag, default: Outcome()].messages.append(message.copied())
  }

  func finished(_ result: borrowing CallResult, for call: CallID, tag: UInt64, in session: ClientSession) {
    if outcomes[tag]?.status != nil { finishedTwice = true }
    outcomes[tag, default: Outcome()].status = result.status
    outcomes[tag]?.certainty = result.certainty
    outcomes[tag]?.message = result.message
    outcomes[tag]?.details = result.details
  }

  func writable(_ call: CallID, tag: UInt64, in session: ClientSession) { writable.append(tag) }
  func draining(_ session: ClientSession) { isDraining = true }
}

/// A client and a server session with a wire of bytes between them, and a clock that the test moves.
final class SessionPair {
  static let unary = MethodID(rawValue: 0)
  static let serverStream = MethodID(rawValue: 1)
  static let clientStream = MethodID(rawValue: 2)
  static let bidirectional = MethodID(rawValue: 3)
  static let unknown = MethodID(rawValue: 4)

  static let serverMethods: [MethodTable.Method] = [
    .init("/test.Service/Unary", .unary), .init("/test.Service/ServerStream", .serverStream),
    .init("/test.Service/ClientStream", .clientStream), .init("/test.Service/Bidirectional", .bidirectional),
  ]

  var now = Instant(nanoseconds: 1_000_000_000)
  let serverDelegate = RecordingServer()
  let clientDelegate = RecordingClient()
  let server: ServerSession
  let client: ClientSession
  /// How many bytes of the wire are handed over at once.
  var chunk = Int.max

  init(server limits: SessionLimits = SessionLimits(), client clientLimits: SessionLimits = .forClients) {
    server = ServerSession(
      methods: MethodTable(Self.serverMethods), limits: limits, delegate: serverDelegate, now: now)
    client = ClientSession(
      methods: MethodTable(Self.serverMethods + [.init("/test.Service/Unknown", .unary)]), authority: "localhost",
      limits: clientLimits, delegate: clientDelegate, now: now)
  }

  func toServer() -> Int {
    var output = ByteWriter()
    client.takeOutput(into: &output, now: now)
    hand(output.bytes) { server.receive($0, now: now) }
    return output.count
  }

  func toClient() -> Int {
    var output = ByteWriter()
    server.takeOutput(into: &output, now: now)
    hand(output.bytes) { client.receive($0, now: now) }
    return output.count
  }

  private func hand(_ bytes: [UInt8], _ receive: (RawSpan) -> Void) {
    var offset = 0
    while offset < bytes.count {
      let end = min(bytes.count, offset + min(chunk, bytes.count))
      receive(bytes.rawSpan.extracting(offset..<end))
      offset = end
    }
  }

  /// Moves bytes to and fro until neither side has any.
  func settle() {
    for _ in 0..<10_000 where toServer() + toClient() == 0 { return }
  }

  func advance(milliseconds: UInt64) { now = now.advanced(byMilliseconds: milliseconds) }

  @discardableResult
  func start(
    _ method: MethodID = SessionPair.unary, _ message: [UInt8], tag: UInt64 = 1, timeoutMilliseconds: UInt64? = nil,
    metadata: RequestMetadata? = nil
  ) -> CallID? {
    let deadline = timeoutMilliseconds.map { now.advanced(byMilliseconds: $0) } ?? .distantFuture
    return client.start(method, message: message.rawSpan, deadline: deadline, tag: tag, metadata: metadata)
  }

  func outcome(_ tag: UInt64 = 1) -> RecordingClient.Outcome? { clientDelegate.outcomes[tag] }
}
