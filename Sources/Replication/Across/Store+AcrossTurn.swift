internal import Basics
internal import Inventory
internal import Raft

// What a Store proposes on behalf of claims, and what comes of it.

extension Store {
  /// Proposes a command that no caller of the edge waits for itself. What the log has no room for is proposed by a later
  /// turn.
  func propose(_ wait: OwnWait, to shard: ShardID, _ command: Command) {
    let number = across.makeNumber()
    do throws(StoreRefusal) {
      try propose(.own(number), to: shard) { $0.append(command) }
      across.waits[number] = wait
      wantsTurn = true
    } catch {
      switch error {
      case .backlogFull, .diskFull:
        // What another shard asks for it asks for again; what this one has decided or gives up nobody else proposes.
        if wait.isReceived, across.unproposed.count >= limits.acrossUnproposedMax {
          return ownLost(wait, of: shard, .notApplied)
        }
        across.unproposed.append((shard, wait, command))
      case .notHere, .noLeader, .shuttingDown: ownLost(wait, of: shard, .notApplied)
      }
    }
  }

  /// Before the turn's entries are made: what the last one had no room for, and acknowledgements where there is an entry.
  func proposeForClaims() {
    if !across.unproposed.isEmpty {
      let commands = across.unproposed
      across.unproposed = []
      for (shard, wait, command) in commands { propose(wait, to: shard, command) }
    }
    proposeAcks { (ledger(of: $0)?.commandCount ?? 0) > 0 }
  }

  /// Proposes the acknowledgements that gathered in some shards.
  private func proposeAcks(where isDue: (ShardID) -> Bool) {
    var acked: [(shard: ShardID, acks: [OutboxAck])] = []
    across.senders.forEach { shard, sender in
      if !sender.acks.isEmpty, isDue(shard) { acked.append((shard, sender.acks)) }
      return true
    }
    for (shard, acks) in acked {
      across.updateSender(of: shard) { $0.acksTaken() }
      propose(.acks(acks.map(\.claim)), to: shard, .ackOutbox(acks))
    }
  }

  /// The changes of the turn are in the partitions: looks at what was applied of the Store's own commands.
  func completeOwn() {
    let completions = effects.own
    effects.own.removeAll(keepingCapacity: true)
    hearGrants()
    for completion in completions {
      guard let wait = across.waits.removeValue(forKey: completion.waiter.call) else { continue }
      complete(wait, completion)
    }
    sortOutLost()
  }

  private func complete(_ wait: OwnWait, _ completion: Completion) {
    let outcome = effects.outcomes[completion.outcome]
    switch wait {
    case .decision(let step, let caller): decided(step, caller, completion)
    case .burn(let step):
      // The home's slot went away: whoever has it now decides, or is asked.
      if case .slots = outcome.result { return across.step(step).map { drop($0) } ?? () }
      guard case .burned = outcome.result else { invariantViolated("a burn has another outcome") }
      burned(step)
    case .acks(let keys): acknowledged(keys, of: completion.shard)
    case .resolution: break
    case .received(let call, let caller): answerReceived(call, caller, outcome, in: completion.shard)
    case .slots(let token): slotsCompleted(token, outcome, in: completion.shard)
    }
  }

  /// A slot has settled a version. Of one that a newer row has taken the place of the log need not be told.
  func settled(_ claim: ClaimKey, _ version: UInt64, of shard: ShardID) {
    let isNewest = ledger(of: shard)?.machine.outboxRow(claim)?.version == version
    across.updateSender(of: shard) { sender in
      if isNewest { sender.settled(claim, version: version) } else { sender.heard(from: claim.slot) }
    }
    if !isNewest { acknowledged([claim], of: shard) }
  }

  private func acknowledged(_ claims: [ClaimKey], of shard: ShardID) {
    guard let ledger = ledger(of: shard), var sender = across.senders[shard] else { return }
    let again = sender.acknowledged(claims, at: tick) { ledger.machine.outboxRow($0) }
    across.senders[shard] = sender
    tell(again, of: shard)
    tellOutboxIfDue(of: shard)
  }

  /// Of those who will get nothing, the Store itself is told here.
  private func sortOutLost() {
    guard lost.contains(where: { $0.waiter.isOwn }) || effects.lost.contains(where: { $0.waiter.isOwn }) else { return }
    let all = lost + effects.lost
    lost = all.filter { !$0.waiter.isOwn }
    effects.lost.removeAll(keepingCapacity: true)
    for call in all where call.waiter.isOwn {
      guard let wait = across.waits.removeValue(forKey: call.waiter.call) else { continue }
      ownLost(wait, of: call.shard, call.fate)
    }
  }

  private func ownLost(_ wait: OwnWait, of shard: ShardID, _ fate: LostCall.Fate) {
    switch wait {
    case .decision(let number, let caller):
      lost.add(caller, shard, fate)
      guard let step = across.step(number) else { return }
      step.isAnswered = true
      drop(step)
    case .burn(let number): if let step = across.step(number) { drop(step) }
    case .acks(let keys): acknowledged(keys, of: shard)
    case .resolution: break
    case .received(_, let caller): lost.add(caller, shard, fate)
    case .slots(let token): slotsLost(token, fate)
    }
  }

