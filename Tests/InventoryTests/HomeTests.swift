import Basics
import Inventory
import Testing

/// Home's side, on one ledger with SKU 1 in slot 5, ten of it at location 1; slots 8 and 9 are others'.
@Suite struct HomeTests {
  private let remote8 = RemoteItem(slot: SlotNumber(8), tenant: "t", sku: "X")
  private let remote9 = RemoteItem(slot: SlotNumber(9), tenant: "t", sku: "Y")
  private let home = SlotNumber(5)

  private func stocked() throws -> World {
    let world = World()
    try world.receive(stock(try world.putSKU("A", slot: SlotNumber(5))), 10)
    return world
  }

  /// One line of this shard and one of each of two others.
  private func decide(
    _ version: UInt64, own: Int64 = 2, others: [Int64] = [3, 4], time: Int64 = 60_000,
    mode: ReserveMode = .allOrNothing,
    parts: [UInt16] = [8, 9]
  ) -> DecideHold {
    let at1 = LocationNumber(1)
    let lines = [
      ReserveLine(sku: SKUNumber(0), location: at1, quantity: 3),
      ReserveLine(sku: SKUNumber(1), location: at1, quantity: own),
      ReserveLine(sku: SKUNumber(0), location: at1, quantity: 4),
    ]
    let remote = zip([remote8, remote9], others).map { item, granted in
      DecidedLine(item: item, grants: granted == 0 ? [] : [LocationGrant(location: at1, granted: granted)])
    }
    return DecideHold(
      version: version, home: home, reserve: Reserve(mode: mode, timeToLiveMilliseconds: time, lines: lines),
      remote: remote, parts: parts.map { ClaimPart(slot: SlotNumber($0), token: UInt64($0) * 10) })
  }

  private func row(_ world: World, _ id: UniqueID, _ slot: UInt16) throws -> OutboxRecord? {
    try world.ledger.outboxRecord(ClaimKey(id: id, slot: SlotNumber(slot)), world.state)
  }

  /// What the slots are to be told of an id: "slot: version token held/allocated/shipped over".
  private func outbox(_ world: World, _ id: UniqueID) throws -> [String] {
    try world.ledger.outboxRows(after: 0, limit: 100).filter { $0.claim.id == id }.map { found in
      let record = try #require(try row(world, id, found.claim.slot.rawValue))
      let portions = record.lines.map { "\($0.sku) \($0.portion.held)/\($0.portion.allocated)/\($0.portion.shipped)" }
      return "\(found.claim.slot): v\(record.version) t\(record.token) \(portions.joined(separator: ","))"
        + (record.isOver ? " over" : "")
    }
  }

  private func held(_ world: World) -> Int64 { world.balances(stock(SKUNumber(1)))[.held] }
  private func verify(_ world: World) throws -> [Finding] {
    var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
    return try verifier.run().findings
  }

  /// A decided hold, acknowledged by all.
  private func straddling(_ world: World, time: Int64 = 60_000) throws -> UniqueID {
    let header = world.header()
    try world.run(.decideHold(header, decide(1, time: time)))
    try acknowledge(world, header.id)
    return header.id
  }

  private func acknowledge(_ world: World, _ id: UniqueID) throws {
    let acks = world.ledger.outboxRows(after: 0, limit: 100).map { OutboxAck(claim: $0.claim, version: $0.version) }
    try world.run(.ackOutbox(acks))
  }

