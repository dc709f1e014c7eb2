import Basics
import Inventory

/// Makes up commands: mostly sensible ones on few SKUs, so that they get into each other's way; and every kind of
/// nonsense. One seed, one sequence.
struct RandomCommands {
  var generator: SeededGenerator
  var now = World.start
  /// The log index of the entry that was made last.
  private var index: UInt64 = 0
  private var past: [Command] = []
  private var holdIDs: [UniqueID] = []
  private var requestIDs: [UniqueID] = []
  private var orderIDs: [UniqueID] = []

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// The next entry: some commands, after some time.
  mutating func entry() -> [Command] {
    switch generator.below(1000) {
    case 0: now += 80 * 3_600_000
    case 1: now += 25 * 3_600_000
    case 2..<10: now += Int64(generator.below(100_000))
    case 10..<300: now += Int64(generator.below(1_000))
    default: now += Int64(generator.below(30))
    }
    index += 1
    return (0..<1 + generator.below(5)).map { _ in command() }
  }

  private mutating func command() -> Command {
    if !past.isEmpty, generator.below(10) == 0 { return past[recent(past.count)] }
    let command = fresh()
    past.append(command)
    return command
  }

  private mutating func fresh() -> Command {
    switch generator.below(100) {
    case 0..<2: return .tick
    case 2: return .sweepRequests(limit: UInt32(generator.below(20)))
    case 3..<6: return .putSKU(header(), putSKU())
    case 6..<16:
      return .receive(
        header(), Receive(stock: stock(), quantity: quantity(), toQualityControl: generator.below(4) == 0))
    case 16: return stockControl()
    case 17..<20: return .adjust(header(), Adjust(stock: stock(), account: account(), delta: quantity() - 3))
    case 20..<24: return .move(header(), Move(stock: stock(), from: account(), to: account(), quantity: quantity()))
    case 24..<32: return .extendHold(header(), hold: hold(), timeToLiveMilliseconds: timeToLive())
    case 32..<44: return .releaseHold(header(), hold: hold())
    case 44..<52:
      let header = header()
      orderIDs.append(header.id)
      return .confirmHold(header, hold: hold(), terms: terms())
    case 52..<58: return createOrder()
    case 58..<70: return .changeOrder(header(), target(), step())
    case 70..<74: return amendOrder()
    default:
      let header = header()
      holdIDs.append(header.id)
      return .reserve(header, reserve())
    }
  }

  // MARK: Orders

  /// A new one, or one that was asked for before under another id, as a marketplace does.
  private mutating func createOrder() -> Command {
    let header = header()
    if generator.below(5) == 0, let last = past.last(where: { if case .createOrder = $0 { true } else { false } }) {
      return last.with(header)
    }
    orderIDs.append(header.id)
    let count = generator.below(2) == 0 ? 1 : generator.below(30) == 0 ? 0 : 1 + generator.below(3)
    let replaces = generator.below(8) == 0 ? order() : nil
    return .createOrder(
      header,
      CreateOrder(
        home: home(), fingerprint: generator.next(), terms: terms(), reference: generator.below(2) == 0 ? "" : "r",
        replaces: replaces, sourcing: orderSourcing(), rankedLocations: ranked(),
        lines: (0..<count).map { _ in orderLine() }))
  }

  private mutating func orderLine() -> ReserveLine {
    ReserveLine(sku: sku(), location: generator.below(3) == 0 ? location() : nil, quantity: quantity())
  }

  private mutating func ranked() -> [LocationNumber] {
    generator.below(30) == 0 ? [] : (0..<generator.below(3)).map { _ in location() } + [LocationNumber(1)]
  }

  private mutating func home() -> SlotNumber { SlotNumber(UInt16(generator.below(12) == 0 ? 1 : 0)) }

