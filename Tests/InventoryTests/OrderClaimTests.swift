import Basics
import Inventory
import Testing

/// Orders over several slots, at home: SKU 1 is in slot 5, ten of it at location 1; slots 8 and 9 are others'.
@Suite struct OrderClaimTests {
  private let home = SlotNumber(5)
  private let remote8 = RemoteItem(slot: SlotNumber(8), tenant: "t", sku: "X")
  private let name = OrderName(tenant: "t", channel: "shop", number: "305-1", slot: SlotNumber(9))
  private let at1 = LocationNumber(1)

  private func stocked() throws -> World {
    let world = World()
    try world.receive(stock(try world.putSKU("A", slot: home)), 10)
    return world
  }

  /// Two of SKU 1 and three of X, with a name that slot 9 keeps.
  private func decide(_ version: UInt64, own: Int64 = 2, parts: [UInt16] = [8, 9], payWithin: Int64 = 0) -> DecideOrder
  {
    let lines = [
      ReserveLine(sku: SKUNumber(0), location: at1, quantity: 3),
      ReserveLine(sku: SKUNumber(1), location: at1, quantity: own),
    ]
    let terms = OrderTerms(tenant: "t", payWithinMilliseconds: payWithin, name: name)
    let grants = parts.contains(8) ? [LocationGrant(location: at1, granted: 3)] : []
    return DecideOrder(
      version: version, create: CreateOrder(home: home, fingerprint: 7, terms: terms, lines: lines),
      remote: [DecidedLine(item: remote8, grants: grants)],
      parts: parts.map { ClaimPart(slot: SlotNumber($0), token: UInt64($0) * 10) })
  }

  private func made(_ world: World, payWithin: Int64 = 0) throws -> UniqueID {
    let outcome = try world.run(.decideOrder(world.header(), decide(1, payWithin: payWithin)))[0]
    guard case .orderChanged(let id) = outcome.result else { throw StateReadError(message: "\(outcome.result)") }
    return id
  }

  /// What the slots are to be told of an id.
  private func outbox(_ world: World, _ id: UniqueID) throws -> [String] {
    try world.ledger.outboxRows(after: 0, limit: 100).filter { $0.claim.id == id }.map { row in
      let record = try #require(try world.ledger.outboxRecord(row.claim, world.state))
      let portions = record.lines.map { "\($0.sku) \($0.portion.held)/\($0.portion.allocated)/\($0.portion.shipped)" }
      return "\(row.claim.slot): v\(record.version) t\(record.token) \(portions.joined(separator: ","))"
        + (record.keepsName ? " named" : "") + (record.isOver ? " over" : "")
    }
  }

  private func acknowledge(_ world: World, _ id: UniqueID, _ version: UInt64) throws {
    try world.run(
      .ackOutbox([8, 9].map { OutboxAck(claim: ClaimKey(id: id, slot: SlotNumber($0)), version: version) }))
  }

  private func change(_ world: World, _ id: UniqueID, _ step: OrderStep) throws -> Outcome.Result {
    try world.run(.changeOrder(world.header(), OrderTarget(id, tenant: "t"), step))[0].result
  }

  private func order(_ world: World, _ id: UniqueID) throws -> OrderRecord {
    try #require(try world.ledger.order(id, at: Stamp(milliseconds: world.now), world.state))
  }

  private func expectSound(_ world: World) throws {
    var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
    let findings = try verifier.run().findings
    #expect(findings.isEmpty, "\(findings)")
  }

  @Test func `one entry makes the order and tells the slots, and again it is a replay`() throws {
    let world = try stocked()
    let header = world.header()
    let outcome = try world.run(.decideOrder(header, decide(1)))[0]
    #expect(outcome.result == .orderChanged(header.id) && !outcome.isReplay)
    #expect(try outbox(world, header.id) == ["8: v1 t80 X 0/3/0", "9: v1 t90  named"])
    let order = try order(world, header.id)
    #expect(order.lines.map(\.item) == [.remote(remote8), .local(SKUNumber(1))])
    #expect(order.claimVersion == 1 && order.isNameClaimed && order.status == .ready)
    #expect(world.balances(stock(SKUNumber(1)))[.allocated] == 2)
    let again = try world.run(.decideOrder(header, decide(0, parts: [])))[0]
    #expect(again.isReplay && again.result == .orderChanged(header.id))
    try expectSound(world)
  }

