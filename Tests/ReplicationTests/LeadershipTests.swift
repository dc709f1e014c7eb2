import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// What an edge is told about who may decide, and whose state may be shown.
@Suite struct LeadershipTests {
  private let shard = ShardID(1)

  @Test func `every replica knows who leads`() throws {
    let world = try ClusterWorld.led()
    #expect(world.store(1).leadership(of: shard) == .here)
    #expect(world.store(2).leadership(of: shard) == .at(NodeID(1)))
    #expect(world.store(1).leadership(of: ShardID(7)) == .notHere)
    #expect(world.store(2).neighbours(in: shard) == [NodeID(1), NodeID(3)])
    #expect(!world.store(1).decidesAlone(shard))
  }

  @Test func `a new leader decides nothing before it has applied what was acknowledged before`() throws {
    let world = try ClusterWorld.led()
    // Node 2 has the entry, and does not hear that it is committed.
    world.cutLinks = [[NodeID(1), NodeID(3)], [NodeID(3), NodeID(1)]]
    try world.store(1).proposeHold(10)
    try world.take(turns: 3)
    let acknowledged = world.store(1).appliedIndex(of: shard)
    world.crash(1)
    world.heal()
    var wasEarly = false
    func isLed() -> Bool { (UInt32(2)...3).contains { world.store($0).leads(shard) } }
    for _ in 0..<120 where !isLed() {
      world.now = world.now.advanced(byMilliseconds: 50)
      for _ in 0..<8 {
        try world.turn()
        for number in UInt32(2)...3 where world.store(number).status(of: shard)?.role == .leader {
          let isOpen = world.store(number).leads(shard)
          wasEarly = wasEarly || !isOpen
          #expect(!isOpen || world.store(number).appliedIndex(of: shard) > acknowledged)
        }
      }
    }
    #expect(wasEarly, "the test saw the new leader while it was not open")
    #expect(world.leader() != nil)
  }

  @Test(arguments: [(0, 1), (60, 1), (61, 2), (400, 7), (1_000_000, 16)] as [(UInt64, Int)])
  func `the longer the way to other nodes, the longer a leader's silence is borne`(
    milliseconds: UInt64, times: Int
  ) throws {
    let world = try ClusterWorld.led()
    world.store(2).measured(roundTripMilliseconds: milliseconds)
    #expect(world.store(2).patience == times)
  }

  @Test func `on a long way nobody is elected as long as a leader's word may still come`() throws {
    let world = try ClusterWorld.led()
    for number in UInt32(2)...3 { world.store(number).measured(roundTripMilliseconds: 400) }
    func pass(ticks: Int) throws -> Int {
      for tick in 0..<ticks {
        if (UInt32(2)...3).contains(where: { world.store($0).leads(shard) }) { return tick }
        world.now = world.now.advanced(byMilliseconds: 50)
        try world.take(turns: 4)
      }
      return ticks
    }
    _ = try pass(ticks: 2)
    world.crash(1)
    let ticks = try pass(ticks: 400)
    let timeout = world.store(2).limits.raft.electionTicks * 7
    #expect((timeout - 2..<2 * timeout + 60).contains(ticks))
  }

  @Test func `who hands over decides nothing more, and answers reads until it has`() throws {
    let world = try ClusterWorld.led()
    world.crash(2)
    try world.store(1).transferLeadership(of: shard, to: MemberID(node: NodeID(2)))
    #expect(world.store(1).leadership(of: shard) == .changing)
    #expect(!world.store(1).leads(shard))
    #expect(world.store(1).answersReads(of: shard))
    try world.pass(milliseconds: 1_500)
    #expect(world.store(1).leadership(of: shard) == .here, "the one that it was meant for is gone")
  }

  @Test func `a voter that hears no leader says so, and a silent node is noticed within a second`() throws {
    let world = try ClusterWorld.led()
    world.isolate(2)
    #expect(!world.store(2).isSilent(NodeID(1)))
    try world.pass(milliseconds: 1_000)
    #expect(world.store(2).isSilent(NodeID(1)) && world.store(2).isSilent(NodeID(3)))
    try world.pass(milliseconds: 1_500)
    #expect(world.store(2).leadership(of: shard) == .unknown)
    #expect(world.store(1).leadership(of: shard) == .here)
  }

