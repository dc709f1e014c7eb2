internal import API
internal import Basics
internal import HTTP2
internal import Placement
internal import Reactor
internal import Synchronization

/// What all Stores of a node share: immutable facts, the serving state, and the ways from thread to thread. Any thread
/// may use it.
final class NodeContext: Sendable {
  let configuration: NodeConfiguration
  let logger: Logger
  let nodeID: UniqueID
  let dataFormat: Int
  let storeCount: Int
  let shardMap: ShardMap
  let started: Instant
  /// What it takes to talk to the other nodes; `nil` for a node that is by itself.
  let peers: PeerConfiguration?
  let resolver = NameResolver()
  private let events: Mailbox<NodeEvent>
  private let serving = Atomic<UInt8>(ServingState.starting.rawValue)
  private let mailboxes: Mutex<[Mailbox<StoreMessage>?]>
  private let address = Mutex<ListenAddress?>(nil)
  private let addressForPeers = Mutex<ListenAddress?>(nil)

  init(
    configuration: NodeConfiguration, logger: Logger, nodeID: UniqueID, dataFormat: Int, storeCount: Int,
    shardMap: ShardMap, started: Instant, peers: PeerConfiguration? = nil, events: Mailbox<NodeEvent>
  ) {
    self.configuration = configuration
    self.logger = logger
    self.nodeID = nodeID
    self.dataFormat = dataFormat
    self.storeCount = storeCount
    self.shardMap = shardMap
    self.started = started
    self.peers = peers
    self.events = events
    mailboxes = Mutex(Array(repeating: nil, count: storeCount))
  }

  enum ServingState: UInt8 { case starting, serving, draining }

  var servingState: ServingState {
    get { ServingState(rawValue: serving.load(ordering: .acquiring)) ?? .starting }
    set { serving.store(newValue.rawValue, ordering: .releasing) }
  }

  /// The node's number in the contract.
  var shortNodeID: UInt64 { nodeID.low }

  /// Where clients reach the node, once it listens.
  var listenAddress: ListenAddress? {
    get { address.withLock { $0 } }
    set { address.withLock { $0 = newValue } }
  }

  /// Where other nodes reach this one, once it takes their connections.
  var listenAddressForPeers: ListenAddress? {
    get { addressForPeers.withLock { $0 } }
    set { addressForPeers.withLock { $0 = newValue } }
  }

  /// How clients and other nodes reach the node, as it says itself; empty until it listens.
  var clientAddress: String { listenAddress?.description ?? "" }
  var peerAddress: String { listenAddressForPeers?.description ?? "" }

  var number: NodeID { peers?.node ?? NodeID(1) }

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
    shard == .meta ? 0 : Int(shard.rawValue - 1) % storeCount
  }

  /// The shards of one Store, ascending.
  func shards(ofStore index: Int) -> [ShardID] {
    ([.meta] + shardMap.inventoryShards).filter { storeIndex(of: $0) == index }
  }

  func register(_ mailbox: Mailbox<StoreMessage>, ofStore index: Int) {
    mailboxes.withLock { $0[index] = mailbox }
  }

  /// - Returns: `false` when the Store is not up or its mailbox is full; then nothing was posted.
  func post(_ messages: [StoreMessage], toStore index: Int) -> Bool {
    mailboxes.withLock { $0[index] }?.post(contentsOf: messages) ?? false
  }

  /// Tells the node's own thread. Its mailbox has room for more events than there can be.
  func tell(_ event: NodeEvent) {
    invariant(events.post(event), "the node's mailbox is full")
  }
}

/// What Stores tell the node's own thread.
enum NodeEvent: Sendable {
  /// Every replica of the Store leads.
  case storeServes(Int)
  /// The Store takes connections here.
  case listens(Int, ListenAddress)
  /// The first Store takes connections of other nodes here.
  case listensForPeers(ListenAddress)
  case cannotListen(String)
  /// A draining Store has no connection left.
  case storeIsIdle(Int)
  /// Those who still waited at a stopping Store were told.
  case storeAbandoned(Int)
  /// The Store's disk failed: the node must stop.
  case storeFailed(Int, String)
}
