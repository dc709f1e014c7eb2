import Basics
import Inventory
import Testing

/// The participant's side, on one ledger with SKU 1 in slot 5 and SKU 2 in slot 6, ten of each at location 1.
@Suite struct ClaimTests {
  private static let claim = ClaimKey(id: UniqueID(high: 1, low: 1), slot: SlotNumber(5))

  private func stocked() throws -> World {
    let world = World()
    for (name, slot) in [("A", 5), ("B", 6)] as [(String, UInt16)] {
      try world.receive(stock(try world.putSKU(name, slot: SlotNumber(slot))), 10)
    }
    return world
  }

  private func prepare(
    _ version: UInt64, _ quantity: Int64, fingerprint: UInt64 = 1, mode: ReserveMode = .allOrNothing,
    sku: UInt32 = 1, claim: ClaimKey = ClaimTests.claim
  ) -> Command {
    let line = ReserveLine(sku: SKUNumber(sku), location: LocationNumber(1), quantity: quantity)
    return .prepareClaim(
      RequestHeader(id: claim.id),
      PrepareClaim(
        claim: claim, version: version, fingerprint: fingerprint, home: SlotNumber(3),
        lines: Reserve(mode: mode, lines: [line])))
  }

  private func settle(
    _ version: UInt64, _ portion: Portion, token: UInt64 = 0, isOver: Bool = false, cause: Cause = .hold
  ) -> Command {
    let line = SettleClaim.Line(stock: stock(SKUNumber(1)), portion: portion)
    return .settleClaim(
      SettleClaim(
        claim: Self.claim, version: version, token: token, cause: cause, isOver: isOver,
        lines: portion == Portion() ? [] : [line]))
  }

  /// Prepares, and answers the token.
  private func prepared(_ world: World, _ version: UInt64, _ quantity: Int64) throws -> UInt64 {
    guard case .claimPrepared(let grant) = try world.run(prepare(version, quantity))[0].result else { return 0 }
    return grant.token
  }

  /// available/held/allocated/customer of SKU 1.
  private func balances(_ world: World) -> String {
    let balances = world.balances(stock(SKUNumber(1)))
    return "\(balances[.available])/\(balances[.held])/\(balances[.allocated])/\(balances[.customer])"
  }

  private func verify(_ world: World) throws -> [Finding] {
    var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
    return try verifier.run().findings
  }

