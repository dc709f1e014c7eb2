import Raft
import Testing

/// Sentences of the Raft paper, sections 5.3 and 5.4, each as a test.
@Suite struct ReplicationRuleTests {
  @Test func `the leader appends the command to its log and sends it to each of the others in parallel`() throws {
    var rig = Rig()
    try rig.lead()
    try rig.accept(from: 2)
    try rig.accept(from: 3)
    _ = rig.takeSent()
    let index = rig.group.propose([7])
    rig.collect()
    let sent = rig.takeSent()
    #expect(rig.group.entry(at: index).payload == [7])
    #expect(sent.map(\.to) == [MemberID(2), MemberID(3)])
    #expect(sent.appends.map(\.entries) == [[entry(2, 3, [7])], [entry(2, 3, [7])]])
  }

  @Test(arguments: [
    (1, [], true), (2, [], false), (2, [2], true), (3, [], false), (3, [2], true), (4, [2], false), (4, [2, 3], true),
    (5, [2], false), (5, [2, 3], true), (5, [4, 5], true),
  ])
  func `an entry is committed once the leader that created it has replicated it on a majority`(
    _ size: Int, _ acceptors: [UInt64], _ isCommitted: Bool
  ) throws {
    var rig = Rig(voters: (1...size).map { UInt64($0) })
    try rig.lead()
    for acceptor in acceptors { try rig.accept(from: acceptor) }
    #expect((rig.group.commitIndex == LogIndex(2)) == isCommitted)
  }

  @Test func `this also commits all preceding entries, those of previous leaders included`() throws {
    var rig = Rig(term: 2, terms: [1, 2, 2])
    try rig.lead()
    #expect(rig.group.commitIndex == LogIndex(1))
    try rig.accept(from: 3)
    #expect(rig.group.commitIndex == LogIndex(5))
    #expect(rig.group.takeCommitted() == LogIndex(2)..<LogIndex(6))
  }

  @Test func `only entries of the leader's own term are committed by counting replicas`() throws {
    var rig = Rig(term: 2, terms: [1, 2])
    try rig.lead()
    // Both have everything of earlier terms, which is a majority and proves nothing.
    try rig.accept(from: 2, through: 3)
    try rig.accept(from: 3, through: 3)
    #expect(rig.group.commitIndex == LogIndex(1))
    try rig.accept(from: 2, through: 4)
    #expect(rig.group.commitIndex == LogIndex(4))
  }

