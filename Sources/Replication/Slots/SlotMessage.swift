internal import Basics
internal import Inventory

// What the leader of a shard that gives slots away asks the leader of the shard that gets them, by the ways between shards
// (AcrossMessage.swift). Never renumber.
//
//   call    := version:u8(=1) kind:u8 body
//     0x80 status   move:u64 first:u16 last:u16            how far is it; are these slots there
//     0x81 history  what the command importHistory has     (SlotCommand+Codec.swift)
//     0x82 slots    what the command importSlots has
//     0x83 end      move:u64                               nothing more comes
//   answer  := version:u8(=1) 0x80 flags:u8(1 ended, 2 the slots are here, 4 a record follows) [record:text]
//
// Calls are addressed to the target's shard. Each may be carried out twice.

enum SlotMessage: Equatable {
  case status(move: UInt64, slots: ClosedRange<SlotNumber>)
  case history(ImportHistory)
  case slots(ImportSlots)
  case end(move: UInt64)

  private enum Kind: UInt8 {
    case status = 0x80
    case history = 0x81
    case slots = 0x82
    case end = 0x83
  }

  private var kind: Kind {
    switch self {
    case .status: .status
    case .history: .history
    case .slots: .slots
    case .end: .end
    }
  }

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.uint8(AcrossCoding.version)
    writer.uint8(kind.rawValue)
    switch self {
    case .status(let move, let slots):
      writer.uint64(move)
      writer.uint16(slots.lowerBound.rawValue)
      writer.uint16(slots.upperBound.rawValue)
    case .history(let piece): piece.encode(to: &writer)
    case .slots(let part): part.encode(to: &writer)
    case .end(let move): writer.uint64(move)
    }
    return writer.bytes
  }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    let version = try reader.uint8()
    guard version == AcrossCoding.version else { throw .unknownTag(UInt64(version)) }
    let code = try reader.uint8()
    guard let kind = Kind(rawValue: code) else { throw .unknownTag(UInt64(code)) }
    switch kind {
    case .status:
      let move = try reader.uint64()
      let (first, last) = (SlotNumber(try reader.uint16()), SlotNumber(try reader.uint16()))
      guard first <= last, Int(last.rawValue) < SlotStates.count else { throw .invalid("a range of slots") }
      self = .status(move: move, slots: first...last)
    case .history: self = .history(try ImportHistory(&reader))
    case .slots: self = .slots(try ImportSlots(&reader))
    case .end: self = .end(move: try reader.uint64())
    }
    try reader.finish()
  }

  /// The move that it is about, and the slots that are asked for.
  var subject: (move: UInt64, slots: ClosedRange<SlotNumber>?) {
    switch self {
    case .status(let move, let slots): (move, slots)
    case .history(let piece): (piece.move, nil)
    case .slots(let part): (part.move, part.batch.slots)
    case .end(let move): (move, nil)
    }
  }

  /// What is to be done with it; `nil` for a question.
  var command: SlotCommand? {
    switch self {
    case .status: nil
    case .history(let piece): .importHistory(piece)
    case .slots(let part): .importSlots(part)
    case .end(let move): .endImport(move: move)
    }
  }
}

/// How far a target is with a move.
struct SlotAnswer: Equatable {
  /// Nothing comes by this move any more.
  var hasEnded = false
  /// The slots that were asked for are the target's.
  var isHere = false
  var record: ComingRecord?

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.uint8(AcrossCoding.version)
    writer.uint8(0x80)
    writer.uint8((hasEnded ? 1 : 0) | (isHere ? 2 : 0) | (record == nil ? 0 : 4))
    if let record {
      var bytes = ByteWriter()
      record.encode(to: &bytes)
      writer.prefixed(bytes.bytes)
    }
    return writer.bytes
  }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    let version = try reader.uint8()
    guard version == AcrossCoding.version else { throw .unknownTag(UInt64(version)) }
    let kind = try reader.uint8()
    guard kind == 0x80 else { throw .unknownTag(UInt64(kind)) }
    let flags = try reader.uint8()
    guard flags < 8 else { throw .unknownTag(UInt64(flags)) }
    (hasEnded, isHere) = (flags & 1 != 0, flags & 2 != 0)
    if flags & 4 != 0 { record = try ComingRecord(try reader.prefixedSpan(limit: 1 << 10)) }
    try reader.finish()
  }

  init() {}
}
