internal import Basics

/// Notices when a Store begins to refuse calls because there are too many, and when that is over. A value without a clock.
struct RefusalWatch {
  enum Change {
    case begin
    case end
  }

  /// How long nobody must have been refused.
  static let calmMilliseconds: UInt64 = 1_000

  private var isRefusing = false
  private var count: UInt64 = 0
  private var last = Instant.zero

  /// - Parameter count: how many calls were refused so far.
  mutating func noted(_ count: UInt64, now: Instant) -> Change? {
    if count != self.count {
      defer { isRefusing = true }
      (self.count, last) = (count, now)
      return isRefusing ? nil : .begin
    }
    guard isRefusing, now >= last.advanced(byMilliseconds: Self.calmMilliseconds) else { return nil }
    isRefusing = false
    return .end
  }
}
