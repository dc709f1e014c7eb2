import Basics
import Inventory
import Placement
import Raft
import Testing

@testable import Replication

/// Keyed state in memory that can be told to stall.
final class MemoryPartitions: StatePartitions {
  let state = MemoryState()
  var isStalled = false
  private(set) var applied: [ShardID: LogIndex] = [:]

  func read(key: borrowing RawSpan, into value: inout [UInt8]) throws(StateReadError) -> Bool {
    try state.read(key: key, into: &value)
  }

  func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError) {
    try state.scan(from: start, to: end, descending: descending, body)
  }

  func write(
    _ changes: borrowing StateChanges, applied: [(shard: ShardID, index: LogIndex)]
  ) throws(StateReadError) -> StateWriteOutcome {
    if isStalled { return .stalled }
    state.apply(changes)
    for (shard, index) in applied { self.applied[shard] = index }
    return .written
  }
}

/// A Store with a log in memory: what was submitted becomes durable when the test says so.
final class StoreWorld {
  let partitions: MemoryPartitions
  private(set) var store: Store
  private(set) var durable: [LogBatch.Record] = []
  private(set) var inFlight: LogBatch?
  var now = Instant(nanoseconds: 1_000_000_000)
  var wall: Stamp
  private(set) var outcomes: [(call: UInt64, outcome: Outcome.Result)] = []
  private(set) var reads: [UInt64] = []
  private(set) var batches: [LogBatch] = []

  init(
    shards: [UInt32] = [0, 1, 2], partitions: MemoryPartitions = MemoryPartitions(), logs: [LogBatch.Record] = [],
    limits: StoreLimits = StoreLimits(), wall: Stamp = Stamp(milliseconds: 1_800_000_000_000)
  ) throws {
    self.partitions = partitions
    self.wall = wall
    durable = logs
    let loader = try StoreLoader(
      partitions: partitions,
      replicas: shards.map { ReplicaSpecification(shard: ShardID($0), member: MemberID(1)) }, hashSeed: 1,
      limits: limits)
    let recovered = loader.applied.map { ($0.shard, Self.recover($0.shard, logs, above: $0.index)) }
    store = try loader.store(logs: recovered, now: now, wall: wall)
    store.start()
  }

  /// What a log would give back, without the entries that the state has applied.
  private static func recover(_ shard: ShardID, _ records: [LogBatch.Record], above applied: LogIndex) -> RecoveredLog {
    var log = RecoveredLog()
    for record in records {
      switch record {
      case .hardState(shard, let state): log.hardState = state
      case .entry(shard, let entry) where entry.index <= applied:
        log.start = LogStart(index: entry.index, term: entry.term)
      case .entry(shard, let entry): log.entries.append(entry)
      case .entry, .hardState, .start: break
      }
    }
    return log
  }

  /// One turn of the edge.
  func turn() throws {
    if let batch = store.collectAppends(now: now, wall: wall) {
      #expect(inFlight == nil)
      inFlight = batch
      batches.append(batch)
    }
    if try store.applyCommitted() {
      for completion in store.effects.completions {
        outcomes.append((completion.waiter.call, store.effects.outcomes[completion.outcome].result))
      }
      reads += store.effects.reads.map(\.waiter.call)
    }
  }

  /// The fsync of the batch in flight ends.
  func persist() {
    guard let batch = inFlight else { return }
    durable += batch.records
    inFlight = nil
    store.persisted(batch.token)
  }

  /// Turns and fsyncs until nothing is in flight.
  func settle() throws {
    for _ in 0..<10 {
      try turn()
      guard inFlight != nil else { return }
      persist()
    }
    Issue.record("the store never comes to rest")
  }

  func pass(milliseconds: UInt64) {
    now = now.advanced(byMilliseconds: milliseconds)
    wall = wall.advanced(byMilliseconds: Int64(milliseconds))
  }

  /// Puts one SKU with stock into shard 1 and settles.
  func stock(_ quantity: Int64) throws {
    try store.propose(Waiter(origin: 0, call: 1), to: ShardID(1)) {
      $0.append(.putSKU(RequestHeader(id: UniqueID(high: 0, low: 1)), PutSKU(tenant: "t", sku: "s")))
    }
    try settle()
    try store.propose(Waiter(origin: 0, call: 2), to: ShardID(1)) {
      $0.append(
        .receive(
          RequestHeader(id: UniqueID(high: 0, low: 2)),
          Receive(stock: StockKey(sku: SKUNumber(1), location: LocationNumber(0)), quantity: quantity)))
    }
    try settle()
  }

