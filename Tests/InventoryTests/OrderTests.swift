import Basics
import Inventory
import Testing

private let here = LocationNumber(1)
private let sku1 = SKUNumber(1)
private let sku2 = SKUNumber(2)
private let day: Int64 = 86_400_000

/// Ten of SKU 1 and five of SKU 2, at one place.
private func stocked() throws -> World {
  let world = World()
  _ = try world.putSKU("A")
  _ = try world.putSKU("B")
  try world.receive(stock(sku1), 10)
  try world.receive(stock(sku2), 5)
  return world
}

private func line(_ sku: SKUNumber, _ quantity: Int64) -> ReserveLine {
  ReserveLine(sku: sku, location: here, quantity: quantity)
}

private func part(_ line: Int, _ quantity: Int64) -> LineQuantity { LineQuantity(line: line, quantity: quantity) }

extension World {
  fileprivate func create(
    _ lines: [ReserveLine], payWithin: Int64 = 0, number: String? = nil, replaces: UniqueID? = nil,
    header: RequestHeader? = nil, fingerprint: UInt64 = 1
  ) throws -> Outcome {
    let name = number.map { OrderName(tenant: "t", channel: "shop", number: $0, slot: SlotNumber(9)) }
    let terms = OrderTerms(tenant: "t", payWithinMilliseconds: payWithin, name: name)
    let create = CreateOrder(
      home: SlotNumber(7), fingerprint: fingerprint, terms: terms, replaces: replaces, lines: lines)
    return try run(.createOrder(header ?? self.header(), create))[0]
  }

  fileprivate func made(_ lines: [ReserveLine], payWithin: Int64 = 0, replaces: UniqueID? = nil) throws -> UniqueID {
    let outcome = try create(lines, payWithin: payWithin, replaces: replaces)
    guard case .orderChanged(let id) = outcome.result else { throw StateReadError(message: "\(outcome.result)") }
    return id
  }

  @discardableResult
  fileprivate func change(_ id: UniqueID, _ step: OrderStep, header: RequestHeader? = nil) throws -> Outcome {
    try run(.changeOrder(header ?? self.header(), OrderTarget(id, tenant: "t", reason: "why"), step))[0]
  }

  fileprivate func amend(
    _ id: UniqueID, _ changes: [LineQuantity], adding added: [ReserveLine] = [], expecting revision: UInt32 = 0
  ) throws -> Outcome.Result {
    let target = OrderTarget(id, tenant: "t")
    let amend = AmendOrder(
      target: target, fingerprint: 1, expectedRevision: revision, changes: changes, added: added)
    return try run(.amendOrder(header(), amend))[0].result
  }

  fileprivate func order(_ id: UniqueID) throws -> OrderRecord {
    try #require(try ledger.order(id, at: Stamp(milliseconds: now), state))
  }

  fileprivate func refusal(_ outcome: Outcome) -> OrderRefusal? {
    guard case .refused(.order(_, let refusal)) = outcome.result else { return nil }
    return refusal
  }

  fileprivate func movements(behind sequence: UInt64) throws -> [String] {
    try ledger.journal(from: sequence + 1, limit: .max, state).map {
      "\($0.cause) \($0.from)>\($0.to) \($0.quantity) of \($0.stock.sku)"
    }
  }

  fileprivate func expectSound() throws {
    var verifier = LedgerVerifier(prefix: World.prefix, reader: state)
    let report = try verifier.run()
    #expect(report.isSound, "\(report.findings)")
  }
}

