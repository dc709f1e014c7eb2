import Basics
import Inventory
import Raft
import Testing

@testable import Simulator

/// A shard with one SKU at one location, and a log to apply.
struct HistoryBench {
  static let stock = StockKey(sku: SKUNumber(1), location: LocationNumber(1))
  static let stamp = Stamp(milliseconds: NodeClock.epochMilliseconds)

  var history = ShardHistory(shard: ShardID(1))
  var time = WorldTime.zero

  init(available: Int64 = 5) throws {
    try apply([
      .putSKU(RequestHeader(id: Self.id(1_000)), PutSKU(tenant: "t", sku: "s")),
      .receive(RequestHeader(id: Self.id(1_001)), Receive(stock: Self.stock, quantity: available)),
    ])
  }

  static func id(_ number: UInt32) -> UniqueID {
    OperationNumber(rawValue: number).requestID(at: NodeClock.epochMilliseconds)
  }

  static func entry(_ index: LogIndex, _ commands: [Command], term: UInt64 = 1, stamp: Stamp = stamp) -> Entry {
    var builder = EntryBuilder()
    for command in commands { builder.append(command) }
    return Entry(term: Term(term), index: index, kind: .normal, payload: builder.take(stamp: stamp))
  }

  static func reserve(_ number: UInt32, _ quantity: Int64, timeToLive: Int64 = 60_000) -> Command {
    .reserve(
      RequestHeader(id: id(number)),
      Reserve(
        timeToLiveMilliseconds: timeToLive,
        lines: [ReserveLine(sku: stock.sku, location: stock.location, quantity: quantity)]))
  }

  mutating func apply(_ commands: [Command], stamp: Stamp = stamp) throws(Violation) {
    try history.applied(Self.entry(history.lastIndex.next, commands, stamp: stamp), at: time) { _ in .zero }
  }
}

@Suite struct HistoryTests {
  private func checker(_ body: () throws(Violation) -> Void) -> Violation.Checker? {
    do throws(Violation) { try body() } catch { return error.checker }
    return nil
  }

