import Basics
import Raft
import Testing

@testable import Placement
@testable import Replication

@Suite struct GoalTests {
  let shard = ShardID(1)

  func agree(_ world: ClusterWorld, _ nodes: [UInt32], available: Int64) {
    #expect(world.agrees(nodes: nodes))
    for number in nodes { #expect(world.store(number).available() == available, "node \(number)") }
  }

  @Test func `a cluster that was not founded is left alone`() throws {
    let world = try ClusterWorld(cluster: 1)
    try world.pass(milliseconds: 3_000)
    #expect(world.store(1).cluster == nil && world.leader() == 1)
  }

  @Test func `a shard grows from one replica to three, to five, and shrinks again, while it is written to`() throws {
    let world = try ClusterWorld.founded(nodes: 5)
    try world.setGoal([1, 2, 3])
    try world.reserve(10)
    try world.reach()
    agree(world, [1, 2, 3], available: 99)
    try world.setGoal([1, 2, 3, 4, 5])
    try world.reserve(11)
    try world.reach()
    agree(world, [1, 2, 3, 4, 5], available: 98)
    #expect(world.store(5).status(of: shard)?.configuration.voters.count == 5)
    try world.setGoal([2, 4, 5])
    try world.reserve(12)
    try world.reach()
    agree(world, [2, 4, 5], available: 97)
    for number in [UInt32(1), 3] {
      #expect(try world.node(number).partitions.keyCount(of: shard) == 0)
      #expect(!world.node(number).log.holds(shard))
    }
    try world.reserve(13)
  }

  @Test func `the meta shard grows with the nodes, learners first`() throws {
    let world = try ClusterWorld.founded(nodes: 5)
    try world.pass(milliseconds: 2_000)
    try world.reach(0)
    #expect(world.store(1).status(of: .meta)?.configuration.learners.count == 4)
    #expect((1...5).allSatisfy { world.store($0).cluster == world.store(1).cluster }, "every node knows all")
    try world.setGoal([1, 2, 3], learners: [4, 5], of: 0)
    try world.reach(0)
    world.crash(1)
    try world.pass(milliseconds: 3_000)
    #expect(world.leader(of: .meta) != nil, "two of three voters are a majority")
  }

  @Test func `a dead member is replaced`() throws {
    let world = try ClusterWorld.founded(nodes: 4)
    try world.setGoal([1, 2, 3])
    try world.reach()
    world.crash(3)
    try world.reserve(10)
    try world.setGoal([1, 2, 4])
    try world.reach()
    agree(world, [1, 2, 4], available: 99)
    // It comes back with a replica that missed its removal.
    try world.restart(3)
    try world.pass(milliseconds: 3_000)
    #expect(world.store(3).status(of: shard) == nil)
    #expect(world.isSettled())
  }

  @Test func `a leader that is to go hands over first, so that nobody waits for an election`() throws {
    let world = try ClusterWorld.founded(nodes: 4)
    try world.setGoal([1, 2, 3])
    try world.reach()
    let term = world.store(1).status(of: shard)?.term
    #expect(world.leader() == 1)
    try world.setGoal([2, 3, 4], leader: 4)
    // Far less than an election timeout.
    try world.reach(withinMilliseconds: 500)
    #expect(world.store(4).status(of: shard)?.term.rawValue ?? 0 <= (term?.rawValue ?? 0) + 2)
    try world.pass(milliseconds: 1_500)
    #expect(world.leader() == 4, "the preferred one leads at once, because its goal is news")
    try world.reserve(10)
  }

  @Test func `a shard of one replica moves with its leader`() throws {
    let world = try ClusterWorld.founded(nodes: 2)
    try world.setGoal([2])
    try world.reach(withinMilliseconds: 1_500)
    #expect(world.leader() == 2)
    try world.reserve(10)
    agree(world, [2], available: 99)
    #expect(try world.node(1).partitions.keyCount(of: shard) == 0)
  }

  @Test func `a voter becomes a learner, and a learner a voter`() throws {
    let world = try ClusterWorld.founded(nodes: 4)
    try world.setGoal([1, 2, 3], learners: [4])
    try world.reach()
    try world.setGoal([2, 3, 4], learners: [1])
    try world.reach()
    #expect(world.store(4).status(of: shard)?.configuration.learners == [MemberID(node: NodeID(1))])
    try world.reserve(10)
    agree(world, [1, 2, 3, 4], available: 99)
  }

  @Test func `a goal that is taken back leaves everything as it was, whenever that is`() throws {
    for turns in [0, 1, 3, 5, 8, 12, 20] {
      let world = try ClusterWorld.founded(nodes: 3)
      try world.setGoal([1, 2, 3])
      try world.take(turns: turns)
      try world.setGoal([1])
      try world.reach()
      agree(world, [1], available: 100)
      try world.reserve(10)
    }
  }

  @Test func `a replica that comes back to a node is another one`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3])
    try world.reach()
    let first = try #require(world.store(3).status(of: shard)?.member)
    try world.setGoal([1, 2])
    try world.reach()
    try world.setGoal([1, 2, 3])
    try world.reach()
    let second = try #require(world.store(3).status(of: shard)?.member)
    #expect(second.node == first.node && second.life > first.life)
    agree(world, [1, 2, 3], available: 100)
  }

  @Test func `whoever crashes, and whenever, the goal is reached and nothing is lost`() throws {
    for victim in UInt32(1)...4 {
      for turns in stride(from: 0, to: 40, by: 3) {
        let world = try ClusterWorld.founded(nodes: 4)
        try world.setGoal([1, 2, 3])
        try world.reach()
        try world.setGoal([2, 3, 4])
        try pass(world, turns)
        world.crash(victim)
        try world.pass(milliseconds: UInt64(turns % 2) * 4_000)
        try world.restart(victim)
        try world.reach()
        try world.reserve(10)
        agree(world, [2, 3, 4], available: 99)
      }
    }
  }

  @Test func `whoever is cut off, and whenever, the goal is reached and nothing is lost`() throws {
    for victim in UInt32(1)...4 {
      for turns in stride(from: 1, to: 40, by: 5) {
        let world = try ClusterWorld.founded(nodes: 4)
        try world.setGoal([1, 2, 3])
        try world.reach()
        try world.setGoal([2, 3, 4])
        try pass(world, turns)
        world.isolate(victim)
        try world.pass(milliseconds: 4_000)
        world.heal()
        try world.reach()
        try world.reserve(10)
        agree(world, [2, 3, 4], available: 99)
      }
    }
  }

  @Test func `a shard that is made begins although its founder was away, and the goal has gone on without it`() throws {
    let world = try ClusterWorld.founded(nodes: 4)
    // Node 4 follows the meta shard, which can do without it.
    try world.setGoal([1, 2, 3], learners: [4], of: 0)
    try world.reach(0)
    world.isolate(4)
    try world.command(.beginMoves(MoveOrder(from: ShardID(1), ranges: [0...99], founders: [NodeID(4)])))
    let made = try #require(try world.table.moves.first).to.rawValue
    try world.setGoal([1, 2, 3], of: made)
    try world.pass(milliseconds: 2_000)
    #expect(world.leader(of: ShardID(made)) == nil)
    world.heal()
    try world.reach(made)
    #expect(world.leader(of: ShardID(made)) != nil)
  }

  /// Turns with a little time, so that something is decided between them.
  private func pass(_ world: ClusterWorld, _ turns: Int) throws {
    for _ in 0..<turns {
      world.now = world.now.advanced(byMilliseconds: 25)
      world.wall = world.wall.advanced(byMilliseconds: 25)
      try world.turn()
    }
  }

  @Test func `all crash at once, with what they had not flushed, and go on`() throws {
    for turns in stride(from: 2, to: 40, by: 6) {
      let world = try ClusterWorld.founded(nodes: 4)
      try world.setGoal([1, 2, 3])
      try pass(world, turns)
      for number in UInt32(1)...4 { world.crash(number) }
      for number in UInt32(1)...4 { try world.restart(number) }
      try world.pass(milliseconds: 3_000)
      try world.reach()
      try world.reserve(10)
      agree(world, [1, 2, 3], available: 99)
    }
  }

  @Test func `reports that get lost are made again`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3])
    world.losesCommands = true
    try world.pass(milliseconds: 5_000)
    #expect(world.store(1).status(of: shard)?.configuration.voters.count == 3)
    let table = try world.table
    #expect(table.shard(shard)?.isGoalMet == false)
    world.losesCommands = false
    try world.reach(withinMilliseconds: 2_000)
  }

  @Test func `a replica stays until it is certain that its group does without it`() throws {
    let world = try ClusterWorld.founded(nodes: 3)
    try world.setGoal([1, 2, 3])
    try world.reach()
    // The leader and its follower know nothing of the new goal: the third one alone may not go.
    world.losesCommands = true
    world.crash(1)
    world.crash(2)
    let table = try #require(world.store(3).cluster)
    var record = try #require(table.shard(shard))
    record.goal.removeLast()
    record.goalRevision += 1
    record.revision = table.revision + 1
    var later = table
    later.shards[1] = record
    later.revision = record.revision
    world.store(3).follow(later)
    try world.pass(milliseconds: 2_000)
    #expect(world.store(3).status(of: shard) != nil)
  }

  @Test func `a cluster whose goals are met falls asleep`() throws {
    var limits = ClusterWorld.limits
    limits.sleepTicks = 20
    let world = try ClusterWorld.founded(nodes: 3, limits: limits)
    try world.setGoal([1, 2, 3], leader: 1)
    try world.setGoal([1, 2, 3], of: 0)
    try world.reach()
    try world.reach(0)
    try world.pass(milliseconds: 3_000)
    for number in UInt32(1)...3 {
      #expect(world.store(number).status.allSatisfy { $0.isAsleep }, "node \(number)")
      #expect(world.store(number).takeClusterCommands() == [])
    }
    let messages = world.store(1).counters.messagesSent
    try world.pass(milliseconds: 10_000)
    #expect(world.store(1).counters.messagesSent == messages, "nodes show that they are there, groups say nothing")
  }

  @Test func `snapshots keep to the bytes a second that ops allow`() throws {
    let world = try ClusterWorld.founded(nodes: 2)
    for call in UInt64(100)..<400 { try world.store(1).proposeHold(call) }
    try world.settle()
    var settings = ClusterSettings()
    settings.snapshotBytesPerSecond = 1_000
    try world.command(.putSettings(settings))
    try world.setGoal([1], learners: [2])
    try world.pass(milliseconds: 2_000)
    let received = try #require(world.store(2).status(of: shard)).snapshotBytesReceived
    #expect((1_500...3_500).contains(received), "\(received)")
    settings.snapshotBytesPerSecond = 0
    try world.command(.putSettings(settings))
    try world.reach(withinMilliseconds: 2_000)
  }
}