@Suite struct OrderTests {
  @Test func `an order goes from payment through its shipments to its end`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 4), line(sku2, 2)], payWithin: day)
    #expect(try world.order(id).status == .awaitingPayment)
    #expect(world.balances(stock(sku1))[.allocated] == 4 && world.balances(stock(sku1))[.available] == 6)
    #expect(world.refusal(try world.change(id, .ship(shipment: "s", []))) == .notPaid)
    try world.change(id, .pay(reference: "p1"))
    #expect(try world.order(id).status == .ready)
    try world.change(id, .ship(shipment: "s1", [part(0, 3)]))
    #expect(try world.order(id).status == .partiallyShipped)
    #expect(world.refusal(try world.change(id, .complete)) == .notShipped(open: 3))
    try world.change(id, .ship(shipment: "s2", []))
    #expect(try world.order(id).status == .shipped)
    #expect(world.balances(stock(sku1))[.customer] == 4 && world.balances(stock(sku1))[.allocated] == 0)
    try world.change(id, .complete)
    let order = try world.order(id)
    #expect(order.status == .completed && order.revision == 5 && order.paid?.reference == "p1")
    #expect(order.shipments.map(\.lines) == [[part(0, 3)], [part(0, 1), part(1, 2)]])
    for step in [OrderStep.hold, .resume, .cancel([]), .ship(shipment: "s3", []), .complete] {
      #expect(world.refusal(try world.change(id, step)) == .closed(.completed), "\(step)")
    }
    try world.expectSound()
  }

  @Test func `what is not there as a whole is not ordered`() throws {
    let world = try stocked()
    let before = world.ledger.lastSequence
    let shortage = Shortage(line: 1, sku: sku2, location: here, asked: 6, available: 5)
    #expect(try world.create([line(sku1, 4), line(sku2, 6)]).result == .refused(.outOfStock(shortage)))
    #expect(world.ledger.lastSequence == before && world.ledger.orderCount == 0)
  }

  @Test func `an order that is not paid gives its stock back at its time, and not before`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 10)], payWithin: 60_000)
    #expect(world.ledger.nextDeadline == Stamp(milliseconds: world.now + 60_000))
    world.now += 59_999
    try world.run(.tick)
    #expect(try world.order(id).status == .awaitingPayment && world.balances(stock(sku1))[.available] == 0)
    world.now += 1
    // A read sees it before any entry has swept it.
    #expect(try world.order(id).status == .expired && world.ledger.hasSweepBacklog == false)
    #expect(world.ledger.hasDue(at: Stamp(milliseconds: world.now)) == true)
    #expect(world.refusal(try world.change(id, .pay(reference: "late"))) == .closed(.expired))
    let order = try world.order(id)
    #expect(order.status == .expired && order.lines[0].cancelled == 10 && order.expired?.milliseconds == world.now)
    #expect(world.balances(stock(sku1))[.available] == 10 && world.ledger.nextDeadline == nil)
    try world.expectSound()
  }

  @Test func `an order that was paid or cancelled does not expire, also after a restart`() throws {
    let world = try stocked()
    let paid = try world.made([line(sku1, 1)], payWithin: 60_000)
    let cancelled = try world.made([line(sku1, 2)], payWithin: 60_000)
    let waiting = try world.made([line(sku1, 3)], payWithin: 60_000)
    try world.change(paid, .pay(reference: ""))
    try world.change(cancelled, .cancel([]))
    try world.reload()
    world.now += 100_000
    try world.run(.tick)
    #expect(try world.order(paid).status == .ready && world.order(cancelled).status == .cancelled)
    #expect(try world.order(waiting).status == .expired && world.balances(stock(sku1))[.available] == 9)
    try world.expectSound()
  }

  @Test func `many that are due at once expire in steps, the earliest first`() throws {
    let world = try stocked()
    try world.receive(stock(sku1), 1_000)
    var ids: [UniqueID] = []
    for wait in 0..<200 as Range<Int64> { ids.append(try world.made([line(sku1, 1)], payWithin: 1_000 + 100 * wait)) }
    world.now += 3_600_000
    var left = 200
    while left > 0 {
      try world.run(.tick)
      left -= Rules.sweepOrdersPerEntry
      #expect(world.balances(stock(sku1))[.allocated] == max(0, Int64(left)))
      #expect(world.ledger.hasSweepBacklog == (left > 0))
    }
    for id in ids { #expect(try world.order(id).status == .expired) }
  }

  @Test func `a payment that is reported again changes nothing, and another one is refused`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 1)], payWithin: day)
    try world.change(id, .pay(reference: "p1"))
    let again = try world.change(id, .pay(reference: "p1"))
    #expect(again.isReplay && again.result == .orderChanged(id))
    #expect(world.refusal(try world.change(id, .pay(reference: "p2"))) == .paid(reference: "p1"))
    #expect(try world.order(id).revision == 2)
  }

  @Test func `an order on hold keeps its stock and is not shipped`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 2)])
    try world.change(id, .hold)
    #expect(world.refusal(try world.change(id, .ship(shipment: "s", []))) == .onHold(reason: "why"))
    #expect(try world.order(id).status == .ready && world.balances(stock(sku1))[.allocated] == 2)
    try world.change(id, .resume)
    try world.change(id, .ship(shipment: "s", []))
    #expect(try world.order(id).status == .shipped)
  }

  @Test func `an order of another tenant does not exist`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 2)])
    let outcome = try world.run(.changeOrder(world.header(), OrderTarget(id, tenant: "u"), .cancel([])))[0]
    #expect(world.refusal(outcome) == .unknown)
  }
}

