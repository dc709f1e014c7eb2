package import Basics

/// Makes the stamps that a leader writes into entries. While this Store leads, a stamp continues from the last one by the
/// monotonic clock and is slewed toward the wall clock at no more than 500 parts in a million, so a wall clock that jumps
/// by an hour moves no expiry by more than half a second in a quarter of an hour, and stamps never go back. While it leads
/// nothing its own stamps mean nothing, and the clock follows: so that a process that starts with a wrong wall clock has
/// heard what the others' show before it can be elected. Owned by the Store's thread.
///
/// The wall clock that it is given is the one that the nodes agree on, see ``PeerTable``.
package struct StampClock {
  static let slewPartsPerMillion: UInt64 = 500

  private var nanoseconds: Int64
  private var last: Instant

  /// Starts from the wall clock, or from the latest stamp in the log if that is later.
  package init(wall: Stamp, latest: Stamp, now: Instant) {
    nanoseconds = max(wall, latest).milliseconds * 1_000_000
    last = now
  }

  /// The stamp for entries and reads of this turn.
  package mutating func advance(to now: Instant, wall: Stamp) -> Stamp {
    let elapsed = now.nanoseconds(since: last)
    last = max(last, now)
    nanoseconds += Int64(elapsed)
    let error = wall.milliseconds * 1_000_000 - nanoseconds
    let slew = Int64(
      elapsed / 1_000_000 * Self.slewPartsPerMillion + elapsed % 1_000_000 * Self.slewPartsPerMillion / 1_000_000)
    nanoseconds += min(max(error, -slew), slew)
    return stamp
  }

  /// Shows what the wall clock shows: nobody depends on this clock.
  package mutating func follow(_ wall: Stamp, now: Instant) -> Stamp {
    nanoseconds = wall.milliseconds * 1_000_000
    last = max(last, now)
    return wall
  }

  /// Moves on to a stamp that an applied entry has, if that is later: the log may hold later stamps than the state that
  /// a restart began with, and the wall clock may have been set back meanwhile.
  package mutating func raise(to stamp: Stamp) {
    nanoseconds = max(nanoseconds, stamp.milliseconds * 1_000_000)
  }

  package var stamp: Stamp { Stamp(milliseconds: nanoseconds / 1_000_000) }

  /// How far the wall clock is ahead of the stamps, in milliseconds; negative when it is behind.
  package func offsetMilliseconds(of wall: Stamp) -> Int64 { wall.milliseconds - nanoseconds / 1_000_000 }
}
