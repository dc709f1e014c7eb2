import Basics
import Inventory
import Raft
import Testing

@testable import Simulator

/// A ledger with its state in memory, one entry and one turn at a time.
struct LedgerBench: ~Copyable {
  var ledger = Ledger(prefix: [0, 0, 0, 1, 0, 0], seed: 1)
  let state = MemoryState()
  var index: UInt64 = 0

  mutating func apply(_ payload: [UInt8]) throws -> OutcomeBuffer {
    index += 1
    var changes = StateChanges()
    var outcomes = OutcomeBuffer()
    try ledger.apply(index: index, payload: payload.rawSpan, reader: state, changes: &changes, outcomes: &outcomes)
    ledger.finishTurn(changes: &changes)
    state.apply(changes)
    ledger.changesWritten()
    return outcomes
  }
}

@Suite struct ModelTests {
  @Test(
    "the specification and the ledger come to the same, command by command", arguments: [1, 2, 3, 4, 5, 6, 7, 8])
  func agreement(seed: UInt64) throws {
    var chance = Chance(seed: seed, concern: 99)
    let maker = RequestMaker(settings: WorkloadSettings(&chance, clientCount: 1), shardCount: 1)
    var client = Client(number: 0, leaders: [])
    var bench = LedgerBench()
    var history = ShardHistory(shard: ShardID(1))
    var past: [Command] = []
    var builder = EntryBuilder()
    var stamp = NodeClock.epochMilliseconds
    for number in 0..<4_000 {
      let id = OperationNumber(rawValue: UInt32(number)).requestID(at: stamp)
      var command = maker.stocking(number, of: ShardID(1), id: id)
      if command == nil, chance.oneIn(8) { command = chance.pick(past.suffix(30)) }
      if command == nil, case .command(let made) = maker.request(client, KnownOrders(), id: id, &chance).request {
        command = made
      }
      guard let command else { continue }
      past.append(command)
      builder.append(command)
      if chance.oneIn(2) { continue }
      stamp += Int64(chance.below(chance.oneIn(50) ? 30_000 : 200))
      let payload = builder.take(stamp: Stamp(milliseconds: stamp))
      let outcomes = try bench.apply(payload)
      let entry = Entry(term: Term(1), index: LogIndex(bench.index), kind: .normal, payload: payload)
      let far = WorldTime.zero + .seconds(1_000_000)
      try history.applied(entry, at: far) { _ in .zero }
      for offset in 0..<outcomes.count {
        try history.check(outcomes[offset], lines: outcomes.lines, of: entry.index, at: offset)
        if case .reserved(let grant) = outcomes[offset].result {
          client.learn(.init(id: grant.hold, shard: ShardID(1)))
        }
      }
      #expect(history.model.firstBrokenInvariant() == nil)
      for row in history.model.rows {
        let found = bench.ledger.stock(row.stock, at: Stamp(milliseconds: stamp))
        let view = try #require(found)
        #expect(view.balances[.available] == row.available && view.balances[.held] == row.held)
        #expect(view.balances[.allocated] == row.allocated && view.balances.onHand == row.onHand)
      }
    }
    #expect(history.model.holds.count > 100 && history.model.effectCount > 500)
  }
}
