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
    /// The call's own time is over. Whether this attempt had been given to a connection.
    case timedOut(wasSent: Bool)
  }

  package enum Verdict: Equatable, Sendable {
    case retry(at: Instant)
    /// Tell the caller. Whether some attempt may have taken effect without our hearing of it.
    case giveUp(mayHaveTakenEffect: Bool)
  }

  private let attemptsMax: Int
  private let backoff: Backoff
  private let deadline: Instant
  private var random: SeededGenerator
  /// Attempts that have ended.
  package private(set) var count = 0
  /// An attempt that was under way ended without an answer. A later answer of the node settles it, because the request
  /// id joins them: it is then either replayed or was refused with nothing done.
  package private(set) var mayHaveTakenEffect = false

  package init(_ policy: RetryPolicy, deadline: Instant, seed: UInt64) {
    attemptsMax = policy.attemptsMax
    backoff = policy.backoff
    self.deadline = deadline
    random = SeededGenerator(seed: seed)
  }

  /// Takes note of an attempt that failed at `now`.
  package mutating func failed(_ failure: Failure, at now: Instant) -> Verdict {
    count += 1
    note(failure)
    guard isWorthRetrying(failure), count < attemptsMax else { return .giveUp(mayHaveTakenEffect: mayHaveTakenEffect) }
    let delay = backoff.delayNanoseconds(failureCount: count, jitter: random.unit())
    let at = now.advanced(byNanoseconds: max(delay, demandedNanoseconds(failure)))
    // A retry that could not end in time would only turn a known failure into an unknown one.
    return at < deadline ? .retry(at: at) : .giveUp(mayHaveTakenEffect: mayHaveTakenEffect)
  }

  private mutating func note(_ failure: Failure) {
    switch failure {
    case .lost, .timedOut(wasSent: true), .answered(.deadlineExceeded, _): mayHaveTakenEffect = true
    case .notDelivered, .timedOut(wasSent: false), .answered: break
    }
  }

  private func isWorthRetrying(_ failure: Failure) -> Bool {
    switch failure {
    // Without a delay it is a limit that the next attempt would meet again, such as the size of a message.
    case .answered(.resourceExhausted, let delay): delay != nil
    case .answered(.unavailable, _), .answered(.deadlineExceeded, _), .notDelivered, .lost(.unavailable): true
    case .answered, .lost, .timedOut: false
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