  @Test func `two replicas that apply different entries at one index are caught`() throws {
    var bench = try HistoryBench()
    try bench.apply([HistoryBench.reserve(1, 1)])
    let other = HistoryBench.entry(LogIndex(2), [HistoryBench.reserve(2, 1)])
    #expect(
      checker { () throws(Violation) in try bench.history.applied(other, at: .zero) { _ in .zero } } == .committedPrefix
    )
    let newer = HistoryBench.entry(LogIndex(2), [HistoryBench.reserve(1, 1)], term: 2)
    #expect(
      checker { () throws(Violation) in try bench.history.applied(newer, at: .zero) { _ in .zero } } == .committedPrefix
    )
    let same = HistoryBench.entry(LogIndex(2), [HistoryBench.reserve(1, 1)])
    #expect(checker { () throws(Violation) in try bench.history.applied(same, at: .zero) { _ in .zero } } == nil)
  }

  @Test func `an entry left out is caught`() throws {
    var bench = try HistoryBench()
    let entry = HistoryBench.entry(LogIndex(3), [])
    #expect(
      checker { () throws(Violation) in try bench.history.applied(entry, at: .zero) { _ in .zero } } == .committedPrefix
    )
  }

  @Test func `different state at one index is caught`() throws {
    var bench = try HistoryBench()
    try bench.history.reached(LogIndex(1), digest: 7)
    try bench.history.reached(LogIndex(1), digest: 7)
    #expect(checker { () throws(Violation) in try bench.history.reached(LogIndex(1), digest: 8) } == .stateEquality)
  }

  @Test func `a stamp that goes back is caught`() throws {
    var bench = try HistoryBench()
    let earlier = HistoryBench.stamp.advanced(byMilliseconds: -1)
    #expect(checker { () throws(Violation) in try bench.apply([.tick], stamp: earlier) } == .stamps)
  }

  @Test func `a hold that expires long before its time by the true clock is caught`() throws {
    var bench = try HistoryBench()
    try bench.apply([HistoryBench.reserve(1, 1, timeToLive: 10_000)])
    bench.time = .zero + .seconds(3)
    let later = HistoryBench.stamp.advanced(byMilliseconds: 10_100)
    #expect(checker { () throws(Violation) in try bench.apply([.tick], stamp: later) } == .expiry)
    bench.time = .zero + .seconds(10)
    var honest = try HistoryBench()
    try honest.apply([HistoryBench.reserve(1, 1, timeToLive: 10_000)])
    honest.time = .zero + .seconds(10)
    #expect(checker { () throws(Violation) in try honest.apply([.tick], stamp: later) } == nil)
  }

  @Test func `a read from before what was known is caught`() throws {
    var bench = try HistoryBench()
    try bench.apply([HistoryBench.reserve(1, 1)])
    bench.history.told(through: LogIndex(2))
    let floor = bench.history.knownThrough
    #expect(checker { () throws(Violation) in try bench.history.read(at: LogIndex(1), floor: floor) } == .read)
    #expect(checker { () throws(Violation) in try bench.history.read(at: LogIndex(2), floor: floor) } == nil)
  }

  @Test func `a wrong outcome, a second effect and a dropped release are caught`() throws {
    var bench = try HistoryBench(available: 5)
    try bench.apply([
      HistoryBench.reserve(1, 5), HistoryBench.reserve(1, 5),
      .releaseHold(RequestHeader(id: HistoryBench.id(2)), hold: HistoryBench.id(1)), HistoryBench.reserve(3, 5),
    ])
    var wrong = LedgerBench()
    _ = try wrong.apply(
      HistoryBench.entry(
        LogIndex(1),
        [
          .putSKU(RequestHeader(id: HistoryBench.id(1_000)), PutSKU(tenant: "t", sku: "s")),
          .receive(
            RequestHeader(id: HistoryBench.id(1_001)), Receive(stock: HistoryBench.stock, quantity: 5)),
        ]
      ).payload)
    // A ledger that never saw the release, and that took the second reservation for another.
    let outcomes = try wrong.apply(
      HistoryBench.entry(
        LogIndex(2), [HistoryBench.reserve(1, 5), HistoryBench.reserve(2, 5), HistoryBench.reserve(3, 5)]
      ).payload)
    func verdict(_ outcome: Int, at offset: Int) -> Violation.Checker? {
      checker { () throws(Violation) in
        try bench.history.check(outcomes[outcome], lines: outcomes.lines, of: LogIndex(2), at: offset)
      }
    }
    #expect(verdict(0, at: 0) == nil)
    #expect(verdict(0, at: 1) == .outcome, "the answer is not marked as given before")
    #expect(verdict(1, at: 1) == .outcome)
    #expect(verdict(2, at: 3) == .outcome, "the stock was not given back")
    #expect(verdict(0, at: 9) == .outcome)
  }

  @Test(
    "what the log as a witness lets pass is linearizable, and no linearizable history is refused",
    arguments: [1, 2, 3, 4])
  func witness(seed: UInt64) throws {
    var chance = Chance(seed: seed, concern: 77)
    var refused = 0
    var passed = 0
    for _ in 0..<400 {
      let scene = try Scene(&chance)
      let isLinearizable = LinearizabilityTwin.isLinearizable(scene.observed, from: scene.start)
      if scene.witnessPasses {
        #expect(isLinearizable)
        passed += 1
      } else {
        refused += 1
      }
      if !isLinearizable { #expect(!scene.witnessPasses) }
      if !scene.isSpoilt { #expect(scene.witnessPasses) }
    }
    #expect(passed > 50 && refused > 50)
  }
}

/// A small random history with one row: operations with overlapping spans take their effects in a random order inside
/// them; then, in half of the scenes, one answer is spoilt.
private struct Scene {
  var observed: [Observed] = []
  var start: StockModel
  var witnessPasses = true
  var isSpoilt = false

  private struct Step {
    var time: Int
    var operation: Int
    var kind: Int
  }

  init(_ chance: inout Chance) throws {
    var bench = try HistoryBench(available: 3)
    start = bench.history.model
    var steps: [Step] = []
    for operation in 0..<6 {
      // No two things happen at one time.
      let invoked = chance.below(120) * 8 + operation
      let effect = invoked + 8 * (1 + chance.below(40))
      let answered = effect + 8 * (1 + chance.below(20))
      let command: Command? = chance.oneIn(3) ? nil : Self.command(UInt32(operation + 1), &chance)
      observed.append(Observed(command: command, invoked: invoked, answered: answered, saw: .nothing))
      steps.append(Step(time: invoked, operation: operation, kind: 0))
      if command == nil || !chance.oneIn(8) { steps.append(Step(time: effect, operation: operation, kind: 1)) }
      if !chance.oneIn(5) { steps.append(Step(time: answered, operation: operation, kind: 2)) }
    }
    isSpoilt = chance.oneIn(2)
    let victim = isSpoilt ? chance.below(6) : -1
    steps.sort { ($0.time, $0.kind, $0.operation) < ($1.time, $1.kind, $1.operation) }
    run(steps, victim, &bench, &chance)
  }

  private static func command(_ number: UInt32, _ chance: inout Chance) -> Command {
    switch chance.below(3) {
    case 0:
      .receive(
        RequestHeader(id: HistoryBench.id(number)), Receive(stock: HistoryBench.stock, quantity: 1))
    case 1:
      .releaseHold(
        RequestHeader(id: HistoryBench.id(number)), hold: HistoryBench.id(UInt32(1 + chance.below(6))))
    default: HistoryBench.reserve(number, Int64(chance.within(1...3)))
    }
  }

  private mutating func run(_ steps: [Step], _ victim: Int, _ bench: inout HistoryBench, _ chance: inout Chance) {
    var floors = [LogIndex](repeating: .zero, count: 6)
    var places = [LogIndex](repeating: .zero, count: 6)
    var seen = [Observed.Saw](repeating: .nothing, count: 6)
    for step in steps {
      let operation = step.operation
      do throws(Violation) {
        switch step.kind {
        case 0: floors[operation] = bench.history.knownThrough
        case 1:
          if let command = observed[operation].command {
            try bench.apply([command])
            places[operation] = bench.history.lastIndex
            seen[operation] = .answer(bench.history.expected[bench.history.expected.count - 1].answer)
          } else {
            places[operation] = bench.history.lastIndex
            seen[operation] = .available(bench.history.model.rows[0].available)
            if operation == victim { spoilRead(&places[operation], &seen[operation], bench, &chance) }
          }
        default: try answer(operation, victim, floors[operation], places[operation], seen[operation], &bench)
        }
      } catch { witnessPasses = false }
    }
  }

  /// The read shows an earlier state than it should have: that of the beginning.
  private func spoilRead(
    _ place: inout LogIndex, _ saw: inout Observed.Saw, _ bench: HistoryBench, _ chance: inout Chance
  ) {
    place = LogIndex(1)
    saw = .available(start.rows[0].available)
  }

  private mutating func answer(
    _ operation: Int, _ victim: Int, _ floor: LogIndex, _ place: LogIndex, _ saw: Observed.Saw,
    _ bench: inout HistoryBench
  ) throws(Violation) {
    guard place != .zero else { return }
    observed[operation].saw = saw
    if observed[operation].command == nil { return try bench.history.read(at: place, floor: floor) }
    bench.history.told(through: place)
    guard operation == victim, case .answer(let truth) = saw else { return }
    // The answer of another world.
    let lie = Answer.reserved(.active, expiry: HistoryBench.stamp, lines: [])
    observed[operation].saw = .answer(lie)
    if lie != truth { throw Violation(.outcome, "spoilt") }
  }
}
