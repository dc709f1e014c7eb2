package import Basics

/// A replica that a shard has, or is to have.
package struct GoalMember: Equatable, Sendable {
  package var node: NodeID
  package var life: ReplicaLife
  package var isVoter: Bool

  package init(node: NodeID, life: ReplicaLife, isVoter: Bool = true) {
    self.node = node
    self.life = life
    self.isVoter = isVoter
  }
}

/// Where a shard's replicas are to be, and where they were last known to be.
///
/// Invariants: both lists ascend by node, and none has a node twice; the goal has a voter; every life in either is below
/// ``nextLife``.
package struct ShardRecord: Equatable, Sendable {
  package var shard: ShardID
  /// Who is to be in the group.
  package var goal: [GoalMember]
  /// Who was in the group after its log's entry ``placedIndex``, by the word of a leader that had applied it, and knew that
  /// every voter among them knows.
  package var placed: [GoalMember]
  package var placedIndex: UInt64
  /// Who is to lead, if it can; ``NodeID/none``: whoever does.
  package var preferredLeader: NodeID
  /// The life of the next replica that no node has had yet.
  package var nextLife: ReplicaLife
  /// The meta shard's log index of the last change of the goal; whoever changes a goal names the one that it knows.
  package var goalRevision: UInt64
  /// The meta shard's log index of the last change.
  package var revision: UInt64
  /// Of a shard that was made while the cluster ran: its first members, who begin without anybody's state. A member that
  /// is one of them, life included, has never had any either if it has none now.
  package var founders: [GoalMember]

  package init(
    shard: ShardID, goal: [GoalMember], placed: [GoalMember], placedIndex: UInt64 = 0, preferredLeader: NodeID = .none,
    nextLife: ReplicaLife, goalRevision: UInt64, revision: UInt64, founders: [GoalMember] = []
  ) {
    self.shard = shard
    self.goal = goal
    self.placed = placed
    self.placedIndex = placedIndex
    self.preferredLeader = preferredLeader
    self.nextLife = nextLife
    self.goalRevision = goalRevision
    self.revision = revision
    self.founders = founders
  }

  /// The replica that a node is to have.
  package func goalMember(on node: NodeID) -> GoalMember? { goal.first { $0.node == node } }
  /// The replica that a node was last known to have.
  package func placedMember(on node: NodeID) -> GoalMember? { placed.first { $0.node == node } }
  package var isGoalMet: Bool { goal == placed }

  func checkInvariants() {
    for list in [goal, placed] {
      invariant(
        zip(list, list.dropFirst()).allSatisfy { $0.node < $1.node }, "a shard's members ascend, a node once at most")
      invariant(list.allSatisfy { $0.life < nextLife }, "a life was given that the shard does not know of")
    }
    invariant(goal.contains { $0.isVoter }, "a group without a voter is no goal")
  }
}
