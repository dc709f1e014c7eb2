import Raft
import Testing

/// Pre-vote (thesis §9.6), check-quorum (§6.2), clinging to a leader (§4.2.3), and transfer (§3.10), which is let through.
@Suite struct DisruptionTests {
  private func following(_ options: RaftOptions = RaftOptions()) throws -> Rig {
    var rig = Rig(2, options: options)
    try rig.step(from: 1, term: 2, append(position(1, 1), commit: 1))
    rig.persist()
    _ = rig.takeSent()
    return rig
  }

  @Test func `a rehearsal raises no term, stores no vote and resets no timer`() throws {
    var rig = try following()
    for _ in 0..<12 { rig.group.tick() }
    let elapsed = rig.group.electionElapsed
    try rig.step(from: 3, term: 3, requestVote(position(1, 1), isPreVote: true))
    #expect(rig.group.term == Term(2) && rig.group.hardState.vote == .none && rig.group.electionElapsed == elapsed)
    let sent = rig.takeSent()
    #expect(sent.voteResponses.map(\.isGranted) == [true] && sent.last?.term == Term(3))
    #expect(rig.group.hasReady == false, "nothing to write")
  }

  @Test func `who hears its leader answers no rehearsal and no request`() throws {
    var rig = try following()
    try rig.step(from: 3, term: 3, requestVote(position(9, 9), isPreVote: true))
    try rig.step(from: 3, term: 3, requestVote(position(9, 9)))
    #expect(rig.takeSent().isEmpty && rig.group.term == Term(2) && rig.group.leader == MemberID(1))
  }

  @Test func `who learns that its leader's process has ended rehearses soon, and answers others at once`() throws {
    var rig = try following()
    rig.group.leaderIsGone(campaignAfterTicks: 2)
    rig.group.tick()
    try rig.step(from: 3, term: 3, requestVote(position(1, 1), isPreVote: true))
    #expect(rig.takeSent().voteResponses.map(\.isGranted) == [true] && rig.group.role == .follower)
    rig.group.tick()
    rig.collect()
    #expect(rig.group.role == .preCandidate && rig.group.term == Term(2))
    #expect(rig.takeSent().count == 2)
    // From here on the timeouts are the usual ones.
    for _ in 1..<rig.group.options.electionTicks { rig.group.tick() }
    rig.collect()
    #expect(rig.takeSent().isEmpty)
  }

  @Test func `the next word of a leader ends a false alarm`() throws {
    var rig = try following()
    rig.group.leaderIsGone(campaignAfterTicks: 2)
    rig.group.tick()
    try rig.step(from: 1, term: 2, .heartbeat(Heartbeat(commit: LogIndex(1), round: 1)))
    _ = rig.takeSent()
    for _ in 1..<rig.group.options.electionTicks { rig.group.tick() }
    try rig.step(from: 3, term: 3, requestVote(position(9, 9), isPreVote: true))
    #expect(rig.takeSent().isEmpty && rig.group.role == .follower && rig.group.leader == MemberID(1))
  }

  @Test func `with leases no alarm ends the promise to elect nobody else`() throws {
    var options = RaftOptions()
    options.usesLeaseReads = true
    var rig = try following(options)
    rig.group.leaderIsGone(campaignAfterTicks: 1)
    for _ in 1..<options.electionTicks { rig.group.tick() }
    try rig.step(from: 3, term: 3, requestVote(position(9, 9), isPreVote: true))
    #expect(rig.takeSent().isEmpty && rig.group.role == .follower)
  }

  @Test func `a follower asleep that learns that its leader's process has ended wakes for it`() throws {
    var rig = try following()
    try rig.step(from: 1, term: 2, .heartbeat(Heartbeat(commit: LogIndex(1), round: 1, sleepsAt: LogIndex(1))))
    _ = rig.takeSent()
    #expect(rig.group.isAsleep == true)
    rig.group.leaderIsGone(campaignAfterTicks: 1)
    rig.group.tick()
    #expect(rig.group.role == .preCandidate)
  }

