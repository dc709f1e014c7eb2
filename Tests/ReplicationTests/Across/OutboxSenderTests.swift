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

  /// What leaves of an outbox that has these rows.
  private func takeNew(_ sender: inout OutboxSender, _ rows: [OutboxRow], at tick: UInt64 = 0) -> [OutboxRow] {
    sender.takeNew(at: tick) { claim in
      rows.last { $0.claim == claim }
    } after: { number, limit in
      Array(rows.filter { $0.number > number }.prefix(limit))
    }
  }

  @Test func `rows go out in the order in which they were written, as far as the window goes`() {
    var sender = OutboxSender(flightsMax: 2)
    let outbox = (1...3).map { row($0) }
    #expect(takeNew(&sender, outbox) == [outbox[0], outbox[1]])
    #expect(takeNew(&sender, outbox).isEmpty)
    sender.settled(claim(1), version: 1)
    #expect(sender.acks == [OutboxAck(claim: claim(1), version: 1)])
    sender.acksTaken()
    #expect(sender.acknowledged([claim(1)], at: 0) { _ in nil }.isEmpty)
    #expect(takeNew(&sender, outbox) == [outbox[2]])
  }

  @Test func `rows leave with one that must not wait, or when they waited for room`() {
    var sender = OutboxSender(flightsMax: 2)
    let outbox = (1...3).map { row($0) }
    #expect(!sender.isDue(lastUrgent: 0))
    #expect(sender.isDue(lastUrgent: 1))
    _ = takeNew(&sender, [outbox[0]])
    #expect(!sender.isDue(lastUrgent: 1), "it has left")
    _ = takeNew(&sender, outbox)
    #expect(sender.isDue(lastUrgent: 0), "the third finds no room")
  }

  @Test func `a row that nobody answers goes out again, each time later`() {
    var sender = OutboxSender(flightsMax: 2)
    _ = takeNew(&sender, [row(1)])
    var tick: UInt64 = 100
    for pause in [UInt64(1), 2, 4, 8, 16, 32, 32] {
      sender.unanswered(claim(1), tick: tick)
      #expect(sender.takeDue(at: tick + pause - 1) { _ in row(1) }.isEmpty)
      #expect(sender.takeDue(at: tick + pause) { _ in row(1) } == [row(1)])
      tick += pause
    }
  }

  @Test func `a slot that does not answer keeps no other one waiting, and is asked by one row at a time`() {
    var sender = OutboxSender(flightsMax: 2)
    func other(_ number: UInt64) -> OutboxRow {
      let claim = ClaimKey(id: UniqueID(high: 1, low: number), slot: SlotNumber(2))
      return OutboxRow(number: number, claim: claim, version: 1, since: .zero)
    }
    let outbox = [row(1), row(2), other(3), row(4)]
    func known(_ claim: ClaimKey) -> OutboxRow? { outbox.first { $0.claim == claim } }
    #expect(takeNew(&sender, outbox) == [row(1), row(2)])
    #expect(sender.takeDue(at: 9, known).isEmpty && takeNew(&sender, outbox, at: 9).isEmpty)
    #expect(sender.takeDue(at: 10, known).isEmpty)
    #expect(takeNew(&sender, outbox, at: 10) == [other(3)], "the fourth waits with those before it")
    for number in UInt64(1)...2 { sender.unanswered(claim(number), tick: 40) }
    #expect(sender.takeDue(at: 41, known) == [row(4)])
    #expect(sender.takeDue(at: 100, known).isEmpty, "it is being asked")
    sender.unanswered(claim(4), tick: 100)
    #expect(sender.takeDue(at: 101, known).isEmpty && sender.takeDue(at: 102, known) == [row(1)])
    // It is back: the others go out as there is room.
    sender.settled(claim(1), version: 1)
    #expect(sender.acknowledged([claim(1)], at: 103) { _ in nil }.isEmpty)
    #expect(takeNew(&sender, outbox, at: 103) == [row(2), row(4)])
    sender.settled(other(3).claim, version: 1)
    #expect(sender.acknowledged([other(3).claim], at: 104) { _ in nil }.isEmpty)
    #expect(takeNew(&sender, outbox, at: 104).isEmpty)
    #expect(sender.takeDue(at: 112, known).isEmpty && sender.flightCount == 2)
  }

  @Test func `a row that was written again while it was told of goes out again when that is over`() {
    var sender = OutboxSender(flightsMax: 2)
    _ = takeNew(&sender, [row(1)])
    let new = row(2, of: 1, version: 2)
    #expect(takeNew(&sender, [new]).isEmpty, "one call at a time")
    sender.settled(claim(1), version: 1)
    #expect(sender.acknowledged([claim(1)], at: 0) { _ in new } == [new])
  }

  @Test func `an acknowledgement that the log did not take is asked for again`() {
    var sender = OutboxSender(flightsMax: 2)
    _ = takeNew(&sender, [row(1)])
    sender.settled(claim(1), version: 1)
    #expect(sender.acknowledged([claim(1)], at: 0) { _ in row(1) } == [row(1)])
  }

  @Test func `a row that is gone when its pause is over is forgotten`() {
    var sender = OutboxSender(flightsMax: 2)
    _ = takeNew(&sender, [row(1)])
    sender.unanswered(claim(1), tick: 5)
    #expect(sender.takeDue(at: 10) { _ in nil }.isEmpty)
    #expect(sender.flightCount == 0)
  }
}
