internal import Basics

/// Makes version 7 identifiers for requests that came without one: of the present time, with random bits.
struct RequestIDSource {
  private var random = SystemRandomNumberGenerator()

  mutating func next(at stamp: Stamp) -> UniqueID {
    UniqueID(
      version7At: UInt64(max(0, stamp.milliseconds)), randomHigh: random.next(), randomLow: random.next())
  }
}
