/// When a load had its successes: how many in each tenth of a second, and the longest time without one. Each worker
/// fills its own. Time is counted in nanoseconds of the loop's clock.
struct Timeline: Sendable {
  static let bucketNanoseconds: UInt64 = 100_000_000
  /// A day and more.
  private static let bucketCountMax = 1 << 20

  /// Successes in each bucket from the start on.
  private(set) var successes: [UInt32] = []
  private(set) var longestGapNanoseconds: UInt64 = 0
  /// When it began, from the start on.
  private(set) var longestGapAtNanoseconds: UInt64 = 0
  private var startedAt: UInt64 = 0
  private var bucketEnd: UInt64 = 0
  private var lastAt: UInt64 = 0

  mutating func begin(at now: UInt64) {
    startedAt = now
    lastAt = now
    bucketEnd = now &+ Self.bucketNanoseconds
    successes = [0]
  }

  @inline(__always)
  mutating func succeeded(at now: UInt64) {
    if now >= bucketEnd { advance(to: now) }
    successes[successes.count &- 1] &+= 1
    if now != lastAt { step(to: now) }
  }

  /// The load is over: a gap that lasts to the end counts too.
  mutating func end(at now: UInt64) {
    if successes.isEmpty { return }
    advance(to: now)
    step(to: now)
  }

  private mutating func advance(to now: UInt64) {
    while now >= bucketEnd, successes.count < Self.bucketCountMax {
      successes.append(0)
      bucketEnd &+= Self.bucketNanoseconds
    }
  }

  private mutating func step(to now: UInt64) {
    let gap = now &- lastAt
    if gap > longestGapNanoseconds {
      longestGapNanoseconds = gap
      longestGapAtNanoseconds = lastAt &- startedAt
    }
    lastAt = now
  }

  /// Adds what another worker had in the same time. The longest gap of several is known to a bucket's width only.
  mutating func merge(_ other: Timeline) {
    if other.successes.isEmpty { return }
    if successes.isEmpty {
      self = other
      return
    }
    for (bucket, count) in other.successes.enumerated() {
      if bucket < successes.count { successes[bucket] &+= count } else { successes.append(count) }
    }
    findGap()
  }

  private mutating func findGap() {
    longestGapNanoseconds = 0
    var first = 0
    for (bucket, count) in (successes + [1]).enumerated() where count > 0 {
      let gap = UInt64(bucket - first) * Self.bucketNanoseconds
      if gap > longestGapNanoseconds {
        longestGapNanoseconds = gap
        longestGapAtNanoseconds = UInt64(first) * Self.bucketNanoseconds
      }
      first = bucket + 1
    }
  }
}
