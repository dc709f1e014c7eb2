import Basics
import Inventory
import Testing

private let here = LocationNumber(1)
private let there = LocationNumber(2)
private let sku1 = SKUNumber(1)
private let sku2 = SKUNumber(2)

/// SKU 1 has ten here and four there; SKU 2 has three there.
private func stocked() throws -> World {
  let world = World()
  _ = try world.putSKU("A")
  _ = try world.putSKU("B")
  try world.receive(StockKey(sku: sku1, location: here), 10)
  try world.receive(StockKey(sku: sku1, location: there), 4)
  try world.receive(StockKey(sku: sku2, location: there), 3)
  return world
}

private func line(
  _ sku: SKUNumber, _ quantity: Int64, at location: LocationNumber? = nil, min minimum: Int64 = 1
) -> ReserveLine {
  ReserveLine(sku: sku, location: location, quantity: quantity, minimum: minimum)
}

private func short(_ line: Int, _ sku: SKUNumber, _ location: LocationNumber?, _ asked: Int64, _ available: Int64)
  -> String
{
  "refused \(Refusal.outOfStock(Shortage(line: line, sku: sku, location: location, asked: asked, available: available)))"
}

private typealias ReserveRow = (mode: ReserveMode, lines: [ReserveLine], expected: String)

@Suite struct ReserveTests {
  private static let rows: [ReserveRow] = [
    // One line.
    (.allOrNothing, [line(sku1, 10)], "1@1:10/10"),
    (.allOrNothing, [line(sku1, 11)], short(0, sku1, here, 11, 10)),
    (.allOrNothing, [line(sku1, 4, at: there)], "1@2:4/4"),
    (.allOrNothing, [line(sku1, 5, at: there)], short(0, sku1, there, 5, 4)),
    (.allOrNothing, [line(sku2, 1)], "2@2:1/1"),
    (.allOrNothing, [line(sku2, 1, at: here)], short(0, sku2, here, 1, 0)),
    (.allOrNothing, [line(sku2, 1, at: LocationNumber(9))], short(0, sku2, LocationNumber(9), 1, 0)),
    // The same SKU twice is decided in order, against what the first line left.
    (.allOrNothing, [line(sku1, 8), line(sku1, 4)], "1@1:8/8,1@2:4/4"),
    (.allOrNothing, [line(sku1, 8, at: here), line(sku1, 3, at: here)], short(1, sku1, here, 3, 2)),
    (.allOrNothing, [line(sku1, 5, at: here), line(sku1, 5, at: here)], "1@1:5/5,1@1:5/5"),
    (.allOrNothing, [line(sku1, 1), line(sku2, 4)], short(1, sku2, there, 4, 3)),
    // Whole lines.
    (.wholeLines, [line(sku1, 1), line(sku2, 4)], "1@1:1/1,2@-:0/4"),
    (.wholeLines, [line(sku2, 4), line(sku2, 2)], "2@-:0/4,2@2:2/2"),
    (.wholeLines, [line(sku2, 4), line(sku1, 11)], short(0, sku2, there, 4, 3)),
    // Up to.
    (.upTo, [line(sku1, 11)], "1@1:10/11"),
    (.upTo, [line(sku2, 4, min: 3)], "2@2:3/4"),
    (.upTo, [line(sku2, 5, min: 4)], short(0, sku2, there, 5, 3)),
    (.upTo, [line(sku2, 5, min: 4), line(sku1, 1)], "2@-:0/5,1@1:1/1"),
    (.upTo, [line(sku1, 12), line(sku1, 12)], "1@1:10/12,1@2:4/12"),
    // Nonsense.
    (.allOrNothing, [], "refused \(Refusal.invalidLineCount(0))"),
    (.allOrNothing, [ReserveLine](repeating: line(sku1, 1), count: 101), "refused \(Refusal.invalidLineCount(101))"),
    (.allOrNothing, [line(sku1, 0)], "refused \(Refusal.invalidQuantity(line: 0, quantity: 0))"),
    (.allOrNothing, [line(sku1, 1), line(sku1, -1)], "refused \(Refusal.invalidQuantity(line: 1, quantity: -1))"),
    (.allOrNothing, [line(sku1, .max)], "refused \(Refusal.invalidQuantity(line: 0, quantity: .max))"),
    (.allOrNothing, [line(sku1, .min)], "refused \(Refusal.invalidQuantity(line: 0, quantity: .min))"),
    (.allOrNothing, [line(sku1, 1 << 53)], short(0, sku1, here, 1 << 53, 10)),
    (.upTo, [line(sku1, 2, min: 3)], "refused \(Refusal.invalidMinimum(line: 0, minimum: 3))"),
    (.upTo, [line(sku1, 2, min: 0)], "refused \(Refusal.invalidMinimum(line: 0, minimum: 0))"),
    (.allOrNothing, [line(SKUNumber(3), 1)], "refused \(Refusal.unknownSKU(line: 0, sku: SKUNumber(3)))"),
    (.allOrNothing, [line(SKUNumber(0), 1)], "refused \(Refusal.unknownSKU(line: 0, sku: SKUNumber(0)))"),
    (
      .wholeLines, [line(sku1, 1), line(SKUNumber(.max), 1)],
      "refused \(Refusal.unknownSKU(line: 1, sku: SKUNumber(.max)))"
    ),
  ]

