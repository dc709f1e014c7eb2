internal import Basics
internal import Placement
internal import Replication

/// What a Store keeps for its part in the cluster beside its shards. Owned by the Store's thread.
struct ClusterDuties {
  /// How often a node tells about itself, and the meta shard's leader about all.
  static let reportMilliseconds: UInt64 = 1_000

  var nextReport = Instant.zero
  var reportCount: UInt64 = 0
  /// Of each shard the last order that was looked at for whether it can be filled from elsewhere.
  var lastFilled = SortedMap<ShardID, UniqueID>()
  /// Who led the meta shard when the first Store of the node looked last.
  var metaLeadership = Leadership.unknown
  /// How far the meta shard's replica had applied when its table was looked at last.
  var tableIndex: UInt64 = 0
  /// What the Stores of the node reported last, by their place. On the first Store alone.
  var reports: [StoreReport?]
  /// What was heard of the nodes, while this one leads the meta shard.
  var health: ClusterHealth?
  var planned = PlannedState()
  /// When the meta shard's leader was heard last.
  var viewHeard = Instant.zero
  /// In how many reports in a row a replica did not know its leader.
  var leaderlessReports = 0

  init(storeCount: Int) { reports = Array(repeating: nil, count: storeCount) }
}

/// What a Store tells the first one of its node for the node's report.
struct StoreReport: Sendable {
  var diskFreeByteCount: UInt64 = 0
  var clockOffsetMilliseconds: Int64 = 0
  var isClockOff = false
  var isDiskSlow = false
  var alarms: [NodeAlarm] = []
  /// Ascending by shard.
  var replicas: [ReplicaReport] = []
}

/// What the last plan was made from: the same again would give the same plan.
struct PlannedState: Equatable {
  var revision: UInt64 = 0
  var live: [NodeID] = []
  var faultyCount = 0
  var leaders: [ClusterView.Leader] = []
}
