internal import Basics

/// What a message shows that must never be: this member's disk, or another's, broke its promise. The replica is of no use
/// any more and must be taken out of the group.
package enum RaftFault: Error, Equatable, Sendable {
  /// The leader knows that this member had entries which it has no more.
  case promisedEntriesLost(commit: LogIndex, last: LogIndex)
  /// A leader contradicts an entry that was committed.
  case committedEntryContradicted(LogIndex)
  /// Two members lead in one term, so somebody voted twice: its disk forgot a vote.
  case twoLeaders(term: Term, other: MemberID)
}

extension RaftGroup {
  /// Takes a message from another member.
  package mutating func step(_ message: Message) throws(RaftFault) {
    invariant(message.to == member, "a message for member \(message.to) reached member \(member)")
    invariant(message.from != member && message.from != .none, "a message without another sender")
    guard isAnswerWelcome(message) else { return }
    wakeUp(for: message)
    if message.term > term {
      guard meetsHigherTerm(message) else { return }
    } else if message.term < term, !isMutated(.takesStaleAnswers) || !message.isAnswer {
      return answerLowerTerm(message)
    }
    switch message.body {
    case .requestVote(let request): stepVoteRequest(request, message)
    case .voteResponse(let response): stepVoteResponse(response, from: message.from)
    case .append(let request):
      try hear(from: message.from)
      try stepAppend(request, from: message.from)
    case .heartbeat(let heartbeat):
      try hear(from: message.from)
      try stepHeartbeat(heartbeat, from: message.from)
    case .snapshot(let snapshot):
      try hear(from: message.from)
      stepSnapshot(snapshot, from: message.from)
    case .appendResponse(.accepted(let index)) where role == .follower: stepLeaderPersisted(index, from: message.from)
    case .appendResponse(let response): stepAppendResponse(response, from: message.from)
    case .heartbeatResponse(let response): stepHeartbeatResponse(response, from: message.from)
    case .timeoutNow: if role == .follower { campaign(.transfer) }
    case .staleTerm: break
    }
  }

  /// Answers count from members. Anybody else's would only bring in its term: who was removed cannot disturb the group
  /// (thesis §4.2.3).
  package func isAnswerWelcome(_ message: Message) -> Bool {
    switch message.body {
    case .voteResponse, .appendResponse, .heartbeatResponse, .staleTerm:
      return configuration.contains(message.from)
    case .requestVote, .append, .heartbeat, .snapshot, .timeoutNow:
      return true
    }
  }

  /// A term above ours ends ours, with two exceptions that protect a leader who is well (thesis §4.2.3, §9.6).
  ///
  /// - Returns: whether the message is to be looked at any further.
  private mutating func meetsHigherTerm(_ message: Message) -> Bool {
    switch message.body {
    case .requestVote(let request):
      if !request.isTransfer && clingsToLeader { return false }
      if request.isPreVote { return true }
      becomeFollower(term: message.term, leader: .none)
    case .voteResponse(let response) where response.isPreVote && response.isGranted:
      // The term is the one that this member asked about, and not yet in.
      return true
    case .append, .heartbeat, .snapshot:
      becomeFollower(term: message.term, leader: message.from)
    case .voteResponse, .appendResponse, .heartbeatResponse, .timeoutNow, .staleTerm:
      becomeFollower(term: message.term, leader: .none)
    }
    return true
  }

  /// A term below ours is over, and mostly not worth an answer. But a member that went ahead alone, and is ignored when it
  /// campaigns because the others hear their leader, must be able to come back: it tells that leader the higher term.
  /// And who rehearses an election in an old term must learn that it is old.
  private mutating func answerLowerTerm(_ message: Message) {
    switch message.body {
    case .append, .heartbeat:
      // In the protocol of the paper a campaign tells the term; but who has no vote does not campaign.
      let isHeardCampaigning = !options.checksQuorum && !options.usesPreVote && configuration.isVoter(member)
      if !isHeardCampaigning { answer(.staleTerm, to: message.from, term: term) }
    case .requestVote(let request) where request.isPreVote:
      refuseVote(request, to: message.from)
    case .requestVote, .voteResponse, .appendResponse, .heartbeatResponse, .snapshot, .timeoutNow, .staleTerm:
      break
    }
  }

  /// A message that only the leader of this term sends.
  private mutating func hear(from sender: MemberID) throws(RaftFault) {
    guard role != .leader else { throw .twoLeaders(term: term, other: sender) }
    if role != .follower { becomeFollower(term: term, leader: sender) }
    electionElapsed = 0
    campaignsIn = nil
    leaderSilence = 0
    leader = sender
  }

  mutating func send(_ body: Message.Body, to receiver: MemberID) {
    outgoing.messages.append(Message(from: member, to: receiver, term: term, body: body))
  }

  /// Sends an answer that promises nothing.
  mutating func answer(_ body: Message.Body, to receiver: MemberID, term: Term) {
    let message = Message(from: member, to: receiver, term: term, body: body)
    if options.holdsAllAnswers { promises.append(message) } else { outgoing.messages.append(message) }
  }

  /// Sends what says something about this member's disk, when that is true.
  mutating func promise(_ body: Message.Body, to receiver: MemberID) {
    if isMutated(.acknowledgesBeforeSync) { return send(body, to: receiver) }
    promises.append(Message(from: member, to: receiver, term: term, body: body))
  }
}

extension Message {
  /// Whether it grants or acknowledges something.
  fileprivate var isAnswer: Bool {
    switch body {
    case .appendResponse, .voteResponse: true
    case .requestVote, .append, .heartbeat, .heartbeatResponse, .snapshot, .timeoutNow, .staleTerm: false
    }
  }
}
