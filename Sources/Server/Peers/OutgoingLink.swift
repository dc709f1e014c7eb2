internal import Basics
internal import Reactor
internal import Replication
internal import Storage

/// What an ``OutgoingLink`` tells the ``PeerLinks`` that has it.
protocol OutgoingLinkOwner: AnyObject {
  var identity: PeerIdentity { get }
  var limits: PeerLimits { get }
  /// What is known of the node now; `nil` when it is no member any more.
  func record(of node: NodeID) -> PeerRecord?
  /// Answers the addresses of a node by ``OutgoingLink/found(_:)``, at once or later; none when they cannot be found.
  func findAddresses(for link: OutgoingLink, _ peerAddress: String)
  func linkOpened(_ link: OutgoingLink)
  /// The other side broke an open connection, and soon afterwards nobody listened at the address that it had.
  func linkRefused(_ link: OutgoingLink)
  func linkClosed(_ link: OutgoingLink, wasOpen: Bool, _ fault: PeerFault?)
}

/// One lane to one node: dials, proves, sends, and dials again. Carries data one way only; what comes back is the
/// handshake and signs of life. Owned by its Store's thread.
final class OutgoingLink {
  private enum State {
    /// Waits for the next attempt, or for an address.
    case resting
    case resolving
    case connecting(Connection)
    case greeting(Connection, DiallerHandshake)
    case open(Connection)
    /// For good: the node is no member any more, or the Store stops.
    case ended
  }

  let node: NodeID
  let lane: OutgoingFrame.Lane
  private unowned let owner: any OutgoingLinkOwner
  private let loop: EventLoop
  private let secret: ClusterSecret
  private var state = State.resting
  private var queue: PeerQueue
  /// Handshake bytes that wait for the socket.
  private var greeting = ByteWriter()
  private var reader = EnvelopeReader(bodyByteCountMax: PeerProtocol.handshakeBodyByteCountMax)
  private var backoff = DialBackoff()
  private var timer = TimerID.none
  /// Ends the pause in which output gathers.
  private var pauseTimer = TimerID.none
  private var quality = WireQuality()
  /// Over all of its connections.
  private(set) var roundTrip = RoundTrip()
  private static let pauseToken: UInt64 = 1
  private var openedAt = Instant.zero
  /// Since something was heard.
  private var quietLooks: UInt64 = 0
  private var saidAt = Instant.zero
  private var fault: PeerFault?
  /// The other side broke an open connection, and since then no attempt has told whether its process is still there.
  private var wasCutOff = false
  /// Dialled in turn, when a name has several.
  private var attempt = 0

  /// When the handshake under way must be over.
  private var greetingEnd = Instant.zero

  /// Frames that were dropped because the queue was full or there was no connection.
  private(set) var droppedCount: UInt64 = 0
  /// What the node said about itself when it last proved who it is.
  private(set) var facts: PeerFacts?
  /// That of the open connection, or of the last one.
  private(set) var protocolVersion = PeerProtocol.versionMin

  init(
    to node: NodeID, lane: OutgoingFrame.Lane, secret: ClusterSecret, on loop: EventLoop,
    owner: any OutgoingLinkOwner
  ) {
    self.node = node
    self.lane = lane
    self.secret = secret
    self.loop = loop
    self.owner = owner
    let limits = owner.limits
    queue = PeerQueue(byteCountMax: lane == .urgent ? limits.urgentQueueByteCountMax : limits.bulkQueueByteCountMax)
  }

  var isOpen: Bool { if case .open = state { true } else { false } }
  var waitingByteCount: Int { queue.byteCount }

  /// Sends when there is a connection, and drops otherwise.
  func send(_ kind: EnvelopeKind, _ body: [UInt8]) -> Bool {
    guard case .open(let connection) = state, queue.append(kind, body) else {
      droppedCount += 1
      return false
    }
    flushSoon(connection)
    return true
  }

