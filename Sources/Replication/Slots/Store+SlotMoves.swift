internal import Basics
internal import Inventory
internal import Placement
internal import Raft

// Slots that leave a shard which is led here: one step after the other, each chosen from what is.

extension Store {
  /// Finds the shards that have something to do: their moves are in the table, or records are left in their state.
  func watchSlots(_ replica: Replica) {
    guard let ledger = ledgers[replica.place] else { return }
    let hasWork =
      replica.raft.isLeader && (ledger.machine.leaving != nil || !ledger.machine.leftovers.isEmpty)
    if hasWork { openMover(replica.shard) }
    if slotMoves.isOpen { slotMoves.isDue = true }
  }

  /// The table has changed: sources of moves look at them.
  func followMoves(_ table: ClusterTable) {
    for move in table.moves where !move.isOver && replica(of: move.from)?.raft.isLeader == true {
      openMover(move.from)
    }
    slotMoves.isDue = slotMoves.isDue || slotMoves.isOpen
  }

  private func openMover(_ shard: ShardID) {
    guard slotMoves.movers[shard] == nil else { return }
    let sender = StableHash.mix(incarnation ^ 0x5107_5107_5107_5107, UInt64(shard.rawValue) << 32 ^ tick)
    slotMoves.movers[shard] = SlotMover(shard: shard, sender: sender)
    slotMoves.isDue = true
    wantsTurn = true
  }

  /// Looks at each source: in every turn in which something happened, and in every tick while one is open.
  func pursueMoves() throws(StateReadError) {
    let isTick = slotMoves.lastTick != tick
    guard slotMoves.isOpen, slotMoves.isDue || isTick else { return }
    slotMoves.isDue = false
    slotMoves.lastTick = tick
    var shards: [ShardID] = []
    slotMoves.movers.forEach { shard, _ in
      shards.append(shard)
      return true
    }
    for shard in shards {
      guard var mover = slotMoves.movers[shard] else { continue }
      if isTick { mover.slicesInTick = 0 }
      let goesOn = try pursue(&mover)
      if goesOn {
        slotMoves.movers[shard] = mover
      } else {
        release(mover.scan)
        slotMoves.movers[shard] = nil
      }
    }
  }

  /// - Returns: whether anything is left to be done.
  private func pursue(_ mover: inout SlotMover) throws(StateReadError) -> Bool {
    guard let replica = replica(of: mover.shard), let ledger = ledgers[replica.place], replica.raft.isLeader,
      replica.fault == nil
    else { return false }
    // A group without its quorum carries nothing out: what is asked of the slots is not to wait for that.
    if mover.closing != nil, tick >= mover.openTick { mover.open() }
    guard replica.hasOpenedTerm, let table = goals.table else { return true }
    guard let move = move(of: mover.shard, ledger, table) else { return tidy(&mover, ledger) }
    if mover.move != move.id {
      mover.move = move.id
      askAnew(&mover)
    }
    guard mover.waiting == nil, tick >= mover.dueTick else { return true }
    let view = SlotView(
      move: move, map: table.shardMap, leaving: ledger.machine.leaving, target: mover.target,
      hasSlotsLeft: ledger.machine.hasLeavingSlots,
      queueMax: limits.moveQueueMax, isCatchingUp: isCatchingUp(&mover, ledger.machine.leaving))
    try take(view.step, view, &mover, ledger)
    report(view, &mover)
    return true
  }

  /// A queue that has become long is sent until it is short again.
  private func isCatchingUp(_ mover: inout SlotMover, _ leaving: LeavingRecord?) -> Bool {
    let count = leaving?.queueCount ?? 0
    if count > limits.moveQueueBacklogMax { mover.isCatchingUp = true }
    if count <= limits.moveQueueMax { mover.isCatchingUp = false }
    return mover.isCatchingUp
  }

  /// The move that the ledger is at, else the next one in the table.
  private func move(of shard: ShardID, _ ledger: MachineHost<Ledger>, _ table: ClusterTable) -> SlotMove? {
    if let leaving = ledger.machine.leaving, let move = table.move(leaving.move) { return move }
    return table.moves.first { !$0.isOver && $0.from == shard }
  }

