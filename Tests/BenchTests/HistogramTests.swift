import Basics
import Testing

@testable import Bench

@Suite struct HistogramTests {
  @Test func `every duration lies in its bucket, and buckets follow each other without gaps`() {
    var lower: UInt64 = 0
    for bucket in 0...Histogram.bucket(of: Histogram.nanosecondsMax) {
      let upper = Histogram.upperEdge(of: bucket)
      #expect(Histogram.bucket(of: lower) == bucket)
      #expect(Histogram.bucket(of: upper) == bucket)
      #expect(upper - lower <= lower / 1024)
      lower = upper + 1
    }
    #expect(lower > Histogram.nanosecondsMax)
  }

  @Test(arguments: [1.0, 50, 90, 99, 99.9, 99.99, 100])
  func `percentiles are within a thousandth of the exact ones`(percent: Double) {
    var generator = SeededGenerator(seed: 7)
    var histogram = Histogram()
    var all: [UInt64] = []
    for _ in 0..<50_000 {
      // Magnitudes from nanoseconds to a minute, evenly.
      let value = generator.next() >> UInt64(28 + generator.below(36))
      all.append(value)
      histogram.record(value)
    }
    all.sort()
    let exact = min(all[Int((percent / 100 * Double(all.count)).rounded(.up)) - 1], Histogram.nanosecondsMax)
    let found = histogram.percentile(percent)
    #expect(found >= exact)
    #expect(Double(found) <= Double(exact) * 1.001)
    #expect(histogram.least == all.first)
    #expect(histogram.greatest == all.last)
  }

  @Test func `merging is the same as recording in one`() {
    var generator = SeededGenerator(seed: 8)
    var parts = [Histogram](repeating: Histogram(), count: 3)
    var whole = Histogram()
    for index in 0..<3_000 {
      let value = generator.next() >> 30
      parts[index % 2].record(value)
      whole.record(value)
    }
    var merged = Histogram()
    for part in parts { merged.merge(part) }
    #expect(merged.count == whole.count)
    #expect(merged.greatest == whole.greatest)
    for percent in stride(from: 0.0, through: 100, by: 0.5) {
      #expect(merged.percentile(percent) == whole.percentile(percent))
    }
  }

  @Test func `the difference to a former state holds what came since`() {
    var histogram = Histogram()
    histogram.record(1_000)
    let earlier = histogram
    histogram.record(50_000)
    histogram.record(60_000)
    let since = histogram.since(earlier)
    #expect(since.count == 2)
    #expect(since.percentile(1) >= 50_000)
    #expect(since.mean == 55_000)
    #expect(histogram.since(Histogram()).count == 3)
  }

  @Test func `durations over a minute are counted, and the longest is exact`() {
    var histogram = Histogram()
    histogram.record(.max)
    histogram.record(90_000_000_000)
    #expect(histogram.count == 2)
    #expect(histogram.greatest == .max)
    #expect(histogram.countAbove(1_000_000_000) == 2)
    #expect(histogram.countAbove(Histogram.nanosecondsMax) == 0)
  }

  @Test func `an empty histogram answers zero`() {
    #expect(Histogram().percentile(99) == 0)
    #expect(Histogram().mean == 0)
    #expect(Histogram().countAbove(0) == 0)
  }
}
