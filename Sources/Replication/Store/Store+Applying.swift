package import Basics
internal import Inventory
internal import Raft

// The applying part of a turn: committed entries, the write to the partitions, and what waited for it.

extension Store {
  /// Applies what is committed and writes it to the partitions.
  ///
  /// - Returns: whether ``effects`` holds answers. While the storage is stalled it does not, and nothing more is applied.
  package func applyCommitted() throws(StateReadError) -> Bool {
    if hasFailed { return false }
    hasFailed = true
    let hasAnswers = try applyAndWrite()
    hasFailed = false
    return hasAnswers
  }

  private func applyAndWrite() throws(StateReadError) -> Bool {
    if !isStalled {
      effects.removeAll()
      applied.removeAll(keepingCapacity: true)
      var byteCount = 0
      for replica in turn where !replica.isGone {
        // What finds the turn full is marked for the next one by ``finish(_:)``.
        if replica.raft.hasCommitted, byteCount < limits.applyBytesMax {
          let first = effects.outcomes.count
          byteCount += try replica.applyCommitted(reader: partitions, changes: &changes, effects: &effects)
          if across.stepCount > 0, !replica.isKnownLeader { noteGrants(from: first) }
        }
        if replica.isTouched { applied.append((replica.shard, replica.machine.appliedIndex)) }
      }
    }
    if !changes.isEmpty {
      noteDestroyed()
      isStalled = try partitions.write(changes, applied: applied) == .stalled
      if isStalled { return false }
      changes.removeAll()
    }
    for replica in turn where !replica.isGone { finish(replica) }
    turn.removeAll(keepingCapacity: true)
    changesWritten()
    if !ownReads.isEmpty { completeOwnReads() }
    completeOwn()
    if let failure = across.failure { throw failure }
    effects.refused.append(contentsOf: refused)
    refused.removeAll(keepingCapacity: true)
    effects.lost.append(contentsOf: lost)
    lost.removeAll(keepingCapacity: true)
    return true
  }

  /// A replica that goes has applied nothing any more: the storage must not take what this life had applied for what a
  /// later life of the shard has flushed, and cut its log there.
  private func noteDestroyed() {
    for change in lifeChanges where change.coming == nil && change.flush == nil && change.forgotten == nil {
      if !applied.contains(where: { $0 == (change.shard, LogIndex.zero) }) { applied.append((change.shard, .zero)) }
    }
  }

  /// What follows when the changes of a replica are in the partition.
  private func finish(_ replica: Replica) {
    if replica.isTouched {
      replica.changesWritten()
      if replica.raft.isLeader { clock.raise(to: replica.machine.stamp) }
      watchClaims(replica)
      watchSlots(replica)
      if replica.shard == .meta { followMeta() }
    }
    if replica.hasNewMembers {
      replica.hasNewMembers = false
      goals.reopen(replica.shard)
      updateNeighbours()
      beginRetention(replica)
    }
    replica.reads.complete(
      replica.shard, applied: replica.machine.appliedIndex,
      committed: replica.isKnownLeader ? nil : replica.raft.commitIndex, completed: &effects.reads, lost: &lost)
    noteUntoldCommit(of: replica)
    due.set(replica.place, replica.nextDue)
    countTicks(of: replica)
    countCommands(of: replica)
    if wantsAnotherTurn(replica) {
      mark(replica)
      wantsTurn = true
    }
  }

  /// Whether the group wants something that no event of its own will call for.
  private func wantsAnotherTurn(_ replica: Replica) -> Bool {
    if replica.raft.hasOutgoing || replica.raft.hasCommitted { return true }
    return replica.install == nil && replica.raft.hasReady && batch.payloadByteCount < limits.batchBytesMax
  }

  /// The changes of the turn are in the partitions: what waited for that goes on.
  private func changesWritten() {
    goOnReceiving()
    flushInstalls()
    flushLifeChanges()
    offerSnapshots()
    freezeForMoves()
  }

  /// Whether it should be asked for more commands. One that is asked for more than it works off answers all of them late.
  package var hasRoom: Bool { commandsUnderWay < limits.commandsUnderWayMax }

  /// Whether somebody waits for an entry of this Store's shards, or for a step over several.
  package var hasCallersWaiting: Bool { commandsUnderWay > 0 || across.stepCount > 0 }

  /// Keeps count of the commands under way.
  func countCommands(of replica: Replica) {
    let count = replica.commandsUnderWay
    commandsUnderWay += count - replica.countedCommands
    replica.countedCommands = count
  }

  /// Keeps count of the replicas that need ticks, and has those called that do.
  func countTicks(of replica: Replica) {
    let needsTicks = replica.needsTicks
    if needsTicks != replica.countsAsAwake {
      replica.countsAsAwake = needsTicks
      awakeCount += needsTicks ? 1 : -1
    }
    if needsTicks, !replica.isTicking {
      replica.isTicking = true
      ticking.append(replica)
    }
  }
}
