import Basics
import Testing

@testable import Bench

@Suite struct ChoosingTests {
  /// Draws, and compares how often each rank came with its probability: no rank may be off by five deviations.
  @Test(arguments: [
    (count: 1, theta: 1.0), (2, 0.5), (10, 0.99), (10, 1.0), (10, 1.01), (100, 0.1), (1_000, 0.99), (1_000, 2.0),
    (50, 5.0),
  ])
  func `ranks come as often as Zipf's law says`(count: Int, theta: Double) {
    let draws = 400_000
    let sequence = ZipfSequence(count: count, theta: theta)
    var generator = SeededGenerator(seed: 42)
    var seen = [Int](repeating: 0, count: count + 1)
    for _ in 0..<draws { seen[min(sequence.next(&generator), count + 1) - 1] += 1 }
    #expect(seen.last == 0)
    let weights = (1...count).map { power(Double($0), -theta) }
    let total = weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      let expected = weight / total * Double(draws)
      let deviation = (expected * (1 - weight / total)).squareRoot()
      #expect(abs(Double(seen[index]) - expected) <= 5 * deviation + 1, "rank \(index + 1)")
    }
  }

  @Test func `a uniform picker reaches every SKU about equally often`() {
    var picker = SKUPicker(.uniform, count: 100, seed: 3)
    var seen = [Int](repeating: 0, count: 100)
    for _ in 0..<100_000 { seen[picker.next()] += 1 }
    #expect(seen.allSatisfy { (840...1_160).contains($0) })
  }

  @Test func `a hot picker picks the first SKU, and a seed decides the rest`() {
    var hot = SKUPicker(.hot, count: 100, seed: 3)
    #expect((0..<10).allSatisfy { _ in hot.next() == 0 })
    var first = SKUPicker(.zipf(theta: 0.99), count: 1_000, seed: 5)
    var second = SKUPicker(.zipf(theta: 0.99), count: 1_000, seed: 5)
    var third = SKUPicker(.zipf(theta: 0.99), count: 1_000, seed: 6)
    let sequence = (0..<50).map { _ in first.next() }
    #expect(sequence == (0..<50).map { _ in second.next() })
    #expect(sequence != (0..<50).map { _ in third.next() })
  }

  @Test(arguments: [
    ("uniform", SKUChoice.uniform), ("hot", .hot), ("zipf:0.99", .zipf(theta: 0.99)), ("zipf:1", .zipf(theta: 1)),
    ("zipf", nil), ("zipf:", nil), ("zipf:0", nil), ("zipf:-1", nil), ("zipf:nan", nil), ("hot:1", nil), ("", nil),
    ("Uniform", nil),
    ("one", .hot), ("hot-set:10:0.9", .hotSet(count: 10, share: 0.9)), ("hot-set:10", nil), ("hot-set:0:0.5", nil),
    ("hot-set:1:1.5", nil), ("hot-set:1:0.5:", nil),
  ])
  func `the choice is read from text`(text: String, choice: SKUChoice?) { #expect(SKUChoice(text: text) == choice) }

  @Test func `constant arrivals of several workers interleave into even steps`() {
    var times: [UInt64] = []
    for share in 0..<3 {
      var schedule = ArrivalSchedule(.constant, RateCurve(level: 1_000), share: share, of: 3, seed: 1)
      for _ in 0..<10 {
        times.append(schedule.next)
        schedule.advance()
      }
    }
    #expect(times.sorted() == (0..<30).map { UInt64($0) * 1_000_000 })
  }

  @Test func `constant arrivals do not drift`() {
    var schedule = ArrivalSchedule(.constant, RateCurve(level: 3), seed: 1)
    for _ in 0..<3_000_000 { schedule.advance() }
    #expect(schedule.next == 1_000_000_000_000_000)
  }

  @Test func `random arrivals have the asked mean and the spread of independent buyers`() {
    var schedule = ArrivalSchedule(.poisson, RateCurve(level: 10_000), share: 1, of: 2, seed: 9)
    var gaps: [Double] = []
    var last: UInt64 = 0
    for _ in 0..<200_000 {
      gaps.append(Double(schedule.next) - Double(last))
      last = schedule.next
      schedule.advance()
    }
    #expect(gaps.allSatisfy { $0 >= 0 })
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    #expect(abs(mean - 200_000) < 2_500)
    #expect(abs(variance.squareRoot() - mean) < 4_000)
  }

  @Test func `a hot set gets its share, and the others the rest`() {
    var picker = SKUPicker(.hotSet(count: 3, share: 0.8), count: 100, seed: 4)
    var (hot, others) = (0, Set<Int>())
    for _ in 0..<20_000 {
      let sku = picker.next()
      if sku < 3 { hot += 1 } else { others.insert(sku) }
    }
    #expect((15_700...16_300).contains(hot))
    #expect(others == Set(3..<100))
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    // By repeated square roots, so as not to share a line with what is tested.
    var result = 1.0
    var rest = abs(exponent)
    var factor = base
    while rest >= 1 {
      result *= base
      rest -= 1
    }
    for _ in 0..<50 {
      factor = factor.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= factor
        rest -= 1
      }
    }
    return exponent < 0 ? 1 / result : result
  }
}
