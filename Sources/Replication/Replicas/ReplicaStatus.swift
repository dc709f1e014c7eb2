package import Basics
package import Raft

/// A replica as ops see it.
package struct ReplicaStatus: Sendable {
  package var shard: ShardID
  package var role: RaftGroup.Role
  package var term: Term
  package var lastIndex: LogIndex
  package var commitIndex: LogIndex
  package var appliedIndex: LogIndex
  package var stamp: Stamp
  package var skuCount = 0
  package var liveHoldCount = 0
  /// Commands that no leader should have written.
  package var alarmCount: UInt64 = 0

  init<Machine: StateMachine & ~Copyable>(_ replica: Replica<Machine>) {
    shard = replica.shard
    role = replica.raft.role
    term = replica.raft.term
    lastIndex = replica.raft.lastIndex
    commitIndex = replica.raft.commitIndex
    appliedIndex = LogIndex(replica.machine.appliedIndex)
    stamp = replica.machine.stamp
  }
}
