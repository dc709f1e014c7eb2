import Basics
import Reactor
import Testing

@testable import Server

/// When output is gathered: on wires that lose segments and are long, and on no other.
@Suite struct WireQualityTests {
  private let start = Instant(nanoseconds: 1_000_000_000)

  private func pause(
    sent: UInt32, repeated: UInt32, roundTripMilliseconds: UInt32, afterMilliseconds: UInt64 = 0
  ) -> UInt64 {
    var quality = WireQuality()
    quality.look(
      WireState(
        roundTripMicroseconds: roundTripMilliseconds * 1_000, segmentsSent: sent, segmentsRepeated: repeated),
      now: start)
    return quality.pauseMilliseconds(now: start.advanced(byMilliseconds: afterMilliseconds))
  }

  @Test func `a wire that loses nothing, or is short, is not waited for`() {
    #expect(WireQuality().pauseMilliseconds(now: start) == 0)
    #expect(pause(sent: 1_000, repeated: 0, roundTripMilliseconds: 200) == 0)
    #expect(pause(sent: 1_000, repeated: 19, roundTripMilliseconds: 200) == 0)
    #expect(pause(sent: 1_000, repeated: 300, roundTripMilliseconds: 4) == 0)
    #expect(pause(sent: 10, repeated: 5, roundTripMilliseconds: 200) == 0, "so few tell nothing")
  }

  @Test func `on a bad wire output pauses for half a round trip, and not for long`() {
    #expect(pause(sent: 1_000, repeated: 20, roundTripMilliseconds: 60) == 30)
    #expect(pause(sent: 20, repeated: 2, roundTripMilliseconds: 400) == WireQuality.pauseMillisecondsMax)
  }

  @Test func `a wire that has become good is taken for that after a while`() {
    var quality = WireQuality()
    var state = WireState(roundTripMicroseconds: 60_000, segmentsSent: 100, segmentsRepeated: 10)
    quality.look(state, now: start)
    state.segmentsSent += 1_000
    let later = start.advanced(byMilliseconds: WireQuality.rememberedMilliseconds - 1)
    quality.look(state, now: later)
    #expect(quality.pauseMilliseconds(now: later) == 30)
    #expect(quality.pauseMilliseconds(now: later.advanced(byMilliseconds: 1)) == 0)
    state.segmentsSent += 100
    state.segmentsRepeated += 10
    quality.look(state, now: later)
    #expect(quality.pauseMilliseconds(now: later.advanced(byMilliseconds: 1)) == 30)
  }
}
