internal import API
internal import Basics
internal import HTTP2
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication

/// Claims over several shards, as part of a shard's verification: its leader asks the other sides, and looks again at what
/// differs or is on its way.
extension StoreServer {
  /// A reader thread is done with a shard: now its claims are compared, if it has any.
  func verified(_ found: Result<VerifiedShard, CallFailure>, _ shard: ShardID, _ origin: CallOrigin) {
    switch found {
    case .failure(let failure): fail(origin, failure)
    case .success(let found):
      let check = ClaimCheck(shard, origin, found)
      if check.open.isEmpty { return answer(origin, check.response) }
      ask(gatherings.insert(.claims(check)), check)
    }
  }

  /// Asks the other side of each open claim, many with one question, some questions at a time.
  private func ask(_ tag: UInt64, _ check: ClaimCheck) {
    check.beginRound { slot in Slot(rawValue: slot.rawValue).map { shard(of: $0) } }
    goOnAsking(tag, check)
  }

  private func goOnAsking(_ tag: UInt64, _ check: ClaimCheck) {
    if check.isAsking { return }
    check.isAsking = true
    while let number = check.nextQuestion() {
      let bytes = check.questions[number].question.encoded
      answerClaimQuestion(bytes.rawSpan, .part(number, of: tag, store: UInt16(index)))
    }
    check.isAsking = false
    if check.isRoundOver { endRound(tag, check) }
  }

  /// Says what a shard that is led here knows of some claims, or passes the question on.
  func answerClaimQuestion(_ message: RawSpan, _ origin: CallOrigin) {
    let question: ClaimQuestion
    do throws(DecodeError) { question = try ClaimQuestion(message) } catch { return fail(origin, CallFailure(error)) }
    let owner = node.storeIndex(of: question.shard)
    guard owner == index else {
      guard callsPassedOn < Self.callsPassedOnMax else { return fail(origin, StoreRefusal.backlogFull) }
      callsPassedOn += 1
      return outboxes[owner].append(.claimQuestion(message.copied(), origin))
    }
    guard store.leads(question.shard) else { return routeClaimQuestion(message, origin, question.shard) }
    // What is left of a slot that has moved is no answer; whoever asks looks into a newer map.
    guard question.slots.allSatisfy({ store.ownsSlot($0, in: question.shard) }) else {
      return fail(origin, StoreRefusal.noLeader)
    }
    do throws(CallFailure) {
      try readFrozen(question.shard, origin) { frozen throws(FrozenReadFailure) in
        try fromState { () throws(StateReadError) in try frozen.statements(question.claims, asHome: question.asHome) }
      }
    } catch { fail(origin, error) }
  }

  private func routeClaimQuestion(_ message: RawSpan, _ origin: CallOrigin, _ shard: ShardID) {
    if origin.kind == .held { return sendOnItsWay(origin.tag) }
    guard let tag = hold(.claimStatements, message.copied(), origin, shard) else {
      return fail(origin, StoreRefusal.backlogFull)
    }
    sendOnItsWay(tag)
  }

  /// One of the other sides has answered, or cannot be asked: then its claims stay open.
  func deliver(_ answer: StoreAnswer, of question: Int, to check: ClaimCheck, _ tag: UInt64) {
    // What this shard says of its open claims, for the next look.
    if question == Self.ownStatements { return lookAgain(answer, tag, check) }
    if case .message(let bytes) = answer {
      do throws(DecodeError) { check.take(try ClaimQuestion.statements(bytes), for: question) } catch {
        check.response.findings.append(LedgerFinding(text: "an answer about claims cannot be read: \(error)"))
      }
    }
    check.answered += 1
    goOnAsking(tag, check)
  }

  private func endRound(_ tag: UInt64, _ check: ClaimCheck) {
    check.endRound()
    guard check.isDone else {
      check.next = loop.now.advanced(byMilliseconds: ClaimCheck.pauseMilliseconds)
      claimChecks.append(tag)
      return
    }
    check.giveUp()
    end(tag, check)
  }

  private func end(_ tag: UInt64, _ check: ClaimCheck) {
    gatherings.remove(tag)
    answer(check.origin, check.response)
  }

  // MARK: Looking again

  private static let ownStatements = Int(Int32.max)

  /// Reads this shard's own side of what is still open. A shard that is not led here any more cannot be verified here.
  ///
  /// - Returns: when to look again although nothing happens.
  func lookAtClaimChecks() -> Instant {
    if claimChecks.isEmpty { return .distantFuture }
    let due = claimChecks
    claimChecks = []
    var next = Instant.distantFuture
    for tag in due {
      guard case .claims(let check) = gatherings[tag] else { continue }
      guard isWaitedFor(check.origin) else {
        gatherings.remove(tag)
        continue
      }
      guard check.next <= loop.now else {
        claimChecks.append(tag)
        next = min(next, check.next)
        continue
      }
      check.forget { !store.ownsSlot($0, in: check.shard) }
      if check.open.isEmpty { end(tag, check) } else { readOwnSide(tag, check) }
    }
    return next
  }

  private func readOwnSide(_ tag: UInt64, _ check: ClaimCheck) {
    let items = check.open.map { ($0.own.claim, $0.isHome) }
    let part = CallOrigin.part(Self.ownStatements, of: tag, store: UInt16(index))
    do throws(CallFailure) {
      guard store.leads(check.shard) else { throw CallFailure(StoreRefusal.noLeader) }
      try readFrozen(check.shard, part) { frozen throws(FrozenReadFailure) in
        try fromState { () throws(StateReadError) in
          var statements: [ClaimStatement] = []
          for (claim, isHome) in items { statements.append(try frozen.statement(claim, asHome: isHome)) }
          return ClaimQuestion.answer(statements)
        }
      }
    } catch { fail(part, error) }
  }

  private func lookAgain(_ answer: StoreAnswer, _ tag: UInt64, _ check: ClaimCheck) {
    switch answer {
    case .failure(let failure):
      gatherings.remove(tag)
      fail(check.origin, failure)
    case .message(let bytes):
      do throws(DecodeError) { check.renew(try ClaimQuestion.statements(bytes, countMax: .max)) } catch {
        invariantViolated("the shard's own statements cannot be read: \(error)")
      }
      ask(tag, check)
    }
  }
}

extension FrozenShard {
  mutating func statement(_ claim: ClaimKey, asHome: Bool) throws(StateReadError) -> ClaimStatement {
    asHome ? try ledger.homeStatement(of: claim) : try ledger.slotStatement(of: claim)
  }

  mutating func statements(_ claims: [ClaimKey], asHome: Bool) throws(StateReadError) -> [UInt8] {
    var statements: [ClaimStatement] = []
    for claim in claims { statements.append(try statement(claim, asHome: asHome)) }
    return ClaimQuestion.answer(statements)
  }
}
