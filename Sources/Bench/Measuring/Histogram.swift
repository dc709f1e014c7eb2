internal import Basics

/// Counts durations in buckets whose width is at most a thousandth of their value, from 1 ns to 60 s, so that any
/// percentile is known to three significant digits. Log-linear, after HdrHistogram (Gil Tene). A value type; each
/// thread fills its own and they are merged afterwards.
///
/// Values below 2048 ns have a bucket each; above, every doubling of the value is divided into 1024 buckets. A histogram
/// that has counted nothing owns no memory.
struct Histogram: Sendable, Equatable {
  /// Longer durations are counted as this long; the exact maximum is kept apart.
  static let nanosecondsMax: UInt64 = 60_000_000_000

  private static let linearBits = 10
  private static let bucketCount = bucket(of: nanosecondsMax) + 1

  private var buckets: [UInt64] = []
  private(set) var count: UInt64 = 0
  private(set) var sum: Double = 0
  /// The shortest and the longest duration, exact. Meaningless while nothing is counted.
  private(set) var least: UInt64 = .max
  private(set) var greatest: UInt64 = 0

  init() {}

  mutating func record(_ nanoseconds: UInt64) {
    if buckets.isEmpty { buckets = Array(repeating: 0, count: Self.bucketCount) }
    buckets[Self.bucket(of: min(nanoseconds, Self.nanosecondsMax))] &+= 1
    count &+= 1
    sum += Double(nanoseconds)
    if nanoseconds < least { least = nanoseconds }
    if nanoseconds > greatest { greatest = nanoseconds }
  }

  mutating func merge(_ other: Histogram) {
    if other.count == 0 { return }
    if buckets.isEmpty { buckets = Array(repeating: 0, count: Self.bucketCount) }
    for index in 0..<Self.bucketCount { buckets[index] &+= other.buckets[index] }
    count += other.count
    sum += other.sum
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
  }

  /// What was counted since `earlier`, which must be a former state of this histogram. Its maximum is that of the whole.
  func since(_ earlier: Histogram) -> Histogram {
    if earlier.count == 0 { return self }
    var difference = self
    for index in 0..<Self.bucketCount { difference.buckets[index] &-= earlier.buckets[index] }
    difference.count -= earlier.count
    difference.sum -= earlier.sum
    return difference
  }

  /// The buckets that are not empty, in order.
  var counted: [(bucket: Int, count: UInt64)] {
    buckets.indices.filter { buckets[$0] > 0 }.map { ($0, buckets[$0]) }
  }

  /// Of what another one told; `nil` when that cannot be.
  init?(counted: [(bucket: Int, count: UInt64)], sum: Double, least: UInt64, greatest: UInt64) {
    if counted.isEmpty { return }
    guard least <= greatest, sum >= 0 else { return nil }
    buckets = Array(repeating: 0, count: Self.bucketCount)
    for (bucket, count) in counted {
      guard buckets.indices.contains(bucket), count > 0, count < 1 << 48 else { return nil }
      buckets[bucket] += count
      self.count += count
    }
    self.sum = sum
    self.least = least
    self.greatest = greatest
  }

  var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// The least duration that at least `percent` per cent of those counted do not exceed, in nanoseconds, off by at most
  /// a thousandth and never too small. 0 when nothing is counted.
  func percentile(_ percent: Double) -> UInt64 {
    if count == 0 { return 0 }
    let rank = max(1, min(count, UInt64((percent / 100 * Double(count)).rounded(.up))))
    var passed: UInt64 = 0
    for index in 0..<Self.bucketCount {
      passed += buckets[index]
      if passed >= rank { return min(Self.upperEdge(of: index), max(greatest, least)) }
    }
    invariantViolated("the buckets of a histogram add up to less than its count")
  }

  /// How many durations were longer than `nanoseconds`, rounded to a bucket's edge.
  func countAbove(_ nanoseconds: UInt64) -> UInt64 {
    if count == 0 || nanoseconds >= Self.nanosecondsMax { return 0 }
    return buckets[(Self.bucket(of: nanoseconds) + 1)...].reduce(0, +)
  }

  static func bucket(of nanoseconds: UInt64) -> Int {
    let significantBits = UInt64.bitWidth - nanoseconds.leadingZeroBitCount
    let shift = max(0, significantBits - linearBits - 1)
    return shift << linearBits + Int(nanoseconds >> UInt64(shift))
  }

  /// The greatest duration of a bucket.
  static func upperEdge(of bucket: Int) -> UInt64 {
    let shift = max(0, bucket >> linearBits - 1)
    let leading = UInt64(bucket - shift << linearBits)
    return (leading + 1) << UInt64(shift) - 1
  }
}
