internal import API
internal import Basics
internal import Client
internal import HTTP2
internal import Reactor

/// Calls to a cluster: each goes to its shard's leader, and one that fails is made again with the same ids until its
/// deadline, as a storefront would.
extension Worker {
  private static let attemptNanoseconds: UInt64 = 1_000_000_000
  /// With less than twice so much left, an attempt gets all of it.
  private static let shortestAttemptNanoseconds: UInt64 = 250_000_000

  func attemptLinked(_ index: Int) {
    let last = slots[index].failedAt
    let connection = links?.connection(
      slot: workload.keySlot(loadCall(index)), lane: slots[index].connection, attempt: slots[index].attempts,
      avoiding: last < 0 ? nil : Int(last))
    let message = workload.message(loadCall(index))
    let call = connection?.start(
      slots[index].operation.method, message: message.rawSpan, deadline: attemptDeadline(index), tag: UInt64(index))
    if call == nil { noNode(index) }
  }

  /// As the client library does: an attempt that has no answer for a second is given up, the next one after two.
  private func attemptDeadline(_ index: Int) -> Instant {
    let left = Instant(nanoseconds: slots[index].givesUpAt).nanoseconds(since: loop.now)
    let isLast = slots[index].attempts >= plan.cluster?.attemptsMax ?? .max
    guard !isLast, left > 2 * Self.shortestAttemptNanoseconds else {
      return Instant(nanoseconds: slots[index].givesUpAt)
    }
    return loop.now.advanced(byNanoseconds: min(Self.attemptNanoseconds << UInt64(slots[index].timeouts), left / 2))
  }

  /// No node takes the call, which has surely not been sent.
  private func noNode(_ index: Int) {
    if plan.cluster?.endsOnDisconnect ?? false, links?.isAnyOpen == false { disconnected() }
    ended(index, .unavailable)
  }

  /// An attempt has failed; there is another, or this is the end of the call.
  func ended(_ index: Int, _ outcome: Outcome) {
    if canRetry(index, outcome) { return retry(index, after: outcome) }
    over(index, outcome, isUnknown: slots[index].isUncertain)
  }

  /// Takes note of what a failed attempt tells of its node.
  func learn(_ index: Int, _ outcome: Outcome, _ result: borrowing CallResult, at tag: UInt64) {
    slots[index].failedAt = Int32(truncatingIfNeeded: NodeLinks.place(tag))
    if outcome == .deadlineExceeded { slots[index].timeouts &+= 1 }
    if outcome == .resourceExhausted { return noteRefusal(index, result) }
    guard Self.saysSomethingOfTheLeader(outcome) else { return }
    let hint = outcome == .unavailable ? Self.failure(result).metadata["leader_node_id"] : nil
    links?.failed(slot: workload.keySlot(loadCall(index)), at: NodeLinks.place(tag), leaderHint: hint)
  }

  /// A node has too much to do: it is asked again, when it says. Others would only pass the call on to it.
  private func noteRefusal(_ index: Int, _ result: borrowing CallResult) {
    slots[index].failedAt = -1
    guard canRetry(index, .resourceExhausted) else { return }
    slots[index].demandedNanoseconds = UInt64(max(0, Self.failure(result).retryDelayMilliseconds ?? 0)) * 1_000_000
  }

  private static func failure(_ result: borrowing CallResult) -> CallFailure {
    CallFailure(code: Int32(result.status.rawValue), message: "", statusDetails: result.details)
  }

  private static func saysSomethingOfTheLeader(_ outcome: Outcome) -> Bool {
    switch outcome {
    case .unavailable, .deadlineExceeded, .lost: true
    case .done, .outOfStock, .expired, .refused, .resourceExhausted, .wrong, .failed: false
    }
  }

  // MARK: retries

  func canRetry(_ index: Int, _ outcome: Outcome) -> Bool {
    guard let cluster = plan.cluster, slots[index].attempts < cluster.attemptsMax else { return false }
    guard outcome.isTransient, !result.isDisconnected, phase == .running || phase == .draining else {
      return false
    }
    return retryAt(index, outcome) != nil
  }

  /// After 2, 4, 8 … at most 128 ms, and no less than half of that, or what the node asks for, up to twice that; but once
  /// more in the middle of what is left;
  /// whoever has waited in vain for an attempt's whole time has waited enough.
  private func retryAt(_ index: Int, _ outcome: Outcome) -> Instant? {
    let left = Instant(nanoseconds: slots[index].givesUpAt).nanoseconds(since: loop.now)
    if outcome == .deadlineExceeded { return left > 0 ? loop.now : nil }
    let longest = max(UInt64(1_000_000) << UInt64(min(slots[index].attempts, 7)), 2 * slots[index].demandedNanoseconds)
    if longest < left { return loop.now.advanced(byNanoseconds: longest / 2 + generator.next() % (longest / 2)) }
    return left > 20_000_000 ? loop.now.advanced(byNanoseconds: left / 2) : nil
  }

  func retry(_ index: Int, after outcome: Outcome) {
    guard let instant = retryAt(index, outcome) else { invariantViolated("a retry without time for it") }
    result.retried += 1
    result.retriedAfter[outcome.rawValue] += 1
    if slots[index].attempts == 1 { result.callsRetried += 1 }
    _ = loop.schedule(at: instant, self, token: TimerToken.retryBase + UInt64(index))
  }
}
