internal import Basics

/// How much of a Store's time looks may take, whoever asks for them: those that find nothing left wait a moment. A value
/// without a clock; owned by the Store's thread.
///
/// A row costs about a quarter of a microsecond, so looks take no more than a quarter of the thread, in slices that no
/// heartbeat notices. When more is watched, it is looked at less often than its watchers allow.
struct LookBudget {
  /// Rows of stock, SKUs and records in one refill. The look that begins with the last of it goes on to its end.
  static let rowsMax = 2_000
  static let refillMilliseconds: UInt64 = 2

  private var left = Self.rowsMax
  private var refill = Instant.zero

  /// Whether a look may begin.
  mutating func isOpen(now: Instant) -> Bool {
    if refill <= now {
      left = Self.rowsMax
      refill = now.advanced(byMilliseconds: Self.refillMilliseconds)
    }
    return left > 0
  }

  mutating func spend(_ rows: Int) { left -= rows }

  /// Before this, none may begin.
  var notBefore: Instant { left > 0 ? .zero : refill }
}