  @Test func `on a long way a follower bears its leader's silence for longer`() throws {
    var rig = try following()
    rig.group.setPatience(4)
    let electionTicks = rig.group.options.electionTicks
    for _ in 1..<4 * electionTicks { rig.group.tick() }
    rig.collect()
    #expect(rig.group.role == .follower && rig.takeSent().isEmpty)
    try rig.step(from: 3, term: 3, requestVote(position(1, 1), isPreVote: true))
    #expect(rig.takeSent().voteResponses.map(\.isGranted) == [true])
    for _ in 0..<4 * electionTicks { rig.group.tick() }
    #expect(rig.group.role == .preCandidate)
  }

  @Test func `on a short way again it is as before`() throws {
    var rig = try following()
    rig.group.setPatience(4)
    rig.group.setPatience(1)
    for _ in 0..<2 * rig.group.options.electionTicks { rig.group.tick() }
    #expect(rig.group.role == .preCandidate)
  }

  @Test func `on a long way a leader waits longer for a majority`() throws {
    var options = RaftOptions()
    options.usesPreVote = false
    var rig = Rig(options: options)
    try rig.lead()
    rig.group.setPatience(3)
    let electionTicks = options.electionTicks
    try rig.accept(from: 2)
    for _ in 0..<3 * electionTicks { rig.group.tick() }
    #expect(rig.group.isLeader == true)
    for _ in 1..<3 * electionTicks { rig.group.tick() }
    #expect(rig.group.isLeader == true)
    rig.group.tick()
    #expect(rig.group.isLeader == false)
  }

  @Test func `a leader does not answer them either`() throws {
    var rig = Rig(options: RaftOptions())
    rig.group.campaign()
    try rig.step(
      from: 2, term: 2, .voteResponse(VoteResponse(isPreVote: true, isGranted: true, last: position(1, 1))))
    rig.persist()
    try rig.step(
      from: 2, term: 2, .voteResponse(VoteResponse(isPreVote: false, isGranted: true, last: position(1, 1))))
    rig.persist()
    _ = rig.takeSent()
    #expect(rig.group.isLeader == true)
    try rig.step(from: 3, term: 7, requestVote(position(9, 9)))
    #expect(rig.group.isLeader && rig.takeSent().isEmpty)
  }

  @Test func `a leadership transfer is let through`() throws {
    var rig = try following()
    try rig.step(from: 3, term: 3, requestVote(position(1, 1), isTransfer: true))
    rig.persist()
    #expect(rig.takeSent().voteResponses.map(\.isGranted) == [true])
    #expect(rig.group.hardState.vote == MemberID(3))
  }

  @Test func `a candidate in a term that is over is told so by those it rehearses with`() throws {
    var rig = Rig(2, term: 7, options: RaftOptions())
    try rig.step(from: 3, term: 5, requestVote(position(1, 1), isPreVote: true))
    let sent = rig.takeSent()
    #expect(sent.voteResponses.map(\.isGranted) == [false] && sent.last?.term == Term(7))
  }

  @Test func `a member with a higher term tells a leader of an old one, so that it can come back`() throws {
    var rig = Rig(2, term: 7, options: RaftOptions())
    try rig.step(from: 1, term: 5, .heartbeat(Heartbeat(commit: LogIndex(1), round: 1)))
    #expect(rig.takeSent().map(\.body) == [.staleTerm])
    // Without rehearsals and check-quorum a voter campaigns instead; a learner cannot.
    var learner = Rig(4, learners: [4], term: 7)
    try learner.step(from: 1, term: 5, .heartbeat(Heartbeat(commit: LogIndex(1), round: 1)))
    #expect(learner.takeSent().map(\.body) == [.staleTerm])
    var leader = Rig()
    try leader.lead()
    try leader.step(from: 3, term: 7, .staleTerm)
    #expect(leader.group.role == .follower && leader.group.term == Term(7))
  }

