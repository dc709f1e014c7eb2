import Raft
import Testing

/// Sentences of the Raft paper, sections 5.1, 5.2 and 5.4.1, each as a test.
@Suite struct ElectionTests {
  @Test func `when servers start up, they begin as followers`() {
    let rig = Rig(term: 4, vote: 1)
    #expect(rig.group.role == .follower && rig.group.term == Term(4) && rig.group.leader == .none)
  }

  @Test func `if one server's term is smaller than the other's, it updates its term to the larger value`() throws {
    var rig = Rig()
    try rig.step(from: 2, term: 5, append(position(1, 1), commit: 1))
    #expect(rig.group.term == Term(5) && rig.group.leader == MemberID(2))
  }

  @Test func `if a leader or candidate discovers that its term is out of date, it reverts to follower`() throws {
    var leader = Rig()
    try leader.lead()
    #expect(leader.group.role == .leader)
    try leader.step(from: 2, term: 9, .appendResponse(.accepted(through: LogIndex(1))))
    #expect(leader.group.role == .follower && leader.group.term == Term(9) && leader.group.leader == .none)
    var candidate = Rig()
    candidate.group.campaign()
    try candidate.step(from: 2, term: 9, requestVote(position(1, 1)))
    #expect(candidate.group.role == .follower && candidate.group.term == Term(9))
  }

  @Test func `if a server receives a request with a stale term number, it rejects the request`() throws {
    var rig = Rig(term: 5)
    try rig.step(from: 2, term: 4, append(position(1, 1), commit: 1, [entry(4, 2)]))
    try rig.step(from: 2, term: 4, requestVote(position(4, 9)))
    rig.persist()
    #expect(rig.group.lastIndex == LogIndex(1) && rig.group.hardState.vote == .none)
    let sent = rig.takeSent()
    #expect(sent.isEmpty)
  }

  @Test func `leaders send heartbeats to all followers to maintain their authority`() throws {
    var rig = Rig()
    try rig.lead()
    _ = rig.takeSent()
    rig.group.tick()
    rig.collect()
    let sent = rig.takeSent()
    #expect(sent.map(\.to) == [MemberID(2), MemberID(3)] && sent.heartbeats.count == 2)
  }

  @Test func `if a follower hears nothing over the election timeout, it begins an election`() {
    var rig = Rig()
    for _ in 0..<rig.group.options.electionTicks - 1 { rig.group.tick() }
    #expect(rig.group.role == .follower)
    for _ in 0...rig.group.options.electionTicks { rig.group.tick() }
    rig.collect()
    #expect(rig.group.role == .candidate)
  }

  @Test func `as long as it hears from a leader, a follower remains a follower`() throws {
    var rig = Rig()
    for _ in 0..<100 {
      for _ in 0..<rig.group.options.electionTicks - 1 { rig.group.tick() }
      try rig.step(from: 2, term: 1, .heartbeat(Heartbeat(commit: .zero, round: 1)))
    }
    #expect(rig.group.role == .follower && rig.group.term == Term(1))
  }

  @Test func `to begin an election, it increments its term, votes for itself and asks all others in parallel`() {
    var rig = Rig(terms: [1])
    rig.group.campaign()
    rig.collect()
    #expect(rig.group.role == .candidate && rig.group.term == Term(2) && rig.hardStates.last?.vote == MemberID(1))
    let sent = rig.takeSent()
    #expect(sent.map(\.to) == [MemberID(2), MemberID(3)] && sent.allSatisfy { $0.term == Term(2) })
    #expect(sent.voteRequests.map(\.last) == [position(1, 2), position(1, 2)])
  }

  @Test(arguments: [
    (1, 0, true), (2, 0, false), (2, 1, true), (3, 0, false), (3, 1, true), (4, 1, false), (4, 2, true), (5, 1, false),
    (5, 2, true),
  ])
  func `a candidate wins an election if it receives votes from a majority`(
    _ size: Int, _ others: Int, _ wins: Bool
  ) throws {
    var rig = Rig(voters: (1...size).map { UInt64($0) })
    rig.group.campaign()
    rig.persist()
    for other in 0..<others {
      try rig.step(
        from: UInt64(other + 2), term: 2,
        .voteResponse(VoteResponse(isPreVote: false, isGranted: true, last: position(1, 1))))
    }
    #expect(rig.group.isLeader == wins)
  }

