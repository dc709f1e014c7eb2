/// How often and how patiently a call is tried before its failure is told.
///
/// A call is tried again when the node said that it surely did nothing (`UNAVAILABLE`, or `RESOURCE_EXHAUSTED` with a
/// retry delay), when its connection broke, and when an attempt had no answer in its time. Every write carries a request
/// id, the same in all its attempts, so that it has one effect however often it is sent. Retries end with the call's
/// deadline or after ``attemptsMax`` attempts, whatever comes first.
public struct RetryPolicy: Equatable, Sendable {
  /// Attempts in all; at least 1, and 1 means no retries. Without a limit the deadline is what ends them.
  public var attemptsMax: Int
  /// The wait after the first failure; it doubles with each further one. A node's own retry delay counts if longer.
  public var firstDelay: Duration
  /// The longest wait of our own choice.
  public var longestDelay: Duration
  /// How long the first attempt waits for its answer before another is made, elsewhere and with the same request id;
  /// each further one that gets none waits twice as long, but never for more than half of what is left of the call's
  /// time. A node that was stopped or cut off is passed over so.
  public var attemptTimeout: Duration

  public init(
    attemptsMax: Int = .max, firstDelay: Duration = .milliseconds(20), longestDelay: Duration = .milliseconds(500),
    attemptTimeout: Duration = .seconds(1)
  ) {
    self.attemptsMax = max(1, attemptsMax)
    self.firstDelay = firstDelay
    self.longestDelay = longestDelay
    self.attemptTimeout = attemptTimeout
  }

  /// One attempt and no more.
  public static let never = RetryPolicy(attemptsMax: 1)

  var backoff: Backoff {
    Backoff(firstNanoseconds: firstDelay.wholeNanoseconds, longestNanoseconds: longestDelay.wholeNanoseconds)
  }
}

extension Duration {
  /// The duration in nanoseconds; negative ones are 0, and those that do not fit are the largest number.
  package var wholeNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    if seconds < 0 || attoseconds < 0 { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = product.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
    return overflow || carry ? .max : sum
  }

  /// The duration in whole milliseconds, toward zero and saturating.
  package var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    return carry ? (seconds < 0 ? .min : .max) : sum
  }
}
