package import Basics
package import Inventory
internal import Raft

// Holds and orders over several shards: what a home's leader does. See "Across shards" in the module's page.

/// A question to the shard that has a slot, which the edge carries to its leader. It is answered by
/// ``Store/answered(_:_:)`` or, when nobody will, by ``Store/unanswered(_:)``; it may be carried, and carried out, twice.
package struct AcrossCall: Equatable, Sendable {
  package enum Address: Equatable, Sendable {
    case slot(SlotNumber)
    case shard(ShardID)
  }

  package var number: UInt64
  package var to: Address
  package var bytes: [UInt8]

  package init(number: UInt64, to address: Address, bytes: [UInt8]) {
    self.number = number
    to = address
    self.bytes = bytes
  }
}

extension Store {
  /// Begins what needs the consent of other shards. The waiter is answered like one who proposed a command: by the
  /// completion of the entry that decides, or lost; or by one of ``TurnEffects/refused``.
  package func begin(_ request: AcrossRequest, in shard: ShardID, for waiter: Waiter) throws(StoreRefusal) {
    if let refusal { throw refusal }
    guard hasReplica(of: shard), ledger(of: shard) != nil else { throw .notHere }
    guard leads(shard), !isClosing(request.home, in: shard) else { throw .noLeader }
    guard across.stepCount < limits.acrossStepsMax,
      across.byteCount + request.byteCount <= limits.acrossBytesMax,
      ledger(of: shard)?.machine.outboxCount ?? 0 < limits.outboxRowsMax
    else { throw .backlogFull }
    let step = AcrossStep(
      across.makeNumber(), request, in: shard, for: waiter, deadline: tick + limits.acrossStepTicksMax)
    if let running = across.step(of: request.claim) {
      guard running.queue.count < limits.acrossQueueMax else { throw .backlogFull }
      return across.enqueue(step, behind: running)
    }
    across.insert(step)
    begin(step)
  }

  /// Begins a step, or begins it again. A participant that is still to be told of an earlier version would decide without
  /// what it is about to get back: it is told first.
  private func begin(_ step: AcrossStep) {
    guard let ledger = ledger(of: step.shard) else { return drop(step) }
    let claim = step.request.claim
    do throws(StateReadError) {
      if try ledger.machine.wasUsed(step.request.request, partitions) { return decide(step, 0, []) }
      if step.slots.contains(where: { ledger.machine.outboxRow(ClaimKey(id: claim, slot: $0)) != nil }) {
        hurryOutbox(of: step.shard)
        return rest(step)
      }
      let last = try ledger.machine.claimVersion(of: claim, partitions)
      prepare(
        step, ClaimVersion.next(after: last, home: step.request.home, namesHome: step.request.versionsNameHome))
    } catch {
      across.failure = error
    }
  }

  private func prepare(_ step: AcrossStep, _ version: UInt64) {
    step.prepare(version)
    for part in step.request.parts.indices {
      let number = call(
        .slot(step.request.parts[part].slot), step.message(to: part),
        .prepare(step: step.number, part: part), step.shard)
      step.calls.append(number)
    }
    if step.request.parts.isEmpty { conclude(step) }
  }

  @discardableResult
  func call(
    _ address: AcrossCall.Address, _ message: AcrossMessage, _ use: OpenCall.Use, _ shard: ShardID
  ) -> UInt64 {
    let number = across.makeNumber()
    across.calls[number] = OpenCall(use: use, shard: shard, deadline: tick + limits.acrossCallTicksMax)
    acrossCalls.append(AcrossCall(number: number, to: address, bytes: message.encoded()))
    wantsTurn = true
    return number
  }

  /// Takes what the edge is to carry.
  package func takeAcrossCalls() -> [AcrossCall] {
    defer { acrossCalls = [] }
    return acrossCalls
  }
}

// MARK: - Answers

