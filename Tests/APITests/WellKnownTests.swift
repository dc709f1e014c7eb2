import API
import Basics
import Testing

@Suite("Times and spans")
struct WellKnownTests {
  @Test(
    "a stamp becomes a timestamp and comes back",
    arguments: [
      (0, 0, 0), (1, 0, 1_000_000), (1000, 1, 0), (1_767_225_700_123, 1_767_225_700, 123_000_000),
      (-1, -1, 999_000_000),
      (-1000, -1, 0), (Int64.max, 9_223_372_036_854_775, 807_000_000),
    ] as [(Int64, Int64, Int32)])
  func stamps(milliseconds: Int64, seconds: Int64, nanos: Int32) {
    let timestamp = WellKnown.Timestamp(Stamp(milliseconds: milliseconds))
    #expect(timestamp == .init(seconds: seconds, nanos: nanos))
    #expect(timestamp.stamp == Stamp(milliseconds: milliseconds))
  }

  @Test("a timestamp out of range is no stamp, and does not trap")
  func badTimestamps() {
    for (seconds, nanos) in [(Int64.max, Int32(0)), (.min, 0), (0, -1), (0, 1_000_000_000), (0, .max), (.max, .max)] {
      #expect(WellKnown.Timestamp(seconds: seconds, nanos: nanos).stamp == nil)
    }
  }

  @Test(
    "a span in milliseconds becomes a duration and comes back",
    arguments: [0, 1, -1, 1500, -1500, .max, .min] as [Int64])
  func durations(milliseconds: Int64) {
    #expect(WellKnown.Duration(milliseconds: milliseconds).milliseconds == milliseconds)
  }

  @Test("a duration is cut toward zero; one that contradicts itself or does not fit is none")
  func oddDurations() {
    #expect(WellKnown.Duration(seconds: 0, nanos: 999_999).milliseconds == 0)
    #expect(WellKnown.Duration(seconds: -1, nanos: -1_999_999).milliseconds == -1001)
    for (seconds, nanos) in [(Int64(1), Int32(-1)), (-1, 1), (0, 1_000_000_000), (0, .min), (.max, 0), (.min, 0)] {
      #expect(WellKnown.Duration(seconds: seconds, nanos: nanos).milliseconds == nil)
    }
  }
}
