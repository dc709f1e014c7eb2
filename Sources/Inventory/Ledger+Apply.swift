package import Basics

extension Ledger {
  /// Carries out the commands of one committed entry, in order. Every command gets one outcome, unless the payload is
  /// so damaged that its commands cannot be told apart: that is counted as an alarm, deterministically, and never traps,
  /// because an entry that stops one replica stops them all.
  ///
  /// - Parameters:
  ///   - index: the log index, above that of the last call.
  ///   - payload: as ``EntryBuilder`` makes it; an empty one only moves the index.
  ///   - reader: the keyed state as of the last batch written.
  package mutating func apply(
    index: UInt64, payload: RawSpan, reader: any StateReader, changes: inout StateChanges,
    outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    invariant(index == applied.index + 1, "entry \(index) applied after \(applied.index)")
    applied.index = index
    needsAppliedRecord = true
    guard !payload.isEmpty else { return }
    digest = StableHash(seed: applied.digest)
    digest.combine(index)
    journal.removeAll()
    let firstSequence = applied.nextSequence
    try applyCommands(payload, reader, &changes, &outcomes)
    writeFillable(&changes)
    if !journal.isEmpty {
      key.set(.journal, firstSequence)
      value.removeAll()
      journal.encode(revision: applied.revision, stamp: applied.stamp, to: &value)
      applied.journalBytes += UInt64(1 + 8 + value.count)
      put(&changes)
      if tail.isOn { tail.append(first: firstSequence, count: journal.count, value.bytes) }
    }
    applied.digest = digest.value
    if leavingHolds != nil { lookAtHolds() }
    recent.trim(at: applied.stamp)
    recentClaims.trim(at: applied.stamp)
    try forgetOld(limit: limits.retentionSweepMax, reader, &changes)
  }

  private mutating func applyCommands(
    _ payload: RawSpan, _ source: any StateReader, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    var reader = ByteReader(payload)
    let header: (stamp: Stamp, count: Int)
    do { header = try reader.entryHeader() } catch {
      applied.alarms += 1
      return
    }
    // Stamps of one shard never go back: a leader continues from the last one it applied. Holding on to the highest
    // makes that a property of the ledger instead of a hope.
    applied.stamp = max(applied.stamp, header.stamp)
    request.actor.removeAll(keepingCapacity: true)
    try sweepDueHolds(limit: Rules.sweepHoldsPerEntry, source, &changes)
    try sweepUnpaidOrders(limit: Rules.sweepOrdersPerEntry, source, &changes)
    fillsLeft = Rules.backordersPerEntry
    looksLeft = Rules.backorderLooksPerEntry
    try fillBackorders(source, &changes)
    try straddleWrittenOrders(source, &changes)
    for done in 0..<header.count {
      if done % CommandsAhead.countMax == 0 {
        let rest = payload.extracting(droppingFirst: reader.offset)
        lookAhead(rest, count: min(CommandsAhead.countMax, header.count - done))
      }
      let tag: CommandTag?
      let length: Int
      do {
        tag = CommandTag(rawValue: try reader.uint8())
        length = Int(try reader.uint16())
      } catch { return refuseRest(header.count - done, &outcomes) }
      guard reader.remaining >= length else { return refuseRest(header.count - done, &outcomes) }
      let body = unsafe reader.bytes.extracting(unchecked: reader.offset..<reader.offset + length)
      do { try reader.skip(length) } catch { return refuseRest(header.count - done, &outcomes) }
      request.id = .zero
      request.home = SlotNumber(0)
      guard let tag else {
        refuseRest(1, &outcomes)
        continue
      }
      try execute(tag, body, source, &changes, &outcomes)
      if !fillable.isEmpty { try fillBackorders(source, &changes) }
      // Behind each command: the next one may hand the slots over.
      try straddleWrittenOrders(source, &changes)
    }
    if !reader.isAtEnd { applied.alarms += 1 }
  }

  /// Where the bytes cannot be read: an outcome for each command that was announced.
  private mutating func refuseRest(_ count: Int, _ outcomes: inout OutcomeBuffer) {
    for _ in 0..<count {
      applied.alarms += 1
      outcomes.refuse(request.id, .malformed)
    }
  }

