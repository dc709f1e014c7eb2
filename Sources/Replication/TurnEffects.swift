package import Basics
package import Inventory
package import Placement

/// A command's outcome is known and its effects are in the partition.
package struct Completion {
  package var waiter: Waiter
  package var shard: ShardID
  /// The place of the outcome in the turn's outcomes of the shard's kind.
  package var outcome: Int
  /// The stamp of the entry that the command was in.
  package var stamp: Stamp
}

/// A linearizable read may be answered from the state as it is now.
package struct ReadCompletion {
  package var waiter: Waiter
  package var shard: ShardID
}

/// What the applying part of a turn hands the edge: whom to answer, and with what. Reused from turn to turn.
package struct TurnEffects {
  package var completions: [Completion] = []
  package var outcomes = OutcomeBuffer()
  package var clusterCompletions: [Completion] = []
  package var clusterOutcomes: [ClusterOutcome] = []
  package var reads: [ReadCompletion] = []

  package init() {}

  mutating func removeAll() {
    completions.removeAll(keepingCapacity: true)
    outcomes.removeAll()
    clusterCompletions.removeAll(keepingCapacity: true)
    clusterOutcomes.removeAll(keepingCapacity: true)
    reads.removeAll(keepingCapacity: true)
  }
}

/// The bounds of one Store; for each of its shards where it says so.
package struct StoreLimits: Sendable {
  /// Commands of one shard that may wait for the next entry.
  package var pendingCommandsMax = 20_000
  /// Bytes of one shard's commands that may wait for the next entry.
  package var pendingBytesMax = 4 << 20
  /// Reads of one shard that may wait.
  package var pendingReadsMax = 20_000
  /// How long to wait before offering a stalled write again, in milliseconds.
  package var stallRetryMilliseconds: UInt64 = 2

  package init() {}
}
