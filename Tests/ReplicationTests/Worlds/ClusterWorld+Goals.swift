import Basics
import Placement
import Raft
import Testing

@testable import Replication

/// A world with a meta shard, and what ops do to it.
extension ClusterWorld {
  /// A founded cluster of the first `count` nodes; node 1 has every shard, with some stock in shard 1.
  static func founded(
    nodes count: UInt32, shards: [UInt32] = [1], limits: StoreLimits = ClusterWorld.limits
  ) throws -> ClusterWorld {
    let world = try ClusterWorld(cluster: count, shards: shards, limits: limits)
    try world.settle()
    try world.command(
      .found(
        Founding(
          cluster: UniqueID(high: 1, low: 1), storeCount: 1, node: NodeID(1), description: description(1),
          shardMap: ShardMap(dividedAmong: shards.count))))
    if count > 1 { for number in 2...count { try world.command(.addNode(description(number))) } }
    try world.stock(100, leader: 1)
    return world
  }

  private static func description(_ number: UInt32) -> NodeDescription {
    NodeDescription(directory: UniqueID(high: 2, low: UInt64(number)))
  }

  /// Has the meta shard's leader propose a command, and waits.
  func command(_ command: ClusterCommand) throws {
    if leader(of: .meta) == nil { try pass(milliseconds: 3_000) }
    let number = try #require(leader(of: .meta))
    try store(number).proposeCluster(.none, command)
    try settle()
  }

  /// What the meta shard's leader knows.
  var table: ClusterTable {
    get throws {
      let number = try #require(leader(of: .meta))
      return try #require(store(number).cluster)
    }
  }

  /// Sets a shard's goal: these voters.
  func setGoal(
    _ nodes: [UInt32], learners: [UInt32] = [], leader: UInt32 = 0, of shard: UInt32 = 1
  ) throws {
    if self.leader(of: .meta) == nil { try pass(milliseconds: 3_000) }
    let places = (nodes + learners).sorted()
      .map { ShardGoal.Place(node: NodeID($0), isVoter: nodes.contains($0)) }
    let known = try table
    let record = try #require(known.shard(ShardID(shard)))
    try command(
      .setGoals([
        ShardGoal(
          shard: ShardID(shard), expectedRevision: record.goalRevision, places: places,
          preferredLeader: NodeID(leader))
      ]))
  }

  /// Whether every node has just the replicas that the goals name, in the right capacity, and the meta shard knows.
  func isSettled(_ shard: UInt32 = 1) -> Bool {
    let shard = ShardID(shard)
    guard let number = leader(of: .meta), let record = store(number).cluster?.shard(shard), record.isGoalMet else {
      return false
    }
    for node in nodes where node.isUp {
      let status = node.store.status(of: shard)
      let goal = record.goalMember(on: node.id)
      guard status?.member == goal.map({ MemberID(node: $0.node, life: $0.life) }) else { return false }
      guard let status, let goal else { continue }
      let configuration = status.configuration
      guard goal.isVoter ? configuration.voters.contains(status.member) : configuration.isLearner(status.member) else {
        return false
      }
      guard !configuration.isJoint, configuration.members.count == record.goal.count else { return false }
    }
    return true
  }

  /// Lets time pass until a shard is as its goal wants it.
  func reach(_ shard: UInt32 = 1, withinMilliseconds limit: UInt64 = 30_000) throws {
    var left = limit
    while !isSettled(shard) {
      guard left > 0 else {
        Issue.record("shard \(shard) is not as its goal wants it: \(describe(shard))")
        return
      }
      try pass(milliseconds: 100)
      left -= 100
    }
  }

  func describe(_ shard: UInt32) -> String {
    nodes.map { node in
      guard node.isUp else { return "\(node.id): down" }
      let record = node.store.cluster?.shard(ShardID(shard))
      let known = "\(node.id) knows \(String(describing: record))"
      guard let status = node.store.status(of: ShardID(shard)) else { return "\(known), has no replica" }
      return "\(known), is \(status.member) \(status.role), applied \(status.appliedIndex), \(status.configuration)"
    }.joined(separator: "\n")
  }

  /// A reservation by whoever leads; it must come through.
  func reserve(_ call: UInt64) throws {
    if leader() == nil { try pass(milliseconds: 3_000) }
    let number = try #require(leader())
    try store(number).proposeHold(call)
    try pass(milliseconds: 300)
    #expect(nodes.contains { $0.completed.contains(call) }, "reservation \(call) did not come through")
  }
}