  func reserve(_ call: UInt64, quantity: Int64 = 1, milliseconds: Int64 = 60_000, id: UInt64? = nil) throws {
    try store.propose(Waiter(origin: 0, call: call), to: ShardID(1)) {
      $0.append(
        .reserve(
          RequestHeader(id: UniqueID(high: 1, low: id ?? call)),
          Reserve(
            timeToLiveMilliseconds: milliseconds,
            lines: [ReserveLine(sku: SKUNumber(1), location: LocationNumber(0), quantity: quantity)])))
    }
  }

  var available: Int64 {
    store.stock(StockKey(sku: SKUNumber(1), location: LocationNumber(0)), in: ShardID(1))?.balances[.available] ?? -1
  }
}

@Suite struct StoreTests {
  @Test func `a store serves when the votes and no-ops of all its groups are durable`() throws {
    let world = try StoreWorld()
    #expect(!world.store.isServing)
    try world.turn()
    #expect(world.inFlight?.records.count == 3, "one vote a group, in one batch")
    world.persist()
    try world.turn()
    #expect(world.inFlight?.records.count == 3, "one no-op a group")
    #expect(!world.store.isServing)
    world.persist()
    #expect(world.store.isServing)
  }

  @Test func `nothing is answered before it is durable, and then it is`() throws {
    let world = try StoreWorld()
    try world.settle()
    try world.stock(10)
    try world.reserve(7)
    try world.turn()
    #expect(world.outcomes.count == 2 && world.available == 10)
    try world.turn()
    #expect(world.outcomes.count == 2, "another turn changes nothing while the fsync runs")
    world.persist()
    try world.turn()
    #expect(world.outcomes.last?.call == 7 && world.available == 9)
  }

  @Test func `what gathers during an fsync becomes one entry a shard and one batch`() throws {
    let world = try StoreWorld()
    try world.settle()
    try world.stock(100)
    try world.reserve(10)
    try world.turn()
    let before = world.batches.count
    for call in 11..<31 {
      try world.reserve(UInt64(call))
      try world.turn()
    }
    #expect(world.batches.count == before, "the log writer is busy")
    world.persist()
    try world.turn()
    #expect(world.batches.count == before + 1 && world.batches.last?.records.count == 1)
    world.persist()
    try world.turn()
    #expect(world.outcomes.suffix(20).map(\.call) == (11..<31).map { UInt64($0) })
    #expect(world.available == 79)
  }

  @Test func `shards share a batch and keep their order apart`() throws {
    let world = try StoreWorld(shards: [0, 1, 2, 3])
    try world.settle()
    for shard in 1...3 {
      try world.store.propose(Waiter(origin: 0, call: UInt64(shard)), to: ShardID(UInt32(shard))) {
        $0.append(.putSKU(RequestHeader(id: UniqueID(high: 5, low: 5)), PutSKU(tenant: "t", sku: "s")))
      }
    }
    let before = world.batches.count
    try world.settle()
    #expect(world.batches.count == before + 1 && world.batches[before].records.count == 3)
    #expect(world.outcomes.map(\.call) == [1, 2, 3])
  }

  @Test func `a linearizable read waits for nothing but what is committed before it`() throws {
    let world = try StoreWorld()
    #expect(throws: StoreRefusal.noLeader) { try world.store.read(Waiter(origin: 0, call: 1), from: ShardID(1)) }
    try world.settle()
    try world.store.read(Waiter(origin: 0, call: 2), from: ShardID(1))
    try world.turn()
    #expect(world.reads == [2])
  }

  @Test func `a stalled storage holds answers and reads back, and loses none`() throws {
    let world = try StoreWorld()
    try world.settle()
    try world.stock(10)
    world.partitions.isStalled = true
    try world.reserve(7)
    try world.turn()
    world.persist()
    try world.turn()
    try world.store.read(Waiter(origin: 0, call: 8), from: ShardID(1))
    try world.turn()
    #expect(world.outcomes.count == 2 && world.reads.isEmpty)
    #expect(world.store.nextDeadline(now: world.now) <= world.now.advanced(byMilliseconds: 2))
    world.partitions.isStalled = false
    try world.turn()
    #expect(world.outcomes.last?.call == 7 && world.reads == [8])
  }

