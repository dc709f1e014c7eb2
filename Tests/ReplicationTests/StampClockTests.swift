import Basics
import Testing

@testable import Replication

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

  @Test func `while nobody depends on it, the clock shows what the wall clock shows`() {
    var clock = StampClock(wall: Stamp(milliseconds: 9_000_000), latest: .zero, now: .zero)
    #expect(
      clock.follow(Stamp(milliseconds: 5_000), now: Instant(nanoseconds: 1_000_000)) == Stamp(milliseconds: 5_000))
    let later = clock.advance(to: Instant(nanoseconds: 1_001_000_000), wall: Stamp(milliseconds: 6_000))
    #expect(later == Stamp(milliseconds: 6_000))
  }

  @Test func `the nodes' wall clock is the median, and of two the lower one`() {
    var peers = PeerTable()
    let now = Instant(nanoseconds: 10_000_000_000)
    func wall(_ own: Int64, at now: Instant) -> Int64 {
      peers.medianWall(Stamp(milliseconds: own), now: now, ageMaxMilliseconds: 5_000).wall.milliseconds
    }
    #expect(wall(700, at: now) == 700)
    peers.setNeighbours([NodeID(2), NodeID(3)], tick: 0)
    peers[0].clock.heard(Stamp(milliseconds: 100), now: now, ageMaxMilliseconds: 5_000)
    #expect(wall(700, at: now) == 100 && wall(50, at: now) == 50)
    peers[1].clock.heard(Stamp(milliseconds: 500), now: now, ageMaxMilliseconds: 5_000)
    #expect(wall(700, at: now) == 500 && wall(50, at: now) == 100)
    // What was told a second ago is a second later by now; what was told long ago counts for nothing.
    #expect(wall(1_700, at: now.advanced(byMilliseconds: 1_000)) == 1_500)
    #expect(wall(700, at: now.advanced(byMilliseconds: 6_000)) == 700)
  }

  @Test func `a clock is not behind because what shows it was long under way`() {
    var clock = PeerClock()
    func wall(at second: UInt64) -> Int64? {
      clock.wall(at: Instant(nanoseconds: second * 1_000_000_000), ageMaxMilliseconds: 10_000)?.milliseconds
    }
    // One message a second, under way for 20 ms, and then for 1 to 4 seconds.
    let delays: [Int64] = [20, 900, 3_000, 4_000, 2_000, 1_000, 2_500]
    for (second, delay) in delays.enumerated() {
      let now = Instant(nanoseconds: UInt64(second + 100) * 1_000_000_000)
      clock.heard(Stamp(milliseconds: Int64(second) * 1_000 - delay), now: now, ageMaxMilliseconds: 10_000)
      #expect(wall(at: UInt64(second + 100)) == Int64(second) * 1_000 - 20)
    }
    // Set back by ten seconds: seen when what was heard before is too old.
    for second in 7..<30 as Range<UInt64> {
      let now = Instant(nanoseconds: (second + 100) * 1_000_000_000)
      clock.heard(Stamp(milliseconds: Int64(second) * 1_000 - 10_000), now: now, ageMaxMilliseconds: 10_000)
    }
    #expect(wall(at: 130) == 20_000)
    // Set forward: seen at once.
    clock.heard(Stamp(milliseconds: 99_000), now: Instant(nanoseconds: 131_000_000_000), ageMaxMilliseconds: 10_000)
    #expect(wall(at: 131) == 99_000)
    #expect(wall(at: 142) == nil)
  }

  @Test func `a restart continues behind the latest stamp of the log`() {
    let clock = StampClock(wall: Stamp(milliseconds: 5), latest: Stamp(milliseconds: 900), now: .zero)
    #expect(clock.stamp == Stamp(milliseconds: 900))
  }
}
