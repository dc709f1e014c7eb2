import Basics
import Inventory
import Testing

private let here = LocationNumber(1)
private let there = LocationNumber(2)
private let far = LocationNumber(3)

/// SKU 1 has four here, seven there and nine far away; SKU 2 has five there.
private func stocked() throws -> World {
  let world = World()
  for sku in ["A", "B"] { _ = try world.putSKU(sku) }
  for (sku, location, quantity) in [(1, here, 4), (1, there, 7), (1, far, 9), (2, there, 5)] {
    try world.receive(StockKey(sku: SKUNumber(UInt32(sku)), location: location), Int64(quantity))
  }
  return world
}

private func line(_ sku: UInt32, _ quantity: Int64, at location: LocationNumber? = nil) -> ReserveLine {
  ReserveLine(sku: SKUNumber(sku), location: location, quantity: quantity)
}

extension World {
  fileprivate func reserve(_ line: ReserveLine, split: Sourcing.Split = .order) throws -> Outcome {
    try run(
      .reserve(
        header(), Reserve(sourcing: Sourcing(split: split), rankedLocations: [here, there, far], lines: [line])))[0]
  }

  fileprivate func granted(_ outcome: Outcome) -> String {
    guard case .reserved = outcome.result else { return describe(outcome) }
    return Twin.describe(
      lines(outcome).map { Twin.Line(sku: $0.sku, location: $0.location, asked: $0.asked, granted: $0.granted) })
  }

  fileprivate func verify() throws -> VerificationReport {
    var verifier = LedgerVerifier(prefix: World.prefix, reader: state)
    return try verifier.run()
  }
}

private typealias SourcingRow = (
  strategy: Sourcing.Strategy, split: Sourcing.Split, mode: ReserveMode, lines: [ReserveLine], expected: String
)

@Suite struct SourcingTests {
  private static let rows: [SourcingRow] = [
    (.priority, .order, .allOrNothing, [line(1, 5)], "1@2:5/5"),
    (.mostStock, .order, .allOrNothing, [line(1, 3)], "1@3:3/3"),
    (.mostStock, .order, .allOrNothing, [line(1, 5), line(1, 6)], "1@3:5/5,1@2:6/6"),
    (.priority, .line, .allOrNothing, [line(1, 9)], "1@3:9/9"),
    (.priority, .line, .allOrNothing, [line(1, 13)], "1@1:4/13,1@2:7/0,1@3:2/0"),
    (.mostStock, .line, .allOrNothing, [line(1, 13)], "1@3:9/13,1@2:4/0"),
    (.priority, .line, .upTo, [line(1, 30), line(2, 1)], "1@1:4/30,1@2:7/0,1@3:9/0,2@2:1/1"),
    (.priority, .none, .allOrNothing, [line(1, 4), line(2, 2)], "1@2:4/4,2@2:2/2"),
    (.priority, .none, .wholeLines, [line(1, 8), line(2, 2)], "1@3:8/8,2@-:0/2"),
    (.priority, .none, .upTo, [line(1, 8), line(2, 9)], "1@3:8/8,2@-:0/9"),
    (.fewestParcels, .order, .allOrNothing, [line(1, 1), line(2, 1)], "1@2:1/1,2@2:1/1"),
    (.fewestParcels, .order, .allOrNothing, [line(1, 8), line(2, 1), line(1, 2)], "1@3:8/8,2@2:1/1,1@2:2/2"),
    (.fewestParcels, .line, .allOrNothing, [line(1, 12), line(2, 1)], "1@3:9/12,1@2:3/0,2@2:1/1"),
    (.priority, .none, .allOrNothing, [line(1, 1, at: here), line(1, 1)], "1@1:1/1,1@1:1/1"),
  ]

  @Test(arguments: rows)
  private func `lines come from where strategy and split policy say`(row: SourcingRow) throws {
    let world = try stocked()
    let outcome = try world.run(
      .reserve(
        world.header(),
        Reserve(
          mode: row.mode, sourcing: Sourcing(strategy: row.strategy, split: row.split),
          rankedLocations: [here, there, far], lines: row.lines)))[0]
    #expect(world.granted(outcome) == row.expected)
    try world.reload()
    #expect(try world.verify().isSound)
  }

