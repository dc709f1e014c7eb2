import Basics
import Testing

@testable import Inventory

@Suite struct JournalCutTests {
  /// A world in which two rows of a SKU and one of another have moved, an entry a second.
  private func world() throws -> (World, [StockKey]) {
    let world = World()
    let (first, second) = (try world.putSKU("A"), try world.putSKU("B"))
    let keys = [stock(first, 1), stock(first, 2), stock(second, 1)]
    for round in 0..<12 as Range<Int> {
      world.now += 1_000
      try world.run(keys.map { .receive(world.header(), Receive(stock: $0, quantity: Int64(round + 1))) })
      try world.run(
        .reserve(world.header(), Reserve(lines: [ReserveLine(sku: first, location: keys[0].location, quantity: 1)])))
    }
    return (world, keys)
  }

  private func fold(_ world: World, _ retention: JournalRetention, movementsMax: Int = .max) throws -> JournalCut {
    var folder = try JournalFolder(
      prefix: World.prefix, world.state, retention, now: Stamp(milliseconds: world.now),
      bytesEver: world.ledger.journalBytesEver, movementsMax: movementsMax)
    return try folder.run()
  }

  private func take(_ cut: JournalCut, _ world: World) -> Bool {
    let isTaken = world.ledger.take(cut, &world.changes)
    world.finishTurn()
    return isTaken
  }

  private func verify(_ world: World) throws -> VerificationReport {
    var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
    return try verifier.run()
  }

  @Test func `by age the journal is cut in front of the first entry that is young enough`() throws {
    let (world, _) = try world()
    let all = try world.ledger.journal(from: 1, limit: .max, world.state)
    let cut = try fold(world, JournalRetention(ageMilliseconds: 5_000))
    let kept = all.filter { $0.stamp.milliseconds >= world.now - 5_000 }
    #expect(cut.after.first == kept[0].sequence && cut.firstStamp == kept[0].stamp && !cut.hasMore)
    #expect(take(cut, world))
    #expect(try world.ledger.journal(from: 1, limit: .max, world.state) == kept)
    let report = try verify(world)
    #expect(report.isSound, "\(report.findings)")
    #expect(report.movements == UInt64(all.count) && report.movementsCut == cut.after.cut)
  }

  @Test func `by size as much goes as is too much`() throws {
    let (world, _) = try world()
    let bytesMax = world.ledger.journalBytes / 3
    let cut = try fold(world, JournalRetention(bytesMax: bytesMax))
    #expect(take(cut, world))
    var present: UInt64 = 0
    world.state.forEach { key, value in
      if key[2] == 7 { present += UInt64(key.count - World.prefix.count + value.count) }
    }
    #expect(world.ledger.journalBytes == present && present <= bytesMax && present > bytesMax - 400)
    #expect(try verify(world).isSound)
  }

  @Test(arguments: [1, 2, 5, 7])
  func `in steps of any size it comes to the same`(movementsMax: Int) throws {
    let (whole, _) = try world()
    let (stepped, _) = try world()
    let retention = JournalRetention(ageMilliseconds: 4_000)
    #expect(take(try fold(whole, retention), whole))
    var hasMore = true
    while hasMore {
      let cut = try fold(stepped, retention, movementsMax: movementsMax)
      hasMore = cut.hasMore
      #expect(take(cut, stepped))
    }
    #expect(stepped.ledger.journalStart == whole.ledger.journalStart)
    #expect(pairs(stepped.state) == pairs(whole.state))
    #expect(stepped.ledger.stateDigest == whole.ledger.stateDigest, "cutting is no part of what replicas must agree on")
  }

  @Test func `the whole journal may go, and what comes then follows on the base`() throws {
    let (world, keys) = try world()
    world.now += 60_000
    let cut = try fold(world, JournalRetention(ageMilliseconds: 1_000))
    #expect(cut.after.cut == world.ledger.lastSequence && cut.firstStamp == nil && take(cut, world))
    #expect(try world.ledger.journal(from: 1, limit: .max, world.state).isEmpty)
    try world.receive(keys[2], 5)
    let movements = try world.ledger.journal(from: 1, limit: .max, world.state)
    #expect(movements.map(\.sequence) == [cut.after.first])
    #expect(try verify(world).isSound)
    try world.reload()
    #expect(world.ledger.journalStart == cut.after)
  }

