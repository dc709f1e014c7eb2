import Basics
import Inventory
import Testing

private let here = LocationNumber(1)
private let there = LocationNumber(2)
private let key = StockKey(sku: SKUNumber(1), location: here)

/// Which SKUs are looked at for orders that wait is state: every replica looks at the same ones in the same entry.
@Suite struct BackorderMarkTests {
  private func waiting(_ world: World, _ sku: UInt32, _ quantity: Int64) throws -> UniqueID {
    let header = world.header()
    let line = ReserveLine(sku: SKUNumber(sku), quantity: quantity)
    let outcome = try world.run(
      .createOrder(
        header,
        CreateOrder(
          home: SlotNumber(0), fingerprint: 1, terms: OrderTerms(tenant: "t"),
          sourcing: Sourcing(takesBackorders: true), rankedLocations: [here, there], lines: [line])))[0]
    try #require(outcome.result == .orderChanged(header.id), "\(outcome.result)")
    return header.id
  }

  private func put(_ world: World, _ sku: String, lot: Int64 = 1) throws {
    try world.run(.putSKU(world.header(), PutSKU(tenant: "t", sku: sku, lot: lot, backorderLimit: 10_000)))
  }

  private func cancel(_ world: World, _ order: UniqueID, _ quantity: Int64) throws {
    try world.run(
      .changeOrder(
        world.header(), OrderTarget(order, tenant: "t"), .cancel([LineQuantity(line: 0, quantity: quantity)])))
  }

  @Test func `what waits for less than a lot gets it at once, and not when a replica is restarted`() throws {
    let world = World()
    try put(world, "A", lot: 10)
    let order = try waiting(world, 1, 10)
    try world.receive(key, 6)
    #expect(world.balances(key)[.available] == 6)
    try cancel(world, order, 6)
    #expect(world.balances(key)[.available] == 2 && world.balances(key)[.allocated] == 4)
    let digest = world.ledger.stateDigest
    try world.reload()
    #expect(world.ledger.stateDigest == digest && world.ledger.nextDeadline == nil)
    try world.run(.tick)
    #expect(world.balances(key)[.allocated] == 4)
  }

  @Test func `when the head of a queue goes the next one is looked at`() throws {
    let world = World()
    try put(world, "A", lot: 10)
    let first = try waiting(world, 1, 10)
    let second = try waiting(world, 1, 10)
    try cancel(world, second, 6)
    try world.receive(key, 6)
    #expect(world.balances(key)[.available] == 6)
    try cancel(world, first, 0)
    #expect(world.balances(key)[.available] == 2 && world.balances(key)[.allocated] == 4)
  }

  /// More holds are due than one entry sweeps, so that a fill itself gives back what was held beside it.
  @Test func `stock that comes back while a SKU is filled is filled too`() throws {
    let world = World()
    try put(world, "A")
    try put(world, "B")
    let away = StockKey(sku: SKUNumber(1), location: there)
    try world.receive(away, 6)
    try world.receive(StockKey(sku: SKUNumber(2), location: here), 512)
    let line = ReserveLine(sku: SKUNumber(2), location: here, quantity: 1)
    for _ in 0..<512 {
      try world.run(.reserve(world.header(), Reserve(timeToLiveMilliseconds: 1_000, lines: [line])))
    }
    let last = ReserveLine(sku: SKUNumber(1), location: there, quantity: 1)
    try world.run(.reserve(world.header(), Reserve(timeToLiveMilliseconds: 2_000, lines: [last])))
    let order = try waiting(world, 1, 8)
    #expect(world.balances(away)[.allocated] == 5)
    world.now += 5_000
    try world.receive(key, 1)
    #expect(world.balances(key)[.allocated] == 1 && world.balances(away)[.allocated] == 6)
    let lines = try #require(try world.ledger.order(order, at: Stamp(milliseconds: world.now), world.state)).lines
    #expect(lines.reduce(0) { $0 + $1.backordered } == 1)
  }

  @Test func `a changed table of locations is gone through in bounded steps, the same after a restart`() throws {
    let (steady, restarted) = (World(), World())
    let count = Rules.backorderLooksPerEntry + 50
    for world in [steady, restarted] {
      for first in stride(from: 1, to: count, by: 50) {
        try world.run(
          (first..<first + 50).map { number in
            .putSKU(world.header(), PutSKU(tenant: "t", sku: "S\(number)", backorderLimit: 10))
          })
        for sku in first..<first + 50 { _ = try waiting(world, UInt32(sku), 1) }
      }
      #expect(world.ledger.nextDeadline == nil)
      try world.run(.setLocations(SetLocations(revision: 1, closed: [])))
      #expect(world.ledger.nextDeadline != nil)
    }
    try restarted.reload()
    #expect(restarted.ledger.nextDeadline != nil)
    for world in [steady, restarted] {
      try world.run(.tick)
      #expect(world.ledger.nextDeadline == nil)
    }
    #expect(steady.ledger.stateDigest == restarted.ledger.stateDigest)
  }

  @Test func `a mark that an entry leaves behind is there after a restart, and only that`() throws {
    let world = World()
    try put(world, "A")
    for _ in 0..<Rules.backordersPerEntry + 1 { _ = try waiting(world, 1, 1) }
    try world.reload()
    #expect(world.ledger.nextDeadline == nil)
    try world.receive(key, 1_000)
    #expect(world.balances(key)[.allocated] == Int64(Rules.backordersPerEntry))
    try world.reload()
    #expect(world.ledger.nextDeadline != nil)
    try world.run(.tick)
    #expect(world.balances(key)[.allocated] == Int64(Rules.backordersPerEntry) + 1)
    #expect(world.ledger.nextDeadline == nil)
  }
}
