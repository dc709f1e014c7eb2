package import Basics
internal import Raft

// The deciding part of a turn: time, proposals, and what the groups want.

extension Store {
  /// Lets time pass and collects what every dirty replica wants.
  ///
  /// - Returns: everything that is to be durable, if the log writer is free and there is something: one batch for all
  ///   shards.
  package func collectAppends(now: Instant, wall: Stamp) -> LogBatch? {
    self.now = max(self.now, now)
    let stamp = readClocks(wall)
    wantsTurn = false
    advanceTicks()
    tellCommitsIfDue()
    if goals.dueTick <= tick { pursueGoals() }
    do throws(StateReadError) { try pursueMoves() } catch { across.failure = error }
    proposeForClaims()
    if commandRefusal == nil { addDueTicks(at: stamp) }
    stepDirty(stamp: stamp)
    return takeBatch()
  }

  private func addDueTicks(at stamp: Stamp) {
    while let place = due.popDue(at: stamp) {
      guard let replica = replicas[place] else { continue }
      replica.addTickIfDue(at: stamp)
      mark(replica)
    }
  }

  /// Looks at each dirty replica once. Those that find the batch full, or the writer busy, stay dirty and go first the
  /// next time: so a busy shard takes its share of each batch and never the place of another.
  private func stepDirty(stamp: Stamp) {
    swap(&dirty, &looking)
    for replica in looking {
      replica.isDirty = false
      if replica.isGone || replica.fault != nil { continue }
      noteLeadership(replica)
      if batchInFlight == nil, batch.payloadByteCount < limits.batchBytesMax {
        replica.proposeCommands(stamp: stamp)
      }
      replica.askReads(lost: &lost)
      collectAppends(of: replica)
      takeOutgoing(of: replica)
      if replica.waitsForWriter { mark(replica) }
      turn.append(replica)
    }
    looking.removeAll(keepingCapacity: true)
  }

  func noteLeadership(_ replica: Replica) {
    let change = replica.noteLeadership(tick: tick, lost: &lost)
    leaderCount += change
    if change != 0 { leadershipChanged(replica) }
    // What the machine has applied by now is the least that this clock may show.
    if change > 0 {
      clock.raise(to: replica.machine.stamp)
      replica.leadsSince = tick
      goals.reopen(replica.shard)
      if let table = goals.table { followMoves(table) }
      watchSlots(replica)
    }
  }

  private func collectAppends(of replica: Replica) {
    guard batch.payloadByteCount < limits.batchBytesMax else { return }
    let wasInstalling = replica.install != nil
    replica.collectAppends(into: &batch) { receipt, promises in
      promised.receipts.append((replica, receipt))
      for message in promises { promised.promises.append((replica.shard, message)) }
    }
    if !wasInstalling, replica.install != nil { beginInstall(replica) }
  }

  private func takeOutgoing(of replica: Replica) {
    replica.takeOutgoing { outgoing in
      for message in outgoing.messages { send(message, of: replica.shard) }
      for request in outgoing.snapshots { wantSnapshot(request, of: replica) }
      for fetch in outgoing.fetches { requests.append(LogRequest(shard: replica.shard, fetch: fetch)) }
    }
  }

  /// Hands the gathered batch over if the writer is free. What promises without having anything to write waits for the
  /// batch in flight, or for nothing.
  private func takeBatch() -> LogBatch? {
    if batch.isEmpty {
      if batchInFlight != nil {
        batchInFlight?.receipts += promised.receipts
        batchInFlight?.promises += promised.promises
      } else {
        for (replica, receipt) in promised.receipts where !replica.isGone { replica.raft.persisted(receipt) }
        for (shard, message) in promised.promises { send(message, of: shard) }
      }
      promised = BatchInFlight(token: .zero)
      return nil
    }
    guard batchInFlight == nil else { return nil }
    if batch.payloadByteCount <= limits.awaitingBatchBytesMax,
      awaited.makesWait(now: now, nanosecondsMax: limits.awaitedEntriesMicroseconds * 1_000)
    {
      return nil
    }
    awaited.handedOver()
    var handed = promised
    (handed.token, handed.tick) = (nextToken, tick)
    batchInFlight = handed
    promised = BatchInFlight(token: .zero)
    var taken = batch
    taken.token = nextToken
    batch = LogBatch()
    markRetention(taken.payloadByteCount)
    nextToken = PersistToken(nextToken.rawValue + 1)
    return taken
  }
}
