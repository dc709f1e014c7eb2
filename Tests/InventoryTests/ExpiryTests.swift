import Basics
import Inventory
import Testing

@Suite struct ExpiryTests {
  /// A world with one SKU of which ten are there, five of them held for two seconds.
  private func held() throws -> (world: World, stock: StockKey, hold: UniqueID) {
    var world = World()
    let key = stock(try world.putSKU("A"))
    try world.receive(key, 10)
    let hold = try reserve(&world, key, 5, for: 2_000)
    return (world, key, try #require(hold))
  }

  private func reserve(
    _ world: inout World, _ key: StockKey, _ quantity: Int64, for time: Int64 = 900_000
  ) throws -> UniqueID? {
    let header = world.header()
    let lines = [ReserveLine(sku: key.sku, location: key.location, quantity: quantity)]
    let outcome = try world.run(.reserve(header, Reserve(timeToLiveMilliseconds: time, lines: lines)))[0]
    if case .reserved = outcome.result { return header.id }
    return nil
  }

  @Test(arguments: [
    (after: 1_999 as Int64, isFree: false), (after: 2_000, isFree: true), (after: 2_001, isFree: true),
  ])
  func `held stock is free at the stamp of its expiry and not a millisecond before`(after: Int64, isFree: Bool) throws {
    var (world, key, _) = try held()
    world.now += after
    #expect(world.ledger.available(key, at: Stamp(milliseconds: world.now)) == (isFree ? 10 : 5))
    #expect(world.ledger.hasDue(at: Stamp(milliseconds: world.now)) == isFree)
    #expect(try (reserve(&world, key, 6) != nil) == isFree)
  }

  @Test func `an expiry between two hundreds of a millisecond is rounded up`() throws {
    var (world, key, _) = try held()
    world.now += 1
    let hold = try #require(try reserve(&world, key, 5, for: 1_000))
    let expiry = try world.ledger.hold(hold, at: .zero, world.state)?.expiry
    #expect(expiry == Stamp(milliseconds: World.start + 1_100))
    #expect(world.ledger.nextDeadline == expiry)
  }

  private enum Act: Sendable { case release, extend, confirm }

  private static let acts: [(act: Act, after: Int64, expected: String)] = [
    (act: .release, after: 1_999, expected: "released"),
    (act: .release, after: 2_000, expected: "refused holdNotActive expired"),
    (act: .extend, after: 1_999, expected: "extended"),
    (act: .extend, after: 2_000, expected: "refused holdNotActive expired"),
    (act: .confirm, after: 1_999, expected: "confirmed"),
    (act: .confirm, after: 2_000, expected: "confirmed reacquired"),
    (act: .confirm, after: 100_000, expected: "confirmed reacquired"),
  ]

  @Test(arguments: acts)
  private func `what may be done to a hold depends on its time`(act: Act, after: Int64, expected: String) throws {
    let (world, key, hold) = try held()
    world.now += after
    let header = world.header()
    let command: Command =
      switch act {
      case .release: .releaseHold(header, hold: hold)
      case .extend: .extendHold(header, hold: hold, timeToLiveMilliseconds: 5_000)
      case .confirm: .confirmHold(header, hold: hold)
      }
    #expect(short(try world.run(command)[0]) == expected)
    let isConfirmed = expected.hasPrefix("confirmed")
    #expect(world.balances(key)[.allocated] == (isConfirmed ? 5 : 0))
    #expect(world.balances(key)[.available] == (expected == "extended" || isConfirmed ? 5 : 10))
  }

  private func short(_ outcome: Outcome) -> String {
    switch outcome.result {
    case .released: "released"
    case .extended: "extended"
    case .confirmed(let done): done.isReacquired ? "confirmed reacquired" : "confirmed"
    case .refused(.holdNotActive(_, let state)): "refused holdNotActive \(state)"
    case .refused(.holdExpired(_, let shortage)): "refused holdExpired, \(shortage.available) of \(shortage.asked)"
    case .refused(let refusal): "refused \(refusal)"
    case .skuPut, .stockChanged, .reserved, .ticked, .swept, .claimPrepared, .claimUnsettled, .claimSettled, .burned,
      .acknowledged, .orderChanged, .locationsSet, .allocationMoved, .slots:
      "something else"
    }
  }

  @Test func `a hold that expired is confirmed only while its stock can be had again`() throws {
    var (world, key, hold) = try held()
    world.now += 2_000
    _ = try #require(try reserve(&world, key, 7))
    #expect(short(try world.run(.confirmHold(world.header(), hold: hold))[0]) == "refused holdExpired, 3 of 5")
    try world.receive(key, 2)
    let confirm = Command.confirmHold(world.header(), hold: hold)
    #expect(short(try world.run(confirm)[0]) == "confirmed reacquired")
    #expect(try world.run(confirm)[0].isReplay)
    #expect(short(try world.run(.confirmHold(world.header(), hold: hold))[0]) == "refused holdNotActive confirmed")
    #expect(world.balances(key)[.allocated] == 5)
    #expect(world.balances(key)[.available] == 0)
  }

  @Test func `an extension counts from now and never shortens`() throws {
    let (world, key, hold) = try held()
    try world.run(.extendHold(world.header(), hold: hold, timeToLiveMilliseconds: 1_000))
    #expect(try world.ledger.hold(hold, at: .zero, world.state)?.expiry.milliseconds == World.start + 2_000)
    world.now += 1_999
    try world.run(.extendHold(world.header(), hold: hold, timeToLiveMilliseconds: 1_000))
    #expect(try world.ledger.hold(hold, at: .zero, world.state)?.expiry.milliseconds == World.start + 3_000)
    world.now += 1_000
    #expect(world.balances(key)[.held] == 5)
    world.now += 1
    #expect(world.balances(key)[.held] == 0)
  }

  @Test func `stamps that go back do not take time back`() throws {
    let (world, key, _) = try held()
    world.now += 2_000
    try world.run(.tick)
    world.now -= 1_000_000
    try world.run(.tick)
    #expect(world.ledger.stamp.milliseconds == World.start + 2_000)
    #expect(world.balances(key)[.available] == 10)
  }

  @Test func `a crowd of holds due at once is given back at once and swept in bounded steps`() throws {
    let count = 20_000
    var world = World()
    let skus = try (0..<20).map { stock(try world.putSKU("S\($0)")) }
    for key in skus { try world.receive(key, 1_000_000) }
    for first in stride(from: 0, to: count, by: 500) {
      try world.run(
        (first..<first + 500).map { index in
          .reserve(
            world.header(),
            Reserve(
              timeToLiveMilliseconds: 60_000,
              lines: [ReserveLine(sku: skus[index % 20].sku, location: LocationNumber(1), quantity: 1)]))
        })
    }
    world.now += 60_000
    let moved = world.ledger.lastSequence
    #expect(world.balances(skus[0])[.available] == 1_000_000)
    #expect(try reserve(&world, skus[0], 1_000_000) != nil)
    var ticks = 1
    while world.ledger.hasSweepBacklog {
      let before = world.ledger.liveHoldCount
      try world.run(.tick)
      ticks += 1
      #expect(before - world.ledger.liveHoldCount <= Rules.sweepHoldsPerEntry)
      if ticks == 10 { try world.reload() }
    }
    #expect(ticks == (count + Rules.sweepHoldsPerEntry - 1) / Rules.sweepHoldsPerEntry)
    #expect(world.ledger.liveHoldCount == 1)
    // One movement a row gave everything back; the last one is the reservation.
    #expect(world.ledger.lastSequence == moved + 20 + 1)
  }
}
