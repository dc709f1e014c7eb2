import Basics
import Inventory
import Testing

/// A replica that writes batches when it likes, and crashes when it likes: what was not written is applied again from
/// the log.
private struct CrashingReplica {
  var world: World
  var log: [[UInt8]] = []
  let limits: LedgerLimits
  var generator: SeededGenerator

  init(seed: UInt64, limits: LedgerLimits) {
    world = World(seed: seed, limits: limits)
    world.isInTurn = true
    self.limits = limits
    generator = SeededGenerator(seed: seed)
  }

  mutating func apply(_ payload: [UInt8]) throws -> [String] {
    log.append(payload)
    let outcomes = try world.run(payload: payload)
    let words = outcomes.map { world.describe($0) }
    if generator.below(4) == 0 { world.finishTurn() }
    if generator.below(60) == 0 { try crash() }
    return words
  }

  private mutating func crash() throws {
    world.changes.removeAll()
    try world.reload(seed: generator.next(), limits: limits)
    world.index = world.ledger.appliedIndex
    while world.index < UInt64(log.count) { try world.run(payload: log[Int(world.index)]) }
  }
}

@Suite struct ReloadTests {
  private static let replicas: [(seed: UInt64, limits: LedgerLimits)] = [
    (seed: 11, limits: LedgerLimits(recentIDsMax: 3, recentIDsAgeMilliseconds: 5_000, retentionSweepMax: 1)),
    (seed: 12, limits: LedgerLimits(recentIDsMax: 50, recentIDsAgeMilliseconds: 0, retentionSweepMax: 0)),
    (seed: 13, limits: LedgerLimits(recentIDsMax: .max, recentIDsAgeMilliseconds: .max / 2, retentionSweepMax: 7)),
  ]

  @Test(arguments: replicas)
  func `crashes, batches and cache bounds change neither outcomes nor digest`(
    seed: UInt64, limits: LedgerLimits
  ) throws {
    var commands = RandomCommands(seed: seed)
    let steady = World()
    var crashing = CrashingReplica(seed: seed, limits: limits)
    var steps = RandomSteps()
    for _ in 0..<4_000 {
      for command in commands.entry() { steady.builder.append(command) }
      let now = commands.now
      if commands.generator.below(2) == 0 {
        steady.builder.append(steps.command(&commands.generator, now, slots: []))
      }
      steady.now = commands.now
      let payload = steady.builder.take(stamp: Stamp(milliseconds: steady.now))
      let expected = try steady.run(payload: payload).map { steady.describe($0) }
      steps.learn((0..<steady.outcomes.count).map { steady.outcomes[$0] }, steady.outcomes.lines)
      let seen = try crashing.apply(payload)
      if seen != expected { try #require(seen == expected) }
      let (left, right) = (crashing.world.ledger.stateDigest, steady.ledger.stateDigest)
      if left != right { try #require(left == right) }
    }
    crashing.world.finishTurn()
    for kind in [1, 2, 3, 6, 7, 9, 10] as [UInt8] {
      #expect(pairs(crashing.world.state, kind) == pairs(steady.state, kind), "kind \(kind)")
    }
    for (world, name) in [(steady, "steady"), (crashing.world, "crashing")] {
      var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
      let report = try verifier.run()
      let findings = report.findings.filter { !$0.text.contains("commands could not be read or carried out") }
      #expect(findings.isEmpty, "\(name): \(findings)")
      #expect(report.liveHolds == world.ledger.liveHoldCount)
    }
  }

  /// The pairs of one kind as text.
  private func pairs(_ state: MemoryState, _ kind: UInt8) -> [[UInt8]] {
    var found: [[UInt8]] = []
    state.forEach { key, value in if key[World.prefix.count] == kind { found.append(key + [0xFF] + value) } }
    return found
  }

  @Test func `a repeated request gets its answer again after a restart`() throws {
    let world = World()
    let sku = try world.putSKU("A")
    try world.receive(stock(sku), 5)
    let request = Command.reserve(
      world.header(), Reserve(lines: [ReserveLine(sku: sku, location: LocationNumber(1), quantity: 2)]))
    let receive = Command.receive(world.header(), Receive(stock: stock(sku), quantity: 5))
    let first = try world.run(request, receive).map { world.describe($0) + " replay" }
    #expect(try world.run(request, receive).map { world.describe($0) } == first)
    try world.reload()
    #expect(try world.run(request, receive).map { world.describe($0) } == first)
    #expect(world.balances(stock(sku))[.held] == 2)
  }

  @Test func `damaged state is refused with words, not loaded`() throws {
    let world = World()
    let sku = try world.putSKU("A")
    try world.receive(stock(sku), 5)
    try world.run(
      .reserve(world.header(), Reserve(lines: [ReserveLine(sku: sku, location: LocationNumber(1), quantity: 2)])))
    var keys: [([UInt8], [UInt8])] = []
    world.state.forEach { key, value in if key[2] != 7 && key[2] != 4 { keys.append((key, value)) } }
    #expect(keys.count == 4)
    for (key, value) in keys {
      var changes = StateChanges()
      changes.put(key: key.rawSpan, value: Array(value.dropLast()).rawSpan)
      world.state.apply(changes)
      #expect(throws: StateReadError.self) { try world.reload() }
      changes.removeAll()
      changes.put(key: key.rawSpan, value: value.rawSpan)
      world.state.apply(changes)
    }
    try world.reload()
  }
}
