internal import API
internal import Basics
internal import Client
internal import HTTP2
internal import Reactor

/// From an answer to its place in the tally, the book, and the buyer's next step.
extension Worker: ClientConnectionDelegate {
  func opened(_ connection: ClientConnection) {
    if let links {
      links.opened(connection)
      if links.areAllOpen, phase == .connecting { becomeReady() }
      return
    }
    openCount += 1
    if openCount == connections.count, phase == .connecting { becomeReady() }
  }

  func closed(_ connection: ClientConnection, _ end: ConnectionEnd) {
    if let links { return links.closed(connection, end) }
    switch phase {
    case .connecting:
      phase = .finished
      tell(.failed(worker: plan.index, reason: Self.explain(end)))
    case .ready, .running, .draining: disconnected()
    case .finished: break
    }
  }

  func draining(_ session: ClientSession) {
    if let links { links.draining(session.tag) } else { disconnected() }
  }

  func writable(_ call: CallID, tag: UInt64, in session: ClientSession) {}

  func received(_ message: RawSpan, for call: CallID, tag: UInt64, in session: ClientSession) {
    if tag == NodeLinks.mapTag { return links?.mapReceived(message) ?? () }
    let index = Int(tag)
    do throws(DecodeError) {
      switch slots[index].operation {
      case .reserve: slots[index].outcome = made(index, 0, try ReserveAnswer(reading: message, plan.names))
      case .repeated: slots[index].outcome = repeated(index, try ReserveAnswer(reading: message, plan.names))
      case .batch: slots[index].outcome = try batchAnswered(index, message)
      case .confirm: slots[index].outcome = .done
      case .release: slots[index].outcome = .done
      }
    } catch {
      slots[index].outcome = .wrong
      result.failures.add("an answer cannot be read: \(error)")
      forget(index, isUnknown: true)
    }
  }

  func finished(_ outcome: borrowing CallResult, for call: CallID, tag: UInt64, in session: ClientSession) {
    if tag == NodeLinks.mapTag { return links?.mapEnded() ?? () }
    let index = Int(tag)
    if outcome.status != .ok {
      let ending = failed(index, outcome)
      if Self.mayHaveBeenApplied(ending, outcome.certainty) { slots[index].isUncertain = true }
      if links != nil { learn(index, ending, outcome, at: session.tag) }
      return ended(index, ending)
    }
    let ending = slots[index].outcome ?? .wrong
    if isLinked, let links {
      if slots[index].isPartial {
        slots[index].isPartial = false
        return ended(index, ending)
      }
      links.succeeded(slot: keySlot(index), at: NodeLinks.place(session.tag))
    }
    count(index, ending)
    continueJourney(index, ending)
  }

  // MARK: answers

  /// Enters a hold into the book, after comparing it with what was asked for.
  private func made(_ index: Int, _ position: Int, _ answer: ReserveAnswer) -> Outcome {
    let item = items[index &* plan.batch &+ position]
    let record = HoldRecord(
      id: item.id, expiryMilliseconds: answer.expiryMilliseconds, skuIndex: UInt32(item.sku),
      quantity: UInt16(plan.quantity), suffix: answer.suffix, knowledge: .held)
    let place = recorder.append(record)
    slots[index].hold = record
    slots[index].place = place
    let isRight =
      answer.id == item.id && answer.skuIndex == item.sku && answer.quantity == Int64(plan.quantity)
      && answer.lineCount == 1 && answer.isActive && answer.expiryMilliseconds > 0
    // A second attempt is no replay either, when the first one was refused as surely not applied.
    if isRight, !answer.isReplayed || slots[index].isUncertain { return .done }
    result.failures.add("the hold that was made is not the one asked for: \(item.id), SKU \(item.sku): \(answer)")
    return .wrong
  }

  private func repeated(_ index: Int, _ answer: ReserveAnswer) -> Outcome {
    let hold = slots[index].hold
    let isSame =
      answer.id == hold.id && answer.suffix == hold.suffix && answer.skuIndex == Int(hold.skuIndex)
      && answer.quantity == Int64(hold.quantity) && answer.expiryMilliseconds == hold.expiryMilliseconds
    if isSame && answer.isReplayed { return .done }
    result.failures.add("a repeated request got another answer: \(hold.id): \(answer)")
    return .wrong
  }

  private func batchAnswered(_ index: Int, _ message: RawSpan) throws(DecodeError) -> Outcome {
    if let failure = try partialFailure(index, message) { return failure }
    var answers = BatchAnswers(message)
    var position = 0
    var worst = Outcome.done
    while let answer = try answers.next(plan.names) {
      guard position < plan.batch else { throw .invalid("more results than requests") }
      let outcome: Outcome
      switch answer {
      case .made(let answer): outcome = made(index, position, answer)
      case .refused(let refusal):
        outcome = refusal
        if Self.mayHaveBeenApplied(refusal, .answered) { forgetItem(index, position) }
      }
      if outcome == .wrong { worst = .wrong }
      tallyReservation(outcome, isMeasured(slots[index].intendedAt))
      position += 1
    }
    guard position == plan.batch else { throw .invalid("\(position) results for \(plan.batch) requests") }
    return worst
  }