  @Test func `another version decides nothing`() throws {
    let world = try stocked()
    let header = world.header()
    for version in [0, 2] as [UInt64] {
      let expected = Outcome.Result.claimUnsettled(ClaimKey(id: header.id, slot: home), version: 0)
      #expect(try world.run(.decideOrder(header, decide(version)))[0].result == expected)
    }
    #expect(world.ledger.orderCount == 0)
  }

  @Test func `an order whose own lines are not there spends the version, and can be tried again`() throws {
    let world = try stocked()
    let header = world.header()
    let shortage = Shortage(line: 1, sku: SKUNumber(1), location: at1, asked: 11, available: 10)
    #expect(try world.run(.decideOrder(header, decide(1, own: 11)))[0].result == .refused(.outOfStock(shortage)))
    #expect(try outbox(world, header.id) == ["8: v1 t0  over", "9: v1 t0  over"])
    #expect(try world.run(.decideOrder(header, decide(2)))[0].result == .orderChanged(header.id))
    #expect(try outbox(world, header.id) == ["8: v2 t80 X 0/3/0", "9: v2 t90  named"])
    try expectSound(world)
  }

  @Test func `a line that was not prepared as a whole is not ordered`() throws {
    let world = try stocked()
    let outcome = try world.run(.decideOrder(world.header(), decide(1, parts: [9])))[0]
    #expect(outcome.result == .refused(.invalidQuantity(line: 0, quantity: 3)))
    #expect(world.ledger.orderCount == 0 && world.balances(stock(SKUNumber(1)))[.available] == 10)
  }

  @Test func `each change tells the slots what they are to have, and the last one that it is over`() throws {
    let world = try stocked()
    let id = try made(world)
    try acknowledge(world, id, 1)
    _ = try change(
      world, id, .ship(shipment: "s1", [LineQuantity(line: 0, quantity: 1), LineQuantity(line: 1, quantity: 1)]))
    #expect(try outbox(world, id) == ["8: v2 t0 X 0/2/1"])
    _ = try change(world, id, .cancel([LineQuantity(line: 1, quantity: 0)]))
    #expect(try outbox(world, id) == ["8: v2 t0 X 0/2/1"])
    _ = try change(world, id, .cancel([LineQuantity(line: 0, quantity: 1)]))
    #expect(try outbox(world, id) == ["8: v3 t0 X 0/1/1"])
    _ = try change(world, id, .ship(shipment: "s2", []))
    #expect(try outbox(world, id) == ["8: v4 t0 X 0/0/2 over", "9: v4 t0  named over"])
    #expect(try order(world, id).status == .shipped)
    try expectSound(world)
  }

  @Test func `an order over slots that is not paid gives all of it back`() throws {
    let world = try stocked()
    let id = try made(world, payWithin: 60_000)
    try acknowledge(world, id, 1)
    world.now += 60_000
    try world.run(.tick)
    #expect(try order(world, id).status == .expired)
    #expect(try outbox(world, id) == ["8: v2 t0  over", "9: v2 t0  named over"])
    #expect(world.balances(stock(SKUNumber(1)))[.available] == 10)
    try expectSound(world)
  }

