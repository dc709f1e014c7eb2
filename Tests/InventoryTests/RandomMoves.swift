import Basics
import Testing

@testable import Inventory

/// Random commands, to one shard and to several whose slots move.
struct RandomMoves {
  static let slots: UInt16 = 6
  let worlds = MovingWorlds(count: 3)
  let single = World(seed: 99)
  private var random: SeededGenerator
  private(set) var done = 0
  private(set) var moves = 0
  private(set) var answered = 0
  /// Holds, and orders, with their home slots.
  private var holds: [(id: UniqueID, home: UInt16)] = []
  /// Commands on holds that were carried out, which are asked for again now and then.
  private var repeatable: [(home: UInt16, command: Command)] = []

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    for sku in 0..<Self.slots * 2 {
      try put(sku)
      try both(Self.slot(sku)) { world in
        .receive(world.1, Receive(stock: try Self.stock(sku, in: world.0), quantity: 50))
      }
    }
    worlds.between = { [self] in try self.disturb($0) }
  }

  /// Between the steps of a move everything else goes on, and shards are loaded anew. A value: it draws nothing itself.
  private func disturb(_ worlds: MovingWorlds) throws {
    for place in worlds.worlds.indices where worlds.worlds[place].index % 7 == 0 {
      try worlds.reload(place, seed: worlds.worlds[place].index)
    }
  }

  private static func slot(_ sku: UInt16) -> UInt16 { sku / 2 }
  private static func text(_ sku: UInt16) -> String { "S\(sku)" }

  private static func stock(_ sku: UInt16, in world: World) throws -> StockKey {
    let found = world.ledger.findSKU(tenant: "t", sku: text(sku))
    return InventoryTests.stock(try #require(found))
  }

  private mutating func put(_ sku: UInt16) throws {
    try both(Self.slot(sku)) { world in
      .putSKU(world.1, PutSKU(slot: SlotNumber(Self.slot(sku)), tenant: "t", sku: Self.text(sku)))
    }
  }

  private mutating func header() -> RequestHeader {
    RequestHeader(
      id: UniqueID(version7At: UInt64(single.now), randomHigh: random.next(), randomLow: random.next()))
  }

  /// Runs a command in the single shard and in the one that has the slot, and compares what comes of it.
  @discardableResult
  private mutating func both(
    _ slot: UInt16, _ make: (_ world: (World, RequestHeader)) throws -> Command
  ) throws -> UniqueID {
    let header = header()
    try both(slot, header.id, make((single, header)), make((worlds.world(of: slot), header)))
    return header.id
  }

  private mutating func both(_ slot: UInt16, _ id: UniqueID, _ one: Command, _ other: Command) throws {
    done += 1
    let expected = Self.words(try single.run(one)[0], single)
    let owner = worlds.world(of: slot)
    let seen = Self.words(try owner.run(other)[0], owner)
    try #require(seen == expected, "command \(done): \(other)")
    if !expected.hasPrefix("refused") { answered += 1 }
    try worlds.deliver()
  }

  /// An outcome without the numbers that are a shard's own.
  private static func words(_ outcome: Outcome, _ world: World) -> String {
    let words: String
    switch outcome.result {
    case .skuPut(let put): words = "put \(put.revision) \(put.change)"
    case .stockChanged(let changed): words = "available \(changed.available) of \(changed.onHand)"
    case .reserved(let grant): words = "reserved \(grant.state) \(grant.expiry) \(lines(grant.lines, world))"
    case .extended(let hold, let expiry): words = "extended \(hold) \(expiry)"
    case .released(let hold): words = "released \(hold)"
    case .confirmed(let done): words = "confirmed \(done.isReacquired) \(lines(done.lines, world))"
    case .refused(.outOfStock(let shortage)): words = "refused: line \(shortage.line) \(shortage.available)"
    case .refused(.holdExpired(let hold, let shortage)): words = "refused: \(hold) \(shortage.available)"
    case .refused(.insufficient(_, _, let asked, let balance)): words = "refused: \(asked) \(balance)"
    case .refused(let refusal): words = "refused: \(refusal)"
    case .ticked, .swept, .claimPrepared, .claimUnsettled, .claimSettled, .burned, .acknowledged, .slots,
      .orderChanged, .locationsSet, .allocationMoved:
      words = "?"
    }
    return outcome.isReplay ? words + " again" : words
  }

  private static func lines(_ range: Range<Int>, _ world: World) -> [String] {
    world.outcomes.lines[range].map { line in
      let text =
        line.remote >= 0 ? world.outcomes.remotes[Int(line.remote)].sku : world.ledger.text(of: line.sku) ?? "?"
      return "\(text) \(line.granted) of \(line.asked)"
    }
  }

  // MARK: One step

  mutating func step() throws {
    worlds.now += Int64(random.below(400))
    single.now = worlds.now
    // A claim of an expired hold is given back when its home has swept the hold and told.
    for world in worlds.worlds + [single] { try world.run(.tick) }
    try worlds.deliver()
    switch random.below(40) {
    case 0: try move()
    case 1...18: try reserve()
    case 19...24: try end { .releaseHold($0, hold: $1) }
    case 25...31: try end { .confirmHold($0, hold: $1) }
    case 32...33: try end(isLast: false) { .extendHold($0, hold: $1, timeToLiveMilliseconds: 5_000) }
    case 34...35: try replay()
    default: try adjust()
    }
    if done % 16 == 0 { try compare() }
  }

  private mutating func move() throws {
    let first = UInt16(random.below(Int(Self.slots)))
    let from = worlds.owner[Int(first)]
    var last = first
    while last + 1 < Self.slots, worlds.owner[Int(last) + 1] == from, random.below(2) == 0 { last += 1 }
    let to = (from + 1 + Int(random.below(2))) % 3
    moves += 1
    worlds.packedMax = [1, 3, SlotCommand.packedMax][Int(random.below(3))]
    try worlds.move(first...last, from: from, to: to, batchMax: 1 + Int(random.below(3)))
    try worlds.verify()
    try compare()
  }

  /// Of SKUs that one shard has: others need the consent of several.
  private mutating func reserve() throws {
    let first = UInt16(random.below(Int(Self.slots * 2)))
    var chosen = [first]
    for _ in 0..<random.below(3) {
      let other = UInt16(random.below(Int(Self.slots * 2)))
      if worlds.owner[Int(Self.slot(other))] == worlds.owner[Int(Self.slot(first))], !chosen.contains(other) {
        chosen.append(other)
      }
    }
    let home = chosen.map(Self.slot).min() ?? 0
    let quantity = Int64(1 + random.below(12))
    let time = Int64(1_000 + random.below(20_000))
    let make: (World, RequestHeader) throws -> Command = { world, header in
      let lines = try chosen.map { sku in
        let stock = try Self.stock(sku, in: world)
        return ReserveLine(sku: stock.sku, location: stock.location, quantity: quantity)
      }
      return .reserve(header, Reserve(timeToLiveMilliseconds: time, lines: lines))
    }
    let id = try both(home) { try make($0.0, $0.1) }
    holds.append((id, home))
  }

  private mutating func end(isLast: Bool = true, _ make: (RequestHeader, UniqueID) -> Command) throws {
    guard !holds.isEmpty else { return }
    let place = Int(random.below(Int(holds.count)))
    let hold = holds[place]
    let header = header()
    let command = make(header, hold.id)
    // Taking the stock of an expired hold once more needs the consent of all shards that have it.
    if case .confirmHold = command {
      guard try single.ledger.hold(hold.id, at: Stamp(milliseconds: single.now), single.state)?.state == .active else {
        return
      }
    }
    try both(hold.home, header.id, command, command)
    repeatable.append((hold.home, command))
    if isLast { holds.remove(at: place) }
  }

  private mutating func adjust() throws {
    let sku = UInt16(random.below(Int(Self.slots * 2)))
    let delta = Int64(random.below(20)) - 6
    guard delta != 0 else { return }
    try both(Self.slot(sku)) { world in
      .adjust(world.1, Adjust(stock: try Self.stock(sku, in: world.0), delta: delta))
    }
  }

  private mutating func replay() throws {
    guard !repeatable.isEmpty else { return }
    let asked = repeatable[Int(random.below(Int(repeatable.count)))]
    try both(asked.home, .zero, asked.command, asked.command)
  }

  /// What each SKU has, wherever it is.
  private func compare() throws {
    for sku in 0..<Self.slots * 2 {
      let one = single.balances(try Self.stock(sku, in: single))
      let owner = worlds.world(of: Self.slot(sku))
      let other = owner.balances(try Self.stock(sku, in: owner))
      for account in [.available, .held, .allocated] as [Account] {
        try #require(other[account] == one[account], "\(account) of \(Self.text(sku)) after \(done)")
      }
    }
  }
}