  /// A batch of which some parts failed for the moment is made again as a whole: the others are then answered again.
  private func partialFailure(_ index: Int, _ message: RawSpan) throws(DecodeError) -> Outcome? {
    if links == nil { return nil }
    var answers = BatchAnswers(message)
    while let answer = try answers.next(plan.names) {
      guard case .refused(let outcome) = answer, canRetry(index, outcome) else { continue }
      slots[index].isUncertain = true
      slots[index].isPartial = true
      return outcome
    }
    return nil
  }

  // MARK: failures

  private func failed(_ index: Int, _ ending: borrowing CallResult) -> Outcome {
    if ending.certainty != .answered, ending.status == .unavailable { return .lost }
    let status = CallStatus(rawValue: Int32(ending.status.rawValue)) ?? .unknown
    let isOutOfStock = status == .failedPrecondition && ending.details.contains(Outcome.outOfStockReason)
    let outcome = Outcome(status, isOutOfStock: isOutOfStock)
    let isLast = links == nil || !canRetry(index, outcome)
    if outcome.isError, isLast, !result.failures.isFull { result.failures.add("\(status.name): \(ending.message)") }
    return outcome
  }

  /// Whether a call that failed so may still have had its effect. RESOURCE_EXHAUSTED and UNAVAILABLE, said by the
  /// server, promise that it had none.
  private static func mayHaveBeenApplied(_ outcome: Outcome, _ certainty: CallCertainty) -> Bool {
    switch outcome {
    case .done, .wrong, .outOfStock, .refused, .resourceExhausted, .unavailable: false
    case .lost: certainty == .unknown
    case .deadlineExceeded, .failed: certainty != .notProcessed
    }
  }

  /// Enters what is not known after a failed call.
  func forget(_ index: Int, isUnknown: Bool) {
    guard isUnknown else { return }
    switch slots[index].operation {
    case .reserve, .batch: for position in 0..<plan.batch { forgetItem(index, position) }
    case .repeated: break
    case .confirm: recorder.learn(.confirmUnknown, at: slots[index].place)
    case .release: recorder.learn(.releaseUnknown, at: slots[index].place)
    }
  }

  private func forgetItem(_ index: Int, _ position: Int) {
    let item = items[index &* plan.batch &+ position]
    _ = recorder.append(
      HoldRecord(
        id: item.id, skuIndex: UInt32(item.sku), quantity: UInt16(plan.quantity), knowledge: .reserveUnknown))
  }

  // MARK: counting

  func count(_ index: Int, _ outcome: Outcome) {
    let (operation, intendedAt) = (slots[index].operation, slots[index].intendedAt)
    let latency = loop.now.nanoseconds &- intendedAt
    total.record(latency)
    if outcome.isError { errorsTotal &+= 1 } else { result.timeline.succeeded(at: loop.now.nanoseconds) }
    let isMeasured = isMeasured(intendedAt)
    if isMeasured {
      result.tally.record(operation, outcome, latency: latency)
      if openLoop != nil {
        result.tally.record(operation, service: loop.now.nanoseconds &- slots[index].startedAt)
        lastMeasuredAt = max(lastMeasuredAt, loop.now)
      }
    }
    switch operation {
    case .reserve: tallyReservation(outcome, isMeasured)
    case .batch: if slots[index].outcome == nil { for _ in 0..<plan.batch { tallyReservation(outcome, isMeasured) } }
    case .repeated, .confirm, .release: break
    }
  }

  private func tallyReservation(_ outcome: Outcome, _ isMeasured: Bool) {
    reservationsTotal &+= 1
    if isMeasured { result.tally.count(outcome) }
  }

  // MARK: the next step

  func continueJourney(_ index: Int, _ outcome: Outcome) {
    if let next = nextStep(index, outcome) { return follow(index, next) }
    becomeIdle(index)
    if openLoop == nil { beginJourney(index) } else { finishIfIdle() }
  }

  private func nextStep(_ index: Int, _ outcome: Outcome) -> Operation? {
    switch slots[index].operation {
    case .reserve:
      guard outcome == .done, phase == .running || phase == .draining else { return nil }
      if plan.duplicateShare > 0, generator.unit() < plan.duplicateShare { return .repeated }
      return fate()
    case .repeated: return outcome == .done ? fate() : nil
    case .batch: return nil
    case .confirm:
      if outcome == .done { recorder.learn(.confirmed, at: slots[index].place) }
      return nil
    case .release:
      if outcome == .done { recorder.learn(.released, at: slots[index].place) }
      return nil
    }
  }

  /// What the buyer does with the hold.
  private func fate() -> Operation? {
    if plan.confirmShare + plan.releaseShare == 0 { return nil }
    let draw = generator.unit()
    if draw < plan.confirmShare { return .confirm }
    return draw < plan.confirmShare + plan.releaseShare ? .release : nil
  }

  static func explain(_ end: ConnectionEnd) -> String {
    switch end {
    case .closedHere: "it was closed by this program"
    case .closedByPeer: "the server closed the connection"
    case .peerTooSlow: "the server took nothing for too long"
    case .connectFailed(111): "nobody listens there"
    case .connectFailed(let code): "errno \(code)"
    case .connectTimedOut: "no answer in time"
    case .failed(let code): "errno \(code)"
    }
  }
}

extension Array where Element == UInt8 {
  /// Whether `part`, which is not empty, stands somewhere in these bytes.
  func contains(_ part: [UInt8]) -> Bool {
    guard count >= part.count else { return false }
    return (0...(count - part.count)).contains { start in
      self[start] == part[0] && self[start..<(start + part.count)].elementsEqual(part)
    }
  }
}
