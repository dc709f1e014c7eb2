/// One fault of a run: what, when, for how long, and a stream for whatever else it has to choose.
package struct Fault: Sendable {
  /// Counts from 0 in the order of time. What `--skip` and a minimised list name.
  package var number: Int
  package var kind: FaultKind
  package var begin: WorldTime
  package var duration: WorldTime.Span
  var chance: Chance
}

/// The faults of one seed, one after the other, without end. What a fault is follows from the seed and its number alone,
/// never from the run: so a run without some of them still has the others as they were.
struct FaultPlan {
  private let seed: UInt64
  private let kinds: [FaultKind]
  private let meanGap: WorldTime.Span
  private let meanDuration: WorldTime.Span
  private let concurrency: Int
  private var times: Chance
  private var nextNumber = 0
  private var time = WorldTime.zero

  /// A seed has its own temper: some kinds and not others, often or seldom, long or short. Runs that differ reach more
  /// than runs that are all alike.
  init(seed: UInt64, allowed: [FaultKind], beginning: WorldTime) {
    self.seed = seed
    var times = Chance(seed: seed, concern: Concern.faultTimes)
    time = beginning
    var kinds: [FaultKind] = []
    for kind in allowed where allowed.count < 4 || times.oneIn(2) {
      kinds += Array(repeating: kind, count: kind.weight)
    }
    self.kinds = kinds
    meanGap = .milliseconds(times.pick([150, 300, 600, 1_200, 2_500]))
    meanDuration = .milliseconds(times.pick([200, 500, 1_000, 2_000, 4_000]))
    concurrency = times.within(1...3)
    self.times = times
  }

  /// How many lasting faults may be in force at once.
  var concurrencyMax: Int { concurrency }

  mutating func next() -> Fault? {
    guard !kinds.isEmpty else { return nil }
    time = time + times.span(mean: meanGap)
    let kind = times.pick(kinds)
    let duration = times.span(mean: meanDuration)
    defer { nextNumber += 1 }
    return Fault(
      number: nextNumber, kind: kind, begin: time, duration: kind.lasts ? duration : .zero,
      chance: Chance(seed: seed, concern: Concern.firstFault + UInt64(nextNumber)))
  }
}