  @Test func `a preparation holds stock, and the same one again gets the same answer`() throws {
    let world = try stocked()
    let first = try world.run(prepare(1, 4))[0]
    guard case .claimPrepared(let grant) = first.result else { return try #require(Bool(false), "\(first)") }
    #expect(grant.version == 1 && grant.token != 0 && !first.isReplay)
    #expect(world.outcomes.lines[grant.lines.lowerBound].granted == 4)
    let again = try world.run(prepare(1, 4))[0]
    #expect(again.isReplay)
    #expect(world.outcomes.lines[0].granted == 4 && again.result == .claimPrepared(grant))
    #expect(balances(world) == "6/4/0/0")
    #expect(world.ledger.pendingClaimCount == 1 && world.ledger.oldestPendingStamp == world.ledger.stamp)
    #expect(try verify(world).isEmpty)
  }

  /// A fresh id is looked for in memory alone: whatever that has forgotten must be found in the state.
  @Test(arguments: [0, 60_000, -60_000] as [Int64], [1 << 20, 1])
  func `a claim is found after a restart, whatever the time of its id`(ahead: Int64, recentIDsMax: Int) throws {
    let world = try stocked()
    var claims: [ClaimKey] = []
    for number in UInt64(1)...3 {
      let time = UInt64(world.now + ahead) + number * 10_000
      let id = UniqueID(version7At: time, randomHigh: number, randomLow: number)
      claims.append(ClaimKey(id: id, slot: SlotNumber(5)))
      #expect(!(try world.run(prepare(1, 2, claim: claims[claims.count - 1]))[0].isReplay))
    }
    try world.reload(limits: LedgerLimits(recentIDsMax: recentIDsMax))
    for claim in claims { #expect(try world.run(prepare(1, 2, claim: claim))[0].isReplay) }
    #expect(balances(world) == "4/6/0/0" && world.ledger.pendingClaimCount == 3)
    #expect(try verify(world).isEmpty)
  }

  @Test func `another version waits until the pending one is settled`() throws {
    let world = try stocked()
    _ = try prepared(world, 3, 4)
    let known = Outcome.Result.claimUnsettled(Self.claim, version: 3)
    #expect(try world.run(prepare(4, 1))[0].result == known)
    #expect(try world.run(prepare(2, 1))[0].result == known)
    #expect(try world.run(prepare(3, 4, fingerprint: 2))[0].result == known)
    try world.run(settle(3, Portion()))
    #expect(try prepared(world, 4, 1) != 0)
    #expect(balances(world) == "9/1/0/0")
  }

  @Test(arguments: [
    (Portion(held: 4), "6/4/0/0"), (Portion(allocated: 4), "6/0/4/0"), (Portion(shipped: 4), "6/0/0/4"),
    (Portion(held: 1, allocated: 2), "7/1/2/0"), (Portion(allocated: 1, shipped: 1), "8/0/1/1"),
    (Portion(), "10/0/0/0"),
  ])
  func `what is settled is what home says, and what is left of it is available`(
    target: Portion, expected: String
  ) throws {
    let world = try stocked()
    let token = try prepared(world, 1, 4)
    let outcome = try world.run(settle(1, target, token: token))[0]
    #expect(outcome.result == .claimSettled(Self.claim, version: 1))
    #expect(balances(world) == expected && world.ledger.pendingClaimCount == 0)
    try world.run(settle(1, target, token: token), settle(1, Portion(), token: token))
    #expect(balances(world) == expected)
    #expect(try verify(world).isEmpty)
    try world.reload()
    #expect(balances(world) == expected)
  }

  @Test func `a claim goes the whole way of an order, by differences`() throws {
    let world = try stocked()
    let token = try prepared(world, 1, 6)
    var trace: [String] = []
    func step(_ command: Command) throws {
      try world.run(command)
      trace.append(balances(world))
    }
    try step(settle(1, Portion(held: 6), token: token))
    try step(settle(2, Portion(allocated: 6), cause: .confirmation))
    let more = try prepared(world, 3, 2)
    try step(settle(3, Portion(allocated: 8), token: more))
    try step(settle(4, Portion(allocated: 3, shipped: 4)))
    try step(settle(2, Portion(allocated: 6)))
    try step(settle(5, Portion(shipped: 7)))
    try step(settle(6, Portion(shipped: 7), isOver: true))
    #expect(trace == ["4/6/0/0", "4/0/6/0", "2/0/8/0", "3/0/3/4", "3/0/3/4", "3/0/0/7", "3/0/0/7"])
    #expect(try verify(world).isEmpty && world.ledger.alarmCount == 0)
  }

  @Test func `a settlement of an older version leaves what is pending alone`() throws {
    let world = try stocked()
    let token = try prepared(world, 1, 4)
    try world.run(settle(1, Portion(allocated: 4), token: token))
    let later = try prepared(world, 3, 2)
    try world.run(settle(2, Portion(allocated: 1)))
    #expect(balances(world) == "7/2/1/0")
    try world.run(settle(3, Portion(allocated: 3), token: later))
    #expect(balances(world) == "7/0/3/0")
  }

  @Test func `a delayed copy of a preparation and of its settlement holds nothing in the end`() throws {
    let world = try stocked()
    let token = try prepared(world, 1, 4)
    try world.run(settle(1, Portion(held: 4), token: token), settle(2, Portion(), isOver: true))
    #expect(balances(world) == "10/0/0/0")
    let ghost = try prepared(world, 1, 4)
    #expect(ghost != token && ghost != 0)
    try world.run(settle(1, Portion(), token: token))
    #expect(balances(world) == "10/0/0/0")
    _ = try prepared(world, 1, 4)
    try world.run(settle(1, Portion(held: 4), token: token))
    #expect(balances(world) == "6/4/0/0", "home is to be asked: the row of version 1 was acknowledged long ago")
  }

  @Test func `a target above what is there is an alarm and changes nothing`() throws {
    let world = try stocked()
    let token = try prepared(world, 1, 4)
    #expect(
      try world.run(settle(1, Portion(held: 4), token: token, isOver: true))[0].result
        == .refused(.claimOverdrawn(Self.claim)))
    for target in [Portion(held: 5), Portion(held: 2, allocated: 3), Portion(shipped: 5)] {
      #expect(try world.run(settle(1, target, token: token))[0].result == .refused(.claimOverdrawn(Self.claim)))
    }
    #expect(world.ledger.alarmCount == 4 && balances(world) == "6/4/0/0")
    try world.run(settle(1, Portion(shipped: 4), token: token))
    #expect(try world.run(settle(2, Portion(held: 4)))[0].result == .refused(.claimOverdrawn(Self.claim)))
  }

  @Test func `a settlement of an unknown claim is acknowledged`() throws {
    let world = try stocked()
    #expect(
      try world.run(settle(7, Portion(held: 3)))[0].result == .claimSettled(Self.claim, version: 7))
    #expect(balances(world) == "10/0/0/0")
  }

