internal import Basics

/// What was heard of another node's wall clock. A message shows the clock as it was when the message was sent, so that a clock
/// seems to be behind by as much as that was under way, which may be seconds where packets are lost. What shows it furthest
/// ahead was under way for the shortest time, and that counts: of what was heard within the last `ageMax` milliseconds, or at
/// least the half of it. That a clock was set back is seen as much later.
struct PeerClock {
  private struct Sample {
    var wall: Stamp
    var heard: Instant

    func wall(at now: Instant) -> Stamp {
      wall.advanced(byMilliseconds: Int64(now.nanoseconds(since: heard) / 1_000_000))
    }
  }

  /// The best since `began`, and the best of the time before that.
  private var best: Sample?
  private var earlier: Sample?
  private var began = Instant.zero

  mutating func heard(_ wall: Stamp, now: Instant, ageMaxMilliseconds: UInt64) {
    let sample = Sample(wall: wall, heard: now)
    if let best {
      if now.nanoseconds(since: began) < ageMaxMilliseconds * 500_000 {
        if wall >= best.wall(at: now) { self.best = sample }
        return
      }
      earlier = best
    }
    (best, began) = (sample, now)
  }

  /// What the clock shows now; `nil` if nothing was heard of it for too long.
  func wall(at now: Instant, ageMaxMilliseconds: UInt64) -> Stamp? {
    func shown(_ sample: Sample?) -> Stamp? {
      guard let sample, now.nanoseconds(since: sample.heard) <= ageMaxMilliseconds * 1_000_000 else { return nil }
      return sample.wall(at: now)
    }
    guard let late = shown(best) else { return nil }
    return max(late, shown(earlier) ?? late)
  }
}
