import Basics
import Raft
import Testing

@testable import Replication

/// Reads between being asked for and being answered.
@Suite struct WaitingReadsTests {
  private let shard = ShardID(1)

  private func waiting(_ calls: [UInt64], for index: UInt64) -> WaitingReads {
    var reads = WaitingReads()
    for (place, call) in calls.enumerated() {
      let ticket = ReadTicket(rawValue: UInt64(place + 1))
      reads.add(Waiter(origin: 1, call: call))
      reads.ask(ticket)
      reads.take([ReadOutcome(ticket: ticket, index: LogIndex(index + UInt64(place)))])
    }
    return reads
  }

  @Test func `a read is answered when its index is applied, and no earlier`() {
    var reads = waiting([1, 2], for: 5)
    var (completed, lost): ([ReadCompletion], [LostCall]) = ([], [])
    reads.complete(shard, applied: LogIndex(4), committed: nil, completed: &completed, lost: &lost)
    #expect(completed.isEmpty && lost.isEmpty && reads.count == 2)
    reads.complete(shard, applied: LogIndex(5), committed: nil, completed: &completed, lost: &lost)
    #expect(completed.map(\.waiter.call) == [1] && lost.isEmpty && reads.count == 1)
  }

  @Test func `who leads no more waits for what is committed, and loses the reads that wait for more`() {
    var reads = waiting([1, 2, 3], for: 5)
    var (completed, lost): ([ReadCompletion], [LostCall]) = ([], [])
    reads.complete(shard, applied: LogIndex(4), committed: LogIndex(5), completed: &completed, lost: &lost)
    #expect(completed.isEmpty && lost.isEmpty, "the first one's entry will be applied")
    reads.complete(shard, applied: LogIndex(5), committed: LogIndex(5), completed: &completed, lost: &lost)
    #expect(completed.map(\.waiter.call) == [1] && lost.map(\.waiter.call) == [2, 3])
    #expect(lost.allSatisfy { $0.fate == .unread } && reads.isEmpty)
  }
}