  private mutating func terms() -> OrderTerms {
    let tenant = generator.below(10) == 0 ? "other" : "t"
    var terms = OrderTerms(tenant: tenant)
    switch generator.below(40) {
    case 0: terms.payWithinMilliseconds = 999
    case 1: terms.payWithinMilliseconds = .max
    case 2..<15: terms.payWithinMilliseconds = 1_000 + Int64(generator.below(5_000))
    default: break
    }
    if generator.below(3) == 0 {
      terms.name = OrderName(
        tenant: tenant, channel: generator.below(2) == 0 ? "" : "shop", number: "N-\(generator.below(60))",
        slot: SlotNumber(3))
    }
    return terms
  }

  private mutating func order() -> UniqueID {
    orderIDs.isEmpty || generator.below(50) == 0 ? id() : orderIDs[recent(orderIDs.count)]
  }

  private mutating func target() -> OrderTarget {
    OrderTarget(
      order(), tenant: generator.below(10) == 0 ? "other" : "t", reason: generator.below(3) == 0 ? "because" : "")
  }

  private mutating func step() -> OrderStep {
    switch generator.below(12) {
    case 0..<3: .pay(reference: "p\(generator.below(2))")
    case 3: .hold
    case 4: .resume
    case 5..<7: .cancel(parts())
    case 7..<11: .ship(shipment: "s\(generator.below(5))", parts())
    default: .complete
    }
  }

  private mutating func parts() -> [LineQuantity] {
    if generator.below(3) == 0 { return [] }
    return (0..<1 + generator.below(2)).map { _ in
      LineQuantity(line: generator.below(3), quantity: generator.below(4) == 0 ? 0 : quantity() / 2)
    }
  }

  private mutating func amendOrder() -> Command {
    .amendOrder(
      header(),
      AmendOrder(
        target: target(), fingerprint: generator.next(), expectedRevision: UInt32(generator.below(8) == 0 ? 2 : 0),
        changes: (0..<generator.below(3)).map { _ in
          LineQuantity(line: generator.below(generator.below(5) == 0 ? 4 : 1), quantity: quantity())
        }, sourcing: Sourcing(takesBackorders: generator.below(2) == 0), rankedLocations: ranked(),
        added: (0..<generator.below(2)).map { _ in orderLine() }))
  }

  private mutating func reserve() -> Reserve {
    let mode: ReserveMode = generator.below(2) == 0 ? .allOrNothing : generator.below(2) == 0 ? .wholeLines : .upTo
    let count = generator.below(3) > 0 ? 1 : generator.below(40) == 0 ? 0 : 1 + generator.below(5)
    let lines = (0..<count).map { _ in
      ReserveLine(
        sku: sku(), location: generator.below(3) == 0 ? location() : nil, quantity: quantity(),
        minimum: generator.below(20) == 0 ? quantity() - 2 : 1)
    }
    let ranked = (0..<generator.below(4)).map { _ in location() }
    return Reserve(
      mode: mode, sourcing: sourcing(), timeToLiveMilliseconds: timeToLive(),
      reference: generator.below(2) == 0 ? "" : "basket \(now)",
      rankedLocations: generator.below(20) == 0 ? [] : ranked + [LocationNumber(1)], lines: lines)
  }

  private mutating func sourcing() -> Sourcing {
    guard generator.below(3) == 0 else { return .plain }
    return Sourcing(
      strategy: Sourcing.Strategy.allCases[generator.below(4)], split: Sourcing.Split.allCases[generator.below(3)])
  }

  private mutating func orderSourcing() -> Sourcing {
    let plain = sourcing()
    return Sourcing(strategy: plain.strategy, split: plain.split, takesBackorders: generator.below(2) == 0)
  }

