import Raft
import Testing

@Suite struct SleepTests {
  private func idle() throws -> Rig {
    var rig = Rig()
    try rig.lead()
    for follower in [2, 3] { try rig.accept(from: UInt64(follower)) }
    rig.applyAll()
    _ = rig.takeSent()
    return rig
  }

  @Test func `a leader sleeps only when everybody has everything and nobody waits`() throws {
    var rig = try idle()
    #expect(rig.group.maySleep == true)
    _ = try rig.group.requestRead()
    #expect(rig.group.maySleep == false)
    var busy = try idle()
    busy.group.propose([1])
    busy.persist()
    try busy.accept(from: 2)
    busy.applyAll()
    #expect(busy.group.maySleep == false, "3 has not answered")
    try busy.accept(from: 3)
    #expect(busy.group.maySleep == true)
  }

  @Test func `a leader that was removed puts nobody to sleep`() throws {
    var options = Rig.plain
    options.stepsDownOnRemoval = false
    var rig = Rig(options: options)
    try rig.lead()
    for follower in [2, 3] { try rig.accept(from: UInt64(follower)) }
    rig.applyAll()
    try rig.group.propose(ConfigurationChange([.remove(MemberID(1))]))
    rig.persist()
    for follower in [2, 3] { try rig.accept(from: UInt64(follower)) }
    rig.applyAll()
    #expect(rig.group.isLeader && rig.group.maySleep == false)
  }

  @Test func `asleep no tick counts, and a proposal wakes`() throws {
    var rig = try idle()
    rig.group.sleep()
    rig.collect()
    #expect(rig.takeSent().heartbeats.map(\.sleepsAt) == [LogIndex(2), LogIndex(2)])
    for _ in 0..<1_000 { rig.group.tick() }
    rig.collect()
    #expect(rig.takeSent() == [] && rig.group.isLeader)
    rig.group.propose([1])
    #expect(rig.group.isAsleep == false)
  }

  @Test func `answers that were under way do not wake the leader, anything else does`() throws {
    var rig = try idle()
    rig.group.sleep()
    try rig.step(from: 2, term: 2, .heartbeatResponse(HeartbeatResponse(round: 1)))
    #expect(rig.group.isAsleep == true)
    try rig.step(from: 2, term: 3, requestVote(position(1, 1), isPreVote: true))
    #expect(rig.group.isAsleep == false)
  }

  @Test func `a follower sleeps if it has everything, and counts a whole timeout when it wakes`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 2, append(position(1, 1), commit: 1, [entry(2, 2)]))
    try rig.step(from: 1, term: 2, .heartbeat(Heartbeat(commit: LogIndex(2), round: 1, sleepsAt: LogIndex(2))))
    #expect(rig.group.isAsleep == true)
    for _ in 0..<1_000 { rig.group.tick() }
    #expect(rig.group.role == .follower)
    rig.group.wake()
    for _ in 0..<rig.group.options.electionTicks - 1 { rig.group.tick() }
    #expect(rig.group.role == .follower)
    for _ in 0...rig.group.options.electionTicks { rig.group.tick() }
    #expect(rig.group.role == .candidate)
  }

  /// A member that was cut off comes back and asks for votes: it reaches a follower before it reaches the leader.
  @Test func `a follower that another member wakes has its leader wake, and clings to it`() throws {
    var options = Rig.plain
    options.checksQuorum = true
    options.usesPreVote = true
    var follower = Rig(2, options: options)
    try follower.step(from: 1, term: 2, append(position(1, 1), commit: 1, [entry(2, 2)]))
    try follower.step(from: 1, term: 2, .heartbeat(Heartbeat(commit: LogIndex(2), round: 1, sleepsAt: LogIndex(2))))
    follower.persist()
    _ = follower.takeSent()
    try follower.step(from: 3, term: 3, requestVote(position(2, 2), isPreVote: true))
    follower.persist()
    #expect(follower.group.isAsleep == false)
    let sent = follower.takeSent()
    #expect(sent.map(\.to) == [MemberID(1)], "no vote for who woke it: \(sent)")
    // What the leader is told is what it knows.
    #expect(sent.first?.body == .appendResponse(.accepted(through: LogIndex(2))))

    var leader = try idle()
    leader.group.sleep()
    leader.collect()
    _ = leader.takeSent()
    let known = leader.group.memberProgress[1].match
    try leader.step(from: 2, term: 2, .appendResponse(.accepted(through: known)))
    #expect(leader.group.isAsleep == false)
    leader.group.tick()
    leader.collect()
    #expect(leader.takeSent().heartbeats.count == 2)
  }

  @Test func `a follower that lacks something answers instead of sleeping`() throws {
    var rig = Rig(2)
    try rig.step(from: 1, term: 2, append(position(1, 1), commit: 1, [entry(2, 2)]))
    _ = rig.takeSent()
    try rig.step(from: 1, term: 2, .heartbeat(Heartbeat(commit: LogIndex(2), round: 1, sleepsAt: LogIndex(3))))
    #expect(rig.group.isAsleep == false && rig.takeSent().count == 1)
  }

  @Test func `a lease does not outlast the ticks that nobody counts`() throws {
    var options = Rig.plain
    options.checksQuorum = true
    options.usesLeaseReads = true
    var rig = Rig(options: options)
    for _ in 0..<options.electionTicks { rig.group.tick() }
    try rig.lead()
    for follower in [2, 3] { try rig.accept(from: UInt64(follower)) }
    rig.applyAll()
    rig.group.tick()
    rig.collect()
    let round = rig.takeSent().heartbeats.last?.round ?? 0
    for follower in [2, 3] {
      try rig.step(from: UInt64(follower), term: 2, .heartbeatResponse(HeartbeatResponse(round: round)))
    }
    #expect(rig.group.readIndex() != nil)
    rig.group.sleep()
    #expect(rig.group.readIndex() == nil)
  }
}