  @Test func `one entry makes the hold and what the slots are told`() throws {
    let world = try stocked()
    let header = world.header()
    let outcome = try world.run(.decideHold(header, decide(1)))[0]
    guard case .reserved(let grant) = outcome.result else { return try #require(Bool(false), "\(outcome)") }
    #expect(grant.home == home && grant.state == .active)
    #expect(world.outcomes.lines.map(\.granted) == [3, 2, 4] && world.outcomes.remotes == [remote8, remote9])
    #expect(held(world) == 2)
    #expect(try outbox(world, header.id) == ["8: v1 t80 X 3/0/0", "9: v1 t90 Y 4/0/0"])
    let view = try #require(try world.ledger.hold(header.id, at: world.ledger.stamp, world.state))
    #expect(view.lines.map { view.item(of: $0) } == [.remote(remote8), .local(SKUNumber(1)), .remote(remote9)])
    #expect(try world.ledger.claimVersion(of: header.id, world.state) == 1)
    #expect(try verify(world).isEmpty)
    try world.reload()
    #expect(try outbox(world, header.id) == ["8: v1 t80 X 3/0/0", "9: v1 t90 Y 4/0/0"])
    let again = try world.run(.decideHold(header, decide(7, parts: [])))[0]
    #expect(again.isReplay && world.outcomes.lines.map(\.granted) == [3, 2, 4])
  }

  @Test func `the same words are the same request, whatever shards their SKUs are in`() throws {
    let world = try stocked()
    let header = world.header()
    let at1 = LocationNumber(1)
    let local = Reserve(
      timeToLiveMilliseconds: 5_000, lines: [ReserveLine(sku: SKUNumber(1), location: at1, quantity: 2)])
    try world.run(.reserve(header, local))
    var straddling = local
    straddling.lines[0].sku = SKUNumber(0)
    let asRemote = DecidedLine(
      item: RemoteItem(slot: SlotNumber(5), tenant: "t", sku: "A"), grants: [LocationGrant(location: at1, granted: 2)])
    let decide = DecideHold(version: 1, home: home, reserve: straddling, remote: [asRemote], parts: [])
    #expect(try world.run(.decideHold(header, decide))[0].isReplay)
    straddling.lines[0].quantity = 1
    let other = DecideHold(version: 1, home: home, reserve: straddling, remote: [asRemote], parts: [])
    #expect(try world.run(.decideHold(header, other))[0].result == .refused(.requestIDReused))
  }

  @Test func `a version that is not the next one decides nothing`() throws {
    let world = try stocked()
    let header = world.header()
    let claim = ClaimKey(id: header.id, slot: home)
    #expect(try world.run(.decideHold(header, decide(2)))[0].result == .claimUnsettled(claim, version: 0))
    try world.run(.burnClaim(BurnClaim(id: header.id, version: 1, home: home, slots: [SlotNumber(8)])))
    #expect(try world.run(.decideHold(header, decide(1)))[0].result == .claimUnsettled(claim, version: 1))
    #expect(held(world) == 0 && world.ledger.liveHoldCount == 0)
    #expect(try world.run(.decideHold(header, decide(2)))[0].result != .claimUnsettled(claim, version: 1))
    #expect(held(world) == 2)
    #expect(try world.ledger.claimVersion(of: header.id, world.state) == 2)
  }

  @Test func `a decision that its own lines fail spends the version and tells the slots`() throws {
    let world = try stocked()
    let header = world.header()
    let shortage = Shortage(line: 1, sku: SKUNumber(1), location: LocationNumber(1), asked: 11, available: 10)
    #expect(try world.run(.decideHold(header, decide(1, own: 11)))[0].result == .refused(.outOfStock(shortage)))
    #expect(try outbox(world, header.id) == ["8: v1 t0  over", "9: v1 t0  over"])
    #expect(try world.ledger.claimVersion(of: header.id, world.state) == 1)
    #expect(held(world) == 0)
    guard case .reserved = try world.run(.decideHold(header, decide(2)))[0].result else {
      return try #require(Bool(false))
    }
  }

  @Test func `a part that was not prepared is never decided`() throws {
    let world = try stocked()
    let header = world.header()
    #expect(try world.run(.decideHold(header, decide(1, parts: [8])))[0].result == .refused(.malformed))
    #expect(try world.run(.decideHold(header, decide(2, others: [3, 3])))[0].result == .refused(.malformed))
    #expect(held(world) == 0 && world.ledger.liveHoldCount == 0)
  }

  @Test func `lines that could not be had are in a hold that takes less`() throws {
    let world = try stocked()
    let header = world.header()
    try world.run(.decideHold(header, decide(1, own: 11, others: [3, 0], mode: .wholeLines, parts: [8])))
    #expect(world.outcomes.lines.map(\.granted) == [3, 0, 0])
    #expect(try outbox(world, header.id) == ["8: v1 t80 X 3/0/0"])
    try world.reload()
    #expect(world.ledger.liveHoldCount == 1 && held(world) == 0)
    let release = world.header()
    try world.run(.releaseHold(release, hold: header.id))
    #expect(try outbox(world, header.id) == ["8: v2 t80  over"])
    #expect(try verify(world).isEmpty)
  }

  @Test func `a row is forgotten when that very version is acknowledged`() throws {
    let world = try stocked()
    let id = try straddling(world)
    #expect(world.ledger.outboxCount == 0 && world.ledger.oldestOutboxStamp == nil)
    world.now += 5
    try world.run(.releaseHold(world.header(), hold: id))
    let claim = ClaimKey(id: id, slot: SlotNumber(8))
    try world.run(.ackOutbox([OutboxAck(claim: claim, version: 1)]))
    #expect(world.ledger.outboxCount == 2 && world.ledger.oldestOutboxStamp?.milliseconds == world.now)
    try world.run(.ackOutbox([OutboxAck(claim: claim, version: 2)]))
    #expect(world.ledger.outboxCount == 1)
    #expect(try row(world, id, 8) == nil)
  }

  @Test func `release, confirmation and expiry need nobody's consent`() throws {
    let world = try stocked()
    let (released, confirmed, expired) = (
      try straddling(world), try straddling(world), try straddling(world, time: 1_000)
    )
    try world.run(.releaseHold(world.header(), hold: released))
    #expect(try outbox(world, released) == ["8: v2 t0  over", "9: v2 t0  over"])
    let order = world.header()
    try world.run(.confirmHold(order, hold: confirmed))
    #expect(world.outcomes.lines.map(\.granted) == [3, 2, 4] && world.outcomes.remotes == [remote8, remote9])
    #expect(try outbox(world, confirmed) == ["8: v2 t0 X 0/3/0", "9: v2 t0 Y 0/4/0"])
    #expect(try world.ledger.claimVersion(of: confirmed, world.state) == 2)
    world.now += 1_100
    try world.run(.tick)
    #expect(try outbox(world, expired) == ["8: v2 t0  over", "9: v2 t0  over"])
    #expect(held(world) == 0 && world.balances(stock(SKUNumber(1)))[.allocated] == 2)
    #expect(try verify(world).isEmpty)
    let replay = try world.run(.confirmHold(order, hold: confirmed))[0]
    #expect(replay.isReplay && world.outcomes.lines.map(\.granted) == [3, 2, 4])
  }

  @Test func `an extension moves the expiry of the whole hold`() throws {
    let world = try stocked()
    let id = try straddling(world, time: 1_000)
    try world.run(.extendHold(world.header(), hold: id, timeToLiveMilliseconds: 10_000))
    try world.reload()
    world.now += 5_000
    try world.run(.tick)
    #expect(world.ledger.liveHoldCount == 1 && held(world) == 2)
    world.now += 6_000
    try world.run(.tick)
    #expect(world.ledger.liveHoldCount == 0 && held(world) == 0)
    #expect(try outbox(world, id).count == 2)
  }

  @Test(arguments: [false, true])
  func `an expired hold is confirmed only with what is prepared again`(isSwept: Bool) throws {
    let world = try stocked()
    let id = try straddling(world, time: 1_000)
    world.now += 2_000
    if isSwept { try world.run(.tick) }
    let order = world.header()
    #expect(try world.run(.confirmHold(order, hold: id))[0].result == .refused(.needsConsent(id)))
    #expect(try outbox(world, id) == ["8: v2 t0  over", "9: v2 t0  over"])
    let parts = [ClaimPart(slot: SlotNumber(8), token: 81), ClaimPart(slot: SlotNumber(9), token: 91)]
    let late = DecideConfirm(hold: id, version: 2, home: home, parts: parts)
    let claim = ClaimKey(id: id, slot: home)
    #expect(try world.run(.decideConfirm(order, late))[0].result == .claimUnsettled(claim, version: 2))
    let decide = DecideConfirm(hold: id, version: 3, home: home, parts: parts)
    guard case .confirmed(let done) = try world.run(.decideConfirm(order, decide))[0].result else {
      return try #require(Bool(false))
    }
    #expect(done.isReacquired && done.home == home && done.order == order.id)
    #expect(try outbox(world, id) == ["8: v3 t81 X 0/3/0", "9: v3 t91 Y 0/4/0"])
    #expect(try world.ledger.claimVersion(of: id, world.state) == 3)
    #expect(try world.run(.confirmHold(order, hold: id))[0].isReplay)
    #expect(try verify(world).isEmpty)
  }

  @Test func `an expired hold whose own lines are gone stays expired, and the version is spent`() throws {
    let world = try stocked()
    let id = try straddling(world, time: 1_000)
    world.now += 2_000
    try world.run(.tick, .adjust(world.header(), Adjust(stock: stock(SKUNumber(1)), delta: -9)))
    let parts = [ClaimPart(slot: SlotNumber(8), token: 81), ClaimPart(slot: SlotNumber(9), token: 91)]
    let order = world.header()
    let outcome = try world.run(.decideConfirm(order, DecideConfirm(hold: id, version: 3, home: home, parts: parts)))[0]
    guard case .refused(.holdExpired(id, _)) = outcome.result else { return try #require(Bool(false), "\(outcome)") }
    #expect(try outbox(world, id) == ["8: v3 t0  over", "9: v3 t0  over"])
    #expect(try verify(world).isEmpty)
  }

  @Test func `whoever asks about a version that is past gets a row with the present`() throws {
    let world = try stocked()
    let id = try straddling(world)
    let burn = Command.burnClaim(BurnClaim(id: id, version: 1, home: home, slots: [SlotNumber(8), SlotNumber(7)]))
    #expect(try world.run(burn)[0].result == .burned(id, version: 1))
    #expect(try outbox(world, id) == ["7: v1 t0 ", "8: v1 t0 X 3/0/0"])
    try world.run(.burnClaim(BurnClaim(id: id, version: 2, home: home, slots: [SlotNumber(8)])))
    #expect(try outbox(world, id) == ["7: v1 t0 ", "8: v2 t0 X 3/0/0"])
    #expect(try world.ledger.claimVersion(of: id, world.state) == 2)
    #expect(world.ledger.liveHoldCount == 1 && held(world) == 2)
    try world.reload()
    try world.run(.releaseHold(world.header(), hold: id))
    #expect(try outbox(world, id) == ["7: v1 t0 ", "8: v3 t0  over", "9: v3 t0  over"])
  }

  @Test func `an order is found by its claims after the hold was forgotten`() throws {
    let world = try stocked()
    let id = try straddling(world)
    try world.run(.confirmHold(world.header(), hold: id))
    try acknowledge(world, id)
    world.now += 100 * 3_600_000
    try world.run(.sweepRequests(limit: 100))
    #expect(try world.ledger.hold(id, at: world.ledger.stamp, world.state) == nil)
    #expect(try world.ledger.claimVersion(of: id, world.state) == 2)
    try world.run(.burnClaim(BurnClaim(id: id, version: 3, home: home, slots: [SlotNumber(8)])))
    #expect(try outbox(world, id) == ["8: v3 t0 X 0/3/0"])
  }

  @Test func `a reservation in this shard goes on behind the versions that were spent`() throws {
    let world = try stocked()
    let header = world.header()
    try world.run(.burnClaim(BurnClaim(id: header.id, version: 4, home: home, slots: [])))
    let line = ReserveLine(sku: SKUNumber(1), location: LocationNumber(1), quantity: 1)
    try world.run(.reserve(header, Reserve(lines: [line])))
    #expect(try world.ledger.claimVersion(of: header.id, world.state) == 4)
    try world.reload()
    #expect(try world.ledger.claimVersion(of: header.id, world.state) == 4)
    try world.run(.releaseHold(world.header(), hold: header.id))
    #expect(try world.ledger.claimVersion(of: header.id, world.state) == 4)
    #expect(held(world) == 0)
    #expect(try verify(world).isEmpty)
  }

  @Test func `a hold of more lines than its record may have is refused, and what was prepared goes back`() throws {
    let world = try stocked()
    let header = world.header()
    let count = Rules.linePartsMax / Rules.partsOfLineMax + 1
    let lines = (0..<count).map { _ in ReserveLine(sku: SKUNumber(0), quantity: Int64(Rules.partsOfLineMax)) }
    let remote = (0..<count).map { number in
      DecidedLine(
        item: RemoteItem(slot: SlotNumber(8), tenant: "t", sku: "X\(number)"),
        grants: (1...Rules.partsOfLineMax).map { LocationGrant(location: LocationNumber(UInt16($0)), granted: 1) })
    }
    let decide = DecideHold(
      version: 1, home: home, reserve: Reserve(lines: lines), remote: remote,
      parts: [ClaimPart(slot: SlotNumber(8), token: 80)])
    #expect(try world.run(.decideHold(header, decide))[0].result == .refused(.tooManyLines(header.id)))
    #expect(try outbox(world, header.id) == ["8: v1 t0  over"])
    #expect(try verify(world).isEmpty)
  }

  @Test func `a slot that is not reached waits since the first version that it was not told`() throws {
    let world = try stocked()
    let first = Stamp(milliseconds: world.now)
    let header = world.header()
    try world.run(.decideHold(header, decide(1)))
    world.now += 5_000
    try world.run(.releaseHold(world.header(), hold: header.id))
    #expect(try row(world, header.id, 8)?.version == 2 && row(world, header.id, 8)?.since == first)
    #expect(world.ledger.oldestOutboxStamp == first)
    try world.reload()
    #expect(world.ledger.oldestOutboxStamp == first)
    try acknowledge(world, header.id)
    #expect(world.ledger.oldestOutboxStamp == nil)
  }
}
