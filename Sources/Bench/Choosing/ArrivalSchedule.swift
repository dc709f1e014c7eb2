internal import Basics
internal import Glibc

/// When an open loop's requests are meant to be sent, whatever became of the ones before.
enum Arrivals: String, CaseIterable, Sendable {
  /// Evenly spaced.
  case constant
  /// As from many buyers who know nothing of each other: exponentially distributed gaps.
  case poisson
}

/// The intended send times of one worker, in nanoseconds from the start of its load. Ascending. Owned by one worker.
struct ArrivalSchedule: Sendable {
  private let arrivals: Arrivals
  private let period: Double
  private let offset: Double
  private var generator: SeededGenerator
  private var taken: UInt64 = 0
  private var elapsed: Double
  /// The intended time of the next request.
  private(set) var next: UInt64

  /// `share` of `shares` workers together make `ratePerSecond`; with constant arrivals they interleave evenly.
  init(_ arrivals: Arrivals, ratePerSecond: Double, share: Int = 0, of shares: Int = 1, seed: UInt64) {
    invariant(ratePerSecond > 0 && share >= 0 && share < shares, "a schedule needs a rate and a place among workers")
    self.arrivals = arrivals
    period = 1e9 * Double(shares) / ratePerSecond
    offset = 1e9 * Double(share) / ratePerSecond
    generator = SeededGenerator(seed: seed)
    elapsed = offset
    next = 0
    switch arrivals {
    case .constant: next = UInt64(offset)
    case .poisson:
      elapsed = 0
      advance()
    }
  }

  /// Goes on to the following request.
  mutating func advance() {
    switch arrivals {
    case .constant:
      taken += 1
      next = UInt64(offset + Double(taken) * period)
    case .poisson:
      elapsed -= log1p(-generator.unit()) * period
      next = UInt64(elapsed)
    }
  }
}
