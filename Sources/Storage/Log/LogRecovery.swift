internal import Basics
internal import Raft
internal import Replication

/// Where the durable log ends, and what it holds.
struct RecoveredFolder {
  var table: LogTable
  /// In order. The one at `endSegment` is written on; those behind it hold nothing.
  var segments: [Segment]
  var endSegment: Int
  /// Where the next batch goes in it.
  var offset: Int
  var nextBatch: UInt64
  /// The sequence of that segment's first batch.
  var firstBatch: UInt64
  var previousChecksum: UInt32
  /// The entries above what is applied, by the table's slots.
  var entries: [[Entry]]
  /// Bytes of a torn batch were cut.
  var hasCutTail: Bool
}

/// Reads a log's segments and decides what is a torn tail and what is damage. Runs once, before the writer's thread.
///
/// Batches are numbered without gaps, and a batch is written only after the one before is durable. So where a batch
/// cannot be read, the head of any later one proves that it was acknowledged: that is damage, and nothing is changed.
/// Without such a proof it is the batch that was being written when the power went: it is cut. What remains in doubt is
/// damage to the very last batch, after its acknowledgement, with nothing written since; a seal (an empty batch) is
/// written when the log has been idle for a moment, at a clean end and at each start, and closes that gap.
struct LogRecovery {
  let fileSystem: any FileSystem
  let folder: LogFolder
  let owner: UniqueID
  let store: UInt32
  let batchByteCountMax: Int
  /// What the state already covers: entries up to there are checked but not kept.
  let applied: [ShardID: LogStart]

  private(set) var table = LogTable(firstSegment: 1)
  private(set) var entries: [[Entry]] = []

  init(
    fileSystem: any FileSystem, folder: LogFolder, owner: UniqueID, store: UInt32, batchByteCountMax: Int,
    applied: [ShardID: LogStart]
  ) {
    self.fileSystem = fileSystem
    self.folder = folder
    self.owner = owner
    self.store = store
    self.batchByteCountMax = batchByteCountMax
    self.applied = applied
  }

  /// Reads everything; `nil` when the folder has no segment.
  mutating func run() throws(StorageError) -> RecoveredFolder? {
    let segments = try openSegments()
    guard let first = segments.first else { return nil }
    table = LogTable(firstSegment: first.sequence)
    var end = LogEnd(nextBatch: first.sequence == 1 ? 1 : nil)
    var buffer = PageBuffer(byteCount: segments.map(\.byteCount).max() ?? 0)
    for number in segments.indices {
      try read(segments[number], into: &buffer)
      try scan(segments, number, buffer.span(segments[number].byteCount), &end)
    }
    try refuseMissingEntries(segments)
    return try cut(segments, end, &buffer)
  }
}

/// The end of what was read so far.
struct LogEnd {
  var segment = 0
  var offset = DiskPage.byteCount
  /// The sequence of the next batch, once it is known.
  var nextBatch: UInt64?
  /// The sequence of the first batch of the segment.
  var firstBatch: UInt64 = 0
  var checksum: UInt32 = 0
  /// A segment without a batch was seen.
  var isPast = false
}

extension LogRecovery {
  /// Reads the batches of one segment as far as they follow each other.
  private mutating func scan(
    _ segments: [Segment], _ number: Int, _ bytes: RawSpan, _ end: inout LogEnd
  ) throws(StorageError) {
    let segment = segments[number]
    var offset = DiskPage.byteCount
    var place = offset
    var reason = "a batch's head cannot be read"
    scanning: while offset < bytes.byteCount && !end.isPast {
      place = offset
      switch BatchReader.look(at: offset, in: bytes, life: segment.life) {
      case .whole(let header) where end.nextBatch == nil || header.sequence == end.nextBatch:
        guard end.nextBatch == nil || header.sequence == 1 || header.previousChecksum == end.checksum else {
          throw damage(segment, offset, "batch \(header.sequence) does not follow the batch before it")
        }
        try apply(segment, header, offset, bytes)
        offset += header.diskByteCount
        end = LogEnd(
          segment: number, offset: offset, nextBatch: header.sequence + 1, firstBatch: header.first,
          checksum: header.checksum)
      case .whole, .nothing:
        break scanning
      case .damaged(let inside, let why):
        (place, reason) = (inside, why)
        break scanning
      }
    }
    if offset < bytes.byteCount { try refuseProof(segments, number, bytes, from: offset, place, reason, end) }
    if offset == DiskPage.byteCount && number > 0 { end.isPast = true }
  }

