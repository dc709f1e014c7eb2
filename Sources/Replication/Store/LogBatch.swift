package import Basics
package import Raft

/// Identifies one batch handed to the log writer. Tokens grow by one a batch; `persisted(token)` covers all before it.
package struct PersistToken: Hashable, Comparable, Sendable {
  package var rawValue: UInt64
  package init(_ rawValue: UInt64) { self.rawValue = rawValue }
  package static let zero = PersistToken(0)
  package static func < (left: PersistToken, right: PersistToken) -> Bool { left.rawValue < right.rawValue }
}

/// What a Store wants on disk at the end of a turn: for all its shards together, written in this order and made durable
/// by one fsync. It is handed to the log writer's thread whole.
package struct LogBatch: Sendable {
  /// One thing to write. An append at an index that the log already has replaces everything from that index on.
  package enum Record: Sendable {
    case entry(ShardID, Entry)
    case hardState(ShardID, HardState)
    /// Everything up to and including the start's index may be forgotten, and the log restarts behind it.
    case start(ShardID, LogStart)
    /// The shard's replica was destroyed: everything that the log has of it is forgotten, and a later replica of the
    /// shard begins at the first index again.
    case forget(ShardID)
  }

  package var token: PersistToken
  package var records: [Record]
  /// The payload bytes of all entries: what the batch will roughly cost on disk.
  package var payloadByteCount: Int

  package init(token: PersistToken = .zero) {
    self.token = token
    records = []
    payloadByteCount = 0
  }

  package var isEmpty: Bool { records.isEmpty }

  package mutating func append(_ shard: ShardID, _ entry: Entry) {
    records.append(.entry(shard, entry))
    payloadByteCount += entry.payload.count
  }

  package mutating func append(_ record: Record) {
    if case .entry(let shard, let entry) = record { append(shard, entry) } else { records.append(record) }
  }
}

/// What recovery found in the log for one shard.
package struct RecoveredLog: Equatable, Sendable {
  package var hardState: HardState
  /// What the state covers, or where the log begins if that is further.
  package var start: LogStart
  /// Contiguous, the first at `start.index + 1`.
  package var entries: [Entry]
  /// The log still has the entries behind this index, for followers; `nil`: those behind the start.
  package var storedStart: LogIndex?

  package init(
    hardState: HardState = HardState(), start: LogStart = LogStart(), entries: [Entry] = [],
    storedStart: LogIndex? = nil
  ) {
    self.hardState = hardState
    self.start = start
    self.entries = entries
    self.storedStart = storedStart
  }
}
