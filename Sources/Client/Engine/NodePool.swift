internal import Basics
internal import HTTP2
internal import Reactor

/// The connections to one node. Belongs to the engine and its loop's thread.
///
/// One connection carries many calls; another is made only when those there are busy, up to the limit. After a failed
/// attempt to connect, none is made for a while that grows with each further failure.
final class NodePool {
  /// A connection with fewer calls than this is not busy.
  private static let busyCallCount = 64
  private static let connectMillisecondsMax: UInt64 = 3_000
  private static let backoff = Backoff(firstNanoseconds: 20_000_000, longestNanoseconds: 1_000_000_000)

  enum Choice {
    case connection(ClientConnection)
    /// The node could not be reached just now; try again at this time.
    case notBefore(Instant)
  }

  let endpoint: NodeEndpoint
  private let loop: EventLoop
  private let connectionsMax: Int
  private unowned let delegate: any ClientConnectionDelegate
  private var connections: [ClientConnection] = []
  private var random: SeededGenerator
  private var failureCount = 0
  private var retryAt = Instant.zero
  /// Why the last attempt to connect failed.
  private(set) var lastFailure = ""

  init(
    _ endpoint: NodeEndpoint, connectionsMax: Int, on loop: EventLoop, seed: UInt64,
    delegate: any ClientConnectionDelegate
  ) {
    self.endpoint = endpoint
    self.connectionsMax = connectionsMax
    self.loop = loop
    self.delegate = delegate
    random = SeededGenerator(seed: seed)
  }

  /// The connection for the next call: the least busy one, or a new one.
  func choose() -> Choice {
    var best: ClientConnection?
    var count = 0
    for connection in connections where connection.isAccepting {
      count += 1
      if let known = best, rank(known) <= rank(connection) { continue }
      best = connection
    }
    let isBusy = best.map { $0.callCount >= Self.busyCallCount } ?? true
    if isBusy, count < connectionsMax, loop.now >= retryAt, let new = connect() { best = new }
    if let best { return .connection(best) }
    return .notBefore(max(retryAt, loop.now.advanced(byMilliseconds: 1)))
  }

  /// A connection that is still being made comes after all that are there.
  private func rank(_ connection: ClientConnection) -> Int { connection.callCount + (connection.isOpen ? 0 : 1 << 20) }

  private func connect() -> ClientConnection? {
    let deadline = loop.now.advanced(byMilliseconds: Self.connectMillisecondsMax)
    do throws(ReactorError) {
      let connection = try ClientConnection(
        to: endpoint.address, authority: endpoint.authority, on: loop, deadline: deadline, delegate: delegate)
      connections.append(connection)
      return connection
    } catch {
      failed("\(error)")
      return nil
    }
  }

  func opened() { failureCount = 0 }

  func closed(_ connection: ClientConnection, _ end: ConnectionEnd) {
    connections.removeAll { $0 === connection }
    switch end {
    case .connectFailed, .connectTimedOut: failed(explain(end))
    case .closedHere, .closedByPeer, .peerTooSlow, .failed: break
    }
  }

  private func failed(_ reason: String) {
    lastFailure = reason
    failureCount += 1
    let delay = Self.backoff.delayNanoseconds(failureCount: failureCount, jitter: random.unit())
    retryAt = loop.now.advanced(byNanoseconds: delay)
  }

  /// The end of a connection in words that tell what to do.
  func explain(_ end: ConnectionEnd) -> String {
    let node = endpoint.authority
    switch end {
    case .connectFailed(111): return "nothing listens at \(node) (connection refused)"
    case .connectFailed(101), .connectFailed(113): return "there is no route to \(node)"
    case .connectFailed(let code): return "no connection to \(node) (errno \(code))"
    case .connectTimedOut: return "\(node) did not answer the connection in time"
    case .closedByPeer: return "\(node) closed the connection"
    case .peerTooSlow: return "\(node) stopped reading"
    case .closedHere: return "the connection to \(node) was given up"
    case .failed(let code): return "the connection to \(node) failed (errno \(code))"
    }
  }

  func closeAll() {
    for connection in connections { connection.close() }
  }
}
