internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// Nodes: what reaches them, their turns, and what their turns send out.
extension World {
  /// Something happens to a running process.
  func happen(_ event: WorldEvent, to node: SimulatedNode) throws(Violation) {
    guard let store = node.store else { return }
    switch event {
    case .frame(_, _, let bytes):
      do throws(DecodeError) { try store.received(bytes.rawSpan, now: node.clock.now(at: time)) } catch {
        coverage.reach(.frameRejected)
      }
    case .call(_, let operation, let attempt): call(operation, attempt, node, store)
    case .commands(_, let commands): propose(commands, node, store)
    case .across(_, let passage): receive(passage, node, store)
    case .acrossAnswer(_, _, let number, let bytes): store.answered(number, bytes.rawSpan)
    case .synced: try finishSync(node, store)
    case .flushed(_, _, let flush): try finish(flush, node, store)
    case .slice(_, _, let request): try answer(request, node, store)
    case .fetched(_, _, let request):
      let answer = read(request, node)
      trace.say(time, "\(node.number) reads its log of shard \(request.shard) from \(request.fetch.from): \(answer)")
      store.fetched(request, answer)
    case .peerGone(_, _, let gone):
      trace.say(time, "\(node.number) takes \(gone) for gone")
      store.peerGone(self.node(gone).id)
    case .idleFlush:
      try flush(node, store)
      add(.idleFlush(node.number, node.life), after: disks.span(mean: temper.flushEvery))
      return
    case .turn:
      node.hasTurn = false
      return try takeTurn(node, store)
    case .wake:
      // Of several only the one that is still wanted counts.
      guard time >= node.wakeTime else { return }
      node.wakeTime = WorldTime(nanoseconds: .max)
      return try takeTurn(node, store)
    case .restart, .resume, .reply, .attemptTimeout, .retry, .clientStep, .fault, .faultEnds, .chase, .operatorStep,
      .plannerStep, .heal, .convergenceCheck:
      return
    }
    try wantTurn(node, store)
  }

  func wantTurn(_ node: SimulatedNode, _ store: Store) throws(Violation) {
    if temper.turnDelay == .zero { return try takeTurn(node, store) }
    guard !node.hasTurn else { return }
    node.hasTurn = true
    add(.turn(node.number, node.life), after: turns.span(mean: temper.turnDelay))
  }

  // MARK: Turns

  func takeTurn(_ node: SimulatedNode, _ store: Store) throws(Violation) {
    counts.turns += 1
    let now = node.clock.now(at: time)
    trace.note(time, 0x10 | UInt64(node.number.index))
    if let batch = store.collectAppends(now: now, wall: node.clock.wall(at: time)) { try submit(batch, node, store) }
    // The disk may have failed and ended the process in the middle of its turn.
    guard node.store === store else { return }
    let hasAnswers: Bool
    do throws(StateReadError) { hasAnswers = try store.applyCommitted() } catch {
      throw Violation(.ledger, "\(node.number) cannot read its state: \(error.message)")
    }
    if hasAnswers {
      try follow(node, store)
      if let branch = node.crashesAt { return crash(node, at: branch) }
      try answerCallers(node, store)
    }
    store.collectOutgoing()
    try sendOut(node, store)
    sendAcross(node, store)
    guard node.store === store else { return }
    if settings.usesGoals { try followGoals(node, store) }
    guard node.store === store else { return }
    try checkReplicas(node, store)
    scheduleWake(node, store, now)
  }

  private func submit(_ batch: LogBatch, _ node: SimulatedNode, _ store: Store) throws(Violation) {
    let kept = try holdCommitted(node, batch)
    do throws(ShardLog.Gap) { try node.log.submit(batch) } catch {
      throw Violation(.log, "\(node.number) writes a batch that does not follow its log: \(error)")
    }
    try checkHeld(kept, node, store)
    trace.say(time, "\(node.number) writes \(batch.records.count) records")
    if node.failsNextSync {
      node.failsNextSync = false
      trace.say(time, "\(node.number) fails to sync and stops")
      return crash(node, restartAfter: .milliseconds(500))
    }
    if settings.usesAcross, !settings.usesSlots, probe(writing: batch, node, store) { return }
    add(.synced(node.number, node.life), after: diskTime(node, mean: temper.syncTime))
  }

  private func finishSync(_ node: SimulatedNode, _ store: Store) throws(Violation) {
    guard let token = node.log.finishSync() else { return }
    store.persisted(token)
  }

