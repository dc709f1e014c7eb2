internal import Basics

// What a follower does with its leader's messages (thesis §3.5, §5).

extension RaftGroup {
  mutating func stepAppend(_ request: AppendRequest, from sender: MemberID) throws(RaftFault) {
    guard request.previous.index >= hardState.commit else {
      // What is committed is known to agree. Mostly the message is old; else the answer has the leader go on behind it.
      return promise(.appendResponse(.accepted(through: hardState.commit)), to: sender)
    }
    // Who does not know the group's members cannot learn them from entries: it needs a snapshot.
    guard log.matches(request.previous), !configuration.voters.isEmpty else { return refuse(request, from: sender) }
    let lastNew = request.previous.index + UInt64(request.entries.count)
    if let replaced = log.merge(request.entries), replaced <= hardState.commit {
      throw .committedEntryContradicted(replaced)
    }
    commitProvenChanges()
    // Not further than what this message covers: what is behind it may not be the leader's (thesis §3.5).
    advanceCommit(to: min(request.commit, isMutated(.commitsBeyondMatch) ? log.lastIndex : lastNew))
    promise(.appendResponse(.accepted(through: lastNew)), to: sender)
  }

  /// Says where the logs can agree at the latest, so that a leader skips a whole term with each attempt.
  private mutating func refuse(_ request: AppendRequest, from sender: MemberID) {
    let hint = log.lastPosition(atMost: request.previous.index, term: request.previous.term)
    answer(.appendResponse(.rejected(index: request.previous.index, hint: hint)), to: sender, term: term)
  }

  mutating func stepHeartbeat(_ heartbeat: Heartbeat, from sender: MemberID) throws(RaftFault) {
    guard heartbeat.commit <= log.lastIndex else {
      throw .promisedEntriesLost(commit: heartbeat.commit, last: log.lastIndex)
    }
    advanceCommit(to: heartbeat.commit)
    if let last = heartbeat.sleepsAt, last == log.lastIndex, last == hardState.commit {
      isAsleep = true
      return
    }
    let response = Message.Body.heartbeatResponse(HeartbeatResponse(round: heartbeat.round))
    // For a lease the answer is a promise, which a restart keeps by being silent for a while (`leaderSilence`): but only
    // if it finds that this member was in a term at all.
    if options.usesLeaseReads && persistedTerm < term {
      promise(response, to: sender)
    } else {
      send(response, to: sender)
    }
  }

  /// Its leader says how far its own log is durable. It acknowledges its entries like anybody else; here that is of use
  /// where this member's log and the leader's are a majority.
  mutating func stepLeaderPersisted(_ index: LogIndex, from sender: MemberID) {
    guard sender == leader, index > leaderPersisted else { return }
    leaderPersisted = index
    commitWithLeader()
  }

  /// Commits what the leader and this member have made durable, if the two are a majority, without being told by the leader
  /// that it has heard so. It is what the leader will count when it hears from this member, and by the leader's rule: an entry
  /// of the current term counts, with all before it, and nothing behind a change of members that is not applied here.
  mutating func commitWithLeader() {
    let reached = min(leaderPersisted, log.persisted)
    guard role == .follower, reached > hardState.commit, log.term(at: reached) == term else { return }
    let isMajority = configuration.voteResult { $0 == member || $0 == leader } == .won
    if isMajority { advanceCommit(to: min(reached, countableThrough)) }
  }

  private mutating func advanceCommit(to index: LogIndex) {
    invariant(index <= log.lastIndex, "committed beyond the log")
    if index > hardState.commit { hardState.commit = index }
  }
}

// MARK: - Snapshots

extension RaftGroup {
  /// Whether a snapshot would bring this member further: asked before its data is sent.
  package func wouldInstall(_ snapshot: Snapshot) -> Bool {
    snapshot.position.index > hardState.commit && snapshot.configuration.contains(member)
      && !log.matches(snapshot.position)
  }

  /// The data of a snapshot is here. An old one is ignored; of one that agrees with the log, the log is better; any other
  /// replaces log, state and configuration as one (thesis §5.1).
  mutating func stepSnapshot(_ snapshot: Snapshot, from sender: MemberID) {
    guard wouldInstall(snapshot) else {
      if snapshot.configuration.contains(member), log.matches(snapshot.position) {
        advanceCommit(to: snapshot.position.index)
      }
      return promise(.appendResponse(.accepted(through: hardState.commit)), to: sender)
    }
    log.restart(at: LogStart(index: snapshot.position.index, term: snapshot.position.term))
    storedStart = snapshot.position.index
    hardState.commit = snapshot.position.index
    commitHandedOut = snapshot.position.index
    install = snapshot
    installing = snapshot.position.index
    adoptConfiguration(snapshot.configuration)
    promise(.appendResponse(.accepted(through: snapshot.position.index)), to: sender)
  }

  /// The snapshot is installed and durable: the state machine goes on behind it.
  mutating func installed(_ index: LogIndex) {
    if installing == index { installing = nil }
    if index > appliedIndex { appliedIndex = index }
  }
}
