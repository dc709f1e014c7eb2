import Basics
import Inventory
import Placement
import Raft
import Testing

@testable import Replication

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
