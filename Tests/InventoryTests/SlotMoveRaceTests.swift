import Basics
import Testing

@testable import Inventory

/// What meets a slot while it is handed over, and what is left of it behind.
@Suite struct SlotMoveRaceTests {
  private let leaving = SlotNumber(3)...SlotNumber(3)

  /// Shards of which the first has SKUs `A` and `B` of the slots 3 and 4, ten of each.
  private func shop(_ count: Int = 2) throws -> (worlds: MovingWorlds, a: StockKey, b: StockKey) {
    let worlds = MovingWorlds(count: count)
    let a = stock(try worlds.worlds[0].putSKU("A", slot: SlotNumber(3)))
    let b = stock(try worlds.worlds[0].putSKU("B", slot: SlotNumber(4)))
    for row in [a, b] { try worlds.worlds[0].receive(row, 10) }
    return (worlds, a, b)
  }

  private func line(_ row: StockKey, _ quantity: Int64 = 2) -> ReserveLine {
    ReserveLine(sku: row.sku, location: row.location, quantity: quantity)
  }

  private func hold(_ world: World, _ rows: StockKey..., id: UniqueID? = nil) throws -> UniqueID {
    let header = id.map { RequestHeader(id: $0) } ?? world.header()
    let outcome = try world.run(.reserve(header, Reserve(lines: rows.map { line($0) })))[0]
    guard case .reserved = outcome.result else { throw StateReadError(message: "\(outcome)") }
    return header.id
  }

  private func create(_ row: StockKey, home: UInt16, payWithin: Int64 = 0, number: String? = nil) -> CreateOrder {
    let name = number.map { OrderName(tenant: "t", channel: "shop", number: $0, slot: SlotNumber(3)) }
    return CreateOrder(
      home: SlotNumber(home), fingerprint: 7,
      terms: OrderTerms(tenant: "t", payWithinMilliseconds: payWithin, name: name), lines: [line(row)])
  }

  private func order(_ world: World, _ create: CreateOrder) throws -> UniqueID {
    let header = world.header()
    let outcome = try world.run(.createOrder(header, create))[0]
    guard case .orderChanged = outcome.result else { throw StateReadError(message: "\(outcome)") }
    return header.id
  }

  // MARK: In the entry that hands over

  @Test(arguments: [3, 4] as [UInt16])
  func `an order made in the entry that hands a slot of it over becomes one over two shards`(slot: UInt16) throws {
    let (worlds, a, b) = try shop()
    let source = worlds.worlds[0]
    let held = try hold(source, a, b)
    let slots = SlotNumber(slot)...SlotNumber(slot)
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    try worlds.copyHistory(1, slots, 0, 1)
    let order = source.header()
    try source.run(
      .confirmHold(order, hold: held, terms: OrderTerms(tenant: "t")), .slots(.handOver(move: 1, slots: slots)))
    try worlds.handOver(1, slots, slots, 0, 1)
    try worlds.verify()
    let home = worlds.world(of: 3)
    try home.run(.changeOrder(home.header(), OrderTarget(order.id, tenant: "t"), .cancel([])))
    try worlds.deliver()
    for (text, slot) in [("A", 3), ("B", 4)] as [(String, UInt16)] {
      let world = worlds.world(of: slot)
      let found = world.ledger.findSKU(tenant: "t", sku: text)
      #expect(world.balances(stock(try #require(found)))[.available] == 10, "\(text)")
    }
    try worlds.verify()
  }

  @Test func `what a live hold's home has still to tell goes with the hold`() throws {
    let (worlds, a, b) = try shop(3)
    let source = worlds.worlds[0]
    let held = try hold(source, a, b)
    try worlds.move(4...4, from: 0, to: 1)
    let burn = BurnClaim(id: held, version: 2, home: SlotNumber(3), slots: [SlotNumber(4)])
    try source.run(.burnClaim(burn))
    try #require(source.ledger.outboxRows(after: 0, limit: .max).count == 1)
    try worlds.run(.beginMove(move: 9, slots: leaving, to: 2), in: 0)
    try worlds.copyHistory(9, leaving, 0, 2)
    try worlds.run(.handOver(move: 9, slots: leaving), in: 0)
    #expect(source.ledger.outboxRows(after: 0, limit: .max).isEmpty)
    try worlds.handOver(9, leaving, leaving, 0, 2)
    try worlds.verify()
  }

