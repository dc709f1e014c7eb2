import Basics
import Inventory
import Raft
import Testing

@testable import Replication

@Suite struct MembershipTests {
  private let fourth = MemberID(node: NodeID(4))

  /// Three voters with some stock, and node 4, which has an empty replica that knows nobody.
  private func world() throws -> ClusterWorld {
    let world = try ClusterWorld(nodes: 4)
    try world.elect(1)
    try world.stock(100, leader: 1)
    try world.store(4).create(ReplicaSpecification(shard: ShardID(1), member: fourth, beginning: .joining))
    try world.settle()
    return world
  }

  private func change(_ world: ClusterWorld, _ operations: [ConfigurationChange.Operation], call: UInt64) throws {
    let leader = try #require(world.leader())
    try world.store(leader).propose(
      ConfigurationChange(operations), Waiter(origin: 0, call: call), to: ShardID(1))
    try world.pass(milliseconds: 1_000)
    #expect(world.node(leader).changes.contains(call))
  }

  @Test func `a new member learns everything from a snapshot, and then takes part`() throws {
    let world = try world()
    #expect(world.store(4).status(of: ShardID(1))?.lastIndex == .zero)
    try change(world, [.addLearner(fourth)], call: 90)
    #expect(world.store(4).counters.snapshotsInstalled == 1)
    #expect(world.store(4).available() == 100)
    #expect(world.store(4).status(of: ShardID(1))?.configuration.isLearner(fourth) == true)
    try change(world, [.addVoter(fourth)], call: 91)
    try world.store(1).proposeHold(10)
    try world.pass(milliseconds: 300)
    #expect(world.agrees(nodes: [1, 2, 3, 4]))
    world.isolate(3)
    try world.store(1).proposeHold(11)
    try world.settle()
    #expect(world.node(1).completed.contains(11), "three of four are a majority")
  }

  @Test func `members are replaced through a joint configuration, the leader among them`() throws {
    let world = try world()
    try change(world, [.addLearner(fourth)], call: 90)
    try change(world, [.addVoter(fourth), .remove(MemberID(node: NodeID(1)))], call: 91)
    try world.pass(milliseconds: 3_000)
    let leader = try #require(world.leader())
    #expect([2, 3, 4].contains(leader))
    let configuration = world.store(leader).status(of: ShardID(1))?.configuration
    #expect(configuration == Configuration(voters: [2, 3, 4].map { MemberID(node: NodeID($0)) }))
    try world.store(leader).proposeHold(10)
    try world.pass(milliseconds: 300)
    #expect(world.node(leader).completed.contains(10) && world.agrees(nodes: [2, 3, 4]))
  }

  @Test func `who belongs to the group is durable with the effects around it`() throws {
    let world = try world()
    try change(world, [.addLearner(fourth)], call: 90)
    for number in UInt32(1)...4 {
      // Half of them come back with a state that was never flushed after the change.
      if number % 2 == 0 { _ = world.node(number).partitions.flush() }
      world.crash(number)
    }
    for number in UInt32(1)...4 { try world.restart(number) }
    try world.pass(milliseconds: 3_000)
    for number in UInt32(1)...4 {
      let status = try #require(world.store(number).status(of: ShardID(1)))
      #expect(status.configuration.learners == [fourth] && status.configuration.voters.count == 3)
    }
    #expect(world.agrees(nodes: [1, 2, 3, 4]))
  }

  @Test func `a destroyed replica leaves nothing but a tombstone, and only a later life may follow`() throws {
    let world = try world()
    try change(world, [.addLearner(fourth)], call: 90)
    try change(world, [.remove(fourth)], call: 91)
    try world.store(4).destroy(ShardID(1))
    try world.settle()
    #expect(try world.node(4).partitions.keyCount(of: ShardID(1)) == 0)
    #expect(!world.node(4).log.holds(ShardID(1)), "its log is forgotten")
    // Else a later life's entries would count as flushed as far as this life's were.
    #expect(world.node(4).partitions.applied[ShardID(1)] == .zero)
    #expect(throws: ReplicaRefusal.lifeIsOver(fourth)) {
      try world.store(4).create(ReplicaSpecification(shard: ShardID(1), member: fourth, beginning: .joining))
    }
    world.crash(4)
    try world.restart(4)
    #expect(throws: ReplicaRefusal.lifeIsOver(fourth)) {
      try world.store(4).create(ReplicaSpecification(shard: ShardID(1), member: fourth, beginning: .joining))
    }
    let next = MemberID(node: NodeID(4), life: ReplicaLife(1))
    try world.store(4).create(ReplicaSpecification(shard: ShardID(1), member: next, beginning: .joining))
    try world.settle()
    try change(world, [.addLearner(next)], call: 92)
    #expect(world.store(4).available() == 100)
  }

  @Test func `a message for a life that is over is dropped`() throws {
    let world = try world()
    try change(world, [.addLearner(fourth)], call: 90)
    // The group still believes in the first life when the second one is there.
    try world.store(4).destroy(ShardID(1))
    try world.settle()
    let next = MemberID(node: NodeID(4), life: ReplicaLife(1))
    try world.store(4).create(ReplicaSpecification(shard: ShardID(1), member: next, beginning: .joining))
    try world.settle()
    let dropped = world.store(4).counters.messagesDropped
    try world.store(1).proposeHold(10)
    try world.pass(milliseconds: 500)
    #expect(world.store(4).counters.messagesDropped > dropped)
    #expect(world.store(4).status(of: ShardID(1))?.lastIndex == .zero)
  }

  @Test func `a replica that was not durable when the node crashed never was`() throws {
    let world = try ClusterWorld(nodes: 4)
    world.node(4).isHoldingDisk = true
    try world.store(4).create(ReplicaSpecification(shard: ShardID(1), member: fourth, beginning: .joining))
    try world.take(turns: 3)
    #expect(world.store(4).status(of: ShardID(1)) == nil)
    world.crash(4)
    world.node(4).isHoldingDisk = false
    try world.restart(4)
    try world.store(4).create(ReplicaSpecification(shard: ShardID(1), member: fourth, beginning: .joining))
    try world.settle()
    #expect(world.store(4).status(of: ShardID(1)) != nil)
  }

  @Test func `the leadership goes where it is sent`() throws {
    let world = try world()
    try world.elect(2)
    try world.store(2).proposeHold(10)
    try world.settle()
    #expect(world.node(2).completed.contains(10))
    #expect(throws: TransferRefusal.notLeader(leader: MemberID(node: NodeID(2)))) {
      try world.store(1).transferLeadership(of: ShardID(1), to: MemberID(node: NodeID(3)))
    }
  }
}
