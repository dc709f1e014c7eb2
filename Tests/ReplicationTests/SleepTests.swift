import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// Idle shards cost next to nothing, and wake when they are needed.
@Suite struct SleepTests {
  private var limits: StoreLimits {
    var limits = ClusterWorld.limits
    limits.sleepTicks = 20
    return limits
  }

  private func sleepingWorld(shards: [UInt32]) throws -> ClusterWorld {
    let world = try ClusterWorld(shards: shards, limits: limits)
    try world.pass(milliseconds: 8_000)
    for node in world.nodes {
      #expect(node.store.status.filter { !$0.isAsleep }.map(\.shard) == [], "node \(node.id)")
    }
    return world
  }

  @Test func `a thousand idle shards on three nodes send fewer than fifty frames a second in all`() throws {
    let world = try sleepingWorld(shards: Array(1...1_000))
    let frames = world.frameCount
    let messages = world.nodes.map(\.store.counters.messagesSent)
    try world.pass(milliseconds: 10_000)
    #expect(world.frameCount - frames < 500)
    #expect(world.nodes.map(\.store.counters.messagesSent) == messages, "no group says anything")
  }

  @Test func `a sleeping group wakes for a command`() throws {
    let world = try sleepingWorld(shards: [1, 2])
    let leader = try #require(world.leader())
    try world.store(leader).proposeSKU(1)
    try world.settle()
    #expect(world.node(leader).completed == [1])
    #expect(world.store(leader).status(of: ShardID(1))?.isAsleep == false)
    #expect(world.store(leader).status(of: ShardID(2))?.isAsleep == true)
    try world.pass(milliseconds: 3_000)
    #expect(world.agrees(nodes: [1, 2, 3]))
    #expect(world.store(leader).status(of: ShardID(1))?.isAsleep == true)
  }

  @Test func `followers that sleep look for a leader when its node is gone`() throws {
    let world = try sleepingWorld(shards: Array(1...9))
    world.crash(1)
    try world.pass(milliseconds: 3_000)
    for shard in UInt32(1)...9 {
      let leader = try #require(world.leader(of: ShardID(shard)))
      #expect([2, 3].contains(leader))
    }
  }

  @Test func `followers that sleep look for a leader when its node has begun a new life`() throws {
    let world = try sleepingWorld(shards: Array(1...9))
    world.crash(1)
    try world.restart(1)
    try world.pass(milliseconds: 3_000)
    for shard in UInt32(1)...9 { #expect(world.leader(of: ShardID(shard)) != nil) }
  }

  @Test func `a leader that slept through its replacement serves no stale read`() throws {
    let world = try sleepingWorld(shards: [1])
    let old = try #require(world.leader())
    world.isolate(old)
    try world.pass(milliseconds: 3_000)
    let new = try #require(world.leader())
    #expect(new != old)
    try world.store(new).proposeSKU(1)
    try world.settle()
    #expect(world.node(new).completed == [1])
    do throws(StoreRefusal) {
      try world.store(old).read(Waiter(origin: 0, call: 5), from: ShardID(1))
    } catch { #expect(error == .noLeader) }
    try world.pass(milliseconds: 3_000)
    #expect(world.node(old).reads.isEmpty)
  }

  @Test func `a Store whose groups are its own alone asks for no turn`() throws {
    let world = try StoreWorld(shards: [0, 1, 2])
    try world.settle()
    #expect(world.store.nextDeadline(now: world.now) == .distantFuture)
  }
}
