import Basics
import Inventory
import Testing

@Suite struct RetentionTests {
  private let hour: Int64 = 3_600_000

  private func count(_ world: World, _ kind: UInt8) -> Int {
    var count = 0
    world.state.forEach { key, _ in if key[World.prefix.count] == kind { count += 1 } }
    return count
  }

  /// Fifty receipts under ids with a time, fifty under ids without.
  private func filled() throws -> (world: World, first: Command, timeless: Command) {
    let world = World(limits: LedgerLimits(retentionSweepMax: 10))
    let key = stock(try world.putSKU("A"))
    let commands = (0..<100).map { index in
      let id = index % 2 == 0 ? world.id() : UniqueID(high: UInt64(index) << 32 | 0x4000, low: 7)
      return Command.receive(RequestHeader(id: id), Receive(stock: key, quantity: 1))
    }
    try world.run(commands)
    return (world, commands[0], commands[1])
  }

  @Test func `request records are forgotten after the retention, in bounded steps`() throws {
    let (world, _, _) = try filled()
    #expect(count(world, 4) == 51 && count(world, 5) == 50 && count(world, 8) == 50)
    world.now += 71 * hour
    try world.run(.tick)
    #expect(count(world, 4) == 51 && count(world, 5) == 50)
    world.now += hour + 60_000
    try world.run(.tick)
    #expect(count(world, 4) == 0)
    var left = [count(world, 5)]
    while let last = left.last, last > 0 {
      try #require(left.count < 20)
      world.now += 2_000
      try world.run(.tick)
      left.append(count(world, 5))
    }
    #expect(left == [50, 40, 30, 20, 10, 0] || left == [40, 30, 20, 10, 0], "\(left)")
    #expect(count(world, 8) == 0)
  }

  @Test(arguments: [false, true])
  func `an id is answered again to the end of the retention, whether it was swept or not`(isSwept: Bool) throws {
    let (world, first, timeless) = try filled()
    world.now += 72 * hour
    #expect(try world.run(first, timeless).map(\.isReplay) == [true, true])
    world.now += 1
    if isSwept {
      world.now += 120_000
      for _ in 0..<10 {
        try world.run(.sweepRequests(limit: 1_000))
        world.now += 2_000
      }
      #expect(count(world, 4) == 0 && count(world, 5) == 0)
    }
    let outcomes = try world.run(first, timeless)
    #expect(outcomes[0].result == .refused(.requestTooOld))
    guard case .stockChanged = outcomes[1].result else {
      Issue.record("\(outcomes[1])")
      return
    }
    #expect(!outcomes[1].isReplay)
    // It is remembered anew from now on, though its old index entry is swept.
    world.now += 60_000
    for _ in 0..<10 {
      try world.run(.sweepRequests(limit: 1_000))
      world.now += 2_000
    }
    #expect(try world.run(timeless)[0].isReplay)
  }

  @Test func `orders are kept, and a hold that was extended for days is kept from when it was closed`() throws {
    let (world, _, _) = try filled()
    let header = world.header()
    let lines = [ReserveLine(sku: SKUNumber(1), location: LocationNumber(1), quantity: 1)]
    try world.run(.reserve(header, Reserve(timeToLiveMilliseconds: 24 * hour, lines: lines)))
    for _ in 0..<8 {
      world.now += 12 * hour
      try world.run(.extendHold(world.header(), hold: header.id, timeToLiveMilliseconds: 24 * hour))
    }
    let order = world.header()
    try world.run(.confirmHold(order, hold: header.id))
    let closed = world.now
    func state(_ world: World) throws -> HoldState? {
      try world.ledger.hold(header.id, at: Stamp(milliseconds: world.now), world.state)?.state
    }
    world.now = closed + 72 * hour
    try world.run(.tick)
    #expect(try state(world) == .confirmed)
    world.now += 60_000
    try world.run(.tick)
    #expect(try state(world) == nil)
    #expect(try world.ledger.order(order.id, at: Stamp(milliseconds: world.now), world.state)?.status == .ready)
    var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
    let report = try verifier.run()
    #expect(report.isSound, "\(report.findings)")
  }

  @Test func `an id without a time stays used while there is an order whose claims go by it`() throws {
    let world = World()
    try world.run(.receive(world.header(), Receive(stock: stock(try world.putSKU("A")), quantity: 9)))
    let lines = [ReserveLine(sku: SKUNumber(1), location: LocationNumber(1), quantity: 1)]
    let hold = RequestHeader(id: UniqueID(high: 0x4000, low: 7))
    let released = RequestHeader(id: UniqueID(high: 0x4000, low: 8))
    try world.run(.reserve(hold, Reserve(lines: lines)), .reserve(released, Reserve(lines: lines)))
    try world.run(.confirmHold(world.header(), hold: hold.id), .releaseHold(world.header(), hold: released.id))
    world.now += 80 * hour
    try world.run(.sweepRequests(limit: 1_000))
    let outcomes = try world.run(.reserve(hold, Reserve(lines: lines)), .reserve(released, Reserve(lines: lines)))
    #expect(outcomes[0].result == .refused(.requestIDReused))
    guard case .reserved = outcomes[1].result else {
      Issue.record("\(outcomes[1])")
      return
    }
    var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
    let report = try verifier.run()
    #expect(report.isSound, "\(report.findings)")
  }
}
