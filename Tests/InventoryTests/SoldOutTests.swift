import Basics
import Inventory
import Testing

/// Refusals that are told by looking. That they are the same as an entry's is checked for every reservation that a `World`
/// runs, those of the twin's tests among them.
@Suite struct SoldOutTests {
  let here = LocationNumber(1)
  let there = LocationNumber(2)

  /// What is told by looking to whoever asks for a quantity of a SKU.
  func look(
    _ world: World, _ sku: SKUNumber, _ quantity: Int64, at location: LocationNumber? = nil,
    _ ranked: [LocationNumber], mode: ReserveMode = .allOrNothing, sourcing: Sourcing = .plain
  ) -> (shortage: Shortage, refusals: [LocationRefusal])? {
    var refusals: [LocationRefusal] = []
    let line = ReserveLine(sku: sku, location: location, quantity: quantity)
    let shortage = world.ledger.shortage(
      of: line, mode, sourcing, ranked: ranked.span, at: Stamp(milliseconds: world.now), refusals: &refusals)
    return shortage.map { ($0, refusals) }
  }

  @Test func `what is there is left to an entry, and what is not is told with its reasons`() throws {
    let world = World()
    let sku = try world.putSKU("a")
    try world.receive(stock(sku, 1), 2)
    try world.receive(stock(sku, 2), 3)
    #expect(look(world, sku, 3, [here, there]) == nil)
    #expect(look(world, sku, 4, [here, there], mode: .upTo) == nil)
    let found = try #require(look(world, sku, 4, [here, there]))
    #expect(found.shortage == Shortage(line: 0, sku: sku, location: there, asked: 4, available: 3))
    #expect(found.refusals.map(\.location) == [here, there])
    #expect(found.refusals.map(\.reason) == [.tooLittle, .tooLittle])
    #expect(look(world, sku, 3, at: here, [])?.shortage.available == 2)
    // Another location has some, and whoever asks may not take from it.
    let other = try #require(look(world, sku, 3, [here]))
    #expect(other.refusals.map(\.location) == [here, there])
    #expect(other.refusals.map(\.reason) == [.tooLittle, .notRanked])
    #expect(look(world, sku, 6, [here, there], sourcing: Sourcing(split: .line)) == nil)
    #expect(look(world, SKUNumber(9), 1, [here]) == nil)
  }

  @Test func `a closed location is told by looking as well, and closes no other one`() throws {
    let world = World()
    let sku = try world.putSKU("a")
    try world.receive(stock(sku, 1), 2)
    try world.receive(stock(sku, 2), 9)
    let third = LocationNumber(3)
    let closed = [
      ClosedLocation(location: there, closure: .draining), ClosedLocation(location: third, closure: .closed),
    ]
    try world.run(.setLocations(SetLocations(revision: 1, closed: closed)))
    #expect(look(world, sku, 2, [here, there]) == nil)
    let found = try #require(look(world, sku, 3, [here, there, third]))
    #expect(found.shortage.location == here && found.shortage.available == 2)
    #expect(found.refusals.map(\.reason) == [.tooLittle, .draining, .closed])
    // Each of them is what an entry says: the world compares.
    for ranked in [[here], [here, there], [third, there, here], [there]] {
      for location in [nil, here, there, third] {
        let line = ReserveLine(sku: sku, location: location, quantity: 10)
        try world.run(.reserve(world.header(), Reserve(rankedLocations: ranked, lines: [line])))
      }
    }
    // A line that names a closed one is refused for that.
    #expect(world.foreseenCount == 8)
  }

  @Test func `a hold that is due may make room, so an entry decides`() throws {
    let world = World()
    let sku = try world.putSKU("a")
    try world.receive(stock(sku, 1), 1)
    let reserve = Reserve(timeToLiveMilliseconds: 1_000, lines: [ReserveLine(sku: sku, location: here, quantity: 1)])
    try world.run(.reserve(world.header(), reserve))
    #expect(look(world, sku, 1, [here]) != nil)
    world.now += 1_100
    #expect(look(world, sku, 1, [here]) == nil)
  }

  @Test func `what was short is worth looking at until a reservation finds enough`() throws {
    let world = World()
    let sku = try world.putSKU("a")
    func ask(_ quantity: Int64) throws {
      let line = ReserveLine(sku: sku, location: here, quantity: quantity)
      try world.run(.reserve(world.header(), Reserve(lines: [line])))
    }
    func wasShort() -> Bool { world.ledger.wasShort(of: sku) }
    #expect(!wasShort())
    try ask(1)
    #expect(wasShort())
    try world.receive(stock(sku, 1), 5)
    #expect(wasShort())
    try ask(1)
    #expect(!wasShort())
    try ask(5)
    #expect(wasShort())
  }

  @Test func `an id counts as unused only if it surely is`() throws {
    let world = World()
    let sku = try world.putSKU("a")
    try world.receive(stock(sku, 1), 1)
    func isUnused(_ id: UniqueID) -> Bool { world.ledger.isUnused(id, at: Stamp(milliseconds: world.now)) }
    let (used, other) = (world.header(), world.id())
    try world.run(.reserve(used, Reserve(lines: [ReserveLine(sku: sku, location: here, quantity: 1)])))
    #expect(!isUnused(used.id) && isUnused(other))
    try world.run(.releaseHold(world.header(), hold: used.id))
    #expect(!isUnused(used.id))
    #expect(!isUnused(UniqueID(high: 1, low: 2)))
    let old = UniqueID(version7At: UInt64(world.now - 73 * 3_600_000), randomHigh: 1, randomLow: 1)
    #expect(!isUnused(old))
  }
}