  @Test func `the base and the rest of the journal give the balances`() throws {
    let (world, keys) = try world()
    #expect(take(try fold(world, JournalRetention(ageMilliseconds: 6_000)), world))
    var folded: [StockKey: Balances] = [:]
    var behind: StockKey?
    repeat {
      let base = try JournalBase(prefix: World.prefix, behind: behind, limit: 1, world.state)
      for row in base.rows { folded[row.stock] = row.balances }
      behind = base.next
    } while behind != nil
    for movement in try world.ledger.journal(from: 1, limit: .max, world.state) {
      folded[movement.stock, default: Balances()][movement.from] = movement.fromBalance
      folded[movement.stock, default: Balances()][movement.to] = movement.toBalance
    }
    for key in keys { #expect(folded[key] == world.balances(key), "\(key)") }
  }

  @Test func `who walks back ends at the cut`() throws {
    let (world, keys) = try world()
    let cut = try fold(world, JournalRetention(ageMilliseconds: 5_000))
    #expect(take(cut, world))
    let expected = try world.ledger.journal(from: 1, limit: .max, world.state).filter { $0.stock.sku == keys[0].sku }
    var found: [Movement] = []
    var positions: [JournalPosition]?
    while positions?.isEmpty != true {
      let page = try #require(
        try world.ledger.newestMovements(of: keys[0].sku, from: positions, limit: 3, world.state))
      found += page.movements
      positions = page.next
    }
    #expect(found == expected.reversed())
  }

  @Test func `a step that another one has overtaken, or of another state, changes nothing`() throws {
    let (world, _) = try world()
    let cut = try fold(world, JournalRetention(ageMilliseconds: 8_000))
    var foreign = cut
    foreign.prefix = [9, 9]
    #expect(!take(foreign, world))
    #expect(take(cut, world) && !take(cut, world))
    #expect(try verify(world).isSound)
  }

  @Test func `a journal that contradicts itself is not cut`() throws {
    let (world, _) = try world()
    var entry: (key: [UInt8], value: [UInt8])?
    world.state.forEach { key, value in if key[2] == 7, entry == nil { entry = (key, value) } }
    let lost = try #require(entry)
    var changes = StateChanges()
    changes.delete(key: lost.key.rawSpan)
    world.state.apply(changes)
    #expect(throws: StateReadError.self) { try fold(world, JournalRetention(ageMilliseconds: 1_000)) }
  }

  @Test func `a base that was tampered with is found`() throws {
    let (world, _) = try world()
    #expect(take(try fold(world, JournalRetention(ageMilliseconds: 5_000)), world))
    var row: (key: [UInt8], value: [UInt8])?
    world.state.forEach { key, value in if key[2] == 33, row == nil { row = (key, value) } }
    let found = try #require(row)
    var record = try StockRecord(found.value.rawSpan)
    record.balances[.available] += 1
    record.balances[.supplier] -= 1
    var writer = ByteWriter()
    record.encode(to: &writer)
    var changes = StateChanges()
    changes.put(key: found.key.rawSpan, value: writer.bytes.rawSpan)
    world.state.apply(changes)
    #expect(try verify(world).findings.contains { $0.kind == .journal || $0.kind == .balance })
  }

  private func pairs(_ state: MemoryState) -> [[UInt8]: [UInt8]] {
    var pairs: [[UInt8]: [UInt8]] = [:]
    state.forEach { key, value in pairs[key] = value }
    return pairs
  }
}

@Suite struct JournalTailTests {
  @Test func `the tail has the newest movements as the journal has them, once somebody follows`() throws {
    let world = World()
    let key = stock(try world.putSKU("A"))
    try world.receive(key, 1_000)
    #expect(try world.ledger.tailMovements(from: 1, limit: 10) == nil)
    world.ledger.keepTail(byteCountMax: 200)
    for _ in 0..<20 { try world.receive(key, 3) }
    let all = try world.ledger.journal(from: 1, limit: .max, world.state)
    var first: UInt64?
    for sequence in 1...21 as ClosedRange<UInt64> {
      guard let found = try world.ledger.tailMovements(from: sequence, limit: 4) else { continue }
      first = first ?? sequence
      #expect(found == Array(all[(Int(sequence) - 1)...].prefix(4)))
    }
    #expect(try #require(first) > 10, "what is kept is bounded")
    #expect(try world.ledger.tailMovements(from: 22, limit: 4) == [])
    world.ledger.dropTail()
    #expect(try world.ledger.tailMovements(from: 21, limit: 4) == nil)
  }

