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

  /// A look at so many SKUs for a stream of some Store.
  private func look(_ count: Int, for gathering: UInt64, of store: UInt16 = 0) -> ParkedPulls.Parked {
    let look = Pull.Look(
      leastIndex: 0, pauseMilliseconds: 0, intervalMilliseconds: 0, tenant: "t",
      known: Array(repeating: 0, count: count))
    let skus = (0..<count).map { "S\($0)" }
    return ParkedPulls.Parked(
      pull: Pull(shard: ShardID(1), waitMilliseconds: 0, subject: .stock(look, location: "", skus: skus)),
      origin: .part(0, of: gathering, store: store), deadline: after(5_000), next: start)
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

  @Test func `no more looks are handed out at a time than there is time for, in the order in which they came`() {
    var pulls = ParkedPulls()
    for gathering in 0..<20 as Range<UInt64> { pulls.park(look(500, for: gathering)) }
    let first = pulls.takeDue(now: start)
    #expect(first.map(\.origin.tag) == [0, 1, 2, 3] && pulls.count == 16)
    pulls.budget.spend(LookBudget.rowsMax)
    #expect(pulls.nextLook == after(LookBudget.refillMilliseconds), "the others have their turn soon")
    #expect(pulls.takeDue(now: after(1)).isEmpty)
    #expect(pulls.takeDue(now: after(LookBudget.refillMilliseconds)).map(\.origin.tag) == [4, 5, 6, 7])
  }

  @Test func `what comes while there is no time for it does not wake the Store before there is`() {
    var pulls = ParkedPulls()
    let isOpen = pulls.budget.isOpen(now: start)
    pulls.budget.spend(LookBudget.rowsMax + 5_000)
    let isOpenSoon = pulls.budget.isOpen(now: after(1))
    #expect(isOpen && !isOpenSoon)
    pulls.park(look(1, for: 1))
    #expect(pulls.nextLook == after(LookBudget.refillMilliseconds))
    let isOpenAgain = pulls.budget.isOpen(now: after(LookBudget.refillMilliseconds))
    #expect(isOpenAgain)
  }

  @Test func `what a stream has asked for goes with it, and only that`() {
    var pulls = ParkedPulls()
    pulls.park(look(500, for: 7))
    pulls.park(look(500, for: 8))
    pulls.park(look(500, for: 7, of: 1))
    pulls.park(records(3, deadline: 100))
    #expect(pulls.drop(7, of: 0).count == 1 && pulls.count == 3)
    #expect(pulls.drop(0, of: 0).map(\.pull.shard.rawValue) == [3] && !pulls.hasRecordPulls)
    #expect(pulls.drop(7, of: 1).map(\.origin.store) == [1])
    #expect(pulls.takeDue(now: start).map(\.origin.tag) == [8] && pulls.isEmpty)
  }

  @Test func `only so much is parked at a time`() {
    var pulls = ParkedPulls()
    for gathering in 0..<UInt64(ParkedPulls.subjectCountMax / 512) {
      #expect(!pulls.isFull)
      pulls.park(look(512, for: gathering))
    }
    #expect(pulls.isFull)
    _ = pulls.drop(3, of: 0)
    #expect(!pulls.isFull)
  }

  @Test func `a look in several goes is as of the index at which it began`() {
    var parked = look(3, for: 1)
    parked.looked(at: 40, upTo: 2)
    #expect(parked.pull.look?.first == 2 && parked.seen == 0)
    parked.looked(at: 41, upTo: nil)
    #expect(parked.pull.look?.first == 0 && parked.seen == 40 && parked.begun == 0)
    // Of what came before its first place it is not known when it was looked at, so it is looked at anew.
    parked.pull = parked.pull.looking(from: 1)
    parked.looked(at: 42, upTo: nil)
    #expect(parked.pull.look?.first == 0 && parked.seen < 42)
  }

  @Test func `at the end all are taken`() {
    var pulls = ParkedPulls()
    for shard in 1...4 as ClosedRange<UInt32> { pulls.park(records(shard, deadline: 1)) }
    pulls.park(look(5, next: 1, deadline: 2))
    #expect(pulls.removeAll().count == 5 && pulls.isEmpty)
  }
}
