import Raft
import Testing

/// What must be on disk before anybody hears of it (thesis §3.8), and what follows when a disk is slow or a member crashes.
@Suite struct DurabilityTests {
  @Test func `a vote leaves only when it is durable`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 2, requestVote(position(1, 1)))
    #expect(rig.takeSent() == [])
    #expect(rig.hardStates == [HardState(term: Term(2), vote: MemberID(1), commit: LogIndex(1))])
    rig.persist()
    let sent = rig.takeSent()
    #expect(sent.voteResponses.map(\.isGranted) == [true])
  }

  @Test func `an acceptance leaves only when the entries are durable, a refusal at once`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2)]))
    try rig.step(from: 1, term: 1, append(position(1, 8), commit: 1))
    #expect(rig.takeSent().appendResponses == [.rejected(index: LogIndex(8), hint: position(1, 2))])
    rig.persist()
    #expect(rig.takeSent().appendResponses == [.accepted(through: LogIndex(2))])
  }

  @Test func `an acceptance of what is under way to the disk already waits for it too`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2)]))
    // Handed out with the first; the second brings nothing new to write.
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2)]))
    #expect(rig.takeSent() == [])
    rig.persist()
    #expect(rig.takeSent().appendResponses.count == 2)
  }

  @Test func `a candidate counts its own vote, and a leader its own log, only when they are durable`() throws {
    var rig = Rig(voters: [1, 2])
    rig.group.campaign()
    rig.collect()
    try rig.step(
      from: 2, term: 2, .voteResponse(VoteResponse(isPreVote: false, isGranted: true, last: position(1, 1))))
    #expect(rig.group.role == .candidate)
    rig.persist()
    #expect(rig.group.isLeader == true)
    rig.group.propose([1])
    rig.collect()
    try rig.accept(from: 2)
    #expect(rig.group.commitIndex == LogIndex(2))
    rig.persist()
    #expect(rig.group.commitIndex == LogIndex(3))
  }

  @Test func `a commit index is written when that is wanted, as far as the log is durable, and once`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 2, [entry(1, 2)]))
    rig.group.noteCommit()
    rig.collect()
    #expect(rig.hardStates == [], "its entry is not durable yet")
    rig.persist()
    rig.collect()
    #expect(rig.hardStates == [], "nobody asked since")
    rig.group.noteCommit()
    rig.collect()
    rig.group.noteCommit()
    rig.collect()
    #expect(rig.hardStates == [HardState(term: Term(1), vote: .none, commit: LogIndex(2))])
  }

  @Test func `a vote that was granted to a longer log than is left after a crash does not count`() throws {
    var rig = Rig()
    rig.group.campaign()
    rig.persist()
    let longer = VoteResponse(isPreVote: false, isGranted: true, last: position(1, 5))
    try rig.step(from: 2, term: 2, .voteResponse(longer))
    #expect(rig.group.role == .candidate)
  }

  @Test func `a batch of an earlier term proves nothing about entries of this one`() throws {
    var rig = Rig(2, voters: [1, 2, 3])
    var first = Ready()
    try rig.group.step(
      Message(
        from: MemberID(1), to: MemberID(2), term: Term(1), body: append(position(1, 1), commit: 1, [entry(1, 2)])))
    rig.group.ready(into: &first)
    // Another leader replaces the entry, and then a third one does, before the disk has the first.
    var second = Ready()
    try rig.group.step(
      Message(
        from: MemberID(3), to: MemberID(2), term: Term(2), body: append(position(1, 1), commit: 1, [entry(2, 2)])))
    rig.group.ready(into: &second)
    rig.group.persisted(first.receipt)
    #expect(rig.group.persistedIndex == LogIndex(1), "the disk has an entry 2, and not the one of this log")
    var third = Ready()
    try rig.group.step(
      Message(
        from: MemberID(1), to: MemberID(2), term: Term(2), body: .heartbeat(Heartbeat(commit: LogIndex(1), round: 1))))
    rig.group.ready(into: &third)
    rig.group.persisted(second.receipt)
    #expect(rig.group.persistedIndex == LogIndex(2))
  }

  @Test func `a batch of this term proves nothing about an entry that was replaced after it was handed out`() throws {
    var rig = Rig(2)
    var old = Ready()
    var term = Ready()
    var new = Ready()
    func message(_ sender: UInt64, _ term: UInt64, _ body: Message.Body) -> Message {
      Message(from: MemberID(sender), to: MemberID(2), term: Term(term), body: body)
    }
    try rig.group.step(message(1, 1, append(position(1, 1), commit: 1, [entry(1, 2)])))
    rig.group.ready(into: &old)
    // The term is handed out while the log still ends with the old entry; then that is replaced.
    try rig.group.step(message(3, 2, .heartbeat(Heartbeat(commit: LogIndex(1), round: 1))))
    rig.group.ready(into: &term)
    try rig.group.step(message(3, 2, append(position(1, 1), commit: 1, [entry(2, 2)])))
    rig.group.ready(into: &new)
    rig.group.persisted(old.receipt)
    rig.group.persisted(term.receipt)
    #expect(rig.group.persistedIndex == LogIndex(1))
    rig.group.persisted(new.receipt)
    #expect(rig.group.persistedIndex == LogIndex(2))
  }

  @Test func `the first batch of a new term covers what was handed out before it`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2)]))
    try rig.step(from: 1, term: 4, .heartbeat(Heartbeat(commit: LogIndex(1), round: 1)))
    rig.persist()
    #expect(rig.group.persistedIndex == LogIndex(2))
  }

  @Test func `no state is ahead of its own log on disk`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 2, [entry(1, 2)]))
    #expect(rig.group.commitIndex == LogIndex(2) && rig.group.takeCommitted().isEmpty)
    rig.persist()
    #expect(rig.group.takeCommitted() == LogIndex(2)..<LogIndex(3))
  }

  @Test func `the commit index on disk never points behind the entries on disk`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 2, append(position(1, 1), commit: 2, [entry(2, 2)]))
    #expect(rig.hardStates.last?.commit == LogIndex(1))
  }

  @Test func `a commit index beyond the log is a hint that is not followed`() {
    let group = RaftGroup(
      member: MemberID(1), configuration: Configuration(voters: [MemberID(1)]),
      hardState: HardState(term: Term(3), vote: .none, commit: LogIndex(99)), start: LogStart(),
      entries: [entry(1, 1), entry(1, 2)], applied: .zero)
    #expect(group.commitIndex == LogIndex(2))
  }

  @Test func `a leader that knows this member had more shows that its disk lost something`() {
    var rig = Rig(2)
    #expect(throws: RaftFault.promisedEntriesLost(commit: LogIndex(5), last: LogIndex(1))) {
      try rig.step(from: 1, term: 1, .heartbeat(Heartbeat(commit: LogIndex(5), round: 1)))
    }
  }

  @Test func `two leaders in one term show that somebody voted twice`() throws {
    var rig = Rig()
    try rig.lead()
    #expect(throws: RaftFault.twoLeaders(term: Term(2), other: MemberID(3))) {
      try rig.step(from: 3, term: 2, append(position(1, 1), commit: 1))
    }
  }
}