  /// Has the output leave at the end of the turn; on a bad wire together with what comes within a moment.
  private func flushSoon(_ connection: Connection) {
    let pause = max(quality.pauseMilliseconds(now: loop.now), owner.limits.pauseMilliseconds)
    let next = saidAt.advanced(byMilliseconds: pause)
    if pause == 0 || loop.now >= next { return connection.setNeedsFlush() }
    if pauseTimer == .none { pauseTimer = loop.schedule(at: next, self, token: Self.pauseToken) }
  }

  /// Writes what waits and is not to gather any longer.
  func flushNow() {
    if case .open(let connection) = state { connection.flushNow() }
  }

  /// Closes for good, behind what waits as far as the socket takes it now. Not from within a connection's handler.
  func finish() {
    guard case .open(let connection) = state else { return end() }
    while !queue.isEmpty, connection.isOpen, connection.unsentByteCount == 0 {
      connection.setNeedsFlush()
      connection.flushNow()
    }
    loop.cancel(timer)
    loop.cancel(pauseTimer)
    state = .ended
    connection.closeAfterFlush()
    connection.flushNow()
  }

  /// Dials now instead of later: the node was just heard of, or its address has changed.
  func hurry() {
    guard case .resting = state else { return }
    loop.cancel(timer)
    dial()
  }

  /// Closes for good.
  func end() {
    loop.cancel(timer)
    loop.cancel(pauseTimer)
    let connection = connection
    state = .ended
    connection?.close()
  }

  /// Says that this side is there, and closes when the other is not.
  func tick() {
    guard case .open(let connection) = state else { return }
    if loop.now.nanoseconds(since: openedAt) >= owner.limits.steadyMilliseconds * 1_000_000 { backoff.reset() }
    quietLooks += 1
    let wire = connection.wire
    if quietLooks > owner.limits.quietLooksMax(wire) { return close(connection, .silent) }
    if let wire {
      quality.look(wire, now: loop.now)
      roundTrip.look(wire)
    }
    let silence = loop.now.nanoseconds(since: saidAt)
    if queue.isEmpty, silence >= owner.limits.aliveMilliseconds * 1_000_000 { _ = send(.alive, []) }
  }

  private var connection: Connection? {
    switch state {
    case .connecting(let connection), .greeting(let connection, _), .open(let connection): connection
    case .resting, .resolving, .ended: nil
    }
  }

  private func close(_ connection: Connection, _ fault: PeerFault) {
    self.fault = fault
    connection.close()
  }
}

// MARK: - Dialling

extension OutgoingLink: TimerHandler {
  func timerFired(_ id: TimerID, token: UInt64) {
    if token == Self.pauseToken {
      pauseTimer = .none
      if case .open(let connection) = state { connection.setNeedsFlush() }
      return
    }
    guard case .resting = state else { return }
    dial()
  }

  /// Begins an attempt.
  func dial() {
    guard let record = owner.record(of: node), !record.peerAddress.isEmpty else { return rest() }
    state = .resolving
    owner.findAddresses(for: self, record.peerAddress)
  }

  func found(_ addresses: [SocketAddress]) {
    guard case .resolving = state else { return }
    guard !addresses.isEmpty else { return rest() }
    let address = addresses[attempt % addresses.count]
    attempt += 1
    do throws(ReactorError) {
      var limits = Connection.Limits()
      limits.stallMillisecondsMax = owner.limits.silenceMilliseconds
      state = .connecting(
        try Connection.connect(
          to: address, on: loop, deadline: loop.now.advanced(byMilliseconds: owner.limits.connectMilliseconds),
          limits: limits, handler: self))
    } catch {
      // No descriptor, no route: as if nobody had answered.
      rest()
    }
  }

  private func rest() {
    state = .resting
    var generator = SystemRandomNumberGenerator()
    let milliseconds = backoff.milliseconds(using: &generator)
    timer = loop.schedule(at: loop.now.advanced(byMilliseconds: milliseconds), self)
  }
}

// MARK: - The connection

