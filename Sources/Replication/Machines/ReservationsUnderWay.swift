internal import Basics

/// The ids of reservations that were taken and are not applied yet, as a counting filter: what is not in it is surely not
/// under way, and of what is in it nobody can say. Owned by its machine's host.
struct ReservationsUnderWay {
  /// With a thousand under way one id in eight seems to be among them and is not; it goes the longer way.
  private static let placeBits: UInt64 = 13

  /// Made with the first reservation.
  private var counts: [UInt8] = []
  private var count = 0
  /// Some place is full.
  private var hasFull = false

  /// Whether an id may be under way.
  func mayContain(_ id: UInt64) -> Bool { count > 0 && counts[Self.place(of: id)] > 0 }

  mutating func insert(_ id: UInt64) {
    if counts.isEmpty { counts = [UInt8](repeating: 0, count: 1 << Int(Self.placeBits)) }
    count += 1
    let place = Self.place(of: id)
    // A place that is full is not counted down again.
    if counts[place] < .max { counts[place] += 1 }
    if counts[place] == .max { hasFull = true }
  }

  /// Takes out ids that were put in.
  mutating func remove(_ ids: [UInt64]) {
    count -= ids.count
    invariant(count >= 0, "more reservations were applied than were under way")
    for id in ids {
      let place = Self.place(of: id)
      if counts[place] < .max { counts[place] -= 1 }
    }
    if count == 0, hasFull { removeAll() }
  }

  mutating func removeAll() {
    counts.removeAll()
    count = 0
    hasFull = false
  }

  /// An id's lower half has its randomness.
  private static func place(of id: UInt64) -> Int { Int((id &* 0x9E37_79B9_7F4A_7C15) >> (64 - placeBits)) }
}
