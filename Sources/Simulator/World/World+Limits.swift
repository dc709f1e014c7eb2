internal import Raft
internal import Replication

extension World {
  /// The Stores' bounds: half of the worlds have small ones, so that windows fill, snapshots are needed and batches are
  /// cut within seconds.
  static func limits(_ chance: inout Chance, usesSlots: Bool) -> StoreLimits {
    var limits = StoreLimits()
    limits.retainedLogBytesMax = chance.pick([400, 4_000, 40_000, 256 << 20])
    limits.chunkBytesMax = chance.pick([400, 4_000, 256 << 10])
    limits.snapshotBytesPerTick = chance.pick([2_000, 8 << 20])
    if usesSlots {
      limits.moveBatchWeightMax = chance.pick([1, 3, 2_000])
      limits.moveBatchSlotsMax = chance.pick([256, 2_048])
      limits.moveMixedHoldsMax = chance.pick([0, 2, 128])
      limits.movePackedMax = chance.pick([1, 4, 3_000])
      limits.moveQueueMax = chance.pick([0, 3, 512])
      limits.moveQueueSendMax = chance.pick([1, 5, 400])
      limits.moveQueueBacklogMax = chance.pick([3, 20, 8_192])
      limits.moveSliceBytesMax = chance.pick([300, 2_000, 48 << 10])
    }
    guard chance.oneIn(2) else { return limits }
    limits.pendingCommandsMax = chance.pick([4, 100])
    limits.pendingReadsMax = chance.pick([3, 50])
    limits.batchBytesMax = chance.pick([300, 10_000])
    limits.raft.messageBytesMax = chance.pick([200, 2_000])
    limits.raft.messageEntriesMax = chance.pick([1, 2, 16])
    limits.raft.inflightMessagesMax = chance.pick([1, 2, 8])
    limits.raft.inflightBytesMax = chance.pick([300, 5_000])
    limits.raft.uncommittedBytesMax = chance.pick([500, 20_000])
    limits.raft.committedBytesMax = chance.pick([200, 8 << 20])
    limits.raft.keptBytesMax = chance.pick([0, 500, 4 << 20])
    return limits
  }
}
