package import API
package import Basics

/// Decides, after each failed attempt of a call, whether and when there is another. A deterministic value: the time and
/// the seed come from outside, so that tests and a simulator can replay every decision. Owned by whoever drives the
/// call.
package struct CallAttempts: Sendable {
  /// How an attempt ended without success.
  package enum Failure: Equatable, Sendable {
    /// The node answered. The delay is what its `RetryInfo` asks for.
    case answered(CallStatus, retryDelayMilliseconds: Int64?)
    /// The call reached no application: no connection, or the node said that it did not look at it.
    case notDelivered
    /// The call was under way and ended without an answer: `unavailable` when the connection broke, something else
    /// when the stream was reset or its answer made no sense.
    case lost(CallStatus)
    /// The attempt's time is over, or the call's. Whether it had been given to a connection.
    case timedOut(wasSent: Bool)
  }

  package enum Verdict: Equatable, Sendable {
    case retry(at: Instant)
    /// Tell the caller. Whether some attempt may have taken effect without our hearing of it.
    case giveUp(mayHaveTakenEffect: Bool)
  }

  /// With less than twice so much left, the attempt gets all of it.
  private static let shortestAttemptNanoseconds: UInt64 = 250_000_000

  private let attemptsMax: Int
  private let backoff: Backoff
  private let attemptNanoseconds: UInt64
  private let deadline: Instant
  /// Sent twice, the call has one effect.
  private let isRepeatable: Bool
  private var random: SeededGenerator
  /// Attempts that have ended.
  package private(set) var count = 0
  private var timeoutCount: UInt64 = 0
  /// An attempt that was under way ended without an answer. A later success settles it, because the request id joins them;
  /// a later refusal does not.
  package private(set) var mayHaveTakenEffect = false

  package init(_ policy: RetryPolicy, deadline: Instant, seed: UInt64, isRepeatable: Bool = true) {
    attemptsMax = policy.attemptsMax
    backoff = policy.backoff
    attemptNanoseconds = policy.attemptTimeout.wholeNanoseconds
    self.deadline = deadline
    self.isRepeatable = isRepeatable
    random = SeededGenerator(seed: seed)
  }

  /// When an attempt that begins at `now` is given up.
  package func attemptDeadline(at now: Instant) -> Instant {
    let left = deadline.nanoseconds(since: now)
    guard isRepeatable, attemptsMax - count > 1, left > 2 * Self.shortestAttemptNanoseconds else { return deadline }
    let patience = attemptNanoseconds.multipliedReportingOverflow(by: 1 << min(timeoutCount, 16))
    return now.advanced(byNanoseconds: min(patience.overflow ? .max : patience.partialValue, left / 2))
  }

  /// Takes note of an attempt that failed at `now`.
  package mutating func failed(_ failure: Failure, at now: Instant) -> Verdict {
    count += 1
    note(failure)
    guard isWorthRetrying(failure), count < attemptsMax, let next = next(after: failure, at: now) else {
      return .giveUp(mayHaveTakenEffect: mayHaveTakenEffect)
    }
    return .retry(at: next)
  }

  private mutating func next(after failure: Failure, at now: Instant) -> Instant? {
    let left = deadline.nanoseconds(since: now)
    // Whoever has waited for a whole attempt has waited enough.
    if case .timedOut = failure { return left > 0 ? now : nil }
    let delay = backoff.delayNanoseconds(failureCount: count, jitter: random.unit())
    let demanded = demandedNanoseconds(failure)
    if max(delay, demanded) < left { return now.advanced(byNanoseconds: max(delay, demanded)) }
    // A last one in the middle of what is left. Without time to answer it would only turn a known failure into an
    // unknown one.
    return demanded < left / 2 && left / 2 >= backoff.firstNanoseconds ? now.advanced(byNanoseconds: left / 2) : nil
  }

  private mutating func note(_ failure: Failure) {
    switch failure {
    case .timedOut: timeoutCount += 1
    case .lost, .notDelivered, .answered: break
    }
    switch failure {
    case .lost, .timedOut(wasSent: true), .answered(.deadlineExceeded, _): mayHaveTakenEffect = true
    case .notDelivered, .timedOut(wasSent: false), .answered: break
    }
  }

  private func isWorthRetrying(_ failure: Failure) -> Bool {
    switch failure {
    // Without a delay it is a limit that the next attempt would meet again, such as the size of a message.
    case .answered(.resourceExhausted, let delay): delay != nil
    case .answered(.unavailable, _), .notDelivered, .timedOut(wasSent: false): true
    case .answered(.deadlineExceeded, _), .lost(.unavailable), .timedOut(wasSent: true): isRepeatable
    case .answered, .lost: false
    }
  }

  /// What the node asks for, and up to a quarter more at random: it asked others for the same.
  private mutating func demandedNanoseconds(_ failure: Failure) -> UInt64 {
    guard case .answered(_, let milliseconds?) = failure, milliseconds > 0 else { return 0 }
    let asked = Duration.milliseconds(milliseconds).wholeNanoseconds
    let (sum, overflow) = asked.addingReportingOverflow(UInt64(Double(asked / 4) * random.unit()))
    return overflow ? .max : sum
  }
}
