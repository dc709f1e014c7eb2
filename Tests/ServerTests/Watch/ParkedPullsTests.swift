import Basics
import Placement
import Testing

@testable import Server

@Suite struct ParkedPullsTests {
  private let start = Instant(nanoseconds: 1_000_000_000)

  private func after(_ milliseconds: UInt64) -> Instant { start.advanced(byMilliseconds: milliseconds) }

  private func records(_ shard: UInt32, deadline: UInt64) -> ParkedPulls.Parked {
    ParkedPulls.Parked(
      pull: Pull(shard: ShardID(shard), waitMilliseconds: 0, subject: .records(.next(1))),
      origin: .part(Int(shard), of: 0, store: 0), deadline: after(deadline), next: after(deadline))
  }

  private func look(_ shard: UInt32, next: UInt64, deadline: UInt64) -> ParkedPulls.Parked {
    let look = Pull.Look(leastIndex: 0, pauseMilliseconds: 0, intervalMilliseconds: 0, tenant: "t", known: [0])
    return ParkedPulls.Parked(
      pull: Pull(shard: ShardID(shard), waitMilliseconds: 0, subject: .hold(look, .zero)),
      origin: .part(Int(shard), of: 0, store: 0), deadline: after(deadline), next: after(next))
  }

  @Test func `those for records are taken with their shard, those that look are not`() {
    var pulls = ParkedPulls()
    pulls.park(records(1, deadline: 100))
    pulls.park(records(2, deadline: 100))
    pulls.park(look(1, next: 50, deadline: 100))
    #expect(pulls.takeRecordPulls(of: ShardID(1)).count == 1 && pulls.count == 2)
    #expect(pulls.takeRecordPulls(of: ShardID(1)).isEmpty && pulls.hasRecordPulls)
    #expect(pulls.takeRecordPulls(of: ShardID(2)).count == 1 && !pulls.hasRecordPulls)
  }

  @Test func `each is taken when its pause or its patience is over, and nothing before`() {
    var pulls = ParkedPulls()
    pulls.park(records(1, deadline: 100))
    pulls.park(look(2, next: 50, deadline: 300))
    pulls.park(look(3, next: 500, deadline: 200))
    #expect(pulls.nextLook == after(50))
    #expect(pulls.takeDue(now: after(49)).isEmpty)
    #expect(pulls.takeDue(now: after(60)).map(\.pull.shard.rawValue) == [2])
    #expect(pulls.nextLook == after(100))
    #expect(pulls.takeDue(now: after(100)).map(\.pull.shard.rawValue) == [1])
    #expect(pulls.takeDue(now: after(210)).map(\.pull.shard.rawValue) == [3])
    #expect(pulls.isEmpty && pulls.nextLook == .distantFuture)
  }

  @Test func `at the end all are taken`() {
    var pulls = ParkedPulls()
    for shard in 1...4 as ClosedRange<UInt32> { pulls.park(records(shard, deadline: 1)) }
    pulls.park(look(5, next: 1, deadline: 2))
    #expect(pulls.removeAll().count == 5 && pulls.isEmpty)
  }
}
