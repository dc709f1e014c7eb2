package import Basics
package import Raft

/// A replica as ops see it.
package struct ReplicaStatus: Sendable {
  package var shard: ShardID
  package var member: MemberID
  package var role: RaftGroup.Role
  /// Who leads, as far as this replica knows.
  package var leader: MemberID
  package var term: Term
  package var lastIndex: LogIndex
  package var commitIndex: LogIndex
  package var appliedIndex: LogIndex
  package var stamp: Stamp
  package var configuration: Configuration
  package var isAsleep: Bool
  /// A snapshot is arriving or being installed.
  package var isReceivingSnapshot: Bool
  /// Why it takes no part any more.
  package var fault: RaftFault?
  package var stateDigest: UInt64
  package var skuCount = 0
  package var liveHoldCount = 0
  /// Commands that no leader should have written.
  package var alarmCount: UInt64 = 0

  init(_ replica: Replica) {
    shard = replica.shard
    member = replica.record.member
    role = replica.raft.role
    leader = replica.raft.leader
    term = replica.raft.term
    lastIndex = replica.raft.lastIndex
    commitIndex = replica.raft.commitIndex
    appliedIndex = replica.machine.appliedIndex
    stamp = replica.machine.stamp
    configuration = replica.raft.configuration
    isAsleep = replica.raft.isAsleep
    isReceivingSnapshot = replica.receiving != nil || replica.install != nil
    fault = replica.fault
    stateDigest = replica.machine.stateDigest
  }
}
