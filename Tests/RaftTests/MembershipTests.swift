import Raft
import Testing

/// Membership changes (thesis §4), learners, and what a removed member may do.
@Suite struct MembershipTests {
  private func leading(_ options: RaftOptions = Rig.plain, learners: [UInt64] = []) throws -> Rig {
    var rig = Rig(learners: learners, options: options)
    try rig.lead()
    try rig.accept(from: 2)
    rig.applyAll()
    _ = rig.takeSent()
    return rig
  }

  private func commit(_ rig: inout Rig) throws {
    rig.persist()
    try rig.accept(from: 2)
    try rig.accept(from: 3)
    rig.applyAll()
  }

  @Test func `one change at a time`() throws {
    var rig = try leading()
    try rig.group.propose(ConfigurationChange([.addVoter(MemberID(4))]))
    #expect(throws: ChangeRefusal.changePending(through: LogIndex(3))) {
      try rig.group.propose(ConfigurationChange([.addVoter(MemberID(5))]))
    }
    try commit(&rig)
    try rig.group.propose(ConfigurationChange([.addVoter(MemberID(5))]))
    #expect(rig.group.lastIndex == LogIndex(4))
  }

  @Test func `none before a new leader has applied what it found in its log`() throws {
    var rig = Rig(terms: [1, 1])
    try rig.lead()
    #expect(throws: ChangeRefusal.changePending(through: LogIndex(3))) {
      try rig.group.propose(ConfigurationChange([.addVoter(MemberID(4))]))
    }
  }

  @Test func `a change takes effect where it is applied, and is stored with the effects`() throws {
    var rig = try leading()
    try rig.group.propose(ConfigurationChange([.addVoter(MemberID(4))]))
    rig.persist()
    try rig.accept(from: 2)
    #expect(rig.group.configuration.voters.count == 3)
    let range = rig.group.takeCommitted()
    #expect(rig.group.configuration(through: range.upperBound.previous).voters.count == 4)
    #expect(rig.group.configuration(through: range.lowerBound.previous).voters.count == 3)
    rig.group.applied(through: range.upperBound.previous)
    #expect(rig.group.configuration.voters.count == 4)
  }

  @Test func `a new member is told at once`() throws {
    var rig = try leading()
    try rig.group.propose(ConfigurationChange([.addLearner(MemberID(4))]))
    try commit(&rig)
    #expect(rig.takeSent().contains { $0.to == MemberID(4) })
  }

  @Test func `a joint configuration commits with both majorities`() throws {
    var rig = try leading()
    try rig.group.propose(
      ConfigurationChange(
        [.addVoter(MemberID(4)), .addVoter(MemberID(5)), .remove(MemberID(2)), .remove(MemberID(3))],
        transition: .jointExplicit))
    try commit(&rig)
    let index = rig.group.propose([1])
    rig.persist()
    try rig.accept(from: 4)
    try rig.accept(from: 5)
    #expect(rig.group.commitIndex < index)
    try rig.accept(from: 2)
    #expect(rig.group.commitIndex == index)
  }

  @Test func `the leader leaves a joint configuration by itself once it is applied, and not before`() throws {
    var rig = try leading()
    try rig.group.propose(ConfigurationChange([.addVoter(MemberID(4)), .addVoter(MemberID(5))]))
    rig.persist()
    try rig.accept(from: 2)
    #expect(rig.group.lastIndex == LogIndex(3))
    rig.applyAll()
    #expect(rig.group.lastIndex == LogIndex(4) && rig.group.configuration.leavesAutomatically)
  }

  @Test func `nothing but leaving is proposed in a joint configuration`() throws {
    var rig = try leading()
    try rig.group.propose(ConfigurationChange([.addVoter(MemberID(4))], transition: .jointExplicit))
    try commit(&rig)
    #expect(throws: ChangeRefusal.impossible(.alreadyJoint)) {
      try rig.group.propose(ConfigurationChange([.addVoter(MemberID(5)), .addVoter(MemberID(6))]))
    }
    #expect(throws: ChangeRefusal.impossible(.changesSimplyWhileJoint)) {
      try rig.group.propose(ConfigurationChange([.addVoter(MemberID(5))]))
    }
    try rig.group.propose(.leaveJoint)
  }

  @Test func `a learner never counts`() throws {
    var rig = try leading(learners: [4, 5])
    let index = rig.group.propose([1])
    rig.persist()
    try rig.accept(from: 4)
    try rig.accept(from: 5)
    #expect(rig.group.commitIndex < index)
    var learner = Rig(4, learners: [4])
    for _ in 0..<100 { learner.group.tick() }
    learner.group.campaign()
    #expect(learner.group.role == .follower && learner.group.term == Term(1))
  }

  @Test func `a learner is promoted only when it has caught up, if that is asked for`() throws {
    var options = Rig.plain
    options.promotionLagEntriesMax = 1
    var rig = try leading(options, learners: [4])
    let promotion = ConfigurationChange([.addVoter(MemberID(4))])
    #expect(throws: ChangeRefusal.notCaughtUp(MemberID(4))) { try rig.group.propose(promotion) }
    try rig.accept(from: 4)
    #expect(throws: ChangeRefusal.notCaughtUp(MemberID(7))) {
      try rig.group.propose(ConfigurationChange([.addVoter(MemberID(7))]))
    }
    try rig.group.propose(promotion)
  }

  @Test func `members are bounded`() throws {
    var options = Rig.plain
    options.votersMax = 3
    options.learnersMax = 0
    var rig = try leading(options)
    #expect(throws: ChangeRefusal.tooManyMembers) {
      try rig.group.propose(ConfigurationChange([.addVoter(MemberID(4))]))
    }
    #expect(throws: ChangeRefusal.tooManyMembers) {
      try rig.group.propose(ConfigurationChange([.addLearner(MemberID(4))]))
    }
  }

  @Test func `a removed leader does not count itself, and steps down when its removal is applied`() throws {
    var rig = try leading()
    try rig.group.propose(ConfigurationChange([.remove(MemberID(1))]))
    try commit(&rig)
    #expect(rig.group.role == .follower && !rig.group.configuration.contains(MemberID(1)))
    for _ in 0..<100 { rig.group.tick() }
    #expect(rig.group.role == .follower && rig.group.term == Term(2), "it disturbs nobody")
    var options = Rig.plain
    options.stepsDownOnRemoval = false
    var staying = try leading(options)
    try staying.group.propose(ConfigurationChange([.remove(MemberID(1))]))
    let tail = staying.group.propose([1])
    staying.persist()
    try staying.accept(from: 2, through: 3)
    staying.applyAll()
    #expect(staying.group.isLeader && staying.group.proposalRefusal(byteCount: 1) == .notMember)
    try staying.accept(from: 2)
    #expect(staying.group.commitIndex < tail, "one of two, and itself no more")
    try staying.accept(from: 3)
    #expect(staying.group.commitIndex == tail)
  }

  @Test func `nothing behind a change is committed before the change is applied`() throws {
    var rig = try leading()
    try rig.group.propose(ConfigurationChange([.remove(MemberID(3))]))
    let tail = rig.group.propose([1])
    rig.persist()
    try rig.accept(from: 2)
    #expect(rig.group.commitIndex == tail.previous)
    rig.applyAll()
    #expect(rig.group.commitIndex == tail, "the new majority has it, and nobody is to say so again")
  }

  @Test func `what a voter helped to commit is not lost when it is removed and elects another`() throws {
    var leader = Rig(1)
    var other = Rig(2)
    var removed = Rig(3)
    func pass(_ messages: [Message], to rig: inout Rig) throws {
      for message in messages where message.to == rig.group.member {
        try rig.group.step(message)
        rig.collect()
      }
    }
    try leader.lead()
    let first = leader.takeSent()
    try pass(first, to: &other)
    try pass(first, to: &removed)
    other.persist()
    removed.persist()
    try pass(other.takeSent() + removed.takeSent(), to: &leader)
    leader.applyAll()
    // The removal of 3 reaches both, the entry behind it only 3, and the answers of 2 are lost.
    let removal = try leader.group.propose(ConfigurationChange([.remove(MemberID(3))]))
    leader.persist()
    let second = leader.takeSent()
    try pass(second, to: &other)
    other.persist()
    leader.group.propose([1])
    leader.persist()
    try pass(second + leader.takeSent(), to: &removed)
    removed.persist()
    let answers = removed.takeSent().filter { $0.to == MemberID(1) }
    // 3 hears that its removal is committed and applies it; the leader, whose state machine lags, counts on.
    try pass(answers.filter { $0.body == .appendResponse(.accepted(through: removal)) }, to: &leader)
    try pass(leader.takeSent(), to: &removed)
    removed.persist()
    removed.applyAll()
    #expect(!removed.group.configuration.contains(MemberID(3)))
    try pass(answers, to: &leader)
    // Now the leader is gone. 2 has not heard of the commitment and asks 3.
    _ = other.takeSent()
    other.group.campaign()
    other.persist()
    try pass(other.takeSent(), to: &removed)
    removed.persist()
    try pass(removed.takeSent(), to: &other)
    #expect(other.group.isLeader && other.group.entry(at: removal).kind == .configuration)
    #expect(leader.group.commitIndex == removal, "committed, and not in the next leader's log")
  }

  /// 3 led in term 3: by its own entry there, on 2 and 3, it committed its removal, which is of term 1. 1 has an entry of
  /// term 2 in that place.
  @Test func `who is removed elects nobody whose log lacks what it has applied, whatever its last term is`() throws {
    var rig = Rig(3, term: 3)
    let removal = Entry(
      term: Term(1), index: LogIndex(3), kind: .configuration,
      payload: ConfigurationChange([.remove(MemberID(3))]).encoded())
    try rig.step(from: 2, term: 3, append(position(1, 1), commit: 1, [entry(1, 2), removal, entry(3, 4)]))
    rig.persist()
    try rig.step(from: 2, term: 3, append(position(3, 4), commit: 3))
    rig.applyAll()
    #expect(!rig.group.configuration.isVoter(MemberID(3)))
    rig.group.forgetLeader()
    func isElected(_ candidate: UInt64, _ last: LogPosition, term: UInt64) throws -> Bool? {
      _ = rig.takeSent()
      try rig.step(from: candidate, term: term, requestVote(last))
      rig.persist()
      return rig.takeSent().voteResponses.last?.isGranted
    }
    #expect(try isElected(1, position(2, 3), term: 4) == false, "it lacks the removal")
    #expect(try isElected(1, position(2, 9), term: 5) == false, "however long it is")
    #expect(try isElected(2, position(1, 2), term: 6) == false)
    #expect(try isElected(2, position(1, 3), term: 7) == true, "it has the removal, and nobody needs what is behind")
    #expect(try isElected(2, position(3, 4), term: 8) == true)
  }

  @Test func `nobody campaigns past a change that is known to be committed and not applied`() throws {
    var rig = Rig(2)
    let change = ConfigurationChange([.addVoter(MemberID(4))])
    let first = Entry(term: Term(1), index: LogIndex(2), kind: .configuration, payload: change.encoded())
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 2, [first]))
    rig.group.campaign()
    #expect(rig.group.role == .follower)
    rig.persist()
    rig.applyAll()
    rig.group.campaign()
    #expect(rig.group.role == .candidate)
  }

  private func changeEntry(_ index: UInt64, _ member: UInt64) -> Entry {
    Entry(
      term: Term(1), index: LogIndex(index), kind: .configuration,
      payload: ConfigurationChange([.addVoter(MemberID(member))]).encoded())
  }

  @Test func `a log with two changes proves that the first is committed`() throws {
    var rig = Rig(2)
    let entries = [changeEntry(2, 4), entry(1, 3), changeEntry(4, 5)]
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 1, entries))
    #expect(rig.group.commitIndex == LogIndex(2))
    rig.group.campaign()
    #expect(rig.group.role == .follower, "not with a configuration that others have left")
    rig.persist()
    rig.applyAll()
    rig.group.campaign()
    #expect(rig.group.role == .candidate && rig.group.configuration.voters.count == 4)
  }

  @Test func `a restart that forgot how far the log was committed knows as much`() {
    let group = RaftGroup(
      member: MemberID(2), configuration: Configuration(voters: [MemberID(1), MemberID(2), MemberID(3)]),
      hardState: HardState(term: Term(1)), start: LogStart(index: LogIndex(1), term: Term(1)),
      entries: [changeEntry(2, 4), entry(1, 3), changeEntry(4, 5)], applied: LogIndex(1))
    #expect(group.commitIndex == LogIndex(2))
    #expect(group.mayCampaign == false)
  }

  @Test func `an entry of a change that fits no more changes nothing, on every member alike`() throws {
    var rig = Rig(2)
    let joint = ConfigurationChange([.addVoter(MemberID(4))], transition: .jointExplicit)
    let entries = [2, 3].map { index in
      Entry(term: Term(1), index: LogIndex(index), kind: .configuration, payload: joint.encoded())
    }
    try rig.step(from: 1, term: 1, append(position(1, 1), commit: 3, entries))
    rig.persist()
    rig.applyAll()
    #expect(rig.group.appliedIndex == LogIndex(3) && rig.group.configuration.isJoint)
  }
}
