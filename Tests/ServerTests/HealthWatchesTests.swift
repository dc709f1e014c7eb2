import API
import Basics
import HTTP2
import Testing

@testable import Server

@Suite struct HealthWatchesTests {
  private func key(_ number: Int) -> StreamKey { StreamKey(connection: UInt64(number), stream: StreamID(rawValue: 1)) }

  @Test("watches are bounded in number, and keep no name of a service that is not there")
  func bounds() {
    var watches = HealthWatches()
    for number in 0..<HealthWatches.countMax {
      let isTaken = watches.add(key(number), of: String(repeating: "x", count: 64), told: .serviceUnknown)
      #expect(isTaken)
    }
    var isTaken = watches.add(key(HealthWatches.countMax), of: "", told: .serving)
    #expect(!isTaken)
    #expect(watches.all.values.allSatisfy { $0.service.utf8.count == 1 })
    watches.remove(key(7))
    isTaken = watches.add(key(HealthWatches.countMax), of: "", told: .serving)
    #expect(isTaken)
  }

  @Test("who was told another state is told the new one, once")
  func news() {
    var watches = HealthWatches()
    _ = watches.add(key(1), of: "", told: .serving)
    _ = watches.add(key(2), of: "gone", told: .serviceUnknown)
    func health(_ service: String) -> HealthWatches.Status { service.isEmpty ? .notServing : .serviceUnknown }
    let told = watches.take(health)
    #expect(told.map(\.key) == [key(1)] && told.map(\.status) == [.notServing])
    let again = watches.take(health)
    #expect(again.isEmpty)
  }
}
