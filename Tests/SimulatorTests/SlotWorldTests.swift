import Basics
import Raft
import Testing

@testable import Inventory
@testable import Simulator

/// Worlds whose slots move between shards, and the checker that every SKU has one history in them.
@Suite struct SlotWorldTests {
  @Test(arguments: [1, 2] as [UInt64])
  func `slots move under all faults, and every SKU has one history`(seed: UInt64) {
    var settings = WorldSettings(seed: seed)
    (settings.usesGoals, settings.usesAcross, settings.usesSlots) = (true, true, true)
    settings.eventsMax = 8_000
    let result = Simulation.run(settings)
    #expect(result.violation == nil, "seed \(seed)")
    #expect(result == Simulation.run(settings))
  }

  @Test func `within some seeds slots do move, and shards are made`() {
    var summary = Summary()
    for seed in 1...6 as ClosedRange<UInt64> {
      var settings = WorldSettings(seed: seed)
      (settings.usesGoals, settings.usesAcross, settings.usesSlots) = (true, true, true)
      settings.eventsMax = 8_000
      summary.add(Simulation.run(settings))
    }
    #expect(summary.coverage[.slotsMoved] > 5 && summary.coverage[.shardMade] > 0)
  }

  // MARK: The checker

  private let catalogue = SlotCatalogue(slots: [SlotNumber(10), SlotNumber(20)])
  private let one = ShardID(1)
  private let two = ShardID(2)

  /// SKU 1 of slot 10 and SKU 2 of slot 20 in shard 1, each with 5 at location 1.
  private func history() throws -> SlotHistory {
    var history = SlotHistory(catalogue: catalogue, shardCount: 1, shardsMax: 2)
    for sku in catalogue.skus { try receive(5, sku, in: one, &history) }
    return history
  }

  private func judge(
    _ command: Command, _ result: Outcome.Result, in shard: ShardID, lines: [GrantedLine] = [],
    _ history: inout SlotHistory
  ) throws {
    let catalogue = catalogue
    let id: UniqueID =
      switch command {
      case .receive(let header, _), .reserve(let header, _), .releaseHold(let header, _): header.id
      default: .zero
      }
    let outcome = Outcome(requestID: id, isReplay: false, result: result)
    // In the tests a shard's numbers are those of the world.
    try history.judge(command, outcome, lines: lines, of: LogIndex(9), in: shard) { catalogue.text(of: $0) }
  }

  private func receive(
    _ quantity: Int64, _ sku: SKUNumber, in shard: ShardID, available: Int64? = nil, _ history: inout SlotHistory
  )
    throws
  {
    let stock = StockKey(sku: sku, location: LocationNumber(1))
    let before = history.view(of: stock, at: .zero, in: shard).available
    let id = UniqueID(high: UInt64(before), low: UInt64(sku.rawValue) << 32 | history.model.effectCount)
    let after = available ?? before + quantity
    let changed = StockChanged(stock: stock, sequence: 1, available: after, onHand: after)
    try judge(
      .receive(RequestHeader(id: id), Receive(stock: stock, quantity: quantity)), .stockChanged(changed), in: shard,
      &history)
  }

  private func slots(_ range: ClosedRange<UInt16>) -> ClosedRange<SlotNumber> {
    SlotNumber(range.lowerBound)...SlotNumber(range.upperBound)
  }

  private func part(_ range: ClosedRange<UInt16>) -> SlotCommand {
    let batch = SlotBatch(slots: slots(range), partCount: 1, stamp: .zero, revision: 0)
    return .importSlots(ImportSlots(move: 1, from: 1, moving: slots(range), batch: batch, part: 0, bytes: []))
  }

  private func move(_ range: ClosedRange<UInt16>, _ history: inout SlotHistory) throws {
    try judge(.slots(.handOver(move: 1, slots: slots(range))), .slots(.done), in: one, &history)
    try judge(.slots(part(range)), .slots(.done), in: two, &history)
  }

  @Test func `what a SKU has goes on where its slot has come`() throws {
    var history = try history()
    try move(10...10, &history)
    #expect(history.owner(of: SlotNumber(10)) == two && history.owner(of: SlotNumber(20)) == one)
    try receive(2, SKUNumber(1), in: two, available: 7, &history)
    #expect(throws: Violation.self) { try receive(2, SKUNumber(1), in: two, available: 2, &history) }
  }

  @Test func `a slot that nobody handed over cannot come`() throws {
    var history = try history()
    #expect(throws: Violation.self) { try judge(.slots(part(10...10)), .slots(.done), in: two, &history) }
    try judge(.slots(.handOver(move: 1, slots: slots(10...10))), .slots(.done), in: one, &history)
    // On its way it is nobody's.
    #expect(throws: Violation.self) { try receive(1, SKUNumber(1), in: one, &history) }
    #expect(throws: Violation.self) { try receive(1, SKUNumber(1), in: two, &history) }
    #expect(throws: Violation.self) { try judge(.slots(part(10...20)), .slots(.done), in: two, &history) }
  }

  @Test func `a source that goes on with what it gave away is found`() throws {
    var history = try history()
    try move(10...10, &history)
    #expect(throws: Violation.self) { try receive(1, SKUNumber(1), in: one, &history) }
    try receive(1, SKUNumber(2), in: one, &history)
  }

  @Test func `a hold over two slots has a claim when one of them has moved`() throws {
    var history = try history()
    let hold = UniqueID(high: 7, low: 7)
    let asked = catalogue.skus.map { ReserveLine(sku: $0, location: LocationNumber(1), quantity: 2) }
    let granted = catalogue.skus.map { GrantedLine(sku: $0, location: LocationNumber(1), asked: 2, granted: 2) }
    let expiry = Stamp(milliseconds: 900_000)
    let grant = HoldGrant(hold: hold, home: SlotNumber(10), state: .active, expiry: expiry, lines: 0..<2)
    try judge(
      .reserve(RequestHeader(id: hold), Reserve(lines: asked)), .reserved(grant), in: one, lines: granted, &history)
    try move(20...20, &history)
    let claim = history.model.claims[ClaimKey(id: hold, slot: SlotNumber(20))]
    #expect(claim?.lines.map(\.portion.held) == [2])
    #expect(history.model.firstBrokenInvariant() == nil && history.brokenClaim() == nil)
    // Released, its claim is still to be told.
    try judge(
      .releaseHold(RequestHeader(id: UniqueID(high: 8, low: 8)), hold: hold), .released(hold: hold), in: one, &history)
    #expect(history.brokenClaim() != nil)
  }
}
