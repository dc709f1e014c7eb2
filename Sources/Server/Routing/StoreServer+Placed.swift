internal import Basics

extension StoreServer {
  /// The other nodes that have a replica of a shard, as the cluster's table says.
  func placedNodes(of shard: ShardID) -> [NodeID] { [] }
}
