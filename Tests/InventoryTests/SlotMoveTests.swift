import Basics
import Foundation
import Testing

@testable import Inventory

private let commandCount = Int(ProcessInfo.processInfo.environment["INVENTORY_COMMANDS"] ?? "") ?? 80_000

@Suite struct SlotMoveTests {
  // MARK: What a slot has goes with it

  /// Two shards, and SKUs `A` and `B` of the slots 3 and 4 with stock in the first.
  private func pair() throws -> (worlds: MovingWorlds, a: StockKey, b: StockKey) {
    let worlds = MovingWorlds(count: 2)
    let a = stock(try worlds.worlds[0].putSKU("A", slot: SlotNumber(3)))
    let b = stock(try worlds.worlds[0].putSKU("B", slot: SlotNumber(4)))
    try worlds.worlds[0].receive(a, 10)
    try worlds.worlds[0].receive(b, 10)
    return (worlds, a, b)
  }

  private func reserve(_ world: World, _ keys: StockKey..., quantity: Int64 = 2) throws -> UniqueID {
    let header = world.header()
    let lines = keys.map { ReserveLine(sku: $0.sku, location: $0.location, quantity: quantity) }
    guard case .reserved = try world.run(.reserve(header, Reserve(lines: lines)))[0].result else {
      throw StateReadError(message: "not reserved")
    }
    return header.id
  }