extension OutgoingLink: ConnectionHandler {
  func connectionOpened(_ connection: Connection) {
    guard let record = owner.record(of: node) else { return connection.close() }
    let handshake = DiallerHandshake(owner.identity, to: record, lane: lane, secret: secret)
    reader = EnvelopeReader(bodyByteCountMax: PeerProtocol.handshakeBodyByteCountMax)
    greeting.removeAll()
    greeting.envelope(.hello, handshake.hello)
    state = .greeting(connection, handshake)
    greetingEnd = loop.now.advanced(byMilliseconds: owner.limits.handshakeMilliseconds)
    connection.wake(at: greetingEnd)
    connection.setNeedsFlush()
  }

  func connection(_ connection: Connection, received bytes: RawSpan) {
    quietLooks = 0
    // Taken out for the while: what it hands over may close this connection.
    var reader = EnvelopeReader(bodyByteCountMax: PeerProtocol.handshakeBodyByteCountMax)
    swap(&reader, &self.reader)
    do throws(PeerFault) {
      try reader.read(bytes) { kind, body throws(PeerFault) in try take(kind, body, connection) }
    } catch { return close(connection, error) }
    switch state {
    case .greeting: connection.wake(at: owner.limits.nextLook(untilHandshakeEnd: greetingEnd, reader, connection))
    // Signs of life have no body. One that announces a body was damaged, and as many of those that follow would be taken
    // for it: seconds.
    case .open: reader.bodyByteCountMax = 0
    case .resting, .resolving, .connecting, .ended: break
    }
    self.reader = reader
  }

  private func take(_ kind: UInt8, _ body: RawSpan, _ connection: Connection) throws(PeerFault) -> Bool {
    guard case .greeting(_, var handshake) = state else {
      guard kind == EnvelopeKind.alive.rawValue else { throw .unexpected(kind: kind) }
      return true
    }
    let step = try handshake.received(kind, body)
    state = .greeting(connection, handshake)
    switch step {
    case .send(let kind, let body):
      greeting.envelope(kind, body)
      connection.setNeedsFlush()
    case .open: open(connection, handshake)
    }
    return true
  }

  private func open(_ connection: Connection, _ handshake: DiallerHandshake) {
    facts = handshake.acceptor?.facts
    wasCutOff = false
    quality = WireQuality()
    state = .open(connection)
    queue.removeAll()
    protocolVersion = handshake.acceptor?.version ?? PeerProtocol.versionMin
    queue.form = EnvelopeForm(protocolVersion: protocolVersion)
    (openedAt, saidAt) = (loop.now, loop.now)
    connection.wake(at: .distantFuture)
    owner.linkOpened(self)
  }

  func connection(_ connection: Connection, fill output: inout ByteWriter) {
    output.append(greeting.bytes)
    greeting.removeAll()
    guard case .open = state else { return }
    queue.take(into: &output, limit: Connection.Limits().outputBytesMax)
    saidAt = loop.now
  }

  func connectionPeerFinished(_ connection: Connection) {
    if isOpen { wasCutOff = true }
    connection.close()
  }

  /// The handshake has taken too long.
  func connectionWoke(_ connection: Connection) {
    if case .open = state { return }
    close(connection, .handshakeTimedOut)
  }

  func connectionClosed(_ connection: Connection, _ end: ConnectionEnd) {
    let fault = fault
    self.fault = nil
    let wasOpen = isOpen
    queue.removeAll()
    if case .ended = state { return owner.linkClosed(self, wasOpen: wasOpen, fault) }
    if wasOpen, end == .closedByPeer { wasCutOff = true }
    // Whoever was cut off knocks again at once: whether anybody still listens tells a process that has ended from a
    // broken connection. Not after a connection that hardly held, so that nobody knocks without end.
    let isSteady = loop.now.nanoseconds(since: openedAt) >= owner.limits.steadyMilliseconds * 1_000_000
    if wasOpen, wasCutOff, isSteady { dial() } else { rest() }
    owner.linkClosed(self, wasOpen: wasOpen, fault)
    guard wasCutOff, end.isRefusal else { return }
    wasCutOff = false
    owner.linkRefused(self)
  }
}