  @Test(arguments: rows)
  private func `a reservation holds what its mode allows`(row: ReserveRow) throws {
    let world = try stocked()
    let before = world.ledger.lastSequence
    let reserve = Reserve(mode: row.mode, rankedLocations: [here, there], lines: row.lines)
    let outcome = try world.run(.reserve(world.header(), reserve))[0]
    if case .reserved = outcome.result {
      let lines = world.lines(outcome).map {
        Twin.Line(sku: $0.sku, location: $0.location, asked: $0.asked, granted: $0.granted)
      }
      #expect(Twin.describe(lines) == row.expected)
    } else {
      #expect(world.describe(outcome) == row.expected)
      #expect(world.ledger.lastSequence == before && world.ledger.liveHoldCount == 0)
      #expect(world.balances(StockKey(sku: sku1, location: here))[.available] == 10)
    }
  }

  @Test(arguments: [
    (time: 999 as Int64, isAllowed: false), (time: 1_000, isAllowed: true), (time: 86_400_000, isAllowed: true),
    (time: 86_400_001, isAllowed: false), (time: .max, isAllowed: false), (time: .min, isAllowed: false),
  ])
  func `a hold lives a second to a day`(time: Int64, isAllowed: Bool) throws {
    let world = try stocked()
    let reserve = Reserve(timeToLiveMilliseconds: time, lines: [line(sku1, 1, at: here)])
    let outcome = try world.run(.reserve(world.header(), reserve))[0]
    #expect((outcome.result == .refused(.invalidTimeToLive(milliseconds: time))) == !isAllowed)
  }

  @Test func `a line without a location needs ranked ones`() throws {
    let world = try stocked()
    let outcome = try world.run(.reserve(world.header(), Reserve(lines: [line(sku1, 1, at: here), line(sku1, 1)])))[0]
    #expect(outcome.result == .refused(.noLocation(line: 1)))
  }

  @Test func `of ten thousand buyers of a thousand units exactly a thousand are served`() throws {
    let world = World()
    let key = stock(try world.putSKU("flash"))
    try world.receive(key, 1_000)
    var served = 0
    for _ in 0..<100 {
      let commands = (0..<100).map { _ in
        Command.reserve(world.header(), Reserve(rankedLocations: [key.location], lines: [line(key.sku, 1)]))
      }
      for outcome in try world.run(commands) { if case .reserved = outcome.result { served += 1 } }
    }
    #expect(served == 1_000)
    #expect(world.balances(key)[.available] == 0 && world.balances(key)[.held] == 1_000)
  }
}

@Suite struct StockTests {
  private static let key = StockKey(sku: sku1, location: here)

  private static let nobody = RequestHeader(id: .zero)
  private static let impossible: [(Command, Refusal)] = [
    (.receive(nobody, Receive(stock: key, quantity: 0)), .invalidQuantity(line: 0, quantity: 0)),
    (.receive(nobody, Receive(stock: key, quantity: -5)), .invalidQuantity(line: 0, quantity: -5)),
    (.receive(nobody, Receive(stock: key, quantity: .max)), .invalidQuantity(line: 0, quantity: .max)),
    (.receive(nobody, Receive(stock: key, quantity: 1 << 53)), .quantityOverflow(stock: key, account: .available)),
    (.receive(nobody, Receive(stock: stock(SKUNumber(9)), quantity: 1)), .unknownSKU(line: 0, sku: SKUNumber(9))),
    (
      .adjust(nobody, Adjust(stock: key, delta: -11)),
      .insufficient(stock: key, account: .available, asked: 11, balance: 10)
    ),
    (.adjust(nobody, Adjust(stock: key, delta: .min)), .invalidQuantity(line: 0, quantity: .min)),
    (.adjust(nobody, Adjust(stock: key, account: .held, delta: 1)), .invalidAccount(.held)),
    (.adjust(nobody, Adjust(stock: key, account: .supplier, delta: 1)), .invalidAccount(.supplier)),
    (.adjust(nobody, Adjust(stock: key, delta: 1 << 53)), .quantityOverflow(stock: key, account: .available)),
    (.move(nobody, Move(stock: key, from: .available, to: .available, quantity: 1)), .invalidAccount(.available)),
    (.move(nobody, Move(stock: key, from: .available, to: .allocated, quantity: 1)), .invalidAccount(.allocated)),
    (
      .move(nobody, Move(stock: key, from: .damaged, to: .available, quantity: 1)),
      .insufficient(stock: key, account: .damaged, asked: 1, balance: 0)
    ),
    (
      .move(nobody, Move(stock: stock(sku2, 7), from: .available, to: .damaged, quantity: 1)),
      .insufficient(stock: stock(sku2, 7), account: .available, asked: 1, balance: 0)
    ),
  ]

