import Basics
import Inventory
import Testing

@Suite struct VerifierTests {
  /// A world with a little of everything in it.
  private func world() throws -> World {
    let world = World()
    let key = stock(try world.putSKU("A"))
    try world.receive(key, 100)
    var holds: [UniqueID] = []
    for quantity in 1...4 as ClosedRange<Int64> {
      let header = world.header()
      holds.append(header.id)
      try world.run(
        .reserve(header, Reserve(lines: [ReserveLine(sku: key.sku, location: key.location, quantity: quantity)])))
    }
    try world.run(.confirmHold(world.header(), hold: holds[0]), .releaseHold(world.header(), hold: holds[1]))
    return world
  }

  private func verify(_ state: MemoryState) throws -> VerificationReport {
    var verifier = LedgerVerifier(prefix: World.prefix, reader: state)
    return try verifier.run()
  }

  @Test func `a sound ledger has no findings, in steps of any size`() throws {
    let world = try world()
    let report = try verify(world.state)
    #expect(report.isSound, "\(report.findings)")
    #expect(report.skus == 1 && report.stockRows == 1 && report.liveHolds == 2 && report.orders == 1)
    #expect(report.movements == 7 && report.settledRecords == 6)
    for size in 1...3 {
      var verifier = LedgerVerifier(prefix: World.prefix, reader: world.state)
      while !verifier.isDone { try verifier.step(recordsMax: size) }
      #expect(verifier.report == report)
    }
  }

  @Test func `an empty state is sound`() throws { #expect(try verify(MemoryState()).isSound) }

  @Test func `whatever record is lost is missed`() throws {
    let world = try world()
    var keys: [[UInt8]] = []
    // Records of requests that are only answers may be lost without anything being wrong with stock.
    world.state.forEach { key, value in if key[2] != 4 || value[1] == 1 { keys.append(key) } }
    var missed: [Finding.Kind] = []
    for key in keys {
      let released = try copy(world.state, without: key)
      let report = try verify(released)
      // A released hold leaves no other trace.
      if key[2] == 4, report.isSound { continue }
      #expect(!report.isSound, "kind \(key[2])")
      missed += report.findings.map(\.kind)
    }
    for kind in [.counter, .journal, .balance, .held, .allocated, .hold, .catalogue] as [Finding.Kind] {
      #expect(missed.contains(kind), "\(kind)")
    }
  }

  @Test func `a wrong balance is named with what was expected`() throws {
    let world = try world()
    var row: ([UInt8], [UInt8])?
    world.state.forEach { key, value in if key[2] == 2 { row = (key, value) } }
    var (key, value) = try #require(row)
    // The first balance is available, 92, zig-zag; one is taken away.
    let place = try #require(value.firstIndex(of: 184))
    value[place] -= 2
    var changes = StateChanges()
    changes.put(key: key.rawSpan, value: value.rawSpan)
    world.state.apply(changes)
    let report = try verify(world.state)
    #expect(
      report.findings.map(\.text) == [
        "t/A (number 1) at location 1: the accounts sum to -1, expected 0",
        "t/A (number 1) at location 1: available is 91, expected 92 by the journal",
      ])
  }

  private func copy(_ state: MemoryState, without lost: [UInt8]) throws -> MemoryState {
    let copy = MemoryState()
    var changes = StateChanges()
    state.forEach { key, value in if key != lost { changes.put(key: key.rawSpan, value: value.rawSpan) } }
    copy.apply(changes)
    return copy
  }
}
