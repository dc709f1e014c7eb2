package import Basics
package import Raft

/// What to write so that a group goes on although its majority is gone for good: one replica becomes the only voter, every
/// other one that is left begins anew as its learner. That is against the rules of consensus, which need that majority: what only the lost
/// members had is lost. Nothing that the remaining log holds is.
package enum ForcedMembership {
  /// Makes a replica the only voter of its group.
  ///
  /// The configuration in its record is replaced. Changes of members that the log holds above what is applied would
  /// change it again, so from the first of them on the entries are written anew: without the changes, and under a term
  /// that no leader ever had. No other log shares that term, so no two logs can be taken for equal where they differ; for
  /// the same reason every other replica that is left must be emptied, and gets a snapshot.
  ///
  /// - Parameters:
  ///   - log: as recovered; its entries are those above what the state has applied.
  ///   - term: above every term that any member of the group is known to have been in.
  ///   - records: for the log, once the changes of the state are durable.
  package static func keepAlone(
    _ shard: ShardID, _ record: ReplicaRecord, _ log: RecoveredLog, term: Term, into changes: inout StateChanges,
    _ records: inout [LogBatch.Record]
  ) {
    invariant(record.state == .present, "a destroyed replica cannot be what is left of its group")
    invariant(log.hardState.term < term, "a forced term is above all others")
    var forced = record
    forced.configuration = Configuration(voters: [record.member])
    forced.put(shard, into: &changes)
    records.append(.hardState(shard, HardState(term: term, vote: record.member, commit: log.hardState.commit)))
    guard let first = log.entries.firstIndex(where: { $0.kind == .configuration }) else { return }
    for entry in log.entries[first...] {
      let payload = entry.kind == .configuration ? [] : entry.payload
      records.append(.entry(shard, Entry(term: term, index: entry.index, kind: .normal, payload: payload)))
    }
  }

  /// Empties a replica, whose log and state are then as of one that joins. First of two steps: it is buried, as
  /// ``Store/destroy(_:)`` does it, so that a crash leaves no state without its log.
  package static func bury(
    _ shard: ShardID, _ record: ReplicaRecord, into changes: inout StateChanges, _ records: inout [LogBatch.Record]
  ) {
    record.bury(shard, into: &changes)
    records.append(.forget(shard))
  }

  /// The second step: it is there again, in the *same* life, knows nobody, and waits for a snapshot. It keeps its life
  /// because the goals of the cluster name it. That is safe only because nobody is left to whom this life has promised
  /// anything: the one voter of the group decides alone, in a term above all that any survivor knew, and the lost members
  /// never run again.
  package static func rejoin(_ shard: ShardID, _ record: ReplicaRecord, into changes: inout StateChanges) {
    ReplicaRecord(
      member: record.member, generation: record.generation, position: LogPosition(), configuration: Configuration()
    ).put(shard, into: &changes)
  }
}

extension ReplicaRecord {
  /// Writes the tombstone, and deletes the state with what is left of a snapshot.
  func bury(_ shard: ShardID, into changes: inout StateChanges) {
    var tombstone = self
    tombstone.state = .destroyed
    tombstone.put(shard, into: &changes)
    changes.deleteRange(from: PartitionPrefix.start(of: shard).rawSpan, to: PartitionPrefix.end(of: shard).rawSpan)
    StagingRecord.delete(shard, from: &changes)
  }

  /// The records of all replicas that a Store's disk knows, destroyed ones included, in the order of the shards.
  package static func all(
    _ reader: any StateReader
  ) throws(StateReadError) -> [(shard: ShardID, record: ReplicaRecord)] {
    try RecordKey.replicas(reader)
  }
}
