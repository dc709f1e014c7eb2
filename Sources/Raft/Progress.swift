internal import Basics

/// What a leader knows about one member's log, and how it sends to it (thesis §10.2.1). Owned by the ``RaftGroup``.
///
/// Invariants: `match < next`. In the snapshot state `next` is behind the snapshot that is on its way.
package struct Progress {
  package enum State: UInt8, Sendable {
    /// Where the logs agree is not known: one message at a time.
    case probe
    /// Entries are sent ahead of the answers.
    case replicate
    /// The member needs entries that the log no longer has: nothing is sent until a snapshot got there.
    case snapshot
  }

  package let member: MemberID
  package internal(set) var isLearner: Bool
  /// The member's log agrees with the leader's up to here, and is durable there.
  package internal(set) var match = LogIndex.zero
  /// The next entry to send.
  package internal(set) var next: LogIndex
  package internal(set) var state = State.probe
  /// The least index of the snapshot that is on its way; zero in other states.
  package internal(set) var pendingSnapshot = LogIndex.zero
  /// Heard from since quorum was checked last.
  package internal(set) var isActive = false
  /// A probe, or a full window, waits for an answer.
  var isFlowPaused = false
  /// The owner is reading entries from its disk for this member.
  var isFetching = false
  /// The highest commit index sent so far, in case nothing was lost.
  var sentCommit = LogIndex.zero
  /// The last round of heartbeats that the member has answered.
  var acknowledgedRound: UInt64 = 0
  /// Ticks since the snapshot was asked for.
  var snapshotTicks = 0
  var inflights: Inflights

  init(member: MemberID, isLearner: Bool, next: LogIndex, inflights: Inflights) {
    self.member = member
    self.isLearner = isLearner
    self.next = next
    self.inflights = inflights
  }

  package var isPaused: Bool { state == .snapshot || isFlowPaused || isFetching }
  /// Whether a message with entries may be sent.
  var hasRoom: Bool { state != .replicate || !inflights.isFull }
  package var inflightCount: Int { inflights.count }
  package var isWindowFull: Bool { inflights.isFull }
}

// MARK: - Transitions

extension Progress {
  mutating func becomeProbe() {
    // A snapshot that arrived moved the member's log at least to where it was pending.
    let floor = state == .snapshot ? max(match, pendingSnapshot) : match
    reset(to: .probe)
    next = floor.next
    sentCommit = min(sentCommit, next.previous)
  }

  mutating func becomeReplicate() {
    reset(to: .replicate)
    next = match.next
  }

  mutating func becomeSnapshot(_ index: LogIndex) {
    reset(to: .snapshot)
    pendingSnapshot = index
    next = index.next
    sentCommit = index
    snapshotTicks = 0
  }

  private mutating func reset(to state: State) {
    self.state = state
    isFlowPaused = false
    isFetching = false
    pendingSnapshot = .zero
    inflights.removeAll()
  }
}

// MARK: - What was sent and what was answered

extension Progress {
  mutating func sent(entries count: Int, byteCount: Int, commit: LogIndex) {
    switch state {
    case .replicate:
      if count > 0 {
        next = next + UInt64(count)
        inflights.add(through: next.previous, byteCount: byteCount)
      }
      isFlowPaused = inflights.isFull
    case .probe:
      if count > 0 { isFlowPaused = true }
    case .snapshot:
      invariantViolated("an append was sent to a member that waits for a snapshot")
    }
    sentCommit = commit
  }

  /// Whether telling the commit index would tell the member something it may not know and can use.
  func wantsCommit(_ commit: LogIndex) -> Bool { commit > sentCommit && sentCommit < next.previous }

  /// The member's log agrees up to `index`.
  ///
  /// - Returns: whether that is news.
  mutating func accepted(through index: LogIndex) -> Bool {
    guard index > match else { return false }
    match = index
    if next <= index { next = index.next }
    isFlowPaused = false
    return true
  }

  /// The member refused an append behind `index`; the logs can agree at `hint` at the latest.
  ///
  /// - Returns: false if the answer is about an earlier message and says nothing new.
  mutating func rejected(at index: LogIndex, hint: LogIndex) -> Bool {
    if state == .replicate {
      // What is known to agree cannot be refused: the answer is old.
      guard index > match else { return false }
      next = match.next
    } else {
      guard next.previous == index else { return false }
      next = max(min(index, hint.next), match.next)
      isFlowPaused = false
    }
    sentCommit = min(sentCommit, next.previous)
    return true
  }
}

/// One ``Progress`` for each member of the group, this one included; ascending by member.
struct ProgressTable {
  private(set) var all: [Progress] = []

  var count: Int { all.count }

  subscript(place: Int) -> Progress {
    _read { yield all[place] }
    _modify { yield &all[place] }
  }

  /// Where a member stands, or `nil` if it does not belong to the group.
  func place(of member: MemberID) -> Int? {
    for place in all.indices where all[place].member == member { return place }
    return nil
  }

  func match(of member: MemberID) -> LogIndex {
    guard let place = place(of: member) else { return .zero }
    return all[place].match
  }

  /// Makes the members those of `configuration`: who stays keeps what is known about it, who is new is made by `new`.
  mutating func adopt(_ configuration: Configuration, _ new: (MemberID) -> Progress) {
    var adopted: [Progress] = []
    for member in configuration.members {
      var progress = place(of: member).map { all[$0] } ?? new(member)
      progress.isLearner = configuration.isLearner(member)
      adopted.append(progress)
    }
    all = adopted
  }
}
