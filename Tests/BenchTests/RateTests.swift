import Basics
import Testing

@testable import Bench

@Suite struct RateTests {
  private func times(_ curve: RateCurve, until end: Double) -> [Double] {
    var schedule = ArrivalSchedule(.constant, curve, seed: 1)
    var times: [Double] = []
    while Double(schedule.next) / 1e9 < end {
      times.append(Double(schedule.next) / 1e9)
      schedule.advance()
    }
    return times
  }

  @Test func `steps have their rates, one after the other, and the last goes on`() {
    let curve = RateCurve(.steps([100, 400]), rate: 100, warmupSeconds: 1, seconds: 2)
    let times = times(curve, until: 4)
    for (second, count) in [(0.0, 100), (1, 100), (2, 400), (3, 400)] {
      #expect(times.count { $0 >= second && $0 < second + 1 } == count, "second \(second)")
    }
  }

  @Test func `a ramp sends what lies under it, and its gaps shrink evenly`() {
    let curve = RateCurve(.ramp(to: 300), rate: 100, warmupSeconds: 0, seconds: 2)
    let times = times(curve, until: 2)
    #expect((399...401).contains(times.count))
    #expect((149...151).contains(times.count { $0 < 1 }))
    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect(zip(gaps, gaps.dropFirst()).allSatisfy { $1 < $0 + 1e-8 })
    #expect(abs(gaps[0] - 0.01) < 1e-3)
    #expect(abs(gaps[gaps.count - 1] - 1.0 / 300) < 1e-4)
  }

  @Test func `a ramp down ends at its last rate`() {
    let curve = RateCurve(.ramp(to: 100), rate: 300, warmupSeconds: 0, seconds: 2)
    #expect(times(curve, until: 1).count == 250)
    #expect((99...101).contains(times(curve, until: 3).count { $0 >= 2 }))
  }

  @Test func `random arrivals follow the curve too`() {
    var schedule = ArrivalSchedule(
      .poisson, RateCurve(.steps([1_000, 9_000]), rate: 1_000, warmupSeconds: 0, seconds: 10), seed: 3)
    var counts = [0, 0]
    while schedule.next < 10_000_000_000 {
      counts[schedule.next < 5_000_000_000 ? 0 : 1] += 1
      schedule.advance()
    }
    #expect((4_600...5_400).contains(counts[0]))
    #expect((44_000...46_000).contains(counts[1]))
  }

  @Test(arguments: [5.0, 999, 1_000, 3_300, 64_000])
  func `a search ends just below the limit`(limit: Double) {
    var search = RateSearch(from: 1_000, precision: 1.05)
    var trials = 0
    while let rate = search.next {
      trials += 1
      search.tried(isWithin: rate <= limit)
    }
    if limit < 10 {
      // So far below the first rate it is given up.
      #expect(search.highest == nil)
      return
    }
    let highest = search.highest ?? 0
    #expect(highest <= limit && highest * 1.05 >= limit)
    #expect(trials <= 16)
  }

  @Test func `a trial that was sent late says nothing of the servers, and is not within the limit`() {
    func trial(late: UInt64, dropped: Int) -> RunResult.Trial {
      var worker = WorkerResult()
      worker.measuredNanoseconds = 1_000_000_000
      worker.dropped = dropped
      for _ in 0..<10 {
        worker.tally.record(.reserve, .done, latency: 2_000_000)
        worker.tally.record(lateness: late)
      }
      var configuration = BenchConfiguration(.run)
      configuration.lateMillisecondsMax = 1
      return RunResult.Trial(rate: 10, LoadSummary([worker]), configuration, millisecondsMax: 3)
    }
    for (late, dropped, isKept, isWithin) in [
      (900_000, 0, true, true), (1_200_000, 0, false, false), (900_000, 1, true, false),
    ] as [(UInt64, Int, Bool, Bool)] {
      let trial = trial(late: late, dropped: dropped)
      #expect((trial.isKept, trial.isWithin) == (isKept, isWithin))
    }
  }

  @Test func `orders have lines each once, in one shard or in several`() {
    let slots = (0..<200).map { UInt16($0) }
    let shards = (0..<16_384).map { UInt16($0 % 4) }
    let shape = OrderShape(lineCounts: 2...5, acrossShare: 0.5, slotOfSKU: slots, shardOfSlot: shards)
    #expect(shape.canBeAcross)
    var generator = SeededGenerator(seed: 1)
    var counts: Set<Int> = []
    for first in 0..<200 {
      let single = shape.lines(first: first, isAcross: false, using: &generator)
      let across = shape.lines(first: first, isAcross: true, using: &generator)
      for lines in [single, across] {
        counts.insert(lines.count)
        #expect(lines[0] == UInt32(first) && Set(lines).count == lines.count)
      }
      #expect(Set(single.map { $0 % 4 }).count == 1)
      #expect(Set(across.map { $0 % 4 }).count > 1)
    }
    #expect(counts == [2, 3, 4, 5])
    let one = OrderShape(lineCounts: 2...5, acrossShare: 0, slotOfSKU: [7, 8, 9], shardOfSlot: [])
    #expect(!one.canBeAcross)
    #expect(one.lines(first: 1, isAcross: false, using: &generator).count <= 3)
  }
}
