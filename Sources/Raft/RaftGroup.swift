internal import Basics

/// One member's view of one Raft group: a pure state machine, stepped by its owner and asked for a ``Ready``. It knows
/// no disk, no network, no clock and no state machine. Owned by its replica's Store thread.
///
/// This is the part of the protocol that a group with a single voter needs: elections that it wins by its own durable
/// vote, a log, commitment by a majority of one, and reads. It follows the same order of persisting and counting that
/// groups with several voters follow, so that their owner needs no other loop.
package struct RaftGroup {
  package enum Role: UInt8, Sendable {
    case follower
    /// Waiting for its own vote to be durable.
    case candidate
    case leader
  }

  package struct Limits: Sendable {
    /// Bytes of payload that may be appended but not yet committed.
    package var uncommittedBytesMax = 64 << 20
    package init() {}
  }

  package let member: MemberID
  private let limits: Limits
  package private(set) var role: Role = .follower
  package private(set) var hardState: HardState
  private var hardStateHandedOut: HardState
  private var log: RaftLog
  /// Invariant: `appliedIndex <= commitHandedOut <= hardState.commit <= log.lastIndex`.
  private var commitHandedOut: LogIndex
  package private(set) var appliedIndex: LogIndex
  private var uncommittedBytes = 0
  /// The no-op that opened this leader's term: nothing is known to be committed until it is (thesis §6.4).
  private var termStart = LogIndex.zero

  /// Restores a member from what its disk holds.
  ///
  /// - Parameter applied: the index up to which the durable state machine already holds the effects; at least the log's
  ///   start.
  package init(
    member: MemberID, hardState: HardState, start: LogStart, entries: [Entry], applied: LogIndex,
    limits: Limits = Limits()
  ) {
    self.member = member
    self.limits = limits
    self.hardState = hardState
    log = RaftLog(start: start, entries: entries)
    invariant(applied >= start.index, "the state is behind the start of the log")
    invariant(applied <= log.lastIndex, "the state is ahead of the log")
    // Applied entries were committed, whether or not the hint on disk says so.
    if self.hardState.commit < applied { self.hardState.commit = applied }
    invariant(self.hardState.commit <= log.lastIndex, "the commit index is ahead of the log")
    hardStateHandedOut = self.hardState
    commitHandedOut = applied
    appliedIndex = applied
  }

  package var term: Term { hardState.term }
  package var commitIndex: LogIndex { hardState.commit }
  package var lastIndex: LogIndex { log.lastIndex }
  package var firstIndex: LogIndex { log.start.index.next }
  package var persistedIndex: LogIndex { log.persisted }
  package var isLeader: Bool { role == .leader }

  package func entry(at index: LogIndex) -> Entry { log[index] }
}

// MARK: - Elections

extension RaftGroup {
  /// Starts an election: a new term and a vote for itself, which counts once it is durable (thesis §3.4).
  package mutating func campaign() {
    invariant(role != .leader, "a leader does not campaign")
    hardState.term = hardState.term.next
    hardState.vote = member
    role = .candidate
  }

  private mutating func becomeLeader() {
    invariant(role == .candidate, "only a candidate becomes leader")
    role = .leader
    uncommittedBytes = 0
    termStart = log.append(term: hardState.term, kind: .normal, payload: [])
  }
}

// MARK: - Proposals and reads

extension RaftGroup {
  /// Whether a proposal of this size is within the bounds. One entry is always let in, however large: otherwise a payload
  /// above the bound could never be proposed.
  package func canPropose(byteCount: Int) -> Bool {
    role == .leader && (uncommittedBytes == 0 || uncommittedBytes + byteCount <= limits.uncommittedBytesMax)
  }

  /// Appends an entry to the leader's log. Requires ``canPropose(byteCount:)``.
  package mutating func propose(_ payload: [UInt8]) -> LogIndex {
    invariant(canPropose(byteCount: payload.count), "a proposal beyond the bounds, or to a member that does not lead")
    uncommittedBytes += payload.count
    return log.append(term: hardState.term, kind: .normal, payload: payload)
  }

  /// The index that must be applied before a linearizable read may be answered (thesis §6.4), or `nil` while this member
  /// cannot know one: it does not lead, or nothing of its term is committed yet.
  package func readIndex() -> LogIndex? {
    guard role == .leader, hardState.commit >= termStart else { return nil }
    return hardState.commit
  }
}

// MARK: - Ready, and what its effects report back

extension RaftGroup {
  /// Whether there is something to persist.
  package var hasReady: Bool { hardStateMustPersist || log.handedOut < log.lastIndex }

  package var hasCommitted: Bool { commitHandedOut < hardState.commit }

  /// Term and vote must be durable; a commit index alone may ride along but is not worth a write.
  private var hardStateMustPersist: Bool {
    hardState.term != hardStateHandedOut.term || hardState.vote != hardStateHandedOut.vote
  }

  /// Takes what is to be persisted now; it counts as handed out.
  package mutating func ready(into ready: inout Ready) {
    ready.term = hardState.term
    ready.append = log.handOut()
    if hardStateMustPersist {
      ready.hardState = hardState
      hardStateHandedOut = hardState
    } else {
      ready.hardState = nil
    }
  }

  /// Takes the indices of entries that became committed and are to be applied, in order.
  package mutating func takeCommitted() -> Range<LogIndex> {
    let range = commitHandedOut.next..<hardState.commit.next
    commitHandedOut = hardState.commit
    return range
  }

  /// What was handed out is durable: the hard state of `term`, and the log up to and including `index`.
  ///
  /// Only now the member counts itself: its vote as a candidate, its log as a leader (thesis §10.2.1, where a leader
  /// writes to its own disk in parallel with the followers). A batch of an earlier term says nothing about this one.
  package mutating func persisted(term: Term, through index: LogIndex) {
    invariant(term <= hardState.term, "a term was persisted before it began")
    log.markPersisted(through: index)
    guard term == hardState.term else { return }
    switch role {
    case .follower: break
    case .candidate: becomeLeader()
    case .leader: commit(through: log.persisted)
    }
  }

  /// A leader commits only by counting entries of its own term; earlier ones follow with them (thesis §3.6.2).
  private mutating func commit(through index: LogIndex) {
    guard index > hardState.commit, log.term(at: index) == hardState.term else { return }
    for committed in hardState.commit.next.rawValue...index.rawValue {
      let entry = log[LogIndex(committed)]
      if entry.term == hardState.term { uncommittedBytes -= entry.payload.count }
    }
    invariant(uncommittedBytes >= 0, "more bytes were committed than proposed")
    hardState.commit = index
  }

  /// The state machine has the effects of every entry up to and including `index`.
  package mutating func applied(through index: LogIndex) {
    invariant(index >= appliedIndex && index <= commitHandedOut, "entry \(index) was applied out of order")
    appliedIndex = index
    // No follower will ask for them, so what is applied and durable need not stay in memory.
    log.drop(through: min(appliedIndex, log.persisted))
  }

  /// Checks what must hold between any two calls.
  package func checkInvariants() {
    invariant(appliedIndex <= commitHandedOut, "applied beyond what was handed out")
    invariant(commitHandedOut <= hardState.commit, "handed out beyond the commit index")
    invariant(hardState.commit <= log.lastIndex, "committed beyond the log")
    invariant(role != .leader || log.persisted <= log.handedOut, "persisted beyond what was handed out")
    invariant(role != .leader || hardState.vote == member, "a leader voted for another member")
  }
}
