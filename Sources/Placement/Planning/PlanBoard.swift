internal import Basics

/// A node while a plan is made.
struct PlannedNode {
  let number: NodeID
  let zone: String
  /// Keeps its replicas: active, and not silent for too long.
  let isUsable: Bool
  /// Takes new ones, and leads: usable, and heard of now. Who was never heard of may never come.
  let isTarget: Bool
  /// Belongs to the cluster, and its disk is there as far as anybody knows: draining nodes, and silent ones for a while.
  let isPresent: Bool
  let isDraining: Bool
  let isRemoved: Bool
  var replicaCount = 0
  var leaderCount = 0
  /// Of all its replicas together, see ``PlannedShard/weight``.
  var weight: UInt64 = 0
}

/// A shard while a plan is made. Nodes are named by their places on the board.
struct PlannedShard {
  /// The weight of all writes there are.
  static let weightWhole: UInt64 = 1_000_000

  let record: ShardRecord
  /// Ascending.
  var nodes: [Int]
  /// Those whose replica is to be made anew.
  var renewed: [Int] = []
  /// Who is preferred to lead, on the board and in the cluster.
  var leader: Int?
  let weight: UInt64
  var reasons: [String] = []

  func has(_ node: Int) -> Bool { nodes.contains(node) }
}

/// Where all replicas of inventory shards are to be, while a plan is made from it: what is moved here is moved nowhere
/// else. Deterministic: ties are broken by number.
struct PlanBoard {
  /// Ascending by number.
  var nodes: [PlannedNode]
  /// Ascending; without the meta shard.
  var shards: [PlannedShard]

  init(_ table: ClusterTable, _ observed: Observations, draining: NodeID) {
    nodes = table.nodes.map { Self.node($0, table, observed, draining: draining) }
    shards = []
    let share = LoadShare(table, observed)
    for record in table.shards where record.shard != .meta {
      let places = record.goal.compactMap { member in table.place(of: member.node) }
      let leader = table.place(of: record.preferredLeader)
      shards.append(
        PlannedShard(record: record, nodes: places, leader: leader, weight: share.weight(of: record.shard, observed)))
    }
    for shard in shards {
      for node in shard.nodes { count(node, shard, by: 1) }
      if let leader = shard.leader { nodes[leader].leaderCount += 1 }
    }
  }

  private static func node(
    _ record: NodeRecord, _ table: ClusterTable, _ observed: Observations, draining: NodeID
  ) -> PlannedNode {
    let patience = UInt64(table.settings.replaceDeadAfterSeconds)
    let isDead = patience > 0 && observed.silentSeconds[record.number] ?? 0 >= patience
    let isDraining = record.state == .draining || (record.number == draining && record.state == .active)
    let isUsable = record.state == .active && !isDraining && !isDead
    return PlannedNode(
      number: record.number, zone: record.zone, isUsable: isUsable,
      isTarget: isUsable && observed.silentSeconds[record.number] ?? 0 == 0,
      isPresent: record.state != .removed && !isDead, isDraining: isDraining && !isDead,
      isRemoved: record.state == .removed)
  }

  var usable: [Int] { nodes.indices.filter { nodes[$0].isUsable } }
  var targets: [Int] { nodes.indices.filter { nodes[$0].isTarget } }

  // MARK: Changing it

  private mutating func count(_ node: Int, _ shard: PlannedShard, by sign: Int) {
    nodes[node].replicaCount += sign
    if sign > 0 { nodes[node].weight += shard.weight } else { nodes[node].weight -= shard.weight }
  }

  mutating func add(_ node: Int, to shard: Int, _ reason: String) {
    count(node, shards[shard], by: 1)
    shards[shard].nodes.append(node)
    shards[shard].nodes.sort()
    shards[shard].reasons.append(reason)
  }

  mutating func remove(_ node: Int, from shard: Int, _ reason: String) {
    count(node, shards[shard], by: -1)
    shards[shard].nodes.removeAll { $0 == node }
    shards[shard].reasons.append(reason)
    if shards[shard].leader == node { setLeader(nil, of: shard) }
  }

  mutating func setLeader(_ node: Int?, of shard: Int, _ reason: String? = nil) {
    if let before = shards[shard].leader { nodes[before].leaderCount -= 1 }
    shards[shard].leader = node
    if let node { nodes[node].leaderCount += 1 }
    if let reason { shards[shard].reasons.append(reason) }
  }

  // MARK: Looking at it

  /// How many of a shard's replicas are in the node's zone, that node's own not counted. A node without a zone is a zone.
  func neighbours(of node: Int, in shard: PlannedShard) -> Int {
    let zone = nodes[node].zone
    guard !zone.isEmpty else { return 0 }
    return shard.nodes.count { $0 != node && nodes[$0].zone == zone }
  }

  /// The node that a shard's next replica goes to: where its zone has the fewest of them, then where there is the
  /// least.
  func bestPlace(for shard: PlannedShard) -> Int? {
    targets.filter { !shard.has($0) }.min { left, right in
      let (mine, other) = (neighbours(of: left, in: shard), neighbours(of: right, in: shard))
      if mine != other { return mine < other }
      return isLighter(left, right)
    }
  }

  func isLighter(_ left: Int, _ right: Int) -> Bool {
    if nodes[left].replicaCount != nodes[right].replicaCount {
      return nodes[left].replicaCount < nodes[right].replicaCount
    }
    if nodes[left].weight != nodes[right].weight { return nodes[left].weight < nodes[right].weight }
    return left < right
  }

  func name(_ node: Int) -> String { "node \(nodes[node].number)" }

  /// What differs from the goals that the board was made from.
  func changes() -> [GoalChange] {
    shards.compactMap { shard in
      let record = shard.record
      let preferred = shard.leader.map { nodes[$0].number } ?? .none
      let places = shard.nodes.map { ShardGoal.Place(node: nodes[$0].number, isRenewed: shard.renewed.contains($0)) }
      let isSame =
        preferred == record.preferredLeader && shard.renewed.isEmpty
        && places.map(\.node) == record.goal.map(\.node) && record.goal.allSatisfy { $0.isVoter }
      if isSame { return nil }
      return GoalChange(
        goal: ShardGoal(
          shard: record.shard, expectedRevision: record.goalRevision, places: places, preferredLeader: preferred),
        reason: shard.reasons.joined(separator: "; "))
    }
  }
}

/// What a shard's load is of the whole cluster's, in millionths. Where there is little to do in all, it counts for little:
/// it keeps no node busy.
private struct LoadShare {
  private static let writesMin: UInt64 = 1_000

  private var writes: UInt64 = 0

  init(_ table: ClusterTable, _ observed: Observations) {
    for record in table.shards { writes += Self.writes(observed.loads[record.shard]) }
  }

  func weight(of shard: ShardID, _ observed: Observations) -> UInt64 {
    Self.writes(observed.loads[shard]) * PlannedShard.weightWhole / max(writes, Self.writesMin)
  }

  /// Bounded, so that nothing overflows.
  private static func writes(_ load: ShardLoad?) -> UInt64 { min(load?.writesPerSecond ?? 0, 1 << 32) }
}
