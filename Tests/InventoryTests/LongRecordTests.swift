import Basics
import Testing

@testable import Inventory

/// Records that are longer than a command, and go with their slot all the same.
@Suite struct LongRecordTests {
  private let slots = SlotNumber(3)...SlotNumber(3)

  /// SKU `A` of slot 3, with stock in so many locations of the first of two shards.
  private func worlds(locations: UInt16, quantity: Int64) throws -> (MovingWorlds, SKUNumber) {
    let worlds = MovingWorlds(count: 2)
    let source = worlds.worlds[0]
    let sku = try source.putSKU("A", slot: SlotNumber(3))
    let all: [Command] = (1...locations).map {
      .receive(source.header(), Receive(stock: stock(sku, $0), quantity: quantity + Int64($0)))
    }
    for start in stride(from: 0, to: all.count, by: 512) {
      try source.run(Array(all[start..<min(start + 512, all.count)]))
    }
    return (worlds, sku)
  }

  /// An order of as many lines as there may be, of which one after the other is shipped in parts.
  private func longOrder(_ world: World, _ sku: SKUNumber, shipments: Int) throws -> UniqueID {
    func lines(_ locations: ClosedRange<UInt16>) -> [ReserveLine] {
      locations.map { ReserveLine(sku: sku, location: LocationNumber($0), quantity: 20_000) }
    }
    let header = world.header()
    let create = CreateOrder(
      home: SlotNumber(3), fingerprint: 1, terms: OrderTerms(tenant: "t", payWithinMilliseconds: 0, name: nil),
      lines: lines(1...100))
    try world.run(.createOrder(header, create))
    let amend = AmendOrder(target: OrderTarget(header.id, tenant: "t"), fingerprint: 2, added: lines(101...200))
    try world.run(.amendOrder(world.header(), amend))
    for shipment in 1...shipments { try ship(world, header.id, shipment) }
    return header.id
  }

  private func ship(_ world: World, _ order: UniqueID, _ shipment: Int) throws {
    let parts = (0..<200).map { LineQuantity(line: $0, quantity: 150) }
    let id = "shipment \(shipment) " + String(repeating: "x", count: 40)
    let step = OrderStep.ship(shipment: id, parts)
    let outcome = try world.run(.changeOrder(world.header(), OrderTarget(order, tenant: "t"), step))[0]
    guard case .orderChanged = outcome.result else { throw StateReadError(message: "\(outcome.result)") }
  }

  private func record(_ order: UniqueID, in world: World) throws -> OrderRecord {
    let found = try world.ledger.order(order, at: .zero, world.state)
    return try #require(found)
  }

  @Test func `a SKU with stock in every location that there may be moves with its slot`() throws {
    let (worlds, sku) = try worlds(locations: 4_096, quantity: 1 << 40)
    let (source, target) = (worlds.worlds[0], worlds.worlds[1])
    let before = source.balances(stock(sku, 4_096))
    try worlds.move(3...3, from: 0, to: 1)
    let found = target.ledger.findSKU(tenant: "t", sku: "A")
    let arrived = try #require(found)
    #expect(target.balances(stock(arrived, 4_096)) == before)
    #expect(target.balances(stock(arrived, 1))[.available] == 1 << 40 + 1)
    try worlds.verify()
    try worlds.reload(1, seed: 5)
    #expect(target.balances(stock(arrived, 4_096)) == before)
  }

  @Test func `an order of all lines and shipments that there may be moves with what was settled`() throws {
    let (worlds, sku) = try worlds(locations: 200, quantity: 20_000)
    let order = try longOrder(worlds.worlds[0], sku, shipments: Rules.shipmentsMax)
    let before = try record(order, in: worlds.worlds[0])
    try worlds.move(3...3, from: 0, to: 1)
    let after = try record(order, in: worlds.worlds[1])
    #expect(after.shipments == before.shipments && after.lines.map(\.shipped) == before.lines.map(\.shipped))
    try worlds.verify()
  }

  @Test(arguments: [true, false])
  func `such an order that changes while its slot moves goes by the queue, or with the slot`(isSent: Bool) throws {
    let (worlds, sku) = try worlds(locations: 200, quantity: 20_000)
    let source = worlds.worlds[0]
    let order = try longOrder(source, sku, shipments: Rules.shipmentsMax - 1)
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    try worlds.copyHistory(1, slots, 0, 1)
    try ship(source, order, Rules.shipmentsMax)
    if isSent { try worlds.sendQueue(1, slots, 0, 1) }
    try worlds.handOver(1, slots, slots, 0, 1)
    #expect(try record(order, in: worlds.worlds[1]).shipments.count == Rules.shipmentsMax)
    try worlds.verify()
  }

  @Test func `a source that begins anew in the middle of a long record leaves nothing of it`() throws {
    let (worlds, sku) = try worlds(locations: 200, quantity: 20_000)
    let (source, target) = (worlds.worlds[0], worlds.worlds[1])
    let order = try longOrder(source, sku, shipments: Rules.shipmentsMax)
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    var selection = HistorySelection()
    let key = KeyBuffer(prefix: []).key(of: order)
    var bytes: [UInt8] = []
    try #require(try source.state.read(key: (World.prefix + key).rawSpan, into: &bytes))
    try source.ledger.select(key.rawSpan, bytes.rawSpan, into: &selection)
    let chunks = source.ledger.finish(&selection)
    try #require(chunks.count == 2)
    func send(_ chunk: [UInt8], _ number: UInt64) throws -> SlotOutcome {
      try worlds.run(
        .importHistory(ImportHistory(move: 1, from: 0, slots: slots, number: number, cursor: [1], part: chunk)), in: 1)
    }
    #expect(try send(chunks[0], 1) == .done)
    // Another leader begins with the record again.
    for (place, chunk) in chunks.enumerated() { #expect(try send(chunk, UInt64(place) + 2) == .done) }
    #expect(try record(order, in: target).shipments.count == Rules.shipmentsMax)
    // And one leaves the move in the middle.
    #expect(try send(chunks[0], UInt64(chunks.count) + 2) == .done)
    try worlds.run(.endImport(move: 1), in: 1)
    var staged = 0
    target.state.forEach { key, _ in staged += key[World.prefix.count] == KeyKind.staged.rawValue ? 1 : 0 }
    #expect(staged == 0)
  }

  @Test func `chunks that do not fit each other are not taken in`() throws {
    let part = [UInt8](repeating: 7, count: ParcelChunk.byteCountMax * 2 + 1)
    let chunks = ParcelChunk.cut(part)
    #expect(chunks.count == 3 && chunks.allSatisfy { $0.count <= ParcelChunk.byteCountMax + 1 })
    for wrong in [[chunks[1], chunks[2]], [chunks[0], chunks[1]], [chunks[0], chunks[0]], [[4]], [[]]] {
      #expect(throws: DecodeError.self) { try ParcelChunk.join(wrong) }
    }
  }
}

extension KeyBuffer {
  fileprivate func key(of order: UniqueID) -> [UInt8] {
    var key = self
    key.set(.order, order)
    return key.bytes
  }
}