  @Test func `an amendment takes what was prepared, and only that`() throws {
    let world = try stocked()
    let id = try made(world)
    try acknowledge(world, id, 1)
    let more = AmendOrder(
      target: OrderTarget(id, tenant: "t"), fingerprint: 1,
      changes: [LineQuantity(line: 0, quantity: 5), LineQuantity(line: 1, quantity: 1)])
    let revision = OrderRefusal.changed(revision: 1)
    #expect(try world.run(.amendOrder(world.header(), more))[0].result == .refused(.order(id, revision)))
    func decided(_ version: UInt64, _ granted: Int64) -> Command {
      .decideAmend(
        world.header(),
        DecideAmend(
          version: version, amend: more,
          remote: [DecidedLine(item: remote8, grants: [LocationGrant(location: at1, granted: granted)])],
          parts: [ClaimPart(slot: SlotNumber(8), token: 81)]))
    }
    #expect(
      try world.run(decided(1, 2))[0].result
        == .claimUnsettled(ClaimKey(id: id, slot: home), version: 1))
    #expect(try world.run(decided(2, 1))[0].result == .refused(.invalidQuantity(line: 0, quantity: 2)))
    #expect(try outbox(world, id) == ["8: v2 t0 X 0/3/0"])
    #expect(try world.run(decided(3, 2))[0].result == .orderChanged(id))
    #expect(try outbox(world, id) == ["8: v3 t81 X 0/5/0"])
    #expect(try order(world, id).lines.map(\.allocated) == [5, 1])
    #expect(world.balances(stock(SKUNumber(1)))[.available] == 9)
    try expectSound(world)
  }

  @Test func `a hold that is live becomes an order whose name another slot keeps`() throws {
    let world = try stocked()
    let hold = world.header()
    try world.run(.reserve(hold, Reserve(lines: [ReserveLine(sku: SKUNumber(1), location: at1, quantity: 2)])))
    let terms = OrderTerms(tenant: "t", name: name)
    let parts = [ClaimPart(slot: SlotNumber(9), token: 90)]
    let order = world.header()
    let decide = DecideConfirm(hold: hold.id, version: 1, home: home, terms: terms, parts: parts)
    guard case .confirmed(let done) = try world.run(.decideConfirm(order, decide))[0].result else {
      return try #require(Bool(false))
    }
    #expect(done.order == order.id && !done.isReacquired)
    #expect(try outbox(world, hold.id) == ["9: v1 t90  named"])
    #expect(try self.order(world, order.id).isNameClaimed)
    #expect(try world.ledger.claimVersion(of: hold.id, world.state) == 1)
    _ = try change(world, order.id, .ship(shipment: "s", []))
    #expect(try outbox(world, hold.id) == ["9: v2 t90  named over"])
    try expectSound(world)
  }

  private func amend(
    _ id: UniqueID, _ version: UInt64, _ changes: [LineQuantity], adding: [ReserveLine] = [], _ item: RemoteItem
  )
    -> DecideAmend
  {
    DecideAmend(
      version: version,
      amend: AmendOrder(target: OrderTarget(id, tenant: "t"), fingerprint: 1, changes: changes, added: adding),
      remote: [DecidedLine(item: item, grants: [LocationGrant(location: at1, granted: 2)])],
      parts: [ClaimPart(slot: item.slot, token: 81)])
  }

  @Test func `what an order has in another slot moves to the location where it was prepared, and nowhere else`() throws
  {
    let world = try stocked()
    let id = try made(world)
    try acknowledge(world, id, 1)
    let at2 = LocationNumber(2)
    func decided(_ version: UInt64, _ quantity: Int64, _ granted: [LocationGrant]) -> Command {
      .decideMove(
        world.header(),
        DecideMove(
          version: version, home: home, line: DecidedLine(item: remote8, grants: granted),
          parts: [ClaimPart(slot: SlotNumber(8), token: 81)],
          move: MoveAllocation(owner: id, sku: SKUNumber(0), from: at1, to: at2, quantity: quantity)))
    }
    func remoteLines() throws -> [OrderLine] { try order(world, id).lines.filter { $0.item == .remote(remote8) } }
    let unsettled = Outcome.Result.claimUnsettled(ClaimKey(id: id, slot: home), version: 1)
    // Under another version, of another quantity, or at another location nothing happens.
    #expect(try world.run(decided(3, 2, [LocationGrant(location: at2, granted: 2)]))[0].result == unsettled)
    #expect(try world.run(decided(2, 2, [LocationGrant(location: at2, granted: 1)]))[0].result == unsettled)
    #expect(try world.run(decided(2, 2, [LocationGrant(location: at1, granted: 2)]))[0].result == unsettled)
    let more = Refusal.insufficientElsewhere(item: remote8, location: at1, account: .allocated, asked: 4, balance: 3)
    #expect(try world.run(decided(2, 4, [LocationGrant(location: at2, granted: 4)]))[0].result == .refused(more))
    #expect(try outbox(world, id) == ["8: v2 t0 X 0/3/0"])
    let moved = Outcome.Result.allocationMoved(owner: id, isOrder: true)
    #expect(try world.run(decided(3, 2, [LocationGrant(location: at2, granted: 2)]))[0].result == moved)
    #expect(try remoteLines().map(\.allocated) == [1, 2])
    // All that is left there.
    #expect(try world.run(decided(4, 0, [LocationGrant(location: at2, granted: 1)]))[0].result == moved)
    #expect(try remoteLines().map(\.location) == [at2, at2])
    #expect(try outbox(world, id) == ["8: v4 t81 X 0/3/0"])
    try expectSound(world)
  }

  @Test func `what was prepared for one line does not become another's`() throws {
    let world = try stocked()
    let id = try made(world)
    try acknowledge(world, id, 1)
    let other = RemoteItem(slot: SlotNumber(8), tenant: "t", sku: "Z")
    let two = ReserveLine(sku: SKUNumber(0), location: at1, quantity: 2)
    #expect(
      try world.run(.decideAmend(world.header(), amend(id, 2, [], adding: [two], other)))[0].result == .orderChanged(id)
    )
    try acknowledge(world, id, 2)
    // X was to have two more when they were prepared; since then it is line 2, of Z, that would get them.
    let late = amend(id, 3, [LineQuantity(line: 2, quantity: 4)], remote8)
    let changed = Refusal.order(id, .changed(revision: 2))
    #expect(try world.run(.decideAmend(world.header(), late))[0].result == .refused(changed))
    #expect(try outbox(world, id) == ["8: v3 t0 X 0/3/0,Z 0/2/0"])
    #expect(try order(world, id).lines.map(\.allocated) == [3, 2, 2])
    try expectSound(world)
  }

  @Test func `what was prepared for a request that was carried out before goes back at once`() throws {
    let world = try stocked()
    let header = world.header()
    try world.run(.decideOrder(header, decide(1)))
    try acknowledge(world, header.id, 1)
    let again = try world.run(.decideOrder(header, decide(2)))[0]
    #expect(again.isReplay && again.result == .orderChanged(header.id))
    #expect(try outbox(world, header.id) == ["8: v2 t0 X 0/3/0", "9: v2 t0  named"])
    try expectSound(world)
  }

  @Test func `what was prepared for an amendment of another tenant goes back at once`() throws {
    let world = try stocked()
    let id = try made(world)
    try acknowledge(world, id, 1)
    var stranger = amend(id, 2, [LineQuantity(line: 0, quantity: 5)], remote8)
    stranger.amend.target.tenant = "other"
    #expect(try world.run(.decideAmend(world.header(), stranger))[0].result == .refused(.order(id, .unknown)))
    #expect(try outbox(world, id) == ["8: v2 t0 X 0/3/0"])
    try expectSound(world)
  }

  @Test(arguments: [0, 3] as [UInt64])
  func `the order of a hold that was all here is known to its claims when the hold is long forgotten`(
    spent: UInt64
  ) throws {
    let world = try stocked()
    let hold = world.header()
    try world.run(.reserve(hold, Reserve(lines: [ReserveLine(sku: SKUNumber(1), location: at1, quantity: 2)])))
    let order = world.header()
    try world.run(.confirmHold(order, hold: hold.id, terms: OrderTerms(tenant: "t")))
    if spent > 0 { try world.run(.burnClaim(BurnClaim(id: hold.id, version: spent, home: home, slots: []))) }
    let two = ReserveLine(sku: SKUNumber(0), location: at1, quantity: 2)
    let decided = amend(order.id, spent + 1, [], adding: [two], remote8)
    #expect(try world.run(.decideAmend(world.header(), decided))[0].result == .orderChanged(order.id))
    try acknowledge(world, hold.id, spent + 1)
    world.now += 100 * 3_600_000
    try world.run(.sweepRequests(limit: 100))
    #expect(try world.ledger.hold(hold.id, at: world.ledger.stamp, world.state) == nil)
    #expect(try world.ledger.claimVersion(of: hold.id, world.state) == spent + 1)
    try world.run(.burnClaim(BurnClaim(id: hold.id, version: spent + 2, home: home, slots: [SlotNumber(8)])))
    #expect(try outbox(world, hold.id) == ["8: v\(spent + 2) t0 X 0/2/0"])
    try expectSound(world)
  }
}