  @Test func `a batch is not ready while its shard has too much to tell`() throws {
    let (worlds, _, _) = try shop()
    let source = worlds.worlds[0]
    try worlds.run(.beginMove(move: 1, slots: leaving, to: 1), in: 0)
    let before = source.ledger.isReadyToHandOver
    for first in stride(from: 100, through: 4_200, by: 100) as StrideThrough<UInt16> {
      let slots = (first..<first + 100).map { SlotNumber($0) }
      try source.run(.burnClaim(BurnClaim(id: source.id(), version: 1, home: SlotNumber(3), slots: slots)))
    }
    let after = source.ledger.isReadyToHandOver
    #expect(before && !after)
    #expect(try worlds.run(.handOver(move: 1, slots: leaving), in: 0) == .notNow)
  }

  // MARK: What is left at the source

  @Test func `what is left of an order is not changed by any command`() throws {
    let (worlds, a, b) = try shop()
    let source = worlds.worlds[0]
    let id = source.header()
    try source.run(.confirmHold(id, hold: try hold(source, a, b), terms: OrderTerms(tenant: "t")))
    try worlds.move(3...3, from: 0, to: 1, tidies: false)
    let before = try source.ledger.order(id.id, at: .zero, source.state)
    let left = try #require(before)
    let target = OrderTarget(id.id, tenant: "t")
    let amend = AmendOrder(target: target, fingerprint: 3, changes: [LineQuantity(line: 0, quantity: 1)])
    let steps: [OrderStep] = [.pay(reference: "p"), .hold, .resume, .cancel([]), .ship(shipment: "s", []), .complete]
    var commands = steps.map { Command.changeOrder(source.header(), target, $0) }
    commands += [
      .amendOrder(source.header(), amend),
      .decideAmend(
        source.header(), DecideAmend(version: left.claimVersion + 1, amend: amend, remote: [], parts: [])),
      .moveAllocation(
        source.header(),
        MoveAllocation(owner: id.id, sku: b.sku, from: b.location, to: LocationNumber(2), quantity: 1)),
    ]
    for command in commands {
      #expect(try source.run(command)[0].result == .slots(.notNow), "\(command)")
    }
    #expect(try source.ledger.order(id.id, at: .zero, source.state) == left)
    #expect(source.ledger.outboxRows(after: 0, limit: .max).isEmpty)
    try worlds.verify()
  }

  @Test func `a hold that left is confirmed where it went and nowhere else`() throws {
    let (worlds, a, b) = try shop()
    let source = worlds.worlds[0]
    // Nothing of its home's SKU: all that it had is in a slot that stays.
    try source.run(.adjust(source.header(), Adjust(stock: a, delta: -10, reason: "lost")))
    let header = source.header()
    try source.run(.reserve(header, Reserve(mode: .upTo, lines: [line(a), line(b)])))
    worlds.now += 900_100
    try source.run(.tick)
    try worlds.move(3...3, from: 0, to: 1, tidies: false)
    let decide = DecideConfirm(hold: header.id, version: 1, home: SlotNumber(3), parts: [])
    let before = source.balances(b)
    for command in [
      .confirmHold(source.header(), hold: header.id), .decideConfirm(source.header(), decide),
    ] as [Command] {
      #expect(try source.run(command)[0].result == .slots(.notNow), "\(command)")
    }
    #expect(source.balances(b) == before)
    try worlds.verify()
  }

