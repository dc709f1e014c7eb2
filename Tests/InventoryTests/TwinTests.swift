import Basics
import Foundation
import Inventory
import Testing

/// How many commands the random tests run in all, and the first of their seeds: `INVENTORY_COMMANDS` makes it more, and
/// `INVENTORY_SEED` others.
private let commandCount = Int(ProcessInfo.processInfo.environment["INVENTORY_COMMANDS"] ?? "") ?? 80_000
private let firstSeed = UInt64(ProcessInfo.processInfo.environment["INVENTORY_SEED"] ?? "") ?? 1

/// Many worlds of up to this many commands rather than a few endless ones: the twin never forgets anything.
private let commandsMax = 100_000
private let seedCount = max(4, commandCount / commandsMax)

@Suite struct TwinTests {
  @Test(arguments: firstSeed..<firstSeed + UInt64(seedCount))
  func `any commands do what the obvious ledger says, and the journal folds to its balances`(seed: UInt64) throws {
    var commands = RandomCommands(seed: seed)
    let world = World()
    var twin = Twin()
    var fold = Fold()
    var steps = RandomSteps()
    var done = 0
    while done < commandCount / seedCount {
      var entry = commands.entry()
      let now = commands.now
      if commands.generator.below(2) == 0 {
        entry.append(steps.command(&commands.generator, now, slots: twin.skus.map(\.put.slot), twin))
      }
      done += entry.count
      world.now = commands.now
      let outcomes = try world.run(entry)
      let expected = twin.run(entry, at: commands.now)
      for (index, outcome) in outcomes.enumerated() {
        let seen = world.describe(outcome)
        if seen != expected[index] {
          try #require(seen == expected[index], "command \(done - entry.count + index): \(entry[index])")
        }
      }
      try #require(outcomes.count == entry.count)
      twin.learn(outcomes)
      steps.learn(outcomes, world.outcomes.lines)
      for movement in try world.ledger.journal(from: fold.sequence + 1, limit: .max, world.state) {
        try fold.add(movement)
      }
      try #require(
        fold.sequence == twin.sequence && world.ledger.lastSequence == twin.sequence,
        "\(fold.sequence) movements, not \(twin.sequence): command \(done), \(entry)")
      try compare(world, &twin, fold)
      try compareHolds(world, twin, &commands)
      try compareOrders(world, twin, twin.touched)
      try compareShards(world, twin, &commands)
      if done / 10_000 != (done - entry.count) / 10_000 { try verify(world) }
    }
    try compareOrders(world, twin, Set(twin.orders.keys))
    try verify(world)
    #expect(world.foreseenCount > done / 2_000)
    #expect(world.ledger.alarmCount == twin.shards.alarms)
    #expect(world.ledger.orderCount == UInt64(twin.orders.count))
  }

  /// The ledger's own verifier finds nothing in its state.
  private func verify(_ world: World) throws {
    var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
    let findings = try verifier.run().findings.filter {
      !$0.text.contains("commands could not be read or carried out")
    }
    try #require(findings.isEmpty, "\(findings)")
  }

  private func compare(_ world: World, _ twin: inout Twin, _ fold: Fold) throws {
    for sku in 1...8 as ClosedRange<UInt32> {
      for location in 1...3 as ClosedRange<UInt16> {
        let key = stock(SKUNumber(sku), location)
        let balances = world.balances(key)
        for account in Account.allCases where balances[account] != twin.balance(key, account) {
          try #require(balances[account] == twin.balance(key, account), "\(account) of \(key)")
        }
        if balances != fold.balances[key] ?? Balances() {
          try #require(balances == fold.balances[key] ?? Balances(), "\(key)")
        }
      }
    }
  }

  private func compareOrders(_ world: World, _ twin: Twin, _ ids: Set<UniqueID>) throws {
    for id in ids {
      let order = try world.ledger.order(id, at: Stamp(milliseconds: world.now), world.state)
      let expected = twin.orders[id]?.words
      if order?.words != expected { try #require(order?.words == expected, "order \(id)") }
    }
  }

  private func compareShards(_ world: World, _ twin: Twin, _ commands: inout RandomCommands) throws {
    try #require(world.ledger.outboxCount == twin.shards.told.count)
    let pending = twin.shards.claims.values.count { $0.pending != nil }
    try #require(world.ledger.pendingClaimCount == pending)
    let rows = world.ledger.outboxRows(after: 0, limit: .max).suffix(4)
    for row in rows + world.ledger.outboxRows(after: UInt64(commands.generator.below(500)), limit: 2) {
      let record = try #require(try world.ledger.outboxRecord(row.claim, world.state))
      var has: [String: Portion] = [:]
      for line in record.lines { has["\(line.sku)@\(line.location)"] = line.portion }
      let told = TwinTold(
        version: record.version, token: record.token, isOver: record.isOver, keepsName: record.keepsName, has: has)
      if twin.shards.told[row.claim] != told { try #require(twin.shards.told[row.claim] == told, "\(row.claim)") }
    }
  }

  private func compareHolds(_ world: World, _ twin: Twin, _ commands: inout RandomCommands) throws {
    #expect(world.ledger.liveHoldCount == twin.active.count)
    for id in twin.active.suffix(3) {
      let view = try #require(try world.ledger.hold(id, at: Stamp(milliseconds: world.now), world.state))
      let hold = try #require(twin.holds[id])
      #expect(view.state == .active && view.expiry.milliseconds == hold.expiry)
      // A read that is later than the last entry sees it expire on time, and not before.
      let before = try world.ledger.hold(id, at: Stamp(milliseconds: hold.expiry - 1), world.state)
      let after = try world.ledger.hold(id, at: Stamp(milliseconds: hold.expiry), world.state)
      #expect(before?.state == .active && after?.state == .expired)
    }
  }
}

/// Balances from nothing but movements.
struct Fold {
  var sequence: UInt64 = 0
  var balances: [StockKey: Balances] = [:]
  var last: [StockKey: UInt64] = [:]

  mutating func add(_ movement: Movement) throws {
    sequence += 1
    try #require(movement.sequence == sequence)
    try #require(movement.previousSequence == last[movement.stock] ?? 0)
    last[movement.stock] = sequence
    var row = balances[movement.stock] ?? Balances()
    row[movement.from] -= movement.quantity
    row[movement.to] += movement.quantity
    try #require(row[movement.from] == movement.fromBalance && row[movement.to] == movement.toBalance)
    try #require(row[.available] == movement.available && row[.held] == movement.held)
    balances[movement.stock] = row
  }
}