/// Names that are taken for orders of other homes, by a participant that has slot 9.
@Suite struct ClaimedNameTests {
  private let name = OrderName(tenant: "t", channel: "shop", number: "305-1", slot: SlotNumber(9))

  private func claim(_ number: UInt64) -> ClaimKey { ClaimKey(id: UniqueID(high: number, low: 1), slot: SlotNumber(9)) }

  /// Takes the name for the order of a number, whose request says what `fingerprint` stands for.
  private func take(_ world: World, _ number: UInt64, fingerprint: UInt64 = 7, version: UInt64 = 1) throws
    -> Outcome.Result
  {
    let bytes = name.claimed(by: claim(number).id, home: SlotNumber(5), fingerprint: fingerprint)
    let prepare = PrepareClaim(
      claim: claim(number), version: version, fingerprint: 1, home: SlotNumber(5), name: bytes,
      lines: Reserve(lines: []))
    return try world.run(.prepareClaim(RequestHeader(id: claim(number).id), prepare))[0].result
  }

  private func settle(_ world: World, _ number: UInt64, token: UInt64, keepsName: Bool, isOver: Bool = false) throws {
    try world.run(
      .settleClaim(
        SettleClaim(
          claim: claim(number), version: isOver ? 2 : 1, token: token, cause: .order, isOver: isOver,
          keepsName: keepsName, lines: [])))
  }

