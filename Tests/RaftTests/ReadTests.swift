import Raft
import Testing

/// Linearizable reads (thesis §6.4).
@Suite struct ReadTests {
  private func leading(_ options: RaftOptions = Rig.plain) throws -> Rig {
    var rig = Rig(options: options)
    try rig.lead()
    try rig.accept(from: 2)
    rig.applyAll()
    _ = rig.takeSent()
    return rig
  }

  private func answerRound(_ rig: inout Rig, from member: UInt64) throws {
    let round = rig.takeSent().heartbeats.last?.round ?? 0
    try rig.step(from: member, term: 2, .heartbeatResponse(HeartbeatResponse(round: round)))
  }

  @Test func `a read is confirmed by a majority that answers a round sent after it`() throws {
    var rig = try leading()
    let ticket = try rig.group.requestRead()
    rig.collect()
    #expect(rig.reads.isEmpty)
    try answerRound(&rig, from: 3)
    #expect(rig.reads == [ReadOutcome(ticket: ticket, index: LogIndex(2))])
  }

  @Test func `an answer to an earlier round confirms nothing`() throws {
    var rig = try leading()
    rig.group.tick()
    rig.collect()
    let earlier = rig.takeSent().heartbeats.last?.round ?? 0
    _ = try rig.group.requestRead()
    rig.collect()
    try rig.step(from: 3, term: 2, .heartbeatResponse(HeartbeatResponse(round: earlier)))
    #expect(earlier > 0 && rig.reads.isEmpty)
  }

  @Test func `a read that is tried again has another ticket, and late answers to the first do not confirm it`() throws {
    var rig = try leading()
    let first = try rig.group.requestRead()
    rig.collect()
    let round = rig.takeSent().heartbeats.last?.round ?? 0
    let second = try rig.group.requestRead()
    rig.collect()
    try rig.step(from: 3, term: 2, .heartbeatResponse(HeartbeatResponse(round: round)))
    #expect(first != second && rig.reads.map(\.ticket) == [first])
  }

  @Test func `one round serves all reads of a turn`() throws {
    var rig = try leading()
    for _ in 0..<100 { _ = try rig.group.requestRead() }
    rig.collect()
    let sent = rig.takeSent()
    #expect(sent.heartbeats.count == 2)
    try rig.step(from: 2, term: 2, .heartbeatResponse(HeartbeatResponse(round: sent.heartbeats[0].round)))
    #expect(rig.reads.count == 100)
  }

  @Test func `before an entry of its term is committed, a leader answers no read, and then it does`() throws {
    var rig = Rig()
    try rig.lead()
    _ = rig.takeSent()
    let ticket = try rig.group.requestRead()
    rig.group.tick()
    rig.collect()
    try answerRound(&rig, from: 2)
    #expect(rig.reads.isEmpty)
    try rig.accept(from: 2)
    rig.collect()
    try answerRound(&rig, from: 2)
    #expect(rig.reads == [ReadOutcome(ticket: ticket, index: LogIndex(2))])
  }

  @Test func `whoever waits for a read is told when the leadership is lost`() throws {
    var rig = try leading()
    let ticket = try rig.group.requestRead()
    rig.collect()
    try rig.step(from: 3, term: 5, append(position(1, 1), commit: 1))
    #expect(rig.reads == [ReadOutcome(ticket: ticket, index: nil)])
    #expect(throws: ReadRefusal.notLeader(leader: MemberID(3))) { try rig.group.requestRead() }
  }

  @Test func `reads that wait are bounded`() throws {
    var options = Rig.plain
    options.pendingReadsMax = 2
    var rig = try leading(options)
    _ = try rig.group.requestRead()
    _ = try rig.group.requestRead()
    #expect(throws: ReadRefusal.backlogFull) { try rig.group.requestRead() }
  }

