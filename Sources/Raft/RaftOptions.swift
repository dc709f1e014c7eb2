internal import Basics

/// How a group behaves, and its bounds. Every member of a group has the same, but for the seed.
package struct RaftOptions: Equatable, Sendable {
  // MARK: Elections

  /// Ticks without a word from the leader after which a follower may campaign; the timeout is drawn anew each time from
  /// `electionTicks ..< 2 * electionTicks` (thesis §3.4).
  package var electionTicks = 10
  package var heartbeatTicks = 1
  /// Where the timeouts are drawn from. Members of a group must have different seeds.
  package var seed: UInt64 = 0
  /// A campaign is rehearsed first, so that a member that cannot win raises no term (thesis §9.6).
  package var usesPreVote = true
  /// A leader that hears from no majority for an election timeout steps down, and a follower that heard from its leader
  /// in that time grants no vote (thesis §6.2, §4.2.3).
  package var checksQuorum = true
  /// A leader that is no voter any more when its removal or demotion is applied steps down.
  package var stepsDownOnRemoval = true

  // MARK: Reads

  /// Reads without a round of heartbeats while a majority promised to elect nobody else (thesis §6.4.1). Off by default:
  /// it trusts the clocks. Requires `checksQuorum`.
  ///
  /// The bound: a read is never stale as long as no member's ticks run faster than the leader's by more than
  /// `leaseDriftPercentMax`, pauses of the process included: the lease counts from the sending of the round that a
  /// majority answered, and lasts `(electionTicks - 1) * (100 - leaseDriftPercentMax) / 100 - 1` ticks.
  package var usesLeaseReads = false
  package var leaseDriftPercentMax = 25
  package var pendingReadsMax = 20_000

  // MARK: Replication

  /// Bytes of entries in one message; one entry always fits.
  package var messageBytesMax = 1 << 20
  package var messageEntriesMax = 4_096
  /// Messages with entries on their way to one member.
  package var inflightMessagesMax = 256
  /// Bytes of entries on their way to one member; one message is always let out.
  package var inflightBytesMax = 16 << 20
  /// Bytes of payload that may be appended but not yet committed; one entry always fits.
  package var uncommittedBytesMax = 64 << 20
  /// Bytes of one entry's payload.
  package var payloadBytesMax = 32 << 20
  /// Bytes of committed entries handed out to be applied at a time; one entry always fits.
  package var committedBytesMax = 64 << 20
  /// Committed entries are handed out to be applied although they are not on this member's own disk yet. Only for owners
  /// whose state cannot outlive their log in a crash.
  package var appliesBeforePersisted = false
  /// Answers that promise nothing (refusals, rehearsed votes, that a term is over) wait for the disk like those that do,
  /// and so keep their order among them. That is etcd's rule, and costs time for nothing.
  package var holdsAllAnswers = false
  /// A commit index that moved is told by messages of its own. Off for owners that call ``RaftGroup/tellCommit(through:)``:
  /// under load the next entry tells it for nothing.
  package var tellsCommitAtOnce = true
  /// Bytes of applied entries kept in memory for followers that lag. What is older is fetched from the owner's disk.
  package var keptBytesMax = 4 << 20
  /// Ticks after which a snapshot of which nothing was heard is given up and the member is probed again.
  package var snapshotTicksMax = 3_000

  // MARK: Membership

  package var votersMax = 9
  package var learnersMax = 64
  /// If set, a learner is made a voter only when its log is at most this many entries behind.
  package var promotionLagEntriesMax: UInt64?
  /// Nothing behind a change is committed before the leader has applied that change. Then a voter that was removed is
  /// counted for nothing behind its removal, and may elect whoever has what it applied. Off is etcd's rule: a leader goes
  /// on counting with the configuration before, and who was removed holds its whole log against a candidate.
  package var waitsForChanges = true
  /// Off only for tests: whether a change is checked against the configuration in effect when it is proposed.
  package var validatesChanges = true
  /// Off only for stories of another implementation: whether a commit index that covers a change of the members is
  /// written, so that a restart knows of it without those who have left.
  package var writesCommitOfChanges = true

  package init() {}

  func check() {
    invariant(heartbeatTicks > 0 && electionTicks > heartbeatTicks, "elections need a longer timeout than heartbeats")
    invariant(!usesLeaseReads || checksQuorum, "lease reads need the promise that check-quorum makes")
    invariant(leaseDriftPercentMax >= 0 && leaseDriftPercentMax < 100, "a drift bound is a percentage below 100")
    invariant(inflightMessagesMax > 0 && messageEntriesMax > 0, "a group that may send nothing")
  }
}
