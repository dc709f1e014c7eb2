internal import API
internal import Basics
internal import Client
internal import HTTP2
internal import Reactor

/// Makes many calls of one kind at once and waits for them: for setting up and verifying, where speed matters less than
/// plain code. It owns connections of its own and drives the loop of the thread that made it.
///
/// With a cluster, calls go to its nodes in turn, and those that fail for the moment are made again for half a minute:
/// everything that is asked here is a read or carries a request id.
final class CallPump {
  /// What came back for one call.
  enum Answer: ~Escapable {
    /// A message; several of a streamed answer.
    case message(RawSpan)
    /// The call was refused or failed.
    case failure(CallFailure)
  }

  /// A wrong answer ends everything; a failure that the caller has no use for does too.
  typealias Receive = (_ index: Int, _ answer: borrowing Answer) throws(BenchError) -> Void

  private let inFlightPerConnection: Int
  /// How long refused calls are repeated.
  private static let patienceMilliseconds: UInt64 = 30_000

  /// Calls of one kind under way.
  private struct Job {
    var method: Method
    var count: Int
    var next = 0
    var done = 0
    var encode: (_ index: Int, _ writer: inout ByteWriter) -> Void
    var receive: Receive
  }

  let loop: EventLoop
  private let targets: [Target]
  private let router: Router?
  private let deadlineMilliseconds: UInt64
  private var connections: [ClientConnection] = []
  /// In place of `connections`, to the nodes of a cluster.
  private var links: NodeLinks?
  private var openCount = 0
  private var job: Job?
  private var givesUpAt = Instant.zero
  private var error: BenchError?
  private var writer = ByteWriter()
  /// Told about once a second how many calls are done.
  var progress: ((_ done: Int, _ of: Int) -> Void)?
  /// The slot by which a call finds its leader; without it calls go to the nodes in turn.
  var slotOfCall: ((_ index: Int) -> UInt16)?
  private var told = Instant.zero
  private var turn = 0
  /// Calls that were answered, and have to be made again all the same.
  private var incomplete: Set<Int> = []

  /// - Parameters:
  ///   - targets: one for each connection.
  ///   - router: of the cluster, if it is one.
  init(
    _ targets: [Target], _ router: Router? = nil, on loop: EventLoop, deadlineMilliseconds: UInt64,
    inFlightPerConnection: Int = 64
  ) {
    self.inFlightPerConnection = inFlightPerConnection
    self.targets = targets
    self.router = router
    self.loop = loop
    self.deadlineMilliseconds = deadlineMilliseconds
  }

  func connect() throws(BenchError) {
    if let router { return try connect(router) }
    for target in targets {
      do throws(ReactorError) {
        let connection = try ClientConnection(
          to: target.address, authority: target.authority, on: loop,
          deadline: EventLoop.clock.advanced(byMilliseconds: deadlineMilliseconds), delegate: self)
        connection.tag = UInt64(connections.count)
        connections.append(connection)
      } catch {
        throw .cannotConnect(server: target.authority, reason: "\(error)")
      }
    }
    while openCount < targets.count, error == nil { loop.turn(until: .distantFuture) }
    if let error { throw error }
  }

  private func connect(_ router: Router) throws(BenchError) {
    let links = NodeLinks(router, connectionsPerNode: 2, on: loop, seed: 1, owner: self)
    self.links = links
    let end = EventLoop.clock.advanced(byMilliseconds: deadlineMilliseconds)
    while !links.isAnyOpen {
      loop.turn(until: end)
      if loop.now >= end { throw .cannotConnect(server: targets[0].authority, reason: "no node answered in time") }
    }
  }

  func close() {
    links?.close()
    for connection in connections { connection.shutdown() }
  }

  /// Makes `count` calls; `encode` and `receive` get the call's index, and `encode` may be asked for the same again.
  func perform(
    _ method: Method, count: Int, encode: @escaping (Int, inout ByteWriter) -> Void, receive: @escaping Receive
  ) throws(BenchError) {
    if let error { throw error }
    if count == 0 { return }
    job = Job(method: method, count: count, encode: encode, receive: receive)
    givesUpAt = EventLoop.clock.advanced(byMilliseconds: Self.patienceMilliseconds)
    for _ in 0..<inFlightPerConnection {
      for connection in targets.indices { startNext(on: connection) }
    }
    while let job, job.done < job.count, error == nil {
      loop.turn(until: loop.now.advanced(byMilliseconds: 1_000))
      if let progress, loop.now.nanoseconds(since: told) > 1_000_000_000 {
        told = loop.now
        progress(job.done, job.count)
      }
    }
    job = nil
    if let error { throw error }
  }

  private func startNext(on connection: Int) {
    guard let next = job?.next, next < job?.count ?? 0 else { return }
    job?.next += 1
    start(next, on: connection)
  }

  private func start(_ index: Int, on connection: Int) {
    guard let job, error == nil else { return }
    writer.removeAll()
    job.encode(index, &writer)
    // A verification of the ledger reads everything, and answers shard by shard.
    let patience = job.method.descriptor.kind == .unary ? deadlineMilliseconds : 600_000
    let deadline = EventLoop.clock.advanced(byMilliseconds: patience)
    let message = writer.bytes
    let lane = links == nil ? connections[connection] : linked(index)
    let call = lane?.start(job.method, message: message.rawSpan, deadline: deadline, tag: UInt64(index))
    if call != nil { return }
    if links == nil { return fail(.connectionLost(server: targets[connection].authority)) }
    repeatLater(index, on: connection)
  }