  private func token(_ result: Outcome.Result) -> UInt64 {
    if case .claimPrepared(let grant) = result { grant.token } else { 0 }
  }

  private func taken(_ result: Outcome.Result) -> NameTaken? {
    if case .refused(.externalNumberTaken(let taken)) = result { taken } else { nil }
  }

  private func owner(_ world: World) throws -> UniqueID? {
    let named = try world.ledger.order(named: name, world.state)
    return named?.isDecided == true ? named?.id : nil
  }

  @Test func `a name is pending, then kept for ever`() throws {
    let world = World()
    let first = token(try take(world, 1))
    #expect(first != 0)
    #expect(try owner(world) == nil)
    // Whoever looks for it is told whom to ask.
    let candidate = try world.ledger.order(named: name, world.state)
    #expect(candidate?.id == claim(1).id && candidate?.home == SlotNumber(5) && candidate?.isDecided == false)
    let pending = try #require(taken(try take(world, 2)))
    #expect(pending.isPending && pending.isSame && pending.order == claim(1).id && pending.home == SlotNumber(5))
    try settle(world, 1, token: first, keepsName: true)
    #expect(try owner(world) == claim(1).id)
    try world.reload()
    let other = try #require(taken(try take(world, 2, fingerprint: 8)))
    #expect(!other.isPending && !other.isSame)
    try settle(world, 1, token: 0, keepsName: true, isOver: true)
    #expect(try owner(world) == claim(1).id)
    #expect(taken(try take(world, 2)) != nil)
  }

