/// What one group wants on disk: the decision, apart from its effect. Filled by ``RaftGroup/ready(into:)``, which is
/// asked whenever the log writer has room, and reused from turn to turn.
///
/// The contract between a group and its owner:
///
/// 1. ``install``, the hard state and the new entries go to the log writer in one batch, in this order. Batches become
///    durable in the order in which they were handed out. Once it is durable the owner calls
///    ``RaftGroup/persisted(_:)`` with the batch's ``receipt``.
/// 2. ``promises`` are messages that say something about this member's disk: they leave when this batch *and all before
///    it* are durable. A `Ready` may hold promises and nothing to write: they wait for the batches in flight, or leave at
///    once if there is none.
/// 3. Everything else leaves at once, in every turn, by ``RaftGroup/takeOutgoing(into:)``: a leader's appends go out in
///    parallel with its own fsync (thesis §10.2.1).
/// 4. What a member must not do before the batch is durable (count its own vote, count its own log) is not in here: the
///    group does it when `persisted` is called.
/// 5. Committed entries are taken apart from this, by ``RaftGroup/takeCommitted()``, in every turn: they are durable on a
///    majority already, so applying them waits for no batch.
/// 6. The owner writes the effects, the applied index and ``RaftGroup/configuration(through:)`` as one, and then reports
///    ``RaftGroup/applied(through:)``. A change of the configuration takes effect there.
package struct Ready {
  /// A snapshot to install: the state machine's data, the log's start, the configuration and the hard state change as
  /// one. Nothing is handed out to be applied until this is persisted.
  package var install: Snapshot?
  /// Changed since the last `Ready`; `nil` if there is nothing new to persist.
  package var hardState: HardState?
  /// Indices of new entries; read them with ``RaftGroup/entry(at:)`` before the group is stepped again. What the log has
  /// from the first of them on is replaced.
  package var append: Range<LogIndex> = LogIndex.zero..<LogIndex.zero
  /// Messages that leave when the batch is durable.
  package var promises: [Message] = []
  package var receipt = PersistReceipt()

  package init() {}

  /// Whether there is nothing to write; there may still be promises.
  package var isEmpty: Bool { install == nil && hardState == nil && append.isEmpty }
}

/// Names what is durable once a batch is. Made by the group, kept by its owner, given back unchanged.
package struct PersistReceipt: Equatable, Sendable {
  /// The term in which the batch was handed out.
  var term = Term.zero
  /// Where the log ended that was handed out by then.
  var last = LogPosition()
  /// The snapshot that is installed with the batch.
  var installed: LogIndex?

  package init() {}
}

/// What leaves a group now, whatever its disk does. Filled by ``RaftGroup/takeOutgoing(into:)`` and reused.
package struct Outgoing {
  package var messages: [Message] = []
  package var snapshots: [SnapshotRequest] = []
  package var fetches: [LogFetch] = []
  package var reads: [ReadOutcome] = []

  package init() {}

  package var isEmpty: Bool { messages.isEmpty && snapshots.isEmpty && fetches.isEmpty && reads.isEmpty }

  mutating func removeAll() {
    messages.removeAll(keepingCapacity: true)
    snapshots.removeAll(keepingCapacity: true)
    fetches.removeAll(keepingCapacity: true)
    reads.removeAll(keepingCapacity: true)
  }
}

/// A follower needs entries that the log no longer has: the owner is to send it a snapshot of its state, and to report
/// how that went by ``RaftGroup/reportSnapshot(to:_:)``. When the data has arrived, the receiving owner steps a
/// ``Message/Body/snapshot(_:)`` from this member at this term, which is asked first by
/// ``RaftGroup/wouldInstall(_:)``.
package struct SnapshotRequest: Equatable, Sendable {
  package var to: MemberID
  package var term: Term
  /// The snapshot must hold the effects of this entry at least.
  package var minimum: LogIndex

  package init(to: MemberID, term: Term, minimum: LogIndex) {
    self.to = to
    self.term = term
    self.minimum = minimum
  }
}

/// How the sending of a snapshot ended.
package enum SnapshotOutcome: Sendable {
  case delivered
  case failed
}

/// A follower needs entries that are on the owner's disk but not in memory; answered by
/// ``RaftGroup/fetched(_:previous:entries:)`` or ``RaftGroup/fetchFailed(_:)``. At most one a follower is under way.
package struct LogFetch: Equatable, Sendable {
  package var member: MemberID
  package var term: Term
  /// The first entry wanted; the term of the one before it is wanted too.
  package var from: LogIndex
  /// One entry always fits.
  package var bytesMax: Int
  package var entriesMax: Int
}

/// Names a read for as long as this group lives. Never reused, also not for a read that is tried again: a late answer to
/// the first attempt would confirm the second.
package struct ReadTicket: Hashable, Comparable, Sendable {
  package var rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package static func < (left: ReadTicket, right: ReadTicket) -> Bool { left.rawValue < right.rawValue }
}

/// How a read went. Outcomes come in the order of the tickets.
package struct ReadOutcome: Equatable, Sendable {
  package var ticket: ReadTicket
  /// The read is linearizable once this index is applied; `nil` if this member lost the leadership first.
  package var index: LogIndex?

  package init(ticket: ReadTicket, index: LogIndex?) {
    self.ticket = ticket
    self.index = index
  }
}
