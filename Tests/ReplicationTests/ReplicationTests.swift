import Basics
import Inventory
import Raft
import Testing

@testable import Replication

@Suite struct ReplicationTests {
  @Test func `three founders elect one leader without being told`() throws {
    let world = try ClusterWorld()
    #expect(world.leader() == nil)
    try world.pass(milliseconds: 3_000)
    let leader = try #require(world.leader())
    for number in UInt32(1)...3 {
      #expect(world.store(number).status(of: ShardID(1))?.leader == MemberID(node: NodeID(leader)))
      #expect(world.store(number).isServing)
    }
  }

  @Test func `what is answered is applied by every replica, and they agree`() throws {
    let world = try ClusterWorld(shards: [0, 1, 2])
    try world.elect(1)
    try world.elect(2, ShardID(2))
    try world.stock(100, leader: 1)
    for call in UInt64(10)..<30 { try world.store(1).proposeHold(call) }
    try world.settle()
    try world.pass(milliseconds: 300)
    #expect(world.node(1).completed.suffix(20) == Array(10..<30))
    for number in UInt32(1)...3 {
      #expect(world.store(number).available() == 80)
      #expect(world.store(number).stateDigest(of: ShardID(1)) == world.store(1).stateDigest(of: ShardID(1)))
      #expect(world.store(number).appliedIndex(of: ShardID(1)) == world.store(1).appliedIndex(of: ShardID(1)))
    }
  }

  @Test func `an entry is answered while one follower is away, and not while both are`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(100, leader: 1)
    world.isolate(3)
    try world.store(1).proposeHold(10)
    try world.settle()
    #expect(world.node(1).completed.contains(10))
    world.isolate(2)
    try world.store(1).proposeHold(11)
    try world.settle()
    #expect(!world.node(1).completed.contains(11))
    world.heal()
    try world.pass(milliseconds: 500)
    #expect(world.node(1).completed.contains(11))
    #expect(world.store(3).available() == 98)
  }

  @Test func `an entry is answered when a majority has it, whether or not the leader's own disk is done`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(100, leader: 1)
    world.node(1).isHoldingDisk = true
    try world.store(1).proposeHold(10)
    try world.take(turns: 10)
    #expect(world.store(1).status(of: ShardID(1))?.commitIndex == world.store(2).status(of: ShardID(1))?.lastIndex)
    #expect(!world.node(1).completed.contains(10), "but it is not applied before the leader's own log has it")
    world.node(1).isHoldingDisk = false
    try world.settle()
    #expect(world.node(1).completed.contains(10))
  }

  @Test func `a follower acknowledges nothing before its disk has it`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(100, leader: 1)
    world.node(2).isHoldingDisk = true
    world.node(3).isHoldingDisk = true
    try world.store(1).proposeHold(10)
    try world.take(turns: 20)
    #expect(!world.node(1).completed.contains(10))
    world.node(2).isHoldingDisk = false
    try world.take(turns: 10)
    #expect(world.node(1).completed.contains(10))
  }

  @Test func `a linearizable read asks a majority, and is answered at what was committed`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(100, leader: 1)
    try world.store(1).read(Waiter(origin: 0, call: 50), from: ShardID(1))
    try world.settle()
    #expect(world.node(1).reads == [50])
    #expect(throws: StoreRefusal.noLeader) { try world.store(2).read(Waiter(origin: 0, call: 51), from: ShardID(1)) }
    world.isolate(1)
    try world.store(1).read(Waiter(origin: 0, call: 52), from: ShardID(1))
    try world.settle()
    #expect(world.node(1).reads == [50], "alone a leader cannot know whether it still leads")
    try world.pass(milliseconds: 3_000)
    #expect(world.node(1).lost[52] == .unread)
  }

  @Test func `a restarted node goes on from its disk and catches up`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(100, leader: 1)
    world.crash(3)
    for call in UInt64(10)..<20 {
      try world.store(1).proposeHold(call)
      try world.settle()
    }
    try world.restart(3)
    try world.pass(milliseconds: 1_000)
    #expect(world.store(3).available() == 90)
    #expect(world.store(3).stateDigest(of: ShardID(1)) == world.store(1).stateDigest(of: ShardID(1)))
  }

  @Test func `a node that stood still for a minute does not take everybody for dead before it has heard them`() throws {
    let world = try ClusterWorld()
    try world.elect(1)
    try world.stock(100, leader: 1)
    let term = try #require(world.store(1).status(of: ShardID(1))?.term)
    let tick = world.store(2).tick
    world.now = world.now.advanced(byMilliseconds: 60_000)
    // Many turns come at once when it goes on, as they would with a full inbox.
    for _ in 0..<40 {
      world.now = world.now.advanced(byMilliseconds: 1)
      try world.turn()
    }
    #expect(world.store(2).tick <= tick + 1)
    try world.pass(milliseconds: 1_000)
    #expect(world.store(1).status(of: ShardID(1))?.term == term && world.leader() == 1)
  }
}