  @Test func `a refusal says of each location why it gave nothing`() throws {
    let world = try stocked()
    try world.run(.setLocations(SetLocations(revision: 1, closed: [ClosedLocation(location: far, closure: .draining)])))
    let outcome = try world.run(
      .reserve(world.header(), Reserve(rankedLocations: [here, there], lines: [line(1, 8)])))[0]
    let refused = Array(world.outcomes.refusedLocations[outcome.refusedLocations])
    #expect(
      refused == [
        LocationRefusal(line: 0, location: here, reason: .tooLittle, available: 4),
        LocationRefusal(line: 0, location: there, reason: .tooLittle, available: 7),
        LocationRefusal(line: 0, location: far, reason: .draining, available: 9),
      ])
  }

  @Test func `a lot is never broken`() throws {
    let world = try stocked()
    try world.run(.putSKU(world.header(), PutSKU(tenant: "t", sku: "A", lot: 4)))
    #expect(world.granted(try world.reserve(line(1, 8))) == "1@3:8/8")
    #expect(world.granted(try world.reserve(line(1, 8), split: .line)) == "1@1:4/8,1@2:4/0")
    let odd = try world.reserve(line(1, 6))
    #expect(odd.result == .refused(.notAMultiple(line: 0, sku: SKUNumber(1), lot: 4, asked: 6)))
  }
}

@Suite struct LocationTests {
  private let closed = [ClosedLocation(location: here, closure: .closed)]

  @Test func `where a location is closed nothing new is taken, and what was promised stays promised`() throws {
    let world = try stocked()
    let kept = world.header()
    try world.run(.reserve(kept, Reserve(lines: [line(1, 1, at: here)])))
    try world.run(.setLocations(SetLocations(revision: 5, closed: closed)))
    try world.reload()
    #expect(world.granted(try world.reserve(line(1, 1))) == "1@2:1/1")
    let named = try world.reserve(line(1, 1, at: here))
    #expect(named.result == .refused(.locationClosed(line: 0, location: here, closure: .closed)))
    let receipt = try world.run(
      .receive(world.header(), Receive(stock: StockKey(sku: SKUNumber(1), location: here), quantity: 1)))[0]
    #expect(receipt.result == .refused(.locationClosed(line: 0, location: here, closure: .closed)))
    let order = try world.run(.confirmHold(world.header(), hold: kept.id))[0]
    #expect(world.lines(order).first?.granted == 1)
  }

  @Test func `an older table of locations never replaces a newer one`() throws {
    let world = try stocked()
    try world.run(.setLocations(SetLocations(revision: 5, closed: closed)))
    try world.run(.setLocations(SetLocations(revision: 4, closed: [])))
    #expect(world.ledger.closedLocations == closed)
    try world.run(.setLocations(SetLocations(revision: 6, closed: [])))
    #expect(world.ledger.closedLocations.isEmpty && world.ledger.locationsRevision == 6)
  }

  @Test func `a hold that is over is not taken once more from a closed location`() throws {
    let world = try stocked()
    let hold = world.header()
    try world.run(.reserve(hold, Reserve(timeToLiveMilliseconds: 1_000, lines: [line(1, 2, at: here)])))
    try world.run(.setLocations(SetLocations(revision: 5, closed: closed)))
    world.now += 2_000
    let late = try world.run(.confirmHold(world.header(), hold: hold.id))[0]
    guard case .refused(.holdExpired(_, let shortage)) = late.result else {
      Issue.record("\(late)")
      return
    }
    #expect(shortage.available == 0)
  }

  @Test func `a hold moves to another location in one entry`() throws {
    let world = try stocked()
    let hold = world.header()
    try world.run(.reserve(hold, Reserve(lines: [line(1, 4, at: here)])))
    let move = MoveAllocation(owner: hold.id, sku: SKUNumber(1), from: here, to: there, quantity: 3)
    try world.run(.moveAllocation(world.header(), move))
    #expect(world.balances(StockKey(sku: SKUNumber(1), location: here))[.held] == 1)
    #expect(world.balances(StockKey(sku: SKUNumber(1), location: there))[.held] == 3)
    try world.reload()
    #expect(try world.verify().isSound)
    try world.run(.releaseHold(world.header(), hold: hold.id))
    #expect(world.balances(StockKey(sku: SKUNumber(1), location: there))[.available] == 7)
  }
}

@Suite struct CountTests {
  private let key = StockKey(sku: SKUNumber(1), location: here)

  private func count(_ world: World, _ counted: Int64, asOf: UInt64) throws -> Outcome.Result {
    try world.run(.setCount(world.header(), SetCount(stock: key, counted: counted, asOf: asOf)))[0].result
  }

  @Test func `a count is set against what there was, and keeps what was held since`() throws {
    let world = try stocked()
    let began = world.index
    _ = try world.reserve(line(1, 3, at: here))
    guard case .stockChanged(let changed) = try count(world, 6, asOf: began) else {
      Issue.record("the count was refused")
      return
    }
    #expect(changed.onHand == 6 && changed.available == 3)
    #expect(world.balances(key)[.adjustment] == -2)
  }