extension Store {
  /// Another shard's leader has answered.
  package func answered(_ number: UInt64, _ bytes: RawSpan) {
    guard let call = across.calls.removeValue(forKey: number) else { return }
    wantsTurn = true
    if case .slots(let token) = call.use { return slotsAnswered(token, bytes) }
    do throws(DecodeError) { take(try AcrossAnswer(decoding: bytes), to: call) } catch { takeSilence(call) }
  }

  /// Nobody will answer.
  package func unanswered(_ number: UInt64) {
    guard let call = across.calls.removeValue(forKey: number) else { return }
    wantsTurn = true
    takeSilence(call)
  }

  private func take(_ answer: AcrossAnswer, to call: OpenCall) {
    switch (call.use, answer) {
    case (.prepare(let step, let part), .granted(let token, let lines)): hear(token, lines, of: part, step)
    case (.prepare(let step, let part), .refused(let refusal)): hear(.refused(refusal), of: part, step)
    case (.prepare(let step, let part), .unsettled(let version)): hear(.unsettled(version), of: part, step)
    case (.settle(let key, let version), .settled): settled(key, version, of: call.shard)
    case (.inquire(let key), .resolved(let row)): settle(key, row, in: call.shard)
    // The home will tell by itself, or is asked again.
    case (.inquire, .deciding): break
    case (_, .granted), (_, .refused), (_, .unsettled), (_, .settled), (_, .resolved), (_, .deciding), (_, .notOwner):
      takeSilence(call)
    }
  }

  func takeSilence(_ call: OpenCall) {
    if let node = call.awaited { awaited.drop(node) }
    switch call.use {
    case .prepare(let step, let part): hear(.silent, of: part, step)
    case .settle(let key, _):
      let now = tick
      across.updateSender(of: call.shard) { $0.unanswered(key, tick: now) }
    // It is asked about again in its time.
    case .inquire: break
    case .slots(let token): slotsUnanswered(token)
    }
  }

  private func hear(_ token: UInt64, _ lines: [AcrossGrantedLine], of part: Int, _ number: UInt64) {
    guard let step = across.step(number) else { return }
    let grant = AcrossGrant(slot: step.request.parts[part].slot, token: token, lines: lines)
    hear(.granted(grant), of: part, number)
  }

  private func hear(_ word: AcrossStep.Word, of part: Int, _ number: UInt64) {
    guard let step = across.step(number), step.phase == .preparing, step.words[part] == nil else { return }
    step.words[part] = word
    if step.hasAllWords { conclude(step) }
  }

  /// All participants have answered, or it is too late for the others.
  func conclude(_ step: AcrossStep) {
    // Answers to this version that come later say nothing about the next one.
    for number in step.calls { across.calls.removeValue(forKey: number) }
    step.calls.removeAll(keepingCapacity: true)
    switch step.conclusion() {
    case .decide(let grants): decide(step, step.version, grants)
    case .refuse(let refusal, let part):
      tell(step, refusal, part)
      burn(step, through: step.version)
    case .outrun(let version): burn(step, through: max(version, step.version))
    case .giveUp:
      tellLost(step)
      burn(step, through: step.version)
    }
  }
}

// MARK: - What this node's own followers know

extension Store {
  /// A replica that only follows has applied outcomes: notes what its shard granted. Refusals the participant tells alone.
  ///
  /// - Parameter first: the place of the first of these outcomes.
  func noteGrants(from first: Int) {
    guard limits.hearsGrantsAsFollower else { return }
    for place in first..<effects.outcomes.count {
      if case .claimPrepared(let grant) = effects.outcomes[place].result, grant.token != 0 {
        effects.grants.append(grant)
      }
    }
  }

