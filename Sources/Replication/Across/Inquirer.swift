internal import Basics
internal import Inventory

/// Asks homes what became of claims that wait for a word of theirs for too long. A participant never drops such a claim by
/// itself: its home may have decided, and be out of reach. A value without a clock, one for each shard that is led.
struct Inquirer {
  /// When each is asked about again, in the Store's ticks.
  private var asked = SortedMap<ClaimKey, UInt64>()

  var count: Int { asked.count }

  /// Whether to ask about a claim now; then it counts as asked until a tick.
  mutating func shouldAsk(_ key: ClaimKey, at tick: UInt64, again next: UInt64) -> Bool {
    if let due = asked[key], due > tick { return false }
    asked[key] = next
    return true
  }

  /// Forgets those that were asked about long ago: they are settled, or will be asked about anew.
  mutating func trim(at tick: UInt64) {
    var old: [ClaimKey] = []
    asked.forEach { key, due in
      if due <= tick { old.append(key) }
      return true
    }
    for key in old { asked.removeValue(forKey: key) }
  }
}
