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
///
/// Time is reckoned in requests of the rate's curve: evenly spaced ones are one request apart there, and random ones have
/// exponentially distributed gaps of one request in the mean. So any curve serves both.
struct ArrivalSchedule: Sendable {
  private let arrivals: Arrivals
  private let curve: RateCurve
  private let share: Int
  private let shares: Int
  private var generator: SeededGenerator
  private var taken = 0
  private var elapsed = 0.0
  /// The intended time of the next request.
  private(set) var next: UInt64 = 0

  /// `share` of `shares` workers together make the curve's rate; with constant arrivals they interleave evenly.
  init(_ arrivals: Arrivals, _ curve: RateCurve, share: Int = 0, of shares: Int = 1, seed: UInt64) {
    invariant(share >= 0 && share < shares, "a schedule needs a place among workers")
    self.arrivals = arrivals
    self.curve = curve
    self.share = share
    self.shares = shares
    generator = SeededGenerator(seed: seed)
    switch arrivals {
    case .constant: next = curve.nanoseconds(ofRequest: Double(share))
    case .poisson: advance()
    }
  }

  /// Goes on to the following request.
  mutating func advance() {
    switch arrivals {
    case .constant:
      taken += 1
      next = curve.nanoseconds(ofRequest: Double(share + taken * shares))
    case .poisson:
      elapsed -= log1p(-generator.unit()) * Double(shares)
      next = curve.nanoseconds(ofRequest: elapsed)
    }
  }
}
