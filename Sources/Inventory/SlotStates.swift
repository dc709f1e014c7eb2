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
//   slots := 1 count:varint (first:u16 last:u16 state:u8)* count:varint (first:u16 last:u16)* count:varint move:u64*
//            count:varint (first:u16 last:u16 revision:varint stamp:varint)*
//
// The first list has the slots that are not as they were founded, the second those whose settled records and orders are
// still here although the slots are not, the third the moves by which nothing comes any more, the fourth since when slots
// are here that came.

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
  private static let endedMovesMax = 4_096
  /// Of slots that came, ascending and apart from one another. Of one that is gone again it says when it last came.
  private var arrivals: [SlotArrival] = []

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
    hasGone = states.contains(.gone)
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

  mutating func end(_ move: UInt64) {
    guard !hasEnded(move) else { return }
    endedMoves.append(move)
    endedMoves.sort()
    if endedMoves.count > Self.endedMovesMax { endedMoves.removeFirst() }
  }

  /// Since when a slot is here, if it came.
  func arrival(of slot: SlotNumber) -> SlotArrival? {
    guard self[slot] == .here else { return nil }
    return arrivals.first { $0.slots.contains(slot) }
  }

  mutating func arrived(_ slots: ClosedRange<SlotNumber>, at revision: UInt64, _ stamp: Stamp) {
    var rest: [SlotArrival] = []
    for known in arrivals {
      guard known.slots.overlaps(slots) else {
        rest.append(known)
        continue
      }
      let (first, last) = (known.slots.lowerBound, known.slots.upperBound)
      if first < slots.lowerBound { rest.append(known.of(first...SlotNumber(slots.lowerBound.rawValue - 1))) }
      if last > slots.upperBound { rest.append(known.of(SlotNumber(slots.upperBound.rawValue + 1)...last)) }
    }
    rest.append(SlotArrival(slots: slots, revision: revision, stamp: stamp))
    arrivals = rest.sorted { $0.slots.lowerBound < $1.slots.lowerBound }
  }

  // MARK: Bytes

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    let count = try reader.varint()
    guard count <= UInt64(Self.count) else { throw .tooManyElements(field: "slots", limit: Self.count) }
    for _ in 0..<count {
      let slots = try reader.slotRange()
      let code = try reader.uint8()
      guard let state = SlotState(rawValue: code) else { throw .unknownTag(UInt64(code)) }
      set(slots, state)
    }
    let leftoverCount = try reader.varint()
    guard leftoverCount <= UInt64(Self.count) else { throw .tooManyElements(field: "slots", limit: Self.count) }
    for _ in 0..<leftoverCount { leftovers.append(try reader.slotRange()) }
    let endedCount = try reader.varint()
    guard endedCount <= UInt64(Self.endedMovesMax) else {
      throw .tooManyElements(field: "moves", limit: Self.endedMovesMax)
    }
    for _ in 0..<endedCount { endedMoves.append(try reader.uint64()) }
    let arrivalCount = try reader.varint()
    guard arrivalCount <= UInt64(Self.count) else { throw .tooManyElements(field: "slots", limit: Self.count) }
    for _ in 0..<arrivalCount {
      arrivals.append(
        SlotArrival(slots: try reader.slotRange(), revision: try reader.varint(), stamp: try reader.stamp()))
    }
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    let ranges = self.ranges
    writer.varint(UInt64(ranges.count))
    for (slots, state) in ranges {
      writer.slotRange(slots)
      writer.uint8(state.rawValue)
    }
    writer.varint(UInt64(leftovers.count))
    for slots in leftovers { writer.slotRange(slots) }
    writer.varint(UInt64(endedMoves.count))
    for move in endedMoves { writer.uint64(move) }
    writer.varint(UInt64(arrivals.count))
    for arrival in arrivals {
      writer.slotRange(arrival.slots)
      writer.varint(arrival.revision)
      writer.stamp(arrival.stamp)
    }
  }

  /// The slots that are not as they were founded, as ranges.
  private var ranges: [(slots: ClosedRange<SlotNumber>, state: SlotState)] {
    var ranges: [(slots: ClosedRange<SlotNumber>, state: SlotState)] = []
    var first = 0
    for slot in states.indices {
      guard slot + 1 == states.count || states[slot + 1] != states[first] else { continue }
      if states[first] != .asFounded {
        ranges.append((SlotNumber(UInt16(first))...SlotNumber(UInt16(slot)), states[first]))
      }
      first = slot + 1
    }
    return ranges
  }
}

/// Since when some slots are a shard's that came to it.
struct SlotArrival: Equatable, Sendable {
  var slots: ClosedRange<SlotNumber>
  var revision: UInt64
  var stamp: Stamp

  func of(_ slots: ClosedRange<SlotNumber>) -> SlotArrival {
    SlotArrival(slots: slots, revision: revision, stamp: stamp)
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