  /// The batch at `offset` cannot be read: refuses the log if a later one proves that it was durable.
  private func refuseProof(
    _ segments: [Segment], _ number: Int, _ bytes: RawSpan, from offset: Int, _ place: Int, _ reason: String,
    _ end: LogEnd
  ) throws(StorageError) {
    let segment = segments[number]
    guard let expected = end.nextBatch else {
      // Only a log's first segment may be without a batch: any other one outlived those before it by its checkpoint.
      throw damage(segment, place, reason)
    }
    // Behind a segment without a batch, even the next batch is proof: it stands where it cannot have been written.
    let durable = end.isPast ? expected - 1 : expected
    guard let proof = BatchReader.proof(thatDurable: durable, in: bytes, from: offset, life: segment.life) else {
      return
    }
    let reason = "\(reason), yet batch \(proof.sequence) was written later"
    if end.segment < number && proof.first > expected {
      throw damage(segments[end.segment], end.offset, reason)
    }
    throw damage(segment, place, reason)
  }

  /// Takes in the records of a whole batch.
  private mutating func apply(
    _ segment: Segment, _ header: BatchHeader, _ offset: Int, _ bytes: RawSpan
  ) throws(StorageError) {
    do throws(DecodeError) {
      try BatchReader.forEachRecord(of: header, at: offset, in: bytes) {
        (record: RecordHeader, payload: RawSpan) throws(DecodeError) in
        try apply(segment, page: UInt32(offset / DiskPage.byteCount), record, payload)
      }
    } catch {
      throw damage(segment, offset, "a batch makes no sense: \(error)")
    }
  }

  private mutating func apply(
    _ segment: Segment, page: UInt32, _ record: RecordHeader, _ payload: RawSpan
  ) throws(DecodeError) {
    switch record.kind {
    case .normalEntry, .configurationEntry:
      do throws(LogGap) {
        try table.append(
          record.shard, index: record.index, term: record.term, segment: segment.sequence, page: page)
      } catch {
        throw .invalid("entry \(error.index) of shard \(error.shard) comes after \(error.last)")
      }
      keep(record, payload)
    case .hardState:
      var reader = ByteReader(payload)
      let vote = MemberID(try reader.uint64())
      try reader.finish()
      table.setHardState(record.shard, HardState(term: record.term, vote: vote, commit: record.index))
    case .start:
      var reader = ByteReader(payload)
      let keeps = try reader.uint8()
      try reader.finish()
      guard keeps <= 1 else { throw .unknownTag(UInt64(keeps)) }
      table.setStart(
        record.shard, LogStart(index: record.index, term: record.term), keepsSuffix: keeps == 1)
    case .forget:
      table.forget(record.shard)
      if let slot = table.slot(of: record.shard), slot < entries.count { entries[slot] = [] }
    case .checkpoint:
      guard table.apply(record.shard, try ShardCheckpoint(header: record, payload: payload)) else {
        throw .invalid("the checkpoint of shard \(record.shard) contradicts the log before it")
      }
    }
  }

  /// Keeps an entry in memory if the state does not cover it yet.
  private mutating func keep(_ record: RecordHeader, _ payload: RawSpan) {
    guard let slot = table.slot(of: record.shard), let kind = record.kind.entryKind else { return }
    while entries.count <= slot { entries.append([]) }
    while let last = entries[slot].last, last.index >= record.index { entries[slot].removeLast() }
    guard record.index > applied[record.shard, default: LogStart()].index else { return }
    entries[slot].append(Entry(term: record.term, index: record.index, kind: kind, payload: payload.copied()))
  }

  func damage(_ segment: Segment, _ offset: Int, _ reason: String) -> StorageError {
    .damaged(path: segment.path, offset: UInt64(offset), reason: reason)
  }
}
