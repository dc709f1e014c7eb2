package import Basics
package import Inventory
package import Placement
package import Raft

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

/// Somebody waits for something that will not come: the leader changed, a snapshot took the place of the log, or the
/// replica is gone.
package struct LostCall {
  package enum Fate: Equatable, Sendable {
    /// The command surely has no effect: it was never in the log, or another leader's entry was applied in its place.
    case notApplied
    /// It was a read, and this replica cannot answer it any more.
    case unread
    /// The command may have been carried out, or may yet be.
    case unknown
  }

  package var waiter: Waiter
  package var shard: ShardID
  package var fate: Fate
}

/// What the applying part of a turn hands the edge: whom to answer, and with what. Reused from turn to turn.
package struct TurnEffects: ~Copyable {
  package var completions: [Completion] = []
  package var outcomes = OutcomeBuffer()
  package var clusterCompletions: [Completion] = []
  package var clusterOutcomes: [ClusterOutcome] = []
  package var reads: [ReadCompletion] = []
  /// Changes of a group's members that have taken effect.
  package var changes: [ReadCompletion] = []
  package var lost: [LostCall] = []
  /// What participants of requests over several shards refused.
  package var refused: [AcrossRefused] = []
  /// What was granted by shards that this Store only follows, while it has steps of its own.
  var grants: [ClaimGrant] = []
  /// The Store's own commands.
  var own: [Completion] = []

  package init() {}

  /// A line of the outcomes, by its place in the buffer.
  @inline(__always)
  package func line(at index: Int) -> GrantedLine { outcomes.lines[index] }

  /// Which locations did not give what an outcome's request asked, by their place in the buffer.
  @inline(__always)
  package func refusedLocations(of outcome: Int) -> Range<Int> { outcomes.outcomes[outcome].refusedLocations }

  mutating func removeAll() {
    completions.removeAll(keepingCapacity: true)
    outcomes.removeAll()
    clusterCompletions.removeAll(keepingCapacity: true)
    clusterOutcomes.removeAll(keepingCapacity: true)
    reads.removeAll(keepingCapacity: true)
    changes.removeAll(keepingCapacity: true)
    lost.removeAll(keepingCapacity: true)
    refused.removeAll(keepingCapacity: true)
    grants.removeAll(keepingCapacity: true)
    own.removeAll(keepingCapacity: true)
  }
}

/// Bytes for the Stores of another node.
package struct OutgoingFrame: Equatable, Sendable {
  /// How the edge carries a frame.
  package enum Lane: UInt8, Sendable {
    /// Elections, appends, heartbeats: before everything else.
    case urgent
    /// Parts of snapshots: when the link has nothing urgent. Never in front of an urgent frame.
    case bulk
  }

  package var to: NodeID
  package var lane: Lane
  package var bytes: [UInt8]
}

/// Durable entries that a follower needs and that are not in memory. The edge reads the entry before `from`, for its term,
/// and entries from `from` on, at least one, up to the bounds; then ``Store/fetched(_:_:)``.
package struct LogRequest: Equatable, Sendable {
  package var shard: ShardID
  package var fetch: LogFetch
}

/// What the log answered.
package enum LogAnswer: Sendable {
  case entries(previous: LogPosition, [Entry])
  /// They were cut away: only a snapshot helps.
  case compacted
}

/// A shard's entries from an index on are kept in the log, also when the state covers them.
package struct LogRetention: Equatable, Sendable {
  package var shard: ShardID
  package var from: LogIndex
}

/// What a turn hands the edge for others than the callers. Reused from turn to turn.
package struct PeerEffects {
  package var frames: [OutgoingFrame] = []
  package var requests: [LogRequest] = []
  package var retentions: [LogRetention] = []

  package init() {}

  mutating func removeAll() {
    frames.removeAll(keepingCapacity: true)
    requests.removeAll(keepingCapacity: true)
    retentions.removeAll(keepingCapacity: true)
  }
}
