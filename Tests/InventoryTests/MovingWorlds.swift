import Basics
import Testing

@testable import Inventory

/// Shards whose slots move, and who moves them: what the leaders of the source and of the target do, step by step. Every
/// command may be repeated, and every world loaded anew, between any two steps.
final class MovingWorlds {
  let worlds: [World]
  /// Which world has a slot; world 0 at the beginning.
  var owner = [Int](repeating: 0, count: SlotStates.count)
  var nextMove: UInt64 = 1
  /// What one entry packs of slots that leave; little, so that everything meets a batch that is half packed.
  var packedMax: UInt32 = 1
  /// Whether all worlds are verified after each step of a batch.
  var verifiesSteps = true
  /// Called between any two steps.
  var between: (MovingWorlds) throws -> Void = { _ in }

  init(count: Int) { worlds = (0..<count).map { World(seed: UInt64($0) + 1) } }

  var now: Int64 {
    get { worlds[0].now }
    set { for world in worlds { world.now = newValue } }
  }

  func world(of slot: UInt16) -> World { worlds[owner[Int(slot)]] }

  @discardableResult
  func run(_ command: SlotCommand, in place: Int) throws -> SlotOutcome {
    guard case .slots(let outcome) = try worlds[place].run(.slots(command))[0].result else {
      throw StateReadError(message: "a command about slots has another outcome")
    }
    try between(self)
    return outcome
  }

  /// Moves slots, a batch of a few at a time.
  func move(_ range: ClosedRange<UInt16>, from: Int, to: Int, batchMax: Int = 4, tidies: Bool = true) throws {
    let slots = SlotNumber(range.lowerBound)...SlotNumber(range.upperBound)
    let move = nextMove
    nextMove += 1
    try #require(try run(.beginMove(move: move, slots: slots, to: UInt32(to)), in: from) == .done)
    try copyHistory(move, slots, from, to)
    while let batch = worlds[from].ledger.nextBatch(weightMax: 4, slotsMax: batchMax) {
      try sendQueue(move, slots, from, to)
      try handOver(move, slots, batch, from, to)
    }
    try #require(try run(.endImport(move: move), in: to) == .done)
    try #require(try run(.endMove(move: move), in: from) == .done)
    if tidies { try tidy(from) }
  }

  func copyHistory(_ move: UInt64, _ slots: ClosedRange<SlotNumber>, _ from: Int, _ to: Int) throws {
    let source = worlds[from]
    var selection = HistorySelection()
    var failure: StateReadError?
    source.state.forEach { key, value in
      let rest = Array(key.dropFirst(World.prefix.count))
      do { try source.ledger.select(rest.rawSpan, value.rawSpan, into: &selection) } catch {
        failure = error as? StateReadError
      }
    }
    if let failure { throw failure }
    if !selection.straddling.isEmpty {
      try #require(try run(.straddle(move: move, orders: selection.straddling), in: from) == .done)
    }
    for part in source.ledger.finish(&selection) { try send(part, move, slots, from, to) }
  }

  private func send(_ part: [UInt8], _ move: UInt64, _ slots: ClosedRange<SlotNumber>, _ from: Int, _ to: Int) throws {
    let number = (worlds[to].ledger.coming(move)?.received ?? 0) + 1
    let piece = ImportHistory(
      move: move, from: UInt32(from), slots: slots, number: number, cursor: [1], part: part)
    guard try run(.importHistory(piece), in: to) == .done else { throw StateReadError(message: "history was refused") }
    // Sent again, because the answer was lost.
    try #require(try run(.importHistory(piece), in: to) == .done)
  }

  func sendQueue(_ move: UInt64, _ slots: ClosedRange<SlotNumber>, _ from: Int, _ to: Int) throws {
    let source = worlds[from]
    while let (chunks, last) = try source.ledger.packedQueue(limit: 7, source.state) {
      for chunk in chunks { try send(chunk, move, slots, from, to) }
      try #require(try run(.acknowledgeQueue(move: move, through: last), in: from) == .done)
    }
  }

