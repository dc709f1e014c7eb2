import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// One busy shard and many others on a Store.
@Suite struct FairnessTests {
  private func shards(_ batch: LogBatch) -> [ShardID] {
    batch.records.compactMap {
      if case .entry(let shard, _) = $0 { shard } else { nil }
    }
  }

  @Test func `who finds a batch full goes first in the next one`() throws {
    var limits = StoreLimits()
    limits.batchBytesMax = 1_000
    let world = try StoreWorld(shards: Array(0...6), limits: limits)
    try world.settle()
    // Shard 1 is asked first in every turn, and for more than a batch takes.
    var waits: [UInt32: Int] = [:]
    for round in 0..<12 {
      for call in 0..<40 { try world.reserve(UInt64(1_000 * round + call)) }
      if round == 0 {
        for shard in UInt32(2)...6 { try world.store.proposeSKU(UInt64(shard), to: ShardID(shard)) }
      }
      let before = world.batches.count
      try world.turn()
      #expect(world.batches.count == before + 1)
      let batch = try #require(world.batches.last)
      for shard in shards(batch) where shard.rawValue > 1 { waits[shard.rawValue] = round }
      world.persist()
    }
    #expect(waits == [2: 1, 3: 1, 4: 1, 5: 1, 6: 1])
  }

  @Test func `a batch is bounded, whatever waits for it`() throws {
    var limits = StoreLimits()
    limits.batchBytesMax = 2_000
    let world = try StoreWorld(shards: Array(0...20), limits: limits)
    try world.settle()
    for shard in UInt32(1)...20 {
      for call in 0..<10 { try world.store.proposeHold(UInt64(call), to: ShardID(shard)) }
    }
    try world.settle()
    for batch in world.batches { #expect(batch.payloadByteCount < 2_000 + 1_000, "one entry may go beyond the bound") }
    #expect(world.outcomes.count == 200)
  }

  @Test func `a shard with too much that waits is refused, and the others are not`() throws {
    var limits = StoreLimits()
    limits.pendingCommandsMax = 5
    let world = try StoreWorld(shards: [0, 1, 2], limits: limits)
    try world.settle()
    for call in 0..<5 { try world.reserve(UInt64(call)) }
    #expect(throws: StoreRefusal.backlogFull) { try world.reserve(5) }
    try world.store.proposeSKU(6, to: ShardID(2))
  }

  @Test func `a turn looks only at the replicas that something happened to`() throws {
    let world = try StoreWorld(shards: Array(0...200))
    try world.settle()
    #expect(world.store.dirty.isEmpty && world.store.awakeCount == 0)
    try world.store.proposeSKU(1, to: ShardID(77))
    #expect(world.store.dirty.map(\.shard) == [ShardID(77)])
    try world.settle()
    #expect(world.outcomes.map(\.call) == [1] && world.store.dirty.isEmpty)
  }

  @Test func `a turn applies a share, and the next one the rest`() throws {
    var limits = StoreLimits()
    limits.applyBytesMax = 1
    let world = try StoreWorld(shards: Array(0...4), limits: limits)
    try world.settle()
    for shard in UInt32(1)...4 { try world.store.proposeSKU(UInt64(shard), to: ShardID(shard)) }
    try world.turn()
    world.persist()
    for done in 1...4 {
      try world.turn()
      #expect(world.outcomes.count == done)
      #expect(done == 4 || world.store.nextDeadline(now: world.now) == world.now)
    }
  }

  @Test func `what falls due is found by the earliest stamp, like by a search of all`() {
    var random = SeededGenerator(seed: 3)
    var heap = DueHeap()
    var twin: [Int: Stamp] = [:]
    for _ in 0..<20_000 {
      let place = random.below(50)
      switch random.below(4) {
      case 0, 1:
        let stamp = Stamp(milliseconds: Int64(random.below(1_000)))
        heap.set(place, stamp)
        twin[place] = stamp
      case 2:
        heap.set(place, nil)
        twin[place] = nil
      default:
        let stamp = Stamp(milliseconds: Int64(random.below(1_000)))
        let least = twin.filter { $0.value <= stamp }
          .min { $0.value == $1.value ? $0.key < $1.key : $0.value < $1.value }
        let found = heap.popDue(at: stamp)
        #expect(found == least?.key)
        if let found { twin[found] = nil }
      }
      #expect(heap.first() == twin.values.min())
    }
  }
}