  private func scheduleWake(_ node: SimulatedNode, _ store: Store, _ now: Instant) {
    guard node.isUp else { return }
    let deadline = store.nextDeadline(now: now)
    let due = max(node.clock.time(of: deadline, from: time), time + .microseconds(20))
    guard deadline != .distantFuture, due < node.wakeTime else { return }
    node.wakeTime = due
    queue.add(.wake(node.number, node.life), at: due)
  }

  // MARK: What a turn sends out

  private func sendOut(_ node: SimulatedNode, _ store: Store) throws(Violation) {
    for frame in store.outgoing.frames {
      try checkPromises(frame, node)
      send(frame.bytes, from: node.number, to: NodeNumber(frame.to))
    }
    for request in store.outgoing.requests {
      add(.fetched(node.number, node.life, request), after: disks.span(mean: temper.syncTime))
    }
    for retention in store.outgoing.retentions { node.retained[Int(retention.shard.rawValue)] = retention.from }
    for slice in node.state.wantedSlices {
      add(.slice(node.number, node.life, slice), after: disks.span(mean: temper.syncTime))
    }
    node.state.wantedSlices.removeAll(keepingCapacity: true)
    for flush in node.state.wantedFlushes {
      add(.flushed(node.number, node.life, flush), after: flushTime(node))
    }
    node.state.wantedFlushes.removeAll(keepingCapacity: true)
  }

  private func send(_ bytes: [UInt8], from: NodeNumber, to: NodeNumber) {
    counts.frames += 1
    counts.frameBytes += UInt64(bytes.count)
    trace.note(bytes)
    guard to.index >= 0, to.index < nodes.count else { return }
    let passage = network.send(from: from, to: to, at: time)
    trace.say(time, "\(from) to \(to)\(passage.arrival == nil ? " (lost)" : ""): \(Self.describe(bytes))")
    guard let arrival = passage.arrival else { return }
    var carried = bytes
    if passage.isCorrupted { network.corrupt(&carried) }
    queue.add(.frame(from: from, to: to, carried), at: arrival)
    if let second = passage.secondArrival { queue.add(.frame(from: from, to: to, bytes), at: second) }
  }

  // MARK: The disk's other answers

  func flushTime(_ node: SimulatedNode) -> WorldTime.Span {
    diskTime(node, mean: .milliseconds(5))
  }

  /// A slow disk is slow, but no disk takes for ever.
  private func diskTime(_ node: SimulatedNode, mean: WorldTime.Span) -> WorldTime.Span {
    let span = disks.span(mean: mean)
    return min(.init(nanoseconds: span.nanoseconds * node.diskSlowness), .seconds(3))
  }

  /// Begins a flush that nobody waits for. Now and then everything that it will make durable is gone through.
  func flush(_ node: SimulatedNode, _ store: Store) throws(Violation) {
    let flush = node.state.beginFlush(nil)
    node.flushCount += 1
    if node.flushCount % 8 == 0 { try verify(flush, node, store) }
    add(.flushed(node.number, node.life, flush), after: flushTime(node))
  }

  private func finish(_ flush: SimulatedState.Flush, _ node: SimulatedNode, _ store: Store) throws(Violation) {
    node.state.finish(flush)
    cutLogs(node)
    guard let number = flush.number else { return }
    do throws(StateReadError) { try store.flushed(number) } catch {
      throw Violation(.ledger, "\(node.number) cannot read its state: \(error.message)")
    }
  }

  /// Forgets what the flushed state covers and no follower is kept entries for.
  func cutLogs(_ node: SimulatedNode) {
    for shard in 0..<allShardCount {
      let retained = node.retained[shard]
      let kept = retained == .zero ? LogIndex.zero : retained.previous
      let index = min(node.state.flushedIndexes[shard], kept)
      guard index > node.log.durable[shard].start.index else { continue }
      node.log.cut(ShardID(UInt32(shard)), through: index)
      coverage.reach(.logCut)
    }
  }

  private func answer(_ request: SliceRequest, _ node: SimulatedNode, _ store: Store) throws(Violation) {
    do throws(StateReadError) {
      if let slice = try node.state.slice(request) { store.received(slice) }
    } catch { throw Violation(.log, "\(node.number) cannot read its own frozen state: \(error.message)") }
  }

  private func read(_ request: LogRequest, _ node: SimulatedNode) -> LogAnswer {
    let log = node.log.durable[Int(request.shard.rawValue)]
    let from = request.fetch.from
    guard from > log.start.index, let term = log.term(at: from.previous), log.entry(at: from) != nil else {
      return .compacted
    }
    let entries = log.entries(
      from: from, to: from + UInt64(request.fetch.entriesMax), byteCountMax: request.fetch.bytesMax)
    return .entries(previous: LogPosition(index: from.previous, term: term), entries)
  }
}
