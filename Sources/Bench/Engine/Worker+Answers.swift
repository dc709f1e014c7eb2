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
      context.isMeasured = isMeasured(slots[index].intendedAt)
      switch try workload.received(message, for: loadCall(index)) {
      case .outcome(let outcome): slots[index].outcome = outcome
      case .partial(let outcome):
        slots[index].outcome = outcome
        slots[index].isPartial = true
        slots[index].isUncertain = true
      }
    } catch {
      slots[index].outcome = .wrong
      slots[index].isUnreadable = true
      context.failures.add("an answer cannot be read: \(error)")
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
      if slots[index].isPartial { return ended(index, ending) }
      links.succeeded(slot: workload.keySlot(loadCall(index)), at: NodeLinks.place(session.tag))
    }
    over(index, ending, isUnknown: slots[index].isUnreadable || slots[index].outcome == nil)
  }

  // MARK: failures

  private func failed(_ index: Int, _ ending: borrowing CallResult) -> Outcome {
    if ending.certainty != .answered, ending.status == .unavailable { return .lost }
    let status = CallStatus(rawValue: Int32(ending.status.rawValue)) ?? .unknown
    let outcome = Outcome(status, details: ending.details)
    let isLast = !canRetry(index, outcome)
    if outcome.isError, isLast, !context.failures.isFull { context.failures.add("\(status.name): \(ending.message)") }
    return outcome
  }

  /// Whether a call that failed so may still have had its effect.
  private static func mayHaveBeenApplied(_ outcome: Outcome, _ certainty: CallCertainty) -> Bool {
    switch outcome {
    case .lost: certainty == .unknown
    case .deadlineExceeded, .failed: certainty != .notProcessed
    case .done, .wrong, .outOfStock, .expired, .refused, .resourceExhausted, .unavailable: false
    }
  }

  // MARK: the end of a call

  /// A call is over, after all its attempts: counts it, and goes on with the buyer's next one.
  func over(_ index: Int, _ outcome: Outcome, isUnknown: Bool) {
    count(index, outcome)
    if let next = workload.ended(loadCall(index), outcome, isUnknown: isUnknown) {
      return send(index, next, intendedAt: loop.now.nanoseconds)
    }
    becomeIdle(index)
    if openLoop == nil { beginJourney(index) } else { finishIfIdle() }
  }

  private func count(_ index: Int, _ outcome: Outcome) {
    let (operation, intendedAt) = (slots[index].operation, slots[index].intendedAt)
    let latency = loop.now.nanoseconds &- intendedAt
    total.record(latency)
    if outcome.isError { errorsTotal &+= 1 } else { result.timeline.succeeded(at: loop.now.nanoseconds) }
    context.isMeasured = isMeasured(intendedAt)
    guard context.isMeasured else {
      if outcome == .wrong { result.wrongUnmeasured &+= 1 }
      return
    }
    context.tally.record(operation, outcome, latency: latency)
    if openLoop != nil {
      context.tally.record(operation, service: loop.now.nanoseconds &- slots[index].startedAt)
      lastMeasuredAt = max(lastMeasuredAt, loop.now)
    }
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
