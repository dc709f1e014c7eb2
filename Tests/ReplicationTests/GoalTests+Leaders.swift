import Basics
import Raft
import Testing

@testable import Placement
@testable import Replication

// Who is to lead.
extension GoalTests {
  @Test func `the preferred leader leads again when it has come back, after a while`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3], leader: 1)
    try world.reach()
    world.crash(1)
    try world.pass(milliseconds: 4_000)
    let second = try #require(world.leader())
    try world.restart(1)
    try world.pass(milliseconds: 10_000)
    #expect(world.leader() == second, "not at once")
    try world.pass(milliseconds: 30_000)
    #expect(world.leader() == 1)
  }

  @Test func `what was taken before a transfer begins is carried out, once`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3])
    try world.reach()
    let second = try #require(world.store(2).status(of: shard)?.member)
    try world.store(1).proposeHold(10)
    try world.store(1).transferLeadership(of: shard, to: second)
    try world.pass(milliseconds: 300)
    #expect(world.leader() == 2 && world.node(1).completed.filter { $0 == 10 }.count == 1)
    #expect(world.node(1).lost[10] == nil)
    agree(world, [1, 2, 3], available: 99)
  }

  @Test func `a sole voter among other nodes hears their clocks before it leads, and one alone does not wait`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    world.crash(1)
    try world.restart(1)
    try world.settle()
    #expect(world.leader() == nil)
    try world.pass(milliseconds: 2_000)
    #expect(world.leader() == 1)
    let alone = try ClusterWorld(cluster: 1)
    try alone.settle()
    #expect(alone.leader() == 1)
  }

  @Test func `a node that drains does not get a leadership back`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3], leader: 2)
    try world.pass(milliseconds: 2_000)
    #expect(world.leader() == 2)
    try world.command(.setNodeState(NodeID(2), .draining, isForced: true))
    try world.elect(3)
    try world.pass(milliseconds: 60_000)
    #expect(world.leader() == 3)
  }

  @Test func `a node that is not well does not get a leadership back before it is`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3], leader: 2)
    try world.pass(milliseconds: 2_000)
    for number in UInt32(1)...3 { world.store(number).unfitNodes = [NodeID(2)] }
    try world.elect(3)
    try world.pass(milliseconds: 60_000)
    #expect(world.leader() == 3)
    for number in UInt32(1)...3 { world.store(number).unfitNodes = [] }
    try world.pass(milliseconds: 5_000)
    #expect(world.leader() == 2)
  }
}