@Suite struct ShippingTests {
  @Test func `a shipment has one effect, however often and by whom it is reported`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 4)])
    let header = world.header()
    let ship = OrderStep.ship(shipment: "DHL-1", [part(0, 1)])
    #expect(try world.change(id, ship, header: header).isReplay == false)
    for _ in 0..<50 {
      #expect(try world.change(id, ship, header: header).isReplay)
      #expect(try world.change(id, ship).isReplay)
    }
    let order = try world.order(id)
    #expect(order.shipments.count == 1 && order.lines[0].shipped == 1 && order.revision == 2)
    #expect(world.balances(stock(sku1))[.customer] == 1)
    for other in [[part(0, 2)], [], [part(0, 1), part(0, 1)]] {
      let outcome = try world.change(id, .ship(shipment: "DHL-1", other))
      #expect(world.refusal(outcome) == .shipmentIDReused("DHL-1"))
    }
  }

  @Test func `all that has its stock is the same shipment when it is reported again, in either form`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 4), line(sku2, 1)])
    try world.change(id, .ship(shipment: "s", []))
    #expect(try world.change(id, .ship(shipment: "s", [])).isReplay)
    #expect(try world.change(id, .ship(shipment: "s", [part(0, 4), part(1, 1)])).isReplay)
    #expect(world.refusal(try world.change(id, .ship(shipment: "t", []))) == .closed(.shipped))
  }

  @Test(arguments: [
    (parts: [part(0, 5)], refusal: OrderRefusal.notOpen(part(0, 5), open: 4)),
    (parts: [part(0, 3), part(0, 2)], refusal: .notOpen(part(0, 2), open: 1)),
    (parts: [part(1, 1)], refusal: .unknownLine(1)),
    (parts: [part(0, -1)], refusal: .notOpen(part(0, -1), open: 4)),
    (parts: [part(0, 4), part(0, 0)], refusal: .notOpen(part(0, 0), open: 0)),
  ])
  private func `more than is there does not leave, and is not cancelled either`(
    parts: [LineQuantity], refusal: OrderRefusal
  ) throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 4)])
    let before = world.ledger.lastSequence
    #expect(world.refusal(try world.change(id, .ship(shipment: "s", parts))) == refusal)
    #expect(world.refusal(try world.change(id, .cancel(parts))) == refusal)
    #expect(world.ledger.lastSequence == before)
    #expect(try world.order(id).revision == 1)
  }

  @Test func `an order is shipped in at most a hundred parts`() throws {
    let world = try stocked()
    try world.receive(stock(sku1), 1_000)
    let id = try world.made([line(sku1, 200)])
    for number in 0..<100 { try world.change(id, .ship(shipment: "\(number)", [part(0, 1)])) }
    #expect(world.refusal(try world.change(id, .ship(shipment: "100", [part(0, 1)]))) == .tooManyShipments)
    #expect(try world.change(id, .ship(shipment: "0", [part(0, 1)])).isReplay)
  }
}

