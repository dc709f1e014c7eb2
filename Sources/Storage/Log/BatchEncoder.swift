internal import Basics
internal import Raft
internal import Replication

/// Builds one batch in a buffer that can be written as it is: whole pages at a page's address. Owned by the log writer's
/// thread and reused, so that a warm encoder allocates nothing.
@safe struct BatchEncoder: ~Copyable {
  private var buffer: UnsafeMutableRawBufferPointer
  private var header: BatchHeader
  private var life = SegmentLife(sequence: 0, salt: 0)
  private var seed = CRC32C()
  private var count = 0
  private var scratch = ByteWriter(capacity: 64)

  init(capacity: Int) {
    unsafe buffer = .allocate(byteCount: DiskPage.roundedUp(capacity), alignment: DiskPage.byteCount)
    header = BatchHeader(segment: 0, sequence: 0, first: 0, previousChecksum: 0)
  }

  deinit { unsafe buffer.deallocate() }

  /// Bytes of the batch so far, with its head.
  var contentByteCount: Int { count }
  var recordCount: Int { header.recordCount }
  private var capacity: Int { unsafe buffer.count }

  /// Begins a batch; forgets the one before.
  mutating func begin(_ header: BatchHeader, life: SegmentLife) {
    self.header = header
    self.life = life
    seed = life.recordSeed(batch: header.sequence)
    count = BatchHeader.byteCount
  }

  /// `keepsSuffix` is for a log start: whether the entries behind it stay.
  mutating func append(_ record: borrowing LogBatch.Record, keepsSuffix: Bool) {
    switch copy record {
    case .entry(let shard, let entry):
      append(
        RecordKind(entry.kind), shard, index: entry.index, term: entry.term, payload: entry.payload.rawSpan)
    case .hardState(let shard, let state):
      scratch.removeAll()
      scratch.uint64(state.vote.rawValue)
      appendScratch(.hardState, shard, index: state.commit, term: state.term)
    case .start(let shard, let start):
      scratch.removeAll()
      scratch.uint8(keepsSuffix ? 1 : 0)
      appendScratch(.start, shard, index: start.index, term: start.term)
    case .forget(let shard): append(.forget, shard, index: .zero, term: .zero, payload: RawSpan())
    }
  }

  mutating func append(_ shard: ShardID, _ checkpoint: ShardCheckpoint) {
    scratch.removeAll()
    checkpoint.encodePayload(into: &scratch)
    appendScratch(.checkpoint, shard, index: checkpoint.last.index, term: checkpoint.last.term)
  }

  /// Closes the batch: writes its head, fills its last page with zeros. The bytes stay valid until the next `begin`.
  mutating func finish() -> (header: BatchHeader, bytes: UnsafeRawBufferPointer) {
    header.contentByteCount = count
    header.encode(into: &scratch, life: life)
    unsafe buffer.copyBytes(from: scratch.bytes)
    let end = header.diskByteCount
    unsafe buffer[count..<end].initializeMemory(as: UInt8.self, repeating: 0)
    return unsafe (header, UnsafeRawBufferPointer(rebasing: buffer[0..<end]))
  }

  private mutating func appendScratch(_ kind: RecordKind, _ shard: ShardID, index: LogIndex, term: Term) {
    var writer = ByteWriter()
    swap(&writer, &scratch)
    append(kind, shard, index: index, term: term, payload: writer.bytes.rawSpan)
    swap(&writer, &scratch)
  }

  private mutating func append(
    _ kind: RecordKind, _ shard: ShardID, index: LogIndex, term: Term, payload: RawSpan
  ) {
    let end = count + RecordHeader.byteCount + payload.byteCount
    if end > capacity { grow(to: end) }
    unsafe store(UInt32(payload.byteCount), at: 4)
    unsafe store(shard.rawValue, at: 8)
    unsafe store(UInt32(kind.rawValue), at: 12)
    unsafe store(index.rawValue, at: 16)
    unsafe store(term.rawValue, at: 24)
    let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count + RecordHeader.byteCount..<end])
    unsafe payload.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
    var crc = seed
    unsafe crc.update(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: buffer[count + 4..<end])))
    unsafe store(crc.value, at: 0)
    count = end
    header.recordCount += 1
  }

  @unsafe private func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    unsafe buffer.storeBytes(of: value.littleEndian, toByteOffset: count + offset, as: T.self)
  }

  private mutating func grow(to minimum: Int) {
    let larger = unsafe UnsafeMutableRawBufferPointer.allocate(
      byteCount: DiskPage.roundedUp(max(minimum, buffer.count * 2)), alignment: DiskPage.byteCount)
    unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
    unsafe buffer.deallocate()
    unsafe buffer = larger
  }

  /// What a record takes in a batch.
  static func byteCount(of record: borrowing LogBatch.Record) -> Int {
    switch copy record {
    case .entry(_, let entry): RecordHeader.byteCount + entry.payload.count
    case .hardState: RecordHeader.byteCount + 8
    case .start: RecordHeader.byteCount + 1
    case .forget: RecordHeader.byteCount
    }
  }
}
