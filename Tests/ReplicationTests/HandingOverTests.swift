import Basics
import Raft
import Testing

@testable import Replication

/// A node that is to stop gives its leaderships away.
@Suite struct HandingOverTests {
  private let shards = [ShardID(1), ShardID(2), ShardID(3)]

  private func world(leader: UInt32) throws -> ClusterWorld {
    let world = try ClusterWorld(shards: shards.map(\.rawValue))
    for shard in shards { try world.elect(leader, shard) }
    return world
  }

  @Test func `every leadership goes to a live voter, without an election timeout`() throws {
    let world = try world(leader: 1)
    let terms = shards.map { world.store(1).status(of: $0)?.term ?? .zero }
    world.isolate(3)
    try world.pass(milliseconds: 1_000)
    #expect(world.store(1).handOverLeadership() == 3)
    try world.settle()
    #expect(world.store(1).handOverLeadership() == 0)
    for (shard, term) in zip(shards, terms) {
      #expect(world.leader(of: shard) == 2)
      #expect(world.store(2).status(of: shard)?.term == Term(term.rawValue + 1))
    }
  }

  @Test func `while nobody else is alive there is nothing to hand over`() throws {
    let world = try world(leader: 1)
    world.crash(2)
    world.crash(3)
    // Shorter than the time after which a leader that hears nobody steps down.
    try world.pass(milliseconds: 400)
    _ = world.store(1).handOverLeadership()
    try world.pass(milliseconds: 3_000)
    #expect(world.store(1).handOverLeadership() == 0)
  }

  @Test func `a transfer that gets lost is begun anew`() throws {
    let world = try world(leader: 1)
    var isLosing = true
    world.carries = { _, frame in !isLosing || frame.to == NodeID(1) }
    #expect(world.store(1).handOverLeadership() == 3)
    try world.settle()
    #expect(world.leader(of: shards[0]) == 1)
    isLosing = false
    var rounds = 0
    while world.store(1).handOverLeadership() > 0, rounds < 60 {
      try world.pass(milliseconds: 50)
      rounds += 1
    }
    for shard in shards { #expect(world.leader(of: shard) != 1) }
  }

  @Test func `a node by itself has no peers and hands nothing over`() throws {
    let world = try ClusterWorld(nodes: 1, voters: 1)
    try world.pass(milliseconds: 100)
    #expect(world.leader() == 1)
    #expect(!world.store(1).hasPeers && world.store(1).handOverLeadership() == 0)
  }
}
