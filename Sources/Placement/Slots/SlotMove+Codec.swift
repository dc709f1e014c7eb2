internal import Basics

// The records and orders of slot moves. Never renumber; what is added goes to the end, under a new version.
//
//   move    := id:u64 first:u16 last:u16 from:u32 to:u32 state:u8 phase:u8 ordered:i64 firstMoved:i64 movedCount:u32
//              reported:i64 recordsCopied:varint bytesCopied:varint revision:u64
//   order   := from:u32 to:u32 preferredLeader:u32 count:varint (first:u16 last:u16)* count:varint founder:u32*
//   report  := move:u64 phase:u8 recordsCopied:varint bytesCopied:varint

extension SlotMove {
  func encode(into writer: inout ByteWriter) {
    writer.uint64(id)
    writer.slots(slots)
    writer.uint32(from.rawValue)
    writer.uint32(to.rawValue)
    writer.uint8(state.rawValue)
    writer.uint8(phase.rawValue)
    writer.int64(ordered.milliseconds)
    writer.int64(firstMoved.milliseconds)
    writer.uint32(movedCount)
    writer.int64(reported.milliseconds)
    writer.varint(recordsCopied)
    writer.varint(bytesCopied)
    writer.uint64(revision)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    let id = try reader.uint64()
    let slots = try reader.slots()
    let (from, to) = (ShardID(try reader.uint32()), ShardID(try reader.uint32()))
    let state = try State(from: &reader)
    let phase = try Phase(from: &reader)
    self.init(id: id, slots: slots, from: from, to: to, ordered: Stamp(milliseconds: try reader.int64()))
    self.state = state
    self.phase = phase
    firstMoved = Stamp(milliseconds: try reader.int64())
    movedCount = try reader.uint32()
    reported = Stamp(milliseconds: try reader.int64())
    recordsCopied = try reader.varint()
    bytesCopied = try reader.varint()
    revision = try reader.uint64()
  }
}

extension SlotMove.State {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    let code = try reader.uint8()
    guard let state = Self(rawValue: code) else { throw .unknownTag(UInt64(code)) }
    self = state
  }
}

extension SlotMove.Phase {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    let code = try reader.uint8()
    guard let phase = Self(rawValue: code) else { throw .unknownTag(UInt64(code)) }
    self = phase
  }
}

extension MoveOrder {
  func encode(into writer: inout ByteWriter) {
    writer.uint32(from.rawValue)
    writer.uint32(to.rawValue)
    writer.uint32(preferredLeader.rawValue)
    writer.varint(UInt64(ranges.count))
    for range in ranges { writer.slots(range) }
    writer.varint(UInt64(founders.count))
    for founder in founders { writer.uint32(founder.rawValue) }
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    let (from, to) = (ShardID(try reader.uint32()), ShardID(try reader.uint32()))
    let leader = NodeID(try reader.uint32())
    let rangeCount = try reader.varint()
    guard rangeCount <= UInt64(Self.rangesMax) else { throw .tooManyElements(field: "ranges", limit: Self.rangesMax) }
    var ranges: [ClosedRange<UInt16>] = []
    for _ in 0..<rangeCount { ranges.append(try reader.slots()) }
    let founderCount = try reader.varint()
    guard founderCount <= UInt64(ClusterSettings.replicationFactorMax) else {
      throw .tooManyElements(field: "founders", limit: Int(ClusterSettings.replicationFactorMax))
    }
    var founders: [NodeID] = []
    for _ in 0..<founderCount { founders.append(NodeID(try reader.uint32())) }
    self.init(from: from, to: to, ranges: ranges, founders: founders, preferredLeader: leader)
  }
}

extension MoveReport {
  func encode(into writer: inout ByteWriter) {
    writer.uint64(move)
    writer.uint8(phase.rawValue)
    writer.varint(recordsCopied)
    writer.varint(bytesCopied)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    move = try reader.uint64()
    phase = try SlotMove.Phase(from: &reader)
    recordsCopied = try reader.varint()
    bytesCopied = try reader.varint()
  }
}

extension ByteWriter {
  mutating func slots(_ slots: ClosedRange<UInt16>) {
    uint16(slots.lowerBound)
    uint16(slots.upperBound)
  }
}

extension ByteReader {
  /// A range of slots that there are.
  @_lifetime(self: copy self)
  mutating func slots() throws(DecodeError) -> ClosedRange<UInt16> {
    let (first, last) = (try uint16(), try uint16())
    guard first <= last, Int(last) < Slot.count else { throw .invalid("a range of slots") }
    return first...last
  }
}