  @Test func `a due hold is swept without anyone asking, when its time has come`() throws {
    let world = try StoreWorld()
    try world.settle()
    try world.stock(10)
    try world.reserve(7, milliseconds: 1_000)
    try world.settle()
    #expect(world.available == 9)
    let wait = world.store.nextDeadline(now: world.now).nanoseconds(since: world.now) / 1_000_000
    #expect((1_000...1_100).contains(wait))
    world.pass(milliseconds: wait + 1)
    try world.settle()
    #expect(world.available == 10)
    #expect(world.store.status[1].liveHoldCount == 0)
    #expect(world.store.nextDeadline(now: world.now) == .distantFuture)
  }

  @Test func `too much that waits is refused, and so is all while a refusal is set`() throws {
    var limits = StoreLimits()
    limits.pendingCommandsMax = 3
    let world = try StoreWorld(limits: limits)
    try world.settle()
    try world.stock(10)
    for call in 10..<13 { try world.reserve(UInt64(call)) }
    #expect(throws: StoreRefusal.backlogFull) { try world.reserve(13) }
    try world.settle()
    try world.reserve(13)
    world.store.commandRefusal = .diskFull
    #expect(throws: StoreRefusal.diskFull) { try world.reserve(14) }
    try world.store.read(Waiter(origin: 0, call: 15), from: ShardID(1))
    try world.settle()
    #expect(world.reads == [15])
    #expect(throws: StoreRefusal.notHere) { try world.store.read(Waiter(origin: 0, call: 16), from: ShardID(9)) }
  }

  @Test func `a stalled storage takes nothing more`() throws {
    let world = try StoreWorld()
    try world.settle()
    try world.stock(10)
    world.partitions.isStalled = true
    try world.reserve(7)
    try world.turn()
    world.persist()
    try world.turn()
    #expect(throws: StoreRefusal.backlogFull) { try world.reserve(8) }
    world.partitions.isStalled = false
    try world.turn()
    try world.reserve(8)
  }

  @Test func `what is due wakes nobody while nothing can be done about it`() throws {
    let world = try StoreWorld()
    try world.settle()
    try world.stock(10)
    try world.reserve(7, milliseconds: 1_000)
    try world.settle()
    world.pass(milliseconds: 5_000)
    world.store.commandRefusal = .diskFull
    try world.turn()
    #expect(world.inFlight == nil && world.store.nextDeadline(now: world.now) == .distantFuture)
    world.store.commandRefusal = nil
    try world.turn()
    #expect(world.inFlight != nil, "the tick is on its way")
    #expect(world.store.nextDeadline(now: world.now) == .distantFuture)
  }

  @Test func `after a restart with the clock set back, time goes on from the log and does not stand still`() throws {
    let world = try StoreWorld()
    try world.settle()
    try world.stock(10)
    world.pass(milliseconds: 60_000)
    try world.reserve(7, milliseconds: 2_000)
    try world.settle()
    // The state is as it was before the reservation: only the log has its stamp.
    let behind = MemoryPartitions()
    let again = try StoreWorld(
      partitions: behind, logs: world.durable, wall: world.wall.advanced(byMilliseconds: -3_600_000))
    try again.settle()
    #expect(again.available == 9)
    again.pass(milliseconds: 2_200)
    try again.settle()
    #expect(again.available == 10)
  }

  @Test func `those who still wait can be told when a store stops`() throws {
    let world = try StoreWorld()
    try world.settle()
    try world.stock(10)
    try world.reserve(20)
    try world.turn()
    try world.reserve(21)
    #expect(world.store.abandonWaiters().map(\.call) == [21, 20])
  }

  @Test(arguments: 0..<20)
  func `a restart from any durable prefix keeps every answered reservation`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var world = try StoreWorld()
    try world.settle()
    try world.stock(1_000)
    var answered: Set<UInt64> = []
    var next: UInt64 = 100
    for _ in 0..<200 {
      switch random.below(10) {
      case 0...4:
        try world.reserve(next)
        next += 1
      case 5, 6: try world.turn()
      case 7, 8: world.persist()
      default:
        // Power is lost: what is in flight is gone; the state is as it was last written.
        answered.formUnion(world.outcomes.map(\.call).filter { $0 >= 100 })
        world = try StoreWorld(partitions: world.partitions, logs: world.durable)
        try world.settle()
      }
    }
    try world.settle()
    answered.formUnion(world.outcomes.map(\.call).filter { $0 >= 100 })
    for call in answered {
      let hold = try world.store.hold(UniqueID(high: 1, low: call), in: ShardID(1))
      #expect(hold?.state == .active, "the acknowledged hold \(call) is gone")
    }
    #expect(world.available <= 1_000 - Int64(answered.count))
  }
}
