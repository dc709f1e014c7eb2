internal import Basics
internal import Raft

/// A snapshot on its way from this Store's leader to one follower. Owned by the Store.
///
/// First it waits for its turn; then the state is frozen and offered, again and again until the follower asks for the
/// first part; then each part is read when it is asked for, one at a time. So a follower that is slow, away or gone costs
/// this Store one frozen state and no memory.
struct SnapshotSending {
  let replica: Replica
  let request: SnapshotRequest
  /// What is frozen and offered, once it is.
  var offered: Offered?
  /// In the Store's ticks.
  var heardTick: UInt64
  var offeredTick: UInt64 = 0

  struct Offered {
    var cut: CutNumber
    var snapshot: Snapshot
    var prefix: PartitionPrefix
    /// The part that is being read, or waits to be.
    var wanted: ChunkRequest?
    /// The storage has been asked for it.
    var isReading = false
  }

  init(_ replica: Replica, _ request: SnapshotRequest, tick: UInt64) {
    self.replica = replica
    self.request = request
    heardTick = tick
  }

  var to: MemberID { request.to }

  /// Whether nobody wants it any more: the leader it was for is none, or not the one it was.
  var isOutdated: Bool {
    replica.isGone || !replica.raft.isLeader || replica.raft.term != request.term
      || !replica.raft.configuration.contains(request.to)
  }

  var head: TransferHead? {
    offered.map { TransferHead(from: replica.record.member, to: to, cut: $0.cut) }
  }
}