  @Test func `in a joint configuration both majorities confirm`() throws {
    var rig = try leading()
    let change = ConfigurationChange(
      [.addVoter(MemberID(4)), .addVoter(MemberID(5)), .remove(MemberID(2)), .remove(MemberID(3))],
      transition: .jointExplicit)
    try rig.group.propose(change)
    rig.persist()
    try rig.accept(from: 2)
    rig.applyAll()
    #expect(rig.group.configuration.isJoint)
    _ = rig.takeSent()
    _ = try rig.group.requestRead()
    rig.collect()
    let round = rig.takeSent().heartbeats.last?.round ?? 0
    try rig.step(from: 2, term: 2, .heartbeatResponse(HeartbeatResponse(round: round)))
    #expect(rig.reads.isEmpty)
    try rig.step(from: 4, term: 2, .heartbeatResponse(HeartbeatResponse(round: round)))
    #expect(rig.reads.count == 1)
  }

  // MARK: Leases

  private static var lease: RaftOptions {
    var options = Rig.plain
    options.checksQuorum = true
    options.usesLeaseReads = true
    return options
  }

  /// A leader with a lease that has just begun.
  private func leased() throws -> Rig {
    var rig = Rig(options: Self.lease)
    // It waits out what it may have promised before its restart.
    for _ in 0..<Self.lease.electionTicks { rig.group.tick() }
    try rig.lead()
    try rig.accept(from: 2)
    rig.applyAll()
    _ = rig.takeSent()
    rig.group.tick()
    rig.collect()
    try answerRound(&rig, from: 2)
    return rig
  }

  @Test func `with a lease a read asks nobody, until the lease is over`() throws {
    var rig = try leased()
    let electionTicks = Self.lease.electionTicks
    var ticks = 0
    while rig.group.readIndex() != nil && ticks < 100 {
      rig.group.tick()
      ticks += 1
    }
    // The first tick of a follower may come at once, and each may be a quarter shorter.
    #expect(ticks > 1 && (ticks + 1) * 100 <= (electionTicks - 1) * (100 - Self.lease.leaseDriftPercentMax) + 100)
  }

  @Test func `patience makes no lease longer`() throws {
    var rig = try leased()
    rig.group.setPatience(8)
    for _ in 0..<Self.lease.electionTicks { rig.group.tick() }
    #expect(rig.group.isLeader && rig.group.readIndex() == nil)
  }

  @Test func `a lease is given up for good when somebody was told to campaign`() throws {
    var rig = try leased()
    #expect(rig.group.readIndex() != nil)
    try rig.group.transferLeadership(to: MemberID(2))
    for _ in 0..<Self.lease.electionTicks - 1 { rig.group.tick() }
    rig.collect()
    try answerRound(&rig, from: 2)
    rig.group.tick()
    rig.collect()
    try answerRound(&rig, from: 2)
    #expect(rig.group.isLeader && rig.group.readIndex() == nil)
  }

  @Test func `who heard a leader elects nobody for an election timeout, whatever happens to the term`() throws {
    var rig = Rig(2, options: Self.lease)
    try rig.step(from: 1, term: 2, .heartbeat(Heartbeat(commit: LogIndex(1), round: 1)))
    rig.persist()
    // An old answer with a higher term: it follows nobody now, but the promise stands.
    let refusal = VoteResponse(isPreVote: false, isGranted: false, last: position(1, 1))
    try rig.step(from: 3, term: 4, .voteResponse(refusal))
    rig.persist()
    _ = rig.takeSent()
    try rig.step(from: 3, term: 5, requestVote(position(9, 9)))
    rig.group.campaign()
    rig.persist()
    #expect(rig.takeSent().isEmpty && rig.group.term == Term(4) && rig.group.role == .follower)
    for _ in 0..<Self.lease.electionTicks { rig.group.tick() }
    try rig.step(from: 3, term: 5, requestVote(position(9, 9)))
    rig.persist()
    #expect(rig.takeSent().voteResponses.contains { $0.isGranted })
  }

  @Test func `a restart keeps the promise, for it is not known what was promised`() throws {
    var rig = Rig(2, term: 3, options: Self.lease)
    try rig.step(from: 3, term: 4, requestVote(position(9, 9)))
    #expect(rig.takeSent().isEmpty && rig.group.term == Term(3))
  }

  @Test func `a leader is not forgotten while it may count on it`() throws {
    var rig = Rig(2, options: Self.lease)
    try rig.step(from: 1, term: 2, .heartbeat(Heartbeat(commit: LogIndex(1), round: 1)))
    rig.group.forgetLeader()
    #expect(rig.group.leader == MemberID(1))
  }
}
