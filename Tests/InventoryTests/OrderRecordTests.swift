import Basics
import Testing

@testable import Inventory

@Suite struct OrderRecordTests {
  private static let stamp = Stamp(milliseconds: World.start)

  /// A record with everything in it.
  private static var full: OrderRecord {
    let name = OrderName(tenant: "t", channel: "shop", number: "305-1", slot: SlotNumber(4_711))
    let terms = OrderTerms(tenant: "t", payWithinMilliseconds: 60_000, name: name)
    var order = OrderRecord(home: SlotNumber(7), created: stamp, fingerprint: .max, terms: terms, reference: "cart")
    order.revision = 300
    order.claimVersion = 4
    order.isNameClaimed = true
    order.hold = UniqueID(high: 1, low: 2)
    order.paid = Payment(time: stamp, reference: "p")
    order.onHold = "why"
    order.expired = stamp
    order.completed = stamp
    order.replaces = UniqueID(high: 3, low: 4)
    order.replacements = [UniqueID(high: 5, low: 6), UniqueID(high: 7, low: 8)]
    let elsewhere = RemoteItem(slot: SlotNumber(9), tenant: "t", sku: "B")
    order.lines = [
      OrderLine(
        item: .local(SKUNumber(1)), location: LocationNumber(0), ordered: 9, cancelled: 1, allocated: 2, shipped: 6),
      OrderLine(item: .remote(elsewhere), location: nil, ordered: 1 << 53, backordered: 1 << 53),
    ]
    order.shipments = [Shipment(id: "s", shipped: stamp, asked: 5, lines: [LineQuantity(line: 0, quantity: 6)])]
    return order
  }

  @Test func `an order reads back as it was written, and nothing less does`() throws {
    for order in [
      Self.full, OrderRecord(home: SlotNumber(0), created: .zero, fingerprint: 0, terms: OrderTerms(), reference: ""),
    ] {
      var writer = ByteWriter()
      order.encode(to: &writer)
      #expect(try OrderRecord(writer.bytes.rawSpan) == order)
      for count in 0..<writer.count {
        #expect(throws: DecodeError.self) { try OrderRecord(Array(writer.bytes[..<count]).rawSpan) }
      }
      #expect(throws: DecodeError.self) { try OrderRecord((writer.bytes + [0]).rawSpan) }
    }
  }

  @Test func `a name reads back as it was written, and nothing less does`() throws {
    var record = NameRecord(try #require(Self.full.name), order: .zero, home: SlotNumber(1), fingerprint: 7)
    for pending in [nil, UniqueID(high: 9, low: 9)] {
      record.pending = pending
      var writer = ByteWriter()
      record.encode(to: &writer)
      #expect(try NameRecord(writer.bytes.rawSpan) == record)
      for count in 0..<writer.count {
        #expect(throws: DecodeError.self) { try NameRecord(Array(writer.bytes[..<count]).rawSpan) }
      }
    }
  }

  @Test func `the commands read back as they were written`() throws {
    let header = RequestHeader(id: UniqueID(high: 1, low: 1), actor: "ann")
    let name = OrderName(tenant: "t", channel: "", number: "1", slot: SlotNumber(3))
    let terms = OrderTerms(tenant: "t", payWithinMilliseconds: 1_000, name: name)
    let target = OrderTarget(UniqueID(high: 2, low: 2), tenant: "t", reason: "why")
    let item = RemoteItem(slot: SlotNumber(8), tenant: "t", sku: "B")
    let remote = [DecidedLine(item: item, grants: [LocationGrant(location: LocationNumber(2), granted: 5)])]
    let parts = [ClaimPart(slot: SlotNumber(8), token: 77)]
    let create = CreateOrder(
      home: SlotNumber(3), fingerprint: 5, terms: terms, reference: "r", replaces: .zero,
      rankedLocations: [LocationNumber(1)], lines: [ReserveLine(sku: SKUNumber(0), quantity: 5)])
    let amend = AmendOrder(
      target: target, fingerprint: 6, expectedRevision: 2, changes: [LineQuantity(line: 3, quantity: 4)],
      rankedLocations: [LocationNumber(1)], added: [ReserveLine(sku: SKUNumber(9), quantity: 1)])
    var commands: [Command] = [
      .createOrder(header, create), .amendOrder(header, amend), .confirmHold(header, hold: .zero, terms: terms),
      .decideOrder(header, DecideOrder(version: 1, create: create, remote: remote, parts: parts)),
      .decideAmend(header, DecideAmend(version: 2, amend: amend, remote: remote, parts: parts)),
      .decideConfirm(
        header, DecideConfirm(hold: .zero, version: 3, home: SlotNumber(1), terms: terms, parts: parts)),
      .decideMove(
        header,
        DecideMove(
          version: 4, home: SlotNumber(1), line: remote[0], parts: parts,
          move: MoveAllocation(
            owner: .zero, sku: SKUNumber(0), from: LocationNumber(1), to: LocationNumber(2), quantity: 5))),
    ]
    let cut = [LineQuantity(line: 0, quantity: 0), LineQuantity(line: 199, quantity: 1 << 53)]
    for step in [OrderStep.pay(reference: "p"), .hold, .resume, .cancel(cut), .ship(shipment: "s", cut), .complete] {
      commands.append(.changeOrder(header, target, step))
    }
    for command in commands {
      var builder = EntryBuilder()
      builder.append(command)
      let payload = builder.take(stamp: Self.stamp)
      #expect(try Command.decodeEntry(payload.rawSpan).commands == [command])
      for count in 1..<payload.count {
        #expect(throws: DecodeError.self) { try Command.decodeEntry(Array(payload[..<count]).rawSpan) }
      }
    }
  }
}
