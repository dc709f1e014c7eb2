/// How a Store's state database is tuned. The defaults are measured (see the decision records).
package struct StateConfiguration: Equatable, Sendable {
  /// Bytes a memtable takes before RocksDB flushes it by itself.
  package var writeBufferByteCount = 128 << 20
  /// Memtables that may wait for their flush before the background writer has to wait.
  package var writeBufferCount = 4
  package var blockCacheByteCount = 64 << 20
  /// Flushed runs that start a compaction. Few, because a restart's scan reads the deletions in all of them.
  package var compactionTrigger = 4
  /// Bytes of a table. Small, because new keys lie at the end of their ranges: a compaction rewrites only those ends.
  package var tableByteCount = 16 << 20
  /// Tables kept open; each is a file descriptor.
  package var openTableCountMax = 1000
  /// Flushed runs at which the background writer has to wait.
  package var stopTrigger = 64
  /// Threads for compaction and for flushing, shared by all Stores of the process.
  package var backgroundThreadCount = 1
  /// Bytes a second that flushes and compactions may write.
  package var backgroundBytesPerSecond: Int64 = 256 << 20
  /// Log bytes submitted, or state bytes written, after which the state is flushed: what a restart replays at most.
  package var flushByteCount: UInt64 = 32 << 20
  /// Bytes, changes, or range deletes in the buffer of changes at which it is handed to the background writer.
  package var handOverByteCount = 24 << 20
  package var handOverChangeCount = 192_000
  package var handOverRangeDeleteCount = 64
  /// Bytes in all buffers together at which writes are refused as stalled, while the background writer has one of them.
  package var bufferByteCountMax = 128 << 20
  /// Buffers that may wait for the background writer because a read over a snapshot or a flush came behind each.
  package var waitingBufferCountMax = 8
  /// Reader threads, and how many reads may wait for them.
  package var readerCount = 1
  package var readerQueueMax = 64
  /// How fast all of the state is read now and then for its checksums; 0: never.
  package var scrubBytesPerSecond: UInt64 = 0
  /// When that begins after the state was opened, and how long it rests between two passes.
  package var scrubDelayMilliseconds: UInt64 = 5_000
  package var scrubIntervalMilliseconds: UInt64 = 86_400_000

  package init() {}
}