  private func take(
    _ step: SlotStep, _ view: SlotView, _ mover: inout SlotMover, _ ledger: MachineHost<Ledger>
  ) throws(StateReadError) {
    let move = view.move
    if step != .handOver { mover.open() }
    switch step {
    case .wait: mover.dueTick = tick + limits.goalRetryTicks
    case .ask: ask(.status(move: move.id, slots: view.leaving?.batch?.slots ?? move.numbers), &mover, move.to)
    case .begin: propose(.beginMove(move: move.id, slots: move.numbers, to: move.to.rawValue), &mover)
    case .scan: try copy(view, &mover, ledger)
    case .sendQueue: try sendQueue(view, &mover, ledger)
    case .handOver:
      // What was closed is the batch, whatever has become less of it meanwhile.
      guard let slots = mover.closing else { return close(ledger, &mover) }
      guard mover.isClosed else { return drain(slots, &mover) }
      // What the target said was of the batch before.
      mover.target?.isHere = false
      propose(.handOver(move: move.id, slots: slots, limit: limits.movePackedMax), &mover)
    case .pack:
      mover.sentPart = nil
      propose(.packSlots(move: move.id, limit: limits.movePackedMax), &mover)
    case .sendPart(let part): try sendPart(part, view, &mover, ledger)
    case .assign(let slots): tellMeta(.assignSlots(move: move.id, slots.numbers), &mover)
    case .forget(let slots):
      askAnew(&mover)
      propose(.forgetSlots(move: move.id, slots: slots), &mover)
    case .stop: propose(.stopMove(move: move.id), &mover)
    // Its target has taken nothing for so long that the source does not keep more for it.
    case .cancel: tellMeta(.setMoveState(move: move.id, .cancelled), &mover)
    case .forgetQueue(let last): propose(.acknowledgeQueue(move: move.id, through: last), &mover)
    case .endImport: ask(.end(move: move.id), &mover, move.to)
    case .end: propose(.endMove(move: move.id), &mover)
    case .finish: tellMeta(.finishMove(move.id), &mover)
    }
  }

  /// Takes no more commands for the next slots, and waits for those that were taken.
  private func close(_ ledger: MachineHost<Ledger>, _ mover: inout SlotMover) {
    mover.open()
    // Each entry looks at some of the holds.
    guard ledger.machine.knowsLeavingHolds else { return propose(.forgetRecords(settled: [], orders: []), &mover) }
    guard ledger.machine.isReadyToHandOver else {
      mover.dueTick = tick + limits.goalRetryTicks
      return
    }
    let next = ledger.machine.nextBatch(weightMax: limits.moveBatchWeightMax, slotsMax: limits.moveBatchSlotsMax)
    guard let slots = next else { return }
    // While they are open, so that nobody waits for it. What is new since then goes with the batch.
    if ledger.machine.mixedHoldCount(of: slots, atMost: limits.moveMixedHoldsMax) > limits.moveMixedHoldsMax {
      return propose(.straddleHolds(move: mover.move, slots: slots), &mover)
    }
    mover.closing = slots
    mover.openTick = tick + limits.moveClosedTicksMax
    drain(slots, &mover)
  }

  /// Steps over several shards whose home is in the slots are waited for first, for a while: what they decide after it has
  /// gone has no effect. Behind all that was taken a command goes through the log that changes nothing.
  private func drain(_ slots: ClosedRange<SlotNumber>, _ mover: inout SlotMover) {
    let patience = mover.openTick - limits.moveClosedTicksMax + limits.moveStepsTicksMax
    if tick < patience, across.hasStep(ofHomes: slots, in: mover.shard) { return }
    mover.isClosed = true
    propose(.forgetRecords(settled: [], orders: []), &mover)
  }

