package import Basics
internal import Placement
internal import Raft

// For a Store that nobody runs: a data directory that is looked at, or changed, while its node is down.

extension Store {
  /// Applies what the logs know to be committed and writes it, and does nothing else: no time passes, nobody is elected,
  /// nothing is sent. Only then the replicas' records name the members that the groups have now.
  ///
  /// - Returns: `false` when the storage has too much to do: to be called again when it has flushed.
  package func replayCommitted() throws(StateReadError) -> Bool {
    guard try writeReplayed() else { return false }
    for case let replica? in replicas {
      while replica.raft.hasCommitted {
        effects.removeAll()
        _ = try replica.applyCommitted(reader: partitions, changes: &changes, effects: &effects)
        applied = [(replica.shard, replica.machine.appliedIndex)]
        guard try writeReplayed() else { return false }
      }
    }
    effects.removeAll()
    return true
  }

  private func writeReplayed() throws(StateReadError) -> Bool {
    guard !changes.isEmpty else { return true }
    guard try partitions.write(changes, applied: applied) == .written else { return false }
    changes.removeAll()
    for (shard, _) in applied { replica(of: shard)?.changesWritten() }
    applied.removeAll()
    return true
  }

  /// What the disk knows of a replica, or would if it had been written; `nil` for a shard that is not here.
  package func record(of shard: ShardID) -> ReplicaRecord? { replica(of: shard)?.record }
}

extension ReplicaSpecification {
  /// What the replicas of one of a node's Stores are made from where its disk does not know them. The first node of a
  /// cluster begins alone with all shards. Any other has nothing but the meta shard, whose state will come; what else it is
  /// to have, that state says. A number is given once, so this is the first life of the meta shard's replica here.
  package static func beginning(
    of node: NodeID, store: Int, storeCount: Int, shards: [ShardID]
  ) -> [ReplicaSpecification] {
    let member = MemberID(node: node)
    if node == NodeID(1) {
      return ([.meta] + shards).filter { ClusterTable.storeIndex(of: $0, storeCount: storeCount) == store }
        .map { ReplicaSpecification(shard: $0, member: member) }
    }
    return store == 0 ? [ReplicaSpecification(shard: .meta, member: member, beginning: .joining)] : []
  }
}
