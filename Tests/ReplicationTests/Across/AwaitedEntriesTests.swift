import Basics
import Raft
import Testing

@testable import Replication

/// A write that waits for the entries of those who were just asked to prepare.
@Suite struct AwaitedEntriesTests {
  /// Node 1 has asked node 2 to prepare, and has something of its own to write.
  private func asking(limits: StoreLimits = ClusterWorld.limits, isHeard: Bool = true) throws -> ClusterWorld {
    let world = try ClusterWorld.across([10, 10, 10], limits: limits)
    world.node(1).isHoldingDisk = true
    world.carriesAcross = { _ in isHeard }
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    try world.turn()
    #expect(world.node(1).inFlight == nil)
    try world.store(1).proposeHold(10)
    try world.turn()
    return world
  }

  private func shardsInFlight(_ world: ClusterWorld) -> [UInt32]? {
    world.node(1).inFlight?.records.compactMap { record in
      if case .entry(let shard, _) = record { shard.rawValue } else { nil }
    }
  }

  @Test func `what a participant proposes is written with what was there before`() throws {
    let world = try asking()
    #expect(shardsInFlight(world) == nil, "it waits")
    try world.turn()
    #expect(shardsInFlight(world) == [1, 2], "one write for both")
    world.node(1).isHoldingDisk = false
    try world.settle()
    #expect(world.node(1).results[101] != nil && world.node(1).completed.contains(10))
    #expect(world.balances(2) == [8, 2])
  }

  @Test func `of one that sends nothing nobody waits for longer than a moment`() throws {
    let world = try asking(isHeard: false)
    try world.take(turns: 3)
    #expect(shardsInFlight(world) == nil)
    let due = world.now.advanced(byNanoseconds: ClusterWorld.limits.awaitedEntriesMicroseconds * 1_000)
    #expect(world.store(1).nextDeadline(now: world.now) == due)
    world.now = due
    try world.turn()
    #expect(shardsInFlight(world) == [1])
    world.node(1).isHoldingDisk = false
    try world.settle()
    // What comes next waits for nobody.
    world.node(1).isHoldingDisk = true
    try world.store(1).proposeHold(11)
    try world.turn()
    #expect(shardsInFlight(world) == [1])
  }

  @Test func `who asks meanwhile makes a batch wait no longer`() throws {
    let world = try asking(isHeard: false)
    world.now = world.now.advanced(byNanoseconds: 150_000)
    try world.reserveAcross(2, [(1, 1), (3, 1)])
    try world.take(turns: 2)
    #expect(shardsInFlight(world) == nil)
    world.now = world.now.advanced(byNanoseconds: 50_000)
    try world.turn()
    #expect(shardsInFlight(world) == [1])
  }

  @Test func `a question that nobody will answer makes nothing wait`() throws {
    let world = try asking(isHeard: false)
    let calls = world.store(1).across.calls
    calls.forEach { number, call in
      #expect(call.awaited == NodeID(2))
      world.store(1).unanswered(number)
      return true
    }
    try world.turn()
    #expect(shardsInFlight(world) == [1, 1], "what was there, and that the version is given up")
  }

  @Test func `a large batch waits for nobody`() throws {
    var limits = ClusterWorld.limits
    limits.awaitingBatchBytesMax = 0
    #expect(shardsInFlight(try asking(limits: limits)) == [1])
  }

  @Test func `a question that asks for no entry makes nothing wait`() throws {
    let world = try ClusterWorld.across([10, 10, 10])
    try world.reserveAcross(1, [(1, 1), (2, 2)])
    // Preparation, decision, and the word to the participant.
    try world.settle()
    try world.tellAll()
    #expect(world.isCertain([1, 2]))
    world.node(1).isHoldingDisk = true
    try world.store(1).proposeHold(10)
    try world.turn()
    #expect(shardsInFlight(world) == [1])
  }
}