  private func sendPart(
    _ part: UInt32, _ view: SlotView, _ mover: inout SlotMover, _ ledger: MachineHost<Ledger>
  ) throws(StateReadError) {
    guard let batch = view.leaving?.batch else { return }
    let bytes = try ledger.machine.parcelPart(part, partitions) ?? []
    let message = ImportSlots(
      move: view.move.id, from: mover.shard.rawValue, moving: view.move.numbers, batch: batch, part: part, bytes: bytes)
    ask(.slots(message), &mover, view.move.to)
    // It has the one before and does not take this one in: it is asked again now and then.
    if mover.sentPart == part { mover.dueTick = tick + limits.goalRetryTicks }
    mover.sentPart = part
  }

  private func sendQueue(
    _ view: SlotView, _ mover: inout SlotMover, _ ledger: MachineHost<Ledger>
  ) throws(StateReadError) {
    // What was read before and not sent is older than what the queue names: it is read again behind it.
    if mover.scan != nil { dropRead(&mover) }
    let cursor = MoveCursor(mover.target?.record?.cursor ?? [])
    if mover.pieces.isEmpty,
      let queued = try ledger.machine.packedQueue(limit: limits.moveQueueSendMax, partitions)
    {
      for (place, chunk) in queued.chunks.enumerated() {
        let isLast = place == queued.chunks.count - 1
        mover.pieces.append(SlotMover.Piece(chunk: chunk, cursor: cursor, queuedThrough: isLast ? queued.last : nil))
      }
    }
    sendPiece(view, &mover)
  }

  /// Sends the next piece, if there is one.
  func sendPiece(_ view: SlotView, _ mover: inout SlotMover) {
    guard let next = mover.pieces.first, let replica = replica(of: mover.shard) else { return }
    let piece = ImportHistory(
      move: view.move.id, from: mover.shard.rawValue, slots: view.move.numbers,
      term: replica.raft.term.rawValue, sender: mover.sender, number: (mover.target?.record?.received ?? 0) + 1,
      cursor: next.cursor.bytes, part: next.chunk)
    mover.isSendingHistory = true
    ask(.history(piece), &mover, view.move.to)
  }

  // MARK: What is under way

  private func ask(_ message: SlotMessage, _ mover: inout SlotMover, _ target: ShardID) {
    let token = slotMoves.begin(.mover(mover.shard))
    mover.waiting = token
    callAcross(.shard(target), message.encoded(), slots: token, from: mover.shard)
  }

  func propose(_ command: SlotCommand, _ mover: inout SlotMover) {
    let token = slotMoves.begin(.mover(mover.shard))
    mover.waiting = token
    propose(.slots(token), to: mover.shard, .slots(command))
  }

  /// Says something to the meta shard, until the table shows it.
  private func tellMeta(_ command: ClusterCommand, _ mover: inout SlotMover) {
    guard tick >= mover.metaTick, goals.commands.count < ClusterCommand.listCountMax else { return }
    mover.metaTick = tick + limits.moveMetaTicks
    goals.commands.append(command)
    wantsTurn = true
  }

  private func report(_ view: SlotView, _ mover: inout SlotMover) {
    guard tick >= mover.reportTick, goals.commands.count < ClusterCommand.listCountMax else { return }
    let isCopied = if case .queue = MoveCursor(mover.target?.record?.cursor ?? []) { true } else { false }
    let record = mover.target?.record
    guard view.leaving != nil, record != nil || view.leaving?.batch != nil else { return }
    let report = MoveReport(
      move: view.move.id, phase: isCopied || view.leaving?.batch != nil ? .handingOver : .copying,
      recordsCopied: record?.records ?? mover.reported?.recordsCopied ?? 0,
      bytesCopied: record?.bytes ?? mover.reported?.bytesCopied ?? 0)
    guard report != mover.reported else { return }
    mover.reported = report
    mover.reportTick = tick + limits.reportRetryTicks
    goals.commands.append(.reportMove(report))
  }
}

extension SlotMove {
  /// As the ledgers name them.
  var numbers: ClosedRange<SlotNumber> { SlotNumber(slots.lowerBound)...SlotNumber(slots.upperBound) }
}
