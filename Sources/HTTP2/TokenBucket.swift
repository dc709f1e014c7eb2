internal import Basics

/// Counts down for each event and is refilled at a steady rate, up to its burst. The clock is looked at only when the
/// bucket is empty, so an honest peer's frame costs a subtraction.
struct TokenBucket {
  private var tokens: Int64
  private var refilledAt: Instant
  private let rate: FloodLimits.Rate

  init(_ rate: FloodLimits.Rate, now: Instant) {
    self.rate = rate
    tokens = rate.burst
    refilledAt = now
  }

  /// Takes one token; `false` when there is none left.
  @inline(__always)
  mutating func take(now: Instant) -> Bool {
    if tokens > 0 {
      tokens &-= 1
      return true
    }
    return takeAfterRefill(now: now)
  }

  @inline(__always)
  mutating func give(_ count: Int64) { tokens = min(rate.burst, tokens &+ count) }

  private mutating func takeAfterRefill(now: Instant) -> Bool {
    let milliseconds = Int64(clamping: now.nanoseconds(since: refilledAt) / 1_000_000)
    let gained = min(rate.burst, min(milliseconds, 1_000_000_000) * rate.perSecond / 1_000)
    guard gained > 0 else { return false }
    tokens = gained - 1
    refilledAt = now
    return true
  }
}