@Suite struct AmendmentTests {
  @Test func `an amendment moves the difference, and nothing else`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 4), line(sku2, 4)])
    let before = world.ledger.lastSequence
    #expect(try world.amend(id, [part(0, 7), part(1, 1)], adding: [line(sku2, 1)]) == .orderChanged(id))
    #expect(
      try world.movements(behind: before) == [
        "amendment available>allocated 3 of 1", "amendment allocated>available 3 of 2",
        "amendment available>allocated 1 of 2",
      ])
    let order = try world.order(id)
    #expect(order.lines.map(\.ordered) == [7, 1, 1] && order.lines.map(\.cancelled) == [0, 0, 0])
    #expect(try world.amend(id, [part(0, 7)]) == .orderChanged(id))
    #expect(world.ledger.lastSequence == before + 3)
    try world.expectSound()
  }

  @Test func `what an amendment cannot have leaves all as it was`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 4), line(sku2, 4)])
    let before = world.ledger.lastSequence
    // What is wanted less of the same SKU is not counted on.
    let shortage = Shortage(line: 0, sku: sku2, location: here, asked: 2, available: 1)
    #expect(try world.amend(id, [part(0, 1)], adding: [line(sku2, 2)]) == .refused(.outOfStock(shortage)))
    #expect(world.ledger.lastSequence == before)
    #expect(try world.order(id).lines.map(\.ordered) == [4, 4])
  }

  @Test func `no less is wanted than has left, and what was cancelled does not count`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 6)])
    try world.change(id, .ship(shipment: "s", [part(0, 2)]))
    try world.change(id, .cancel([part(0, 1)]))
    #expect(try world.amend(id, [part(0, 1)]) == .refused(.order(id, .notOpen(part(0, 1), open: 3))))
    #expect(try world.amend(id, [part(0, 2)]) == .orderChanged(id))
    let order = try world.order(id)
    #expect(order.lines[0].ordered == 3 && order.lines[0].cancelled == 1 && order.status == .shipped)
    #expect(world.balances(stock(sku1))[.available] == 8)
    try world.expectSound()
  }

  @Test func `an amendment of a version that is gone is refused`() throws {
    let world = try stocked()
    let id = try world.made([line(sku1, 6)])
    try world.change(id, .hold)
    #expect(try world.amend(id, [part(0, 5)], expecting: 1) == .refused(.order(id, .changed(revision: 2))))
    #expect(try world.amend(id, [part(0, 5)], expecting: 2) == .orderChanged(id))
    #expect(try world.amend(id, []) == .refused(.invalidLineCount(0)))
    #expect(try world.amend(id, [part(0, 4), part(0, 3)]) == .refused(.invalidLineCount(2)))
  }
}

