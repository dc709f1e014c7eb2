import Basics
import Inventory
import Testing

/// Two homes come to one id when a caller uses it for different content. On one ledger with SKU 1 in slot 5 and SKU 2 in slot
/// 6, ten of each at location 1.
@Suite struct OtherHomesTests {
  private let id = UniqueID(high: 1, low: 1)
  private let at1 = LocationNumber(1)

  private func stocked() throws -> World {
    let world = World()
    for (name, slot) in [("A", 5), ("B", 6)] as [(String, UInt16)] {
      try world.receive(stock(try world.putSKU(name, slot: SlotNumber(slot))), 10)
    }
    return world
  }

  /// The first version of a home.
  private func first(_ home: UInt16) -> UInt64 {
    ClaimVersion.next(after: 0, home: SlotNumber(home), namesHome: true)
  }

  private func key(_ slot: UInt16) -> ClaimKey { ClaimKey(id: id, slot: SlotNumber(slot)) }

  private func prepare(_ quantity: Int64, of sku: UInt32 = 2, slot: UInt16 = 6, home: UInt16, name: [UInt8] = [])
    -> Command
  {
    let line = ReserveLine(sku: SKUNumber(sku), location: at1, quantity: quantity)
    return .prepareClaim(
      RequestHeader(id: id),
      PrepareClaim(
        claim: key(slot), version: first(home), fingerprint: 1, home: SlotNumber(home), name: name,
        lines: Reserve(lines: quantity == 0 ? [] : [line])))
  }

  private func settle(_ version: UInt64, held: Int64 = 0, token: UInt64 = 0, isOver: Bool = false) -> Command {
    let line = SettleClaim.Line(stock: stock(SKUNumber(2)), portion: Portion(held: held))
    return .settleClaim(
      SettleClaim(
        claim: key(6), version: version, token: token, cause: .hold, isOver: isOver, lines: held == 0 ? [] : [line]))
  }

  private func reserve(_ quantities: [(sku: UInt32, quantity: Int64)]) -> Command {
    .reserve(
      RequestHeader(id: id),
      Reserve(
        timeToLiveMilliseconds: 60_000,
        lines: quantities.map { ReserveLine(sku: SKUNumber($0.sku), location: at1, quantity: $0.quantity) }))
  }

  private func held(_ world: World, _ sku: UInt32) -> Int64 { world.balances(stock(SKUNumber(sku)))[.held] }

  private func expectSound(_ world: World) throws {
    var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
    let findings = try verifier.run().findings
    #expect(findings.isEmpty && world.ledger.alarmCount == 0, "\(findings)")
  }

