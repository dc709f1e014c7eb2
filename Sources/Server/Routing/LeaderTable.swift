internal import Basics

/// Who leads which shard, as the nodes' reports say: for the shards that have no replica here, or whose replica here knows
/// nothing. Never more than a hint; a call that follows a wrong one is sent on, or comes back. Owned by the Store's thread.
struct LeaderTable {
  /// The leader of shard `i` at index `i`.
  private var leaders: [NodeID] = []

  /// A node says that it leads a shard, in a term that is not older than any heard of.
  mutating func learn(_ leader: NodeID, of shard: ShardID) {
    while leaders.count <= Int(shard.rawValue) { leaders.append(.none) }
    leaders[Int(shard.rawValue)] = leader
  }

  /// A node does not lead a shard any more, or is gone.
  mutating func forget(_ leader: NodeID, of shard: ShardID) {
    if self[shard] == leader { leaders[Int(shard.rawValue)] = .none }
  }

  subscript(shard: ShardID) -> NodeID? {
    guard Int(shard.rawValue) < leaders.count, leaders[Int(shard.rawValue)] != .none else { return nil }
    return leaders[Int(shard.rawValue)]
  }
}
