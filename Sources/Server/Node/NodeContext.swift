internal import API
internal import Basics
internal import Placement
internal import Reactor
internal import Synchronization

/// What all Stores of a node share. Immutable but for the serving state and the mailboxes, which any thread may use.
final class NodeContext: Sendable {
  let configuration: NodeConfiguration
  let logger: Logger
  let nodeID: UniqueID
  let dataFormat: Int
  let storeCount: Int
  let shardMap: ShardMap
  let started: Instant
  private let serving = Atomic<UInt8>(ServingState.starting.rawValue)
  private let mailboxes = Mutex<[Mailbox<StoreMessage>?]>([])

  init(
    configuration: NodeConfiguration, logger: Logger, nodeID: UniqueID, dataFormat: Int, storeCount: Int,
    shardMap: ShardMap, started: Instant
  ) {
    self.configuration = configuration
    self.logger = logger
    self.nodeID = nodeID
    self.dataFormat = dataFormat
    self.storeCount = storeCount
    self.shardMap = shardMap
    self.started = started
    mailboxes.withLock { $0 = Array(repeating: nil, count: storeCount) }
  }

  enum ServingState: UInt8 { case starting, serving, draining }

  var servingState: ServingState {
    get { ServingState(rawValue: serving.load(ordering: .acquiring)) ?? .starting }
    set { serving.store(newValue.rawValue, ordering: .releasing) }
  }

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

  /// - Returns: `false` when the Store is not up or its mailbox is full.
  func post(_ messages: [StoreMessage], toStore index: Int) -> Bool {
    mailboxes.withLock { $0[index] }?.post(contentsOf: messages) ?? false
  }
}
