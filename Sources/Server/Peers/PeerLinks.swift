internal import Basics
internal import Reactor
internal import Replication

/// What comes from other nodes, on the Store's thread.
protocol PeerLinksDelegate: AnyObject {
  /// A frame of the core; throws when it cannot be read, and then the link is closed.
  func peer(_ node: NodeID, sentFrame frame: RawSpan) throws(DecodeError)
  func peer(_ node: NodeID, sent packet: PeerPacket)
  /// Calls may be sent there, and answers will come.
  func peerConnected(_ node: NodeID)
  /// Answers from there to what was sent before will not come. What was sent may have arrived or not.
  func peerLost(_ node: NodeID)
  /// The process that was connected has ended: the connection broke, and at once nobody listened there any more.
  func peerGone(_ node: NodeID)
  /// The node does not let this one in.
  func peer(_ node: NodeID, refused reason: PeerRefusal)
  /// How long the way to the nodes and back takes now: to those that with this one are a majority of all.
  func peersMeasured(roundTripMilliseconds: UInt64)
  /// A connection for another Store of this node.
  func pass(_ handover: PeerHandover, toStore store: Int)
}

/// A connection on its way to another Store of the node, with the hello that was read from it.
struct PeerHandover: Sendable {
  var socket: DetachedSocket
  var hello: [UInt8]
}

/// The connections between one Store and the same Store of all other nodes.
///
/// Each Store dials the others: two connections to each node, one for what is urgent and one for parts of snapshots, so
/// that these never stand in front of a heartbeat; and it is dialled the same way. A connection carries data from its
/// dialler alone. What is sent while there is no connection is dropped: the core's protocols bear that, and a call is
/// told that it was not sent. Owned by the Store's thread.
final class PeerLinks {
  /// Both ways to one node.
  final class Remote {
    let node: NodeID
    let urgent: OutgoingLink
    let bulk: OutgoingLink
    var urgentIncoming: IncomingLink?
    var bulkIncoming: IncomingLink?
    /// Whether the delegate was told so.
    var isConnected = false
    /// It has said that it takes no more calls; those that it took before it answers.
    var isLeaving = false
    /// It does not know yet that this node heard that.
    var isNoteUnsent = false
    /// It was told that this node leaves, and has not said yet that it heard that.
    var owesNote = false

    init(_ node: NodeID, _ urgent: OutgoingLink, _ bulk: OutgoingLink) {
      self.node = node
      self.urgent = urgent
      self.bulk = bulk
    }
  }

  /// A name was looked up.
  struct Found: Sendable {
    var node: NodeID
    var lane: OutgoingFrame.Lane
    var addresses: [SocketAddress]
  }

  let limits: PeerLimits
  let loop: EventLoop
  let configuration: PeerConfiguration
  let resolver: NameResolver
  unowned let delegate: any PeerLinksDelegate
  private let store: UInt16
  private let storeCount: UInt16
  /// Where clients and other nodes reach this one now.
  private let addresses: () -> (client: String, peer: String)
  var book: PeerBook
  var log: PeerLog
  var copies = SeenCopies()
  /// Ascending by node.
  var remotes: [Remote] = []
  var incoming = SlotTable<IncomingLink>()
  /// Those of them that have not proved who they are, the oldest first.
  var strangers: [UInt64] = []
  var listener: Listener?
  private var timer = TimerID.none
  var found: Mailbox<Found>?
  var isClosed = false
  var isTakingLeave = false

  /// Dials nobody before ``start()``.
  init(
    _ configuration: PeerConfiguration, store: Int, storeCount: Int, limits: PeerLimits = PeerLimits(),
    on loop: EventLoop, resolver: NameResolver, logger: Logger?, delegate: any PeerLinksDelegate,
    addresses: @escaping () -> (client: String, peer: String)
  ) {
    self.configuration = configuration
    self.limits = limits
    self.loop = loop
    self.resolver = resolver
    self.delegate = delegate
    log = PeerLog(logger)
    book = PeerBook(own: configuration.node, seeds: configuration.seeds, moved: configuration.moved)
    self.store = UInt16(store)
    self.storeCount = UInt16(storeCount)
    self.addresses = addresses
    found = loop.makeMailbox(of: Found.self) { [weak self] in self?.take($0) }
  }

  /// Begins to dial the nodes that are known. Where this node is to be found should be known by then: who is told
  /// nothing cannot dial back.
  func start() { meetMembers() }

  /// Takes the nodes of the cluster table: new ones are dialled, removed ones are cut off.
  func follow(_ records: [PeerRecord]) {
    book.follow(records)
    for link in incoming.all {
      if let peer = link.peer, !book.isMember(peer.identity) { link.end(.replaced) }
    }
    for remote in remotes where book.record(of: remote.node) == nil {
      remotes.removeAll { $0 === remote }
      remote.urgent.end()
      remote.bulk.end()
      tell(remote)
    }
    meetMembers()
  }

