import Basics
import Testing

@testable import Inventory

private let here = LocationNumber(1)
private let there = LocationNumber(2)

/// What a slot has of everything that a shard keeps: asked for before it moves and after.
@Suite struct MovedSlotTests {
  private let slot = SlotNumber(3)

  /// Everything is in slot 3, which is to move; SKU B, beside it, stays.
  private struct Shop {
    let worlds = MovingWorlds(count: 2)
    var source: World { worlds.worlds[0] }
    var target: World { worlds.worlds[1] }
    var a: StockKey
    var b: StockKey
    var holds: [String: UniqueID] = [:]
    var orders: [String: UniqueID] = [:]
    /// Commands that were carried out, for another copy of each.
    var done: [Command] = []

    init(slot: SlotNumber) throws {
      let put = PutSKU(
        slot: slot, tenant: "t", sku: "A", name: "a thing", scale: 2, lot: 2, backorderLimit: 100,
        attributes: [1, 2, 3])
      let source = worlds.worlds[0]
      try source.run(.putSKU(source.header(), put))
      a = StockKey(sku: SKUNumber(1), location: here)
      b = stock(try source.putSKU("B", slot: SlotNumber(4)))
      try source.receive(a, 200)
      try source.receive(b, 10)
      try source.receive(StockKey(sku: a.sku, location: there), 6)
    }

    func line(_ quantity: Int64) -> ReserveLine { ReserveLine(sku: a.sku, location: here, quantity: quantity) }

    mutating func run(_ command: Command) throws -> Outcome {
      let outcome = try source.run(command)[0]
      if case .refused(let refusal) = outcome.result { throw StateReadError(message: "\(refusal)") }
      done.append(command)
      return outcome
    }

    mutating func hold(_ name: String, _ quantity: Int64, forMilliseconds time: Int64 = 900_000) throws {
      let header = source.header()
      _ = try run(.reserve(header, Reserve(timeToLiveMilliseconds: time, reference: name, lines: [line(quantity)])))
      holds[name] = header.id
    }

    mutating func order(
      _ name: String, _ quantity: Int64, payWithin: Int64 = 0, replaces: UniqueID? = nil, waits: Bool = false
    ) throws {
      let header = source.header()
      let number = OrderName(tenant: "t", channel: "shop", number: name, slot: SlotNumber(3))
      let create = CreateOrder(
        home: SlotNumber(3), fingerprint: 7,
        terms: OrderTerms(tenant: "t", payWithinMilliseconds: payWithin, name: number),
        reference: name, replaces: replaces, sourcing: Sourcing(takesBackorders: waits),
        rankedLocations: waits ? [here, there] : [],
        lines: [ReserveLine(sku: a.sku, location: waits ? nil : here, quantity: quantity)])
      _ = try run(.createOrder(header, create))
      orders[name] = header.id
    }

    mutating func change(_ name: String, _ step: OrderStep) throws {
      _ = try run(.changeOrder(source.header(), OrderTarget(orders[name] ?? .zero, tenant: "t", reason: "why"), step))
    }

    /// Holds and orders in every state, and stock in every account.
    mutating func fill() throws {
      for name in ["live", "released", "confirmed", "extended"] { try hold(name, 4) }
      try hold("expired", 2, forMilliseconds: 1_000)
      _ = try run(.releaseHold(source.header(), hold: holds["released"] ?? .zero))
      let confirmed = source.header()
      _ = try run(.confirmHold(confirmed, hold: holds["confirmed"] ?? .zero))
      orders["of a hold"] = confirmed.id
      _ = try run(.extendHold(source.header(), hold: holds["extended"] ?? .zero, timeToLiveMilliseconds: 3_600_000))
      for name in ["ready", "part", "shipped", "completed", "cancelled", "on hold"] { try order(name, 6) }
      try change("part", .ship(shipment: "s1", [LineQuantity(line: 0, quantity: 2)]))
      try change("shipped", .ship(shipment: "s1", []))
      try change("completed", .ship(shipment: "s1", []))
      try change("completed", .complete)
      try change("cancelled", .cancel([]))
      try change("on hold", .hold)
      try order("unpaid", 4, payWithin: 60_000)
      try order("paid", 4, payWithin: 60_000)
      try change("paid", .pay(reference: "p"))
      try order("replacement", 2, replaces: orders["completed"])
      let amend = AmendOrder(
        target: OrderTarget(orders["ready"] ?? .zero, tenant: "t"), fingerprint: 3,
        changes: [LineQuantity(line: 0, quantity: 8)])
      _ = try run(.amendOrder(source.header(), amend))
      for account in [Account.safety, .qualityControl, .damaged] {
        _ = try run(.move(source.header(), Move(stock: a, from: .available, to: account, quantity: 6)))
      }
      _ = try run(.adjust(source.header(), Adjust(stock: a, delta: -2, reason: "lost")))
      _ = try run(.setCount(source.header(), SetCount(stock: a, counted: 170, asOf: source.ledger.revision)))
      worlds.now += 1_500
      try source.run(.tick)
    }

