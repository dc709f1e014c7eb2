internal import API
internal import Basics
internal import HTTP2
internal import Placement
internal import Raft
internal import Reactor
internal import Replication
internal import Storage
internal import Synchronization

/// What all Stores of a node share: immutable facts, the serving state, and the ways from thread to thread. Any thread
/// may use it.
final class NodeContext: Sendable {
  let configuration: NodeConfiguration
  let logger: Logger
  /// Which node this is, by its data directory.
  let identity: NodeIdentity
  let storeCount: Int
  /// Which shard had a slot when the cluster was founded.
  let shardMap: ShardMap
  let started: Instant
  /// What it takes to talk to the other nodes.
  let peers: PeerConfiguration
  let resolver = NameResolver()
  private let events: Mailbox<NodeEvent>
  private let serving = Atomic<UInt8>(ServingState.starting.rawValue)
  private let mailboxes: Mutex<[Mailbox<StoreMessage>?]>
  private let addresses = Mutex(NodeAddresses())

  init(
    configuration: NodeConfiguration, logger: Logger, identity: NodeIdentity, shardMap: ShardMap, started: Instant,
    events: Mailbox<NodeEvent>
  ) {
    self.configuration = configuration
    self.logger = logger
    self.identity = identity
    storeCount = identity.format.storeCount
    self.shardMap = shardMap
    self.started = started
    peers = PeerConfiguration(identity, configuration)
    self.events = events
    mailboxes = Mutex(Array(repeating: nil, count: identity.format.storeCount))
  }

  enum ServingState: UInt8 { case starting, serving, draining }

  var servingState: ServingState {
    get { ServingState(rawValue: serving.load(ordering: .acquiring)) ?? .starting }
    set { serving.store(newValue.rawValue, ordering: .releasing) }
  }

  var number: NodeID { identity.format.number }

  /// How clients and other nodes reach the node, as it says itself; empty until it listens.
  var clientAddress: String { addresses.withLock { $0.client } }
  var peerAddress: String { addresses.withLock { $0.peer } }

  func listens(on bound: ListenAddress) {
    let address = AdvertisedAddress.client(configuration, bound: bound).text
    addresses.withLock { $0.client = address }
  }

  func listensForPeers(on bound: ListenAddress) {
    let address = AdvertisedAddress.peer(configuration, bound: bound).text
    addresses.withLock { $0.peer = address }
  }

  var sessionLimits: SessionLimits {
    var limits = SessionLimits()
    limits.concurrentStreamsMax = UInt32(configuration.streamsPerConnectionMax)
    limits.messageBytesMax = configuration.messageBytesMax
    limits.bufferedMessageBytesMax = max(limits.bufferedMessageBytesMax, 2 * configuration.messageBytesMax)
    limits.idleMillisecondsMax = UInt64(configuration.idleSecondsMax) * 1_000
    return limits
  }
}

// MARK: - Stores of the node

extension NodeContext {
  /// The place of the Store that has a shard: the meta shard is on the first, the others take turns.
  func storeIndex(of shard: ShardID) -> Int {
    ClusterTable.storeIndex(of: shard, storeCount: storeCount)
  }

  /// What the replicas of one Store are made from where its disk does not know them.
  func replicas(ofStore index: Int) -> [ReplicaSpecification] {
    ReplicaSpecification.beginning(
      of: number, store: index, storeCount: storeCount, shards: shardMap.inventoryShards)
  }

  func register(_ mailbox: Mailbox<StoreMessage>, ofStore index: Int) {
    mailboxes.withLock { $0[index] = mailbox }
  }

  /// Whether a Store of the node takes messages; while the node starts, one begins after the other.
  func isOpen(store index: Int) -> Bool { mailboxes.withLock { $0[index] } != nil }

  /// - Returns: `false` when the Store is not up or its mailbox is full; then nothing was posted.
  func post(_ messages: [StoreMessage], toStore index: Int) -> Bool {
    mailboxes.withLock { $0[index] }?.post(contentsOf: messages) ?? false
  }

  /// Tells the node's own thread. Its mailbox has room for more events than there can be.
  func tell(_ event: NodeEvent) {
    invariant(events.post(event), "the node's mailbox is full")
  }
}

/// Which node of which cluster this is.
struct NodeIdentity: Sendable {
  let format: DirectoryFormat
  let secret: ClusterSecret
  let seeds: [Storage.ClusterSeed]
}

extension PeerConfiguration {
  init(_ identity: NodeIdentity, _ configuration: NodeConfiguration) {
    let format = identity.format
    self.init(
      cluster: format.cluster, node: format.number, directory: format.node, secret: identity.secret,
      listen: configuration.peerListenAddress, featureLevel: UInt32(configuration.featureLevelMax),
      programVersion: holdfastVersion,
      seeds: identity.seeds.map { PeerRecord(node: $0.node, directory: nil, peerAddress: $0.peerAddress) },
      moved: configuration.peers.map { (NodeID($0.node), $0.address) })
    starts = format.starts
    protocolVersionMax = UInt16(configuration.peerVersionMax)
  }
}

private struct NodeAddresses {
  var client = ""
  var peer = ""
}

/// What Stores tell the node's own thread.
enum NodeEvent: Sendable {
  /// Whether the Store knows the cluster and every replica of it its leader.
  case storeServes(Int, Bool)
  /// The Store takes connections here.
  case listens(Int, ListenAddress)
  /// The first Store takes connections of other nodes here.
  case listensForPeers(ListenAddress)
  case cannotListen(String)
  /// Nobody is waited for any more in a draining Store, or again somebody.
  case storeIsIdle(Int, Bool)
  /// Those who still waited at a stopping Store were told.
  case storeAbandoned(Int)
  /// The others keep the node out, for good.
  case isExcluded(PeerRefusal)
  /// The Store's disk failed: the node must stop.
  case storeFailed(Int, String)
}
