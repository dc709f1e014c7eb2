/// One entry of a Raft log.
public struct Entry: Equatable, Sendable {
  /// What an entry is for. Stored; never renumber.
  public enum Kind: UInt8, Sendable {
    /// A payload for the state machine; empty for the no-op with which a leader opens its term (thesis §6.4).
    case normal = 0
    /// A change of the group's configuration.
    case configuration = 1
  }

  public var term: Term
  public var index: LogIndex
  public var kind: Kind
  public var payload: [UInt8]

  @inlinable public init(term: Term, index: LogIndex, kind: Kind, payload: [UInt8]) {
    self.term = term
    self.index = index
    self.kind = kind
    self.payload = payload
  }
}

/// What a member must have on disk before it answers anything that depends on it (thesis §3.8): the term, whom it
/// voted for in it, and, as a hint that saves work after a restart, how far it knows the log to be committed.
public struct HardState: Equatable, Sendable {
  public var term: Term
  public var vote: MemberID
  public var commit: LogIndex

  @inlinable public init(term: Term = .zero, vote: MemberID = .none, commit: LogIndex = .zero) {
    self.term = term
    self.vote = vote
    self.commit = commit
  }
}

/// The last position of the log that was cut away, because the state machine's durable state covers it.
public struct LogStart: Equatable, Sendable {
  /// The index before the first entry that is still there.
  public var index: LogIndex
  public var term: Term

  @inlinable public init(index: LogIndex = .zero, term: Term = .zero) {
    self.index = index
    self.term = term
  }
}

/// The index and the term of one entry. By the Log Matching Property (thesis §3.5) it names the whole log up to there.
package struct LogPosition: Equatable, Sendable {
  package var index: LogIndex
  package var term: Term

  package init(index: LogIndex = .zero, term: Term = .zero) {
    self.index = index
    self.term = term
  }

  package init(_ start: LogStart) { self.init(index: start.index, term: start.term) }

  /// Whether a log that ends here may lead one that ends at `other` (thesis §3.6.1): the later last term wins, then the
  /// longer log.
  package func isAtLeastAsUpToDate(as other: LogPosition) -> Bool {
    term > other.term || (term == other.term && index >= other.index)
  }
}

/// What a snapshot says about itself. The data is its owner's business.
package struct Snapshot: Equatable, Sendable {
  /// The last entry whose effects it holds.
  package var position: LogPosition
  /// The configuration in effect after that entry.
  package var configuration: Configuration

  package init(position: LogPosition, configuration: Configuration) {
    self.position = position
    self.configuration = configuration
  }
}
