internal import Basics

/// The clocks of one node: a monotonic one that drifts, and a wall clock that can be set. Owned by the world.
struct NodeClock {
  /// Where the monotonic clock stood, and the true time then. A restart begins anew from an arbitrary reading, as a
  /// machine's does.
  private var base: Instant
  private var baseTime: WorldTime
  /// How much faster than true time the monotonic clock runs, in millionths; below zero it is slower.
  private(set) var driftPartsPerMillion: Int64
  /// What the wall clock is ahead of true time, in milliseconds.
  var wallOffsetMilliseconds: Int64

  /// The wall clock's reading at the beginning of the world, in milliseconds since 1970.
  static let epochMilliseconds: Int64 = 1_800_000_000_000

  init(base: Instant, at time: WorldTime, driftPartsPerMillion: Int64, wallOffsetMilliseconds: Int64) {
    self.base = base
    baseTime = time
    self.driftPartsPerMillion = driftPartsPerMillion
    self.wallOffsetMilliseconds = wallOffsetMilliseconds
  }

  func now(at time: WorldTime) -> Instant {
    let elapsed = Int64(clamping: time.since(baseTime).nanoseconds)
    let drift = elapsed / 1_000_000 * driftPartsPerMillion + elapsed % 1_000_000 * driftPartsPerMillion / 1_000_000
    return base.advanced(byNanoseconds: UInt64(clamping: elapsed + drift))
  }

  func wall(at time: WorldTime) -> Stamp {
    Stamp(milliseconds: Self.epochMilliseconds + Int64(time.nanoseconds / 1_000_000) + wallOffsetMilliseconds)
  }

  /// The true time at which the monotonic clock will stand at `instant`, or a little later; now, if it does already.
  func time(of instant: Instant, from time: WorldTime) -> WorldTime {
    guard instant != .distantFuture else { return WorldTime(nanoseconds: .max) }
    let left = Int64(clamping: instant.nanoseconds(since: now(at: time)))
    if left == 0 { return time }
    // The drift is below a tenth, so this overshoots by less than a hundredth of the wait.
    let slower = left / 1_000_000 * -driftPartsPerMillion + left
    return time + .init(nanoseconds: UInt64(clamping: max(slower, left / 2)) + 1_000)
  }

  /// Changes the speed of the monotonic clock from now on; it does not jump.
  mutating func setDrift(_ partsPerMillion: Int64, at time: WorldTime) {
    base = now(at: time)
    baseTime = time
    driftPartsPerMillion = partsPerMillion
  }

  /// The process starts anew: the monotonic clock has another beginning.
  mutating func restart(base: Instant, at time: WorldTime) {
    self.base = base
    baseTime = time
  }
}
