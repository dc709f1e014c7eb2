internal import Basics

// What a leader does: replication (thesis §3.5, §10.2.1), commitment (§3.6.2), heartbeats and check-quorum (§6.2).

// MARK: - Time

extension RaftGroup {
  mutating func tickLeader() {
    heartbeatElapsed += 1
    reads.advanceTick()
    if electionElapsed >= electionTicks {
      electionElapsed = 0
      if options.checksQuorum && !quorumIsActive() { return becomeFollower(term: term, leader: .none) }
      if transferTarget != .none { abortTransfer() }
    }
    giveUpSilentSnapshots()
    if heartbeatElapsed >= options.heartbeatTicks {
      heartbeatElapsed = 0
      broadcastHeartbeat()
    }
  }

  /// Whether a majority was heard from since this was asked last; the question begins anew.
  private mutating func quorumIsActive() -> Bool {
    let result = configuration.voteResult { voter in
      voter == member || (progress.place(of: voter).map { progress[$0].isActive } ?? false)
    }
    for place in 0..<progress.count where progress[place].member != member { progress[place].isActive = false }
    return result == .won
  }

  private mutating func giveUpSilentSnapshots() {
    for place in 0..<progress.count where progress[place].state == .snapshot {
      progress[place].snapshotTicks += 1
      if progress[place].snapshotTicks >= options.snapshotTicksMax {
        reportSnapshot(to: progress[place].member, .failed)
      }
    }
  }

  /// One round of heartbeats to everybody; each tells the commit index no further than the member is known to agree.
  mutating func broadcastHeartbeat(sleepsAt: LogIndex? = nil) {
    reads.beginRound()
    for place in 0..<progress.count where progress[place].member != member {
      let match = isMutated(.commitsBeyondMatch) ? log.lastIndex : progress[place].match
      let commit = min(match, hardState.commit)
      send(
        .heartbeat(Heartbeat(commit: commit, round: reads.round, sleepsAt: sleepsAt)), to: progress[place].member)
      progress[place].sentCommit = commit
    }
    confirmRounds()
  }
}

// MARK: - Sending

extension RaftGroup {
  /// Tells a follower how far this leader's own log is durable, unless it will hear of a commit anyway.
  ///
  /// - Returns: whether there is nothing left to tell: all of the log is durable.
  package mutating func tellPersisted(to receiver: MemberID) -> Bool {
    if log.persisted > hardState.commit, receiver != member {
      leaderPersisted = log.persisted
      send(.appendResponse(.accepted(through: log.persisted)), to: receiver)
    }
    return log.persisted == log.lastIndex
  }

  /// Nothing is known about the others' logs yet.
  mutating func startProgress() {
    for place in 0..<progress.count {
      var fresh = Progress(
        member: progress[place].member, isLearner: progress[place].isLearner, next: log.lastIndex.next,
        inflights: inflights())
      if isMutated(.assumesMatch) { fresh.match = log.lastIndex }
      if fresh.member == member {
        fresh.match = log.persisted
        fresh.becomeReplicate()
        fresh.isActive = true
      }
      progress[place] = fresh
    }
  }

  func inflights() -> Inflights {
    Inflights(messagesMax: options.inflightMessagesMax, bytesMax: options.inflightBytesMax)
  }

  mutating func broadcastAppend() {
    for place in 0..<progress.count where progress[place].member != member { sendAppend(place, evenIfEmpty: true) }
  }

  /// Sends a member what it lacks, as far as one message holds it; without entries it probes or tells the commit index.
  ///
  /// - Returns: whether something was sent.
  @discardableResult
  mutating func sendAppend(_ place: Int, evenIfEmpty: Bool) -> Bool {
    guard !progress[place].isPaused, evenIfEmpty || progress[place].hasRoom else { return false }
    let previous = progress[place].next.previous
    guard let term = log.term(at: previous) else { return catchUp(place) }
    var entries: [Entry] = []
    // A full window gets empty messages only: their answers free it, also if all that filled it was lost.
    if progress[place].hasRoom {
      entries = log.entries(
        from: progress[place].next, bytesMax: options.messageBytesMax, countMax: options.messageEntriesMax)
    }
    if entries.isEmpty && !evenIfEmpty { return false }
    send(entries, behind: LogPosition(index: previous, term: term), to: place)
    return true
  }

  private mutating func send(_ entries: [Entry], behind previous: LogPosition, to place: Int) {
    var byteCount = 0
    for entry in entries { byteCount += entry.byteCount }
    send(
      .append(AppendRequest(previous: previous, commit: hardState.commit, entries: entries)),
      to: progress[place].member)
    progress[place].sent(entries: entries.count, byteCount: byteCount, commit: hardState.commit)
  }