  @Test func `a name whose order was not made is free again`() throws {
    let world = World()
    let first = token(try take(world, 1))
    try settle(world, 1, token: first, keepsName: false, isOver: true)
    #expect(try owner(world) == nil)
    #expect(token(try take(world, 2)) != 0)
  }

  @Test func `a local order and a claimed name keep each other out`() throws {
    let world = World()
    try world.receive(stock(try world.putSKU("A", slot: SlotNumber(9))), 10)
    let create = CreateOrder(
      home: SlotNumber(9), fingerprint: 7, terms: OrderTerms(tenant: "t", name: name),
      lines: [ReserveLine(sku: SKUNumber(1), location: LocationNumber(1), quantity: 1)])
    let first = token(try take(world, 1))
    let refused = try #require(taken(try world.run(.createOrder(world.header(), create))[0].result))
    #expect(refused.isPending && refused.order == claim(1).id)
    try settle(world, 1, token: first, keepsName: false, isOver: true)
    let made = try world.run(.createOrder(world.header(), create))[0].result
    let known = try #require(taken(try take(world, 2)))
    #expect(made == .orderChanged(known.order) && known.isSame && !known.isPending)
  }

  @Test func `what is no name is refused`() throws {
    let world = World()
    let prepare = PrepareClaim(
      claim: claim(1), version: 1, fingerprint: 1, home: SlotNumber(5), name: [1, 2, 3], lines: Reserve(lines: []))
    #expect(try world.run(.prepareClaim(RequestHeader(id: claim(1).id), prepare))[0].result == .refused(.invalidName))
  }

  @Test func `a claim that keeps a number takes no other one`() throws {
    let world = World()
    try settle(world, 1, token: token(try take(world, 1)), keepsName: true)
    let other = OrderName(tenant: "t", channel: "shop", number: "305-2", slot: SlotNumber(9))
    func second(_ number: UInt64, version: UInt64) throws -> Outcome.Result {
      let bytes = other.claimed(by: UniqueID(high: 77, low: number), home: SlotNumber(5), fingerprint: 8)
      let prepare = PrepareClaim(
        claim: claim(number), version: version, fingerprint: 2, home: SlotNumber(5), name: bytes,
        lines: Reserve(lines: []))
      return try world.run(.prepareClaim(RequestHeader(id: claim(number).id), prepare))[0].result
    }
    let kept = try #require(taken(try second(1, version: 2)))
    #expect(kept.name == name && kept.order == claim(1).id && !kept.isPending && !kept.isSame)
    #expect(world.ledger.pendingClaimCount == 0)
    #expect(token(try second(2, version: 1)) != 0)
  }

  @Test func `a number that was taken too late is free again, though home says that it keeps the one it has`() throws {
    let world = World()
    try settle(world, 1, token: token(try take(world, 1)), keepsName: true)
    try settle(world, 1, token: 0, keepsName: true, isOver: true)
    let other = OrderName(tenant: "t", channel: "shop", number: "305-2", slot: SlotNumber(9))
    let bytes = other.claimed(by: UniqueID(high: 77, low: 1), home: SlotNumber(5), fingerprint: 8)
    let prepare = PrepareClaim(
      claim: claim(1), version: 3, fingerprint: 2, home: SlotNumber(5), name: bytes, lines: Reserve(lines: []))
    #expect(token(try world.run(.prepareClaim(RequestHeader(id: claim(1).id), prepare))[0].result) != 0)
    try world.run(
      .settleClaim(
        SettleClaim(
          claim: claim(1), version: 3, token: 0, cause: .rejection, isOver: true, keepsName: true, lines: [])))
    let named = try world.ledger.order(named: other, world.state)
    #expect(named == nil)
    #expect(try owner(world) == claim(1).id && world.ledger.pendingClaimCount == 0)
    let again = PrepareClaim(
      claim: claim(2), version: 1, fingerprint: 2, home: SlotNumber(5), name: bytes, lines: Reserve(lines: []))
    #expect(token(try world.run(.prepareClaim(RequestHeader(id: claim(2).id), again))[0].result) != 0)
  }
}
