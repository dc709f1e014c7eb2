import Basics
import Inventory
import Testing

@Suite struct PayloadTests {
  private static let id = UniqueID(high: 0x0192_0000_0000_7000, low: 0x8000_0000_0000_0001)

  private func payload(_ commands: [Command]) -> [UInt8] {
    var builder = EntryBuilder()
    for command in commands { builder.append(command) }
    return builder.take(stamp: Stamp(milliseconds: World.start))
  }

  @Test func `commands come back as they were written`() throws {
    var commands = RandomCommands(seed: 3)
    for _ in 0..<500 {
      let entry = commands.entry().map { command in
        // A minimum is written only where it means something.
        guard case .reserve(var header, var reserve) = command else { return command }
        header.isGenerated = false
        if reserve.mode != .upTo { for index in reserve.lines.indices { reserve.lines[index].minimum = 1 } }
        return Command.reserve(header, reserve)
      }
      let decoded = try Command.decodeEntry(payload(entry).rawSpan)
      #expect(decoded.commands == entry && decoded.stamp.milliseconds == World.start)
    }
  }

  @Test func `the hot commands are the same bytes as their values`() {
    let ranked = [LocationNumber(3), LocationNumber(500)]
    let (reference, actor) = (Array("basket".utf8), Array("shop".utf8))
    let lines = [
      ReserveLine(sku: SKUNumber(7), quantity: 2, minimum: 2),
      ReserveLine(sku: SKUNumber(900), location: LocationNumber(0), quantity: 1),
    ]
    let header = RequestHeader(id: Self.id, actor: "shop")
    for mode in [ReserveMode.allOrNothing, .wholeLines, .upTo] {
      var builder = EntryBuilder()
      builder.beginReserve(
        id: Self.id, actor: actor.rawSpan, ranked: ranked.span, mode: mode, timeToLiveMilliseconds: 60_000,
        reference: reference.rawSpan, lineCount: 2)
      for line in lines {
        builder.reserveLine(sku: line.sku, location: line.location, quantity: line.quantity, minimum: line.minimum)
      }
      builder.releaseHold(id: Self.id, isGenerated: true, hold: .zero)
      builder.extendHold(id: Self.id, isGenerated: false, actor: actor.rawSpan, hold: .zero, timeToLiveMilliseconds: 5)
      let expected = payload([
        .reserve(
          header,
          Reserve(
            mode: mode, timeToLiveMilliseconds: 60_000, reference: "basket", rankedLocations: ranked, lines: lines)),
        .releaseHold(RequestHeader(id: Self.id, isGenerated: true), hold: .zero),
        .extendHold(header, hold: .zero, timeToLiveMilliseconds: 5),
      ])
      #expect(builder.take(stamp: Stamp(milliseconds: World.start)) == expected)
    }
  }

  @Test func `known bytes`() {
    let reserve = Reserve(rankedLocations: [LocationNumber(1)], lines: [ReserveLine(sku: SKUNumber(300), quantity: 1)])
    #expect(
      payload([.reserve(RequestHeader(id: Self.id), reserve)]) == [
        1, 0x00, 0x50, 0x5C, 0x18, 0xA3, 0x01, 0, 0, 1, 0, 0, 0,  // version, stamp, count
        5, 29, 0,  // reserve, 29 bytes
        0x01, 0x92, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1,  // id
        4, 1, 1,  // ranked follow: one, location 1
        0, 0xC0, 0xEE, 0x6D, 0, 1,  // all or nothing, 900,000 ms, no reference, one line
        0xAC, 0x02, 0, 2,  // SKU 300, ranked, quantity 1
      ])
  }

  @Test func `a reservation that is cancelled leaves nothing`() throws {
    var builder = EntryBuilder()
    builder.append(.tick)
    builder.beginReserve(id: Self.id, mode: .upTo, timeToLiveMilliseconds: 1, lineCount: 2)
    builder.reserveLine(sku: SKUNumber(1), location: nil, quantity: 1)
    builder.cancelReserve()
    #expect(builder.count == 1)
    #expect(try Command.decodeEntry(builder.take(stamp: .zero).rawSpan).commands == [.tick])
    #expect(builder.isEmpty)
  }

  @Test func `a payload cut at any byte, or with any byte changed, never traps and is the same everywhere`() throws {
    var commands = RandomCommands(seed: 5)
    var warm: [[Command]] = []
    for _ in 0..<20 { warm.append(commands.entry()) }
    let whole = payload(warm.suffix(4).flatMap { $0 })
    var damaged = (0..<whole.count).map { Array(whole[..<$0]) }
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<2_000 {
      var bytes = whole
      for _ in 0..<1 + generator.below(3) { bytes[generator.below(bytes.count)] = UInt8(generator.below(256)) }
      damaged.append(bytes)
    }
    for _ in 0..<300 { damaged.append((0..<generator.below(80)).map { _ in UInt8(generator.below(256)) }) }
    let left = World(seed: 1)
    let right = World(seed: 2, limits: LedgerLimits(recentIDsMax: 1))
    for entry in warm {
      try left.run(entry)
      try right.run(entry)
    }
    for bytes in damaged {
      let expected = try left.run(payload: bytes).map { left.describe($0) }
      #expect(try right.run(payload: bytes).map { right.describe($0) } == expected)
      #expect(left.ledger.stateDigest == right.ledger.stateDigest)
    }
    #expect(left.ledger.alarmCount > 0)
    var verifier = LedgerVerifier(prefix: World.prefix, reader: left.state)
    let findings = try verifier.run().findings
    #expect(findings.count == 1 && findings[0].kind == .counter, "\(findings)")
  }

  @Test func `an empty payload only moves the index`() throws {
    let world = World()
    let digest = world.ledger.stateDigest
    #expect(try world.run(payload: []).isEmpty)
    #expect(world.ledger.appliedIndex == 1 && world.ledger.stateDigest == digest)
  }
}

@Suite struct StampTests {
  @Test(arguments: [Int64.min, -1, (1 << 47) + 1, .max])
  func `an entry with an impossible stamp does nothing but raise an alarm`(milliseconds: Int64) throws {
    let world = World()
    _ = try world.putSKU("A")
    let digest = world.ledger.stateDigest
    var builder = EntryBuilder()
    builder.append(.tick)
    #expect(try world.run(payload: builder.take(stamp: Stamp(milliseconds: milliseconds))).isEmpty)
    #expect(world.ledger.alarmCount == 1 && world.ledger.stamp.milliseconds == World.start)
    #expect(world.ledger.stateDigest != digest)
    try world.reload()
    #expect(world.ledger.alarmCount == 1)
  }
}
