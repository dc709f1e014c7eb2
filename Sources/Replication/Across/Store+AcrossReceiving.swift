package import Basics
internal import Inventory
internal import Raft

// What a leader does with the question of another: as a participant, or as the home that a participant asks.

extension Store {
  /// Carries out a call of another shard's leader, or of this one's.
  ///
  /// - Parameters:
  ///   - shard: the shard that has the slot which the call is addressed to, as the edge knows.
  ///   - node: the node that asks, if the edge knows. It is told when the entry of what it asks to prepare is durable here.
  /// - Returns: the answer, if there is one already; else it comes with ``takeAcrossAnswers()``, or the waiter is lost.
  package func receive(
    _ bytes: RawSpan, in shard: ShardID, from node: NodeID? = nil, for waiter: Waiter
  ) throws(AcrossCallRefusal) -> [UInt8]? {
    if let refusal { throw .refused(refusal) }
    guard leads(shard), ledger(of: shard) != nil else { throw .refused(.noLeader) }
    if bytes.byteCount > 1, bytes[byte: 1] & 0xF0 == 0x80 { return receiveSlotMessage(bytes, in: shard, waiter) }
    let message: AcrossMessage
    do throws(DecodeError) { message = try AcrossMessage(decoding: bytes) } catch { throw .malformed(error) }
    wantsTurn = true
    if case .prepare = message, let node { replica(of: shard)?.note(asker: node) }
    do throws(StateReadError) { return try carryOut(message, in: shard, waiter)?.encoded() } catch {
      across.failure = error
      throw .refused(.noLeader)
    }
  }

  /// Takes the answers to calls of others, each for the waiter that the call came with.
  package func takeAcrossAnswers() -> [(waiter: Waiter, bytes: [UInt8])] {
    defer { acrossAnswers = [] }
    return acrossAnswers
  }

  /// Answers a call of another shard's leader.
  func answerAcross(_ waiter: Waiter, _ bytes: [UInt8]) { acrossAnswers.append((waiter, bytes)) }

  private func carryOut(
    _ message: AcrossMessage, in shard: ShardID, _ waiter: Waiter
  ) throws(StateReadError) -> AcrossAnswer? {
    switch message {
    case .prepare(let prepare):
      guard ownsSlot(prepare.key.slot, in: shard) else { return .notOwner }
      propose(
        .received(.prepare, caller: waiter), to: shard, .prepareClaim(header(prepare), command(prepare, in: shard)))
    case .settle(let key, let row):
      guard ownsSlot(key.slot, in: shard) else { return .notOwner }
      guard let settle = settleCommand(key, row, in: shard) else { return .notOwner }
      propose(.received(.settle(version: settle.version), caller: waiter), to: shard, .settleClaim(settle))
    case .inquire(let key, let version, let home):
      guard ownsSlot(home, in: shard) else { return .notOwner }
      return try answerInquiry(key, version, home, in: shard, waiter)
    }
    return nil
  }

  private func header(_ message: PrepareMessage) -> RequestHeader {
    RequestHeader(id: message.key.id, isGenerated: true, actor: String(decoding: message.actor, as: UTF8.self))
  }

  private func command(_ message: PrepareMessage, in shard: ShardID) -> PrepareClaim {
    let lines = message.lines.map { line in
      ReserveLine(
        sku: findSKU(tenant: message.tenant.rawSpan, sku: line.sku.rawSpan, in: shard) ?? SKUNumber(0),
        location: line.location, quantity: line.quantity, minimum: line.minimum)
    }
    return PrepareClaim(
      claim: message.key, version: message.version, fingerprint: message.fingerprint, home: message.home,
      name: message.name,
      lines: Reserve(
        mode: message.mode, sourcing: message.sourcing, rankedLocations: ranking(message.ranked, of: lines, in: shard),
        lines: lines))
  }

  /// A tenant may have more locations than a command can carry: then only those count where a line's SKU has ever had
  /// stock, and of these the best.
  private func ranking(_ all: [LocationNumber], of lines: [ReserveLine], in shard: ShardID) -> [LocationNumber] {
    guard all.count > Rules.rankedLocationsMax else { return all }
    let stocked = lines.flatMap { stock(of: $0.sku, in: shard).map(\.stock.location) }.sorted()
    return Array(all.lazy.filter { stocked.contains($0) }.prefix(Rules.rankedLocationsMax))
  }

  /// The row of an outbox in this shard's numbers; `nil` for one that speaks of what is not here, or cannot be read.
  private func settleCommand(_ claim: ClaimKey, _ row: [UInt8], in shard: ShardID) -> SettleClaim? {
    guard let ledger = ledger(of: shard) else { return nil }
    do throws(DecodeError) { return ledger.machine.settlement(of: claim, try OutboxRecord(row.rawSpan)) } catch {
      return nil
    }
  }

  /// Settles a claim as its home has answered.
  func settle(_ key: ClaimKey, _ row: [UInt8], in shard: ShardID) {
    guard ownsSlot(key.slot, in: shard), let settle = settleCommand(key, row, in: shard) else { return }
    propose(.resolution(key), to: shard, .settleClaim(settle))
  }
}

