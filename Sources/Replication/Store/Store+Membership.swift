package import Basics
package import Raft

// Who is in the groups, and who leads them.

extension Store {
  /// Proposes a change of a group's members; ``TurnEffects/changes`` says when it has taken effect here, or
  /// ``TurnEffects/lost`` that nobody knows.
  package func propose(
    _ change: ConfigurationChange, _ waiter: Waiter, to shard: ShardID
  ) throws(ChangeRefusal) {
    guard let replica = replica(of: shard), replica.fault == nil else {
      throw .notProposable(.notLeader(leader: .none))
    }
    noteLeadership(replica)
    try replica.propose(change, waiter)
    mark(replica)
  }

  /// Hands the leadership of a group over. Whether it went, ``status(of:)`` shows.
  package func transferLeadership(of shard: ShardID, to member: MemberID) throws(TransferRefusal) {
    guard let replica = replica(of: shard), replica.fault == nil else { throw .notLeader(leader: .none) }
    try replica.raft.transferLeadership(to: member)
    mark(replica)
  }

  /// Starts an election, for whoever knows that one is needed.
  package func campaign(_ shard: ShardID) {
    guard let replica = replica(of: shard), replica.fault == nil, !replica.raft.isLeader else { return }
    replica.raft.campaign()
    mark(replica)
  }
}