  /// The entries are not in memory: the owner's disk has them, or only a snapshot helps.
  private mutating func catchUp(_ place: Int) -> Bool {
    let next = progress[place].next
    guard next > storedStart else { return sendSnapshot(place) }
    progress[place].isFetching = true
    outgoing.fetches.append(
      LogFetch(
        member: progress[place].member, term: term, from: next, bytesMax: options.messageBytesMax,
        entriesMax: options.messageEntriesMax))
    return true
  }

  /// Answers a ``LogFetch``; `previous` is the entry before the first one that was wanted.
  package mutating func fetched(_ fetch: LogFetch, previous: LogPosition, entries: [Entry]) {
    guard let place = placeOfFetch(fetch) else { return }
    progress[place].isFetching = false
    invariant(previous.index.next == fetch.from, "entries were fetched from another place")
    guard progress[place].next == fetch.from, !progress[place].isPaused else {
      sendAppend(place, evenIfEmpty: true)
      return
    }
    send(progress[place].hasRoom ? entries : [], behind: previous, to: place)
  }

  /// Answers a ``LogFetch`` whose entries were cut away meanwhile, or cannot be read.
  package mutating func fetchFailed(_ fetch: LogFetch) {
    guard let place = placeOfFetch(fetch) else { return }
    progress[place].isFetching = false
    if progress[place].next == fetch.from {
      _ = sendSnapshot(place)
    } else {
      sendAppend(place, evenIfEmpty: true)
    }
  }

  private func placeOfFetch(_ fetch: LogFetch) -> Int? {
    guard role == .leader, fetch.term == term, let place = progress.place(of: fetch.member),
      progress[place].isFetching
    else { return nil }
    return place
  }

  /// Asks the owner to send a snapshot. Not to a member that is silent: it would be sent in vain.
  private mutating func sendSnapshot(_ place: Int) -> Bool {
    guard progress[place].isActive, appliedIndex > .zero else { return false }
    invariant(progress[place].match < appliedIndex, "a member needs a snapshot of what it has")
    progress[place].becomeSnapshot(appliedIndex)
    outgoing.snapshots.append(
      SnapshotRequest(to: progress[place].member, term: term, minimum: appliedIndex))
    return true
  }
}

// MARK: - Answers

extension RaftGroup {
  mutating func stepAppendResponse(_ response: AppendResponse, from sender: MemberID) {
    guard role == .leader, let place = progress.place(of: sender) else { return }
    progress[place].isActive = true
    switch response {
    case .rejected(let index, let hint): stepRejection(place, index: index, hint: hint)
    case .accepted(let index): stepAcceptance(place, through: index)
    }
  }

  private mutating func stepRejection(_ place: Int, index: LogIndex, hint: LogPosition) {
    // Every log has what is before the first entry. Who refuses that does not know the group and needs a snapshot.
    // But a late refusal, from before it had a snapshot, says nothing any more.
    if index == .zero && progress[place].state == .probe && progress[place].next.previous == .zero {
      _ = sendSnapshot(place)
      return
    }
    // The leader's log can agree with the follower's only where its own term is at most the hint's.
    let agreeable = hint.term > .zero ? log.lastPosition(atMost: hint.index, term: hint.term).index : hint.index
    guard progress[place].rejected(at: index, hint: min(agreeable, hint.index)) else { return }
    if progress[place].state == .replicate { progress[place].becomeProbe() }
    sendAppend(place, evenIfEmpty: true)
  }

  private mutating func stepAcceptance(_ place: Int, through index: LogIndex) {
    guard index <= log.lastIndex else { return }
    let isNews = progress[place].accepted(through: index)
    // An answer that adds nothing still ends a probe: it shows that messages get through.
    guard isNews || (progress[place].match == index && progress[place].state == .probe) else { return }
    switch progress[place].state {
    case .probe: progress[place].becomeReplicate()
    case .snapshot:
      // Whichever snapshot it installed: if the log reaches back to it, the log does the rest.
      if progress[place].match >= storedStart { progress[place].becomeReplicate() }
    case .replicate: progress[place].inflights.free(through: index)
    }
    if !advanceCommitAndTell(), options.tellsCommitAtOnce, progress[place].wantsCommit(hardState.commit) {
      sendAppend(place, evenIfEmpty: true)
    }
    // The window has room again, perhaps for several messages.
    while sendAppend(place, evenIfEmpty: false) {}
    if progress[place].member == transferTarget && progress[place].match == log.lastIndex { tellTransferTarget() }
  }

  mutating func stepHeartbeatResponse(_ response: HeartbeatResponse, from sender: MemberID) {
    guard role == .leader, let place = progress.place(of: sender) else { return }
    progress[place].isActive = true
    progress[place].isFlowPaused = false
    // Also with a full window: an empty message finds out whether what filled it was lost.
    if progress[place].match < log.lastIndex || progress[place].state == .probe {
      sendAppend(place, evenIfEmpty: true)
    }
    if response.round > progress[place].acknowledgedRound {
      progress[place].acknowledgedRound = min(response.round, reads.round)
      confirmRounds()
    }
  }

