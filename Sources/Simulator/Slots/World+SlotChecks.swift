internal import Basics
internal import Inventory
internal import Placement
internal import Raft
internal import Replication

// The checkers of a world whose slots move, as they are fed after every turn.
extension World {
  // MARK: Clients

  /// One of the holds that a client was told of, with its home.
  func heldSlot(_ client: Int32) -> (id: UniqueID, home: SlotNumber)? {
    let known = clients[Int(client)].knownHolds
    guard !known.isEmpty else { return nil }
    let id = clientChance.pick(known).id
    guard case .ofSlots(let request) = operations[Int(OperationNumber(of: id).rawValue)].request else { return nil }
    return (id, request.home)
  }

  func ask(_ operation: OperationNumber, _ client: Int32, _ request: SlotRequest) {
    invoke(operation, client, slots.lastOwner(of: request.home), .ofSlots(request))
    operations[Int(operation.rawValue)].floors = histories.map(\.knownThrough)
  }

  // MARK: Entries

  /// Follows an entry that a replica applied: the first one's outcomes are held against the specification of the whole
  /// world, and every other one's against the first one's.
  func followSlots(
    _ entry: Entry, _ commandCount: Int, isNew: Bool, of shard: ShardID, _ node: SimulatedNode, _ store: Store
  ) throws(Violation) {
    let first = outcomeIndexes.count
    for _ in 0..<commandCount { outcomeIndexes.append(entry.index) }
    guard first + commandCount <= store.effects.outcomes.count else { return }
    let lines = store.effects.outcomes.lines
    guard isNew else {
      for offset in 0..<commandCount {
        let outcome = store.effects.outcomes[first + offset]
        try histories[Int(shard.rawValue)].check(outcome, lines: lines, of: entry.index, at: offset)
      }
      return
    }
    if commandCount == 0 { return }
    let (stamp, commands): (Stamp, [Command])
    do throws(DecodeError) { (stamp, commands) = try Command.decodeEntry(entry.payload.rawSpan) } catch {
      throw Violation(.outcome, "shard \(shard) entry \(entry.index) cannot be read: \(error)")
    }
    slots.begin(stamp, in: shard)
    for (offset, command) in commands.enumerated() {
      let outcome = store.effects.outcomes[first + offset]
      try checkAsked(outcome, entry, shard)
      try slots.judge(command, outcome, lines: lines, of: entry.index, in: shard) { store.text(of: $0, in: shard) }
      let answer = ExpectedAnswer(
        id: outcome.requestID, answer: Answer(outcome, lines: lines), isReplay: outcome.isReplay)
      histories[Int(shard.rawValue)].learn(answer, of: entry.index, at: offset)
      probe(command, outcome, node)
    }
    if entry.index.rawValue % 64 == 0, let broken = slots.model.firstBrokenInvariant() {
      throw Violation(.ledger, "shard \(shard) entry \(entry.index): \(broken)")
    }
  }

  private func checkAsked(_ outcome: Outcome, _ entry: Entry, _ shard: ShardID) throws(Violation) {
    guard outcome.requestID != .zero else { return }
    let number = Int(OperationNumber(of: outcome.requestID).rawValue)
    guard number < operations.count, case .ofSlots(let request) = operations[number].request,
      request.header.id == outcome.requestID
    else {
      throw Violation(
        .answer, "shard \(shard) entry \(entry.index) carries out \(outcome.requestID), which was never asked for")
    }
  }

  // MARK: Answers

  /// Whether a refusal only says that the slot has gone with an entry before: the client is to ask whoever has it.
  func isGone(_ asked: Operation, _ outcome: Outcome, _ shard: ShardID, _ store: Store) -> Bool {
    guard case .ofSlots(let request) = asked.request else { return false }
    switch outcome.result {
    // A line was here when it was found out whom to ask.
    case .refused(.needsConsent): return true
    case .refused(.unknownSKU(_, let sku)): return !store.contains(sku, in: shard)
    // What other slots have to say they said when they were asked, wherever they are.
    case .refused, .slots: return !store.ownsSlot(request.home, in: shard)
    default: return false
    }
  }

  /// Somebody outside knows an entry of a shard: with it what the shards had handed over whose slots it came to have.
  func told(_ shard: ShardID, through index: LogIndex) {
    for arrival in slots.arrivals where arrival.shard == shard && arrival.index <= index {
      guard histories[Int(arrival.source.rawValue)].knownThrough < arrival.handedOver else { continue }
      histories[Int(arrival.source.rawValue)].told(through: arrival.handedOver)
      told(arrival.source, through: arrival.handedOver)
    }
  }

  func complete(
    _ read: ReadCompletion, _ request: SlotRequest, _ asked: Operation, _ node: SimulatedNode, _ store: Store
  ) throws(Violation) {
    let place = Int(read.shard.rawValue)
    guard mayTell(request, read.shard, store) else { return reply(.refused, to: read.waiter, from: node) }
    let index = LogIndex(store.appliedIndex(of: read.shard))
    try histories[place].read(at: index, floor: asked.floors[place])
    told(read.shard, through: index)
    counts.reads += 1
    if index == histories[place].lastIndex { try checkContent(request, read.shard, node, store) }
    trace.say(time, "\(node.number) answers read \(read.waiter.origin) as of entry \(index) of shard \(read.shard)")
    reply(.read, to: read.waiter, from: node)
  }

  // MARK: Crash probes

  /// One step of a move in so many is a process's last.
  private static let probedStepOneIn = 12

  /// A source is about to ask its target something.
  func probeSlotMessage(_ node: SimulatedNode) {
    if isProbed(oneIn: Self.probedStepOneIn * 4) { crash(node, at: .crashAtSlotMessage) }
  }

  /// A node's map may say that slots have come to another shard.
  func probeMap(_ node: SimulatedNode, _ store: Store) {
    guard let map = store.cluster?.shardMap, map != node.knownMap else { return }
    node.knownMap = map
    if isProbed(oneIn: Self.probedStepOneIn) { crash(node, at: .crashAtAssigned) }
  }

  private func probe(_ command: Command, _ outcome: Outcome, _ node: SimulatedNode) {
    guard case .slots(let step) = command, outcome.result == .slots(.done) else { return }
    let branch: Branch
    switch step {
    case .beginMove: branch = .crashAtMoveBegun
    case .straddle: branch = .crashAtStraddled
    case .acknowledgeQueue: branch = .crashAtQueueAcknowledged
    case .handOver: branch = .crashAtHandedOver
    case .straddleHolds: branch = .crashAtStraddled
    case .packSlots: branch = .crashAtPacked
    case .forgetSlots: branch = .crashAtForgotten
    case .stopMove: branch = .crashAtMoveStopped
    case .endMove: branch = .crashAtMoveEnded
    case .importHistory: branch = .crashAtHistoryTaken
    case .importSlots(let part):
      let isLast = part.part + 1 >= part.batch.partCount
      if isLast { coverage.reach(.slotsMoved) }
      branch = isLast ? .crashAtSlotsTaken : .crashAtPartTaken
    case .endImport: branch = .crashAtImportEnded
    case .forgetRecords(let settled, let orders):
      // A source also proposes it, empty, to see what it took before applied.
      if settled.isEmpty, orders.isEmpty { return }
      branch = .crashAtRecordsForgotten
    case .endLeftovers: branch = .crashAtTidied
    }
    if node.crashesAt == nil, isProbed(oneIn: Self.probedStepOneIn) { node.crashesAt = branch }
  }
}
