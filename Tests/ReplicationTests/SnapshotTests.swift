import Basics
import Inventory
import Raft
import Testing

@testable import Replication

@Suite struct SnapshotTests {
  private let shard = ShardID(1)

  private var limits: StoreLimits {
    var limits = ClusterWorld.limits
    // Nothing stays in memory for followers: what they lack comes from the log, or with a snapshot.
    limits.raft.keptBytesMax = 0
    limits.chunkBytesMax = 256
    return limits
  }

  /// Node 3 misses fifty holds; what they did is no longer in the logs of the others.
  private func worldWithStraggler(_ limits: StoreLimits, cutsLogs: Bool = true) throws -> ClusterWorld {
    let world = try ClusterWorld(limits: limits)
    try world.elect(1)
    try world.stock(1_000, leader: 1)
    _ = world.node(3).partitions.flush()
    world.crash(3)
    for call in UInt64(100)..<150 {
      try world.store(1).proposeHold(call)
      try world.settle()
    }
    if cutsLogs {
      let applied = LogIndex(world.store(1).appliedIndex(of: shard))
      for number in UInt32(1)...2 { world.node(number).log.cut(shard, through: applied) }
    }
    return world
  }

  @Test func `a follower that lacks what is still in the log is sent that`() throws {
    let world = try worldWithStraggler(limits, cutsLogs: false)
    try world.restart(3)
    try world.pass(milliseconds: 1_000)
    #expect(world.agrees(nodes: [1, 2, 3]) && world.store(3).available() == 950)
    #expect(world.store(3).counters.snapshotsInstalled == 0)
  }

  @Test func `a follower that lacks what was cut is sent a snapshot in parts, and goes on from there`() throws {
    let world = try worldWithStraggler(limits)
    try world.restart(3)
    try world.pass(milliseconds: 2_000)
    #expect(world.agrees(nodes: [1, 2, 3]) && world.store(3).available() == 950)
    #expect(world.store(3).counters.snapshotsInstalled == 1)
    #expect(world.bulkFrameCount > 10)
    #expect(world.node(1).partitions.frozenCount == 0, "nothing stays frozen")
    // Requests that the snapshot carried are remembered.
    try world.elect(3)
    try world.store(3).proposeHold(500, id: 100)
    try world.settle()
    #expect(world.store(3).available() == 950)
    try world.store(3).proposeHold(501)
    try world.pass(milliseconds: 200)
    #expect(world.agrees(nodes: [1, 2, 3]))
  }

