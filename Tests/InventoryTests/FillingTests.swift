import Basics
import Testing

@testable import Inventory

private let here = LocationNumber(1)

/// Orders that wait for stock whose slot has moved away from their home.
@Suite struct FillingTests {
  private let worlds = MovingWorlds(count: 2)
  private var home: World { worlds.worlds[0] }
  private var other: World { worlds.worlds[1] }
  private let order = UniqueID(version7At: UInt64(World.start), randomHigh: 5, randomLow: 6)

  /// An order of home slot 3 over SKUs of the slots 3 and 4, of which the second has 4 of the 10 that are wanted; then
  /// slot 4 moves.
  private func parted(at location: LocationNumber? = nil) throws -> StockKey {
    let a = stock(try home.putSKU("A", slot: SlotNumber(3)))
    try home.run(
      .putSKU(home.header(), PutSKU(slot: SlotNumber(4), tenant: "t", sku: "B", lot: 2, backorderLimit: 100)))
    let b = StockKey(sku: SKUNumber(2), location: here)
    try home.receive(a, 10)
    try home.receive(b, 4)
    let create = CreateOrder(
      home: SlotNumber(3), fingerprint: 1, terms: OrderTerms(tenant: "t"),
      sourcing: Sourcing(takesBackorders: true), rankedLocations: [here],
      lines: [
        ReserveLine(sku: a.sku, location: here, quantity: 1), ReserveLine(sku: b.sku, location: location, quantity: 10),
      ])
    let outcome = try home.run(.createOrder(RequestHeader(id: order), create))[0]
    try #require(outcome.result == .orderChanged(order))
    #expect(home.ledger.ordersWaitingElsewhere(after: .zero, limit: 10).isEmpty)
    try worlds.move(4...4, from: 0, to: 1)
    let found = other.ledger.findSKU(tenant: "t", sku: "B")
    return stock(try #require(found))
  }

  private func record() throws -> OrderRecord {
    try #require(try home.ledger.order(order, at: .zero, home.state))
  }

  private func waiting() throws -> (backordered: Int64, allocated: Int64) {
    try record().lines.reduce((0, 0)) { ($0.0 + $1.backordered, $0.1 + $1.allocated) }
  }

  /// What the leader of the home does: has the slot set aside what there is, and decides.
  private func fill(_ there: StockKey, asking quantity: Int64? = nil) throws -> Outcome.Result? {
    let record = try record()
    let place = try #require(record.lines.firstIndex { $0.backordered > 0 })
    let line = record.lines[place]
    guard case .remote(let item) = line.item else { throw StateReadError(message: "the line is not another slot's") }
    let (claim, version) = (ClaimKey(id: order, slot: item.slot), record.claimVersion + 1)
    let asked = quantity ?? line.backordered
    let lines = [ReserveLine(sku: there.sku, location: line.location, quantity: asked)]
    let prepare = PrepareClaim(
      claim: claim, version: version, fingerprint: version, home: record.home,
      lines: Reserve(mode: .upTo, rankedLocations: [here], lines: lines))
    let prepared = try other.run(.prepareClaim(RequestHeader(id: order, isGenerated: true), prepare))[0]
    guard case .claimPrepared(let grant) = prepared.result, grant.shortage == nil else { return nil }
    let grants = other.lines(prepared).filter { $0.granted > 0 }.map {
      LocationGrant(location: $0.location ?? here, granted: $0.granted)
    }
    let amend = AmendOrder(
      target: OrderTarget(order, tenant: "t"), fingerprint: 0,
      changes: [LineQuantity(line: place, quantity: asked)], fills: true)
    let decide = DecideAmend(
      version: version, amend: amend, remote: [DecidedLine(item: item, grants: grants)],
      parts: [ClaimPart(slot: item.slot, token: grant.token)])
    let header = RequestHeader(id: home.id(), isGenerated: true)
    let decided = try home.run(.decideAmend(header, decide))[0]
    try worlds.deliver()
    return decided.result
  }

  @Test func `a line that waits for a slot which has moved is filled by what comes there, in parts`() throws {
    for location in [nil, here] as [LocationNumber?] {
      let test = FillingTests()
      let there = try test.parted(at: location)
      #expect(try test.waiting() == (6, 5))
      #expect(test.home.ledger.ordersWaitingElsewhere(after: .zero, limit: 10) == [test.order])
      // Nothing is there yet.
      #expect(try test.fill(there) == nil)
      try test.worlds.verify()
      try test.other.receive(there, 5)
      // It is filled in whole lots.
      #expect(try test.fill(there) == .orderChanged(test.order))
      #expect(try test.waiting() == (2, 9))
      #expect(test.other.balances(there)[.allocated] == 8 && test.other.balances(there)[.available] == 1)
      try test.worlds.verify()
      try test.home.reload(seed: 5)
      #expect(test.home.ledger.ordersWaitingElsewhere(after: .zero, limit: 10) == [test.order])
      try test.other.receive(there, 5)
      #expect(try test.fill(there) == .orderChanged(test.order))
      #expect(try test.waiting() == (0, 11))
      #expect(test.home.ledger.ordersWaitingElsewhere(after: .zero, limit: 10).isEmpty)
      #expect(test.other.balances(there)[.allocated] == 10 && test.other.balances(there)[.available] == 4)
      #expect(try test.record().lines.reduce(0) { $0 + $1.ordered } == 11)
      try test.home.reload(seed: 6)
      #expect(test.home.ledger.ordersWaitingElsewhere(after: .zero, limit: 10).isEmpty)
      try test.worlds.verify()
    }
  }

  @Test func `more than is waited for, or what was amended meanwhile, is not taken and given back`() throws {
    let there = try parted()
    try other.receive(there, 20)
    let refused = Outcome.Result.refused(.order(order, .changed(revision: try record().revision)))
    #expect(try fill(there, asking: 8) == refused)
    #expect(other.balances(there)[.held] == 0 && other.balances(there)[.available] == 20)
    #expect(try waiting() == (6, 5))
    try worlds.verify()
  }

  @Test func `an order that is cancelled waits for nothing elsewhere`() throws {
    _ = try parted()
    try home.run(.changeOrder(home.header(), OrderTarget(order, tenant: "t"), .cancel([])))
    #expect(home.ledger.ordersWaitingElsewhere(after: .zero, limit: 10).isEmpty)
    try worlds.deliver()
    try worlds.verify()
  }

  @Test func `the wait goes along when the home of the order moves as well`() throws {
    _ = try parted()
    try worlds.move(3...3, from: 0, to: 1)
    #expect(home.ledger.ordersWaitingElsewhere(after: .zero, limit: 10).isEmpty)
    #expect(other.ledger.ordersWaitingElsewhere(after: .zero, limit: 10) == [order])
    try worlds.reload(1, seed: 4)
    #expect(other.ledger.ordersWaitingElsewhere(after: .zero, limit: 10) == [order])
    try worlds.verify()
  }
}