  /// What this node says about itself in a handshake that begins now.
  var identity: PeerIdentity {
    let (client, peer) = addresses()
    return PeerIdentity(
      cluster: configuration.cluster, node: configuration.node, directory: configuration.directory,
      starts: configuration.starts, store: store,
      storeCount: storeCount,
      facts: PeerFacts(
        featureLevel: configuration.featureLevel, clientAddress: client, peerAddress: peer,
        programVersion: configuration.programVersion),
      protocolVersionMax: configuration.protocolVersionMax)
  }

  /// Ends all connections, for good: first those from here, behind what waits to be sent, so that the others have heard
  /// everything when they see that this node is gone. Not from within a connection's handler.
  func close() {
    isClosed = true
    listener?.close()
    loop.cancel(timer)
    for remote in remotes {
      remote.urgent.finish()
      remote.bulk.end()
    }
    for link in incoming.all { link.end(.replaced) }
  }

  private func meetMembers() {
    for node in book.members where remote(node) == nil { meet(node) }
  }

  @discardableResult
  func meet(_ node: NodeID) -> Remote {
    if let remote = remote(node) { return remote }
    let links = [OutgoingFrame.Lane.urgent, .bulk].map {
      OutgoingLink(to: node, lane: $0, secret: configuration.secret, on: loop, owner: self)
    }
    let remote = Remote(node, links[0], links[1])
    remotes.insert(remote, at: remotes.firstIndex { $0.node > node } ?? remotes.count)
    remote.urgent.dial()
    remote.bulk.dial()
    beginTicks()
    return remote
  }

  func remote(_ node: NodeID) -> Remote? { remotes.first { $0.node == node } }

  /// Tells the delegate when both ways are there, and when one of them is gone.
  func tell(_ remote: Remote) {
    let isThere = remotes.contains { $0 === remote }
    let isConnected = isThere && remote.urgent.isOpen && remote.urgentIncoming?.isOpen == true
    guard isConnected != remote.isConnected else { return }
    remote.isConnected = isConnected
    if isConnected { delegate.peerConnected(remote.node) } else { delegate.peerLost(remote.node) }
    noteLeave(isConnected, remote)
  }
}

// MARK: - Sending

extension PeerLinks {
  /// Sends a packet behind what waits already.
  ///
  /// - Returns: `false` when there is no connection, or too much waits: then it was surely not sent.
  func send(_ packet: PeerPacket, to node: NodeID) -> Bool {
    guard let remote = remote(node), remote.urgent.waitingByteCount < limits.packetQueueByteCountMax else {
      return false
    }
    // The answer comes on the other node's own connection: without that one a call would wait in vain.
    if case .call = packet, !remote.takesCalls { return false }
    return remote.urgent.send(packet.kind, packet.encoded())
  }

  /// Sends a frame of the core, or drops it.
  func send(_ frame: OutgoingFrame) {
    guard let remote = remote(frame.to) else { return }
    switch frame.lane {
    case .urgent: _ = remote.urgent.send(.storeFrame, frame.bytes)
    case .bulk: _ = remote.bulk.send(.storeFrame, frame.bytes)
    }
  }

  /// Has the urgent frames leave before the turn ends.
  func flushNow() {
    for remote in remotes { remote.urgent.flushNow() }
  }

  /// Whether calls may be sent to the node, and answers will come.
  func takesCalls(_ node: NodeID) -> Bool { remote(node)?.takesCalls ?? false }

  /// The nodes that are connected both ways, ascending.
  var connectedNodes: [NodeID] { remotes.filter(\.isConnected).map(\.node) }

  /// What a node said about itself when it last proved who it is.
  func facts(of node: NodeID) -> PeerFacts? {
    guard let remote = remote(node) else { return nil }
    return remote.urgentIncoming?.peer?.identity.facts ?? remote.urgent.facts
  }

  /// Frames and packets for a node that were dropped: no connection, or too much waited.
  func droppedCount(to node: NodeID) -> UInt64 {
    guard let remote = remote(node) else { return 0 }
    return remote.urgent.droppedCount + remote.bulk.droppedCount
  }
}

// MARK: - Time

extension PeerLinks: TimerHandler {
  func beginTicks() {
    guard timer == .none, !isClosed else { return }
    timer = loop.schedule(at: loop.now.advanced(byMilliseconds: limits.aliveMilliseconds / 2), self)
  }

  func timerFired(_ id: TimerID, token: UInt64) {
    timer = .none
    for link in incoming.all { link.tick(now: loop.now) }
    for remote in remotes {
      remote.urgent.tick()
      remote.bulk.tick()
      sendNote(to: remote)
    }
    delegate.peersMeasured(roundTripMilliseconds: roundTripMilliseconds)
    if !remotes.isEmpty || incoming.count > 0 { beginTicks() }
  }

  /// To the nearest nodes that with this one are a majority; 0 without any.
  private var roundTripMilliseconds: UInt64 {
    let all = remotes.map(\.urgent.roundTrip.microseconds).sorted()
    return all.isEmpty ? 0 : UInt64(all[(all.count - 1) / 2]) / 1_000
  }
}