  private mutating func execute(
    _ tag: CommandTag, _ body: RawSpan, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    if tag == .reserve {
      do { try request.decodeReserve(body: body) } catch { return refuseRest(1, &outcomes) }
      request.fingerprint = reserveFingerprint()
      reason.removeAll(keepingCapacity: true)
      return try reserve(reader, &changes, &outcomes)
    }
    let command: Command
    do { command = try Command(tag: tag, body: body, scratch: &request) } catch { return refuseRest(1, &outcomes) }
    reason.removeAll(keepingCapacity: true)
    if let slot = command.addressedSlot, slots.isGone(slot) { return outcomes.append(request.id, .slots(.notNow)) }
    switch command {
    case .reserve: invariantViolated("a reservation is not read into a value here")
    case .tick: outcomes.append(.zero, .ticked)
    case .sweepRequests(let limit):
      try forgetOld(limit: Int(min(limit, 65_536)), reader, &changes)
      outcomes.append(.zero, .swept)
    case .setLocations(let locations):
      set(locations, &changes)
      outcomes.append(.zero, .locationsSet)
    case .settleClaim(let settle):
      request.actor.append(contentsOf: settle.actor.utf8)
      try settleClaim(settle, reader, &changes, &outcomes)
    case .burnClaim(let burn): try burnClaim(burn, reader, &changes, &outcomes)
    case .ackOutbox(let acks):
      acknowledge(acks, &changes)
      outcomes.append(.zero, .acknowledged)
    case .slots(let command): outcomes.append(.zero, .slots(try carryOut(command, reader, &changes)))
    case .prepareClaim(_, let prepare): try prepareClaim(prepare, reader, &changes, &outcomes)
    case .decideHold(_, let decide): try decideHold(decide, reader, &changes, &outcomes)
    case .decideConfirm(_, let decide):
      // Behind what was decided it says what a confirmation says, and is known by that.
      let content = unsafe body.extracting(unchecked: request.contentStart + decide.partsByteCount..<body.byteCount)
      request.fingerprint = fingerprint(.confirmHold, content: content)
      try carryOut(command, .confirmHold, reader, &changes, &outcomes)
    case .decideMove(_, let decide):
      // It is a move's, and known by what that says.
      var content = ByteWriter()
      decide.move.encode(to: &content)
      request.fingerprint = fingerprint(.moveAllocation, content: content.bytes.rawSpan, of: decide.line.item)
      try carryOut(command, .moveAllocation, reader, &changes, &outcomes)
    case .createOrder(_, let create):
      request.fingerprint = create.fingerprint
      try carryOut(command, .createOrder, reader, &changes, &outcomes)
    case .decideOrder(_, let decide):
      request.fingerprint = decide.create.fingerprint
      try carryOut(command, .createOrder, reader, &changes, &outcomes)
    case .amendOrder(_, let amend):
      request.fingerprint = amend.fingerprint
      try carryOut(command, .amendOrder, reader, &changes, &outcomes)
    case .decideAmend(_, let decide):
      request.fingerprint = decide.amend.fingerprint
      try carryOut(command, .amendOrder, reader, &changes, &outcomes)
    case .putSKU, .receive, .adjust, .move, .extendHold, .releaseHold, .confirmHold, .changeOrder, .setCount,
      .moveAllocation:
      let content = unsafe body.extracting(unchecked: request.contentStart..<body.byteCount)
      request.fingerprint = fingerprint(tag, content: content)
      try carryOut(command, tag, reader, &changes, &outcomes)
    }
  }

  /// Carries out a command that is recorded under its request id.
  private mutating func carryOut(
    _ command: Command, _ tag: CommandTag, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    let isRecorded = !request.isGenerated || tag == .confirmHold || tag == .createOrder
    if isRecorded, try isAnsweredBefore(tag, reader, &outcomes) {
      return try spendParts(of: command, reader, &changes)
    }
    let answer: Answer
    switch command {
    case .putSKU(_, let put): answer = putSKU(put, &changes)
    case .receive(_, let receive): answer = self.receive(receive)
    case .adjust(_, let adjust): answer = self.adjust(adjust)
    case .move(_, let move): answer = self.move(move)
    case .extendHold(_, let hold, let timeToLive): answer = try extendHold(hold, timeToLive, reader, &changes)
    case .releaseHold(_, let hold): answer = try releaseHold(hold, reader, &changes)
    case .confirmHold(_, let hold, let terms):
      answer = try confirmHold(hold, terms, reader, &changes, &outcomes)
    case .decideConfirm(_, let decide): answer = try decideConfirm(decide, reader, &changes, &outcomes)
    case .createOrder(_, let create): answer = try createOrder(create, reader, &changes)
    case .decideOrder(_, let decide): answer = try decideOrder(decide, reader, &changes)
    case .amendOrder(_, let amend): answer = try amendOrder(amend, reader, &changes)
    case .decideAmend(_, let decide): answer = try decideAmend(decide, reader, &changes)
    case .changeOrder(_, let target, let step): answer = try carryOut(step, on: target, reader, &changes)
    case .setCount(_, let count): answer = setCount(count)
    case .moveAllocation(_, let move): answer = try moveAllocation(move, reader, &changes)
    case .decideMove(_, let decide): answer = try decideMove(decide, reader, &changes)
    case .reserve, .tick, .sweepRequests, .setLocations, .prepareClaim, .settleClaim, .decideHold, .burnClaim,
      .ackOutbox, .slots:
      invariantViolated("not a recorded command")
    }
    switch answer {
    case .refused(let refusal):
      outcomes.refuse(request.id, refusal)
      try spendParts(of: command, reader, &changes)
    case .again(let result):
      outcomes.append(request.id, result, isReplay: true)
      try spendParts(of: command, reader, &changes)
    case .moved:
      outcomes.append(request.id, .slots(.notNow))
      try spendParts(of: command, reader, &changes)
    case .unsettled(let claim, let version): outcomes.append(request.id, .claimUnsettled(claim, version: version))
    case .done(let done, let result):
      if isRecorded, !isMutated(.reusesRequestIDs) {
        let record = RequestRecord(
          settled: applied.stamp, tag: tag, home: request.home, fingerprint: request.fingerprint, answer: done)
        settle(request.id, .request(record), &changes)
      }
      outcomes.append(request.id, result)
    }
  }
}

extension Ledger {
  /// Answers a request whose id says what it comes to: it was carried out before, or cannot be.
  private mutating func isAnsweredBefore(
    _ tag: CommandTag, _ reader: any StateReader, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Bool {
    switch try use(of: request.id, reader) {
    case .fresh, .settled(.tombstone): return false
    case .refused(let refusal): outcomes.refuse(request.id, refusal)
    case .live, .settled(.closedHold): outcomes.refuse(request.id, .requestIDReused)
    case .settled(.request(let record)): try replay(record, tag, reader, &outcomes)
    }
    return true
  }
}

/// What a recorded command comes to.
enum Answer {
  case done(RequestRecord.Answer, Outcome.Result)
  /// It was done before, by a request with another id: there is nothing to record.
  case again(Outcome.Result)
  case refused(Refusal)
  /// What it is about went away with its slot: whoever has the slot decides.
  case moved
  /// The decided version is not the next one.
  case unsettled(ClaimKey, version: UInt64)
}
