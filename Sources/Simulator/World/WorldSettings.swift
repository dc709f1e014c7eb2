/// What one run is to be. Everything that is not given is drawn from the seed.
package struct WorldSettings: Sendable {
  package var seed: UInt64
  package var nodeCount: Int?
  /// Inventory shards; the meta shard is there besides.
  package var shardCount: Int?
  package var clientCount: Int?
  package var faults: [FaultKind] = FaultKind.survivable
  /// The world is a cluster that grows from one node: its meta shard says where replicas are to be, and the nodes see to
  /// it. Otherwise every group begins with its first members, and ops change them one by one.
  package var usesGoals = false
  /// There are orders, and most of what is asked for goes over several shards.
  package var usesAcross = false
  /// Slots move between shards, and shards are split, while clients ask for what is in them. Includes the two above.
  package var usesSlots = false
  /// Holds also take their stock from other locations. Apart, so that seeds without it stay the runs that they were.
  package var usesMoves = false
  /// Only these faults of the seed's plan happen; `nil` for all.
  package var onlyFaults: [Int]?
  /// How many events the faults may last; then the world heals.
  package var eventsMax = 20_000
  /// How long in simulated time the faults may last, if that is to be the measure.
  package var faultyTime: WorldTime.Span?
  /// How long a healed world may take until everything is answered and equal.
  package var convergenceMax = WorldTime.Span.seconds(120)

  package init(seed: UInt64) { self.seed = seed }

  /// Splits that are ordered, and so shards that may be made beside those of the founding: some are ordered of nodes that do
  /// not know of each other's.
  var splitsMax: Int { usesSlots ? 6 : 0 }
  /// None is ordered of a node that knows of so many shards that were made.
  static let shardsMadeMax = 2
}

/// The temper of one world, drawn from its seed: runs that differ reach more than runs that are all alike.
struct WorldTemper: Sendable {
  var nodeCount: Int
  var shardCount: Int
  /// Replicas of each shard at the beginning.
  var replicaCount: Int
  var networkDelay: WorldTime.Span
  var syncTime: WorldTime.Span
  /// How long a node lets events gather before it takes a turn; zero for a turn with each event.
  var turnDelay: WorldTime.Span
  /// How often the state is flushed and the log cut without a fault.
  var flushEvery: WorldTime.Span
  var workload: WorkloadSettings
  /// How often a node learns from its broken connections that another's process has ended.
  var alarmPerMillion: Int

  init(_ settings: WorldSettings) {
    var chance = Chance(seed: settings.seed, concern: Concern.setup)
    let nodeCount = settings.nodeCount ?? chance.pick([3, 3, 4, 4, 5, 5])
    self.nodeCount = nodeCount
    let shardCount = chance.pick(
      settings.usesSlots ? [1, 2, 2, 3] : settings.usesAcross ? [2, 3, 4, 5] : [1, 1, 2, 3])
    self.shardCount = settings.shardCount ?? shardCount
    replicaCount = nodeCount >= 5 && !chance.oneIn(3) ? 5 : min(nodeCount, 3)
    networkDelay = .microseconds(chance.pick([100, 300, 1_000, 5_000]))
    syncTime = .microseconds(chance.pick([100, 400, 2_000, 8_000, 40_000]))
    turnDelay = .microseconds(chance.pick([0, 0, 50, 300, 2_000]))
    flushEvery = .milliseconds(chance.pick([300, 1_000, 4_000, 15_000]))
    workload = WorkloadSettings(&chance, clientCount: settings.clientCount)
    alarmPerMillion = chance.pick([0, 500_000, 1_000_000])
  }
}
