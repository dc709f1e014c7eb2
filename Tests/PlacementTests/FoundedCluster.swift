import Basics

@testable import Placement

/// A meta shard's state to which commands are applied, each as one entry, with what its partition then holds.
final class FoundedCluster {
  static let id = UniqueID(high: 7, low: 7)
  let disk = MemoryState()
  private(set) var state = ClusterState(prefix: [0, 0, 0, 0, 0, 0])

  init(shards: Int = 4, zone: String = "", isFounded: Bool = true) {
    guard isFounded else { return }
    apply(
      .found(
        Founding(
          cluster: Self.id, storeCount: 1, node: NodeID(1), description: Self.node(1, zone: zone),
          shardMap: ShardMap(dividedAmong: shards))))
  }

  static func node(_ number: UInt64, zone: String = "", level: UInt32 = 1) -> NodeDescription {
    NodeDescription(
      directory: UniqueID(high: 1, low: number), clientAddress: "n\(number):1", peerAddress: "n\(number):2", zone: zone,
      featureLevel: level)
  }

  @discardableResult
  func apply(_ command: ClusterCommand) -> ClusterOutcome {
    var builder = ClusterEntryBuilder()
    builder.append(command)
    var changes = StateChanges()
    var outcomes: [ClusterOutcome] = []
    let payload = builder.take(stamp: Stamp(milliseconds: 1))
    state.apply(index: state.appliedIndex + 1, payload: payload.rawSpan, changes: &changes, outcomes: &outcomes)
    disk.apply(changes)
    return outcomes[0]
  }

  var table: ClusterTable { state.table }

  /// Adds nodes up to this number.
  func grow(to count: UInt64, zones: [String] = [""]) {
    while UInt64(table.nodes.count) < count {
      let number = UInt64(table.nodes.count) + 1
      apply(.addNode(Self.node(number, zone: zones[Int(number - 1) % zones.count])))
    }
  }

  func goal(_ shard: UInt32) -> [GoalMember] { table.shard(ShardID(shard))?.goal ?? [] }

  /// Sets a shard's goal, all voters.
  @discardableResult
  func setGoal(_ shard: UInt32, _ nodes: [UInt32], leader: UInt32 = 0, renewed: [UInt32] = []) -> ClusterOutcome {
    let places = nodes.map { ShardGoal.Place(node: NodeID($0), isRenewed: renewed.contains($0)) }
    let revision = table.shard(ShardID(shard))?.goalRevision ?? 0
    return apply(
      .setGoals([
        ShardGoal(shard: ShardID(shard), expectedRevision: revision, places: places, preferredLeader: NodeID(leader))
      ]))
  }

  /// Makes the changes of a plan, and reports every goal as met.
  func carryOut(_ changes: [GoalChange]) {
    if !changes.isEmpty { apply(.setGoals(changes.map(\.goal))) }
    for record in table.shards where !record.isGoalMet {
      apply(.reportPlaced(PlacedReport(shard: record.shard, index: record.placedIndex + 1, members: record.goal)))
    }
  }

  /// Plans and carries out until nothing is left to be done.
  func repair(_ observed: Observations = Observations()) -> Int {
    for round in 0..<1_000 {
      let changes = Planner(table, observed).repair()
      if changes.isEmpty { return round }
      carryOut(changes)
    }
    return 1_000
  }
}
