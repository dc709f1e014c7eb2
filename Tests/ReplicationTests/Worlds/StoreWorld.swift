import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// A Store with a log in memory: what was submitted becomes durable when the test says so.
final class StoreWorld {
  let partitions: MemoryPartitions
  private(set) var store: Store
  private(set) var durable = MemoryLog()
  private(set) var inFlight: LogBatch?
  var now = Instant(nanoseconds: 1_000_000_000)
  var wall: Stamp
  private(set) var outcomes: [(call: UInt64, outcome: Outcome.Result)] = []
  private(set) var reads: [UInt64] = []
  private(set) var batches: [LogBatch] = []

  init(
    shards: [UInt32] = [0, 1, 2], partitions: MemoryPartitions = MemoryPartitions(), logs: MemoryLog = MemoryLog(),
    limits: StoreLimits = StoreLimits(), wall: Stamp = Stamp(milliseconds: 1_800_000_000_000)
  ) throws {
    self.partitions = partitions
    self.wall = wall
    let loader = try StoreLoader(
      partitions: partitions,
      replicas: shards.map { ReplicaSpecification(shard: ShardID($0), member: MemberID(1)) }, hashSeed: 1,
      limits: limits)
    var logs = logs
    let recovered = loader.applied.compactMap { shard, applied in
      logs.recover(shard, applied: applied).map { (shard, $0) }
    }
    durable = logs
    store = try loader.store(logs: recovered, now: now, wall: wall)
    store.start()
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
    durable.write(batch.records)
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
    try store.proposeSKU(1)
    try settle()
    try store.proposeStock(2, quantity: quantity)
    try settle()
  }

  func reserve(_ call: UInt64, quantity: Int64 = 1, milliseconds: Int64 = 60_000, id: UInt64? = nil) throws {
    try store.proposeHold(call, quantity: quantity, milliseconds: milliseconds, id: id)
  }

  var available: Int64 { store.available() }
}
