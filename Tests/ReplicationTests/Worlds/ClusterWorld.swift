import Basics
import Inventory
import Raft
import Testing

@testable import Replication

/// One node of a ``ClusterWorld``: a Store with what it has on disk.
final class WorldNode {
  let id: NodeID
  var store: Store
  var partitions: MemoryPartitions
  var log = MemoryLog()
  var inFlight: LogBatch?
  var isUp = true
  /// Its fsyncs, flushes and slices are answered at once unless this is set.
  var isHoldingDisk = false
  var completed: [UInt64] = []
  var reads: [UInt64] = []
  var changes: [UInt64] = []
  var lost: [UInt64: LostCall.Fate] = [:]
  var results: [UInt64: Outcome.Result] = [:]
  var replays: [UInt64] = []
  var refused: [UInt64: AcrossRefusal] = [:]
  var incarnation: UInt64 = 1

  init(id: NodeID, store: Store, partitions: MemoryPartitions) {
    self.id = id
    self.store = store
    self.partitions = partitions
  }
}

/// Several Stores, a network in memory that delivers in order, and one clock. Nothing happens but what a test says.
final class ClusterWorld {
  private struct Travelling {
    var from: NodeID
    var frame: OutgoingFrame
  }

  private(set) var nodes: [WorldNode] = []
  private let specifications: [NodeID: [ReplicaSpecification]]
  private let limits: StoreLimits
  /// A question of one Store, on its way to the leader of a shard; or its answer, on its way back.
  private struct Asked {
    var from: NodeID
    var incarnation: UInt64
    var number: UInt64
    var shard: ShardID
    var bytes: [UInt8]
    var answer: [UInt8]?
  }

  private var network: [Travelling] = []
  private var questions: [Asked] = []
  private var answers: [Asked] = []
  /// Questions that a Store carries out, by the call that it was given.
  private var received: [UInt64: Asked] = [:]
  /// Asked for each question; what it answers `false` for is lost.
  var carriesAcross: (AcrossMessage) -> Bool = { _ in true }
  var carriesAnswers = true
  /// Asked for each question about slots that move, and for each answer to one; what it answers `false` for is lost.
  var carriesSlots: (_ isAnswer: Bool) -> Bool = { _ in true }
  private var somethingHappened = false
  private(set) var frameCount = 0
  private(set) var bulkFrameCount = 0
  var now = Instant(nanoseconds: 1_000_000_000)
  var wall = Stamp(milliseconds: 1_800_000_000_000)
  /// How far a node's wall clock is off, in milliseconds.
  private let wallOffsets: [NodeID: Int64]
  /// Links that carry nothing, one way.
  var cutLinks: Set<[NodeID]> = []
  /// Commands for the meta shard get lost on their way to its leader.
  var losesCommands = false
  /// Asked for each frame; what it answers `false` for is lost.
  var carries: (NodeID, OutgoingFrame) -> Bool = { _, _ in true }

  /// Nodes 1 to `count`, each with every shard of `shards`; the first `voters` of them found the groups. The others have
  /// no replicas yet.
  init(
    nodes count: UInt32 = 3, voters: UInt32 = 3, shards: [UInt32] = [1], limits: StoreLimits = ClusterWorld.limits,
    wallOffsets: [NodeID: Int64] = [:]
  ) throws {
    self.limits = limits
    self.wallOffsets = wallOffsets
    let founders = (1...voters).map { MemberID(node: NodeID($0)) }
    var specifications: [NodeID: [ReplicaSpecification]] = [:]
    for member in founders {
      specifications[member.node] = shards.map {
        ReplicaSpecification(shard: ShardID($0), member: member, beginning: .founding(founders))
      }
    }
    self.specifications = specifications
    try start(count)
  }

  /// A cluster as it comes to be: node 1 has every shard alone, the others wait for the meta shard.
  init(cluster count: UInt32, shards: [UInt32] = [1], limits: StoreLimits = ClusterWorld.limits) throws {
    self.limits = limits
    wallOffsets = [:]
    let first = MemberID(node: NodeID(1))
    var specifications: [NodeID: [ReplicaSpecification]] = [
      first.node: ([0] + shards).map { ReplicaSpecification(shard: ShardID($0), member: first) }
    ]
    for number in 2...max(count, 2) {
      let member = MemberID(node: NodeID(number))
      specifications[member.node] = [ReplicaSpecification(shard: .meta, member: member, beginning: .joining)]
    }
    self.specifications = specifications
    try start(count)
  }

  private func start(_ count: UInt32) throws {
    for number in 1...count {
      let id = NodeID(number)
      let partitions = MemoryPartitions()
      var log = MemoryLog()
      nodes.append(WorldNode(id: id, store: try open(id, partitions, &log, 1), partitions: partitions))
    }
  }

  static var limits: StoreLimits {
    var limits = StoreLimits()
    limits.chunkBytesMax = 512
    limits.sleepTicks = 1_000_000
    return limits
  }

