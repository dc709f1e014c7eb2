import Basics
import Testing

@testable import Inventory

/// Stock as of a moment, against what was there at that moment.
@Suite struct StockHistoryTests {
  private let skus = [SKUNumber(1), SKUNumber(2)]

  /// What the rows of both SKUs are after each entry, by its index.
  private func past() throws -> (World, [(index: UInt64, stamp: Stamp, rows: [[StockView]])]) {
    let world = World()
    for name in ["A", "B"] { _ = try world.putSKU(name) }
    var generator = SeededGenerator(seed: 11)
    var past: [(index: UInt64, stamp: Stamp, rows: [[StockView]])] = []
    for round in 0..<60 as Range<UInt16> {
      world.now += .random(in: 1...50, using: &generator)
      let row = stock(skus[Int(round) % 2], 1 + round % 3)
      try world.receive(row, 5 + Int64(round))
      let hold = world.header()
      try world.run(
        .reserve(hold, Reserve(lines: [ReserveLine(sku: row.sku, location: row.location, quantity: 2)])))
      if round % 3 == 0 { try world.run(.confirmHold(world.header(), hold: hold.id)) }
      if round % 3 == 1 {
        try world.run(.move(world.header(), Move(stock: row, from: .available, to: .damaged, quantity: 1)))
      }
      past.append(
        (
          world.index, Stamp(milliseconds: world.now),
          skus.map { world.ledger.stock(of: $0, at: Stamp(milliseconds: world.now)) }
        ))
    }
    return (world, past)
  }

  private func history(_ world: World, _ sku: SKUNumber, _ moment: HistoryMoment) throws -> StockHistory {
    var reader = LedgerReader(prefix: World.prefix, reader: world.state)
    return try reader.stock(of: sku, asOf: moment)
  }

  @Test func `stock as of a revision or a time is what was there`() throws {
    let (world, past) = try past()
    for moment in past {
      for (place, sku) in skus.enumerated() {
        #expect(try history(world, sku, .revision(moment.index)) == .rows(moment.rows[place]))
        #expect(try history(world, sku, .time(moment.stamp)) == .rows(moment.rows[place]))
      }
    }
    #expect(try history(world, skus[0], .revision(0)) == .rows([]))
    #expect(try history(world, skus[0], .time(.zero)) == .rows([]))
    #expect(try history(world, SKUNumber(9), .revision(5)) == .rows([]))
  }

  @Test func `a journal that was cut says how far it reaches, and is right up to there`() throws {
    let (world, past) = try past()
    let all = try world.ledger.journal(from: 1, limit: .max, world.state)
    let first = try #require(all.first { $0.revision > past[29].index })
    let retention = JournalRetention(ageMilliseconds: world.now - first.stamp.milliseconds)
    var folder = try JournalFolder(
      prefix: World.prefix, world.state, retention, now: Stamp(milliseconds: world.now),
      bytesEver: world.ledger.journalBytesEver, movementsMax: .max)
    let cut = try folder.run()
    #expect(cut.after.first == first.sequence)
    #expect(world.ledger.take(cut, &world.changes))
    world.finishTurn()
    for (place, sku) in skus.enumerated() {
      for moment in past[30...] {
        #expect(try history(world, sku, .revision(moment.index)) == .rows(moment.rows[place]))
        #expect(try history(world, sku, .time(moment.stamp)) == .rows(moment.rows[place]))
      }
      // Nothing lies between the entry before the first one and it.
      #expect(try history(world, sku, .revision(first.revision - 1)) == .rows(past[29].rows[place]))
      #expect(try history(world, sku, .time(past[29].stamp)) == .rows(past[29].rows[place]))
      #expect(
        try history(world, sku, .revision(past[20].index)) == .cut(revision: first.revision - 1, stamp: cut.after.stamp)
      )
      #expect(
        try history(world, sku, .time(past[28].stamp)) == .cut(revision: first.revision - 1, stamp: cut.after.stamp))
    }
  }

  @Test func `a look too far back is refused, not begun for ever`() throws {
    let (world, past) = try past()
    var reader = LedgerReader(prefix: World.prefix, reader: world.state)
    #expect(try reader.stock(of: skus[0], asOf: .revision(past[0].index), undoneMax: 0) == .tooFar)
  }
}