  @Test func `once a follower learns that an entry is committed, it applies it, in log order`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2), entry(1, 3)]))
    rig.persist()
    #expect(rig.group.takeCommitted().isEmpty)
    try rig.step(from: 1, term: 1, append(position(1, 3), commit: 2))
    #expect(rig.group.takeCommitted() == LogIndex(2)..<LogIndex(3))
    try rig.step(from: 1, term: 1, .heartbeat(Heartbeat(commit: LogIndex(3), round: 1)))
    #expect(rig.group.takeCommitted() == LogIndex(3)..<LogIndex(4))
  }

  @Test func `if the follower does not find the entry before, it refuses the new ones`() throws {
    var rig = Rig(2, term: 3, terms: [1, 1, 3])
    try rig.step(from: 1, term: 4, append(position(3, 9), commit: 1, [entry(4, 10)]))
    try rig.step(from: 1, term: 4, append(position(2, 4), commit: 1, [entry(4, 5)]))
    rig.collect()
    let sent = rig.takeSent()
    #expect(
      sent.appendResponses == [
        .rejected(index: LogIndex(9), hint: position(3, 4)),
        // Term 2 of the leader's log rules out the follower's entries of term 3.
        .rejected(index: LogIndex(4), hint: position(1, 3)),
      ])
    #expect(rig.group.lastIndex == LogIndex(4))
  }

  @Test func `conflicting entries of a follower are overwritten with the leader's`() throws {
    var rig = Rig(2, term: 3, terms: [1, 3, 3])
    try rig.step(from: 1, term: 4, append(position(1, 2), commit: 1, [entry(2, 3), entry(4, 4)]))
    rig.persist()
    #expect(rig.group.lastPosition == position(4, 4) && rig.group.entry(at: LogIndex(3)).term == Term(2))
    let sent = rig.takeSent()
    #expect(sent.appendResponses == [.accepted(through: LogIndex(4))])
  }

  @Test func `a follower takes nothing away for a message that is short or old`() throws {
    var rig = Rig(2)
    let whole = [entry(1, 2), entry(1, 3), entry(1, 4)]
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, whole))
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2)]))
    try rig.step(from: 1, term: 1, append(position(1, 2), commit: 1))
    #expect(rig.group.lastIndex == LogIndex(4))
  }

  @Test func `a follower commits no further than the last new entry of the message`() throws {
    // Entry 3 is not the leader's, and the message does not say so.
    var rig = Rig(2, term: 2, terms: [1, 2])
    try rig.step(from: 1, term: 3, append(position(1, 1), commit: 3, [entry(1, 2)]))
    #expect(rig.group.commitIndex == LogIndex(2))
  }

  @Test func `the leader skips a whole term of the follower's with each attempt`() throws {
    var rig = Rig(term: 5, terms: [1, 1, 1, 4, 4, 4, 4, 4])
    try rig.lead()
    _ = rig.takeSent()
    // The follower has terms 1 1 1 2 2 2 and says so: the leader's entries of term 4 cannot be there.
    try rig.step(from: 2, term: 6, .appendResponse(.rejected(index: LogIndex(9), hint: position(2, 7))))
    let sent = rig.takeSent()
    #expect(sent.appends.map(\.previous) == [position(1, 4)])
  }

  @Test func `an answer to an old probe changes nothing`() throws {
    var rig = Rig(term: 5, terms: [1, 1, 1])
    try rig.lead()
    _ = rig.takeSent()
    try rig.step(from: 2, term: 6, .appendResponse(.rejected(index: LogIndex(3), hint: position(1, 1))))
    #expect(rig.takeSent() == [])
    try rig.accept(from: 2)
    _ = rig.takeSent()
    try rig.step(from: 2, term: 6, .appendResponse(.rejected(index: LogIndex(4), hint: position(1, 1))))
    let progress = rig.group.memberProgress[1]
    #expect(progress.match == LogIndex(5) && progress.next == LogIndex(6) && rig.takeSent().isEmpty)
  }

  @Test func `one probe at a time, and many entries once the logs agree`() throws {
    var rig = Rig()
    try rig.lead()
    _ = rig.takeSent()
    for _ in 0..<3 { rig.group.propose([1]) }
    rig.collect()
    #expect(rig.takeSent() == [], "the first message, with the no-op, is not answered yet")
    try rig.accept(from: 2, through: 2)
    rig.collect()
    let sent = rig.takeSent()
    #expect(sent.appends.map(\.entries.count).reduce(0, +) == 3)
    rig.group.propose([1])
    rig.collect()
    #expect(rig.takeSent().appends.count == 1, "without waiting for an answer")
  }

  @Test func `entries under way are bounded by messages and by bytes`() throws {
    var options = Rig.plain
    options.inflightMessagesMax = 3
    options.inflightBytesMax = 1_000
    var rig = Rig(options: options)
    try rig.lead()
    try rig.accept(from: 2)
    _ = rig.takeSent()
    for _ in 0..<5 { rig.group.propose([1]) }
    rig.collect()
    #expect(rig.takeSent().filter { $0.to == MemberID(2) }.appends.count == 3)
    try rig.accept(from: 2, through: 5)
    _ = rig.takeSent()
    try rig.accept(from: 2, through: 7)
    _ = rig.takeSent()
    rig.group.propose([UInt8](repeating: 0, count: 2_000))
    rig.group.propose([1])
    rig.collect()
    #expect(rig.takeSent().filter { $0.to == MemberID(2) }.appends.count == 1, "one large one fills the window")
  }

  @Test func `a commit index that the owner tells leaves with the next entry, or when the owner says so`() throws {
    var options = Rig.plain
    options.tellsCommitAtOnce = false
    var rig = Rig(options: options)
    try rig.lead()
    try rig.accept(from: 2)
    try rig.accept(from: 3)
    _ = rig.takeSent()
    #expect(rig.group.untoldCommit == LogIndex(2))
    let index = rig.group.propose([7])
    rig.collect()
    #expect(rig.takeSent().appends.map(\.commit) == [LogIndex(2), LogIndex(2)])
    #expect(rig.group.untoldCommit == nil)
    rig.persist()
    try rig.accept(from: 2)
    #expect(rig.group.commitIndex == index && rig.group.untoldCommit == index)
    #expect(rig.takeSent().isEmpty)
    rig.group.tellCommit(through: index)
    rig.collect()
    let told = rig.takeSent()
    #expect(told.map(\.to) == [MemberID(2), MemberID(3)])
    #expect(told.appends.allSatisfy { $0.entries.isEmpty && $0.commit == index })
    rig.group.tellCommit(through: index)
    rig.collect()
    #expect(rig.group.untoldCommit == nil && rig.takeSent().isEmpty)
  }

  @Test(arguments: [(2, true), (3, true), (4, false), (5, false)])
  func `a follower commits what it and its leader have on disk, where the two are a majority`(
    _ size: Int, _ isMajority: Bool
  ) throws {
    var rig = Rig(2, voters: (1...size).map { UInt64($0) })
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2), entry(1, 3)]))
    try rig.step(from: 1, term: 1, .appendResponse(.accepted(through: LogIndex(2))))
    #expect(rig.group.commitIndex == LogIndex(1), "its own disk is not done")
    rig.persist()
    #expect(rig.group.commitIndex == LogIndex(isMajority ? 2 : 1))
    try rig.step(from: 1, term: 1, .appendResponse(.accepted(through: LogIndex(9))))
    #expect(rig.group.commitIndex == LogIndex(isMajority ? 3 : 1), "no further than what is here")
  }

  @Test func `a follower counts nobody but its leader, and only for entries of the leader's term`() throws {
    var rig = Rig(2, term: 2, terms: [1, 1])
    rig.persist()
    try rig.step(from: 1, term: 2, .appendResponse(.accepted(through: LogIndex(3))))
    #expect(rig.group.commitIndex == LogIndex(1), "it knows no leader of this term")
    try rig.step(from: 1, term: 2, append(position(1, 3), commit: 1))
    rig.persist()
    try rig.step(from: 3, term: 2, .appendResponse(.accepted(through: LogIndex(3))))
    try rig.step(from: 1, term: 2, .appendResponse(.accepted(through: LogIndex(3))))
    #expect(rig.group.commitIndex == LogIndex(1), "what is of an earlier term proves nothing")
    try rig.step(from: 1, term: 2, append(position(1, 3), commit: 1, [entry(2, 4)]))
    rig.persist()
    #expect(rig.group.commitIndex == LogIndex(1))
    try rig.step(from: 1, term: 2, .appendResponse(.accepted(through: LogIndex(4))))
    #expect(rig.group.commitIndex == LogIndex(4), "with what came before it")
  }

  @Test func `what a leader said of its disk counts in its term alone, and a learner counts nothing`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2)]))
    try rig.step(from: 1, term: 1, .appendResponse(.accepted(through: LogIndex(4))))
    try rig.step(from: 3, term: 2, append(position(1, 2), commit: 1, [entry(2, 3)]))
    rig.persist()
    #expect(rig.group.commitIndex == LogIndex(1))
    var learner = Rig(4, learners: [4])
    try learner.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2)]))
    try learner.step(from: 1, term: 1, .appendResponse(.accepted(through: LogIndex(2))))
    learner.persist()
    #expect(learner.group.commitIndex == LogIndex(1))
  }

  @Test func `a follower commits with its leader nothing behind a change of members that it has not applied`() throws {
    var rig = Rig(2)
    let change = ConfigurationChange([.addLearner(MemberID(4))]).encoded()
    let addition = Entry(term: Term(1), index: LogIndex(3), kind: .configuration, payload: change)
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, [entry(1, 2), addition, entry(1, 4)]))
    rig.persist()
    try rig.step(from: 1, term: 1, .appendResponse(.accepted(through: LogIndex(4))))
    #expect(rig.group.commitIndex == LogIndex(3))
  }

  @Test func `a leader tells how far its own log is durable, while that is further than what it knows to be committed`()
    throws
  {
    var rig = Rig()
    try rig.lead()
    try rig.accept(from: 2)
    let index = rig.group.propose([7])
    rig.collect()
    _ = rig.takeSent()
    let isAllToldUnsynced = rig.group.tellPersisted(to: MemberID(2))
    #expect(!isAllToldUnsynced, "its disk is not done")
    rig.collect()
    #expect(rig.takeSent().isEmpty)
    rig.persist()
    let isAllTold = rig.group.tellPersisted(to: MemberID(2))
    #expect(isAllTold)
    rig.collect()
    let told = rig.takeSent()
    #expect(told.map(\.to) == [MemberID(2)] && told.appendResponses == [.accepted(through: index)])
    // The follower may have committed it by now: a read must wait for it.
    _ = try rig.group.requestRead()
    rig.collect()
    let round = try #require(rig.takeSent().heartbeats.last?.round)
    try rig.step(from: 3, term: rig.group.term.rawValue, .heartbeatResponse(HeartbeatResponse(round: round)))
    #expect(rig.reads.map(\.index) == [index])
    try rig.accept(from: 3)
    _ = rig.takeSent()
    let isNothingLeft = rig.group.tellPersisted(to: MemberID(2))
    #expect(rig.group.commitIndex == index && isNothingLeft)
    rig.collect()
    #expect(rig.takeSent().isEmpty)
  }

  @Test func `a message holds as many entries as it may, and one at least`() throws {
    var options = Rig.plain
    options.messageEntriesMax = 2
    options.messageBytesMax = 100
    var rig = Rig(term: 2, terms: [1, 1, 1, 1, 1], options: options)
    try rig.lead()
    try rig.step(from: 2, term: 3, .appendResponse(.rejected(index: LogIndex(6), hint: position(1, 1))))
    _ = rig.takeSent()
    try rig.accept(from: 2, through: 3)
    let sent = rig.takeSent()
    #expect(sent.appends.map(\.entries.count) == [2, 2])
    rig.group.propose([UInt8](repeating: 0, count: 500))
    rig.collect()
    #expect(rig.takeSent().appends.map(\.entries.count) == [1])
  }
}