  @Test func `a slot takes nothing aside for a second home, and hears nothing of it`() throws {
    let world = try stocked()
    guard case .claimPrepared(let grant) = try world.run(prepare(2, home: 3))[0].result else {
      return try #require(Bool(false))
    }
    for home in [1, 4] as [UInt16] {
      #expect(try world.run(prepare(4, home: home))[0].result == .refused(.requestIDReused))
      // The other home gives its version up, whichever number is the higher one.
      #expect(try world.run(settle(first(home), isOver: true))[0].result == .claimSettled(key(6), version: first(home)))
      #expect(held(world, 2) == 2 && world.ledger.pendingClaimCount == 1)
    }
    try world.run(settle(first(3), held: 2, token: grant.token))
    try world.run(settle(ClaimVersion.next(after: first(4), home: SlotNumber(4)), isOver: true))
    #expect(held(world, 2) == 2 && world.ledger.pendingClaimCount == 0)
    try world.run(settle(ClaimVersion.next(after: first(3), home: SlotNumber(3)), isOver: true))
    #expect(held(world, 2) == 0)
    // What was forgotten is nobody's.
    guard case .claimPrepared = try world.run(prepare(4, home: 1))[0].result else { return try #require(Bool(false)) }
    try expectSound(world)
  }

  /// Should the slot leave, both would have the same claim.
  @Test func `a shard has a hold of its own or another home's claim by an id, and never both on a slot`() throws {
    var world = try stocked()
    try world.run(reserve([(1, 1), (2, 1)]))
    #expect(try world.run(prepare(4, home: 3))[0].result == .refused(.requestIDReused))
    #expect(held(world, 2) == 1)
    try expectSound(world)

    world = try stocked()
    try world.run(prepare(4, home: 3))
    #expect(try world.run(reserve([(1, 1), (2, 1)]))[0].result == .refused(.requestIDReused))
    #expect(held(world, 1) == 0 && held(world, 2) == 4)
    guard case .reserved = try world.run(reserve([(1, 1)]))[0].result else { return try #require(Bool(false)) }
    try expectSound(world)
  }

  @Test func `who asks about another home's claim is told that it is over, and the hold of that id stays`() throws {
    let world = try stocked()
    try world.run(reserve([(1, 3)]))
    let asked = ClaimVersion.next(after: first(2), home: SlotNumber(2))
    try world.run(.burnClaim(BurnClaim(id: id, version: asked, home: SlotNumber(2), slots: [SlotNumber(9)])))
    let row = try #require(try world.ledger.outboxRecord(key(9), world.state))
    #expect(row.version == asked && row.isOver && row.lines.isEmpty)
    let version = try world.ledger.claimVersion(of: id, world.state)
    #expect(held(world, 1) == 3 && version == 0)
    try expectSound(world)
  }

  @Test func `an external number is not given to an order of the same id with another home, or by another claim`()
    throws
  {
    let world = try stocked()
    let name = OrderName(tenant: "t", channel: "shop", number: "305-1", slot: SlotNumber(6))
    func claimed(_ home: UInt16) -> [UInt8] { name.claimed(by: id, home: SlotNumber(home), fingerprint: 7) }
    guard case .claimPrepared(let grant) = try world.run(prepare(0, home: 3, name: claimed(3)))[0].result else {
      return try #require(Bool(false))
    }
    // Two holds that are confirmed by one request: the order's id is the same, and so is the home.
    let line = PrepareClaim(
      claim: ClaimKey(id: UniqueID(high: 1, low: 2), slot: SlotNumber(6)), version: first(3), fingerprint: 1,
      home: SlotNumber(3), name: claimed(3), lines: Reserve(lines: []))
    guard
      case .refused(.externalNumberTaken) = try world.run(.prepareClaim(RequestHeader(id: line.claim.id), line))[0]
        .result
    else { return try #require(Bool(false)) }
    try world.run(
      .settleClaim(
        SettleClaim(
          claim: key(6), version: first(3), token: grant.token, cause: .order, keepsName: true, lines: [])))
    var other = line
    (other.home, other.version, other.name) = (SlotNumber(2), first(2), claimed(2))
    guard
      case .refused(.externalNumberTaken) = try world.run(.prepareClaim(RequestHeader(id: line.claim.id), other))[0]
        .result
    else { return try #require(Bool(false)) }
    try expectSound(world)
  }

  /// Nobody asks a slot whether what was shipped may go to the customer.
  @Test func `what may come into a row in all is bounded, so that what leaves for customers never overflows`() throws {
    let world = World()
    let row = stock(try world.putSKU("B", slot: SlotNumber(6)))
    var (version, cycles): (UInt64, Int) = (0, 0)
    while cycles < 1_100 {
      let most = Int64(1) << 53
      let brought = try world.run(
        cycles % 2 == 0
          ? .receive(world.header(), Receive(stock: row, quantity: most))
          : .adjust(world.header(), Adjust(stock: row, delta: most)))[0].result
      if case .refused(.quantityOverflow(row, let account)) = brought {
        #expect(account == (cycles % 2 == 0 ? .supplier : .adjustment))
        break
      }
      cycles += 1
      version += 1
      let prepared = PrepareClaim(
        claim: key(6), version: version, fingerprint: 1, home: SlotNumber(3),
        lines: Reserve(lines: [ReserveLine(sku: SKUNumber(1), location: at1, quantity: most)]))
      guard case .claimPrepared(let grant) = try world.run(.prepareClaim(RequestHeader(id: id), prepared))[0].result
      else {
        return try #require(Bool(false))
      }
      let line = SettleClaim.Line(stock: row, portion: Portion(shipped: most))
      try world.run(
        .settleClaim(
          SettleClaim(
            claim: key(6), version: version, token: grant.token, cause: .shipment, isOver: true, lines: [line])))
    }
    #expect(500..<512 ~= cycles)
    #expect(world.balances(row)[.customer] == Int64(cycles) << 53)
    try expectSound(world)
  }
}
