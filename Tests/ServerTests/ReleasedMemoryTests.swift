import Basics
import Testing

@testable import Server

@Suite struct ReleasedMemoryTests {
  private func second(_ number: UInt64) -> Instant { Instant(nanoseconds: number * 1_000_000_000) }

  @Test("memory is given back once less than half of the peak is held, and not again before something else is freed")
  func falls() {
    let memory = Watched()
    let megabyte = 1 << 20
    #expect(!memory.isDue(held: 20 * megabyte, sessions: 0, now: second(10)))
    #expect(!memory.isDue(held: 11 * megabyte, sessions: 0, now: second(11)))
    #expect(memory.nextLook(held: 11 * megabyte, sessions: 0) == .distantFuture)
    #expect(memory.isDue(held: 9 * megabyte, sessions: 0, now: second(12)))
    #expect(!memory.isDue(held: 9 * megabyte, sessions: 0, now: second(20)))
    #expect(!memory.isDue(held: 6 * megabyte, sessions: 0, now: second(21)))
    #expect(memory.isDue(held: 0, sessions: 0, now: second(22)))
  }

  @Test("a crowd of sessions counts by its number, and a small one does not count")
  func sessions() {
    let memory = Watched()
    #expect(!memory.isDue(held: 0, sessions: 200, now: second(10)))
    #expect(!memory.isDue(held: 0, sessions: 0, now: second(11)))
    #expect(!memory.isDue(held: 0, sessions: 1_000, now: second(12)))
    #expect(memory.isDue(held: 0, sessions: 10, now: second(13)))
  }

  @Test("memory is given back at most once a second, and the rest when the second is over")
  func interval() {
    let memory = Watched()
    #expect(!memory.isDue(held: 1 << 30, sessions: 0, now: second(10)))
    #expect(memory.isDue(held: 0, sessions: 0, now: second(10)))
    #expect(!memory.isDue(held: 1 << 30, sessions: 0, now: second(10)))
    #expect(!memory.isDue(held: 0, sessions: 0, now: second(10)))
    #expect(memory.nextLook(held: 0, sessions: 0) == second(11))
    #expect(memory.isDue(held: 0, sessions: 0, now: second(11)))
    #expect(memory.nextLook(held: 0, sessions: 0) == .distantFuture)
  }

  @Test("what took long is not done again for two hundred times as long")
  func slow() {
    let memory = Watched()
    #expect(!memory.isDue(held: 1 << 30, sessions: 0, now: second(10)))
    #expect(memory.isDue(held: 0, sessions: 0, now: second(10)))
    memory.gaveBack(from: second(10), to: second(10).advanced(byMilliseconds: 50))
    #expect(!memory.isDue(held: 1 << 30, sessions: 0, now: second(12)))
    #expect(!memory.isDue(held: 0, sessions: 0, now: second(20)))
    #expect(memory.nextLook(held: 0, sessions: 0) == second(20).advanced(byMilliseconds: 50))
    #expect(memory.isDue(held: 0, sessions: 0, now: second(21)))
  }
}

/// Lets an expectation call what changes.
private final class Watched {
  private var memory = ReleasedMemory()

  func isDue(held: Int, sessions: Int, now: Instant) -> Bool { memory.isDue(held: held, sessions: sessions, now: now) }
  func gaveBack(from began: Instant, to ended: Instant) { memory.gaveBack(from: began, to: ended) }
  func nextLook(held: Int, sessions: Int) -> Instant { memory.nextLook(held: held, sessions: sessions) }
}