  @Test(arguments: impossible)
  func `a movement that cannot be is refused and changes nothing`(command: Command, refusal: Refusal) throws {
    let world = try stocked()
    let before = world.balances(Self.key)
    #expect(try world.run(command.with(world.header()))[0].result == .refused(refusal))
    #expect(world.balances(Self.key) == before)
  }

  @Test func `receipts, adjustments and moves go between the accounts they name`() throws {
    let world = try stocked()
    let key = Self.key
    try world.run(
      .receive(world.header(), Receive(stock: key, quantity: 6, toQualityControl: true, reason: "PO 7")),
      .move(world.header(), Move(stock: key, from: .qualityControl, to: .available, quantity: 4)),
      .move(world.header(), Move(stock: key, from: .available, to: .safety, quantity: 3)),
      .adjust(world.header(actor: "ann"), Adjust(stock: key, account: .damaged, delta: 2, reason: "found")),
      .adjust(world.header(), Adjust(stock: key, delta: -1)))
    let balances = world.balances(key)
    #expect(
      Account.allCases.map { balances[$0] } == [10, 0, 0, 3, 2, 2, -16, 0, -1, 0, 0])
    #expect(balances.sum == 0 && balances.onHand == 17)
    let newest = try #require(try world.ledger.newestMovements(of: key.sku, at: key.location, limit: 3, world.state))
    let journal = newest.movements
    #expect(journal.map(\.quantity) == [1, 2, 3])
    #expect(journal[1].actor == "ann" && journal[1].reason == "found" && journal[1].cause == .adjustment)
    let next = try world.ledger.newestMovements(
      of: key.sku, at: key.location, from: newest.next, limit: 10, world.state)
    let page = try #require(next).movements
    #expect(page.map(\.quantity) == [4, 6, 10])
    #expect(page[1].reason == "PO 7" && page[1].to == .qualityControl)
  }

  @Test func `a SKU keeps its number, and its scale once stock has moved`() throws {
    let world = try stocked()
    func put(_ put: PutSKU) throws -> Outcome.Result { try world.run(.putSKU(world.header(), put))[0].result }
    #expect(
      try put(PutSKU(tenant: "t", sku: "A", name: "apple")) == .skuPut(.init(sku: sku1, revision: 2, change: .updated)))
    #expect(
      try put(PutSKU(tenant: "t", sku: "A", name: "apple"))
        == .skuPut(.init(sku: sku1, revision: 2, change: .unchanged)))
    #expect(try put(PutSKU(tenant: "t", sku: "A", scale: 2)) == .refused(.scaleIsFixed(sku1, scale: 0)))
    #expect(
      try put(PutSKU(tenant: "t", sku: "A", name: "x", expectedRevision: 1))
        == .refused(.revisionMismatch(sku1, current: 2)))
    #expect(try put(PutSKU(tenant: "u", sku: "A")) == .skuPut(.init(sku: SKUNumber(3), revision: 1, change: .created)))
    #expect(
      try put(PutSKU(tenant: "u", sku: "A", scale: 6))
        == .skuPut(.init(sku: SKUNumber(3), revision: 2, change: .updated)))
    #expect(try put(PutSKU(tenant: "u", sku: "C", scale: 7)) == .refused(.invalidScale(7)))
    #expect(try put(PutSKU(tenant: "u", sku: "")) == .refused(.invalidSKUText))
    try world.reload()
    #expect(world.ledger.findSKU(tenant: "u", sku: "A") == SKUNumber(3))
    #expect(world.ledger.findSKU(tenant: "", sku: "uA") == nil)
    #expect(try world.ledger.sku(sku1, world.state)?.name == "apple")
    #expect(world.ledger.text(of: sku2) == "B" && world.ledger.tenant(of: sku2) == "t")
  }
}

@Suite struct IdempotencyTests {
  private func reserve(_ quantity: Int64, ranked: [LocationNumber] = [here]) -> Reserve {
    Reserve(reference: "basket", rankedLocations: ranked, lines: [line(sku1, quantity)])
  }

