import Basics
import Testing

@testable import Inventory

/// An order over slots 3 and 4 of one shard, whose slot 4 was another shard's before: something is prepared there, or still to
/// be told, when its lines become claims.
@Suite struct BehindClaimTests {
  private let home = SlotNumber(3)
  private let other = SlotNumber(4)

  private func pair() throws -> (worlds: MovingWorlds, order: UniqueID, b: StockKey) {
    let worlds = MovingWorlds(count: 2)
    let source = worlds.worlds[0]
    let a = stock(try source.putSKU("A", slot: home))
    let b = stock(try source.putSKU("B", slot: other))
    for key in [a, b] { try source.receive(key, 20) }
    let header = source.header()
    let create = CreateOrder(
      home: home, fingerprint: 1, terms: OrderTerms(tenant: "t", payWithinMilliseconds: 0, name: nil),
      lines: [a, b].map { ReserveLine(sku: $0.sku, location: $0.location, quantity: 2) })
    try source.run(.createOrder(header, create))
    return (worlds, header.id, b)
  }

  /// Sets three of B aside for the order in slot 4; answers by what the preparation is known.
  private func prepare(_ world: World, _ order: UniqueID, _ b: StockKey) throws -> UInt64 {
    let prepare = PrepareClaim(
      claim: ClaimKey(id: order, slot: other), version: 1, fingerprint: 5, home: home,
      lines: Reserve(lines: [ReserveLine(sku: b.sku, location: b.location, quantity: 3)]))
    let outcome = try world.run(.prepareClaim(world.header(), prepare))[0]
    guard case .claimPrepared(let grant) = outcome.result else { throw StateReadError(message: "\(outcome.result)") }
    return grant.token
  }

  private func amend(_ world: World, _ order: UniqueID, _ b: StockKey, token: UInt64) throws -> Outcome.Result {
    let line = ReserveLine(sku: SKUNumber(0), location: b.location, quantity: 3)
    let amend = AmendOrder(target: OrderTarget(order, tenant: "t"), fingerprint: 2, added: [line])
    let decided = DecidedLine(
      item: RemoteItem(slot: other, tenant: "t", sku: "B"), grants: [LocationGrant(location: b.location, granted: 3)])
    let decide = DecideAmend(
      version: 1, amend: amend, remote: [decided], parts: [ClaimPart(slot: other, token: token)])
    return try world.run(.decideAmend(world.header(), decide))[0].result
  }

  @Test func `what is prepared and was not decided is given back`() throws {
    let (worlds, order, b) = try pair()
    let source = worlds.worlds[0]
    let token = try prepare(source, order, b)
    try worlds.run(.beginMove(move: 1, slots: other...other, to: 1), in: 0)
    try worlds.run(.straddle(move: 1, orders: [order]), in: 0)
    guard case .claimUnsettled = try amend(source, order, b, token: token) else {
      Issue.record("a version that was spent is decided")
      return
    }
    try worlds.deliver()
    #expect(source.ledger.pendingClaimCount == 0)
    let balances = source.balances(b)
    #expect(balances[.held] == 0 && balances[.allocated] == 2 && balances[.available] == 18)
    try worlds.verify()
  }

  @Test(arguments: [true, false])
  func `what was decided and is still to be told is carried out`(moves: Bool) throws {
    let (worlds, order, b) = try pair()
    let source = worlds.worlds[0]
    let token = try prepare(source, order, b)
    #expect(try amend(source, order, b, token: token) == .orderChanged(order))
    try worlds.run(.beginMove(move: 1, slots: other...other, to: 1), in: 0)
    try worlds.run(.straddle(move: 1, orders: [order]), in: 0)
    // Until the slot is told, what is prepared there is behind what was decided.
    worlds.verifiesSteps = false
    if moves { try worlds.handOver(1, other...other, other...other, 0, 1) }
    try worlds.deliver()
    let world = worlds.worlds[moves ? 1 : 0]
    let found = world.ledger.findSKU(tenant: "t", sku: "B")
    let balances = world.balances(stock(try #require(found)))
    #expect(world.ledger.pendingClaimCount == 0)
    #expect(balances[.held] == 0 && balances[.allocated] == 5 && balances[.available] == 15)
    try worlds.verify()
  }
}
