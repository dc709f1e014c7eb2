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
    replica.proposeCommands(stamp: clock.stamp)
    try replica.raft.transferLeadership(to: member)
    mark(replica)
  }

  /// Takes a replica out of service whose state is not what most of the others have; if it is as it is said to be.
  ///
  /// - Returns: whether it is.
  @discardableResult
  package func takeOut(_ shard: ShardID, diverged checkpoint: StateCheckpoint) -> Bool {
    guard let replica = replica(of: shard) else { return false }
    let present = StateCheckpoint(index: replica.machine.appliedIndex, digest: replica.machine.stateDigest)
    guard checkpoint == present || checkpoint == replica.machine.checkpoint else { return false }
    retire(replica, because: .diverged(at: checkpoint.index))
    wantsTurn = true
    return true
  }

  /// Starts an election, for whoever knows that one is needed.
  package func campaign(_ shard: ShardID) {
    guard let replica = replica(of: shard), replica.fault == nil, !replica.raft.isLeader else { return }
    replica.raft.campaign()
    mark(replica)
  }
}