  @Test func `a shard gives no number whose slot it gave away, known or new`() throws {
    let (worlds, _, b) = try shop()
    let source = worlds.worlds[0]
    _ = try order(source, create(b, home: 4, number: "W-1"))
    let held = try hold(source, b)
    try worlds.move(3...3, from: 0, to: 1)
    let (before, orders) = (source.balances(b), source.ledger.orderCount)
    for number in ["W-1", "W-2"] {
      let again = create(b, home: 4, number: number)
      let commands: [Command] = [
        .createOrder(source.header(), again),
        .decideOrder(source.header(), DecideOrder(version: 1, create: again, remote: [], parts: [])),
        .confirmHold(source.header(), hold: held, terms: again.terms),
      ]
      for command in commands { #expect(try source.run(command)[0].result == .slots(.notNow), "\(command)") }
    }
    #expect(source.balances(b) == before && source.ledger.orderCount == orders)
    try worlds.verify()
  }

  // MARK: What is left, and what comes

  @Test func `a slot comes back when what was left of it is forgotten, with all that it has`() throws {
    let (worlds, a, _) = try shop()
    let (source, target) = (worlds.worlds[0], worlds.worlds[1])
    let id = try order(source, create(a, home: 3))
    try worlds.move(3...3, from: 0, to: 1, tidies: false)
    try worlds.run(.beginMove(move: 7, slots: leaving, to: 0), in: 1)
    var selection = HistorySelection()
    target.state.forEach { key, value in
      let rest = Array(key.dropFirst(World.prefix.count))
      try? target.ledger.select(rest.rawSpan, value.rawSpan, into: &selection)
    }
    let part = try #require(target.ledger.finish(&selection).first)
    let piece = ImportHistory(move: 7, from: 1, slots: leaving, number: 1, cursor: [1], part: part)
    #expect(try worlds.run(.importHistory(piece), in: 0) == .notNow)
    try worlds.tidy(0)
    try worlds.copyHistory(7, leaving, 1, 0)
    try worlds.handOver(7, leaving, leaving, 1, 0)
    #expect(try source.ledger.order(id, at: .zero, source.state)?.status == .ready)
    try worlds.verify()
  }

  @Test func `an id that is forgotten when its first time is past the retention stops nobody`() throws {
    let (worlds, a, _) = try shop()
    let source = worlds.worlds[0]
    let id = try hold(source, a, id: UniqueID(high: 1, low: 2))
    worlds.now += 900_100
    try source.run(.tick)
    worlds.now += 3_600_000
    try source.run(.confirmHold(source.header(), hold: id))
    try worlds.move(3...3, from: 0, to: 1, tidies: false)
    worlds.now += Rules.retentionMilliseconds - 1_800_000
    try #require(try worlds.run(.forgetRecords(settled: [id], orders: []), in: 0) == .done)
    try worlds.verify()
  }

  // MARK: What cannot be taken in

  /// Hands slot 3 over, and answers the parts of what is on its way.
  private func handedOver(_ worlds: MovingWorlds) throws -> (batch: SlotBatch, parts: [[UInt8]]) {
    let source = worlds.worlds[0]
    try #require(try worlds.run(.handOver(move: 1, slots: leaving), in: 0) == .done)
    let away = source.ledger.leaving?.batch
    let batch = try #require(away)
    return (
      batch, try (0..<batch.partCount).map { try source.ledger.parcelPart($0, source.state) ?? [] }
    )
  }

  private func send(_ batch: SlotBatch, _ part: Int, _ bytes: [UInt8], _ worlds: MovingWorlds) throws -> SlotOutcome {
    try worlds.run(
      .importSlots(
        ImportSlots(move: 1, from: 0, moving: leaving, batch: batch, part: UInt32(part), bytes: bytes)), in: 1)
  }

  @Test func `slots of which a part is unreadable do not come, and nothing of them is lost`() throws {
    let (worlds, _, _) = try shop()
    let target = worlds.worlds[1]
    try worlds.run(.beginMove(move: 1, slots: leaving, to: 1), in: 0)
    let (batch, parts) = try handedOver(worlds)
    try #require(parts.count == 1)
    #expect(try send(batch, 0, Array(parts[0].dropLast()), worlds) == .notNow)
    let (state, found) = (target.ledger.state(of: SlotNumber(3)), target.ledger.findSKU(tenant: "t", sku: "A"))
    #expect(state == .asFounded && found == nil && target.ledger.alarmCount == 1)
    #expect(worlds.worlds[0].ledger.leaving?.batch == batch)
  }

  @Test func `slots do not come without an order that waits to be paid`() throws {
    let (worlds, a, _) = try shop()
    let target = worlds.worlds[1]
    _ = try order(worlds.worlds[0], create(a, home: 3, payWithin: 60_000))
    // Its record is history, which nobody copies here.
    try worlds.run(.beginMove(move: 1, slots: leaving, to: 1), in: 0)
    let (batch, parts) = try handedOver(worlds)
    #expect(try send(batch, 0, parts[0], worlds) == .notNow)
    let (state, found) = (target.ledger.state(of: SlotNumber(3)), target.ledger.findSKU(tenant: "t", sku: "A"))
    #expect(state == .asFounded && found == nil)
    // The history comes after all.
    try worlds.copyHistory(1, leaving, 0, 1)
    #expect(try send(batch, 0, parts[0], worlds) == .done)
    let arrived = target.ledger.state(of: SlotNumber(3))
    #expect(arrived == .here)
    worlds.now += 61_000
    try target.run(.tick)
  }
}