    func text(_ world: World, _ item: LineItem) -> String {
      switch item {
      case .local(let sku): world.ledger.text(of: sku) ?? "?"
      case .remote(let item): item.sku
      }
    }

    /// Everything that can be asked of the slot, without the numbers that are a shard's own.
    func answers(_ world: World) throws -> [String] {
      let found = world.ledger.findSKU(tenant: "t", sku: "A")
      let sku = try #require(found)
      let at = Stamp(milliseconds: world.now)
      var view = try #require(try world.ledger.sku(sku, world.state))
      view.number = SKUNumber(0)
      var answers = ["\(view)"]
      for stock in world.ledger.stock(of: sku, at: at) { answers.append("\(stock.stock.location) \(stock.balances)") }
      for (name, id) in holds.sorted(by: { $0.key < $1.key }) {
        let hold = try #require(try world.ledger.hold(id, at: at, world.state), "hold \(name)")
        let lines = hold.lines.map { line in
          "\(text(world, hold.item(of: line))) \(line.location ?? here) \(line.asked) \(line.granted)"
        }
        let times = "\(hold.created) \(hold.expiry)"
        answers.append("\(name) \(hold.state) \(times) \(hold.order ?? .zero) \(hold.reference) \(lines)")
      }
      for (name, id) in orders.sorted(by: { $0.key < $1.key }) {
        var order = try #require(try world.ledger.order(id, at: at, world.state), "order \(name)")
        let texts = order.lines.map { text(world, $0.item) }
        for place in order.lines.indices { order.lines[place].item = .local(SKUNumber(0)) }
        answers.append("\(name) \(order.status) \(texts) \(order)")
        guard let number = order.name else { continue }
        let named = try world.ledger.order(named: number, world.state)
        answers.append("\(number.number): \(named?.id ?? .zero) \(named?.home.rawValue ?? 0)")
      }
      return answers
    }

    func move() throws { try worlds.move(3...3, from: 0, to: 1) }
  }

  private func filled() throws -> Shop {
    var shop = try Shop(slot: slot)
    try shop.fill()
    return shop
  }