  @Test func `a count is refused when stock came since, and when its revision is still to come`() throws {
    let world = try stocked()
    let began = world.index
    try world.receive(key, 1)
    #expect(
      try count(world, 6, asOf: began) == .refused(.countOutdated(stock: key, revision: world.index - 1, onHand: 5)))
    #expect(try count(world, 6, asOf: 1_000) == .refused(.unknownRevision(1_000)))
    try world.reload()
    #expect(try count(world, 6, asOf: began) == .refused(.countOutdated(stock: key, revision: began + 1, onHand: 5)))
  }

  @Test func `what is promised and missing is a shortfall until stock or promises come back`() throws {
    let world = try stocked()
    let hold = world.header()
    try world.run(.reserve(hold, Reserve(lines: [line(1, 4, at: here)])))
    _ = try count(world, 1, asOf: world.index)
    #expect(world.balances(key)[.shortfall] == -3 && world.balances(key).onHand == 1)
    #expect(try world.verify().isSound)
    try world.receive(key, 1)
    #expect(world.balances(key)[.shortfall] == -2 && world.balances(key)[.available] == 0)
    try world.reload()
    try world.run(.releaseHold(world.header(), hold: hold.id))
    #expect(world.balances(key)[.shortfall] == 0 && world.balances(key)[.available] == 2)
    #expect(world.balances(key).onHand == 2 && world.balances(key).sum == 0)
  }
}

@Suite struct BackorderTests {
  private let key = StockKey(sku: SKUNumber(1), location: here)

  private func order(_ world: World, _ quantity: Int64, at location: LocationNumber? = nil) throws -> (
    UniqueID, Outcome
  ) {
    let header = world.header()
    let outcome = try world.run(
      .createOrder(
        header,
        CreateOrder(
          home: SlotNumber(0), fingerprint: 1, terms: OrderTerms(tenant: "t"),
          sourcing: Sourcing(takesBackorders: true), rankedLocations: [here, there, far],
          lines: [line(1, quantity, at: location)])))[0]
    return (header.id, outcome)
  }

  private func limited(_ limit: Int64) throws -> World {
    let world = World()
    try world.run(.putSKU(world.header(), PutSKU(tenant: "t", sku: "A", backorderLimit: limit)))
    return world
  }

  private func lines(_ world: World, _ id: UniqueID) throws -> [String] {
    try #require(try world.ledger.order(id, at: Stamp(milliseconds: world.now), world.state)).lines.map {
      "\($0.location?.rawValue ?? 0): \($0.backordered) + \($0.allocated)"
    }
  }

  @Test func `orders wait up to the limit, and what comes goes to the oldest first`() throws {
    let world = try limited(10)
    try world.receive(key, 2)
    let (first, _) = try order(world, 5)
    #expect(try lines(world, first) == ["1: 0 + 2", "0: 3 + 0"])
    world.now += 5
    let (second, _) = try order(world, 6)
    let (_, third) = try order(world, 2)
    #expect(third.result == .refused(.backorderLimit(line: 0, sku: SKUNumber(1), limit: 10, left: 1)))
    try world.reload()
    try world.receive(StockKey(sku: SKUNumber(1), location: there), 4)
    #expect(try lines(world, first) == ["1: 0 + 2", "2: 0 + 3"])
    #expect(try lines(world, second) == ["0: 5 + 0", "2: 0 + 1"])
    #expect(try world.verify().isSound)
    try world.receive(key, 9)
    #expect(try lines(world, second) == ["1: 0 + 5", "2: 0 + 1"])
    #expect(world.balances(key)[.available] == 4)
  }

  @Test func `a line that names its location waits for stock there`() throws {
    let world = try limited(10)
    let (id, _) = try order(world, 3, at: there)
    try world.receive(key, 5)
    #expect(try lines(world, id) == ["2: 3 + 0"])
    try world.receive(StockKey(sku: SKUNumber(1), location: there), 5)
    #expect(try lines(world, id) == ["2: 0 + 3"])
  }

  @Test func `what is cancelled waits no more`() throws {
    let world = try limited(10)
    let (id, _) = try order(world, 8)
    try world.run(
      .changeOrder(
        world.header(), OrderTarget(id, tenant: "t", reason: ""), .cancel([LineQuantity(line: 0, quantity: 5)])))
    let (_, second) = try order(world, 7)
    #expect(second.result != .refused(.backorderLimit(line: 0, sku: SKUNumber(1), limit: 10, left: 7)))
    try world.receive(key, 20)
    #expect(world.balances(key)[.allocated] == 10)
    #expect(try world.verify().isSound)
  }

  @Test func `a crowd of orders that wait is served in bounded steps, also across a restart`() throws {
    let world = try limited(1_000)
    for _ in 0..<600 { _ = try order(world, 1) }
    try world.receive(key, 600)
    #expect(world.balances(key)[.allocated] == 256)
    #expect(world.ledger.nextDeadline != nil)
    try world.reload()
    try world.run(.tick)
    #expect(world.balances(key)[.allocated] == 512)
    try world.run(.tick)
    #expect(world.balances(key)[.allocated] == 600)
    #expect(try world.verify().isSound)
  }
}
