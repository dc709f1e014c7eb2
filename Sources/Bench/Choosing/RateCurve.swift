internal import Basics

/// How many requests a second are meant to be sent at which time: pieces in which the rate is level or changes evenly.
/// The last rate goes on for ever. A plain value.
struct RateCurve: Equatable, Sendable {
  /// Times in seconds, rates in requests a second.
  private struct Piece: Equatable {
    var start: Double
    var duration: Double
    var first: Double
    var last: Double
    /// Requests before it.
    var requestsBefore: Double
  }

  private var pieces: [Piece] = []
  private var end = 0.0
  private var requests = 0.0
  private var lastRate: Double

  init(level rate: Double) {
    invariant(rate > 0, "a curve needs a rate")
    lastRate = rate
  }

  /// Adds a piece behind those that are there; one in no time is a jump of the rate.
  mutating func append(seconds: Double, from first: Double, to last: Double) {
    invariant(seconds >= 0 && first > 0 && last > 0, "a piece of a curve needs a time and rates")
    if seconds > 0 {
      pieces.append(Piece(start: end, duration: seconds, first: first, last: last, requestsBefore: requests))
      requests += seconds * (first + last) / 2
      end += seconds
    }
    lastRate = last
  }

  /// When so many requests are to have been sent, in nanoseconds from the start.
  func nanoseconds(ofRequest request: Double) -> UInt64 {
    let seconds: Double
    if let piece = pieces.last(where: { $0.requestsBefore <= request }), request < requests {
      seconds = piece.start + Self.seconds(for: request - piece.requestsBefore, in: piece)
    } else {
      seconds = end + (request - requests) / lastRate
    }
    return UInt64((seconds * 1e9).rounded())
  }

  /// Requests r after t seconds are `first t + slope t²/2`; solved for t in the form that stays exact for small slopes.
  private static func seconds(for requests: Double, in piece: Piece) -> Double {
    let slope = (piece.last - piece.first) / piece.duration
    let root = max(0, piece.first * piece.first + 2 * slope * requests).squareRoot()
    return 2 * requests / (piece.first + root)
  }
}

extension RateCurve {
  /// Of a configuration: the warm-up has the first rate.
  init(_ shape: BenchConfiguration.RateShape, rate: Double, warmupSeconds: Double, seconds: Double) {
    self.init(level: rate)
    append(seconds: warmupSeconds, from: rate, to: rate)
    switch shape {
    case .level, .search: break
    case .ramp(let last): append(seconds: seconds, from: rate, to: last)
    case .steps(let rates):
      for rate in rates { append(seconds: seconds / Double(rates.count), from: rate, to: rate) }
    }
  }
}
