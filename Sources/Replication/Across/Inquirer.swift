internal import Basics
internal import Inventory

/// Asks homes what became of claims that wait for a word of theirs for too long. A participant never drops such a claim by
/// itself: its home may have decided, and be out of reach. A value without a clock, one for each shard that is led.
struct Inquirer {
  private struct Question {
    var attempts = 0
    /// When it is asked again, in the Store's ticks.
    var due: UInt64 = 0
  }

  /// Ticks after which a claim is asked about again, at first: the pause doubles twice. So those of a home that does not
  /// answer, which are the oldest, leave room for others.
  let pause: UInt64
  private var asked = SortedMap<ClaimKey, Question>()

  init(pause: UInt64) { self.pause = pause }

  var count: Int { asked.count }

  /// Whether to ask about a claim now.
  func shouldAsk(_ key: ClaimKey, at tick: UInt64) -> Bool { asked[key].map { $0.due <= tick } ?? true }

  /// A claim is being asked about.
  mutating func note(_ key: ClaimKey, at tick: UInt64) {
    let pause = pause
    asked.update(key, default: Question()) { question in
      question.due = tick + pause << UInt64(min(question.attempts, 2))
      question.attempts += 1
    }
  }

  /// Forgets those that were to be asked about again long ago: they are settled, or will be asked about anew.
  mutating func trim(at tick: UInt64) {
    var old: [ClaimKey] = []
    asked.forEach { key, question in
      if question.due + 8 * pause <= tick { old.append(key) }
      return true
    }
    for key in old { asked.removeValue(forKey: key) }
  }
}
