import Basics
import Testing

@testable import Inventory

/// Slots with so much in them that it takes many entries to give them away.
@Suite struct HeavySlotTests {
  private let slots = SlotNumber(3)...SlotNumber(3)

  private func worlds() -> MovingWorlds {
    let worlds = MovingWorlds(count: 2)
    worlds.packedMax = SlotCommand.packedMax
    worlds.verifiesSteps = false
    return worlds
  }

  /// Stock of a SKU of a slot in so many locations.
  private func stocked(
    _ world: World, _ text: String, slot: UInt16, locations: UInt16 = 1, quantity: Int64 = 1 << 40
  ) throws -> StockKey {
    let sku = try world.putSKU(text, slot: SlotNumber(slot))
    let receipts: [Command] = (1...locations).map {
      .receive(world.header(), Receive(stock: stock(sku, $0), quantity: quantity))
    }
    for start in stride(from: 0, to: receipts.count, by: 512) {
      try world.run(Array(receipts[start..<min(start + 512, receipts.count)]))
    }
    return stock(sku)
  }

  /// So many holds of one unit of each row.
  @discardableResult
  private func hold(_ world: World, _ count: Int, of rows: [StockKey], time: Int64 = 900_000) throws -> [UniqueID] {
    var ids: [UniqueID] = []
    let lines = rows.map { ReserveLine(sku: $0.sku, location: $0.location, quantity: 1) }
    while ids.count < count {
      let headers = (0..<min(1_000, count - ids.count)).map { _ in world.header() }
      try world.run(headers.map { .reserve($0, Reserve(timeToLiveMilliseconds: time, lines: lines)) })
      ids += headers.map(\.id)
    }
    return ids
  }

