import Basics
import Inventory
import Testing

/// Lists of a frozen state against what the ledger itself says of each hold, order and movement.
@Suite struct LedgerReaderTests {
  private static let tenant = "t"

  /// Holds and orders of every state, under ids of both kinds, made over some minutes.
  private struct Busy {
    let world = World()
    var holds: [UniqueID] = []
    var orders: [UniqueID] = []

    init(seed: UInt64) throws {
      var generator = SeededGenerator(seed: seed)
      let skus = try ["A", "B", "C"].map { try world.putSKU($0) }
      for sku in skus { for place in [1, 2] as [UInt16] { try world.receive(stock(sku, place), 10_000) } }
      for number in 0..<120 as Range<Int64> {
        world.now += .random(in: 0...3_000, using: &generator)
        var header = RequestHeader(id: world.id(), actor: number % 3 == 0 ? "web" : "app")
        if number % 5 == 0 { header.id = UniqueID(high: generator.next() & ~0xF000 | 0x4000, low: generator.next()) }
        let lines = (0...Int.random(in: 0...2, using: &generator)).map { place in
          ReserveLine(
            sku: skus[(Int(number) + place) % 3], location: LocationNumber(.random(in: 1...2, using: &generator)),
            quantity: 1 + number % 4)
        }
        try world.run(
          .reserve(
            header,
            Reserve(
              timeToLiveMilliseconds: number % 7 == 0 ? 1_000 : 600_000, reference: "cart-\(number % 6)", lines: lines))
        )
        holds.append(header.id)
        let other = world.header(actor: "web")
        switch number % 4 {
        case 0: try world.run(.releaseHold(other, hold: header.id))
        case 1:
          let name = OrderName(tenant: "t", channel: "shop", number: "SO-\(number)", slot: SlotNumber(0))
          try world.run(.confirmHold(other, hold: header.id, terms: OrderTerms(tenant: "t", name: name)))
          orders.append(other.id)
        default: break
        }
      }
      world.now += 2_000
      try world.run(.tick)
    }

    var stamp: Stamp { Stamp(milliseconds: world.now) }
    var reader: LedgerReader { LedgerReader(prefix: World.prefix, reader: world.state) }
  }

  private func list<Element>(
    _ page: (UniqueID?) throws -> ListPage<Element>, limit: Int
  ) throws -> [Element] {
    var (all, before, pages): ([Element], UniqueID?, Int) = ([], nil, 0)
    repeat {
      let next = try page(before)
      #expect(next.elements.count <= limit)
      all += next.elements
      before = next.next
      pages += 1
    } while before != nil && pages < 10_000
    return all
  }

  private static let holdFilters: [HoldFilter] = {
    var filters: [HoldFilter] = [HoldFilter(tenant: tenant), HoldFilter(tenant: "other")]
    let all: [HoldState] = [.active, .confirmed, .released, .expired]
    filters += all.map { HoldFilter(tenant: tenant, states: [$0]) }
    var one = HoldFilter(tenant: tenant, states: all)
    filters.append(one)
    one.sku = SKUFilter(SKUNumber(2), "B")
    filters.append(one)
    one.location = LocationNumber(1)
    filters.append(one)
    one.reference = "cart-3"
    filters.append(one)
    var timed = HoldFilter(tenant: tenant, states: all)
    timed.createdFrom = Stamp(milliseconds: World.start + 40_000)
    timed.createdBefore = Stamp(milliseconds: World.start + 120_000)
    filters.append(timed)
    timed.expiringBefore = Stamp(milliseconds: World.start + 100_000)
    filters.append(timed)
    return filters
  }()

  private func passes(_ hold: HoldView, _ filter: HoldFilter) -> Bool {
    filter.tenant == Self.tenant && filter.states.contains(hold.state)
      && hold.lines.contains {
        (filter.sku == nil || filter.sku?.number == $0.sku)
          && (filter.location == nil || filter.location == $0.location)
      } && (filter.reference == nil || filter.reference == hold.reference)
      && (filter.createdFrom.map { hold.created >= $0 } ?? true)
      && (filter.createdBefore.map { hold.created < $0 } ?? true)
      && (filter.expiringBefore.map { hold.expiry < $0 } ?? true)
  }

  @Test(arguments: [1, 2], holdFilters)
  func `a list of holds has each hold that passes, newest id first, in pages of any size`(
    seed: UInt64, filter: HoldFilter
  ) throws {
    let busy = try Busy(seed: seed)
    let all = try busy.holds.sorted(by: >).map {
      try #require(try busy.world.ledger.hold($0, at: busy.stamp, busy.world.state))
    }
    #expect(Set(all.map(\.state)).count == 4)
    let expected = all.filter { passes($0, filter) }
    for (limit, recordsMax) in [(1, 1_000), (7, 3), (1_000, 20_000), (5, 1)] {
      let found = try list(
        { before in
          var reader = busy.reader
          return try reader.holds(filter, before: before, at: busy.stamp, limit: limit, recordsMax: recordsMax)
        }, limit: limit)
      #expect(found == expected)
    }
  }

  @Test func `a hold that is settled between two pages is shown once`() throws {
    let busy = try Busy(seed: 3)
    var filter = HoldFilter(tenant: Self.tenant, states: [.active, .confirmed, .released, .expired])
    filter.reference = nil
    var (seen, before): ([UniqueID], UniqueID?) = ([], nil)
    repeat {
      var reader = busy.reader
      let page = try reader.holds(filter, before: before, at: busy.stamp, limit: 4)
      seen += page.elements.map(\.id)
      before = page.next
      for id in busy.holds where try busy.world.ledger.hold(id, at: busy.stamp, busy.world.state)?.state == .active {
        try busy.world.run(.releaseHold(busy.world.header(), hold: id))
        break
      }
    } while before != nil
    #expect(seen == busy.holds.sorted(by: >))
  }

