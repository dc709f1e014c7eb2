import Basics
import Inventory
import Testing

@Suite struct JournalPagingTests {
  private let sku1 = SKUNumber(1)
  private let sku2 = SKUNumber(2)

  /// Two SKUs at two locations each, whose movements alternate, some of them many in one entry.
  private func world() throws -> World {
    let world = World()
    for name in ["A", "B"] { _ = try world.putSKU(name) }
    for round in 0..<12 as Range<UInt16> {
      try world.receive(stock(sku1, 1 + round % 2), Int64(round) + 1)
      let rows = [stock(sku2, 1), stock(sku1, 2), stock(sku1, 1), stock(sku1, 1), stock(sku2, 2)]
      try world.run(rows.map { .receive(world.header(), Receive(stock: $0, quantity: 1)) })
    }
    return world
  }

  private func position(_ location: UInt16, _ sequence: UInt64) -> JournalPosition {
    JournalPosition(location: LocationNumber(location), sequence: sequence)
  }

  @Test(arguments: [1, 2, 3, 7, 1_000], [nil, 1, 2] as [UInt16?])
  func `pages, newest first, are the forward journal backwards`(limit: Int, place: UInt16?) throws {
    let world = try world()
    let location = place.map { LocationNumber($0) }
    let all = try world.ledger.journal(from: 1, limit: .max, world.state)
    let expected = all.filter { $0.stock.sku == sku1 && (location == nil || $0.stock.location == location) }
    var found: [Movement] = []
    var positions: [JournalPosition]?
    while positions?.isEmpty != true {
      let page = try #require(
        try world.ledger.newestMovements(of: sku1, at: location, from: positions, limit: limit, world.state))
      #expect(page.movements.count <= limit)
      found += page.movements
      positions = page.next
    }
    #expect(found == expected.reversed())
    #expect(found.count == (place == nil ? 48 : place == 1 ? 30 : 18))
  }

  @Test func `a page goes on exactly where the one before it ended, whatever has moved meanwhile`() throws {
    let world = try world()
    let first = try #require(try world.ledger.newestMovements(of: sku1, limit: 3, world.state))
    #expect(first.next.map(\.location.rawValue) == [1, 2])
    for position in first.next {
      let newest = try world.ledger.journal(from: position.sequence, limit: 1, world.state)
      #expect(newest.map(\.stock) == [StockKey(sku: sku1, location: position.location)])
    }
    let second = try world.ledger.newestMovements(of: sku1, from: first.next, limit: 5, world.state)
    try world.receive(stock(sku1, 1), 9)
    try world.receive(stock(sku1, 3), 9)
    #expect(try world.ledger.newestMovements(of: sku1, from: first.next, limit: 5, world.state) == second)
    let ended = try #require(try world.ledger.newestMovements(of: sku1, at: LocationNumber(3), limit: 1, world.state))
    #expect(ended.movements.count == 1 && ended.next.isEmpty)
  }

  @Test func `positions that are none of the rows are refused`() throws {
    let world = try world()
    let all = try world.ledger.journal(from: 1, limit: .max, world.state)
    func last(_ key: StockKey) throws -> UInt64 { try #require(all.last { $0.stock == key }).sequence }
    let (one, two) = (try last(stock(sku1, 1)), try last(stock(sku1, 2)))
    let foreign = try last(stock(sku2, 1))
    let wrong: [[JournalPosition]] = [
      [], [position(1, 0)], [position(1, two)], [position(2, one)], [position(1, foreign)], [position(1, one + 1)],
      [position(1, .max)], [position(1, .max - 1)], [position(3, one)], [position(0, one)], [position(.max, .max)],
      [position(1, one), position(1, one)], [position(2, two), position(1, one)],
      [position(1, one), position(2, two), position(3, one)], [position(1, two), position(2, two)],
    ]
    for positions in wrong {
      let found = try world.ledger.newestMovements(of: sku1, from: positions, limit: 100, world.state)
      #expect(found == nil, "\(positions)")
    }
    #expect(
      try world.ledger.newestMovements(
        of: sku1, at: LocationNumber(2), from: [position(1, one)], limit: 1, world.state) == nil)
    #expect(
      try world.ledger.newestMovements(
        of: SKUNumber(9), from: [position(1, one)], limit: 1, world.state) == nil)
    let right = try world.ledger.newestMovements(
      of: sku1, from: [position(1, one), position(2, two)], limit: 100, world.state)
    #expect(right?.movements.count == 48)
  }

  @Test func `a forward page ends inside an entry and goes on there`() throws {
    let world = try world()
    let all = try world.ledger.journal(from: 0, limit: .max, world.state)
    #expect(all.map(\.sequence) == Array(1...72))
    for start in 1...72 as ClosedRange<UInt64> {
      for limit in [1, 2, 4, 9] {
        let page = try world.ledger.journal(from: start, limit: limit, world.state)
        #expect(page == Array(all[Int(start - 1)...].prefix(limit)))
      }
    }
    #expect(try world.ledger.journal(from: 73, limit: 5, world.state).isEmpty)
    #expect(try world.ledger.journal(from: .max, limit: 5, world.state).isEmpty)
  }

  @Test func `a walk through huge entries gives short pages and loses nothing`() throws {
    let world = World()
    _ = try world.putSKU("A")
    let key = stock(sku1, 1)
    for _ in 0..<4 {
      try world.run((0..<3_000).map { _ in .receive(world.header(), Receive(stock: stock(sku1, 2), quantity: 1)) })
      try world.run(
        (0..<3_000).map { .receive(world.header(), Receive(stock: $0 == 2_999 ? key : stock(sku1, 2), quantity: 1)) })
    }
    var (pages, found, positions) = (0, 0, nil as [JournalPosition]?)
    while positions?.isEmpty != true {
      let page = try #require(
        try world.ledger.newestMovements(of: sku1, from: positions, limit: .max, world.state))
      #expect(!page.movements.isEmpty)
      (pages, found, positions) = (pages + 1, found + page.movements.count, page.next)
    }
    #expect(found == 24_000)
    #expect(pages > 1)
  }
}
