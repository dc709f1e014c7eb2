package import Basics

/// Version 7 identifiers that grow from one to the next (RFC 9562 §6.2, method 2), also when many are made in one
/// millisecond or the clock goes back. A pure value: the time comes from outside.
///
/// A new millisecond draws 74 new bits, the highest of the lower 62 kept clear; within one the lower 62 bits grow by a
/// random step, so that ids cannot be counted up by guessing the next one.
package struct UniqueIDSequence: Sendable {
  private static let stepMax: UInt64 = 1 << 32
  private static let lowMax: UInt64 = (1 << 62) - 1

  private var random: SeededGenerator
  private var milliseconds: UInt64 = 0
  private var high: UInt64 = 0
  private var low: UInt64 = UniqueIDSequence.lowMax

  package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// The next identifier, larger than all before.
  package mutating func next(atMilliseconds now: Int64) -> UniqueID {
    let now = UInt64(max(0, now))
    if now > milliseconds {
      begin(now)
    } else {
      let step = random.next() % Self.stepMax + 1
      if low > Self.lowMax - step { begin(milliseconds + 1) } else { low += step }
    }
    return UniqueID(version7At: milliseconds, randomHigh: high, randomLow: low)
  }

  private mutating func begin(_ milliseconds: UInt64) {
    self.milliseconds = milliseconds
    high = random.next()
    low = random.next() >> 3
  }
}