  private func open(
    _ id: NodeID, _ partitions: MemoryPartitions, _ log: inout MemoryLog, _ incarnation: UInt64
  ) throws -> Store {
    let wall = wall.advanced(byMilliseconds: wallOffsets[id, default: 0])
    let loader = try StoreLoader(
      node: id, incarnation: incarnation, partitions: partitions, replicas: specifications[id] ?? [],
      hashSeed: UInt64(id.rawValue), limits: limits)
    let logs = loader.applied.compactMap { shard, applied in
      log.recover(shard, applied: applied).map { (shard, $0) }
    }
    let store = try loader.store(logs: logs, now: now, wall: wall)
    store.start()
    return store
  }

  func node(_ number: UInt32) -> WorldNode { nodes[Int(number) - 1] }
  func store(_ number: UInt32) -> Store { node(number).store }

  // MARK: Faults

  /// The process ends: what is not durable is gone, and what is on the way to it is lost.
  func crash(_ number: UInt32) {
    let node = node(number)
    node.isUp = false
    node.inFlight = nil
    network.removeAll { $0.frame.to == node.id }
  }

  func restart(_ number: UInt32) throws {
    let node = node(number)
    node.partitions = MemoryPartitions(node.partitions.durable)
    node.incarnation += 1
    node.store = try open(node.id, node.partitions, &node.log, node.incarnation)
    node.isUp = true
  }

  /// Cuts every link of a node, both ways.
  func isolate(_ number: UInt32) {
    for other in nodes where other.id != NodeID(number) {
      cutLinks.insert([NodeID(number), other.id])
      cutLinks.insert([other.id, NodeID(number)])
    }
  }

  func heal() { cutLinks = [] }
}

// MARK: - Turns

extension ClusterWorld {
  /// One turn of every node that is up, and what follows from it on the disk and the network.
  func turn() throws {
    somethingHappened = false
    for node in nodes where node.isUp {
      try step(node)
      if !node.isHoldingDisk { try work(node) }
    }
    try deliver()
    try deliverAcross()
  }

  private func carryAcross(of node: WorldNode) {
    for call in node.store.takeAcrossCalls() {
      let shard =
        switch call.to {
        case .slot(let slot): ShardID(UInt32(slot.rawValue / 100))
        case .shard(let shard): shard
        }
      node.store.expectEntry(of: call, in: shard)
      questions.append(
        Asked(
          from: node.id, incarnation: node.incarnation, number: call.number, shard: shard, bytes: call.bytes))
      somethingHappened = true
    }
    for (waiter, bytes) in node.store.takeAcrossAnswers() {
      guard var asked = received.removeValue(forKey: waiter.call) else { continue }
      asked.answer = bytes
      answers.append(asked)
      somethingHappened = true
    }
  }

  private func deliverAcross() throws {
    let arrived = (questions, answers)
    (questions, answers) = ([], [])
    for asked in arrived.0 { try deliver(asked) }
    for asked in arrived.1 where carriesAnswers {
      guard let node = nodes.first(where: { $0.id == asked.from }), node.isUp, node.incarnation == asked.incarnation
      else { continue }
      if isAboutSlots(asked), !carriesSlots(true) { continue }
      somethingHappened = true
      if let answer = asked.answer { node.store.answered(asked.number, answer.rawSpan) }
    }
  }

  private func isAboutSlots(_ asked: Asked) -> Bool { asked.bytes.count > 1 && asked.bytes[1] & 0xF0 == 0x80 }

  private func isCarried(_ asked: Asked) throws -> Bool {
    if isAboutSlots(asked) { return carriesSlots(false) }
    let message = try AcrossMessage(decoding: asked.bytes.rawSpan)
    return carriesAcross(message)
  }

  private func deliver(_ asked: Asked) throws {
    guard try isCarried(asked), let number = leader(of: asked.shard),
      !cutLinks.contains([asked.from, NodeID(number)])
    else { return }
    var asked = asked
    let waiter = Waiter(origin: 1, call: 1_000_000 + UInt64(asked.from.rawValue) << 32 + asked.number)
    do throws(AcrossCallRefusal) {
      asked.answer = try store(number).receive(
        asked.bytes.rawSpan, in: asked.shard, from: asked.from, for: waiter)
      somethingHappened = true
    } catch { return }
    if asked.answer == nil { received[waiter.call] = asked } else { answers.append(asked) }
  }