  @Test func `the same request is answered again, another one under its id is refused`() throws {
    let world = try stocked()
    let header = world.header()
    let first = try world.run(.reserve(header, reserve(2)))[0]
    let words = world.describe(first)
    // The gate may rank the locations otherwise when the request is repeated, or see it come from somebody else.
    let again = RequestHeader(id: header.id, actor: "other")
    #expect(world.describe(try world.run(.reserve(again, reserve(2, ranked: [there])))[0]) == words + " replay")
    for other in [
      Command.reserve(header, reserve(3)),
      .reserve(header, Reserve(reference: "b", rankedLocations: [here], lines: [line(sku1, 2)])),
      .receive(header, Receive(stock: stock(sku1), quantity: 2)),
      .confirmHold(header, hold: header.id, terms: OrderTerms(tenant: "t")),
    ] {
      #expect(try world.run(other)[0].result == .refused(.requestIDReused))
    }
    try world.run(.releaseHold(world.header(), hold: header.id))
    let released = try world.run(.reserve(header, reserve(2)))[0]
    #expect(released.isReplay && world.describe(released).contains("released"))
    #expect(world.balances(stock(sku1))[.available] == 10)
    #expect(try world.run(.reserve(header, reserve(3)))[0].result == .refused(.requestIDReused))
  }

  @Test func `twice in one entry is once`() throws {
    let world = try stocked()
    let header = world.header()
    let outcomes = try world.run(.reserve(header, reserve(2)), .reserve(header, reserve(2)))
    #expect(outcomes.map(\.isReplay) == [false, true])
    let receive = Command.receive(world.header(), Receive(stock: stock(sku1), quantity: 1))
    #expect(try world.run(receive, receive).map(\.isReplay) == [false, true])
    #expect(world.balances(stock(sku1))[.available] == 9)
  }

  @Test func `a refused request is not remembered`() throws {
    let world = try stocked()
    let command = Command.reserve(world.header(), reserve(11))
    #expect(
      try world.run(command)[0].result
        == .refused(.outOfStock(Shortage(line: 0, sku: sku1, location: here, asked: 11, available: 10))))
    try world.receive(stock(sku1), 1)
    guard case .reserved = try world.run(command)[0].result else {
      Issue.record("still refused")
      return
    }
  }

  @Test func `an id that the gate made up is not recorded`() throws {
    let world = try stocked()
    let receive = Command.receive(
      RequestHeader(id: world.id(), isGenerated: true), Receive(stock: stock(sku1), quantity: 1))
    let before = world.state.count
    #expect(try world.run(receive)[0].isReplay == false)
    // The journal alone; the row was there.
    #expect(world.state.count == before + 1)
  }

  private static let hour: Int64 = 3_600_000
  private static let ages: [(age: Int64, refusal: Refusal?)] = [
    (72 * hour, nil), (72 * hour + 1, .requestTooOld), (-24 * hour, nil), (-24 * hour - 1, .requestFromFuture),
  ]

  @Test(arguments: ages)
  func `an id from out of its time is refused`(age: Int64, refusal: Refusal?) throws {
    let world = try stocked()
    let id = UniqueID(version7At: UInt64(world.now - age), randomHigh: 1, randomLow: 1)
    let outcome = try world.run(.reserve(RequestHeader(id: id), reserve(1)))[0]
    if let refusal { #expect(outcome.result == .refused(refusal)) }
    #expect((world.ledger.liveHoldCount == 1) == (refusal == nil))
  }
}

extension Command {
  /// The same command under another id.
  func with(_ header: RequestHeader) -> Command {
    switch self {
    case .putSKU(_, let put): .putSKU(header, put)
    case .receive(_, let receive): .receive(header, receive)
    case .adjust(_, let adjust): .adjust(header, adjust)
    case .move(_, let move): .move(header, move)
    case .reserve(_, let reserve): .reserve(header, reserve)
    case .extendHold(_, let hold, let time): .extendHold(header, hold: hold, timeToLiveMilliseconds: time)
    case .releaseHold(_, let hold): .releaseHold(header, hold: hold)
    case .confirmHold(_, let hold, let terms): .confirmHold(header, hold: hold, terms: terms)
    case .createOrder(_, let create): .createOrder(header, create)
    case .changeOrder(_, let target, let step): .changeOrder(header, target, step)
    case .amendOrder(_, let amend): .amendOrder(header, amend)
    case .setCount(_, let count): .setCount(header, count)
    case .moveAllocation(_, let move): .moveAllocation(header, move)
    case .prepareClaim(_, let prepare): .prepareClaim(header, prepare)
    case .decideHold(_, let decide): .decideHold(header, decide)
    case .decideConfirm(_, let decide): .decideConfirm(header, decide)
    case .decideOrder(_, let decide): .decideOrder(header, decide)
    case .decideAmend(_, let decide): .decideAmend(header, decide)
    case .decideMove(_, let decide): .decideMove(header, decide)
    case .tick, .sweepRequests, .settleClaim, .burnClaim, .ackOutbox, .setLocations, .slots: self
    }
  }
}
