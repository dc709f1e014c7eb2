internal import Basics
internal import Inventory
internal import Placement
internal import Raft
internal import Replication

// What shards ask of one another, carried from node to node as an edge does: to whom the asking node takes for the leader,
// on from there to whom that one takes for it, and the answer back the same links. Nothing is sent twice by the edge; what
// gets lost the core asks again.

/// A question of one node's Store for the leader of a shard.
struct AcrossPassage {
  var from: NodeNumber
  var life: NodeLife
  var number: UInt64
  var shard: ShardID
  var bytes: [UInt8]
  var hops = 0

  static let hopsMax = 3
}

extension World {
  /// The waiters of questions count from here; those of clients are the numbers of operations.
  private static let firstPassage: UInt64 = 1 << 40

  /// Sends what a turn of a node asks and answers.
  func sendAcross(_ node: SimulatedNode, _ store: Store) {
    for call in store.takeAcrossCalls() {
      guard let shard = shard(of: call.to, store) else { continue }
      let passage = AcrossPassage(
        from: node.number, life: node.life, number: call.number, shard: shard, bytes: call.bytes)
      probe(sending: passage, node)
      store.expectEntry(of: call, in: shard)
      guard node.isUp else { return }
      send(passage, from: node, store)
    }
    for (waiter, bytes) in store.takeAcrossAnswers() { answerAcross(waiter, bytes, node) }
  }

  private func shard(of address: AcrossCall.Address, _ store: Store) -> ShardID? {
    switch address {
    case .shard(let shard): shard
    case .slot(let slot):
      settings.usesSlots
        ? store.cluster.flatMap { shard(of: slot, $0.shardMap) }
        : ShardID(UInt32(slot.rawValue) / RequestMaker.slotsPerShard)
    }
  }

  private func send(_ passage: AcrossPassage, from node: SimulatedNode, _ store: Store) {
    let target: NodeNumber
    switch store.leadership(of: passage.shard) {
    case .here, .changing: target = node.number
    case .at(let leader): target = NodeNumber(leader)
    case .unknown, .notHere: target = NodeNumber(acrossChance.below(nodes.count))
    }
    trace.say(
      time,
      "\(node.number) asks \(target) of shard \(passage.shard): \(store.describeAcross(passage.bytes.rawSpan))")
    carry(passage.bytes.count, from: node.number, to: target, hops: passage.hops) { .across(to: target, passage) }
  }

  /// Carries something from a node to a node, with the faults of the link.
  private func carry(
    _ byteCount: Int, from: NodeNumber, to: NodeNumber, hops: Int = 0, _ event: () -> WorldEvent
  ) {
    counts.frames += 1
    counts.frameBytes += UInt64(byteCount)
    trace.note(time, 0x40, UInt64(byteCount))
    // What this node cannot do now it tries again a little later.
    guard from != to else { return add(event(), after: hops == 0 ? .microseconds(1) : .milliseconds(30)) }
    let passage = network.send(from: from, to: to, at: time)
    // The frame that carries it has a checksum: damaged is lost.
    guard let arrival = passage.arrival, !passage.isCorrupted else { return }
    queue.add(event(), at: arrival)
    if let second = passage.secondArrival { queue.add(event(), at: second) }
  }

  /// A question reaches a node.
  func receive(_ passage: AcrossPassage, _ node: SimulatedNode, _ store: Store) {
    let waiter = Waiter(origin: Self.firstPassage, call: UInt64(passages.count))
    do throws(AcrossCallRefusal) {
      let answer = try store.receive(
        passage.bytes.rawSpan, in: passage.shard, from: nodes[passage.from.index].id, for: waiter)
      passages.append(passage)
      if let answer { answerAcross(waiter, answer, node) }
    } catch {
      guard passage.hops < AcrossPassage.hopsMax else { return }
      var onward = passage
      onward.hops += 1
      send(onward, from: node, store)
    }
  }

  private func answerAcross(_ waiter: Waiter, _ bytes: [UInt8], _ node: SimulatedNode) {
    let asked = passages[Int(waiter.call)]
    trace.say(time, "\(node.number) answers \(asked.from) across shards")
    carry(bytes.count, from: node.number, to: asked.from) {
      .acrossAnswer(to: asked.from, asked.life, number: asked.number, bytes)
    }
  }
}
