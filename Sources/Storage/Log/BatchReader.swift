internal import Basics
internal import Raft

/// What stands at the place in a segment where a batch is expected.
enum BatchFound {
  /// A whole batch: the checksums of its head and of all its records match, and its last page ends in zeros.
  case whole(BatchHeader)
  /// No head of this segment's life.
  case nothing
  /// A head, but what it announces is not there. The offset is the damaged record's.
  case damaged(offset: Int, reason: String)
}

/// Reads batches from a segment's bytes. Pure: what it is given is all it knows.
enum BatchReader {
  /// Looks at the batch at `offset` and checks it whole.
  static func look(at offset: Int, in bytes: RawSpan, life: SegmentLife) -> BatchFound {
    guard let header = BatchHeader(bytes.extracting(offset..<bytes.byteCount), life: life) else {
      return .nothing
    }
    guard header.diskByteCount <= bytes.byteCount - offset else {
      return .damaged(offset: offset, reason: "a batch is longer than its segment")
    }
    let seed = life.recordSeed(batch: header.sequence)
    let end = offset + header.contentByteCount
    var position = offset + BatchHeader.byteCount
    for _ in 0..<header.recordCount {
      do throws(DecodeError) {
        let record = try RecordHeader(bytes.extracting(position..<end), seed: seed)
        position += RecordHeader.byteCount + record.payloadByteCount
      } catch { return .damaged(offset: position, reason: "\(error)") }
    }
    guard position == end else { return .damaged(offset: position, reason: "a batch does not end with its records") }
    if let place = bytes.firstNonZero(from: end, to: offset + header.diskByteCount) {
      return .damaged(offset: place, reason: "the rest of a batch's last page is not zero")
    }
    return .whole(header)
  }

  /// Calls `body` for each record of a batch that was found whole.
  static func forEachRecord<Failure: Error>(
    of header: BatchHeader, at offset: Int, in bytes: RawSpan,
    _ body: (RecordHeader, _ payload: RawSpan) throws(Failure) -> Void
  ) throws(Failure) {
    var position = offset + BatchHeader.byteCount
    for _ in 0..<header.recordCount {
      let record: RecordHeader
      do throws(DecodeError) {
        record = try RecordHeader(bytes.extracting(position..<offset + header.contentByteCount), seed: nil)
      } catch { invariantViolated("a batch that was whole is not: \(error)") }
      let start = position + RecordHeader.byteCount
      position = start + record.payloadByteCount
      try body(record, bytes.extracting(start..<position))
    }
  }

  /// The first head of this segment's life, at `offset` or later, that belongs to a batch later than `sequence`: the
  /// proof that the batch `sequence` was durable once.
  static func proof(
    thatDurable sequence: UInt64, in bytes: RawSpan, from offset: Int, life: SegmentLife
  ) -> BatchHeader? {
    var offset = offset
    while offset < bytes.byteCount {
      if let header = BatchHeader(bytes.extracting(offset..<bytes.byteCount), life: life),
        header.sequence > sequence
      {
        return header
      }
      offset += DiskPage.byteCount
    }
    return nil
  }
}