  @Test func `a snapshot that the group has taken is installed, whatever its sender says meanwhile`() throws {
    let world = try worldWithStraggler(limits)
    var offers: [[UInt8]] = []
    world.carries = { _, frame in
      if frame.to == NodeID(3), frame.tags.contains(.offer) { offers.append(frame.bytes) }
      return true
    }
    try world.restart(3)
    var receiving: SnapshotReceiving?
    for turn in 0..<1_000 where receiving?.isStepped != true {
      if turn % 4 == 0 { world.now = world.now.advanced(byMilliseconds: 50) }
      try world.turn()
      receiving = world.store(3).replica(of: shard)?.receiving
    }
    let message = try #require(receiving?.isStepped == true ? receiving?.message : nil)
    let offer = try #require(offers.last)
    try world.store(3).received(offer.rawSpan, now: world.now)
    world.store(3).receivedEnd(
      shard,
      SnapshotEnd(
        head: TransferHead(from: message.from, to: message.to, cut: try #require(receiving?.cut)), isDelivered: false))
    try world.pass(milliseconds: 2_000)
    #expect(world.agrees(nodes: [1, 2, 3]) && world.store(3).counters.snapshotsInstalled == 1)
  }

  @Test func `without a background the machine is loaded in the turn`() throws {
    let world = try worldWithStraggler(limits)
    try world.restart(3)
    world.node(3).partitions.loadsInBackground = false
    try world.pass(milliseconds: 2_000)
    #expect(world.agrees(nodes: [1, 2, 3]) && world.store(3).counters.snapshotsInstalled == 1)
  }

  @Test func `parts that are lost are asked for again`() throws {
    let world = try worldWithStraggler(limits)
    var random = SeededGenerator(seed: 7)
    world.carries = { _, frame in frame.lane == .urgent || random.below(3) > 0 }
    try world.restart(3)
    try world.pass(milliseconds: 20_000)
    #expect(world.agrees(nodes: [1, 2, 3]))
    #expect(world.store(3).counters.snapshotsInstalled == 1)
  }

  @Test func `a part that was damaged on the way is not taken`() throws {
    let slice = try SnapshotSlice(
      SliceRequest(
        cut: CutNumber(1), prefix: PartitionPrefix(shard: shard, generation: 0), position: [], byteCountMax: 100),
      from: MemoryState())
    var writer = ByteWriter()
    let head = TransferHead(from: MemberID(1), to: MemberID(2), cut: CutNumber(1))
    var damaged = slice
    damaged.pairs = [1, 7, 1, 9]
    damaged.end = [7]
    Chunk.encode(head, number: 0, damaged, into: &writer)
    #expect(throws: Never.self) { _ = try Chunk(writer.bytes.rawSpan) }
    writer.bytes[writer.count - 1] ^= 1
    #expect(throws: DecodeError.self) { _ = try Chunk(writer.bytes.rawSpan) }
  }

  @Test func `snapshots keep within their bytes a tick, and entries go on meanwhile`() throws {
    var limits = limits
    limits.snapshotBytesPerTick = 256
    let world = try worldWithStraggler(limits)
    try world.restart(3)
    try world.pass(milliseconds: 500)
    #expect(world.store(3).status(of: shard)?.isReceivingSnapshot == true)
    #expect(world.bulkFrameCount <= 12, "one part a tick")
    try world.store(1).proposeHold(500)
    try world.settle()
    #expect(world.node(1).completed.contains(500))
    #expect(world.leader() == 1)
    try world.pass(milliseconds: 5_000)
    #expect(world.agrees(nodes: [1, 2, 3]))
  }

  @Test func `snapshots take turns, and one whose receiver is gone holds up no other`() throws {
    var limits = limits
    limits.snapshotBytesPerTick = 256
    let world = try ClusterWorld(nodes: 5, voters: 5, limits: limits)
    try world.elect(1)
    try world.stock(1_000, leader: 1)
    for number in UInt32(4)...5 {
      _ = world.node(number).partitions.flush()
      world.crash(number)
    }
    for call in UInt64(100)..<150 {
      try world.store(1).proposeHold(call)
      try world.settle()
    }
    let applied = LogIndex(world.store(1).appliedIndex(of: shard))
    for number in UInt32(1)...3 { world.node(number).log.cut(shard, through: applied) }
    for number in UInt32(4)...5 { try world.restart(number) }
    try world.pass(milliseconds: 500)
    let receiving = (UInt32(4)...5).filter { world.store($0).status(of: shard)?.isReceivingSnapshot == true }
    #expect(receiving.count == 1 && world.node(1).partitions.frozenCount == 1)
    let (first, second) = receiving == [4] ? (UInt32(4), UInt32(5)) : (5, 4)
    world.crash(first)
    // Long before the sender gives it up.
    try world.pass(milliseconds: 6_000)
    #expect(world.agrees(nodes: [1, 2, 3, second]))
    try world.restart(first)
    try world.pass(milliseconds: 15_000)
    #expect(world.agrees(nodes: [1, 2, 3, 4, 5]))
    #expect(world.node(1).partitions.frozenCount == 0)
  }

  @Test func `who is gone and would get many snapshots holds up no other`() throws {
    var limits = limits
    limits.snapshotBytesPerTick = 4_096
    let shards = (UInt32(1)...8).map { ShardID($0) }
    let world = try ClusterWorld(nodes: 5, voters: 5, shards: shards.map(\.rawValue), limits: limits)
    for number in UInt32(4)...5 { world.crash(number) }
    for shard in shards { try world.elect(1, shard) }
    try world.stock(1_000, leader: 1)
    try world.settle()
    for shard in shards {
      let applied = LogIndex(world.store(1).appliedIndex(of: shard))
      for number in UInt32(1)...3 { world.node(number).log.cut(shard, through: applied) }
    }
    world.carries = { _, frame in frame.to != NodeID(4) || !frame.tags.contains(.offer) }
    try world.restart(4)
    try world.pass(milliseconds: 400)
    world.crash(4)
    try world.restart(5)
    try world.pass(milliseconds: 6_000)
    for shard in shards { #expect(world.agrees(on: shard, nodes: [1, 2, 3, 5])) }
  }

  @Test(arguments: 0..<60)
  func `a receiver that crashes at any turn comes back with the old state or the new one`(crashTurn: Int) throws {
    let world = try worldWithStraggler(limits)
    try world.restart(3)
    for turn in 0..<crashTurn {
      // Its disk is slow, so that every step of an install is a turn of its own.
      world.node(3).isHoldingDisk = turn % 2 == 0
      if turn % 4 == 0 { world.now = world.now.advanced(byMilliseconds: 50) }
      try world.turn()
    }
    if crashTurn % 3 == 0 { _ = world.node(3).partitions.flush() }
    world.crash(3)
    world.node(3).isHoldingDisk = false
    try world.restart(3)
    let available = world.store(3).available()
    #expect(available == 1_000 || available == 950, "neither the old nor the new state: \(available)")
    try world.pass(milliseconds: 12_000)
    #expect(world.agrees(nodes: [1, 2, 3]) && world.store(3).available() == 950)
  }

  @Test func `a receiver that restarts goes on with the parts that it has`() throws {
    var limits = limits
    limits.snapshotBytesPerTick = 256
    let world = try worldWithStraggler(limits)
    try world.restart(3)
    try world.pass(milliseconds: 600)
    _ = world.node(3).partitions.flush()
    let before = world.bulkFrameCount
    #expect(before > 5)
    world.crash(3)
    try world.restart(3)
    try world.pass(milliseconds: 6_000)
    #expect(world.agrees(nodes: [1, 2, 3]) && world.store(3).counters.snapshotsInstalled == 1)
    let parts = try #require(world.parts)
    #expect(world.bulkFrameCount <= parts + 2, "\(world.bulkFrameCount) parts were sent of \(parts)")
  }

  @Test func `parts of a state that an earlier process froze are not mixed with those of a later one`() throws {
    var limits = limits
    limits.snapshotBytesPerTick = 256
    let world = try worldWithStraggler(limits)
    try world.restart(3)
    try world.pass(milliseconds: 400)
    #expect(world.store(3).status(of: shard)?.isReceivingSnapshot == true)
    _ = world.node(1).partitions.flush()
    world.crash(1)
    try world.restart(1)
    try world.pass(milliseconds: 1_500)
    try world.elect(1)
    for call in UInt64(200)..<260 {
      try world.store(1).proposeHold(call)
      try world.settle()
    }
    for number in UInt32(1)...2 {
      world.node(number).log.cut(shard, through: LogIndex(world.store(1).appliedIndex(of: shard)))
    }
    try world.pass(milliseconds: 15_000)
    #expect(world.agrees(nodes: [1, 2, 3]) && world.store(3).available() == 890)
    #expect(try world.node(3).partitions.keyCount(of: shard) == world.node(1).partitions.keyCount(of: shard))
  }

  @Test func `a snapshot outlives its sender`() throws {
    var limits = limits
    limits.snapshotBytesPerTick = 256
    let world = try worldWithStraggler(limits)
    try world.restart(3)
    try world.pass(milliseconds: 600)
    world.crash(1)
    // Alone, node 2 cannot lead: node 3 votes, although it is far behind.
    try world.pass(milliseconds: 15_000)
    #expect(world.leader() == 2)
    #expect(world.agrees(nodes: [2, 3]) && world.store(3).available() == 950)
  }
}

extension ClusterWorld {
  /// How many parts the whole state of shard 1 has, as the limits of these tests cut it.
  fileprivate var parts: Int? {
    var position: [UInt8] = []
    var count = 0
    let generation: UInt16 = 0
    while true {
      let request = SliceRequest(
        cut: CutNumber(0), prefix: PartitionPrefix(shard: ShardID(1), generation: generation), position: position,
        byteCountMax: 256)
      guard let slice = try? SnapshotSlice(request, from: node(1).partitions) else { return nil }
      count += 1
      position = slice.end
      if slice.isLast { return count }
    }
  }
}

extension OutgoingFrame {
  /// What its records are.
  fileprivate var tags: [FrameTag] {
    var tags: [FrameTag] = []
    do {
      var reader = try FrameReader(bytes.rawSpan)
      while let record = try reader.next() { tags.append(record.tag) }
    } catch { Issue.record("a frame that cannot be read was sent: \(error)") }
    return tags
  }
}
