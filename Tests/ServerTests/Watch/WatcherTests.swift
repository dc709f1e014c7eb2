import API
import Basics
import HTTP2
import Placement
import Testing

@testable import Server

@Suite struct WatcherTests {
  private let start = Instant(nanoseconds: 1_000_000_000)

  private func after(_ milliseconds: UInt64) -> Instant { start.advanced(byMilliseconds: milliseconds) }

  /// Even slots are on shard 1, odd ones on shard 2.
  private func owner(_ slot: Slot) -> ShardID { ShardID(1 + UInt32(slot.rawValue) % 2) }

  private func watcher(_ skus: [String], every interval: UInt64 = 1_000) -> Watcher {
    let watcher = Watcher(
      key: StreamKey(connection: 1, stream: StreamID(rawValue: 1)), subject: .stock(skus: skus, location: ""),
      tenant: "t",
      intervalMilliseconds: interval)
    watcher.divide(Array(skus.indices), owner)
    return watcher
  }

  private func sight(_ index: UInt64, _ changes: [(Int, UInt64)] = []) -> Sight {
    var sight = Sight(index: index)
    sight.changes = changes.map { Sight.Change(place: $0.0, hash: $0.1) }
    if !changes.isEmpty { sight.response = [1] }
    return sight
  }

  @Test func `each shard is asked for its SKUs, once at a time, and first for all that was acknowledged`() {
    let skus = (0..<20).map { "S\($0)" }
    let watcher = watcher(skus)
    let questions = watcher.takeQuestions(now: start)
    #expect(questions.map(\.pull.shard.rawValue) == [1, 2])
    var asked: [String] = []
    for (_, pull) in questions {
      guard case .stock(let look, _, let names) = pull.subject else { continue }
      #expect(look.leastIndex == Pull.leastIndexNow && look.pauseMilliseconds == 0 && look.known.allSatisfy { $0 == 0 })
      asked += names
    }
    #expect(asked.sorted() == skus.sorted() && watcher.takeQuestions(now: start).isEmpty)
  }

  @Test func `the next question carries what is known, and waits for the interval behind what was told`() {
    let watcher = watcher(["S0", "S2"])
    let places = watcher.parts[0].places
    _ = watcher.takeQuestions(now: start)
    watcher.take(sight(40, [(0, 7)]), of: 0, now: start)
    #expect(watcher.held.count == 1 && watcher.known[places[0]] == 7 && watcher.wasTold(0))
    let look = watcher.takeQuestions(now: after(300)).first { $0.part == 0 }?.pull.look
    #expect(look?.leastIndex == 40 && look?.known.first == 7)
    #expect(look?.pauseMilliseconds == 700 && look?.intervalMilliseconds == 1_000)
  }

  @Test func `what a look had no room for is asked for at once, from there on`() {
    let watcher = watcher(["S0", "S2", "S4", "S6"], every: 60_000)
    guard let part = watcher.parts.firstIndex(where: { $0.places.count > 1 }) else { return #expect(Bool(false)) }
    _ = watcher.takeQuestions(now: start)
    var first = sight(40, [(0, 7)])
    first.next = 1
    watcher.take(first, of: part, now: start)
    let look = watcher.takeQuestions(now: start).first { $0.part == part }?.pull.look
    #expect(look?.first == 1 && look?.pauseMilliseconds == 0 && look?.known.first == 7)
    watcher.take(sight(41, [(1, 8)]), of: part, now: start)
    let next = watcher.takeQuestions(now: start).first { $0.part == part }?.pull.look
    #expect(next?.first == 0 && next?.pauseMilliseconds == 60_000)
  }

  @Test func `a look that ends with nothing new begins anew`() {
    let watcher = watcher(["S0", "S2", "S4", "S6"])
    guard let part = watcher.parts.firstIndex(where: { $0.places.count > 1 }) else { return #expect(Bool(false)) }
    _ = watcher.takeQuestions(now: start)
    var first = sight(40, [(0, 7)])
    first.next = 1
    watcher.take(first, of: part, now: start)
    _ = watcher.takeQuestions(now: start)
    watcher.take(sight(40), of: part, now: start)
    #expect(watcher.takeQuestions(now: start).first { $0.part == part }?.pull.look?.first == 0)
  }

  @Test func `a watch does not grow with the failures that it lives through`() {
    let watcher = watcher((0..<20).map { "S\($0)" })
    let count = watcher.parts.count
    for step in 0..<100 as Range<UInt64> {
      let now = after(step * 100)
      for (part, _) in watcher.takeQuestions(now: now) { _ = watcher.failed(part, now: now, owner) }
    }
    #expect(watcher.parts.count <= count + 1)
    #expect(watcher.parts.map(\.places.count).reduce(0, +) == 20)
  }

  @Test func `an interval longer than a question may wait is kept over several questions`() {
    let watcher = watcher(["S0"], every: 60_000)
    _ = watcher.takeQuestions(now: start)
    watcher.take(sight(40, [(0, 7)]), of: 0, now: start)
    var pauses: [UInt32] = []
    for step in 1...13 as ClosedRange<UInt64> {
      let now = after(step * 5_000)
      pauses.append(watcher.takeQuestions(now: now).first?.pull.look?.pauseMilliseconds ?? .max)
      watcher.take(sight(40), of: 0, now: now)
    }
    #expect(pauses.first == 55_000 && pauses[11] == 0 && pauses[12] == 0)
  }

  @Test func `what cannot be read is asked of whoever has it by then`() {
    let watcher = watcher(["S0", "S2"])
    _ = watcher.takeQuestions(now: start)
    #expect(watcher.failed(0, now: start, { _ in ShardID(9) }) == 0)
    #expect(watcher.takeQuestions(now: start).isEmpty && watcher.nextQuestion == after(100))
    let again = watcher.takeQuestions(now: after(100))
    #expect(again.map(\.pull.shard.rawValue) == [9])
    #expect(watcher.failed(again[0].part, now: after(5_000), owner) == 5_000, "it counts from the first failure on")
  }
}
