internal import Basics
internal import Raft
internal import Replication

/// The writing end of the log. Owned by whichever thread has set the log writer's `isWriting`: its own, or the Store's for a
/// batch that it writes itself (before that, by the thread that opens the log).
///
/// One batch on disk is one durable write. After a write that failed, nothing is ever written again: the caller stops.
final class LogWriterLoop {
  private let contents: Monitor<LogContents>
  private let pool: SegmentPool
  private let configuration: LogConfiguration
  private var encoder: BatchEncoder
  private var segment: Segment
  private var offset: Int
  private var nextBatch: UInt64
  private var firstBatch: UInt64
  private var previousChecksum: UInt32
  /// Each shard's last index as of what was encoded: what a new entry must continue.
  private var lasts: [ShardID: LogIndex] = [:]
  private var pending: [PendingRecord] = []
  private var isBatchOpen = false
  private var hasCheckpoint = false
  /// A later batch already proves that the last batch with records was durable.
  private(set) var isSealed = false

  init(
    contents: Monitor<LogContents>, pool: SegmentPool, configuration: LogConfiguration, segment: Segment, offset: Int,
    nextBatch: UInt64, firstBatch: UInt64, previousChecksum: UInt32
  ) {
    self.contents = contents
    self.pool = pool
    self.configuration = configuration
    encoder = BatchEncoder(capacity: 1 << 20)
    self.segment = segment
    self.offset = offset
    self.nextBatch = nextBatch
    self.firstBatch = firstBatch
    self.previousChecksum = previousChecksum
    let table = contents.withLock { $0.table }
    for slot in table.shards.indices { lasts[table.ids[slot]] = table.shards[slot].last.index }
  }

  /// Makes the records of all batches durable, in order, by one write if they fit into one.
  func persist(_ batches: [LogBatch]) throws(StorageError) {
    if offset + min(Self.diskByteCount(of: batches), configuration.batchByteCountLimit) > segment.byteCount {
      try rotate()
    }
    try begin()
    for batch in batches {
      for record in batch.records { try add(record) }
    }
    try finish()
    isSealed = false
  }

  /// Whether the batch needs nothing but one write: no other segment.
  func hasRoom(for batch: LogBatch) -> Bool {
    offset > DiskPage.byteCount && offset + Self.diskByteCount(of: [batch]) <= segment.byteCount
  }

  /// What one write of all batches takes, in whole pages.
  private static func diskByteCount(of batches: [LogBatch]) -> Int {
    var byteCount = BatchHeader.byteCount
    for batch in batches {
      for record in batch.records { byteCount += BatchEncoder.byteCount(of: record) }
    }
    return DiskPage.roundedUp(byteCount)
  }

  /// Writes an empty batch, which proves that the one before was durable. Left out where no room is left in the segment.
  func seal() throws(StorageError) {
    if !isSealed && offset + DiskPage.byteCount <= segment.byteCount && offset > DiskPage.byteCount {
      try begin()
      try finish()
    }
    isSealed = true
  }

  private func add(_ record: LogBatch.Record) throws(StorageError) {
    let byteCount = BatchEncoder.byteCount(of: record)
    let limit = min(configuration.batchByteCountLimit, segment.byteCount - offset)
    if encoder.contentByteCount + byteCount > limit {
      if !pending.isEmpty { try finish() }
      if offset + DiskPage.roundedUp(BatchHeader.byteCount + byteCount) > segment.byteCount { try rotate() }
      if !isBatchOpen { try begin() }
    }
    check(record)
    let keepsSuffix = keepsSuffix(record)
    encoder.append(record, keepsSuffix: keepsSuffix)
    pending.append(PendingRecord(record: record, keepsSuffix: keepsSuffix))
  }

