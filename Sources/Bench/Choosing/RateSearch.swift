/// Looks for the highest rate that is not too much, given that all lower ones are not: doubles it until one is too much,
/// or halves it until one is not, then halves the distance until it is small. A plain value.
struct RateSearch {
  private static let halvingsMax = 6

  /// The highest that was not too much, and the lowest that was.
  private(set) var highest: Double?
  private var lowest: Double?
  /// The rate to try; `nil` when enough is known.
  private(set) var next: Double?
  private let precision: Double
  private var halvings = 0

  init(from rate: Double, precision: Double) {
    self.precision = precision
    next = rate
  }

  mutating func tried(isWithin: Bool) {
    guard let rate = next else { return }
    if isWithin { highest = rate } else { lowest = rate }
    switch (highest, lowest) {
    case (let highest?, let lowest?): next = lowest / highest <= precision ? nil : (highest * lowest).squareRoot()
    case (let highest?, nil): next = highest * 2
    case (nil, let lowest?):
      halvings += 1
      next = halvings > Self.halvingsMax ? nil : lowest / 2
    case (nil, nil): next = nil
    }
  }
}