  /// Another node for each call, and for each attempt of it.
  private func linked(_ index: Int) -> ClientConnection? {
    turn &+= 1
    return links?.connection(slot: slotOfCall?(index), lane: turn & 0xFFFF, attempt: 1, avoiding: nil)
  }

  /// Makes a call again that failed for the moment; gives everything up when that has gone on for too long.
  private func repeatLater(_ index: Int, on connection: Int) {
    if loop.now >= givesUpAt { return fail(.connectionLost(server: targets[connection].authority)) }
    _ = loop.schedule(
      at: loop.now.advanced(byMilliseconds: 20), self, token: UInt64(connection) << 40 | UInt64(index))
  }

  private func fail(_ error: BenchError) {
    if self.error == nil { self.error = error }
  }

  /// Hands an answer on; a part of it that failed for the moment is asked for again with the rest.
  private func hand(_ index: Int, _ answer: borrowing Answer) {
    guard let receive = job?.receive, error == nil else { return }
    do throws(BenchError) { try receive(index, answer) } catch {
      if links != nil, case .call(_, let failure) = error, Self.isTransient(failure), loop.now < givesUpAt {
        incomplete.insert(index)
      } else {
        fail(error)
      }
    }
  }

  private static func isTransient(_ failure: CallFailure) -> Bool {
    switch failure.status {
    case .unavailable, .resourceExhausted, .deadlineExceeded: true
    case .ok, .cancelled, .unknown, .invalidArgument, .notFound, .alreadyExists, .permissionDenied,
      .failedPrecondition, .aborted, .outOfRange, .unimplemented, .internal, .dataLoss, .unauthenticated:
      false
    }
  }
}

extension CallPump: ClientConnectionDelegate {
  func opened(_ connection: ClientConnection) {
    openCount += 1
    links?.opened(connection)
  }

  func closed(_ connection: ClientConnection, _ end: ConnectionEnd) {
    if let links { return links.closed(connection, end) }
    let server = targets[Int(connection.tag)].authority
    if openCount < targets.count {
      fail(.cannotConnect(server: server, reason: Worker.explain(end)))
    } else {
      fail(.connectionLost(server: server))
    }
  }

  func draining(_ session: ClientSession) {
    if let links { return links.draining(session.tag) }
    fail(.connectionLost(server: targets[Int(session.tag)].authority))
  }
  func writable(_ call: CallID, tag: UInt64, in session: ClientSession) {}

  func received(_ message: RawSpan, for call: CallID, tag: UInt64, in session: ClientSession) {
    if tag == NodeLinks.mapTag { return links?.mapReceived(message) ?? () }
    hand(Int(tag), .message(message))
  }

  func finished(_ result: borrowing CallResult, for call: CallID, tag: UInt64, in session: ClientSession) {
    if tag == NodeLinks.mapTag { return links?.mapEnded() ?? () }
    guard let method = job?.method, error == nil else { return }
    // With a cluster a call belongs to no connection; then any number does for its lane.
    let connection = links == nil ? Int(session.tag) : Int(tag) % targets.count
    if result.status != .ok {
      if links == nil, result.status == .unavailable, result.certainty != .answered {
        return fail(.connectionLost(server: targets[connection].authority))
      }
      let failure = CallFailure(
        code: Int32(result.status.rawValue), message: result.message, statusDetails: result.details)
      let isTransient =
        links == nil
        ? (failure.status == .unavailable || failure.status == .resourceExhausted)
          && method.descriptor.kind == .unary
        : Self.isTransient(failure)
      if isTransient, loop.now < givesUpAt { return repeatLater(Int(tag), on: connection) }
      hand(Int(tag), .failure(failure))
    }
    if incomplete.remove(Int(tag)) != nil { return repeatLater(Int(tag), on: connection) }
    job?.done += 1
    startNext(on: connection)
  }
}

extension CallPump: TimerHandler {
  func timerFired(_ id: TimerID, token: UInt64) { start(Int(token & (1 << 40 - 1)), on: Int(token >> 40)) }
}

extension CallPump.Answer {
  /// The message, decoded; a failure is thrown.
  func decoded<Message: ProtobufMessage>(
    _ call: RPC<some ProtobufMessage, Message>
  ) throws(BenchError) -> Message {
    let name = call.method.descriptor.name
    switch self {
    case .message(let bytes):
      do throws(DecodeError) { return try Message(decoding: bytes) } catch {
        throw .unreadableAnswer(call: name, error)
      }
    case .failure(let failure): throw .call(name: name, failure)
    }
  }
}

extension CallPump {
  /// Makes one unary call.
  func call<Request: ProtobufMessage, Response: ProtobufMessage>(
    _ rpc: RPC<Request, Response>, _ request: Request
  ) throws(BenchError) -> Response {
    var found: Response?
    try perform(rpc.method, count: 1, encode: { _, writer in request.encode(into: &writer) }) {
      (_, answer) throws(BenchError) in found = try answer.decoded(rpc)
    }
    guard let found else { invariantViolated("a call ended well without an answer") }
    return found
  }
}
