package import Basics
internal import Raft

// For whoever checks a Store from outside, between two turns.

extension Store {
  /// Checks what must hold of every group.
  package func checkInvariants() {
    for case let replica? in replicas { replica.raft.checkInvariants() }
  }

  /// Where the state of a replica is; `nil` for a shard that is not here.
  package func partition(of shard: ShardID) -> PartitionPrefix? {
    guard let replica = replica(of: shard) else { return nil }
    return PartitionPrefix(shard: shard, generation: replica.record.generation)
  }
}
