import Reactor
import Testing

@testable import Server

@Suite struct RoundTripTests {
  private func look(_ trip: inout RoundTrip, _ microseconds: UInt32, times: Int = 1) {
    for _ in 0..<times { trip.look(WireState(roundTripMicroseconds: microseconds)) }
  }

  @Test func `before anything was measured it is zero`() {
    var trip = RoundTrip()
    #expect(trip.microseconds == 0)
    look(&trip, 0, times: 20)
    #expect(trip.microseconds == 0)
  }

  @Test func `what a stopped process or a lost segment adds does not count`() {
    var trip = RoundTrip()
    look(&trip, 200, times: RoundTrip.looksMax)
    look(&trip, 900_000, times: RoundTrip.looksMax - 1)
    #expect(trip.microseconds == 200)
  }

  @Test func `a way that has become long is known as such soon, and a short one at once`() {
    var trip = RoundTrip()
    look(&trip, 200, times: 3 * RoundTrip.looksMax)
    look(&trip, 400_000, times: 2 * RoundTrip.looksMax)
    #expect(trip.microseconds == 400_000)
    look(&trip, 300)
    #expect(trip.microseconds == 300)
  }

  @Test func `a connection on which nothing was measured yet changes nothing`() {
    var trip = RoundTrip()
    look(&trip, 400_000, times: RoundTrip.looksMax)
    look(&trip, 0, times: 5 * RoundTrip.looksMax)
    #expect(trip.microseconds == 400_000)
  }
}