  @Test func `a list of orders has each order that passes`() throws {
    let busy = try Busy(seed: 4)
    let all = try busy.orders.sorted(by: >).map { id in
      (id: id, order: try #require(try busy.world.ledger.order(id, at: busy.stamp, busy.world.state)))
    }
    #expect(all.count == 30)
    var filters = [OrderFilter(tenant: Self.tenant), OrderFilter(tenant: "other")]
    filters[0].statuses = nil
    var one = OrderFilter(tenant: Self.tenant)
    one.externalNumber = "SO-5"
    filters.append(one)
    one.externalNumber = nil
    one.channel = "shop"
    one.sku = SKUFilter(SKUNumber(1), "A")
    one.location = LocationNumber(2)
    filters.append(one)
    var other = OrderFilter(tenant: Self.tenant)
    other.statuses = [.ready]
    other.createdFrom = Stamp(milliseconds: World.start + 30_000)
    other.reference = "cart-1"
    filters.append(other)
    other.statuses = [.shipped]
    filters.append(other)
    for filter in filters {
      let expected = all.filter { passes($0.order, filter) }
      for limit in [1, 4, 100] {
        let found = try list(
          { before in
            var reader = busy.reader
            return try reader.orders(
              filter, before: before, at: busy.stamp, limit: limit, recordsMax: limit == 4 ? 3 : 100)
          }, limit: limit)
        #expect(found.map { $0.id } == expected.map { $0.id })
        #expect(found.map { $0.order } == expected.map { $0.order })
      }
    }
  }

  private func passes(_ order: OrderRecord, _ filter: OrderFilter) -> Bool {
    if let statuses = filter.statuses, !statuses.contains(order.status) { return false }
    if let number = filter.externalNumber, order.name?.number != number { return false }
    if let channel = filter.channel, order.name?.channel != channel { return false }
    if let reference = filter.reference, order.reference != reference { return false }
    if let from = filter.createdFrom, order.created < from { return false }
    if let sku = filter.sku?.number {
      guard order.lines.contains(where: { $0.item == .local(sku) && $0.location == filter.location }) else {
        return false
      }
    }
    return filter.tenant == Self.tenant
  }

  // MARK: the journal

  private func filters(_ busy: Busy) -> [JournalFilter] {
    let plain = JournalFilter(tenant: Self.tenant)
    var filters = [plain, JournalFilter(tenant: "other")]
    func add(_ change: (inout JournalFilter) -> Void) {
      var filter = plain
      change(&filter)
      filters.append(filter)
      filter.sku = SKUNumber(2)
      filters.append(filter)
      filter.location = LocationNumber(1)
      filters.append(filter)
    }
    add { _ in }
    add { $0.causes = [.release, .expiry] }
    add { $0.causeIDs = [busy.holds[4], busy.holds[9]] }
    add { $0.actor = "web" }
    add { $0.requestID = busy.orders[3] }
    add {
      $0.from = Stamp(milliseconds: World.start + 30_000)
      $0.before = Stamp(milliseconds: World.start + 90_000)
    }
    add { $0.from = Stamp(milliseconds: World.start + 10_000_000) }
    add { $0.before = .zero }
    return filters
  }

  private func passes(_ movement: Movement, _ filter: JournalFilter) -> Bool {
    filter.tenant == Self.tenant && (filter.sku == nil || filter.sku == movement.stock.sku)
      && (filter.location == nil || filter.location == movement.stock.location)
      && (filter.causes.isEmpty || filter.causes.contains(movement.cause))
      && (filter.causeIDs.isEmpty || movement.causeID.map { filter.causeIDs.contains($0) } ?? false)
      && (filter.actor == nil || filter.actor == movement.actor)
      && (filter.requestID == nil || filter.requestID == movement.requestID)
      && (filter.from.map { movement.stamp >= $0 } ?? true) && (filter.before.map { movement.stamp < $0 } ?? true)
  }

  @Test func `a list of the journal has each movement that passes, either way, in pages of any size`() throws {
    let busy = try Busy(seed: 5)
    let all = try busy.world.ledger.journal(from: 1, limit: .max, busy.world.state)
    for filter in filters(busy) {
      let expected = all.filter { passes($0, filter) }
      var starts: [(JournalCursor, [Movement])] = [
        (.forward(0), expected), (.backward(nil), expected.reversed()),
        (.forward(100), expected.filter { $0.sequence >= 100 }),
      ]
      if filter.sku != nil { starts.append((.rows(nil), expected.reversed())) }
      for (start, expected) in starts {
        for (limit, movementsMax) in [(1, 1_000), (9, 4), (1_000, 50_000)] {
          var (found, cursor): ([Movement], JournalCursor?) = ([], start)
          while let at = cursor {
            var reader = busy.reader
            guard
              case .page(let movements, let next) = try reader.journal(
                filter, at, limit: limit, movementsMax: movementsMax)
            else {
              Issue.record("there is no page at \(at)")
              return
            }
            #expect(movements.count <= limit)
            found += movements
            cursor = next
          }
          #expect(found == expected, "\(filter) \(start) \(limit)")
        }
      }
    }
  }

  @Test func `positions that are none of the rows are refused`() throws {
    let busy = try Busy(seed: 6)
    var filter = JournalFilter(tenant: Self.tenant)
    filter.sku = SKUNumber(1)
    for positions in [[], [JournalPosition(location: LocationNumber(3), sequence: 1)]] as [[JournalPosition]] {
      var reader = busy.reader
      #expect(try reader.journal(filter, .rows(positions), limit: 5) == .unknownPositions)
    }
  }
}
