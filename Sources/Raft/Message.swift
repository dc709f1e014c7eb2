/// What one member of a group tells another. Bytes: `Message+Codec.swift`.
package struct Message: Equatable, Sendable {
  package var from: MemberID
  package var to: MemberID
  /// The sender's term; a pre-candidate's request, and a grant of it, carry the term that it would campaign in.
  package var term: Term
  package var body: Body

  package init(from: MemberID, to: MemberID, term: Term, body: Body) {
    self.from = from
    self.to = to
    self.term = term
    self.body = body
  }

  package enum Body: Equatable, Sendable {
    case requestVote(VoteRequest)
    case voteResponse(VoteResponse)
    case append(AppendRequest)
    case appendResponse(AppendResponse)
    case heartbeat(Heartbeat)
    case heartbeatResponse(HeartbeatResponse)
    /// The snapshot's data has arrived at the receiver's owner; this is what it says about itself.
    case snapshot(Snapshot)
    /// The receiver is to campaign at once (thesis §3.10).
    case timeoutNow
    /// The receiver's term is over; the message's own term says so.
    case staleTerm
  }
}

/// RequestVote (thesis §3.4), and its rehearsal (§9.6).
package struct VoteRequest: Equatable, Sendable {
  /// Whether this only asks what a real request would get.
  package var isPreVote: Bool
  /// Whether the leader itself asked for this election; then nobody clings to that leader (§4.2.3).
  package var isTransfer: Bool
  /// Where the candidate's log ends.
  package var last: LogPosition

  package init(isPreVote: Bool, isTransfer: Bool, last: LogPosition) {
    self.isPreVote = isPreVote
    self.isTransfer = isTransfer
    self.last = last
  }
}

package struct VoteResponse: Equatable, Sendable {
  package var isPreVote: Bool
  package var isGranted: Bool
  /// The request's `last`. A candidate that crashed and lost an unsynced tail of its log must not count a vote that was
  /// granted to the longer log that it no longer has.
  package var last: LogPosition

  package init(isPreVote: Bool, isGranted: Bool, last: LogPosition) {
    self.isPreVote = isPreVote
    self.isGranted = isGranted
    self.last = last
  }
}

/// AppendEntries (thesis §3.5). Without entries it probes, or tells the commit index.
package struct AppendRequest: Equatable, Sendable {
  /// The entry before `entries`.
  package var previous: LogPosition
  package var commit: LogIndex
  /// Contiguous, the first at `previous.index + 1`.
  package var entries: [Entry]

  package init(previous: LogPosition, commit: LogIndex, entries: [Entry]) {
    self.previous = previous
    self.commit = commit
    self.entries = entries
  }
}

package enum AppendResponse: Equatable, Sendable {
  /// The follower's log agrees with the leader's up to this index, and is durable up to there. A leader may say it to a
  /// follower, of its own log.
  case accepted(through: LogIndex)
  /// The follower has no entry at `index` with the term that was asked for. The leader's log can agree with it at
  /// `hint` at the latest, where the follower's entry has the hint's term.
  case rejected(index: LogIndex, hint: LogPosition)
}

package struct Heartbeat: Equatable, Sendable {
  /// As far as the receiver is known to agree with the leader, and no further.
  package var commit: LogIndex
  /// Counts the leader's rounds of heartbeats in its term; the answer repeats it (thesis §6.4).
  package var round: UInt64
  /// If set, the leader sleeps from here on, as long as nothing happens: everything up to this entry is committed and
  /// everybody has it.
  package var sleepsAt: LogIndex?

  package init(commit: LogIndex, round: UInt64, sleepsAt: LogIndex? = nil) {
    self.commit = commit
    self.round = round
    self.sleepsAt = sleepsAt
  }
}

package struct HeartbeatResponse: Equatable, Sendable {
  package var round: UInt64
  package init(round: UInt64) { self.round = round }
}
