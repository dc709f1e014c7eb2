internal import Replication

/// How a Store's log uses its disk.
package struct LogConfiguration: Equatable, Sendable {
  /// Bytes of one segment file, a multiple of the disk page.
  package var segmentByteCount = 64 << 20
  /// Bytes that one durable write carries at most; more is split.
  package var batchByteCountMax = 4 << 20
  /// Written segments kept ready beside the next one.
  package var spareSegmentCount = 2
  /// Free bytes below which the Store must refuse new work.
  package var freeByteCountMin: UInt64 = 1 << 30
  /// How long the log must be idle before its last batch is sealed; behind a direct write it may be up to twice as long.
  package var sealDelayMilliseconds: UInt64 = 50
  /// How often free space is looked at.
  package var spaceCheckMilliseconds: UInt64 = 1000

  /// Payload bytes for each record of a batch that the Store's thread may write itself, and records that count: a lone
  /// request over several shards is an entry of each.
  package var directByteCountMax = 512
  package var directRecordCountMax = 6
  /// How long such a write may take. After one that took longer, batches are handed over for so many times as long: what
  /// the Store's thread waits for a slow disk stays a small share of its time.
  package var directNanosecondsMax: UInt64 = 2_000_000
  package var slowFactor: UInt64 = 50

  package init() {}

  /// Whether a batch is a lone request's, by its size.
  func isSmall(_ batch: LogBatch) -> Bool {
    batch.payloadByteCount <= directByteCountMax * min(batch.records.count, directRecordCountMax)
  }

  /// Why these settings cannot be used, or `nil`.
  var problem: String? {
    guard segmentByteCount % DiskPage.byteCount == 0, segmentByteCount >= 4 * DiskPage.byteCount else {
      return "the segment size must be a multiple of \(DiskPage.byteCount), at least \(4 * DiskPage.byteCount)"
    }
    guard segmentByteCount <= 1 << 30 else { return "the segment size must be at most 1 GiB" }
    guard batchByteCountMax >= DiskPage.byteCount else { return "the batch size must be at least a page" }
    return nil
  }

  /// What a batch may take in a segment that has only its header.
  var batchByteCountLimit: Int {
    min(DiskPage.roundedUp(batchByteCountMax), segmentByteCount - DiskPage.byteCount)
  }
}

/// Whether there is room for new work.
package enum SpaceState: Equatable, Sendable {
  case ok
  /// The disk is nearly full: refuse writes, go on reading. Turns back by itself when space returns.
  case low
}