  /// The callers behind the Store's own waiters, when it stops.
  func callers(behind lost: LostCall) -> LostCall? {
    guard lost.waiter.isOwn else { return lost }
    switch across.waits.removeValue(forKey: lost.waiter.call) {
    case .decision(_, let caller), .received(_, let caller):
      return LostCall(waiter: caller, shard: lost.shard, fate: lost.fate)
    case .burn, .acks, .resolution, .slots, nil: return nil
    }
  }
}

// MARK: - Leadership, and what each shard that is led has to tell and to ask

extension Store {
  /// A leadership came or went: what was under way for it went with it, and what the ledger has to tell and to ask is
  /// looked through anew.
  func leadershipChanged(_ replica: Replica) {
    let shard = replica.shard
    for step in across.steps(where: { $0.shard == shard }) { drop(step) }
    across.senders.removeValue(forKey: shard)
    across.inquirers.removeValue(forKey: shard)
    watchClaims(replica)
  }

  /// Something was applied. A leader tells of the rows that it wrote, and asks about the claims that wait.
  func watchClaims(_ replica: Replica) {
    guard let ledger = ledgers[replica.place], replica.isKnownLeader, replica.fault == nil, replica.hasOpenedTerm else {
      return
    }
    let shard = replica.shard
    if ledger.machine.outboxCount > 0 {
      if across.senders[shard] == nil { across.senders[shard] = OutboxSender(flightsMax: limits.outboxFlightsMax) }
      tellOutboxIfDue(of: shard)
    } else if across.senders[shard]?.flightCount == 0 {
      across.senders.removeValue(forKey: shard)
    }
    if ledger.machine.pendingClaimCount == 0 {
      across.inquirers.removeValue(forKey: shard)
    } else if across.inquirers[shard] == nil {
      across.inquirers[shard] = Inquirer(pause: limits.inquiryTicks)
    }
  }

  private func tellOutboxIfDue(of shard: ShardID) {
    guard let ledger = ledger(of: shard), let sender = across.senders[shard] else { return }
    if sender.isDue(lastUrgent: ledger.machine.lastUrgentOutboxNumber) { tellOutbox(of: shard) }
  }

  /// Somebody waits until slots were told and the log knows it.
  func hurryOutbox(of shard: ShardID) {
    tellOutbox(of: shard)
    proposeAcks { $0 == shard }
  }

  /// Tells of new rows as far as the window goes.
  private func tellOutbox(of shard: ShardID) {
    guard let ledger = ledger(of: shard), var sender = across.senders[shard] else { return }
    let new = sender.takeNew(at: tick) {
      ledger.machine.outboxRow($0)
    } after: {
      ledger.machine.outboxRows(after: $0, limit: $1)
    }
    across.senders[shard] = sender
    tell(new, of: shard)
  }

  private func tell(_ rows: [OutboxRow], of shard: ShardID) {
    guard !rows.isEmpty, let ledger = ledger(of: shard) else { return }
    do throws(StateReadError) {
      for row in rows {
        guard let bytes = try ledger.machine.outboxBytes(row.claim, partitions) else { continue }
        call(.slot(row.claim.slot), .settle(row.claim, row: bytes), .settle(row.claim, version: row.version), shard)
      }
    } catch {
      across.failure = error
    }
  }

  /// A tick has passed.
  func tickClaims() {
    tickSteps()
    var shards: [ShardID] = []
    across.senders.forEach { shard, _ in
      shards.append(shard)
      return true
    }
    for shard in shards { tickOutbox(of: shard) }
    proposeAcks { _ in true }
    shards.removeAll()
    across.inquirers.forEach { shard, _ in
      shards.append(shard)
      return true
    }
    for shard in shards { inquire(shard) }
  }

  private func tickOutbox(of shard: ShardID) {
    guard let ledger = ledger(of: shard), var sender = across.senders[shard] else { return }
    let again = sender.takeDue(at: tick) { ledger.machine.outboxRow($0) }
    across.senders[shard] = sender
    tell(again, of: shard)
    tellOutbox(of: shard)
  }

  /// Asks homes about claims that wait for too long.
  private func inquire(_ shard: ShardID) {
    guard leads(shard), let ledger = ledger(of: shard) else { return }
    let before = Stamp(milliseconds: clock.stamp.milliseconds - limits.claimPatienceMilliseconds)
    var inquirer = across.inquirers[shard] ?? Inquirer(pause: limits.inquiryTicks)
    // What has come for a slot that is not open yet is nobody's to settle. Those of a home that does not answer are passed
    // over until they are asked about again: they are the oldest, and the others would never have their turn.
    let (asker, now) = (inquirer, tick)
    let rows = ledger.machine.pendingClaims(before: before, limit: limits.claimsAskedMax) {
      asker.shouldAsk($0, at: now) && ownsSlot($0.slot, in: shard)
    }
    for row in rows {
      inquirer.note(row.claim, at: tick)
      if isMutated(.dropsClaimsByOwnClock) {
        dropByOwnClock(row, in: shard)
      } else {
        call(
          .slot(row.home), .inquire(row.claim, version: row.version, home: row.home), .inquire(row.claim), shard)
      }
    }
    inquirer.trim(at: tick)
    across.inquirers[shard] = inquirer
  }

  /// What a participant must never do.
  private func dropByOwnClock(_ row: PendingRow, in shard: ShardID) {
    propose(
      .resolution(row.claim), to: shard,
      .settleClaim(SettleClaim(claim: row.claim, version: row.version, cause: .rejection, lines: [])))
  }
}
