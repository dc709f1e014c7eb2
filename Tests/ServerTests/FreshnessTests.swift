import Basics
import Testing

@testable import Server

/// How old a follower's state counts as.
@Suite struct FreshnessTests {
  private let shard = ShardID(3)

  private func at(_ milliseconds: UInt64) -> Instant { Instant(nanoseconds: (10_000 + milliseconds) * 1_000_000) }

  @Test func `nothing is fresh by default`() {
    #expect(!Freshness().isFresh(shard, applied: .max, staleness: 3_600_000, now: at(0)))
  }

  @Test func `a state is as old as the question that was answered, not as the answer`() {
    var freshness = Freshness()
    let asks = freshness.shouldAsk(shard, staleness: 100, now: at(0))
    #expect(asks)
    freshness.answered(shard, asked: at(0), index: 40)
    #expect(freshness.isFresh(shard, applied: 40, staleness: 100, now: at(100)))
    #expect(!freshness.isFresh(shard, applied: 40, staleness: 100, now: at(101)))
    #expect(freshness.isFresh(shard, applied: 41, staleness: 200, now: at(101)))
    #expect(!freshness.isFresh(ShardID(4), applied: 41, staleness: 200, now: at(101)))
  }

  @Test func `a replica that has not applied the confirmed index is not fresh`() {
    var freshness = Freshness()
    freshness.answered(shard, asked: at(0), index: 40)
    #expect(!freshness.isFresh(shard, applied: 39, staleness: 1_000, now: at(1)))
  }

  @Test func `an older answer does not replace a newer one`() {
    var freshness = Freshness()
    freshness.answered(shard, asked: at(50), index: 44)
    freshness.answered(shard, asked: at(0), index: 40)
    #expect(!freshness.isFresh(shard, applied: 43, staleness: 1_000, now: at(60)))
    #expect(freshness.isFresh(shard, applied: 44, staleness: 1_000, now: at(60)))
  }

  @Test func `one question at a time, anew when half of the time is gone or nobody answered`() {
    var freshness = Freshness()
    func asks(_ milliseconds: UInt64) -> Bool { freshness.shouldAsk(shard, staleness: 1_000, now: at(milliseconds)) }
    #expect([asks(0), asks(1), asks(1_999)] == [true, false, false])
    #expect(asks(2_000), "nobody answered")
    freshness.answered(shard, asked: at(2_000), index: 40)
    #expect([asks(2_499), asks(2_500)] == [false, true])
    freshness.answered(shard, asked: at(2_500), index: nil)
    #expect(asks(2_501), "it was refused")
  }

  @Test func `the answer to a question that was given up does not end the present one`() {
    var freshness = Freshness()
    func asks(_ milliseconds: UInt64) -> Bool { freshness.shouldAsk(shard, staleness: 10, now: at(milliseconds)) }
    #expect([asks(0), asks(2_000)] == [true, true])
    freshness.answered(shard, asked: at(0), index: 40)
    #expect(!asks(2_001))
  }
}
