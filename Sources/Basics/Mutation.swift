/// A seeded bug: the absence of one rule that the code keeps. A build with the flag `MUTANTS` can switch one on, to see that
/// the simulator's checkers find it; any other build has none of them, and nothing of this is left in it.
///
/// Each is asked about with ``isMutated(_:)`` at the place of the rule, in one line.
public enum Mutation: String, CaseIterable, Sendable {
  // Durability.
  case forgetsVote = "forgets-vote"
  case acknowledgesBeforeSync = "acknowledges-before-sync"
  case losesHardState = "loses-hard-state"
  case appliesTwice = "applies-twice"
  case reusesMemberIDs = "reuses-member-ids"
  // Elections.
  case votesTwice = "votes-twice"
  case votesForShorterLogs = "votes-for-stale-logs"
  case keepsVotes = "keeps-votes"
  // Replication and commitment.
  case commitsEarlierTerms = "commits-earlier-terms"
  case countsItselfUnsynced = "counts-itself-unsynced"
  case countsLearners = "counts-learners"
  case commitsBeyondMatch = "commits-beyond-match"
  case assumesMatch = "assumes-match"
  case takesStaleAnswers = "takes-stale-answers"
  case cutsForShortAppends = "cuts-for-short-appends"
  // Membership.
  case changesInOneStep = "changes-in-one-step"
  case ignoresOutgoingMajority = "ignores-outgoing-majority"
  // Placement.
  case destroysPlaced = "destroys-placed"
  // Reads.
  case readsWithoutQuorum = "reads-without-quorum"
  case readsBeforeOwnTerm = "reads-before-own-term"
  // Snapshots.
  case installsWithoutLogStart = "installs-without-log-start"
  case snapshotsWithoutRequests = "snapshots-without-requests"
  // The ledger and those who wait for it.
  case dropsReleaseOnLeaderChange = "drops-release-on-leader-change"
  case reusesRequestIDs = "reuses-request-ids"
  case expiresEarly = "expires-early"
  case stampsGoBack = "stamps-go-back"
  case answersOthers = "answers-others"
  // Across shards.
  case commitsBeforePrepared = "commits-before-prepared"
  case dropsClaimsByOwnClock = "drops-claims-by-own-clock"
  case leavesNoTombstone = "leaves-no-tombstone"
  case forgetsOutbox = "forgets-outbox"
  case confirmsTwice = "confirms-twice"
  case forgetsOrderOutbox = "forgets-order-outbox"
  case shipsTwice = "ships-twice"
  case takesNumbersTwice = "takes-numbers-twice"
  // Slots that move.
  case leavesRequestsBehind = "leaves-requests-behind"
  case forgetsParcels = "forgets-parcels"
  case losesTime = "loses-time"

  /// Those that a few seeds find, whatever they are: for a short run.
  public static let quick: [Mutation] = [
    .forgetsVote, .acknowledgesBeforeSync, .losesHardState, .appliesTwice, .votesTwice, .keepsVotes,
    .commitsEarlierTerms, .countsItselfUnsynced, .assumesMatch, .readsBeforeOwnTerm, .dropsReleaseOnLeaderChange,
    .reusesRequestIDs, .expiresEarly, .stampsGoBack, .answersOthers,
  ]

  /// Those that only show where the meta shard says where replicas are to be.
  public static let placement: [Mutation] = [.destroysPlaced]

  /// Those that only show where holds and orders go over several shards.
  public static let acrossShards: [Mutation] = [
    .commitsBeforePrepared, .dropsClaimsByOwnClock, .leavesNoTombstone, .forgetsOutbox, .confirmsTwice,
    .forgetsOrderOutbox, .shipsTwice, .takesNumbersTwice,
  ]

  /// Those that only show where slots move.
  public static let slots: [Mutation] = [.leavesRequestsBehind, .forgetsParcels, .losesTime]

  /// The rule that is missing, in a sentence.
  public var sentence: String {
    switch self {
    case .forgetsVote: "a vote is not written before it is given"
    case .acknowledgesBeforeSync: "entries and votes are acknowledged before they are durable"
    case .losesHardState: "a restart forgets term and vote"
    case .appliesTwice: "a restart applies the last entry once more"
    case .reusesMemberIDs: "an empty disk comes back under its old member id"
    case .votesTwice: "a member votes for whoever asks in a term"
    case .votesForShorterLogs: "a vote compares the logs' lengths and not their last terms"
    case .keepsVotes: "votes of an earlier election count in the next"
    case .commitsEarlierTerms: "entries of earlier terms are committed by counting"
    case .countsItselfUnsynced: "a leader counts its own log before its own sync"
    case .countsLearners: "a learner's acknowledgement counts"
    case .commitsBeyondMatch: "followers commit beyond what the leader knows them to have"
    case .assumesMatch: "a new leader believes that its followers have all that it has"
    case .takesStaleAnswers: "answers of earlier terms count"
    case .cutsForShortAppends: "a follower cuts its log for an old or short append"
    case .changesInOneStep: "any change of members takes effect in one step, several at a time"
    case .ignoresOutgoingMajority: "a joint configuration counts the incoming majority alone"
    case .destroysPlaced: "a replica that is in no goal is destroyed although it may still vote"
    case .readsWithoutQuorum: "a leader answers reads without asking whether it still leads"
    case .readsBeforeOwnTerm: "a leader answers reads before an entry of its term is committed"
    case .installsWithoutLogStart: "a snapshot replaces the state and not the log's start"
    case .snapshotsWithoutRequests: "snapshots leave the request records out"
    case .dropsReleaseOnLeaderChange: "releases in a new leader's first entry have no effect"
    case .reusesRequestIDs: "what a request came to is not remembered"
    case .expiresEarly: "holds expire two seconds early"
    case .stampsGoBack: "a leader stamps by its own wall clock"
    case .answersOthers: "outcomes go to the callers in the wrong order"
    case .commitsBeforePrepared: "a home decides before every participant has set its part aside"
    case .dropsClaimsByOwnClock: "a participant gives back by its own clock what it has set aside"
    case .leavesNoTombstone: "a version that is given up leaves no tombstone"
    case .forgetsOutbox: "of a hold over several slots one slot is not told"
    case .confirmsTwice: "a hold that was confirmed or released is confirmed again"
    case .forgetsOrderOutbox: "of an order over several slots one slot is not told of a change"
    case .shipsTwice: "a shipment that is reported again leaves once more"
    case .takesNumbersTwice: "an external number of one order is given to another"
    case .leavesRequestsBehind: "what requests came to stays where it was when their slot moves"
    case .forgetsParcels: "a source forgets what it handed over before it has arrived"
    case .losesTime: "what was due where a slot was is not due where it has come"
    }
  }
}

#if MUTANTS
  extension Mutation {
    /// The one that is switched on. Set once, before anything else runs.
    nonisolated(unsafe) public static var active: Mutation?
    /// Whether the entry that is being applied is the first with commands of its term.
    nonisolated(unsafe) public static var isFirstOfTerm = false
    public static var entryIsFirstOfTerm: Bool { unsafe isFirstOfTerm }
  }

  @inline(__always)
  public func isMutated(_ mutation: Mutation) -> Bool { unsafe Mutation.active == mutation }
#else
  extension Mutation {
    @inlinable public static var entryIsFirstOfTerm: Bool { false }
  }

  /// Whether a seeded bug is switched on: never, in this build.
  @inlinable @inline(__always)
  public func isMutated(_ mutation: Mutation) -> Bool { false }
#endif
