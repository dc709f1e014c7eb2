package import Basics
package import Raft

/// How a batch of state changes was taken.
package enum StateWriteOutcome: Equatable, Sendable {
  case written
  /// The storage would have to wait (compaction is behind). Nothing was written; the Store keeps the batch, applies
  /// nothing more, and offers it again later.
  case stalled
}

/// The port to a Store's keyed state: all replicas of the Store share one ordered key space, each under its own prefix.
/// Owned by the Store's thread. No call waits for the disk to become idle: a write that would stall says so.
package protocol StatePartitions: StateReader {
  /// Writes the changes of all replicas that applied entries this turn, as one atomic batch. `applied` names the index
  /// each touched replica has reached with it; the storage uses it to know what a later flush makes durable.
  func write(
    _ changes: borrowing StateChanges, applied: [(shard: ShardID, index: LogIndex)]
  ) throws(StateReadError) -> StateWriteOutcome
}
