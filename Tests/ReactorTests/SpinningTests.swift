import Basics
import Testing

@testable import Reactor

@Suite struct SpinningTests {
  @Test("a loop stays awake after something came soon after it began to wait, and gives up after so many vain moments")
  func credit() {
    var spinning = Spinning()
    spinning.heard(after: 0)
    #expect(!spinning.isWorthwhile)
    spinning.nanosecondsMax = 60_000
    spinning.heard(after: 60_001)
    #expect(!spinning.isWorthwhile)
    spinning.heard(after: 60_000)
    for _ in 0..<Spinning.creditMax {
      #expect(spinning.isWorthwhile)
      spinning.wasVain()
    }
    #expect(!spinning.isWorthwhile)
  }

  @Test("a loop that stays awake hears mailboxes and timers like one that sleeps", .timeLimit(.minutes(1)))
  func hears() throws {
    let loop = try EventLoop()
    loop.spinning.nanosecondsMax = 3_600_000_000_000
    loop.spinning.heard(after: 0)
    var received: [Int] = []
    let mailbox = loop.makeMailbox(of: Int.self) { received += $0 }
    #expect(mailbox.post(7))
    loop.work { received == [7] }
    // The timer is due long before the loop would give up staying awake.
    let record = Record()
    _ = loop.schedule(at: EventLoop.clock.advanced(byMilliseconds: 1), record, token: 3)
    loop.work { record.tokens == [3] }
  }

  @Test("a loop that stayed awake until a timer was due does not sleep as long again")
  func timer() throws {
    let loop = try EventLoop()
    loop.spinning.nanosecondsMax = 3_600_000_000_000
    loop.spinning.heard(after: 0)
    let record = Record()
    let began = EventLoop.clock
    _ = loop.schedule(at: began.advanced(byMilliseconds: 400), record, token: 1)
    loop.turn(until: .distantFuture)
    #expect(record.tokens == [1])
    #expect(EventLoop.clock.nanoseconds(since: began) < 780_000_000)
  }
}