  private func arrived(_ world: World, _ text: String) throws -> StockKey {
    let found = world.ledger.findSKU(tenant: "t", sku: text)
    return stock(try #require(found))
  }

  private func longestJournalRecord(_ world: World) -> Int {
    var longest = 0
    world.state.forEach { key, value in
      if key[World.prefix.count] == KeyKind.journal.rawValue { longest = max(longest, value.count) }
    }
    return longest
  }

  // MARK: Each entry does its part

  @Test func `a slot of 150,000 holds moves whole, and no entry has more than its part to do`() throws {
    let worlds = worlds()
    let (source, target) = (worlds.worlds[0], worlds.worlds[1])
    let row = try stocked(source, "A", slot: 3)
    let ids = try hold(source, 150_000, of: [row])
    let before = source.balances(row)
    for world in worlds.worlds { world.changesMax = 0 }
    try worlds.move(3...3, from: 0, to: 1)
    // Each hold that is packed is a key that goes, and a parcel's chunk has hundreds of them.
    #expect(source.changesMax < Int(SlotCommand.packedMax) * 2)
    #expect(target.changesMax < 2_000)
    let there = try arrived(target, "A")
    #expect(source.ledger.liveHoldCount == 0 && target.ledger.liveHoldCount == 150_000)
    #expect(target.balances(there) == before)
    for id in [ids[0], ids[149_999]] { try target.run(.releaseHold(target.header(), hold: id)) }
    #expect(target.balances(there)[.held] == 149_998)
    try worlds.verify()
    try worlds.reload(1, seed: 5)
  }

  @Test func `a slot of 60,000 stock rows moves, and its journal has no record that is too long for a snapshot`() throws
  {
    let worlds = worlds()
    let (source, target) = (worlds.worlds[0], worlds.worlds[1])
    for sku in 0..<60 { _ = try stocked(source, "S\(sku)", slot: 3, locations: 1_000) }
    try worlds.move(3...3, from: 0, to: 1)
    #expect(target.ledger.stockRowCount == 60_000 && source.ledger.stockRowCount == 0)
    for world in worlds.worlds { #expect(longestJournalRecord(world) < 1 << 20) }
    try worlds.verify()
  }

  @Test func `holds over several slots become ones over shards in bounded steps, before one of the slots goes`() throws
  {
    let worlds = worlds()
    let source = worlds.worlds[0]
    let rows = [try stocked(source, "A", slot: 3), try stocked(source, "B", slot: 4)]
    try hold(source, 1_200, of: rows)
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    // What is handed over before that is done is nothing.
    #expect(try worlds.run(.handOver(move: 1, slots: slots), in: 0) == .notNow)
    var counts: [Int] = []
    while counts.last != 0 {
      counts.append(source.ledger.mixedHoldCount(of: slots, atMost: .max))
      try worlds.run(.straddleHolds(move: 1, slots: slots), in: 0)
    }
    #expect(counts == [688, 176, 0])
    try worlds.reload(0, seed: 4)
    try worlds.handOver(1, slots, slots, 0, 1)
    #expect(worlds.worlds[1].balances(try arrived(worlds.worlds[1], "A"))[.held] == 1_200)
    #expect(source.balances(rows[1])[.held] == 1_200)
    try worlds.verify()
  }

  @Test func `the holds that were there when a move began are looked at with the entries after it`() throws {
    let worlds = worlds()
    let source = worlds.worlds[0]
    let row = try stocked(source, "A", slot: 3)
    let other = try stocked(source, "B", slot: 9)
    try hold(source, 4_000, of: [row])
    try hold(source, 6_000, of: [other])
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    var known = [source.ledger.knowsLeavingHolds]
    for _ in 1...2 {
      try source.run(.tick)
      known.append(source.ledger.knowsLeavingHolds)
    }
    #expect(known == [false, false, true])
    // One that comes is known at once.
    try hold(source, 1, of: [row])
    #expect(source.ledger.leavingHolds?.count(of: SlotNumber(3)) == 4_001)
  }

  @Test func `a batch ends before a slot that is heavier than what is left of it, and has one slot at least`() throws {
    let worlds = worlds()
    let source = worlds.worlds[0]
    for (slot, count) in [(3, 10), (4, 5), (5, 50), (6, 1)] as [(UInt16, Int)] {
      try hold(source, count, of: [try stocked(source, "S\(slot)", slot: slot)])
    }
    try worlds.run(.beginMove(move: 1, slots: SlotNumber(3)...SlotNumber(6), to: 1), in: 0)
    // A SKU, a row and the holds of each.
    for (weight, last) in [(1, 3), (18, 3), (19, 4), (70, 4), (71, 5), (100, 6)] as [(Int, UInt16)] {
      let batch = source.ledger.nextBatch(weightMax: weight, slotsMax: 16)
      #expect(batch == SlotNumber(3)...SlotNumber(last), "\(weight)")
    }
  }

  // MARK: In the middle

  /// Slot 3 with some of everything, half of it due in ten seconds, and slot 4 beside it.
  private func mixture() throws -> MovingWorlds {
    let worlds = MovingWorlds(count: 2)
    let source = worlds.worlds[0]
    let a = try stocked(source, "A", slot: 3, locations: 3, quantity: 100)
    let b = try stocked(source, "B", slot: 4, quantity: 100)
    for time in [10_000, 900_000] as [Int64] {
      try hold(source, 5, of: [a], time: time)
      try hold(source, 3, of: [stock(a.sku, 2), b], time: time)
      try hold(source, 2, of: [b], time: time)
    }
    for payWithin in [0, 10_000] as [Int64] {
      let terms = OrderTerms(tenant: "t", payWithinMilliseconds: payWithin, name: nil)
      let line = ReserveLine(sku: a.sku, location: LocationNumber(3), quantity: 4)
      try source.run(
        .createOrder(source.header(), CreateOrder(home: SlotNumber(3), fingerprint: 7, terms: terms, lines: [line])))
    }
    return worlds
  }

  /// What is between two steps of a move.
  private enum Between: CaseIterable {
    case nothing
    case restarts
    case time
  }

  @Test func `time and restarts between any two steps of a batch change nothing of what comes of it`() throws {
    var seen: [[Int64]] = []
    for between in Between.allCases {
      let worlds = try mixture()
      worlds.between = { worlds in
        switch between {
        case .nothing: break
        case .restarts: for place in 0...1 { try worlds.reload(place, seed: worlds.worlds[place].index) }
        case .time:
          worlds.now += 700
          for world in worlds.worlds { try world.run(.tick) }
          try worlds.verify()
        }
      }
      try worlds.move(3...3, from: 0, to: 1)
      worlds.between = { _ in }
      worlds.now = World.start + 60_000
      for _ in 1...2 {
        for world in worlds.worlds { try world.run(.tick) }
        try worlds.deliver()
      }
      try worlds.verify()
      let (source, target) = (worlds.worlds[0], worlds.worlds[1])
      let a = try arrived(target, "A")
      var numbers = [Int64(source.ledger.liveHoldCount), Int64(target.ledger.liveHoldCount)]
      for row in (1...3).map({ stock(a.sku, $0) }) {
        numbers += [.available, .held, .allocated].map { target.balances(row)[$0] }
      }
      let b = try arrived(source, "B")
      numbers += [.available, .held, .allocated].map { source.balances(b)[$0] }
      seen.append(numbers)
    }
    // Five holds of A and three over both, whose home is A's slot, and an order are left there; two holds of B here.
    #expect(seen[0] == [2, 8, 95, 5, 0, 97, 3, 0, 96, 0, 4, 95, 5, 0])
    #expect(seen[1] == seen[0] && seen[2] == seen[0])
  }

  @Test func `replicas that were restarted in the middle of a batch have the state of those that were not`() throws {
    let digests = try [false, true].map { restarts in
      let worlds = try mixture()
      if restarts {
        worlds.between = { worlds in
          for place in 0...1 { try worlds.reload(place, seed: worlds.worlds[place].index) }
        }
      }
      try worlds.move(3...3, from: 0, to: 1)
      return worlds.worlds.map { $0.ledger.stateDigest }
    }
    #expect(digests[0] == digests[1])
  }

  @Test func `what leaves is found by nobody between two entries that pack it`() throws {
    let worlds = try mixture()
    let source = worlds.worlds[0]
    let a = try arrived(source, "A")
    let held = try hold(source, 1, of: [a])[0]
    try worlds.run(.beginMove(move: 1, slots: slots, to: 1), in: 0)
    try worlds.copyHistory(1, slots, 0, 1)
    try worlds.run(.handOver(move: 1, slots: slots, limit: 1), in: 0)
    try #require(source.ledger.leaving?.isPacking == true && source.ledger.liveHoldCount > 0)
    let line = ReserveLine(sku: a.sku, location: a.location, quantity: 1)
    let commands: [Command] = [
      .reserve(source.header(), Reserve(lines: [line])), .receive(source.header(), Receive(stock: a, quantity: 1)),
      .releaseHold(source.header(), hold: held), .confirmHold(source.header(), hold: held),
      .extendHold(source.header(), hold: held, timeToLiveMilliseconds: 1_000_000),
    ]
    for outcome in try source.run(commands) {
      guard case .refused = outcome.result else {
        Issue.record("\(outcome)")
        continue
      }
    }
    let (view, row) = (try source.ledger.hold(held, at: .zero, source.state), source.ledger.stock(a, at: .zero))
    #expect(view == nil && row == nil)
    try worlds.handOver(1, slots, slots, 0, 1)
    try worlds.verify()
  }

  @Test func `a part that comes late, when its slots have gone on to another shard, is not taken in`() throws {
    let worlds = MovingWorlds(count: 3)
    let source = worlds.worlds[0]
    _ = try stocked(source, "A", slot: 3, quantity: 10)
    _ = try stocked(source, "B", slot: 4, quantity: 10)
    var late: SlotCommand?
    let both = SlotNumber(3)...SlotNumber(4)
    try worlds.run(.beginMove(move: 50, slots: both, to: 1), in: 0)
    worlds.between = { worlds in
      guard late == nil, let leaving = source.ledger.leaving, !leaving.isPacking, let batch = leaving.batch else {
        return
      }
      let bytes = try source.ledger.parcelPart(0, source.state) ?? []
      late = .importSlots(ImportSlots(move: 50, from: 0, moving: both, batch: batch, part: 0, bytes: bytes))
    }
    try worlds.handOver(50, both, slots, 0, 1)
    try worlds.move(3...3, from: 1, to: 2)
    #expect(try worlds.run(try #require(late), in: 1) == .notNow)
    let four = SlotNumber(4)...SlotNumber(4)
    try worlds.handOver(50, both, four, 0, 1)
    try worlds.verify()
    #expect(worlds.worlds[2].balances(try arrived(worlds.worlds[2], "A"))[.available] == 10)
  }
}
