import Basics
import Replication
import Testing

@Suite struct StampClockTests {
  private let hour: Int64 = 3_600_000

  @Test func `a wall clock that jumps by an hour moves no stamp by more than half a second in 15 minutes`() {
    for jump in [hour, -hour] {
      var clock = StampClock(wall: Stamp(milliseconds: 1_000_000_000), latest: .zero, now: .zero)
      var last = clock.stamp
      for second in 1...900 {
        let elapsed = Int64(second) * 1_000
        let stamp = clock.advance(
          to: Instant(nanoseconds: UInt64(second) * 1_000_000_000),
          wall: Stamp(milliseconds: 1_000_000_000 + elapsed + jump))
        #expect(stamp > last)
        #expect(abs(stamp.milliseconds - 1_000_000_000 - elapsed) <= 451)
        last = stamp
      }
    }
  }

  @Test func `a small offset is slewed away`() {
    var clock = StampClock(wall: Stamp(milliseconds: 1_000_000), latest: .zero, now: .zero)
    for second in 1...400 {
      _ = clock.advance(
        to: Instant(nanoseconds: UInt64(second) * 1_000_000_000),
        wall: Stamp(milliseconds: 1_000_000 + Int64(second) * 1_000 + 100))
    }
    #expect(clock.offsetMilliseconds(of: Stamp(milliseconds: 1_000_000 + 400_000 + 100)) == 0)
  }

  @Test func `a restart continues behind the latest stamp of the log`() {
    let clock = StampClock(wall: Stamp(milliseconds: 5), latest: Stamp(milliseconds: 900), now: .zero)
    #expect(clock.stamp == Stamp(milliseconds: 900))
  }
}