  /// Whether the entries behind a log start stay: when the log agrees with it (thesis §5.1). Written into the record,
  /// because recovery cannot know the term of an entry whose segment was recycled.
  private func keepsSuffix(_ record: LogBatch.Record) -> Bool {
    guard case .start(let shard, let start) = record else { return false }
    for earlier in pending.reversed() {
      switch earlier.record {
      case .entry(shard, let entry) where entry.index <= start.index:
        return entry.index == start.index && entry.term == start.term
      case .start(shard, let other) where other.index == start.index || !earlier.keepsSuffix:
        return other == start
      case .forget(shard): return false
      case .entry, .hardState, .start, .forget: continue
      }
    }
    return contents.withLock { contents in
      contents.table[shard].flatMap { contents.table.term($0, at: start.index) } == start.term
    }
  }

  /// The core never leaves a gap; if it does, the log must not take it.
  private func check(_ record: LogBatch.Record) {
    switch record {
    case .entry(let shard, let entry):
      let last = lasts[shard, default: .zero]
      invariant(entry.index.rawValue <= last.rawValue + 1, "shard \(shard): entry \(entry.index) after \(last)")
      lasts[shard] = entry.index
    case .start(let shard, let start): lasts[shard] = max(lasts[shard, default: .zero], start.index)
    case .forget(let shard): lasts[shard] = .zero
    case .hardState: break
    }
  }

  private func rotate() throws(StorageError) {
    if isBatchOpen && pending.isEmpty { isBatchOpen = false }
    invariant(!isBatchOpen, "a segment was left with an unfinished batch")
    let next = try pool.takeNext()
    invariant(next.sequence == segment.sequence + 1, "segments follow each other")
    contents.withLock { $0.places.append(LogContents.Place(segment: next)) }
    segment = next
    offset = DiskPage.byteCount
  }

  private func begin() throws(StorageError) {
    let isFirst = offset == DiskPage.byteCount
    if isFirst { firstBatch = nextBatch }
    encoder.begin(
      BatchHeader(
        segment: segment.sequence, sequence: nextBatch, first: firstBatch, previousChecksum: previousChecksum),
      life: segment.life)
    isBatchOpen = true
    hasCheckpoint = isFirst
    guard isFirst else { return }
    let table = contents.withLock { contents in
      contents.table.advanceStarts()
      return contents.table
    }
    // A shard that was forgotten has nothing to say.
    for slot in table.shards.indices where table.checkpoint(slot) != ShardCheckpoint() {
      encoder.append(table.ids[slot], table.checkpoint(slot))
    }
    invariant(
      encoder.contentByteCount <= segment.byteCount - DiskPage.byteCount, "the checkpoints fill a whole segment")
  }

  private func finish() throws(StorageError) {
    let (header, bytes) = unsafe encoder.finish()
    invariant(offset + header.diskByteCount <= segment.byteCount, "a batch is longer than its segment's rest")
    unsafe try segment.file.write(bytes, at: UInt64(offset))
    let page = UInt32(offset / DiskPage.byteCount)
    offset += header.diskByteCount
    nextBatch += 1
    previousChecksum = header.checksum
    isBatchOpen = false
    let free = contents.withLock { contents in
      for item in pending { contents.table.apply(item, segment: segment.sequence, page: page) }
      if hasCheckpoint { contents.table.dropBelowStarts() }
      return contents.takeFreeSegments()
    }
    pending.removeAll(keepingCapacity: true)
    pool.giveBack(free)
  }
}

/// A record that was encoded and is not durable yet.
struct PendingRecord {
  var record: LogBatch.Record
  var keepsSuffix: Bool
}

extension LogTable {
  /// A record that the core asked for is durable.
  fileprivate mutating func apply(_ item: PendingRecord, segment: UInt64, page: UInt32) {
    switch item.record {
    case .entry(let shard, let entry):
      do throws(LogGap) {
        try append(shard, index: entry.index, term: entry.term, segment: segment, page: page)
      } catch { invariantViolated("the log of shard \(shard) has no place for entry \(entry.index)") }
    case .hardState(let shard, let state): setHardState(shard, state)
    case .start(let shard, let start): setStart(shard, start, keepsSuffix: item.keepsSuffix)
    case .forget(let shard): forget(shard)
    }
  }
}
