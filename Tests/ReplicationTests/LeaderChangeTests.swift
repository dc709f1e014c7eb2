import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// What becomes of those who wait at a leader that loses its term.
@Suite struct LeaderChangeTests {
  /// The others elect another leader, and node 1 hears of it.
  private func replaceLeader(_ world: ClusterWorld) throws {
    world.isolate(1)
    try world.pass(milliseconds: 2_500)
    #expect([2, 3].contains(world.leader() ?? 0))
    world.heal()
    try world.pass(milliseconds: 500)
    #expect(world.store(1).status(of: ShardID(1))?.role == .follower)
  }

  @Test func `a command that never was in the log surely has no effect`() throws {
    let world = try ClusterWorld.led()
    world.node(1).isHoldingDisk = true
    try world.store(1).proposeHold(10)
    try world.take(turns: 3)
    try world.store(1).proposeHold(11)
    world.isolate(1)
    try world.take(turns: 3)
    for _ in 0..<50 {
      world.now = world.now.advanced(byMilliseconds: 50)
      try world.take(turns: 4)
    }
    #expect(world.node(1).lost[11] == .notApplied)
    #expect(world.node(1).lost[10] != .notApplied, "that one left for the others")
  }

  @Test func `a command whose entry another leader's replaced surely has no effect`() throws {
    let world = try ClusterWorld.led()
    world.isolate(1)
    try world.store(1).proposeHold(10)
    try world.take(turns: 5)
    try replaceLeader(world)
    #expect(world.node(1).lost[10] != nil)
    let next = try #require(world.leader())
    #expect(try world.store(next).hold(UniqueID(high: 1, low: 10), in: ShardID(1)) == nil)
  }

  @Test func `a replaced entry is told from one that nobody knows about`() throws {
    var limits = ClusterWorld.limits
    limits.lostLeadershipTicksMax = 10_000
    let world = try ClusterWorld(limits: limits)
    try world.elect(1)
    try world.stock(100, leader: 1)
    world.isolate(1)
    try world.store(1).proposeHold(10)
    try world.take(turns: 5)
    #expect(world.node(1).lost[10] == nil)
    try replaceLeader(world)
    #expect(world.node(1).lost[10] == .notApplied)
  }

  @Test func `what becomes of a lost leader's entry is certain when an entry is applied in its place, and not before`()
  {
    func entry(_ index: UInt64, _ term: UInt64) -> ProposedEntry {
      ProposedEntry(
        position: LogPosition(index: LogIndex(index), term: Term(term)), waiters: [Waiter(origin: 0, call: index)])
    }
    var proposed = ProposedEntries()
    var lost: [LostCall] = []
    for index in UInt64(5)...8 { proposed.append(entry(index, 1)) }
    proposed.doubt()
    // The next leadership of the same replica begins at an index that the first one had used.
    proposed.append(entry(7, 4))
    #expect(proposed.take(at: entry(5, 1).position, ShardID(1), &lost)?.waiters == [Waiter(origin: 0, call: 5)])
    #expect(lost.isEmpty)
    #expect(proposed.take(at: entry(6, 4).position, ShardID(1), &lost)?.waiters == nil)
    #expect(lost.map(\.waiter.call) == [6] && lost.allSatisfy { $0.fate == .notApplied })
    #expect(proposed.take(at: entry(7, 4).position, ShardID(1), &lost)?.waiters == [Waiter(origin: 0, call: 7)])
    proposed.dropDoubtful(ShardID(1), &lost)
    #expect(lost.map(\.waiter.call) == [6, 7, 8] && lost.map(\.fate) == [.notApplied, .notApplied, .unknown])
    #expect(!proposed.areDoubtful)
  }

  @Test func `an entry that the next leader keeps is answered with its outcome`() throws {
    let world = try ClusterWorld.led()
    // The others hear the leader, but it does not hear them.
    world.cutLinks = [[NodeID(2), NodeID(1)], [NodeID(3), NodeID(1)]]
    try world.store(1).proposeHold(10)
    try world.take(turns: 5)
    #expect(world.store(2).status(of: ShardID(1))?.lastIndex == world.store(1).status(of: ShardID(1))?.lastIndex)
    try world.pass(milliseconds: 700)
    #expect(world.node(1).completed.last != 10)
    world.heal()
    try world.pass(milliseconds: 2_500)
    #expect(world.node(1).completed.contains(10) && world.node(1).lost[10] == nil)
  }

  @Test func `who waits at a leader that hears nobody is told that nobody knows, and does not wait for ever`() throws {
    let world = try ClusterWorld.led()
    world.isolate(1)
    try world.store(1).proposeHold(10)
    try world.pass(milliseconds: 4_000)
    #expect(world.node(1).lost[10] == .unknown)
    #expect(throws: StoreRefusal.noLeader) { try world.store(1).proposeHold(11) }
  }

  @Test func `stamps do not go back when the next leader's wall clock is an hour behind`() throws {
    let world = try ClusterWorld(wallOffsets: [NodeID(2): -3_600_000, NodeID(3): -3_600_000])
    try world.elect(1)
    try world.stock(100, leader: 1)
    try world.store(1).proposeHold(10, milliseconds: 2_000)
    try world.settle()
    try world.pass(milliseconds: 300)
    let stamp = try #require(world.store(2).status(of: ShardID(1))?.stamp)
    try world.elect(2)
    try world.store(2).proposeHold(11)
    try world.settle()
    let next = try #require(world.store(2).status(of: ShardID(1))?.stamp)
    #expect(next >= stamp && next < stamp.advanced(byMilliseconds: 1_000))
    try world.pass(milliseconds: 2_500)
    #expect(world.store(2).available() == 99, "the first hold expired by the new leader's time, and not an hour late")
  }

  @Test func `a node that starts with a wall clock an hour ahead, and comes to lead, expires nothing early`() throws {
    let world = try ClusterWorld(wallOffsets: [NodeID(1): 3_600_000])
    try world.elect(2)
    try world.stock(100, leader: 2)
    try world.store(2).proposeHold(10, milliseconds: 5_000)
    try world.settle()
    try world.pass(milliseconds: 300)
    world.crash(1)
    try world.restart(1)
    try world.pass(milliseconds: 1_000)
    #expect(world.store(1).isClockOff && !world.store(2).isClockOff)
    try world.elect(1)
    try world.store(1).proposeHold(11)
    try world.settle()
    #expect(world.store(1).available() == 98, "the first hold is 1.4 of its 5 seconds old")
  }

  @Test func `a node whose wall clock is far from the others' gives up the leadership`() throws {
    let world = try ClusterWorld(wallOffsets: [NodeID(1): 3_600_000])
    try world.pass(milliseconds: 1_500)
    try world.elect(1)
    try world.pass(milliseconds: 3_000)
    #expect(world.store(1).isClockOff && world.leader() != 1)
  }

  @Test func `only the leader lets time pass for what falls due`() throws {
    let world = try ClusterWorld.led()
    try world.store(1).proposeHold(10, milliseconds: 1_000)
    try world.settle()
    let before = world.store(1).appliedIndex(of: ShardID(1))
    try world.pass(milliseconds: 1_500)
    #expect(world.store(1).available() == 100 && world.store(3).available() == 100)
    #expect(world.store(1).appliedIndex(of: ShardID(1)) == before + 1, "one tick, of one leader")
  }
}
