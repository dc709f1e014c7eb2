import Basics
import Placement
import Testing

@testable import Server

@Suite struct LoadSamplesTests {
  private func slot(_ number: UInt16) -> Slot { Slot(rawValue: number)! }

  /// As many commands as it takes for each of these slots to be kept.
  private func note(_ slots: [UInt16], in samples: inout LoadSamples) {
    for number in slots {
      for _ in 0..<LoadSamples.commandsPerSample { samples.note([slot(number)]) }
    }
  }

  @Test func `the work of each shard is halved where it is, and not where its slots are`() {
    var samples = LoadSamples(seed: nil)
    // Shard 1 has nearly all of its work in its first hundred slots, shard 2 in one slot.
    note(Array(0..<100) + [5_000, 6_000], in: &samples)
    note(Array(repeating: 9_000, count: 50) + [9_001, 12_000], in: &samples)
    let middles = samples.middles { $0.rawValue < 8_192 ? ShardID(1) : ShardID(2) }
    #expect(middles[ShardID(1)] == 50)
    #expect(middles[ShardID(2)] == 9_000)
  }

  @Test func `commands are counted for the shard that has their first slot`() {
    var samples = LoadSamples(seed: nil)
    let owner = { (slot: Slot) in slot.rawValue < 100 ? ShardID(1) : ShardID(2) }
    note([1, 2, 3, 200], in: &samples)
    var counts = samples.count(owner)
    let each = UInt64(LoadSamples.commandsPerSample)
    #expect(counts[ShardID(1)] == 3 * each && counts[ShardID(2)] == each)
    for _ in 0..<LoadSamples.commandsPerSample { samples.note([slot(200), slot(1)]) }
    counts = samples.count(owner)
    #expect(counts[ShardID(1)] == 3 * each && counts[ShardID(2)] == 2 * each)
  }

  @Test func `callers that come in turns are counted alike`() {
    var samples = LoadSamples()
    // As many slots as there are commands from sample to sample, on average.
    for round in 0..<20_000 { samples.note([slot(UInt16(round % Int(LoadSamples.commandsPerSample)))]) }
    let counts = samples.count { ShardID(UInt32($0.rawValue)) }
    var (total, most) = (UInt64(0), UInt64(0))
    counts.forEach { _, count in
      total += count
      most = max(most, count)
      return true
    }
    #expect((15_000...25_000).contains(total))
    #expect(most < total / 8, "\(most) of \(total)")
  }

  @Test func `of a shard with little work nothing is said`() {
    var samples = LoadSamples(seed: nil)
    note(Array(0..<UInt16(LoadSamples.countMin - 1)), in: &samples)
    #expect(samples.middles { _ in ShardID(1) }.isEmpty)
    note([77], in: &samples)
    #expect(samples.middles { _ in ShardID(1) }[ShardID(1)] != nil)
  }

  @Test func `what was long ago is forgotten`() {
    var samples = LoadSamples(seed: nil)
    note(Array(repeating: 10, count: LoadSamples.countMax), in: &samples)
    note(Array(repeating: 20, count: LoadSamples.countMax / 2), in: &samples)
    #expect(samples.middles { _ in ShardID(1) }[ShardID(1)] == 10)
    note([20], in: &samples)
    #expect(samples.middles { _ in ShardID(1) }[ShardID(1)] == 20)
  }
}
