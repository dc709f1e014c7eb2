internal import Basics

/// What became of a slot in a shard. Stored; never renumber.
package enum SlotState: UInt8, Sendable {
  /// What the map of the founding says: the shard has had no part in a move of it.
  case asFounded = 0
  /// It came here.
  case here = 1
  /// It was given away.
  case gone = 2
}

// What became of the slots of a shard, as stored. Never renumber.
//
//   slots := 1 states:4096*u8 count:varint (first:u16 last:u16)*
//
// Two bits a slot, the lowest slot in the lowest bits, then the slots whose settled records and orders are still here although
// the slots are not. It is written with each batch and as long as ever, whatever has moved before. What grows is by itself:
// since when a slot is here (kind 38) and the moves by which nothing comes any more (kind 39).

/// Which slots came here and which were given away. All look-ups of a shard without moves end at one flag.
package struct SlotStates: Equatable, Sendable {
  package static let count = 16_384

  /// By slot; empty while all are as they were founded.
  private var states: [SlotState] = []
  private(set) var hasGone = false
  /// Slots of which there may still be records, although they are not here. Ascending.
  private(set) var leftovers: [ClosedRange<SlotNumber>] = []
  /// Moves by which nothing comes any more: a leader of the source that was deposed long ago may still send. Ascending.
  private var endedMoves: [UInt64] = []
  static let endedMovesMax = 4_096

  init() {}

  package subscript(slot: SlotNumber) -> SlotState {
    Int(slot.rawValue) < states.count ? states[Int(slot.rawValue)] : .asFounded
  }

  /// The shard has had no part in any move.
  var isPlain: Bool { states.isEmpty && leftovers.isEmpty }

  func isAnyGone(of slots: ClosedRange<SlotNumber>) -> Bool {
    hasGone && slots.numbers.contains { self[SlotNumber($0)] == .gone }
  }

  func areAll(_ slots: ClosedRange<SlotNumber>, _ state: SlotState) -> Bool {
    slots.numbers.allSatisfy { self[SlotNumber($0)] == state }
  }

  func isGone(_ slot: SlotNumber) -> Bool { hasGone && self[slot] == .gone }

  /// Whether a slot's records are to be forgotten.
  func isLeftover(_ slot: SlotNumber) -> Bool {
    !leftovers.isEmpty && self[slot] != .here && leftovers.contains { $0.contains(slot) }
  }

  /// Whether records of some slots may be left from an earlier time.
  func hasLeftovers(of slots: ClosedRange<SlotNumber>) -> Bool {
    leftovers.contains { $0.overlaps(slots) }
  }

  mutating func set(_ slots: ClosedRange<SlotNumber>, _ state: SlotState) {
    if states.isEmpty { states = Array(repeating: .asFounded, count: Self.count) }
    for slot in slots.numbers { states[Int(slot)] = state }
    hasGone = hasGone && state != .gone ? states.contains(.gone) : hasGone || state == .gone
  }

  /// Notes that records of those of some slots are left for which `areLeft` says so by their state.
  mutating func addLeftovers(of slots: ClosedRange<SlotNumber>, where areLeft: (SlotState) -> Bool) {
    var first: SlotNumber?
    for number in slots.numbers {
      let slot = SlotNumber(number)
      let isLast = slot == slots.upperBound
      guard areLeft(self[slot]) else {
        if let start = first { leftovers.append(start...SlotNumber(number - 1)) }
        first = nil
        continue
      }
      if first == nil { first = slot }
      if isLast, let start = first { leftovers.append(start...slot) }
    }
    leftovers.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  }

  /// Nothing is left of some slots.
  mutating func removeLeftovers(_ slots: ClosedRange<SlotNumber>) { leftovers.removeAll { $0 == slots } }

  /// Of so many moves only the newest are remembered one by one; of any older one nothing comes.
  func hasEnded(_ move: UInt64) -> Bool {
    endedMoves.contains(move) || (endedMoves.count == Self.endedMovesMax && move < endedMoves[0])
  }

  /// Answers the move that is not remembered any more by itself.
  mutating func end(_ move: UInt64) -> UInt64? {
    guard !hasEnded(move) else { return nil }
    endedMoves.append(move)
    endedMoves.sort()
    return endedMoves.count > Self.endedMovesMax ? endedMoves.removeFirst() : nil
  }

  // MARK: Bytes

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    for place in 0..<Self.byteCount {
      let bits = try reader.uint8()
      if bits == 0 { continue }
      for offset in 0..<Self.slotsPerByte {
        let code = bits >> UInt8(2 * offset) & 3
        guard let state = SlotState(rawValue: code) else { throw .unknownTag(UInt64(code)) }
        let slot = SlotNumber(UInt16(place * Self.slotsPerByte + offset))
        if state != .asFounded { set(slot...slot, state) }
      }
    }
    let leftoverCount = try reader.varint()
    guard leftoverCount <= UInt64(Self.count) else { throw .tooManyElements(field: "slots", limit: Self.count) }
    for _ in 0..<leftoverCount { leftovers.append(try reader.slotRange()) }
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    for place in 0..<Self.byteCount {
      var bits: UInt8 = 0
      for offset in 0..<Self.slotsPerByte where !states.isEmpty {
        bits |= states[place * Self.slotsPerByte + offset].rawValue << UInt8(2 * offset)
      }
      writer.uint8(bits)
    }
    writer.varint(UInt64(leftovers.count))
    for slots in leftovers { writer.slotRange(slots) }
  }

  private static let slotsPerByte = 4
  private static let byteCount = count / slotsPerByte
}

/// Since when a slot is a shard's that came to it. Stored:
///
///     arrival := 1 revision:varint stamp:varint
struct SlotArrival: Equatable, Sendable {
  var revision: UInt64
  var stamp: Stamp

  init(revision: UInt64, stamp: Stamp) {
    self.revision = revision
    self.stamp = stamp
  }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    revision = try reader.varint()
    stamp = try reader.stamp()
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.varint(revision)
    writer.stamp(stamp)
  }
}

extension ClosedRange<SlotNumber> {
  package var numbers: ClosedRange<UInt16> { lowerBound.rawValue...upperBound.rawValue }
  package var count: Int { numbers.count }
}

extension ByteWriter {
  mutating func slotRange(_ slots: ClosedRange<SlotNumber>) {
    uint16(slots.lowerBound.rawValue)
    uint16(slots.upperBound.rawValue)
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  mutating func slotRange() throws(DecodeError) -> ClosedRange<SlotNumber> {
    let (first, last) = (SlotNumber(try uint16()), SlotNumber(try uint16()))
    guard first <= last, Int(last.rawValue) < SlotStates.count else { throw .invalid("a range of slots") }
    return first...last
  }
}
