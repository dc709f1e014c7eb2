internal import Basics
internal import Raft

// A record's `index`, `term` and payload by kind (the grammar of a segment is in SegmentFormat.swift):
//
//   1 normal entry, 2 configuration entry: the entry's
//   3 hard state:  index = commit, term = term, payload = vote:u64
//   4 log start:   index and term of the start, payload = keeps:u8 (1: entries behind it stay, 0: they do not)
//   5 checkpoint:  index and term of the last entry, payload = term:u64 vote:u64 commit:u64 start:u64 startTerm:u64
//   6 forget:      0, 0, no payload: the shard's replica is gone, and a later one begins at the first index

/// What a record is. Stored; never renumber.
enum RecordKind: UInt8 {
  case normalEntry = 1
  case configurationEntry = 2
  case hardState = 3
  case start = 4
  case checkpoint = 5
  case forget = 6

  init(_ kind: Entry.Kind) {
    switch kind {
    case .normal: self = .normalEntry
    case .configuration: self = .configurationEntry
    }
  }

  /// The kind of entry that a record of this kind holds.
  var entryKind: Entry.Kind? {
    switch self {
    case .normalEntry: .normal
    case .configurationEntry: .configuration
    case .hardState, .start, .checkpoint, .forget: nil
    }
  }
}

/// A record's fixed part.
struct RecordHeader: Equatable {
  static let byteCount = 32

  var kind: RecordKind
  var shard: ShardID
  var index: LogIndex
  var term: Term
  var payloadByteCount: Int

  /// Reads a record that stands at the start of `bytes`, and checks it whole; without a seed, its checksum is known to
  /// match.
  init(_ bytes: RawSpan, seed: CRC32C?) throws(DecodeError) {
    var reader = ByteReader(bytes)
    let checksum = try reader.uint32()
    let length = Int(try reader.uint32())
    shard = ShardID(try reader.uint32())
    let word = try reader.uint32()
    index = LogIndex(try reader.uint64())
    term = Term(try reader.uint64())
    guard length <= reader.remaining else { throw .truncated }
    if var crc = seed {
      crc.update(bytes.extracting(4..<Self.byteCount + length))
      guard crc.value == checksum else { throw .invalid("a record's checksum does not match") }
    }
    guard let kind = UInt8(exactly: word).flatMap(RecordKind.init(rawValue:)) else {
      throw .unknownTag(UInt64(word))
    }
    self.kind = kind
    payloadByteCount = length
  }
}

/// What the log knows of a shard beside its entries: written for every shard at the start of each segment.
struct ShardCheckpoint: Equatable {
  var hardState = HardState()
  var start = LogStart()
  /// The last entry's position, or the start's when there is no entry.
  var last = LogStart()

  static let payloadByteCount = 40

  func encodePayload(into writer: inout ByteWriter) {
    writer.uint64(hardState.term.rawValue)
    writer.uint64(hardState.vote.rawValue)
    writer.uint64(hardState.commit.rawValue)
    writer.uint64(start.index.rawValue)
    writer.uint64(start.term.rawValue)
  }

  init() {}

  init(header: RecordHeader, payload: RawSpan) throws(DecodeError) {
    var reader = ByteReader(payload)
    hardState = HardState(
      term: Term(try reader.uint64()), vote: MemberID(try reader.uint64()), commit: LogIndex(try reader.uint64()))
    start = LogStart(index: LogIndex(try reader.uint64()), term: Term(try reader.uint64()))
    last = LogStart(index: header.index, term: header.term)
    try reader.finish()
  }
}