  @Test func `the groups of a process that has ended have new leaders in less than half a second, not all on one node`()
    throws
  {
    for isAsleep in [false, true] {
      var limits = ClusterWorld.limits
      if isAsleep { limits.sleepTicks = 20 }
      let world = try ClusterWorld(shards: Array(1...8), limits: limits)
      for shard in UInt32(1)...8 { try world.elect(1, ShardID(shard)) }
      if isAsleep { try world.pass(milliseconds: 8_000) }
      let terms = (UInt32(1)...8).map { world.store(2).status(of: ShardID($0))!.term }
      world.crash(1)
      for number in UInt32(2)...3 { world.store(number).peerGone(NodeID(1)) }
      try world.pass(milliseconds: 450)
      let leaders = (UInt32(1)...8).map { world.leader(of: ShardID($0)) }
      #expect(Set(leaders) == [2, 3], "\(leaders)")
      #expect((UInt32(1)...8).map { world.store(2).status(of: ShardID($0))!.term } == terms.map(\.next))
    }
  }

  @Test func `an alarm that is false disturbs no leader whom a majority hears`() throws {
    let world = try ClusterWorld.led()
    let term = world.store(1).status(of: shard)?.term
    for _ in 0..<10 {
      world.store(3).peerGone(NodeID(1))
      try world.pass(milliseconds: 350)
    }
    try world.pass(milliseconds: 3_000)
    #expect(world.leader() == 1 && world.store(3).leadership(of: shard) == .at(NodeID(1)))
    #expect(world.nodes.allSatisfy { $0.store.status(of: shard)?.term == term })
    // Where all others believe it, they elect one of them, and nothing is lost by it.
    for number in UInt32(2)...3 { world.store(number).peerGone(NodeID(1)) }
    world.cutLinks = [[NodeID(1), NodeID(2)], [NodeID(1), NodeID(3)]]
    try world.pass(milliseconds: 450)
    world.heal()
    try world.pass(milliseconds: 3_000)
    #expect(world.leader() != 1 && world.agrees(nodes: [1, 2, 3]))
  }

  @Test func `a follower shows its own state, and what of it is not written yet it does not show`() throws {
    let world = try ClusterWorld.led()
    try world.store(2).readOwnState(Waiter(origin: 0, call: 50), of: shard)
    try world.settle()
    #expect(world.node(2).reads == [50])
    world.node(2).partitions.isStalled = true
    try world.store(1).proposeHold(10)
    // Once until it is committed, once more until the follower is told.
    try world.pass(milliseconds: 100)
    let shown = world.node(2).reads.count
    try world.store(2).readOwnState(Waiter(origin: 0, call: 51), of: shard)
    try world.take(turns: 3)
    #expect(world.node(2).reads.count == shown, "memory is ahead of the partition")
    world.node(2).partitions.isStalled = false
    try world.pass(milliseconds: 100)
    #expect(world.node(2).reads.contains(51))
  }

  @Test func `a replica that is gone shows nothing`() throws {
    let world = try ClusterWorld.led()
    try world.store(3).readOwnState(Waiter(origin: 0, call: 50), of: shard)
    try world.store(3).destroy(shard)
    try world.take(turns: 2)
    #expect(world.node(3).lost[50] == .unread)
    #expect(throws: StoreRefusal.notHere) {
      try world.store(3).readOwnState(Waiter(origin: 0, call: 51), of: shard)
    }
    #expect(world.store(3).leadership(of: shard) == .notHere)
  }

  @Test func `an index that a leader confirmed covers all that was acknowledged before it was asked`() throws {
    let world = try ClusterWorld.led()
    try world.store(1).proposeHold(10)
    try world.settle()
    #expect(world.node(1).completed.contains(10))
    let before = world.store(1).appliedIndex(of: shard)
    try world.store(1).read(Waiter(origin: 0, call: 60), from: shard)
    try world.settle()
    #expect(world.node(1).reads.contains(60) && world.store(1).appliedIndex(of: shard) >= before)
    // A leader that nobody follows confirms nothing, so no follower's state counts as fresh by its word.
    world.isolate(1)
    try world.store(1).read(Waiter(origin: 0, call: 61), from: shard)
    try world.pass(milliseconds: 3_000)
    #expect(!world.node(1).reads.contains(61) && world.node(1).lost[61] == .unread)
  }
}
