import Basics
import Inventory
import Testing

/// A ledger with the state behind it, driven by commands as values: each `run` is one entry and one turn.
final class World {
  static let prefix: [UInt8] = [7, 1]
  static let start: Int64 = 1_800_000_000_000

  var ledger: Ledger
  let state = MemoryState()
  var now = World.start
  var index: UInt64 = 0
  var builder = EntryBuilder()
  var changes = StateChanges()
  var outcomes = OutcomeBuffer()
  /// The most changes that an entry made, with what is written once a turn.
  var changesMax = 0
  /// How many refusals were told by looking, before their entry came to the same.
  private(set) var foreseenCount = 0
  /// Entries that are collected into one turn.
  var isInTurn = false
  private var nextID: UInt64 = 1
  /// Ids of worlds with different seeds differ.
  private let idSeed: UInt64

  init(seed: UInt64 = 1, limits: LedgerLimits = LedgerLimits()) {
    idSeed = seed
    ledger = Ledger(prefix: World.prefix, seed: seed, limits: limits)
  }

  /// A fresh version 7 id of now.
  func id() -> UniqueID {
    nextID += 1
    return UniqueID(version7At: UInt64(now), randomHigh: nextID, randomLow: nextID | (idSeed - 1) << 32)
  }

  func header(actor: String = "") -> RequestHeader { RequestHeader(id: id(), actor: actor) }

  @discardableResult
  func run(_ commands: Command...) throws -> [Outcome] { try run(commands) }

  @discardableResult
  func run(_ commands: [Command]) throws -> [Outcome] {
    for command in commands { builder.append(command) }
    let foreseen = foresee(commands.first)
    let outcomes = try run(payload: builder.take(stamp: Stamp(milliseconds: now)))
    if let foreseen {
      foreseenCount += 1
      try #require(outcomes[0].result == .refused(.outOfStock(foreseen.shortage)))
      try #require(Array(self.outcomes.refusedLocations[outcomes[0].refusedLocations]) == foreseen.refusals)
    }
    return outcomes
  }

  /// What a gate foresees of a reservation that it would let through: that it finds too little.
  private func foresee(_ command: Command?) -> (shortage: Shortage, refusals: [LocationRefusal])? {
    guard case .reserve(let header, let reserve) = command, reserve.lines.count == 1 else { return nil }
    let (line, stamp) = (reserve.lines[0], Stamp(milliseconds: now))
    guard line.quantity > 0, line.quantity <= Rules.quantityMax, line.minimum > 0, line.minimum <= line.quantity,
      1_000...86_400_000 ~= reserve.timeToLiveMilliseconds, ledger.isUnused(header.id, at: stamp)
    else { return nil }
    var refusals: [LocationRefusal] = []
    let shortage = ledger.shortage(
      of: line, reserve.mode, reserve.sourcing, ranked: reserve.rankedLocations.span, at: stamp, refusals: &refusals)
    return shortage.map { ($0, refusals) }
  }

  @discardableResult
  func run(payload: [UInt8]) throws -> [Outcome] {
    index += 1
    outcomes.removeAll()
    try ledger.apply(index: index, payload: payload.rawSpan, reader: state, changes: &changes, outcomes: &outcomes)
    if !isInTurn { finishTurn() }
    return (0..<outcomes.count).map { outcomes[$0] }
  }

  func finishTurn() {
    ledger.finishTurn(changes: &changes)
    changesMax = max(changesMax, changes.count)
    state.apply(changes)
    changes.removeAll()
    ledger.changesWritten()
  }

  /// Throws the ledger away and loads another one from the state.
  func reload(seed: UInt64 = 2, limits: LedgerLimits = LedgerLimits()) throws {
    ledger = Ledger(prefix: World.prefix, seed: seed, limits: limits)
    try ledger.load(from: state)
  }

  // MARK: Short forms

  func putSKU(_ sku: String, slot: SlotNumber = SlotNumber(0)) throws -> SKUNumber {
    let put = PutSKU(slot: slot, tenant: "t", sku: sku)
    guard case .skuPut(let put) = try run(.putSKU(header(), put))[0].result else {
      throw StateReadError(message: "not put")
    }
    return put.sku
  }

  func receive(_ stock: StockKey, _ quantity: Int64) throws {
    try run(.receive(header(), Receive(stock: stock, quantity: quantity)))
  }

  func balances(_ stock: StockKey) -> Balances {
    ledger.stock(stock, at: Stamp(milliseconds: now))?.balances ?? Balances()
  }

  func lines(_ outcome: Outcome) -> [GrantedLine] {
    switch outcome.result {
    case .reserved(let grant): Array(outcomes.lines[grant.lines])
    case .confirmed(let confirmation): Array(outcomes.lines[confirmation.lines])
    case .claimPrepared(let grant): Array(outcomes.lines[grant.lines])
    case .skuPut, .stockChanged, .extended, .released, .orderChanged, .ticked, .swept, .claimUnsettled, .claimSettled,
      .burned, .acknowledged, .locationsSet, .allocationMoved, .slots, .refused:
      []
    }
  }
}

func stock(_ sku: SKUNumber, _ location: UInt16 = 1) -> StockKey {
  StockKey(sku: sku, location: LocationNumber(location))
}
