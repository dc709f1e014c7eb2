import Raft
import Testing

/// A group of one: what a node by itself runs.
@Suite struct SoleVoterTests {
  private func fresh() -> RaftGroup {
    RaftGroup(
      member: MemberID(1), configuration: Configuration(voters: [MemberID(1)]), hardState: HardState(),
      start: LogStart(), entries: [], applied: .zero)
  }

  /// Makes what the group wants durable, until it wants nothing more.
  private func settle(_ group: inout RaftGroup) {
    var ready = Ready()
    while group.hasReady {
      group.ready(into: &ready)
      group.persisted(ready.receipt)
      group.checkInvariants()
    }
  }

  @Test func `a candidate leads only when its vote is durable`() {
    var group = fresh()
    group.campaign()
    #expect(group.role == .candidate)
    var ready = Ready()
    group.ready(into: &ready)
    #expect(ready.hardState == HardState(term: Term(1), vote: MemberID(1)))
    #expect(ready.append.isEmpty)
    #expect(group.role == .candidate)
    group.persisted(ready.receipt)
    #expect(group.role == .leader)
  }

  @Test func `a leader counts itself only after its own disk has the entry`() throws {
    var group = fresh()
    group.campaign()
    settle(&group)
    let index = group.propose([1])
    var ready = Ready()
    group.ready(into: &ready)
    #expect(ready.append == index..<index.next)
    #expect(group.commitIndex < index)
    group.persisted(ready.receipt)
    #expect(group.commitIndex == index)
  }

  @Test func `nothing can be read before the no-op of the term is committed`() {
    var group = fresh()
    #expect(group.readIndex() == nil)
    group.campaign()
    var ready = Ready()
    group.ready(into: &ready)
    group.persisted(ready.receipt)
    #expect(group.isLeader && group.readIndex() == nil)
    settle(&group)
    #expect(group.readIndex() == LogIndex(1))
  }

  @Test func `entries of an earlier term commit with the first one of this term`() {
    let entries = (1...3).map { Entry(term: Term(4), index: LogIndex($0), kind: .normal, payload: [UInt8($0)]) }
    var group = RaftGroup(
      member: MemberID(1), configuration: Configuration(voters: [MemberID(1)]),
      hardState: HardState(term: Term(4), vote: MemberID(1)), start: LogStart(), entries: entries,
      applied: LogIndex(1))
    #expect(group.commitIndex == LogIndex(1))
    group.campaign()
    var ready = Ready()
    group.ready(into: &ready)
    group.persisted(ready.receipt)
    #expect(group.commitIndex == LogIndex(1), "counting alone commits nothing of an earlier term")
    settle(&group)
    #expect(group.commitIndex == LogIndex(4) && group.term == Term(5))
    #expect(group.takeCommitted() == LogIndex(2)..<LogIndex(5))
  }

  @Test func `a batch of an earlier term elects nobody`() {
    var group = fresh()
    group.campaign()
    var ready = Ready()
    group.ready(into: &ready)
    let first = ready.receipt
    group.campaign()
    group.persisted(first)
    #expect(group.role == .candidate)
    group.ready(into: &ready)
    group.persisted(ready.receipt)
    #expect(group.role == .leader && group.term == Term(2))
  }

  @Test func `proposals are refused by a follower, and beyond the bound of uncommitted bytes`() throws {
    var options = RaftOptions()
    options.uncommittedBytesMax = 10
    var group = RaftGroup(
      member: MemberID(1), configuration: Configuration(voters: [MemberID(1)]), hardState: HardState(),
      start: LogStart(), entries: [], applied: .zero, options: options)
    #expect(group.proposalRefusal(byteCount: 1) != nil)
    group.campaign()
    settle(&group)
    #expect(group.proposalRefusal(byteCount: 20) == nil)
    _ = group.propose([UInt8](repeating: 0, count: 20))
    #expect(group.proposalRefusal(byteCount: 1) != nil)
    settle(&group)
    #expect(group.proposalRefusal(byteCount: 1) == nil)
  }

  @Test func `what is applied and durable leaves memory, and nothing else does`() throws {
    var group = fresh()
    group.campaign()
    settle(&group)
    for _ in 0..<200 {
      let index = group.propose([7])
      settle(&group)
      let committed = group.takeCommitted()
      #expect(group.entry(at: committed.upperBound.previous).index == index)
      group.applied(through: index)
      #expect(group.firstIndex == index.next)
      group.checkInvariants()
    }
  }
}
