internal import Basics

/// Why a read is not taken.
package enum ReadRefusal: Error, Equatable, Sendable {
  case notLeader(leader: MemberID)
  case backlogFull
}

// Linearizable reads (thesis §6.4): by a round of heartbeats, by a lease if that is switched on, or alone.

extension RaftGroup {
  /// Asks for an index at which a read is linearizable. The answer is a ``ReadOutcome``, in ``Outgoing`` of this turn or
  /// of a later one.
  package mutating func requestRead() throws(ReadRefusal) -> ReadTicket {
    guard role == .leader else { throw .notLeader(leader: leader) }
    guard reads.count < options.pendingReadsMax else { throw .backlogFull }
    let ticket = reads.issueTicket()
    if reads.isEmpty, let index = readIndex() {
      outgoing.reads.append(ReadOutcome(ticket: ticket, index: index))
      return ticket
    }
    wake()
    // Before an entry of its own term is committed, a leader does not know what is (thesis §6.4): the index comes later.
    reads.add(ticket, index: knowsCommitted ? committedAnywhere : nil)
    return ticket
  }

  /// The index that must be applied before a linearizable read may be answered, if that is known without asking anybody.
  package func readIndex() -> LogIndex? {
    guard role == .leader, knowsCommitted, isSoleVoter || hasLease || isMutated(.readsWithoutQuorum) else { return nil }
    return committedAnywhere
  }

  /// What a follower may have committed before this leader has: a read must not miss what was seen there.
  var committedAnywhere: LogIndex { max(hardState.commit, leaderPersisted) }

  /// Whether an entry of this leader's term is committed.
  package var knowsCommitted: Bool {
    role == .leader && (hardState.commit >= termStart || isMutated(.readsBeforeOwnTerm))
  }

  /// Until `electionTicks` after a follower heard the round, it elects nobody. Its ticks may be shorter by the drift
  /// bound, and one of them may have been almost over; so may one of ours.
  private var hasLease: Bool {
    guard options.usesLeaseReads else { return false }
    let ticks = (options.electionTicks - 1) * (100 - options.leaseDriftPercentMax) / 100 - 1
    return ticks >= 0 && reads.hasLease(ticksMax: UInt64(ticks))
  }

  /// Looks which rounds a majority has answered since; this leader answers its own.
  mutating func confirmRounds() {
    let round = configuration.reached { voter -> UInt64 in
      if voter == member { return reads.round }
      return progress.place(of: voter).map { progress[$0].acknowledgedRound } ?? 0
    }
    if let round { reads.confirmed(round, into: &outgoing.reads) }
  }
}