  @Test func `a slot that moved answers every read as before`() throws {
    let shop = try filled()
    let before = try shop.answers(shop.source)
    try shop.move()
    let after = try shop.answers(shop.target)
    for (one, other) in zip(before, after) { #expect(one == other) }
    #expect(before.count == after.count && before.count > 25)
    try shop.worlds.verify()
    // And once more from the storage.
    try shop.target.reload(seed: 8)
    #expect(try shop.answers(shop.target) == after)
  }

  @Test func `every request that was carried out is answered again after the move, and done once`() throws {
    let shop = try filled()
    try shop.move()
    let found = shop.target.ledger.findSKU(tenant: "t", sku: "A")
    let before = try shop.answers(shop.target)
    let sku = try #require(found)
    for command in shop.done {
      let outcome = try shop.target.run(command.of(sku))[0]
      #expect(outcome.isReplay, "\(command): \(outcome.result)")
    }
    #expect(try shop.answers(shop.target) == before)
    try shop.worlds.verify()
  }

  @Test func `what is over by time ends in the new shard when it would have in the old one`() throws {
    let shop = try filled()
    try shop.move()
    shop.worlds.now += 61_000
    try shop.target.run(.tick)
    let at = Stamp(milliseconds: shop.worlds.now)
    let unpaid = try shop.target.ledger.order(shop.orders["unpaid"] ?? .zero, at: at, shop.target.state)
    #expect(unpaid?.status == .expired)
    let paid = try shop.target.ledger.order(shop.orders["paid"] ?? .zero, at: at, shop.target.state)
    #expect(paid?.status == .ready)
    shop.worlds.now += 900_000
    try shop.target.run(.tick)
    func state(_ hold: String) throws -> HoldState? {
      try shop.target.ledger.hold(shop.holds[hold] ?? .zero, at: .zero, shop.target.state)?.state
    }
    #expect(try state("live") == .expired)
    #expect(try state("extended") == .active)
    try shop.worlds.verify()
  }

  @Test func `a line that waits for stock gets it in the new shard, oldest first`() throws {
    var shop = try Shop(slot: slot)
    try shop.order("all", 206, waits: true)
    shop.worlds.now += 1
    try shop.order("first", 10, waits: true)
    shop.worlds.now += 1
    try shop.order("second", 10, waits: true)
    try shop.move()
    let found = shop.target.ledger.findSKU(tenant: "t", sku: "A")
    try shop.target.receive(stock(try #require(found)), 14)
    func open(_ name: String) throws -> (backordered: Int64, allocated: Int64) {
      let id = shop.orders[name] ?? .zero
      let order = try #require(try shop.target.ledger.order(id, at: .zero, shop.target.state))
      return order.lines.reduce((0, 0)) { ($0.0 + $1.backordered, $0.1 + $1.allocated) }
    }
    #expect(try open("first") == (0, 10))
    #expect(try open("second") == (6, 4))
    try shop.worlds.verify()
  }

  @Test func `where nothing new is taken nothing is taken after the move`() throws {
    let shop = try Shop(slot: slot)
    let closed = SetLocations(revision: 5, closed: [ClosedLocation(location: here, closure: .draining)])
    try shop.source.run(.setLocations(closed))
    try shop.move()
    #expect(shop.target.ledger.locationsRevision == 5)
    let found = shop.target.ledger.findSKU(tenant: "t", sku: "A")
    let line = ReserveLine(sku: try #require(found), location: here, quantity: 2)
    let outcome = try shop.target.run(.reserve(shop.target.header(), Reserve(lines: [line])))[0]
    #expect(outcome.result == .refused(.locationClosed(line: 0, location: here, closure: .draining)))
  }

  // MARK: Revisions

  @Test func `revisions of a SKU grow where it goes, also back and forth`() throws {
    let shop = try Shop(slot: slot)
    for _ in 0..<50 { try shop.source.receive(shop.b, 1) }
    var last = shop.source.ledger.revision
    for (from, to) in [(0, 1), (1, 0), (0, 1)] {
      try shop.worlds.move(3...3, from: from, to: to)
      let world = shop.worlds.worlds[to]
      #expect(world.ledger.revision > last)
      let found = world.ledger.findSKU(tenant: "t", sku: "A")
      try world.receive(stock(try #require(found)), 2)
      let moved = try world.ledger.journal(from: 1, limit: .max, world.state)
      #expect(moved.last?.revision == world.ledger.revision)
      #expect(zip(moved, moved.dropFirst()).allSatisfy { $0.revision <= $1.revision })
      last = world.ledger.revision
      try world.reload(seed: 9)
      #expect(world.ledger.revision == last)
    }
    try shop.worlds.verify()
  }

  @Test func `a count that was begun before the move is taken after it, and one that is outdated is not`() throws {
    for isOutdated in [false, true] {
      let shop = try Shop(slot: slot)
      for _ in 0..<50 { try shop.source.receive(shop.b, 1) }
      let began = shop.source.ledger.revision
      if isOutdated { try shop.source.receive(shop.a, 2) }
      let changed = shop.source.ledger.revision
      try shop.move()
      let found = shop.target.ledger.findSKU(tenant: "t", sku: "A")
      let there = stock(try #require(found))
      let count = SetCount(stock: there, counted: 190, asOf: began)
      let outcome = try shop.target.run(.setCount(shop.target.header(), count))[0]
      if isOutdated {
        #expect(outcome.result == .refused(.countOutdated(stock: there, revision: changed, onHand: 202)))
      } else {
        #expect(shop.target.balances(there).onHand == 190)
      }
      try shop.worlds.verify()
    }
  }

  @Test func `stock as it was before its slot came is refused, with since when it is here`() throws {
    let shop = try Shop(slot: slot)
    let past = (revision: shop.source.ledger.revision, stamp: shop.source.ledger.stamp)
    shop.worlds.now += 1_000
    try shop.move()
    let arrived = (revision: shop.target.ledger.revision, stamp: shop.target.ledger.stamp)
    shop.worlds.now += 1_000
    let found = shop.target.ledger.findSKU(tenant: "t", sku: "A")
    let there = stock(try #require(found))
    try shop.target.receive(there, 2)
    var reader = LedgerReader(prefix: World.prefix, reader: shop.target.state)
    func onHand(_ moment: HistoryMoment) throws -> Int64? {
      guard case .rows(let rows) = try reader.stock(of: there.sku, asOf: moment) else { return nil }
      return rows.first { $0.stock == there }?.balances.onHand
    }
    let arrival = try reader.arrival(of: slot)
    let since = try #require(arrival)
    #expect(since.revision <= arrived.revision && since.stamp == arrived.stamp)
    #expect(try onHand(.revision(since.revision)) == 200)
    #expect(try onHand(.time(since.stamp)) == 200)
    #expect(try onHand(.revision(shop.target.ledger.revision)) == 202)
    let cut = StockHistory.cut(revision: since.revision, stamp: since.stamp)
    #expect(try reader.stock(of: there.sku, asOf: .revision(past.revision)) == cut)
    #expect(try reader.stock(of: there.sku, asOf: .time(past.stamp)) == cut)
    #expect(try reader.stock(of: there.sku, asOf: .revision(since.revision - 1)) == cut)
  }

  @Test func `since when a slot is here is known of each, whatever came and went between them`() throws {
    let worlds = MovingWorlds(count: 2)
    for slot in 3...6 as ClosedRange<UInt16> { _ = try worlds.worlds[0].putSKU("S\(slot)", slot: SlotNumber(slot)) }
    try worlds.move(3...6, from: 0, to: 1)
    try worlds.move(4...5, from: 1, to: 0)
    worlds.now += 1_000
    try worlds.move(5...5, from: 0, to: 1)
    var reader = LedgerReader(prefix: World.prefix, reader: worlds.worlds[1].state)
    let known = try (2...7).map { try reader.arrival(of: SlotNumber($0))?.stamp.milliseconds }
    #expect(known == [nil, World.start, nil, World.start + 1_000, World.start, nil])
  }

  private func value(_ kind: KeyKind, in world: World) throws -> [UInt8] {
    var (key, bytes): (KeyBuffer, [UInt8]) = (KeyBuffer(prefix: World.prefix), [])
    key.set(kind)
    try #require(try world.state.read(key: key.bytes.rawSpan, into: &bytes))
    return bytes
  }

  @Test func `the record of the slots is as long after a hundred moves as after one`() throws {
    let worlds = MovingWorlds(count: 2)
    try worlds.move(0...0, from: 0, to: 1)
    let before = try worlds.worlds.map { try value(.slotStates, in: $0).count }
    for slot in stride(from: 2, through: 200, by: 2) as StrideThrough<UInt16> {
      try worlds.move(slot...slot, from: 0, to: 1)
    }
    #expect(try worlds.worlds.map { try value(.slotStates, in: $0).count } == before)
    #expect(before.allSatisfy { $0 < 5_000 })
    for place in 0...1 { try worlds.reload(place, seed: 3) }
    for slot in 0...200 as ClosedRange<UInt16> {
      let states = worlds.worlds.map { $0.ledger.state(of: SlotNumber(slot)) }
      #expect(states == (slot % 2 == 0 ? [.gone, .here] : [.asFounded, .asFounded]), "\(slot)")
    }
  }

  @Test func `of moves that have ended the newest are remembered, and nothing comes by an older one`() throws {
    let worlds = MovingWorlds(count: 1)
    let world = worlds.worlds[0]
    for move in 1...UInt64(SlotStates.endedMovesMax) + 10 { try world.run(.slots(.endImport(move: move * 2))) }
    for place in 0...1 {
      if place == 1 { try worlds.reload(0, seed: 3) }
      let known = [20, 22, 23, 8_212, 8_213, 8_214].map { world.ledger.hasEnded($0) }
      #expect(known == [true, true, false, true, false, false])
    }
    var count = 0
    world.state.forEach { key, _ in count += key[World.prefix.count] == KeyKind.endedMove.rawValue ? 1 : 0 }
    #expect(count == SlotStates.endedMovesMax)
  }
}

extension Command {
  /// The same, where the SKU has another number.
  fileprivate func of(_ sku: SKUNumber) -> Command {
    func of(_ stock: StockKey) -> StockKey { StockKey(sku: sku, location: stock.location) }
    switch self {
    case .reserve(let header, var reserve):
      for place in reserve.lines.indices { reserve.lines[place].sku = sku }
      return .reserve(header, reserve)
    case .createOrder(let header, var create):
      for place in create.lines.indices { create.lines[place].sku = sku }
      return .createOrder(header, create)
    case .move(let header, var move):
      move.stock = of(move.stock)
      return .move(header, move)
    case .adjust(let header, var adjust):
      adjust.stock = of(adjust.stock)
      return .adjust(header, adjust)
    case .setCount(let header, var count):
      count.stock = of(count.stock)
      return .setCount(header, count)
    default: return self
    }
  }
}
