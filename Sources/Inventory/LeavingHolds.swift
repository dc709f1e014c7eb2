internal import Basics

/// The live holds that have anything in slots which leave, by slot: what of them goes is found by what goes, and not by all
/// that is there. Kept up as holds come and go from the entry on with which the move begins; those that were there before are
/// looked at in bounded steps.
///
/// Housekeeping: how far the looking is differs from replica to replica, because the numbers of holds do. What is decided by
/// it is decided when all were looked at, see `Ledger.lookAtAllHolds`.
struct LeavingHolds: Sendable {
  /// A hold at a slot that it has something in.
  private struct Place: Comparable, Sendable {
    var slot: SlotNumber
    var id: UniqueID

    static func < (left: Place, right: Place) -> Bool {
      left.slot != right.slot ? left.slot < right.slot : left.id < right.id
    }
  }

  let slots: ClosedRange<SlotNumber>
  /// Holds with lower numbers were looked at.
  var lookedAt: Int32 = 0
  /// Those that are wholly in their home slot, or have only claims elsewhere.
  private var whole = SortedMap<Place, Bool>()
  /// Those with lines of this shard in several slots, at each one that leaves.
  private var mixed = SortedMap<Place, Bool>()
  /// How many there are in each slot.
  private var counts: [Int]

  init(slots: ClosedRange<SlotNumber>) {
    self.slots = slots
    counts = Array(repeating: 0, count: slots.count)
  }

  /// - Parameter touched: the home slot, and those of the lines that are in memory, each once.
  mutating func insert(_ id: UniqueID, touched: [SlotNumber]) {
    for slot in touched where slots.contains(slot) {
      let place = Place(slot: slot, id: id)
      guard whole[place] == nil, mixed[place] == nil else { continue }
      if touched.count == 1 { whole[place] = true } else { mixed[place] = true }
      counts[offset(slot)] += 1
    }
  }

  mutating func remove(_ id: UniqueID, touched: [SlotNumber]) {
    for slot in touched where slots.contains(slot) {
      let place = Place(slot: slot, id: id)
      let wasThere = whole.removeValue(forKey: place) ?? mixed.removeValue(forKey: place)
      if wasThere != nil { counts[offset(slot)] -= 1 }
    }
  }

  func count(of slot: SlotNumber) -> Int { counts[offset(slot)] }

  /// The first hold that is wholly in one of some slots.
  func firstWhole(of slots: ClosedRange<SlotNumber>) -> UniqueID? { Self.first(whole, slots) }

  /// The first hold that has lines in one of some slots, and in others.
  func firstMixed(of slots: ClosedRange<SlotNumber>) -> UniqueID? { Self.first(mixed, slots) }

  /// Counts until it is more than a limit.
  func mixedCount(of slots: ClosedRange<SlotNumber>, atMost limit: Int) -> Int {
    var count = 0
    mixed.forEach(from: Place(slot: slots.lowerBound, id: .zero)) { place, _ in
      guard slots.contains(place.slot) else { return false }
      count += 1
      return count <= limit
    }
    return count
  }

  private static func first(_ places: SortedMap<Place, Bool>, _ slots: ClosedRange<SlotNumber>) -> UniqueID? {
    var found: UniqueID?
    places.forEach(from: Place(slot: slots.lowerBound, id: .zero)) { place, _ in
      if slots.contains(place.slot) { found = place.id }
      return false
    }
    return found
  }

  private func offset(_ slot: SlotNumber) -> Int { Int(slot.rawValue - slots.lowerBound.rawValue) }
}

extension Ledger {
  /// Holds that are looked at with one entry.
  static let holdsLookedAtMax: Int32 = 4_096

  /// Whether all live holds that have anything in the leaving slots are known.
  package var knowsLeavingHolds: Bool { leavingHolds.map { $0.lookedAt >= holds.endNumber } ?? false }

  /// A hold has come. Costs a look at a flag while no slots leave.
  @inline(__always)
  mutating func noteHold(_ hold: Int32) {
    if leavingHolds != nil { noteLeavingHold(hold) }
  }

  private mutating func noteLeavingHold(_ hold: Int32) {
    let touched = slotsTouched(by: hold)
    leavingHolds?.insert(holds[hold].id, touched: touched)
  }

  /// Removes a hold that is linked into its bucket.
  mutating func removeHold(_ hold: Int32) {
    if leavingHolds != nil {
      let touched = slotsTouched(by: hold)
      leavingHolds?.remove(holds[hold].id, touched: touched)
    }
    holds.remove(hold)
  }

  private func slotsTouched(by hold: Int32) -> [SlotNumber] {
    var slots = [holds[hold].home]
    holds.forEachLine(of: hold) { line in
      let slot = skus[line.sku].slot
      if !slots.contains(slot) { slots.append(slot) }
    }
    return slots
  }

  /// Looks at more of the holds that were there when the move began.
  mutating func lookAtHolds(limit: Int32 = holdsLookedAtMax) {
    guard let from = leavingHolds?.lookedAt, from < holds.endNumber else { return }
    let end = min(holds.endNumber, from + min(limit, .max - from))
    for hold in from..<end where holds.isThere(hold) { noteLeavingHold(hold) }
    leavingHolds?.lookedAt = end
  }

  /// Before anything is decided by it. A leader waits until little or nothing is left to do here; a replica that has had more
  /// holds at a time has more numbers to look at.
  mutating func lookAtAllHolds() { lookAtHolds(limit: .max) }

  /// Begins to know the holds of the leaving slots, if any do.
  mutating func watchLeavingHolds() { leavingHolds = leaving.map { LeavingHolds(slots: $0.slots) } }
}
