package import Basics

/// Says which goals to change. It decides and does nothing: the changes are commands of the meta shard, made from a
/// revision of each goal, so that of two plans of one moment one has no effect. A function of the table and of what was
/// observed; the same in every process.
package struct Planner {
  /// Goals that are under way at a time by the planner's own will: the rest waits, so that a plan can be changed.
  package static let openGoalsMax = 128
  /// Goals that are begun with each plan all the same: those that are under way may wait for something that never comes.
  package static let newGoalsMin = 8

  let table: ClusterTable
  let observed: Observations

  package init(_ table: ClusterTable, _ observed: Observations = Observations()) {
    self.table = table
    self.observed = observed
  }

  /// What is to be done without a hand: every shard has as many replicas as it should, none on a node that is to be
  /// empty or is dead for good, and a leader that it prefers. At most ``openGoalsMax`` shards at a time.
  package func repair() -> [GoalChange] {
    guard table.isFounded else { return [] }
    let open = table.shards.filter { $0.shard != .meta && !$0.isGoalMet }.map(\.shard)
    var room = max(Self.newGoalsMin, Self.openGoalsMax - open.count)
    // What is under way already may be changed at any time: perhaps it waits for a node that is dead.
    let changes = repairs(draining: .none).filter { change in
      if open.contains(change.goal.shard) { return true }
      room -= 1
      return room >= 0
    }
    return repairMeta() + changes
  }

  /// What ``repair()`` will do, step by step, when a node drains.
  package func drain(_ node: NodeID) throws(PlanRefusal) -> [GoalChange] {
    guard let record = table.node(node) else { throw .unknownNode(node) }
    guard record.state != .removed else { throw .nodeTakesNothing(node) }
    return repairs(draining: node)
  }

  /// Spreads replicas and preferred leaders over the nodes, to within one, with as few moves as that takes; then the
  /// load, as far as it is known. Replicas in the same zone part when there is a zone without.
  package func rebalance(leadersOnly: Bool = false) -> [GoalChange] {
    guard table.isFounded else { return [] }
    var board = PlanBoard(table, observed, draining: .none)
    if !leadersOnly { board.spreadReplicas() }
    board.spreadLeaders()
    return board.changes()
  }

  /// Moves a replica from node to node; the leadership goes with it.
  package func move(_ shard: ShardID, from: NodeID, to: NodeID) throws(PlanRefusal) -> GoalChange {
    guard shard != .meta else { throw .metaIsEverywhere }
    guard let record = table.shard(shard) else { throw .unknownShard(shard) }
    guard record.goalMember(on: from) != nil else { throw .noReplica(shard, from) }
    guard let target = table.node(to) else { throw .unknownNode(to) }
    guard target.state == .active else { throw .nodeTakesNothing(to) }
    guard observed.silentSeconds[to] ?? 0 == 0 else { throw .nodeIsSilent(to) }
    guard record.goalMember(on: to) == nil else { throw .alreadyThere(shard, to) }
    var places = record.places.filter { $0.node != from }
    places.append(ShardGoal.Place(node: to))
    places.sort { $0.node < $1.node }
    let leader = record.preferredLeader == from ? to : record.preferredLeader
    return GoalChange(
      goal: ShardGoal(
        shard: shard, expectedRevision: record.goalRevision, places: places, preferredLeader: leader),
      reason: "move from node \(from) to node \(to)")
  }

  /// Makes a voter the preferred leader.
  package func transfer(_ shard: ShardID, to: NodeID) throws(PlanRefusal) -> GoalChange {
    guard let record = table.shard(shard) else { throw .unknownShard(shard) }
    guard let target = table.node(to) else { throw .unknownNode(to) }
    guard target.state == .active else { throw .nodeTakesNothing(to) }
    guard record.goalMember(on: to)?.isVoter == true else { throw .noReplica(shard, to) }
    return GoalChange(
      goal: ShardGoal(
        shard: shard, expectedRevision: record.goalRevision, places: record.places, preferredLeader: to),
      reason: "lead from node \(to)")
  }
}

extension ShardRecord {
  /// The goal as a command names it.
  var places: [ShardGoal.Place] { goal.map { ShardGoal.Place(node: $0.node, isVoter: $0.isVoter) } }
}

extension Int {
  /// A group of an even number of voters survives no more failures than one of a voter less.
  var largestOdd: Int { self % 2 == 1 ? self : Swift.max(self - 1, 1) }
}
