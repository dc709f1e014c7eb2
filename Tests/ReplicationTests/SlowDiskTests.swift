import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// A node whose log writer does not answer.
@Suite struct SlowDiskTests {
  private func role(_ world: ClusterWorld, _ number: UInt32) -> RaftGroup.Role? {
    world.store(number).status(of: ShardID(1))?.role
  }

  @Test func `a leader whose disk hangs leaves the lead to one whose disk works, and what was asked of it is done`()
    throws
  {
    let world = try ClusterWorld.led()
    let term = try #require(world.store(1).status(of: ShardID(1))?.term)
    world.node(1).isHoldingDisk = true
    try world.store(1).proposeHold(10)
    try world.pass(milliseconds: 500)
    #expect(world.leader() == 1, "a disk may take its time")
    try world.pass(milliseconds: 500)
    let leader = try #require(world.leader())
    #expect(leader != 1 && role(world, 1) == .follower)
    #expect(world.store(leader).status(of: ShardID(1))?.term == Term(term.rawValue + 1))
    #expect(world.store(1).isDiskSlow && !world.store(leader).isDiskSlow)
    let hold = try world.store(leader).hold(UniqueID(high: 1, low: 10), in: ShardID(1))
    #expect(hold != nil, "the others had it when they were left the lead")
    try world.store(leader).proposeHold(11)
    try world.settle()
    #expect(world.node(leader).completed.contains(11))
  }

  @Test func `while all disks hang nobody leaves, and all goes on when they answer`() throws {
    let world = try ClusterWorld.led()
    for number in 1...3 as ClosedRange<UInt32> { world.node(number).isHoldingDisk = true }
    try world.store(1).proposeHold(10)
    try world.pass(milliseconds: 3_000)
    #expect(world.leader() == 1 && world.store(1).isDiskSlow)
    for number in 1...3 as ClosedRange<UInt32> { world.node(number).isHoldingDisk = false }
    try world.pass(milliseconds: 500)
    #expect(world.leader() == 1 && world.node(1).completed.contains(10))
  }

  @Test func `who cannot write does not campaign, and does when it can again`() throws {
    let world = try ClusterWorld.led()
    world.node(3).isHoldingDisk = true
    try world.store(1).proposeHold(10)
    try world.pass(milliseconds: 1_000)
    #expect(world.store(3).isDiskSlow && world.leader() == 1)
    world.crash(1)
    world.isolate(2)
    for _ in 0..<80 {
      try world.pass(milliseconds: 50)
      #expect(role(world, 3) == .follower)
    }
    world.heal()
    world.node(3).isHoldingDisk = false
    try world.pass(milliseconds: 4_000)
    #expect([2, 3].contains(world.leader() ?? 0))
  }

  @Test func `a disk that hung is called slow for a while, and a node by itself never stands back`() throws {
    let world = try ClusterWorld.led()
    world.node(3).isHoldingDisk = true
    try world.store(1).proposeHold(10)
    try world.pass(milliseconds: 1_000)
    world.node(3).isHoldingDisk = false
    try world.pass(milliseconds: 5_000)
    #expect(world.store(3).isDiskSlow)
    try world.pass(milliseconds: 10_000)
    #expect(!world.store(3).isDiskSlow)

    let alone = try ClusterWorld(nodes: 1, voters: 1)
    try alone.pass(milliseconds: 100)
    try alone.stock(100, leader: 1)
    alone.node(1).isHoldingDisk = true
    try alone.store(1).proposeHold(10)
    try alone.pass(milliseconds: 3_000)
    #expect(!alone.store(1).isDiskSlow && alone.leader() == 1)
  }
}