  private func step(_ node: WorldNode) throws {
    let wall = wall.advanced(byMilliseconds: wallOffsets[node.id, default: 0])
    if let batch = node.store.collectAppends(now: now, wall: wall) {
      #expect(node.inFlight == nil, "one batch at a time")
      node.inFlight = batch
      somethingHappened = true
    }
    if try node.store.applyCommitted() {
      node.completed += node.store.effects.completions.map(\.waiter.call)
      node.reads += node.store.effects.reads.map(\.waiter.call)
      node.changes += node.store.effects.changes.map(\.waiter.call)
      for lost in node.store.effects.lost { node.lost[lost.waiter.call] = lost.fate }
      for completion in node.store.effects.completions {
        let outcome = node.store.effects.outcomes[completion.outcome]
        node.results[completion.waiter.call] = outcome.result
        if outcome.isReplay { node.replays.append(completion.waiter.call) }
      }
      for refused in node.store.effects.refused { node.refused[refused.waiter.call] = refused.refusal }
    }
    carryAcross(of: node)
    carryCommands(of: node)
    node.store.collectOutgoing()
    for request in node.store.outgoing.requests {
      node.store.fetched(request, node.log.read(request))
      somethingHappened = true
    }
    for frame in node.store.outgoing.frames {
      frameCount += 1
      if frame.lane == .bulk { bulkFrameCount += 1 }
      if carries(node.id, frame), !cutLinks.contains([node.id, frame.to]) {
        network.append(Travelling(from: node.id, frame: frame))
        somethingHappened = true
      }
    }
  }

  /// What a Store has to say to the meta shard reaches whoever leads it, if the link is there.
  private func carryCommands(of node: WorldNode) {
    let commands = node.store.takeClusterCommands()
    guard !commands.isEmpty, !losesCommands, let number = leader(of: .meta) else { return }
    guard !cutLinks.contains([node.id, NodeID(number)]) else { return }
    for command in commands {
      do throws(StoreRefusal) { try store(number).proposeCluster(.none, command) } catch { return }
    }
    somethingHappened = true
  }

  /// The disk of a node does what it was asked to.
  func work(_ node: WorldNode) throws {
    persist(node)
    for slice in try node.partitions.takeSlices() {
      node.store.received(slice)
      somethingHappened = true
    }
    for load in node.partitions.takeLoads() {
      node.store.loaded(load)
      somethingHappened = true
    }
    if node.partitions.flushWanted != nil, let number = node.partitions.flush() {
      try node.store.flushed(number)
      somethingHappened = true
    }
  }

  /// The fsync of the batch in flight ends.
  func persist(_ node: WorldNode) {
    guard let batch = node.inFlight else { return }
    somethingHappened = true
    node.log.write(batch.records)
    node.inFlight = nil
    node.store.persisted(batch.token)
  }

  private func deliver() throws {
    let arrived = network
    network = []
    for travelling in arrived {
      guard let node = nodes.first(where: { $0.id == travelling.frame.to }) else { continue }
      if node.isUp { try node.store.received(travelling.frame.bytes.rawSpan, now: now) }
    }
  }

  /// So many turns without time.
  func take(turns: Int) throws { for _ in 0..<turns { try turn() } }

  /// Turns without time, until nothing is under way any more.
  func settle() throws {
    for _ in 0..<200 {
      try turn()
      if !somethingHappened, nodes.allSatisfy({ !$0.isUp || $0.store.nextDeadline(now: now) > now }) { return }
    }
    Issue.record("the world never comes to rest")
  }

  /// Whether every node that has a shard holds the same state.
  func agrees(on shard: ShardID = ShardID(1), nodes numbers: [UInt32]) -> Bool {
    let first = store(numbers[0])
    return numbers.allSatisfy {
      store($0).stateDigest(of: shard) == first.stateDigest(of: shard)
        && store($0).appliedIndex(of: shard) == first.appliedIndex(of: shard)
    }
  }

  /// Lets time pass, a tick at a time.
  func pass(milliseconds: UInt64) throws {
    var left = milliseconds
    while left > 0 {
      let step = min(left, 50)
      now = now.advanced(byMilliseconds: step)
      wall = wall.advanced(byMilliseconds: Int64(step))
      left -= step
      try settle()
    }
  }

  /// The node that leads a shard, as it says itself; of several, the one of the latest term.
  func leader(of shard: ShardID = ShardID(1)) -> UInt32? {
    nodes.filter { $0.isUp && $0.store.status(of: shard)?.role == .leader }
      .max { ($0.store.status(of: shard)?.term ?? .zero) < ($1.store.status(of: shard)?.term ?? .zero) }?.id.rawValue
  }

  /// A world whose shard has 100 of its SKU, and is led by node 1.
  static func led(limits: StoreLimits = ClusterWorld.limits) throws -> ClusterWorld {
    let world = try ClusterWorld(limits: limits)
    try world.elect(1)
    try world.stock(100, leader: 1)
    return world
  }

  /// Has node `number` lead a shard: waits for a leader, who hands over.
  func elect(_ number: UInt32, _ shard: ShardID = ShardID(1)) throws {
    if leader(of: shard) == nil { try pass(milliseconds: 3_000) }
    let leader = try #require(self.leader(of: shard))
    guard leader != number, let member = store(number).status(of: shard)?.member else { return }
    try store(leader).transferLeadership(of: shard, to: member)
    try pass(milliseconds: 100)
    #expect(self.leader(of: shard) == number)
  }

  /// A SKU with stock, and everybody has it.
  func stock(_ quantity: Int64, leader: UInt32) throws {
    try store(leader).proposeSKU(1)
    try settle()
    try store(leader).proposeStock(2, quantity: quantity)
    try settle()
    try pass(milliseconds: 200)
  }
}
