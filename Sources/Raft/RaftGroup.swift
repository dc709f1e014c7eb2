internal import Basics

/// One member's view of one Raft group: a pure state machine, stepped by its owner and asked what to do. It knows no disk,
/// no network, no clock and no state machine. Owned by its replica's Store thread, and never copied.
///
/// The contract with the owner is written at ``Ready``. The rules are those of the thesis; each is in the extension named
/// after its part: elections, following, leading, membership, reads, transfer, sleep.
package struct RaftGroup: ~Copyable {
  package enum Role: UInt8, Sendable {
    case follower
    /// Asking whether an election would be won (thesis §9.6).
    case preCandidate
    case candidate
    case leader
  }

  /// Always `nil`. A value with a field that any type can stand in is passed by its address; without it all bytes of the
  /// group were copied to the stack for each question whether it leads (measured: three copies a reservation).
  private let addressed: (any Sendable)? = nil
  package let member: MemberID
  package let options: RaftOptions
  package internal(set) var role: Role = .follower
  /// Who leads in this term, as far as this member knows.
  package internal(set) var leader: MemberID = .none
  package internal(set) var hardState: HardState
  var hardStateHandedOut: HardState
  /// The commit index is to be written although nothing needs it.
  var commitIsWanted = false
  var log: RaftLog
  /// What the owner's disk still has begins behind this index.
  var storedStart: LogIndex
  /// Invariant: `appliedIndex <= commitHandedOut <= hardState.commit <= log.lastIndex`.
  var commitHandedOut: LogIndex
  package internal(set) var appliedIndex: LogIndex

  // Membership: what is applied, and nothing that is only in the log.
  package internal(set) var configuration: Configuration
  var progress = ProgressTable()
  /// No change is proposed before this index is applied (thesis §4.1).
  var pendingChange = LogIndex.zero

  // Snapshots that come in.
  var install: Snapshot?
  /// The index of the snapshot that is handed out to be installed, or about to be.
  var installing: LogIndex?

  // Elections.
  var generator: SeededGenerator
  package internal(set) var electionElapsed = 0
  var electionTimeout: Int
  /// See ``setPatience(_:)``.
  package private(set) var patience = 1
  /// Ticks since any leader was heard; after a restart since then, for what was promised before it nobody knows.
  var leaderSilence = 0
  /// Ticks until this member campaigns because its leader's process has ended; `nil` while it takes its leader for alive.
  var campaignsIn: Int?
  /// The last term that is known to be durable.
  var persistedTerm: Term
  /// How far the log of this term's leader is durable, as far as it has said so: to this member, or as the leader to anybody.
  var leaderPersisted = LogIndex.zero
  var ballot = Ballot()

  /// The owner knows why this member should not lead now: it does not campaign, not even when a leader asks it to.
  package var standsBack = false

  // Leading.
  /// The no-op that opened this leader's term: nothing is known to be committed until it is (thesis §6.4).
  var termStart = LogIndex.zero
  var heartbeatElapsed = 0
  var uncommittedBytes = 0
  package internal(set) var transferTarget: MemberID = .none
  var reads = ReadQueue()
  /// Nothing happens, and everybody knows: no ticks count.
  package internal(set) var isAsleep = false

  // What goes out.
  var promises: [Message] = []
  var outgoing = Outgoing()

  /// Restores a member from what its disk holds.
  ///
  /// - Parameters:
  ///   - configuration: as it was after entry `applied`; empty for a member that will learn it from a snapshot. The first
  ///     members of a group start from the same configuration and the same `start`. If others may join later, that start
  ///     is at index 1 or above: then whoever has nothing needs a snapshot, which tells it the configuration.
  ///   - start: what lies before `entries`.
  ///   - applied: the index up to which the durable state machine already holds the effects; at least the log's start.
  ///   - storedStart: the index before the first entry that is on the disk, if that reaches further back than `start`.
  package init(
    member: MemberID, configuration: Configuration, hardState: HardState, start: LogStart, entries: [Entry],
    applied: LogIndex, storedStart: LogIndex? = nil, options: RaftOptions = RaftOptions()
  ) {
    options.check()
    invariant(member != .none, "a member has a number")
    self.member = member
    self.options = options
    self.hardState = isMutated(.losesHardState) ? HardState(commit: hardState.commit) : hardState
    log = RaftLog(start: start, entries: entries)
    invariant(applied >= start.index, "the state is behind the start of the log")
    invariant(applied <= log.lastIndex, "the state is ahead of the log")
    // The commit index on disk is a hint. Applied entries were committed, whether or not it says so.
    self.hardState.commit = max(applied, min(hardState.commit, log.lastIndex))
    hardStateHandedOut = self.hardState
    self.storedStart = storedStart ?? start.index
    invariant(self.storedStart <= start.index, "the disk reaches further back than memory, or as far")
    commitHandedOut = applied
    appliedIndex = applied
    self.configuration = configuration
    generator = SeededGenerator(seed: options.seed ^ member.rawValue &* 0x9E37_79B9_7F4A_7C15)
    electionTimeout = options.electionTicks
    persistedTerm = hardState.term
    // Who was in no term yet has heard no leader, and promised nothing.
    if hardState.term == .zero { leaderSilence = options.electionTicks }
    adoptConfiguration(configuration)
    commitProvenChanges()
    drawElectionTimeout()
  }
}

// MARK: - Time on long ways

extension RaftGroup {
  /// How many times `electionTicks` a follower waits before it looks for another leader, and a leader before it gives up
  /// for want of a majority: more than once where the ways between members are long, on which a lost segment is repeated
  /// only after several election timeouts. For each member by itself, and at any time: an election is safe whenever it
  /// comes. Leases are not touched by it: they last for less than `electionTicks`, and that is how long every follower
  /// keeps its promise.
  package mutating func setPatience(_ factor: Int) {
    invariant(factor > 0, "nobody waits for less than a timeout")
    guard factor != patience else { return }
    patience = factor
    drawElectionTimeout()
  }
}

// MARK: - Looking at it

extension RaftGroup {
  package var term: Term { hardState.term }
  package var commitIndex: LogIndex { hardState.commit }
  package var lastIndex: LogIndex { log.lastIndex }
  package var lastPosition: LogPosition { log.last }
  package var persistedIndex: LogIndex { log.persisted }
  package var isLeader: Bool { role == .leader }
  /// The first entry in memory.
  package var firstIndex: LogIndex { log.start.index.next }

  /// The term of an entry in memory, or of the one before them; `nil` for any other index.
  package func term(at index: LogIndex) -> Term? { log.term(at: index) }

  /// An entry in memory: committed and not applied, or handed out in a ``Ready``.
  package func entry(at index: LogIndex) -> Entry { log[index] }

  /// What a leader knows of each member's log, ascending; meaningless in other roles.
  package var memberProgress: [Progress] { progress.all }

  /// Whether this member alone decides.
  package var isSoleVoter: Bool { configuration.voters == [member] && !configuration.isJoint }
}