  @Test func `the answer of a stranger brings in no term`() throws {
    var rig = Rig()
    try rig.lead()
    try rig.step(from: 9, term: 12, .appendResponse(.accepted(through: LogIndex(2))))
    try rig.step(from: 9, term: 12, .staleTerm)
    #expect(rig.group.isLeader && rig.group.term == Term(2))
  }

  @Test func `a leader that hears from no majority steps down`() throws {
    var options = Rig.plain
    options.checksQuorum = true
    var rig = Rig(voters: [1, 2, 3, 4, 5], options: options)
    try rig.lead()
    for round in 0..<40 {
      rig.group.tick()
      rig.collect()
      if round % 5 == 0 {
        try rig.step(from: 2, term: 2, .heartbeatResponse(HeartbeatResponse(round: 1)))
        try rig.step(from: 3, term: 2, .heartbeatResponse(HeartbeatResponse(round: 1)))
      }
    }
    #expect(rig.group.isLeader == true)
    for _ in 0..<20 {
      rig.group.tick()
      rig.collect()
      if rig.group.isLeader { try rig.step(from: 2, term: 2, .heartbeatResponse(HeartbeatResponse(round: 1))) }
    }
    #expect(rig.group.role == .follower && rig.group.leader == .none)
  }

  @Test func `a transfer blocks proposals, and is given up after an election timeout`() throws {
    var rig = Rig()
    try rig.lead()
    _ = rig.takeSent()
    try rig.group.transferLeadership(to: MemberID(3))
    #expect(rig.group.proposalRefusal(byteCount: 1) == .transferring(to: MemberID(3)))
    for _ in 0..<rig.group.options.electionTicks { rig.group.tick() }
    rig.collect()
    #expect(rig.group.transferTarget == .none && rig.group.proposalRefusal(byteCount: 1) == nil)
  }

  @Test func `the target is told to campaign only when it has everything`() throws {
    var rig = Rig()
    try rig.lead()
    _ = rig.takeSent()
    try rig.group.transferLeadership(to: MemberID(3))
    rig.collect()
    #expect(!rig.takeSent().contains { $0.body == .timeoutNow })
    try rig.accept(from: 3)
    #expect(rig.takeSent().contains { $0.body == .timeoutNow && $0.to == MemberID(3) })
  }

  @Test func `who is told to campaign does so at once, without a rehearsal`() throws {
    var rig = try following()
    try rig.step(from: 1, term: 2, .timeoutNow)
    rig.collect()
    let sent = rig.takeSent()
    #expect(rig.group.role == .candidate && rig.group.term == Term(3))
    #expect(sent.voteRequests.allSatisfy { $0.isTransfer && !$0.isPreVote })
  }

  @Test func `leadership is handed to voters only, and by leaders only`() throws {
    var rig = Rig(learners: [4])
    #expect(throws: TransferRefusal.notLeader(leader: .none)) {
      try rig.group.transferLeadership(to: MemberID(2))
    }
    try rig.lead()
    #expect(throws: TransferRefusal.notVoter) { try rig.group.transferLeadership(to: MemberID(4)) }
    #expect(throws: TransferRefusal.notVoter) { try rig.group.transferLeadership(to: MemberID(9)) }
    #expect(throws: TransferRefusal.alreadyLeads) { try rig.group.transferLeadership(to: MemberID(1)) }
  }

  @Test func `a wish to hand over to oneself withdraws the one before`() throws {
    var rig = Rig()
    try rig.lead()
    try rig.accept(from: 2)
    try rig.group.transferLeadership(to: MemberID(3))
    #expect(rig.group.proposalRefusal(byteCount: 1) == .transferring(to: MemberID(3)))
    #expect(throws: TransferRefusal.alreadyLeads) { try rig.group.transferLeadership(to: MemberID(1)) }
    #expect(rig.group.proposalRefusal(byteCount: 1) == nil)
  }
}