  @Test func `a preparation of a decided version says so, and takes nothing`() throws {
    let world = try stocked()
    let token = try prepared(world, 2, 4)
    try world.run(settle(2, Portion(held: 4), token: token))
    #expect(try world.run(prepare(1, 4))[0].result == .claimSettled(Self.claim, version: 2))
    #expect(try world.run(prepare(2, 4))[0].result == .claimSettled(Self.claim, version: 2))
    #expect(balances(world) == "6/4/0/0")
  }

  @Test func `too little is refused, or granted as nothing, and either leaves no claim`() throws {
    let world = try stocked()
    let shortage = Shortage(line: 0, sku: SKUNumber(1), location: LocationNumber(1), asked: 11, available: 10)
    #expect(try world.run(prepare(1, 11))[0].result == .refused(.outOfStock(shortage)))
    guard case .claimPrepared(let grant) = try world.run(prepare(1, 11, mode: .wholeLines))[0].result else {
      return try #require(Bool(false))
    }
    #expect(grant.token == 0 && grant.shortage == shortage && world.outcomes.lines[0].granted == 0)
    #expect(world.ledger.pendingClaimCount == 0 && balances(world) == "10/0/0/0")
    #expect(try prepared(world, 1, 10) != 0)
  }

  @Test func `a SKU that is not of the slot is refused by its line`() throws {
    let world = try stocked()
    for sku in [0, 2, 9] as [UInt32] {
      #expect(try world.run(prepare(1, 1, sku: sku))[0].result == .refused(.unknownSKU(line: 0, sku: SKUNumber(sku))))
    }
  }

  @Test func `no time that passes ends a claim`() throws {
    let world = try stocked()
    _ = try prepared(world, 1, 4)
    world.now += 200 * 3_600_000
    try world.run(.tick)
    try world.reload()
    #expect(balances(world) == "6/4/0/0")
    let row = try #require(world.ledger.pendingClaims(before: world.ledger.stamp, limit: 5).first)
    #expect(row.claim == Self.claim && row.version == 1 && row.home == SlotNumber(3))
  }

  @Test func `what hid units without a sale is counted by units and time`() throws {
    let world = try stocked()
    var token = try prepared(world, 1, 4)
    world.now += 250
    try world.run(settle(1, Portion(held: 1), token: token))
    #expect(world.ledger.phantomShortage == PhantomShortage(count: 1, unitMilliseconds: 750, longestMilliseconds: 250))
    token = try prepared(world, 2, 2)
    world.now += 100
    try world.run(settle(2, Portion(held: 1)))
    #expect(world.ledger.phantomShortage == PhantomShortage(count: 2, unitMilliseconds: 950, longestMilliseconds: 250))
    token = try prepared(world, 3, 2)
    try world.run(settle(3, Portion(allocated: 3), token: token))
    #expect(world.ledger.phantomShortage.count == 2)
  }

  @Test func `what is prepared for an order that was over is given back, whatever it had shipped`() throws {
    let world = try stocked()
    let token = try prepared(world, 1, 4)
    try world.run(settle(1, Portion(allocated: 4), token: token))
    try world.run(settle(2, Portion(shipped: 4), isOver: true))
    _ = try prepared(world, 3, 2)
    #expect(balances(world) == "4/2/0/4")
    // A copy from before says nothing about it.
    try world.run(settle(2, Portion(shipped: 4), isOver: true))
    #expect(balances(world) == "4/2/0/4")
    try world.run(settle(3, Portion(shipped: 4), isOver: true))
    #expect(balances(world) == "6/0/0/4" && world.ledger.pendingClaimCount == 0)
    #expect(try verify(world).isEmpty)
  }
}
