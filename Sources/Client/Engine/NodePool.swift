internal import Basics
internal import HTTP2
package import Reactor

/// The connections to one node. Belongs to the engine and its loop's thread.
///
/// One connection carries many calls; another is made only when those there are busy, up to the limit. A node that could
/// not be reached, or stopped answering, is first tried by a connection of its own and gets calls again once the node has
/// said something on it; after each failure that waits longer.
final class NodePool {
  /// A connection with fewer calls than this is not busy.
  private static let busyCallCount = 64
  private static let connectMillisecondsMax: UInt64 = 3_000
  private static let backoff = Backoff(firstNanoseconds: 20_000_000, longestNanoseconds: 1_000_000_000)

  enum Choice {
    case connection(ClientConnection)
    /// Not at this node now; ask again at this time.
    case notBefore(Instant)
  }

  let name: NodeName
  /// What its connections are tagged with. Unique in the engine.
  let serial: UInt64
  private let loop: EventLoop
  private let connectionsMax: Int
  private unowned let delegate: any ClientConnectionDelegate
  /// Empty while the node's name has not been looked up. Attempts to connect take them in turn.
  private var addresses: [SocketAddress]
  private var addressTurn = 0
  private var connections: [ClientConnection] = []
  private var random: SeededGenerator
  /// Failures in a row; the node is suspect while there are any.
  private var failureCount = 0
  private var retryAt = Instant.zero
  /// Why the last attempt to connect failed.
  private(set) var lastFailure = ""

  init(
    _ name: NodeName, _ addresses: [SocketAddress], serial: UInt64, connectionsMax: Int, on loop: EventLoop,
    seed: UInt64, delegate: any ClientConnectionDelegate
  ) {
    self.name = name
    self.addresses = addresses
    self.serial = serial
    self.connectionsMax = connectionsMax
    self.loop = loop
    self.delegate = delegate
    random = SeededGenerator(seed: seed)
  }

  /// The connection for the next call: the least busy one, or a new one.
  ///
  /// - Parameter insists: there is no better node, so that a connection will do that may never be made.
  func choose(insists: Bool) -> Choice {
    var best: ClientConnection?
    var count = 0
    for connection in connections where connection.isAccepting {
      count += 1
      if let known = best, rank(known) <= rank(connection) { continue }
      best = connection
    }
    let isBusy = best.map { $0.callCount >= Self.busyCallCount } ?? true
    let mayConnect = failureCount == 0 ? count < connectionsMax : count == 0
    if isBusy, mayConnect, loop.now >= retryAt, let new = connect() { best = new }
    if let best, best.isOpen || failureCount == 0 || insists { return .connection(best) }
    return .notBefore(max(retryAt, loop.now.advanced(byMilliseconds: 5)))
  }

  /// A connection that is still being made comes after all that are there.
  private func rank(_ connection: ClientConnection) -> Int { connection.callCount + (connection.isOpen ? 0 : 1 << 20) }

  private func connect() -> ClientConnection? {
    guard !addresses.isEmpty else {
      failed("the address of \(name.host) is not known")
      return nil
    }
    let address = addresses[addressTurn % addresses.count]
    let deadline = loop.now.advanced(byMilliseconds: Self.connectMillisecondsMax)
    do throws(ReactorError) {
      let connection = try ClientConnection(
        to: address, authority: name.description, on: loop, deadline: deadline, limits: .forRoutedCalls,
        delegate: delegate)
      connection.tag = serial
      connections.append(connection)
      return connection
    } catch {
      failed("\(error)")
      return nil
    }
  }

  func opened() {
    failureCount = 0
    retryAt = .zero
  }

  /// An attempt got no answer in its time. The node gets no calls on a connection on which it has said nothing yet.
  func wasSilent(_ connection: ClientConnection) {
    if !connection.isOpen, failureCount == 0 { failed("\(name) does not answer") }
  }

  func closed(_ connection: ClientConnection, _ end: ConnectionEnd) {
    connections.removeAll { $0 === connection }
    if connection.failedToAnswer(end) { failed(Self.explain(connection, end, name)) }
  }

  /// The host's name has been looked up again.
  func resolved(_ addresses: [SocketAddress]) {
    if !addresses.isEmpty { self.addresses = addresses }
  }

  /// A host that is known by name may have moved since.
  var wantsResolution: Bool { name.address == nil && (addresses.isEmpty || failureCount > 0) }

  private func failed(_ reason: String) {
    lastFailure = reason
    failureCount += 1
    addressTurn += 1
    let delay = Self.backoff.delayNanoseconds(failureCount: failureCount, jitter: random.unit())
    retryAt = loop.now.advanced(byNanoseconds: delay)
  }

  /// The end of a connection in words that tell what to do.
  static func explain(_ connection: ClientConnection, _ end: ConnectionEnd, _ node: NodeName) -> String {
    if connection.session.end == .keepAliveTimedOut || connection.session.end == .handshakeTimedOut {
      return "\(node) stopped answering"
    }
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

  /// The node is no longer called; what is under way ends as it ends.
  func retire() {
    for connection in connections { connection.shutdown() }
  }
}

extension ClientConnection {
  /// It ended because the node could not be reached or stopped answering, not in good order and not by the node's own
  /// process. Then the node is better not given calls before it has said something.
  package func failedToAnswer(_ end: ConnectionEnd) -> Bool {
    if session.end == .keepAliveTimedOut || session.end == .handshakeTimedOut { return true }
    switch end {
    case .connectFailed, .connectTimedOut: return true
    case .closedHere, .closedByPeer, .peerTooSlow, .failed: return !wasOpened
    }
  }
}