@Suite struct OrderNameTests {
  @Test func `a marketplace that sends an order a hundred times makes one`() throws {
    let world = try stocked()
    let first = try world.create([line(sku1, 2)], number: "305-1")
    guard case .orderChanged(let id) = first.result else { return #expect(Bool(false), "\(first.result)") }
    for _ in 0..<100 {
      let again = try world.create([line(sku1, 2)], number: "305-1")
      #expect(again.isReplay && again.result == .orderChanged(id))
    }
    #expect(world.ledger.orderCount == 1 && world.balances(stock(sku1))[.allocated] == 2)
    let other = try world.create([line(sku1, 3)], number: "305-1", fingerprint: 2)
    guard case .refused(.externalNumberTaken(let taken)) = other.result else {
      return #expect(Bool(false), "\(other.result)")
    }
    #expect(taken.order == id && taken.home == SlotNumber(7))
    let named = try world.ledger.order(named: taken.name, world.state)
    #expect(named?.id == id)
    try world.expectSound()
  }

  @Test func `twice in one entry is one order, and a number is not free again when its order is cancelled`() throws {
    let world = try stocked()
    world.isInTurn = true
    let id = try world.create([line(sku1, 2)], number: "1").requestID
    #expect(try world.create([line(sku1, 2)], number: "1").result == .orderChanged(id))
    try world.change(id, .cancel([]))
    world.finishTurn()
    try world.reload()
    #expect(try world.create([line(sku1, 2)], number: "1").isReplay)
    #expect(try world.create([line(sku1, 2)], number: "2").isReplay == false)
    #expect(world.ledger.orderCount == 2)
  }

  @Test func `a hold that is confirmed again under its number is the order it became`() throws {
    let world = try stocked()
    let hold = world.header()
    try world.run(.reserve(hold, Reserve(lines: [line(sku1, 2)])))
    let name = OrderName(tenant: "t", channel: "", number: "SO-1", slot: SlotNumber(1))
    let terms = OrderTerms(tenant: "t", payWithinMilliseconds: 60_000, name: name)
    let confirm = Command.confirmHold(world.header(), hold: hold.id, terms: terms)
    let order = try world.run(confirm)[0].requestID
    #expect(try world.order(order).status == .awaitingPayment)
    #expect(try world.order(order).hold == hold.id)
    let again = try world.run(confirm.with(world.header()))[0]
    #expect(again.isReplay && again.result == .orderChanged(order))
    let bare = Command.confirmHold(world.header(), hold: hold.id, terms: OrderTerms(tenant: "t"))
    #expect(try world.run(bare)[0].result == .refused(.holdNotActive(hold.id, .confirmed)))
    try world.expectSound()
  }
}

@Suite struct ReplacementTests {
  @Test func `an order and its replacement name each other`() throws {
    let world = try stocked()
    let first = try world.made([line(sku1, 2)])
    try world.change(first, .ship(shipment: "lost", []))
    let second = try world.made([line(sku1, 2)], replaces: first)
    #expect(try world.order(second).replaces == first && world.order(first).replacements == [second])
    try world.expectSound()
    let nowhere = world.id()
    #expect(try world.create([line(sku1, 1)], replaces: nowhere).result == .refused(.order(nowhere, .unknown)))
    for _ in 0..<4 { _ = try world.made([line(sku1, 1)], replaces: first) }
    for _ in 0..<5 { _ = try world.made([line(sku2, 1)], replaces: first) }
    #expect(try world.create([line(sku1, 1)], replaces: first).result == .refused(.order(first, .tooManyReplacements)))
  }

  @Test func `an order whose cancelled quantity grows stays one that can be read`() throws {
    let world = World()
    _ = try world.putSKU("A")
    try world.receive(stock(sku1), Rules.quantityMax)
    let id = try world.made([line(sku1, Rules.quantityMax)])
    try world.change(id, .cancel([part(0, Rules.quantityMax - 1)]))
    let refused = Refusal.invalidQuantity(line: 0, quantity: 2 * Rules.quantityMax - 1)
    #expect(try world.amend(id, [part(0, Rules.quantityMax)]) == .refused(refused))
    #expect(try world.order(id).lines[0].wanted == 1)
    try world.expectSound()
  }

  @Test func `lines of the same stock come to no more together than a quantity may be`() throws {
    let world = World()
    _ = try world.putSKU("A")
    try world.receive(stock(sku1), Rules.quantityMax)
    let id = try world.made([line(sku1, Rules.quantityMax - 5), line(sku1, 5)])
    try world.change(id, .ship(shipment: "s", [part(0, 0)]))
    try world.receive(stock(sku1), 100)
    let refused = Refusal.invalidQuantity(line: 0, quantity: Rules.quantityMax + 5)
    #expect(try world.amend(id, [part(1, 10)]) == .refused(refused))
    try world.expectSound()
  }
}