  /// The owner's link to a member is broken: what is on its way is probably lost.
  package mutating func reportUnreachable(_ unreachable: MemberID) {
    guard role == .leader, let place = progress.place(of: unreachable), unreachable != member else { return }
    if progress[place].state == .replicate { progress[place].becomeProbe() }
  }

  /// The snapshot for a follower is on its way, or waits for its turn: whoever sends it knows when to give it up.
  package mutating func snapshotGoesOn(to receiver: MemberID) {
    if let place = progress.place(of: receiver) { progress[place].snapshotTicks = 0 }
  }

  /// How the sending of a snapshot ended. If it arrived, the member itself says so once it is installed; until then, and
  /// for a heartbeat after a failure, nothing is sent.
  package mutating func reportSnapshot(to receiver: MemberID, _ outcome: SnapshotOutcome) {
    guard role == .leader, let place = progress.place(of: receiver), progress[place].state == .snapshot else { return }
    if outcome == .failed { progress[place].pendingSnapshot = .zero }
    progress[place].becomeProbe()
    progress[place].isFlowPaused = true
  }
}

// MARK: - Commitment

extension RaftGroup {
  /// This member's log is durable further than before: now it counts itself, if it has a vote.
  mutating func countOwnLog() {
    guard let place = progress.place(of: member), progress[place].accepted(through: log.persisted) else { return }
    advanceCommitAndTell()
  }

  /// Moves the commit index if it can, and tells all if that is due at once: also of a change of the members, because whoever
  /// it removes is told nothing any more once it is applied.
  ///
  /// - Returns: whether it moved.
  @discardableResult
  mutating func advanceCommitAndTell() -> Bool {
    let before = hardState.commit
    guard advanceCommitByCounting() else { return false }
    if options.tellsCommitAtOnce || log.changes.contains(where: { $0 > before && $0 <= hardState.commit }) {
      broadcastAppend()
    }
    return true
  }

  /// The commit index, if a member could be told a higher one than it was. Not for members that nothing may be sent to:
  /// what is sent them next tells it.
  package var untoldCommit: LogIndex? {
    guard role == .leader else { return nil }
    let isUntold = progress.all.contains {
      $0.member != member && !$0.isPaused && $0.wantsCommit(hardState.commit)
    }
    return isUntold ? hardState.commit : nil
  }

  /// Tells the commit index to whoever was not told that it reached `index`.
  package mutating func tellCommit(through index: LogIndex) {
    guard role == .leader else { return }
    for place in 0..<progress.count where progress[place].member != member && progress[place].sentCommit < index {
      if progress[place].wantsCommit(hardState.commit) { sendAppend(place, evenIfEmpty: true) }
    }
  }

  /// Moves the commit index to what a majority has durably, in the leader's own term: an entry of an earlier term may be
  /// on a majority and still be replaced (thesis §3.6.2, figure 3.7).
  ///
  /// - Returns: whether it moved.
  mutating func advanceCommitByCounting() -> Bool {
    guard let reached = configuration.reached({ matchToCount(of: $0) }), reached > hardState.commit,
      log.term(at: reached) == term || isMutated(.commitsEarlierTerms)
    else { return false }
    let index = min(reached, countableThrough)
    guard index > hardState.commit else { return false }
    settleUncommittedBytes(through: index)
    let isFirstOfTerm = hardState.commit < termStart
    hardState.commit = index
    if isFirstOfTerm && index >= termStart {
      reads.learned(committedAnywhere)
      confirmRounds()
    }
    return true
  }

  private func matchToCount(of voter: MemberID) -> LogIndex {
    if isMutated(.countsItselfUnsynced), voter == member { return log.lastIndex }
    if isMutated(.countsLearners), let learner = configuration.learners.map({ progress.match(of: $0) }).max() {
      return max(learner, progress.match(of: voter))
    }
    return progress.match(of: voter)
  }

  /// Up to the first change that is not applied here. What lies behind it is for the configuration that it makes: in the
  /// one before there may be a member that has applied it, votes no more, and so guards nothing behind it.
  var countableThrough: LogIndex {
    guard options.waitsForChanges else { return log.lastIndex }
    return log.changes.first { $0 > appliedIndex } ?? log.lastIndex
  }

  private mutating func settleUncommittedBytes(through index: LogIndex) {
    var committed = hardState.commit.next
    while committed <= index {
      let entry = log[committed]
      if entry.term == term { uncommittedBytes -= entry.payload.count }
      committed = committed.next
    }
    invariant(uncommittedBytes >= 0, "more bytes were committed than proposed")
  }
}
