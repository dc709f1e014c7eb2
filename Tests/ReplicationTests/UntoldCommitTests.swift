import Basics
import Raft
import Testing

@testable import Replication

@Suite struct UntoldCommitTests {
  private let shard = ShardID(1)

  private func lag(of follower: UInt32, in world: ClusterWorld) -> UInt64 {
    world.store(1).appliedIndex(of: shard) - world.store(follower).appliedIndex(of: shard)
  }

  private func hold(_ call: UInt64, in world: ClusterWorld) throws {
    try world.store(1).proposeHold(call)
    try world.settle()
    #expect(world.node(1).completed.contains(call))
  }

  @Test func `an entry costs a message a follower, and tells the commit index of the one before`() throws {
    let world = try ClusterWorld.led()
    let sent = world.store(1).counters.messagesSent
    for call in UInt64(10)..<20 {
      try hold(call, in: world)
      #expect(lag(of: 2, in: world) == 1 && lag(of: 3, in: world) == 1)
    }
    #expect(world.store(1).counters.messagesSent == sent + 20)
  }

  @Test func `where no entry follows, followers are told after a moment, once`() throws {
    let world = try ClusterWorld.led()
    try hold(10, in: world)
    let sent = world.store(1).counters.messagesSent
    world.now = world.now.advanced(byMilliseconds: ClusterWorld.limits.untoldCommitMilliseconds - 1)
    try world.settle()
    #expect(lag(of: 2, in: world) == 1 && world.store(1).counters.messagesSent == sent)
    world.now = world.now.advanced(byMilliseconds: 1)
    try world.settle()
    #expect(world.agrees(nodes: [1, 2, 3]))
    #expect(world.store(1).counters.messagesSent == sent + 2)
    world.now = world.now.advanced(byMilliseconds: ClusterWorld.limits.untoldCommitMilliseconds)
    try world.settle()
    #expect(world.store(1).counters.messagesSent == sent + 2, "everybody knows")
  }

  @Test func `whoever leads next applies what the last leader told nobody`() throws {
    let world = try ClusterWorld.led()
    try hold(10, in: world)
    #expect(lag(of: 2, in: world) == 1)
    world.isolate(1)
    try world.pass(milliseconds: 2_500)
    let leader = try #require(world.leader())
    #expect(leader != 1 && world.store(leader).available() == 99)
  }
}