  /// The changes of the turn are in the partitions: the steps hear what was granted to them. It is as good as the
  /// participant's answer, which is still to come: the entry is committed, and nobody takes back what it set aside but by the
  /// home's word.
  func hearGrants() {
    for grant in effects.grants {
      guard let step = across.step(of: grant.claim.id), step.version == grant.version,
        let part = step.request.parts.firstIndex(where: { $0.slot == grant.claim.slot }),
        // Two requests may have asked under one version, when the first one's leader lost what it was about.
        grant.fingerprint == step.fingerprint(of: part)
      else { continue }
      hear(grant.token, granted(grant), of: part, step.number)
      wantsTurn = true
    }
  }
}

// MARK: - The entry at home

extension Store {
  private func decide(_ step: AcrossStep, _ version: UInt64, _ grants: [AcrossGrant]) {
    step.phase = .deciding
    propose(.decision(step: step.number, caller: step.caller), to: step.shard, step.request.decide(version, grants))
  }

  /// Gives up all versions of the claim up to one: what participants have set aside is given back.
  private func burn(_ step: AcrossStep, through version: UInt64) {
    step.phase = .burning
    propose(
      .burn(step: step.number), to: step.shard,
      .burnClaim(
        BurnClaim(id: step.request.claim, version: version, home: step.request.home, slots: step.slots)))
  }

  /// The entry that decides was applied: its outcome is the caller's, unless the version was of no use.
  func decided(_ number: UInt64, _ caller: Waiter, _ completion: Completion) {
    let outcome = effects.outcomes[completion.outcome]
    let step = across.step(number)
    guard case .claimUnsettled = outcome.result else {
      effects.completions.append(
        Completion(waiter: caller, shard: completion.shard, outcome: completion.outcome, stamp: completion.stamp))
      step?.isAnswered = true
      if let step { finish(step) }
      return
    }
    // Another leader's entry came first.
    guard let step else { return effects.lost.add(caller, completion.shard, .notApplied) }
    rest(step)
  }

  /// The version is given up.
  func burned(_ number: UInt64) {
    guard let step = across.step(number) else { return }
    if step.isAnswered { finish(step) } else { rest(step) }
  }

  /// Tries again under the next version, when participants have had time to hear of the last one.
  private func rest(_ step: AcrossStep) {
    guard step.attempts < limits.acrossAttemptsMax, tick < step.deadline else {
      tellLost(step)
      return finish(step)
    }
    step.phase = .resting(until: tick + 1)
  }

  private func tell(_ step: AcrossStep, _ refusal: AcrossRefusal, _ part: Int) {
    step.isAnswered = true
    let lines = step.request.parts[part].lines
    let line = refusal.line
    refused.append(
      AcrossRefused(
        waiter: step.caller, shard: step.shard, request: step.request.request, refusal: refusal,
        line: lines.indices.contains(line) ? lines[line] : nil))
  }

  /// This step will decide nothing any more, and nobody else can: its request surely has no effect.
  private func tellLost(_ step: AcrossStep) {
    guard !step.isAnswered else { return }
    step.isAnswered = true
    lost.add(step.caller, step.shard, .notApplied)
  }

  /// A step is over; the next one of its claim begins.
  func finish(_ step: AcrossStep) {
    across.remove(step)
    if slotMoves.isOpen { slotMoves.isDue = true }
    guard let next = across.popQueue(of: step) else { return }
    across.insert(next)
    begin(next)
  }

  /// Drops a step, and those behind it, with the leadership that it belongs to.
  func drop(_ step: AcrossStep) {
    // Of one that is being decided the log tells what became of it.
    if step.phase != .deciding { tellLost(step) }
    across.remove(step)
    while let next = across.popQueue(of: step) {
      swap(&step.queue, &next.queue)
      tellLost(next)
    }
  }
}

// MARK: - Time

extension Store {
  func tickSteps() {
    let tick = tick
    for step in across.steps(where: { $0.phase == .preparing && $0.deadline <= tick }) { conclude(step) }
    for step in across.steps(where: { if case .resting(let until) = $0.phase { until <= tick } else { false } }) {
      begin(step)
    }
    for call in across.takeLateCalls(at: tick) { takeSilence(call) }
  }
}