  private func arrived(_ world: World, _ text: String) throws -> StockKey {
    let found = world.ledger.findSKU(tenant: "t", sku: text)
    return stock(try #require(found))
  }

  @Test func `stock, holds, orders and answers of a slot are another shard's after it has moved`() throws {
    let (worlds, a, _) = try pair()
    let (source, target) = (worlds.worlds[0], worlds.worlds[1])
    let held = try reserve(source, a)
    let confirmed = try reserve(source, a, quantity: 3)
    let order = source.header()
    try source.run(.confirmHold(order, hold: confirmed))
    let before = source.balances(a)
    try worlds.move(3...3, from: 0, to: 1)
    let there = try arrived(target, "A")
    #expect(target.balances(there) == before)
    let (row, sku) = (source.ledger.stock(a, at: .zero), source.ledger.findSKU(tenant: "t", sku: "A"))
    #expect(row == nil && sku == nil)
    #expect(try target.ledger.hold(held, at: .zero, target.state)?.state == .active)
    #expect(try target.ledger.order(order.id, at: .zero, target.state)?.lines.first?.allocated == 3)
    // The answer again, and a new decision on what came.
    #expect(try target.run(.confirmHold(order, hold: confirmed))[0].isReplay)
    guard case .released = try target.run(.releaseHold(target.header(), hold: held))[0].result else {
      Issue.record("a hold that moved is not released")
      return
    }
    #expect(target.balances(there)[.available] == before[.available] + 2)
    try worlds.verify()
  }

  @Test func `a source refuses what is asked of a slot that it gave away`() throws {
    let (worlds, a, b) = try pair()
    let source = worlds.worlds[0]
    let held = try reserve(source, a)
    try worlds.move(3...3, from: 0, to: 1)
    let line = ReserveLine(sku: a.sku, location: a.location, quantity: 1)
    let outcomes = try source.run(
      .reserve(source.header(), Reserve(lines: [line])), .receive(source.header(), Receive(stock: a, quantity: 1)),
      .releaseHold(source.header(), hold: held),
      .putSKU(source.header(), PutSKU(slot: SlotNumber(3), tenant: "t", sku: "C")),
      .receive(source.header(), Receive(stock: b, quantity: 1)))
    for outcome in outcomes.dropLast() {
      guard case .refused = outcome.result else {
        Issue.record("\(outcome)")
        continue
      }
    }
    guard case .stockChanged = outcomes[4].result else {
      Issue.record("the slot beside is not served")
      return
    }
    try worlds.verify()
  }

  @Test func `a hold over two slots goes on as one when one of them moves`() throws {
    for moving in [3...3, 4...4, 3...4] as [ClosedRange<UInt16>] {
      let (worlds, a, b) = try pair()
      let held = try reserve(worlds.worlds[0], a, b)
      try worlds.move(moving, from: 0, to: 1)
      try worlds.verify()
      let home = worlds.world(of: 3)
      let view = try #require(try home.ledger.hold(held, at: .zero, home.state))
      #expect(view.state == .active && view.lines.count == 2)
      try home.run(.releaseHold(home.header(), hold: held))
      try worlds.deliver()
      for (text, slot) in [("A", 3), ("B", 4)] as [(String, UInt16)] {
        let world = worlds.world(of: slot)
        #expect(world.balances(try arrived(world, text))[.available] == 10, "\(text) after \(moving)")
      }
      try worlds.verify()
    }
  }

  /// A replica that was loaded knows the rows of its outbox by their keys, and not in the order in which they were written.
  @Test func `what has still to be told leaves in the same order on a replica that was loaded`() throws {
    func digest(isLoaded: Bool) throws -> UInt64 {
      let (worlds, a, b) = try pair()
      let source = worlds.worlds[0]
      let (first, second) = (try reserve(source, a, b), try reserve(source, a, b))
      try worlds.move(4...4, from: 0, to: 1)
      for hold in [second, first] { try source.run(.releaseHold(source.header(), hold: hold)) }
      try #require(source.ledger.outboxRows(after: 0, limit: 9).map(\.claim.id) == [second, first])
      if isLoaded { try worlds.reload(0, seed: 9) }
      try worlds.move(3...3, from: 0, to: 1)
      return source.ledger.stateDigest
    }
    #expect(try digest(isLoaded: true) == digest(isLoaded: false))
  }

  @Test func `an order over two slots goes on as one when one of them moves, also one made during the move`() throws {
    for isMadeBefore in [true, false] {
      let (worlds, a, b) = try pair()
      let source = worlds.worlds[0]
      let slots = SlotNumber(4)...SlotNumber(4)
      let order = source.header()
      if isMadeBefore { try source.run(.confirmHold(order, hold: try reserve(source, a, b))) }
      try worlds.run(.beginMove(move: 9, slots: slots, to: 1), in: 0)
      try worlds.copyHistory(9, slots, 0, 1)
      if !isMadeBefore { try source.run(.confirmHold(order, hold: try reserve(source, a, b))) }
      let made = try source.ledger.order(order.id, at: .zero, source.state)
      let record = try #require(made)
      #expect(record.claimVersion == 1 && record.lines.contains { $0.item.localSKU == nil })
      #expect(source.balances(b)[.allocated] == 2)
      try worlds.verify()
    }
  }

  @Test func `what is due when its slot moves has expired, and its stock is there for others`() throws {
    let (worlds, a, _) = try pair()
    let held = try reserve(worlds.worlds[0], a)
    worlds.now += 900_100
    try worlds.move(3...3, from: 0, to: 1)
    let target = worlds.worlds[1]
    #expect(target.balances(try arrived(target, "A"))[.available] == 10)
    #expect(try target.ledger.hold(held, at: .zero, target.state)?.state == .expired)
    #expect(target.ledger.stamp == Stamp(milliseconds: worlds.now))
    try worlds.verify()
  }

  @Test func `a slot that comes back finds its numbers, and its history as it went on elsewhere`() throws {
    let (worlds, a, _) = try pair()
    let held = try reserve(worlds.worlds[0], a)
    try worlds.move(3...3, from: 0, to: 1)
    try worlds.worlds[1].run(.releaseHold(worlds.worlds[1].header(), hold: held))
    try worlds.move(3...3, from: 1, to: 0)
    let source = worlds.worlds[0]
    #expect(source.ledger.findSKU(tenant: "t", sku: "A") == a.sku)
    #expect(source.balances(a)[.available] == 10)
    #expect(try source.ledger.hold(held, at: .zero, source.state)?.state == .released)
    try worlds.verify()
  }

  @Test func `a leader that was deposed long ago brings nothing back`() throws {
    let (worlds, _, _) = try pair()
    var late: [SlotCommand] = []
    let source = worlds.worlds[0]
    worlds.between = { worlds in
      guard let batch = source.ledger.leaving?.batch else { return }
      for part in 0..<batch.partCount {
        let bytes = try source.ledger.parcelPart(part, source.state) ?? []
        late.append(
          .importSlots(
            ImportSlots(move: 1, from: 0, moving: batch.slots, batch: batch, part: part, bytes: bytes)))
      }
    }
    try worlds.move(3...3, from: 0, to: 1)
    worlds.between = { _ in }
    try worlds.move(3...3, from: 1, to: 0)
    for command in late { #expect(try worlds.run(command, in: 1) == .notNow) }
    #expect(worlds.worlds[1].ledger.state(of: SlotNumber(3)) == .gone)
    try worlds.verify()
  }

  @Test func `a move that ends early leaves each slot where it is by then, and nothing of the others`() throws {
    let (worlds, a, _) = try pair()
    let (source, target) = (worlds.worlds[0], worlds.worlds[1])
    try source.run(.releaseHold(source.header(), hold: try reserve(source, a)))
    let slots = SlotNumber(3)...SlotNumber(4)
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    try worlds.copyHistory(1, slots, 0, 1)
    try worlds.run(.endImport(move: 1), in: 1)
    try worlds.run(.endMove(move: 1), in: 0)
    try worlds.tidy(1)
    try worlds.verify()
    #expect(target.ledger.leftovers.isEmpty && target.ledger.orderCount == 0)
    var settled = 0
    target.state.forEach { key, _ in settled += key[World.prefix.count] == 4 ? 1 : 0 }
    #expect(settled == 0)
    #expect(source.balances(a)[.available] == 10)
  }

  @Test func `the queue has what was written by its name, and the target gets it as it is by then`() throws {
    let (worlds, a, _) = try pair()
    let (source, target) = (worlds.worlds[0], worlds.worlds[1])
    let slots = SlotNumber(3)...SlotNumber(3)
    let order = source.header()
    let held = try reserve(source, a)
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    try source.run(.confirmHold(order, hold: held))
    for shipment in ["one", "two"] {
      let part = LineQuantity(line: 0, quantity: 1)
      try source.run(.changeOrder(source.header(), OrderTarget(order.id), .ship(shipment: shipment, [part])))
    }
    var longest = 0
    source.state.forEach { key, value in
      if key[World.prefix.count] == KeyKind.moveQueue.rawValue { longest = max(longest, value.count) }
    }
    #expect(longest == 17)
    let packed = try source.ledger.packedQueue(limit: 1, source.state)
    let first = try ParcelChunk.join(try #require(packed).chunks)
    #expect(first.count == 1 && first[0].records.count == 1)
    try worlds.handOver(1, slots, slots, 0, 1)
    #expect(try target.ledger.order(order.id, at: .zero, target.state)?.shipments.count == 2)
    try worlds.verify()
  }

  @Test func `a move ends whose target does not take the queue, and is forgotten step by step`() throws {
    let (worlds, a, _) = try pair()
    let source = worlds.worlds[0]
    let slots = SlotNumber(3)...SlotNumber(4)
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    source.ledger.leaving?.queueNext = Ledger.queueMax - 1
    for isStopping in [false, true, true] {
      try source.receive(a, 1)
      let leaving = source.ledger.leaving
      #expect(leaving?.queueCount == Ledger.queueMax && leaving?.isStopping == isStopping)
    }
    #expect(try worlds.run(.handOver(move: 1, slots: slots), in: 0) == .notNow)
    #expect(try worlds.run(.acknowledgeQueue(move: 1, through: Ledger.queueMax - 1), in: 0) == .notNow)
    #expect(try worlds.run(.endMove(move: 1), in: 0) == .notNow)
    var last = Ledger.queueForgottenMax - 1
    while let leaving = source.ledger.leaving, leaving.queueCount > Ledger.queueForgottenMax {
      try worlds.run(.acknowledgeQueue(move: 1, through: last), in: 0)
      last += Ledger.queueForgottenMax
    }
    #expect(try worlds.run(.endMove(move: 1), in: 0) == .done)
    #expect(source.ledger.leaving == nil && source.balances(a)[.available] == 13)
    try worlds.verify()
  }

  @Test func `what is on its way arrives although its move was stopped, and nothing follows it`() throws {
    let (worlds, a, _) = try pair()
    let (three, four) = (SlotNumber(3)...SlotNumber(3), SlotNumber(4)...SlotNumber(4))
    try worlds.run(.beginMove(move: 1, slots: SlotNumber(3)...SlotNumber(4), to: 1), in: 0)
    try worlds.run(.handOver(move: 1, slots: three), in: 0)
    #expect(try worlds.run(.stopMove(move: 1), in: 0) == .done)
    try worlds.reload(0, seed: 7)
    // Until it has arrived nothing is over.
    #expect(try worlds.run(.endMove(move: 1), in: 0) == .notNow)
    try worlds.handOver(1, SlotNumber(3)...SlotNumber(4), three, 0, 1)
    #expect(try worlds.run(.handOver(move: 1, slots: four), in: 0) == .notNow)
    try worlds.run(.endImport(move: 1), in: 1)
    #expect(try worlds.run(.endMove(move: 1), in: 0) == .done)
    #expect(worlds.worlds[1].balances(try arrived(worlds.worlds[1], "A"))[.available] == 10)
    #expect(worlds.worlds[0].ledger.state(of: SlotNumber(4)) == .asFounded)
    #expect(a.sku == SKUNumber(1))
    try worlds.verify()
  }

  @Test func `after a piece of a later term a leader that was deposed sends nothing that is taken`() throws {
    let (worlds, _, _) = try pair()
    let slots = SlotNumber(3)...SlotNumber(4)
    func send(_ number: UInt64, term: UInt64) throws -> SlotOutcome {
      let piece = ImportHistory(
        move: 1, from: 0, slots: slots, term: term, number: number, cursor: [1], part: Ledger.emptyPart)
      return try worlds.run(.importHistory(piece), in: 1)
    }
    #expect(try send(1, term: 4) == .done)
    #expect(try send(2, term: 5) == .done)
    #expect(try send(3, term: 4) == .notNow)
    try worlds.reload(1, seed: 9)
    #expect(try send(3, term: 4) == .notNow)
    #expect(try send(3, term: 5) == .done)
  }

  @Test func `the journal of a row that moves ends and begins with where it went and came from`() throws {
    let (worlds, a, _) = try pair()
    try worlds.move(3...3, from: 0, to: 1)
    let source = worlds.worlds[0]
    let left = try source.ledger.journal(from: 1, limit: .max, source.state).filter { $0.stock == a }
    let target = worlds.worlds[1]
    let came = try target.ledger.journal(from: 1, limit: .max, target.state)
    #expect(left.last?.cause == .departure && left.last?.causeID == UniqueID(high: 1, low: 0))
    #expect(left.last?.available == 0)
    #expect(came.first?.cause == .opening)
    #expect(came.first?.causeID == UniqueID(high: 0, low: try #require(left.last?.sequence)))
    #expect(came.last?.available == 10)
  }

  @Test func `a batch waits while more is queued than it can take`() throws {
    let (worlds, a, _) = try pair()
    let source = worlds.worlds[0]
    let slots = SlotNumber(3)...SlotNumber(3)
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    for _ in 0...Ledger.handOverQueueMax { try source.receive(a, 1) }
    #expect(try worlds.run(.handOver(move: 1, slots: slots), in: 0) == .notNow)
    try worlds.sendQueue(1, slots, 0, 1)
    #expect(try worlds.run(.handOver(move: 1, slots: slots), in: 0) == .done)
  }

  @Test func `commands about slots are read as they were written`() throws {
    let slots = SlotNumber(3)...SlotNumber(9)
    let batch = SlotBatch(slots: slots, partCount: 3, stamp: Stamp(milliseconds: 77), revision: 88)
    let ids = [UniqueID(high: 1, low: 2), UniqueID(high: 3, low: 4)]
    let commands: [SlotCommand] = [
      .beginMove(move: 5, slots: slots, to: 7), .straddle(move: 5, orders: ids),
      .acknowledgeQueue(move: 5, through: 300), .handOver(move: 5, slots: slots), .forgetSlots(move: 5, slots: slots),
      .endMove(move: 5), .stopMove(move: 5), .straddleHolds(move: 5, slots: slots), .packSlots(move: 5),
      .importHistory(
        ImportHistory(
          move: 5, from: 1, slots: slots, term: 7, sender: 8, number: 9, cursor: [4, 5], part: [1, 2, 3])),
      .importSlots(ImportSlots(move: 5, from: 1, moving: slots, batch: batch, part: 2, bytes: [9, 8])),
      .endImport(move: 5), .forgetRecords(settled: ids, orders: [ids[0]]), .endLeftovers(slots: slots),
    ]
    var builder = EntryBuilder()
    for command in commands { builder.append(.slots(command)) }
    let payload = builder.take(stamp: Stamp(milliseconds: 1))
    #expect(try Command.decodeEntry(payload.rawSpan).commands == commands.map { .slots($0) })
  }

  // MARK: Random

  /// The same commands to one shard and to three whose slots move all the time, in any order with everything else and with
  /// restarts between any two steps: what comes of each command is the same, and what each SKU has.
  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `shards whose slots move do what one shard does`(seed: UInt64) throws {
    var run = try RandomMoves(seed: seed)
    while run.done < commandCount / 40 { try run.step() }
    #expect(run.moves > 5 && run.answered > 100)
  }
}
