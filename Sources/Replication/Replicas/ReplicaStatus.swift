package import Basics
internal import Inventory
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
  /// Bytes of it that have arrived.
  package var snapshotBytesReceived: Int
  /// About how many there will be; 0 while that is not known.
  package var snapshotBytesTotal: Int
  /// Why it takes no part any more.
  package var fault: ReplicaFault?
  package var stateDigest: UInt64
  /// What the state was at an entry that the others remember as well.
  package var checkpoint: StateCheckpoint?
  package var skuCount = 0
  package var liveHoldCount = 0
  /// Commands that no leader should have written.
  package var alarmCount: UInt64 = 0
  /// Claims of other slots that were not told yet what became of them, and since when the oldest waits.
  package var outboxCount = 0
  package var oldestOutbox: Stamp?
  /// Claims of this shard's slots that wait for their homes.
  package var pendingClaimCount = 0
  /// Parts that were set aside for holds and orders that came to nothing; their units times the milliseconds for which
  /// they were; and the longest of these.
  package var phantomCount: UInt64 = 0
  package var phantomUnitMilliseconds: UInt64 = 0
  package var phantomLongestMilliseconds: UInt64 = 0
  /// What a leader knows of the others; of any other replica empty.
  package var followers: [FollowerStatus] = []

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
    snapshotBytesReceived = replica.receiving?.byteCount ?? 0
    snapshotBytesTotal = replica.receiving?.totalByteCount ?? 0
    fault = replica.fault
    stateDigest = replica.machine.stateDigest
    checkpoint = replica.machine.checkpoint
    if replica.raft.isLeader {
      followers = replica.raft.memberProgress.filter { $0.member != replica.record.member }.map(FollowerStatus.init)
    }
  }
}

/// A follower as its leader sees it.
package struct FollowerStatus: Sendable {
  package var member: MemberID
  /// Its log agrees with the leader's up to here.
  package var matchIndex: LogIndex
  package var isActive: Bool
  /// It is further behind than the log reaches, and waits for a snapshot.
  package var needsSnapshot: Bool

  init(_ progress: Progress) {
    member = progress.member
    matchIndex = progress.match
    isActive = progress.isActive
    needsSnapshot = progress.state == .snapshot
  }
}
