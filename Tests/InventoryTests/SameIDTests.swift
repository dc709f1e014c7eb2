import Basics
import Testing

@testable import Inventory

/// What two shards have under one id, when a slot moves from one to the other: slot 3 with SKU "A" moves to where slot 5 with
/// SKU "B" is.
@Suite struct SameIDTests {
  private let worlds = MovingWorlds(count: 2)
  private let a: StockKey
  private let b: StockKey
  private let header: RequestHeader

  private var source: World { worlds.worlds[0] }
  private var target: World { worlds.worlds[1] }

  init() throws {
    a = stock(try worlds.worlds[0].putSKU("A", slot: SlotNumber(3)))
    b = stock(try worlds.worlds[1].putSKU("B", slot: SlotNumber(5)))
    try worlds.worlds[0].receive(a, 10)
    try worlds.worlds[1].receive(b, 10)
    header = worlds.worlds[0].header()
    worlds.owner[5] = 1
  }

  private func expectSound() throws {
    for world in worlds.worlds {
      var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
      let findings = try verifier.run().findings
      #expect(findings.isEmpty, "\(findings)")
    }
  }

  private func reserve(_ world: World, _ key: StockKey, _ quantity: Int64) throws {
    let lines = [ReserveLine(sku: key.sku, location: key.location, quantity: quantity)]
    guard case .reserved = try world.run(.reserve(header, Reserve(lines: lines)))[0].result else {
      throw StateReadError(message: "not reserved")
    }
  }

  private func order(_ world: World, _ key: StockKey, _ quantity: Int64, home: UInt16) throws {
    let create = CreateOrder(
      home: SlotNumber(home), fingerprint: UInt64(home), terms: OrderTerms(tenant: "t"),
      lines: [ReserveLine(sku: key.sku, location: key.location, quantity: quantity)])
    guard case .orderChanged = try world.run(.createOrder(header, create))[0].result else {
      throw StateReadError(message: "no order")
    }
  }

  private func balances(_ text: String) throws -> [Int64] {
    let found = target.ledger.findSKU(tenant: "t", sku: text)
    let balances = target.balances(stock(try #require(found)))
    return [balances[.available], balances[.held], balances[.allocated]]
  }

  @Test func `of two live holds the one that comes ends, and its stock is given back`() throws {
    try reserve(source, a, 2)
    try reserve(target, b, 3)
    try worlds.move(3...3, from: 0, to: 1)
    #expect(try balances("A") == [10, 0, 0] && balances("B") == [7, 3, 0])
    let hold = try #require(try target.ledger.hold(header.id, at: .zero, target.state))
    #expect(hold.home == SlotNumber(5) && hold.state == .active)
    try expectSound()
    guard case .released = try target.run(.releaseHold(target.header(), hold: header.id))[0].result else {
      return try #require(Bool(false))
    }
    #expect(try balances("B") == [10, 0, 0])
    try target.reload()
    try expectSound()
  }

  @Test func `a hold with claims that ends with its arrival tells its slots`() throws {
    let claim = ClaimKey(id: header.id, slot: SlotNumber(9))
    let version = ClaimVersion.next(after: 0, home: SlotNumber(3), namesHome: true)
    let item = RemoteItem(slot: SlotNumber(9), tenant: "t", sku: "X")
    let lines = [
      ReserveLine(sku: a.sku, location: a.location, quantity: 2),
      ReserveLine(sku: SKUNumber(0), location: a.location, quantity: 1),
    ]
    let decide = DecideHold(
      version: version, home: SlotNumber(3), reserve: Reserve(lines: lines),
      remote: [DecidedLine(item: item, grants: [LocationGrant(location: a.location, granted: 1)])],
      parts: [ClaimPart(slot: SlotNumber(9), token: 7)])
    guard case .reserved = try source.run(.decideHold(header, decide))[0].result else {
      return try #require(Bool(false))
    }
    try source.run(.ackOutbox([OutboxAck(claim: claim, version: version)]))
    try reserve(target, b, 3)
    var told: OutboxRecord?
    worlds.between = { worlds in
      let target = worlds.worlds[1]
      if let row = try target.ledger.outboxRecord(claim, target.state) { told = row }
    }
    try worlds.move(3...3, from: 0, to: 1)
    #expect(try balances("A") == [10, 0, 0])
    let row = try #require(told)
    #expect(row.isOver && row.lines.isEmpty && row.version > version)
    #expect(ClaimVersion.home(of: row.version) == SlotNumber(3))
  }

  /// What a source sends as history is taken by no target that has an order of that id: so the move rests, and nothing was
  /// handed over.
  @Test func `of two open orders neither gives way`() throws {
    try order(source, a, 2, home: 3)
    try order(target, b, 3, home: 5)
    #expect(throws: StateReadError.self) { try worlds.move(3...3, from: 0, to: 1) }
    #expect(source.ledger.state(of: SlotNumber(3)) != .gone)
    #expect(try target.ledger.order(header.id, at: .zero, target.state)?.home == SlotNumber(5))
    #expect(try source.ledger.order(header.id, at: .zero, source.state)?.home == SlotNumber(3))
    try expectSound()
  }

  @Test(arguments: [true, false])
  func `of two orders one that is over gives way`(isOursOver: Bool) throws {
    try order(source, a, 2, home: 3)
    try order(target, b, 3, home: 5)
    let step = OrderStep.cancel([])
    let over = isOursOver ? target : source
    guard
      case .orderChanged = try over.run(
        .changeOrder(over.header(), OrderTarget(header.id, tenant: "t"), step))[0].result
    else { return try #require(Bool(false)) }
    try worlds.move(3...3, from: 0, to: 1)
    #expect(try balances("A") == (isOursOver ? [8, 0, 2] : [10, 0, 0]))
    #expect(try balances("B") == (isOursOver ? [10, 0, 0] : [7, 0, 3]))
    #expect(
      try target.ledger.order(header.id, at: .zero, target.state)?.home == SlotNumber(isOursOver ? 3 : 5))
    try expectSound()
  }

  @Test func `what is remembered of a request stays where another one of its id comes`() throws {
    let more = Receive(stock: b, quantity: 1)
    try target.run(.receive(header, more))
    try source.run(.receive(header, Receive(stock: a, quantity: 5)))
    try worlds.move(3...3, from: 0, to: 1)
    #expect(try target.run(.receive(header, more))[0].isReplay)
    #expect(try balances("A") == [15, 0, 0] && balances("B") == [11, 0, 0])
    try expectSound()
  }
}
