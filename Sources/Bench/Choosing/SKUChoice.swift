internal import Basics

/// How the SKU of a request is picked.
enum SKUChoice: Equatable, Sendable {
  case uniform
  /// The SKU of index `k` comes with a probability proportional to `(k + 1)` to the power `-theta`.
  case zipf(theta: Double)
  /// One of the first so many with a probability, else one of the others.
  case hotSet(count: Int, share: Double)
  /// Always the first.
  case hot
}

extension SKUChoice: CustomStringConvertible {
  /// As the option reads it: `uniform`, `hot` or `one`, `zipf:0.99`, `hot-set:10:0.9`.
  init?(text: String) {
    let parts = text.split(separator: ":", maxSplits: 1)
    switch parts.first {
    case "uniform" where parts.count == 1: self = .uniform
    case "hot" where parts.count == 1, "one" where parts.count == 1: self = .hot
    case "hot-set":
      let numbers = text.split(separator: ":", omittingEmptySubsequences: false)
      guard
        numbers.count == 3, let count = Int(numbers[1]), (1...10_000_000).contains(count),
        let share = Double(numbers[2]), (0...1).contains(share)
      else { return nil }
      self = .hotSet(count: count, share: share)
    case "zipf":
      guard parts.count == 2, let theta = Double(parts[1]), theta > 0, theta <= 10 else { return nil }
      self = .zipf(theta: theta)
    default: return nil
    }
  }

  var description: String {
    switch self {
    case .uniform: "uniform"
    case .zipf(let theta): "zipf:\(theta)"
    case .hotSet(let count, let share): "hot-set:\(count):\(share)"
    case .hot: "hot"
    }
  }
}

/// Picks SKU indexes from 0 to `count - 1`. Owned by one worker.
struct SKUPicker: Sendable {
  private enum Way {
    case only
    case uniform(count: Int)
    case zipf(ZipfSequence)
    case hotSet(hot: Int, share: Double, count: Int)
  }

  private let way: Way
  private var generator: SeededGenerator

  init(_ choice: SKUChoice, count: Int, seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    way =
      switch choice {
      case .hot: .only
      case .uniform: count == 1 ? .only : .uniform(count: count)
      case .hotSet(let hot, _) where hot >= count: count == 1 ? .only : .uniform(count: count)
      case .hotSet(let hot, let share): .hotSet(hot: hot, share: share, count: count)
      case .zipf(let theta): count == 1 ? .only : .zipf(ZipfSequence(count: count, theta: theta))
      }
  }

  mutating func next() -> Int {
    switch way {
    case .only: 0
    case .uniform(let count): generator.below(count)
    case .hotSet(let hot, let share, let count):
      generator.unit() < share ? generator.below(hot) : hot + generator.below(count - hot)
    case .zipf(let sequence): sequence.next(&generator) - 1
    }
  }
}
