internal import Basics
internal import Raft

// MARK: - What the group wants

extension Replica {
  /// Moves what is to be persisted into the batch. While a snapshot is being installed everything behind it waits.
  func collectAppends(into batch: inout LogBatch, _ body: (PersistReceipt, [Message]) -> Void) {
    guard install == nil, raft.hasReady else { return }
    raft.ready(into: &ready)
    if let snapshot = ready.install {
      var records: [LogBatch.Record] = [
        .start(shard, LogStart(index: snapshot.position.index, term: snapshot.position.term))
      ]
      if isMutated(.installsWithoutLogStart) { records.removeAll() }
      if let hardState = ready.hardState { records.append(.hardState(shard, hardState)) }
      forEachAppended { records.append(.entry(shard, $0)) }
      install = SnapshotInstall(
        snapshot: snapshot, records: records, receipt: ready.receipt, promises: ready.promises)
      return
    }
    if let hardState = ready.hardState { batch.records.append(.hardState(shard, hardState)) }
    forEachAppended { batch.append(shard, $0) }
    body(ready.receipt, ready.promises)
  }

  private func forEachAppended(_ body: (Entry) -> Void) {
    var index = ready.append.lowerBound
    while index < ready.append.upperBound {
      body(raft.entry(at: index))
      index = index.next
    }
  }

  /// Whether commands, or what the group wants on disk, wait for room in a batch.
  var waitsForWriter: Bool { machine.commandCount > 0 || (install == nil && raft.hasReady) }

  /// Takes what leaves now.
  func takeOutgoing(_ body: (borrowing Outgoing) -> Void) {
    guard raft.hasOutgoing else { return }
    raft.takeOutgoing(into: &outgoing)
    reads.take(outgoing.reads)
    body(outgoing)
  }
}

// MARK: - Applying

extension Replica {
  /// Applies what is committed, as far as one turn should, adding changes and outcomes and naming who is to be told.
  ///
  /// - Returns: the bytes of the entries.
  func applyCommitted(
    reader: any StateReader, changes: inout StateChanges, effects: inout TurnEffects
  ) throws(StateReadError) -> Int {
    let range = raft.takeCommitted()
    var index = range.lowerBound
    var byteCount = 0
    var changesMembers = false
    while index < range.upperBound {
      let entry = raft.entry(at: index)
      #if MUTANTS
        if !entry.payload.isEmpty {
          unsafe Mutation.isFirstOfTerm = entry.term != lastAppliedTerm
          lastAppliedTerm = entry.term
        }
      #endif
      let outcomes = try machine.apply(entry, reader: reader, changes: &changes, effects: &effects)
      complete(entry, outcomes, &effects)
      changesMembers = changesMembers || entry.kind == .configuration
      byteCount += entry.payload.count
      index = index.next
    }
    if changesMembers { recordConfiguration(&changes) }
    machine.finishTurn(changes: &changes)
    isTouched = !range.isEmpty
    return byteCount
  }

  /// Writes the configuration beside the effects that it belongs to.
  private func recordConfiguration(_ changes: inout StateChanges) {
    hasNewMembers = true
    let index = machine.appliedIndex
    record.configuration = raft.configuration(through: index)
    record.position = LogPosition(index: index, term: raft.entry(at: index).term)
    record.put(shard, into: &changes)
  }

  private func complete(_ entry: Entry, _ outcomes: Range<Int>, _ effects: inout TurnEffects) {
    let position = LogPosition(index: entry.index, term: entry.term)
    guard let taken = proposed.take(at: position, shard, &effects.lost) else { return }
    let waiters = taken.waiters
    machine.reservationsApplied(taken.reservations)
    if entry.kind == .configuration {
      for waiter in waiters where waiter != .none {
        effects.changes.append(ReadCompletion(waiter: waiter, shard: shard))
      }
      return
    }
    invariant(waiters.count == outcomes.count, "an entry has as many outcomes as commands")
    let callers = isMutated(.answersOthers) ? waiters.reversed() : waiters
    if machine.complete(callers, of: shard, from: outcomes.lowerBound, effects: &effects) { tickIsPending = false }
  }

  /// The machine was replaced by a snapshot's.
  func stateReplaced(_ lost: inout [LostCall]) {
    isTouched = true
    hasNewMembers = true
    tickIsPending = false
    // Nobody can say any more what became of what the snapshot covers.
    proposed.dropAll(shard, &lost)
    leadershipLost = nil
  }

  /// The changes are in the partition.
  func changesWritten() {
    guard isTouched else { return }
    isTouched = false
    machine.changesWritten()
    // What an install covers the group learns when its batch is durable.
    if install == nil { raft.applied(through: machine.appliedIndex) }
  }
}
