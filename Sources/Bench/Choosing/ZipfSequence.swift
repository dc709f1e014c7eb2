internal import Basics
internal import Glibc

/// Draws ranks from 1 to `count` so that rank `k` comes with a probability proportional to `k` to the power `-theta`,
/// in constant time and memory for any count: rejection-inversion (Hörmann and Derflinger, "Rejection-inversion to
/// generate variates from monotone discrete distributions", 1996).
struct ZipfSequence: Sendable {
  private let count: Double
  private let theta: Double
  private let areaFirst: Double
  private let areaLast: Double
  /// A draw this close below its rank needs no test.
  private let squeeze: Double

  /// `theta` is above 0; 0.99 is what YCSB uses, 1 is Zipf's own law.
  init(count: Int, theta: Double) {
    invariant(count > 0 && theta > 0, "a Zipf distribution needs ranks and a positive exponent")
    self.count = Double(count)
    self.theta = theta
    areaFirst = Self.area(1.5, theta) - 1
    areaLast = Self.area(Double(count) + 0.5, theta)
    squeeze = 2 - Self.inverseArea(Self.area(2.5, theta) - Self.height(2, theta), theta)
  }

  func next(_ generator: inout SeededGenerator) -> Int {
    while true {
      let area = areaLast + generator.unit() * (areaFirst - areaLast)
      let point = Self.inverseArea(area, theta)
      let rank = min(max(point.rounded(), 1), count)
      if rank - point <= squeeze || area >= Self.area(rank + 0.5, theta) - Self.height(rank, theta) { return Int(rank) }
    }
  }

  private static func height(_ point: Double, _ theta: Double) -> Double { exp(-theta * log(point)) }

  /// The integral of the height from 1 to `point`. Written with `expm1` so that it stays exact around `theta` = 1,
  /// where the integral is a logarithm.
  private static func area(_ point: Double, _ theta: Double) -> Double {
    let logarithm = log(point)
    let exponent = (1 - theta) * logarithm
    return abs(exponent) < 1e-8 ? logarithm * (1 + exponent / 2) : logarithm * (expm1(exponent) / exponent)
  }

  private static func inverseArea(_ area: Double, _ theta: Double) -> Double {
    let scaled = max((1 - theta) * area, -1)
    let logarithm = abs(scaled) < 1e-8 ? area * (1 - scaled / 2) : area * (log1p(scaled) / scaled)
    return exp(logarithm)
  }
}