  private mutating func stockControl() -> Command {
    switch generator.below(8) {
    case 0:
      let closed = (1...3 as ClosedRange<UInt16>).filter { _ in generator.below(6) == 0 }
      return .setLocations(
        SetLocations(
          revision: index + UInt64(generator.below(3)),
          closed: closed.map {
            ClosedLocation(location: LocationNumber($0), closure: generator.below(2) == 0 ? .draining : .closed)
          }))
    case 1..<4:
      return .moveAllocation(
        header(),
        MoveAllocation(
          owner: generator.below(2) == 0 ? hold() : order(), sku: sku(), from: location(), to: location(),
          quantity: generator.below(3) == 0 ? 0 : quantity()))
    default:
      let asOf = Int64(index) - Int64(generator.below(40))
      return .setCount(
        header(),
        SetCount(
          stock: stock(), counted: generator.below(20) == 0 ? quantity() : Int64(generator.below(60)),
          asOf: UInt64(max(0, asOf + (generator.below(20) == 0 ? 60 : 0)))))
    }
  }

  private mutating func header() -> RequestHeader {
    let id = id()
    requestIDs.append(id)
    return RequestHeader(id: id, isGenerated: generator.below(4) == 0, actor: generator.below(3) == 0 ? "ops" : "")
  }

  private mutating func id() -> UniqueID {
    let (high, low) = (generator.next(), generator.next())
    switch generator.below(100) {
    case 0 where !requestIDs.isEmpty: return requestIDs[recent(requestIDs.count)]
    case 1: return UniqueID(version7At: UInt64(now - 71 * 3_600_000), randomHigh: high, randomLow: low)
    case 2: return UniqueID(version7At: UInt64(now - 73 * 3_600_000), randomHigh: high, randomLow: low)
    case 3: return UniqueID(version7At: UInt64(now + 23 * 3_600_000), randomHigh: high, randomLow: low)
    case 4: return UniqueID(version7At: UInt64(now + 25 * 3_600_000), randomHigh: high, randomLow: low)
    case 5..<20: return UniqueID(high: high & ~0xF000 | 0x4000, low: low)
    default:
      return UniqueID(version7At: UInt64(now - Int64(generator.below(20_000))), randomHigh: high, randomLow: low)
    }
  }

  private mutating func hold() -> UniqueID {
    holdIDs.isEmpty || generator.below(50) == 0 ? id() : holdIDs[recent(holdIDs.count)]
  }

  /// One of the last, mostly.
  private mutating func recent(_ count: Int) -> Int {
    generator.below(20) == 0 ? generator.below(count) : count - 1 - generator.below(min(count, 40))
  }

  private mutating func putSKU() -> PutSKU {
    let number = generator.below(4)
    return PutSKU(
      slot: SlotNumber(UInt16(number)), tenant: generator.below(3) == 0 ? "other" : "t",
      sku: generator.below(30) == 0 ? "" : "SKU-\(number)",
      name: "name \(generator.below(3))", scale: UInt8(generator.below(30) == 0 ? generator.below(9) : 0),
      lot: [1, 1, 1, 2, 3, 0][generator.below(6)], backorderLimit: [0, 12, 30, -1][generator.below(4)],
      attributes: [UInt8](repeating: 7, count: generator.below(3)),
      expectedRevision: generator.below(5) == 0 ? UInt32(generator.below(4)) : 0)
  }

  private mutating func timeToLive() -> Int64 {
    switch generator.below(30) {
    case 0: 0
    case 1: 999
    case 2: 86_400_001
    case 3: 86_400_000
    case 4: .min
    case 5: .max
    default: 1_000 + Int64(generator.below(8_000))
    }
  }

  private mutating func quantity() -> Int64 {
    switch generator.below(200) {
    case 0: 0
    case 1: -1
    case 2: .max
    case 3: .min + 3
    case 4: 1 << 53
    case 5: 1 << 53 + 1
    default: 1 + Int64(generator.below(9))
    }
  }

  private mutating func sku() -> SKUNumber { SKUNumber(UInt32(generator.below(60) == 0 ? 99 : 1 + generator.below(6))) }
  private mutating func location() -> LocationNumber { LocationNumber(UInt16(1 + generator.below(3))) }
  private mutating func stock() -> StockKey { StockKey(sku: sku(), location: location()) }
  private mutating func account() -> Account {
    let all = Account.allCases
    return generator.below(3) == 0
      ? all[generator.below(all.count)] : [.available, .safety, .damaged][generator.below(3)]
  }
}
