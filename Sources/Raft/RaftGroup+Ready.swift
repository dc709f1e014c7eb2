internal import Basics

// What the owner is to do, and what it reports back; the contract is at ``Ready``.

extension RaftGroup {
  /// Whether there is something to persist, or to promise.
  package var hasReady: Bool {
    install != nil || hardStateMustPersist || log.handedOut < log.lastIndex || !promises.isEmpty
  }

  /// Term and vote must be durable; a commit index alone may ride along but is not worth a write. Unless the owner wants it
  /// (``noteCommit()``), or it covers a change of the members: whoever applied that may be asked to let a removed member go
  /// for good, and must know after a restart, without that member, that it is committed.
  private var hardStateMustPersist: Bool {
    hardState.term != hardStateHandedOut.term || hardState.vote != hardStateHandedOut.vote || commitIsWanted
      || (options.writesCommitOfChanges
        && log.changes.contains { $0 > hardStateHandedOut.commit && $0 <= durableCommit })
  }

  /// Not beyond what is on disk: a batch that is torn by a crash must not leave a commit index without its entries.
  private var durableCommit: LogIndex { min(hardState.commit, log.persisted) }

  /// Takes what is to be persisted now; it counts as handed out.
  package mutating func ready(into ready: inout Ready) {
    ready.install = install
    ready.receipt.installed = install?.position.index
    install = nil
    ready.append = log.handOut()
    ready.hardState = nil
    if hardStateMustPersist || ready.install != nil {
      hardStateHandedOut = hardState
      hardStateHandedOut.commit = durableCommit
      commitIsWanted = false
      ready.hardState = hardStateHandedOut
      if isMutated(.forgetsVote) { ready.hardState?.vote = .none }
    }
    ready.receipt.term = hardState.term
    ready.receipt.last = log.last
    ready.promises.removeAll(keepingCapacity: true)
    swap(&ready.promises, &promises)
  }

  /// Has the commit index written down with the next batch, if it is further than what was written. No rule of consensus
  /// needs it; but whoever has only this log left knows by it what had been committed.
  package mutating func noteCommit() {
    commitIsWanted = durableCommit > hardStateHandedOut.commit
  }

  /// The batch of this receipt is durable, and all before it.
  ///
  /// Only now the member counts itself: its vote as a candidate, its log as a leader (thesis §10.2.1). A batch that was
  /// handed out in an earlier term says nothing about this one: what it wrote may have been replaced by a later one that
  /// is not durable yet, even by an entry of the same index. The first batch of a term covers what came before it.
  package mutating func persisted(_ receipt: PersistReceipt) {
    invariant(receipt.term <= term, "a term was persisted before it began")
    if let index = receipt.installed { installed(index) }
    persistedTerm = max(persistedTerm, receipt.term)
    guard receipt.term == term else { return }
    log.markPersisted(through: receipt.last)
    switch role {
    case .follower: commitWithLeader()
    case .preCandidate: if options.holdsAllAnswers { count(vote: true, from: member) }
    case .candidate: count(vote: true, from: member)
    case .leader: countOwnLog()
    }
    trimMemory()
  }

  /// Whether something leaves at once.
  package var hasOutgoing: Bool { !outgoing.isEmpty || (reads.wantsRound && knowsCommitted) }

  /// Takes what leaves now, whatever the disk does.
  package mutating func takeOutgoing(into taken: inout Outgoing) {
    // One round of heartbeats confirms all reads of a turn.
    if reads.wantsRound && knowsCommitted { broadcastHeartbeat() }
    taken.removeAll()
    swap(&taken, &outgoing)
  }

  /// How far entries may be handed out to be applied: what is committed, and on this member's own disk, so that its state
  /// is never ahead of its log. Nothing while a snapshot is being installed.
  private var appliable: LogIndex {
    if installing != nil { return commitHandedOut }
    return options.appliesBeforePersisted ? hardState.commit : min(hardState.commit, log.persisted)
  }

  package var hasCommitted: Bool { commitHandedOut < appliable }

  /// Takes the indices of entries that are to be applied, in order, as many as the bounds allow.
  package mutating func takeCommitted() -> Range<LogIndex> {
    let first = commitHandedOut.next
    let end = appliable
    var bytes = 0
    while commitHandedOut < end {
      bytes += log[commitHandedOut.next].byteCount
      if bytes > options.committedBytesMax && commitHandedOut.next > first { break }
      commitHandedOut = commitHandedOut.next
    }
    return first..<commitHandedOut.next
  }

  /// The state machine has the effects of every entry up to and including `index`, and the owner has stored
  /// ``configuration(through:)`` with them. Changes of the configuration among them take effect.
  package mutating func applied(through index: LogIndex) {
    invariant(index <= commitHandedOut, "entry \(index) was applied before it was handed out")
    // A snapshot that was installed meanwhile is further.
    guard index > appliedIndex else { return }
    let changes = log.changes.contains { $0 > appliedIndex && $0 <= index }
    applyChanges(through: index)
    appliedIndex = index
    // What waited behind the change counts now.
    if changes {
      if role == .leader { advanceCommitAndTell() } else { commitWithLeader() }
    }
    leaveJointIfDue()
    trimMemory()
  }

  /// The owner's disk has forgotten the log up to and including `index`: whoever needs it gets a snapshot.
  package mutating func compacted(through index: LogIndex) {
    invariant(index <= appliedIndex, "the log was cut above what is applied")
    if index > storedStart { storedStart = index }
    log.drop(through: min(index, log.persisted))
  }

  /// Applied and durable entries are kept for followers that lag, as far as the bound allows; alone, for nobody.
  private mutating func trimMemory() {
    let bound = progress.count > 1 ? options.keptBytesMax : 0
    log.drop(through: min(appliedIndex, log.persisted), keepingBytes: bound)
  }
}
