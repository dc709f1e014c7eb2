internal import Basics

/// Draws for one concern of a world (the network, the disks, the clients, …). Each concern has its own stream, forked
/// from the one seed, so that taking a fault away, or adding a draw in one place, leaves the others' sequences alone.
struct Chance {
  private var generator: SeededGenerator

  /// The stream of a concern.
  init(seed: UInt64, concern: UInt64) {
    generator = SeededGenerator(
      seed: StableHash.mix(seed ^ 0x9E37_79B9_7F4A_7C15, concern &* 2 &+ 0xA076_1D64_78BD_642F))
  }

  mutating func word() -> UInt64 { generator.next() }

  /// A value in `0..<bound`.
  mutating func below(_ bound: Int) -> Int { generator.below(bound) }

  mutating func below(_ bound: UInt64) -> UInt64 { generator.next().multipliedFullWidth(by: bound).high }

  mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + generator.below(range.count) }

  mutating func within(_ range: ClosedRange<UInt64>) -> UInt64 {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// `true` in so many of a million cases.
  mutating func happens(perMillion: Int) -> Bool { perMillion > 0 && generator.below(1_000_000) < perMillion }

  /// `true` once in so many cases.
  mutating func oneIn(_ count: Int) -> Bool { generator.below(count) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[generator.below(elements.count)] }

  /// A span that is mostly near `mean`, seldom eight times as long, and very seldom sixty-four times: waits on networks
  /// and disks have such tails.
  mutating func span(mean: WorldTime.Span) -> WorldTime.Span {
    let half = max(mean.nanoseconds / 2, 1)
    let usual = half + below(mean.nanoseconds + 1)
    switch generator.next() & 0x3FF {
    case 0: return .init(nanoseconds: usual * 64)
    case 1..<16: return .init(nanoseconds: usual * 8)
    default: return .init(nanoseconds: usual)
    }
  }
}

/// The concerns that draw. Never renumber: it would change what every seed means.
enum Concern {
  static let setup: UInt64 = 1
  static let network: UInt64 = 2
  static let disks: UInt64 = 3
  static let turns: UInt64 = 4
  static let clients: UInt64 = 5
  static let operators: UInt64 = 6
  static let faultTimes: UInt64 = 7
  static let alarms: UInt64 = 8
  static let across: UInt64 = 9
  static let slots: UInt64 = 10
  /// Fault number `n` draws from the concern `firstFault + n`.
  static let firstFault: UInt64 = 1 << 32
}
