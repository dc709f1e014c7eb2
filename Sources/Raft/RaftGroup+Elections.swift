internal import Basics

// Leader election (thesis §3.4), with its rehearsal (§9.6) and the rule that protects a leader who is well (§4.2.3).

extension RaftGroup {
  enum Campaign {
    case rehearsal
    case election
    /// The leader asked for it (thesis §3.10): no rehearsal, and nobody clings to that leader.
    case transfer
  }

  /// Lets one tick pass.
  package mutating func tick() {
    if isAsleep { return }
    leaderSilence += 1
    electionElapsed += 1
    if let left = campaignsIn { campaignsIn = max(0, left - 1) }
    if role == .leader {
      tickLeader()
    } else if (electionElapsed >= electionTimeout || campaignsIn == 0) && mayCampaign {
      electionElapsed = 0
      startCampaign()
    }
  }

  /// Starts an election, if this member may be elected; the owner knows why now.
  package mutating func campaign() {
    // With leases a majority has promised to elect nobody; this member's own vote is part of that promise.
    if options.usesLeaseReads && clingsToLeader { return }
    wake()
    startCampaign()
  }

  /// The owner has learned that the process of this member's leader has ended: an election need not wait until the leader
  /// was silent for a whole timeout. Members of a group are given different ticks, so that they do not split the vote.
  ///
  /// It may be wrong. Then the others, who hear their leader, answer no rehearsal, and the leader's next word ends the
  /// alarm; nothing that safety rests on has changed. With leases a promise was given that no alarm ends.
  package mutating func leaderIsGone(campaignAfterTicks ticks: Int) {
    guard role == .follower, leader != .none, campaignsIn == nil else { return }
    wake()
    guard !options.usesLeaseReads else { return }
    campaignsIn = ticks
  }

  private mutating func startCampaign() { campaign(options.usesPreVote ? .rehearsal : .election) }

  /// A voter that has nothing to catch up with: neither a snapshot nor a change of the configuration that is committed
  /// already. Not one whose owner has it stand back.
  package var mayCampaign: Bool {
    guard role != .leader, configuration.isVoter(member), installing == nil, !standsBack else { return false }
    return !log.changes.contains { $0 > appliedIndex && $0 <= hardState.commit }
  }

  mutating func campaign(_ campaign: Campaign) {
    guard mayCampaign else { return }
    switch campaign {
    case .rehearsal: becomePreCandidate()
    case .election, .transfer: becomeCandidate()
    }
    let votes = isMutated(.keepsVotes) ? ballot : Ballot()
    ballot = Ballot(configuration: configuration, last: log.last, votes: votes)
    let request = VoteRequest(
      isPreVote: campaign == .rehearsal, isTransfer: campaign == .transfer, last: ballot.last)
    // The requests leave before the new term is durable here. If that is lost in a crash, so is the candidate, and the
    // answers name the log that they were given for.
    for voter in configuration.members where voter != member && configuration.isVoter(voter) {
      outgoing.messages.append(
        Message(
          from: member, to: voter, term: campaign == .rehearsal ? term.next : term, body: .requestVote(request)))
    }
    // A rehearsal writes nothing; a real vote counts when it is durable, which `persisted` says.
    if campaign == .rehearsal && !options.holdsAllAnswers { count(vote: true, from: member) }
  }

  /// The timeout is drawn anew each time, so that those who split a vote do not split the next one.
  mutating func drawElectionTimeout() {
    electionTimeout = electionTicks + generator.below(electionTicks)
  }

  /// The shortest election timeout where this group is.
  var electionTicks: Int { options.electionTicks * patience }

  /// Sets the timeout until it is drawn again; for scripted elections.
  package mutating func setElectionTimeout(ticks: Int) {
    invariant(ticks > 0, "a timeout takes a tick at least")
    electionTimeout = ticks
  }
}

// MARK: - Roles

extension RaftGroup {
  mutating func becomeFollower(term newTerm: Term, leader newLeader: MemberID) {
    if role == .leader { leaveLeadership() }
    enter(newTerm)
    role = .follower
    leader = newLeader
  }

  private mutating func becomePreCandidate() {
    invariant(role != .leader, "a leader does not campaign")
    role = .preCandidate
    leader = .none
    campaignsIn = nil
    electionElapsed = 0
    drawElectionTimeout()
  }

  private mutating func becomeCandidate() {
    invariant(role != .leader, "a leader does not campaign")
    enter(term.next)
    hardState.vote = member
    role = .candidate
    leader = .none
  }

