package import Basics

// Commands that move slots: the body of tag 0x50. Never renumber.
//
//   body := kind:u8 content
//
//   0x01 beginMove         move:u64 slots to:u32
//   0x02 straddle          move:u64 count:varint order:16*
//   0x03 acknowledgeQueue  move:u64 through:varint
//   0x04 handOver          move:u64 slots limit:varint
//   0x05 forgetSlots       move:u64 slots
//   0x06 endMove           move:u64
//   0x07 stopMove          move:u64
//   0x08 importHistory     move:u64 from:u32 slots term:varint sender:u64 number:varint cursor:text part:text
//   0x09 importSlots       move:u64 from:u32 slots batch part:u32 bytes:text
//   0x0A endImport         move:u64
//   0x0C forgetRecords     count:varint id:16* count:varint id:16*
//   0x0D endLeftovers      slots
//   0x0E straddleHolds     move:u64 slots
//   0x0F packSlots         move:u64 limit:varint
//
//   slots := first:u16 last:u16

extension SlotCommand {
  /// Ids that one command names at most.
  package static let idsMax = 2_000
  /// What one entry packs at most: SKUs, rows, holds, claims and the like, each counts one.
  package static let packedMax: UInt32 = 3_000

  /// Never renumber.
  enum Tag: UInt8 {
    case beginMove = 0x01
    case straddle = 0x02
    case acknowledgeQueue = 0x03
    case handOver = 0x04
    case forgetSlots = 0x05
    case endMove = 0x06
    case stopMove = 0x07
    case importHistory = 0x08
    case importSlots = 0x09
    case endImport = 0x0A
    case forgetRecords = 0x0C
    case endLeftovers = 0x0D
    case straddleHolds = 0x0E
    case packSlots = 0x0F
  }

  var tag: Tag {
    switch self {
    case .beginMove: .beginMove
    case .straddle: .straddle
    case .acknowledgeQueue: .acknowledgeQueue
    case .handOver: .handOver
    case .forgetSlots: .forgetSlots
    case .endMove: .endMove
    case .stopMove: .stopMove
    case .importHistory: .importHistory
    case .importSlots: .importSlots
    case .endImport: .endImport
    case .forgetRecords: .forgetRecords
    case .endLeftovers: .endLeftovers
    case .straddleHolds: .straddleHolds
    case .packSlots: .packSlots
    }
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(tag.rawValue)
    switch self {
    case .beginMove(let move, let slots, let to):
      writer.uint64(move)
      writer.slotRange(slots)
      writer.uint32(to)
    case .straddle(let move, let orders):
      writer.uint64(move)
      writer.ids(orders)
    case .acknowledgeQueue(let move, let through):
      writer.uint64(move)
      writer.varint(through)
    case .handOver(let move, let slots, let limit):
      writer.uint64(move)
      writer.slotRange(slots)
      writer.varint(UInt64(limit))
    case .packSlots(let move, let limit):
      writer.uint64(move)
      writer.varint(UInt64(limit))
    case .forgetSlots(let move, let slots), .straddleHolds(let move, let slots):
      writer.uint64(move)
      writer.slotRange(slots)
    case .endMove(let move), .stopMove(let move), .endImport(let move): writer.uint64(move)
    case .importHistory(let piece): piece.encode(to: &writer)
    case .importSlots(let part): part.encode(to: &writer)
    case .forgetRecords(let settled, let orders):
      writer.ids(settled)
      writer.ids(orders)
    case .endLeftovers(let slots): writer.slotRange(slots)
    }
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    let code = try reader.uint8()
    guard let tag = Tag(rawValue: code) else { throw .unknownTag(UInt64(code)) }
    switch tag {
    case .beginMove:
      let move = try reader.uint64()
      let slots = try reader.slotRange()
      self = .beginMove(move: move, slots: slots, to: try reader.uint32())
    case .straddle:
      let move = try reader.uint64()
      self = .straddle(move: move, orders: try reader.ids())
    case .acknowledgeQueue:
      let move = try reader.uint64()
      self = .acknowledgeQueue(move: move, through: try reader.varint())
    case .handOver:
      let move = try reader.uint64()
      let slots = try reader.slotRange()
      self = .handOver(move: move, slots: slots, limit: try reader.packedLimit())
    case .forgetSlots:
      let move = try reader.uint64()
      self = .forgetSlots(move: move, slots: try reader.slotRange())
    case .endMove: self = .endMove(move: try reader.uint64())
    case .stopMove: self = .stopMove(move: try reader.uint64())
    case .importHistory: self = .importHistory(try ImportHistory(&reader))
    case .importSlots: self = .importSlots(try ImportSlots(&reader))
    case .endImport: self = .endImport(move: try reader.uint64())
    case .forgetRecords:
      let settled = try reader.ids()
      self = .forgetRecords(settled: settled, orders: try reader.ids())
    case .endLeftovers: self = .endLeftovers(slots: try reader.slotRange())
    case .straddleHolds:
      let move = try reader.uint64()
      self = .straddleHolds(move: move, slots: try reader.slotRange())
    case .packSlots:
      let move = try reader.uint64()
      self = .packSlots(move: move, limit: try reader.packedLimit())
    }
  }
}

extension ImportHistory {
  package func encode(to writer: inout ByteWriter) {
    writer.uint64(move)
    writer.uint32(from)
    writer.slotRange(slots)
    writer.varint(term)
    writer.uint64(sender)
    writer.varint(number)
    writer.prefixed(cursor)
    writer.prefixed(part)
  }

  @_lifetime(reader: copy reader)
  package init(_ reader: inout ByteReader) throws(DecodeError) {
    move = try reader.uint64()
    from = try reader.uint32()
    slots = try reader.slotRange()
    term = try reader.varint()
    sender = try reader.uint64()
    number = try reader.varint()
    cursor = try reader.prefixedSpan(limit: ComingRecord.cursorBytesMax).copied()
    part = try reader.prefixedSpan(limit: ParcelChunk.byteCountMax + 1).copied()
  }
}

extension ImportSlots {
  package func encode(to writer: inout ByteWriter) {
    writer.uint64(move)
    writer.uint32(from)
    writer.slotRange(moving)
    batch.encode(to: &writer)
    writer.uint32(part)
    writer.prefixed(bytes)
  }

  @_lifetime(reader: copy reader)
  package init(_ reader: inout ByteReader) throws(DecodeError) {
    move = try reader.uint64()
    from = try reader.uint32()
    moving = try reader.slotRange()
    batch = try SlotBatch(&reader)
    part = try reader.uint32()
    bytes = try reader.prefixedSpan(limit: ParcelChunk.byteCountMax + 1).copied()
  }
}

extension ByteWriter {
  fileprivate mutating func ids(_ ids: [UniqueID]) {
    varint(UInt64(ids.count))
    for id in ids { uniqueID(id) }
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  fileprivate mutating func packedLimit() throws(DecodeError) -> UInt32 {
    let limit = try varint()
    guard 1...UInt64(SlotCommand.packedMax) ~= limit else { throw .invalid("a limit") }
    return UInt32(limit)
  }

  @_lifetime(self: copy self)
  fileprivate mutating func ids() throws(DecodeError) -> [UniqueID] {
    let count = try varint()
    guard count <= UInt64(SlotCommand.idsMax) else { throw .tooManyElements(field: "ids", limit: SlotCommand.idsMax) }
    var ids: [UniqueID] = []
    for _ in 0..<count { ids.append(try uniqueID()) }
    return ids
  }
}
