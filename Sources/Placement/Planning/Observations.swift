package import Basics

/// What is observed of the cluster and written nowhere: who is silent, who leads, what is busy. Gathered by whoever leads
/// the meta shard; a plan is made from it and the ``ClusterTable``.
package struct Observations: Sendable {
  /// For how many seconds a node has not been heard, at least 1 for one that never was; a node that is not listed is alive.
  package var silentSeconds = SortedMap<NodeID, UInt64>()
  /// Who leads a shard, as far as it is known.
  package var leaders = SortedMap<ShardID, NodeID>()
  /// What the shards have to do; without it all count alike.
  package var loads = SortedMap<ShardID, ShardLoad>()
  /// Replicas that take no part any more, because their state or their log is not what it should be.
  package var faulty: [FaultyReplica] = []

  package init() {}

  func isFaulty(_ member: GoalMember, of shard: ShardID) -> Bool {
    faulty.contains { $0.shard == shard && $0.node == member.node && $0.life == member.life }
  }
}

package struct ShardLoad: Equatable, Sendable {
  package var writesPerSecond: UInt64

  package init(writesPerSecond: UInt64) { self.writesPerSecond = writesPerSecond }
}

package struct FaultyReplica: Equatable, Sendable {
  package var shard: ShardID
  package var node: NodeID
  package var life: ReplicaLife

  package init(shard: ShardID, node: NodeID, life: ReplicaLife) {
    self.shard = shard
    self.node = node
    self.life = life
  }
}

/// A goal that is to be set, and why, for people.
package struct GoalChange: Equatable, Sendable {
  package var goal: ShardGoal
  package var reason: String

  package init(goal: ShardGoal, reason: String) {
    self.goal = goal
    self.reason = reason
  }
}

/// Why something that ops ask for cannot be planned.
package enum PlanRefusal: Error, Equatable, Sendable {
  case unknownShard(ShardID)
  case unknownNode(NodeID)
  /// It is draining or removed.
  case nodeTakesNothing(NodeID)
  /// It is not heard of now, or never was.
  case nodeIsSilent(NodeID)
  /// Every node has the meta shard; it cannot be moved.
  case metaIsEverywhere
  case noReplica(ShardID, NodeID)
  case alreadyThere(ShardID, NodeID)
  /// Slots of the shard are moving already.
  case shardIsMoving(ShardID, move: UInt64)
  /// Not all of the slots are the shard's.
  case slotsNotOwned(ShardID)
  /// It has too few slots to give some away, or would be left without any.
  case nothingToSplit(ShardID)
  /// No node takes anything.
  case noNodes
}
