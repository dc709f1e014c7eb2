internal import Basics
internal import Raft
internal import Replication

// The bytes of a simulated log, for the moments at which bytes matter: a power loss, which tears what was under way, and
// rot.
//
//   record    := checksum:u32 length:u32 body          checksum: CRC-32C of length and body
//   body      := 1 shard:u32 index:u64 term:u64 kind:u8 payload byte*
//              | 2 shard:u32 term:u64 vote:u64 commit:u64
//              | 3 shard:u32 index:u64 term:u64
//              | 4 shard:u32

enum LogRecordCodec {
  private static let headByteCount = 8

  static func encode(_ records: [LogBatch.Record]) -> [UInt8] {
    var writer = ByteWriter()
    for record in records { append(record, to: &writer) }
    return writer.bytes
  }

  private static func append(_ record: LogBatch.Record, to writer: inout ByteWriter) {
    let start = writer.count
    writer.uint64(0)
    switch record {
    case .entry(let shard, let entry):
      writer.uint8(1)
      writer.uint32(shard.rawValue)
      writer.uint64(entry.index.rawValue)
      writer.uint64(entry.term.rawValue)
      writer.uint8(entry.kind.rawValue)
      writer.append(entry.payload)
    case .hardState(let shard, let state):
      writer.uint8(2)
      writer.uint32(shard.rawValue)
      writer.uint64(state.term.rawValue)
      writer.uint64(state.vote.rawValue)
      writer.uint64(state.commit.rawValue)
    case .start(let shard, let log):
      writer.uint8(3)
      writer.uint32(shard.rawValue)
      writer.uint64(log.index.rawValue)
      writer.uint64(log.term.rawValue)
    case .forget(let shard):
      writer.uint8(4)
      writer.uint32(shard.rawValue)
    }
    writer.patchUInt32(UInt32(writer.count - start - headByteCount), at: start + 4)
    let checksum = CRC32C.checksum(writer.bytes.rawSpan.extracting((start + 4)..<writer.count))
    writer.patchUInt32(checksum, at: start)
  }

  /// The records up to the first that is not whole, and whether that was the end.
  static func decode(_ bytes: [UInt8]) -> (records: [LogBatch.Record], isWhole: Bool) {
    var records: [LogBatch.Record] = []
    var reader = ByteReader(bytes.rawSpan)
    while !reader.isAtEnd {
      do throws(DecodeError) { records.append(try record(&reader)) } catch { return (records, false) }
    }
    return (records, true)
  }

  private static func record(_ reader: inout ByteReader) throws(DecodeError) -> LogBatch.Record {
    let checksum = try reader.uint32()
    let start = reader.offset
    let length = Int(try reader.uint32())
    let body = try reader.span(count: length)
    guard CRC32C.checksum(reader.bytes.extracting(start..<reader.offset)) == checksum else {
      throw .invalid("a record's checksum does not match")
    }
    return try decodeBody(body)
  }

  private static func decodeBody(_ body: RawSpan) throws(DecodeError) -> LogBatch.Record {
    var reader = ByteReader(body)
    let tag = try reader.uint8()
    let shard = ShardID(try reader.uint32())
    switch tag {
    case 1:
      let index = LogIndex(try reader.uint64())
      let term = Term(try reader.uint64())
      let number = try reader.uint8()
      guard let kind = Entry.Kind(rawValue: number) else { throw .unknownTag(UInt64(number)) }
      let payload = try reader.span(count: reader.remaining).copied()
      return .entry(shard, Entry(term: term, index: index, kind: kind, payload: payload))
    case 2:
      let state = HardState(
        term: Term(try reader.uint64()), vote: MemberID(try reader.uint64()), commit: LogIndex(try reader.uint64()))
      try reader.finish()
      return .hardState(shard, state)
    case 3:
      let start = LogStart(index: LogIndex(try reader.uint64()), term: Term(try reader.uint64()))
      try reader.finish()
      return .start(shard, start)
    case 4:
      try reader.finish()
      return .forget(shard)
    default: throw .unknownTag(UInt64(tag))
    }
  }
}