// MARK: - Inquiries

extension Store {
  /// What became of a version of a claim. What the outbox still has is told from there, as it can only be replaced by what
  /// has a higher version. Else an entry sees to it that no version up to this one can be decided any more, and has the
  /// outbox tell what there is; before that nobody is told.
  private func answerInquiry(
    _ key: ClaimKey, _ version: UInt64, _ home: SlotNumber, in shard: ShardID, _ waiter: Waiter
  ) throws(StateReadError) -> AcrossAnswer? {
    guard across.step(of: key.id) == nil else { return .deciding }
    if let answer = try resolution(key, since: version, in: shard) { return answer }
    propose(
      .received(.inquire(key), caller: waiter), to: shard,
      .burnClaim(BurnClaim(id: key.id, version: version, home: home, slots: [key.slot])))
    return nil
  }

  private func resolution(
    _ key: ClaimKey, since version: UInt64, in shard: ShardID
  ) throws(StateReadError) -> AcrossAnswer? {
    guard let ledger = ledger(of: shard) else { return nil }
    guard let row = ledger.machine.outboxRow(key), row.version >= version else { return nil }
    return try ledger.machine.outboxBytes(key, partitions).map { .resolved(row: $0) }
  }

  /// The entry of a call was applied.
  func answerReceived(_ call: ReceivedCall, _ caller: Waiter, _ outcome: Outcome, in shard: ShardID) {
    let answer: AcrossAnswer?
    switch (call, outcome.result) {
    case (.prepare, .claimPrepared(let grant)): answer = .granted(token: grant.token, granted(grant))
    case (.prepare, .claimUnsettled(_, let version)), (.prepare, .claimSettled(_, let version)):
      answer = .unsettled(version)
    case (.prepare, .refused(let refusal)): answer = .refused(AcrossRefusal(refusal))
    // What cannot be is an alarm of this shard's, and stays in the outbox of the other.
    case (.settle, .refused): answer = .notOwner
    // The slot went away with an entry before this one.
    case (_, .slots): answer = .notOwner
    case (.settle(let version), _): answer = .settled(version)
    case (.inquire(let key), _):
      do throws(StateReadError) { answer = try resolution(key, since: 0, in: shard) } catch {
        across.failure = error
        return
      }
    case (.prepare, _): invariantViolated("a preparation has the outcome of something else")
    }
    if let answer { answerAcross(caller, answer.encoded()) } else { lost.add(caller, shard, .notApplied) }
  }
}

/// Why a call of another shard's leader was not taken. It has surely no effect.
package enum AcrossCallRefusal: Error, Equatable, Sendable {
  case refused(StoreRefusal)
  case malformed(DecodeError)
}

extension Store {
  /// What was granted, line by line. A line may have been granted at several locations, one behind the other.
  func granted(_ grant: ClaimGrant) -> [AcrossGrantedLine] {
    var place = -1
    return effects.outcomes.lines[grant.lines].map { line in
      // The parts of a line behind its first one ask for nothing.
      if line.asked > 0 { place += 1 }
      var granted = AcrossGrantedLine(
        line: max(place, 0), location: line.location, asked: line.asked, granted: line.granted)
      if line.granted == 0, let shortage = grant.shortage, shortage.line == place {
        (granted.location, granted.available) = (shortage.location, shortage.available)
      }
      return granted
    }
  }
}

extension AcrossRefusal {
  /// Of the refusals of the ledger those that a preparation can have; all others mean that the home sent what its gate
  /// should not have let through.
  init(_ refusal: Refusal) {
    switch refusal {
    case .outOfStock(let shortage):
      self = .outOfStock(
        line: shortage.line, location: shortage.location, asked: shortage.asked, available: shortage.available)
    case .unknownSKU(let line, _): self = .unknownSKU(line: line)
    case .noLocation(let line): self = .noLocation(line: line)
    case .locationClosed(let line, let location, _): self = .locationClosed(line: line, location: location)
    case .notAMultiple(let line, _, let lot, let asked): self = .notAMultiple(line: line, lot: lot, asked: asked)
    case .externalNumberTaken(let taken): self = .nameTaken(taken)
    case .invalidQuantity(let line, _), .invalidMinimum(let line, _): self = .invalid(line: line)
    case .requestIDReused: self = .requestIDReused
    case .malformed, .requestTooOld, .requestFromFuture, .invalidLineCount, .invalidTimeToLive,
      .invalidAccount, .invalidSKUText, .invalidScale, .tooManySKUs, .scaleIsFixed, .revisionMismatch,
      .quantityOverflow, .insufficient, .insufficientElsewhere, .unknownHold, .holdNotActive, .holdExpired,
      .needsConsent, .invalidName, .claimOverdrawn, .order, .invalidPayWithin, .invalidLot, .backorderLimit,
      .countOutdated, .unknownRevision, .unknownOwner, .tooManyLines:
      self = .invalid(line: 0)
    }
  }
}