  @Test func `a vote that is repeated counts once, and so does one from a stranger not at all`() throws {
    var rig = Rig(voters: [1, 2, 3, 4, 5])
    rig.group.campaign()
    rig.persist()
    let granted = Message.Body.voteResponse(VoteResponse(isPreVote: false, isGranted: true, last: position(1, 1)))
    for voter in [2, 2, 2, 9, 9] { try rig.step(from: UInt64(voter), term: 2, granted) }
    #expect(rig.group.role == .candidate)
    try rig.step(from: 3, term: 2, granted)
    #expect(rig.group.isLeader == true)
  }

  @Test func `each server votes for at most one candidate in a term, first come, first served`() throws {
    var rig = Rig(3)
    try rig.step(from: 1, term: 2, requestVote(position(1, 1)))
    try rig.step(from: 2, term: 2, requestVote(position(1, 1)))
    try rig.step(from: 1, term: 2, requestVote(position(1, 1)))
    rig.persist()
    let sent = rig.takeSent()
    let granted = sent.filter { [$0].voteResponses.contains { $0.isGranted } }
    #expect(granted.map(\.to) == [MemberID(1), MemberID(1)], "the same candidate may ask again")
  }

  @Test func `a candidate that hears from a leader of its term recognises it`() throws {
    var rig = Rig()
    rig.group.campaign()
    rig.persist()
    try rig.step(from: 3, term: 2, append(position(1, 1), commit: 1))
    #expect(rig.group.role == .follower && rig.group.leader == MemberID(3) && rig.group.term == Term(2))
  }

  @Test func `a candidate that is refused by a majority waits as a follower`() throws {
    var rig = Rig()
    rig.group.campaign()
    rig.persist()
    for voter in [2, 3] {
      try rig.step(
        from: UInt64(voter), term: 2,
        .voteResponse(VoteResponse(isPreVote: false, isGranted: false, last: position(1, 1))))
    }
    #expect(rig.group.role == .follower && rig.group.term == Term(2))
  }

  @Test func `timeouts are drawn anew each time, from a fixed interval, and all of it`() {
    var rig = Rig()
    let ticks = rig.group.options.electionTicks
    var drawn: [Int] = []
    for _ in 0..<300 {
      var count = 0
      let term = rig.group.term
      while rig.group.term == term {
        rig.group.tick()
        count += 1
      }
      drawn.append(count)
    }
    #expect(drawn.allSatisfy { $0 >= ticks && $0 < 2 * ticks })
    #expect(Set(drawn).count == ticks, "every timeout of the interval comes up")
  }

  @Test func `two members draw different timeouts`() {
    func timeouts(_ member: UInt64) -> [Int] {
      var rig = Rig(member)
      var drawn: [Int] = []
      for _ in 0..<20 {
        var count = 0
        let term = rig.group.term
        while rig.group.term == term {
          rig.group.tick()
          count += 1
        }
        drawn.append(count)
      }
      return drawn
    }
    #expect(timeouts(1) != timeouts(2) && timeouts(1) == timeouts(1))
  }

  @Test(arguments: [
    // The voter's log ends in term 3 with entry 3.
    (3, 3, true), (3, 4, true), (3, 2, false), (4, 1, true), (2, 9, false),
  ])
  func `the voter denies its vote if its own log is more up to date`(
    _ term: UInt64, _ index: UInt64, _ isGranted: Bool
  ) throws {
    var rig = Rig(term: 3, terms: [2, 3])
    try rig.step(from: 2, term: 5, requestVote(position(term, index)))
    rig.persist()
    let sent = rig.takeSent()
    #expect(sent.voteResponses.map(\.isGranted) == [isGranted])
    #expect(rig.group.hardState.vote == (isGranted ? MemberID(2) : .none))
  }

  @Test func `a leader tells of itself at once with a no-op of its term`() throws {
    var rig = Rig(terms: [1])
    try rig.lead()
    let sent = rig.takeSent()
    #expect(sent.appends.map(\.entries) == Array(repeating: [entry(2, 3, [])], count: 2))
    #expect(sent.appends.allSatisfy { $0.previous == position(1, 2) })
  }
}
