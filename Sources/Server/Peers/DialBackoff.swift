/// How long to wait before dialling again: doubled from attempt to attempt, each time at least half of it by chance, so
/// that nodes which lost one another at the same time do not meet again and again.
struct DialBackoff {
  static let millisecondsMin: UInt64 = 50
  static let millisecondsMax: UInt64 = 1_000

  private var next = DialBackoff.millisecondsMin

  /// How long to wait before the next attempt.
  mutating func milliseconds(using generator: inout some RandomNumberGenerator) -> UInt64 {
    defer { next = min(2 * next, Self.millisecondsMax) }
    return UInt64.random(in: next / 2...next, using: &generator)
  }

  /// A connection held for a while: the next loss begins anew.
  mutating func reset() { next = Self.millisecondsMin }
}