  func handOver(
    _ move: UInt64, _ slots: ClosedRange<SlotNumber>, _ batch: ClosedRange<SlotNumber>, _ from: Int, _ to: Int
  ) throws {
    while worlds[from].ledger.mixedHoldCount(of: batch, atMost: 0) > 0 {
      try #require(try run(.straddleHolds(move: move, slots: batch), in: from) == .done)
    }
    for _ in 1...2 {
      try #require(try run(.handOver(move: move, slots: batch, limit: packedMax), in: from) == .done)
    }
    var isPacked = false
    while !isPacked {
      if verifiesSteps { try verify() }
      isPacked = worlds[from].ledger.leaving?.isPacking == false
      try #require(try run(.packSlots(move: move, limit: packedMax), in: from) == .done)
    }
    let batchAway = worlds[from].ledger.leaving?.batch
    let arrived = try #require(batchAway)
    try #require(arrived.slots == batch)
    for part in 0..<max(arrived.partCount, 1) {
      let bytes = try worlds[from].ledger.parcelPart(part, worlds[from].state) ?? []
      let command = SlotCommand.importSlots(
        ImportSlots(move: move, from: UInt32(from), moving: slots, batch: arrived, part: part, bytes: bytes))
      try #require(try run(command, in: to) == .done)
      try #require(try run(command, in: to) == .done)
      if verifiesSteps { try verify() }
    }
    for slot in batch.numbers {
      let state = worlds[to].ledger.state(of: SlotNumber(slot))
      try #require(state == .here)
      owner[Int(slot)] = to
    }
    try #require(try run(.forgetSlots(move: move, slots: batch), in: from) == .done)
    try deliver()
  }

  /// Has what is left of slots that went away deleted.
  func tidy(_ place: Int) throws {
    let world = worlds[place]
    for range in world.ledger.leftovers {
      var (settled, orders): ([UniqueID], [UniqueID]) = ([], [])
      world.state.forEach { key, value in
        let rest = Array(key.dropFirst(World.prefix.count))
        if case (let id, let isOrder)?? = try? world.ledger.leftover(rest.rawSpan, value.rawSpan) {
          if isOrder { orders.append(id) } else { settled.append(id) }
        }
      }
      for start in stride(from: 0, through: max(settled.count, orders.count), by: SlotCommand.idsMax) {
        let (settled, orders) = (settled.dropFirst(start), orders.dropFirst(start))
        let some = SlotCommand.forgetRecords(
          settled: Array(settled.prefix(SlotCommand.idsMax)), orders: Array(orders.prefix(SlotCommand.idsMax)))
        try run(some, in: place)
        try run(some, in: place)
      }
      try run(.endLeftovers(slots: range), in: place)
    }
  }

  /// Brings what homes decided to the slots.
  func deliver() throws {
    for world in worlds {
      for row in world.ledger.outboxRows(after: 0, limit: .max) {
        let record = try #require(try world.ledger.outboxRecord(row.claim, world.state))
        let target = self.world(of: row.claim.slot.rawValue)
        let lines = try record.lines.map { line in
          let found = target.ledger.findSKU(tenant: line.tenant, sku: line.sku)
          let sku = try #require(found)
          return SettleClaim.Line(stock: StockKey(sku: sku, location: line.location), portion: line.portion)
        }
        try target.run(
          .settleClaim(
            SettleClaim(
              claim: row.claim, version: record.version, token: record.token, cause: record.cause, actor: record.actor,
              isOver: record.isOver, keepsName: record.keepsName, lines: lines.sorted { $0.stock < $1.stock })))
        try world.run(.ackOutbox([OutboxAck(claim: row.claim, version: record.version)]))
      }
    }
  }

  func verify() throws {
    for (place, world) in worlds.enumerated() {
      var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
      let report = try verifier.run()
      try #require(report.isSound, "world \(place): \(report.findings.map(\.text))")
      try #require(world.ledger.alarmCount == 0)
    }
  }

  func reload(_ place: Int, seed: UInt64) throws {
    let digest = worlds[place].ledger.stateDigest
    try worlds[place].reload(seed: seed)
    try #require(worlds[place].ledger.stateDigest == digest)
  }
}