  @Test func `a page ends in the middle of an entry and the next one goes on there`() throws {
    let world = World()
    let key = stock(try world.putSKU("A"))
    world.ledger.keepTail(byteCountMax: 1 << 20)
    for _ in 0..<3 {
      try world.run((0..<5).map { _ in .receive(world.header(actor: "x"), Receive(stock: key, quantity: 1)) })
    }
    var found: [Movement] = []
    while let page = try world.ledger.tailMovements(from: UInt64(found.count) + 1, limit: 2), !page.isEmpty {
      found += page
    }
    #expect(try found == world.ledger.journal(from: 1, limit: .max, world.state))
  }
}

@Suite struct JournalHomeTests {
  @Test func `a movement carries the home slot of the hold or order that is its cause`() throws {
    let world = World()
    let key = stock(try world.putSKU("A"))
    try world.receive(key, 100)
    let reserve = Reserve(lines: [
      ReserveLine(sku: key.sku, location: key.location, quantity: 2),
      ReserveLine(sku: key.sku, location: key.location, quantity: 3),
    ])
    let (kept, given) = (world.header(), world.header())
    try world.run(.reserve(kept, reserve), .reserve(given, reserve))
    try world.run(.confirmHold(world.header(), hold: kept.id), .releaseHold(world.header(), hold: given.id))
    let movements = try world.ledger.journal(from: 1, limit: .max, world.state)
    let home = try #require(try world.ledger.hold(given.id, at: .zero, world.state)).home
    #expect(movements.map { $0.home != nil } == [false] + Array(repeating: true, count: 8))
    #expect(movements.dropFirst().allSatisfy { $0.home == home })
  }
}

@Suite struct JournalCutWalk {
  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `whenever the journal is cut, the base and the rest give the balances and the verifier finds nothing`(
    seed: UInt64
  ) throws {
    var commands = RandomCommands(seed: seed)
    var random = SeededGenerator(seed: seed)
    let world = World()
    var done = 0
    while done < 6_000 {
      let entry = commands.entry()
      done += entry.count
      world.now = commands.now
      try world.run(entry)
      if Int.random(in: 0..<40, using: &random) == 0 { try cut(world, &random) }
      if Int.random(in: 0..<400, using: &random) == 0 { try world.reload() }
    }
    #expect(world.ledger.journalStart.cut > 100)
    var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
    let report = try verifier.run()
    #expect(report.isSound, "\(report.findings)")
    try compare(world)
  }

  private func cut(_ world: World, _ random: inout SeededGenerator) throws {
    let retention = JournalRetention(
      ageMilliseconds: Bool.random(using: &random) ? Int64.random(in: 0...100_000, using: &random) : nil,
      bytesMax: UInt64.random(in: 0...60_000, using: &random))
    var folder = try JournalFolder(
      prefix: World.prefix, world.state, retention, now: Stamp(milliseconds: world.now),
      bytesEver: world.ledger.journalBytesEver, movementsMax: Int.random(in: 1...200, using: &random))
    let cut = try folder.run()
    if cut.before != cut.after { #expect(world.ledger.take(cut, &world.changes)) }
    world.finishTurn()
  }

  private func compare(_ world: World) throws {
    var folded: [StockKey: Balances] = [:]
    let base = try JournalBase(prefix: World.prefix, behind: nil, limit: .max - 1, world.state)
    for row in base.rows { folded[row.stock] = row.balances }
    for movement in try world.ledger.journal(from: 1, limit: .max, world.state) {
      folded[movement.stock, default: Balances()][movement.from] = movement.fromBalance
      folded[movement.stock, default: Balances()][movement.to] = movement.toBalance
    }
    for (key, balances) in folded { #expect(balances == world.balances(key), "\(key)") }
    #expect(!folded.isEmpty)
  }
}
