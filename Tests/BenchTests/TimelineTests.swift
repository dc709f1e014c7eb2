import Testing

@testable import Bench

private let millisecond: UInt64 = 1_000_000

@Suite struct TimelineTests {
  @Test func `successes are counted by tenths of a second`() {
    var timeline = Timeline()
    timeline.begin(at: 5_000 * millisecond)
    for time in [5_000, 5_099, 5_100, 5_350, 5_399] as [UInt64] { timeline.succeeded(at: time * millisecond) }
    timeline.end(at: 5_450 * millisecond)
    #expect(timeline.successes == [2, 1, 0, 2, 0])
    #expect(timeline.longestGapNanoseconds == 250 * millisecond)
    #expect(timeline.longestGapAtNanoseconds == 100 * millisecond)
  }

  @Test func `a gap at the beginning or the end counts`() {
    var timeline = Timeline()
    timeline.begin(at: 0)
    timeline.succeeded(at: 700 * millisecond)
    timeline.end(at: 1_000 * millisecond)
    #expect(timeline.longestGapNanoseconds == 700 * millisecond)
    timeline.end(at: 2_000 * millisecond)
    #expect(timeline.longestGapNanoseconds == 1_000 * millisecond)
    #expect(timeline.longestGapAtNanoseconds == 1_000 * millisecond)
  }

  @Test func `of several workers a gap is what all of them had`() {
    var first = Timeline()
    first.begin(at: 0)
    first.succeeded(at: 50 * millisecond)
    first.end(at: 950 * millisecond)
    var second = Timeline()
    second.begin(at: 0)
    second.succeeded(at: 450 * millisecond)
    second.end(at: 950 * millisecond)
    first.merge(second)
    #expect(first.successes == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0])
    #expect(first.longestGapNanoseconds == 500 * millisecond)
    #expect(first.longestGapAtNanoseconds == 500 * millisecond)
  }
}

@Suite struct OutageWatchTests {
  @Test func `an outage lasts until each of its shards has had a success`() {
    let shardOfSlot = (0..<16_384).map { UInt16($0 / 1_000) }
    var watch = OutageWatch()
    watch.begin(
      Outage(node: 3, address: "a:1", lostAt: 70, shardCount: 2), slots: Array(1_000..<3_000), silentSince: 60)
    #expect(watch.isOpen)
    watch.succeeded(5, shardOfSlot, at: 100)
    #expect(watch.outages[0].firstBack == nil)
    watch.succeeded(1_500, shardOfSlot, at: 110)
    #expect(watch.outages[0].firstBack == 50)
    #expect(watch.outages[0].allBack == nil)
    watch.succeeded(1_999, shardOfSlot, at: 120)
    #expect(watch.isOpen)
    watch.succeeded(2_000, shardOfSlot, at: 130)
    #expect(watch.outages[0].allBack == 70)
    #expect(!watch.isOpen)
  }
}