  /// A new term, or a new beginning in this one.
  private mutating func enter(_ newTerm: Term) {
    invariant(newTerm >= term, "terms never go back")
    if newTerm > term {
      hardState.term = newTerm
      hardState.vote = .none
    }
    campaignsIn = nil
    electionElapsed = 0
    leaderPersisted = .zero
    drawElectionTimeout()
    if !isMutated(.keepsVotes) { ballot = Ballot() }
  }

  private mutating func becomeLeader() {
    invariant(role == .candidate && hardState.vote == member, "only a candidate becomes leader")
    role = .leader
    leader = member
    electionElapsed = 0
    heartbeatElapsed = 0
    uncommittedBytes = 0
    ballot = Ballot()
    startProgress()
    reads.restart(into: &outgoing.reads)
    // There may be a change in the log that is not applied; looking costs more than waiting.
    pendingChange = log.lastIndex
    termStart = log.append(term: term, kind: .normal, payload: [])
    broadcastAppend()
  }

  private mutating func leaveLeadership() {
    reads.restart(into: &outgoing.reads)
    transferTarget = .none
    uncommittedBytes = 0
  }
}

// MARK: - Votes

extension RaftGroup {
  /// Whether this member heard from a leader within the shortest election timeout, does not know that its process has
  /// ended, and so elects nobody.
  ///
  /// For leases this is a promise: then it is kept whatever happened since, to the term, by a restart, or because the
  /// leader was forgotten.
  var clingsToLeader: Bool {
    guard options.checksQuorum else { return false }
    if role == .leader { return true }
    if options.usesLeaseReads { return leaderSilence < options.electionTicks }
    return leader != .none && campaignsIn == nil && electionElapsed < options.electionTicks
  }

  mutating func stepVoteRequest(_ request: VoteRequest, _ message: Message) {
    let isFree =
      hardState.vote == message.from || (hardState.vote == .none && leader == .none)
      || (request.isPreVote && message.term > term) || isMutated(.votesTwice)
    // Also a learner votes when asked: the candidate may know already that it was promoted.
    let isUpToDate =
      isMutated(.votesForShorterLogs) ? request.last.index >= log.lastIndex : mayElect(logThatEndsAt: request.last)
    guard isFree, isUpToDate else {
      return refuseVote(request, to: message.from)
    }
    let response = Message.Body.voteResponse(
      VoteResponse(isPreVote: request.isPreVote, isGranted: true, last: request.last))
    if request.isPreVote {
      return answer(response, to: message.from, term: message.term)
    }
    // Durable before the answer leaves (thesis §3.8): a restart must not vote again in this term.
    hardState.vote = message.from
    electionElapsed = 0
    promise(response, to: message.from)
  }

  /// Whether a candidate's log is one that this member may elect: at least as up-to-date as its own (thesis §3.6.1).
  ///
  /// A member that is no voter any more may still be asked, by those who have its removal or demotion in their log and do
  /// not know that it is committed; and it may have been the leader, with a tail that nobody needs. No majority counts it
  /// for what lies behind that change, because leaders wait for the change there (``RaftOptions/waitsForChanges``); and any
  /// majority with it, in the configuration before, has another member in common with every majority after it: who has
  /// such an entry refuses. So it also elects who has what it has applied; otherwise the last of two members could never be
  /// elected. That a log has the last entry that is applied is certain if it ends in this entry's term, at it or behind it.
  /// One that ends in a later term, and before the tail's, may lack the entry: what committed it is the tail, as an entry of
  /// an earlier term is not committed by itself. A learner that does not know of its promotion yet has not got that far in
  /// the log, and was counted for nothing either.
  private func mayElect(logThatEndsAt last: LogPosition) -> Bool {
    if last.isAtLeastAsUpToDate(as: log.last) { return true }
    guard options.waitsForChanges, !configuration.isVoter(member), log.changes.allSatisfy({ $0 <= appliedIndex }) else {
      return false
    }
    return last.term == log.term(at: appliedIndex) && last.index >= appliedIndex
  }

  mutating func refuseVote(_ request: VoteRequest, to candidate: MemberID) {
    answer(
      .voteResponse(VoteResponse(isPreVote: request.isPreVote, isGranted: false, last: request.last)), to: candidate,
      term: term)
  }

  mutating func stepVoteResponse(_ response: VoteResponse, from sender: MemberID) {
    guard role == (response.isPreVote ? .preCandidate : .candidate), response.last == ballot.last else { return }
    count(vote: response.isGranted, from: sender)
  }

  /// Counts a vote, this member's own included, and draws the consequences.
  mutating func count(vote isGranted: Bool, from sender: MemberID) {
    ballot.record(sender, isGranted: isGranted)
    switch ballot.result {
    case .pending: break
    case .lost: becomeFollower(term: term, leader: .none)
    case .won: if role == .preCandidate { campaign(.election) } else { becomeLeader() }
    }
  }
}
