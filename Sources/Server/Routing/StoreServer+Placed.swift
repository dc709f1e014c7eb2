internal import Basics
internal import Placement
internal import Replication

extension StoreServer {
  /// The nodes that have a replica of a shard, as the cluster's table says: where it was last known to be, and where
  /// it is to be.
  func placedNodes(of shard: ShardID) -> [NodeID] {
    guard let record = store.cluster?.shard(shard) else { return [] }
    var nodes = record.placed.map(\.node)
    for member in record.goal where !nodes.contains(member.node) { nodes.append(member.node) }
    return nodes
  }
}
