package import Raft

/// What a replica's state was after an entry: replicas of a shard must have the same after the same entry.
package struct StateCheckpoint: Equatable, Sendable {
  /// Replicas of a busy shard are never seen at the same entry; each remembers what it was at these.
  static let interval: UInt64 = 4_096

  package var index: LogIndex
  package var digest: UInt64

  package init(index: LogIndex, digest: UInt64) {
    self.index = index
    self.digest = digest
  }
}
