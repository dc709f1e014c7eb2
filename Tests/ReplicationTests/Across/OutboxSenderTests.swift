import Basics
import Inventory
import Testing

@testable import Replication

/// Who is told of which row of an outbox, and when again.
@Suite struct OutboxSenderTests {
  private func claim(_ number: UInt64) -> ClaimKey {
    ClaimKey(id: UniqueID(high: 1, low: number), slot: SlotNumber(1))
  }

  private func row(_ number: UInt64, of claim: UInt64? = nil, version: UInt64 = 1) -> OutboxRow {
    OutboxRow(number: number, claim: self.claim(claim ?? number), version: version, since: .zero)
  }

  /// An outbox that is asked for what comes behind a number.
  private func behind(_ rows: [OutboxRow]) -> (UInt64, Int) -> [OutboxRow] {
    { number, limit in Array(rows.filter { $0.number > number }.prefix(limit)) }
  }

  @Test func `rows go out in the order in which they were written, as far as the window goes`() {
    var sender = OutboxSender(flightsMax: 2)
    let outbox = (1...3).map { row($0) }
    #expect(sender.takeNew(behind(outbox)) == [outbox[0], outbox[1]])
    #expect(sender.takeNew(behind(outbox)).isEmpty)
    sender.settled(claim(1), version: 1)
    #expect(sender.acks == [OutboxAck(claim: claim(1), version: 1)])
    sender.acksTaken()
    #expect(sender.acknowledged([claim(1)]) { _ in nil }.isEmpty)
    #expect(sender.takeNew(behind(outbox)) == [outbox[2]])
  }

  @Test func `rows leave with one that must not wait, or when they waited for room`() {
    var sender = OutboxSender(flightsMax: 2)
    let outbox = (1...3).map { row($0) }
    #expect(!sender.isDue(lastUrgent: 0))
    #expect(sender.isDue(lastUrgent: 1))
    _ = sender.takeNew(behind([outbox[0]]))
    #expect(!sender.isDue(lastUrgent: 1), "it has left")
    _ = sender.takeNew(behind(outbox))
    #expect(sender.isDue(lastUrgent: 0), "the third finds no room")
  }

  @Test func `a row that nobody answers goes out again, each time later`() {
    var sender = OutboxSender(flightsMax: 2)
    _ = sender.takeNew(behind([row(1)]))
    var tick: UInt64 = 100
    for pause in [UInt64(1), 2, 4, 8, 16, 32, 32] {
      sender.unanswered(claim(1), tick: tick)
      #expect(sender.takeDue(at: tick + pause - 1) { _ in row(1) }.isEmpty)
      #expect(sender.takeDue(at: tick + pause) { _ in row(1) } == [row(1)])
      tick += pause
    }
  }

  @Test func `a row that was written again while it was told of goes out again when that is over`() {
    var sender = OutboxSender(flightsMax: 2)
    _ = sender.takeNew(behind([row(1)]))
    let new = row(2, of: 1, version: 2)
    #expect(sender.takeNew(behind([new])).isEmpty, "one call at a time")
    sender.settled(claim(1), version: 1)
    #expect(sender.acknowledged([claim(1)]) { _ in new } == [new])
  }

  @Test func `an acknowledgement that the log did not take is asked for again`() {
    var sender = OutboxSender(flightsMax: 2)
    _ = sender.takeNew(behind([row(1)]))
    sender.settled(claim(1), version: 1)
    #expect(sender.acknowledged([claim(1)]) { _ in row(1) } == [row(1)])
  }

  @Test func `a row that is gone when its pause is over is forgotten`() {
    var sender = OutboxSender(flightsMax: 2)
    _ = sender.takeNew(behind([row(1)]))
    sender.unanswered(claim(1), tick: 5)
    #expect(sender.takeDue(at: 10) { _ in nil }.isEmpty)
    #expect(sender.flightCount == 0)
  }
}
