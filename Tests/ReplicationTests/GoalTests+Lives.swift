import Basics
import Raft
import Testing

@testable import Placement
@testable import Replication

// Replicas that are taken out, come back, or are told from elsewhere.
extension GoalTests {
  @Test func `a replica that diverged is taken out and made anew, beside the others`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3])
    try world.reach()
    let status = try #require(world.store(3).status(of: shard))
    let present = StateCheckpoint(index: status.appliedIndex, digest: status.stateDigest)
    #expect(!world.store(3).takeOut(shard, diverged: StateCheckpoint(index: present.index, digest: 7)))
    #expect(world.store(3).takeOut(shard, diverged: present))
    #expect(world.store(3).status(of: shard)?.fault == .diverged(at: present.index))
    try world.reserve(10)
    try world.reach()
    let next = try #require(world.store(3).status(of: shard))
    #expect(next.fault == nil && next.member.life > status.member.life)
    agree(world, [1, 2, 3], available: 99)
  }

  @Test func `a replica of the meta shard that is of no use any more learns from the leader which one follows it`()
    throws
  {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3], of: 0)
    try world.reach(0)
    let status = try #require(world.store(3).status(of: .meta))
    #expect(
      world.store(3).takeOut(.meta, diverged: StateCheckpoint(index: status.appliedIndex, digest: status.stateDigest)))
    for _ in 0..<20 {
      try world.pass(milliseconds: 1_000)
      world.store(3).hear(meta: try #require(try world.table.shard(.meta)))
      world.store(1).hear(meta: try #require(try world.table.shard(.meta)))
    }
    try world.reach(0)
    let next = try #require(world.store(3).status(of: .meta))
    #expect(next.fault == nil && next.member.life > status.member.life)
    #expect(world.store(1).status(of: .meta)?.member.life == ReplicaLife(0), "who is well needs no word")
    #expect(world.agrees(on: .meta, nodes: [1, 2, 3]))
  }

  @Test func `a leader that diverged makes room for another, and comes back as a new member`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3])
    try world.reach()
    let status = try #require(world.store(1).status(of: shard))
    #expect(
      world.store(1).takeOut(
        shard, diverged: StateCheckpoint(index: status.appliedIndex, digest: status.stateDigest)))
    #expect(throws: StoreRefusal.noLeader) { try world.store(1).proposeHold(9) }
    try world.pass(milliseconds: 3_000)
    try world.reach()
    try world.reserve(10)
    agree(world, [1, 2, 3], available: 99)
  }

  @Test func `a shard comes back to a node only when its log has forgotten the earlier life`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3])
    try world.reach()
    let node = world.node(2)
    let old = try #require(node.store.status(of: shard)?.member)
    try node.store.destroy(shard)
    node.isHoldingDisk = true
    try world.take(turns: 2)
    // The tombstone is flushed; that the log forgets is not durable yet.
    let flush = try #require(node.partitions.flush())
    try node.store.flushed(flush)
    try world.take(turns: 2)
    let next = MemberID(node: NodeID(2), life: old.life.next)
    #expect(throws: ReplicaRefusal.alreadyHere) {
      try node.store.create(ReplicaSpecification(shard: shard, member: next, beginning: .joining))
    }
    node.isHoldingDisk = false
    try world.settle()
    #expect(!node.log.holds(shard))
    // Its goal named the life that is over: it asks for another one.
    try world.reach()
    agree(world, [1, 2, 3], available: 100)
  }

  @Test func `a Store without the meta shard follows what it is told, and its own shards only`() throws {
    let world = try ClusterWorld.founded(nodes: 2)
    let partitions = MemoryPartitions()
    let loader = try StoreLoader(
      node: NodeID(2), partitions: partitions, replicas: [], hashSeed: 1, storeIndex: 1)
    let store = try loader.store(logs: [], now: world.now, wall: world.wall)
    var table = try world.table
    table.storeCount = 2
    table.shards = (UInt32(1)...4).map { shard in
      let goal = [1, 2].map { GoalMember(node: NodeID($0), life: ReplicaLife($0)) }
      return ShardRecord(
        shard: ShardID(shard), goal: goal, placed: [goal[0]], nextLife: ReplicaLife(3), goalRevision: 1, revision: 1)
    }
    store.follow(table)
    for _ in 0..<3 {
      _ = store.collectAppends(now: world.now, wall: world.wall)
      _ = try store.applyCommitted()
      if let number = partitions.flush() { try store.flushed(number) }
    }
    #expect(store.status.map(\.shard) == [ShardID(2), ShardID(4)], "every second one is this Store's")
  }
}
