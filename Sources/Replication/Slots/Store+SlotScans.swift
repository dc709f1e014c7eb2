internal import Basics
internal import Inventory
internal import Placement
internal import Raft

// Reading what was settled long ago: for the target of a move, and to forget what is left of slots that are elsewhere. Read
// from a frozen state on a reader's thread, a slice at a time, so that the loop never waits for it.

extension Store {
  /// The next piece of history: sends one that was read, or has more read.
  func copy(
    _ view: SlotView, _ mover: inout SlotMover, _ ledger: MachineHost<Ledger>
  ) throws(StateReadError) {
    if !mover.pieces.isEmpty { return sendPiece(view, &mover) }
    guard case .scanning(let position) = MoveCursor(mover.target?.record?.cursor ?? []) else { return }
    let purpose = SlotMover.Scan.Purpose.copying(move: view.move.id)
    if mover.scan?.purpose != purpose {
      release(mover.scan)
      mover.scan = SlotMover.Scan(purpose: purpose, position: position)
      wantsTurn = true
    }
    // Nothing was left for the target behind the last piece.
    if mover.scan?.isOver == true {
      mover.pieces.append(SlotMover.Piece(chunk: Ledger.emptyPart, cursor: .queue))
      return sendPiece(view, &mover)
    }
    read(&mover)
  }

  /// Has leftovers read and deleted; answers whether any are there.
  func tidy(_ mover: inout SlotMover, _ ledger: MachineHost<Ledger>) -> Bool {
    guard mover.waiting == nil else { return true }
    let leftovers = ledger.machine.leftovers
    guard !leftovers.isEmpty else { return false }
    guard case .tidying(let ranges) = mover.scan?.purpose else {
      release(mover.scan)
      mover.scan = SlotMover.Scan(purpose: .tidying(leftovers), position: Ledger.historyKeys.start)
      wantsTurn = true
      return true
    }
    if mover.scan?.isOver == true {
      if let range = ranges.first(where: { leftovers.contains($0) }) {
        propose(.endLeftovers(slots: range), &mover)
      } else {
        endScan(&mover)
      }
      return true
    }
    read(&mover)
    return true
  }

  private func read(_ mover: inout SlotMover) {
    guard let scan = mover.scan, let cut = scan.cut, !scan.isReading, !scan.isOver,
      mover.slicesInTick < limits.moveSlicesPerTickMax, let replica = replica(of: mover.shard)
    else { return }
    mover.slicesInTick += 1
    mover.scan?.isReading = true
    partitions.requestSlice(
      SliceRequest(
        cut: cut, prefix: PartitionPrefix(shard: mover.shard, generation: replica.record.generation),
        position: scan.position, byteCountMax: limits.moveSliceBytesMax))
  }

  /// Freezes the state for those that want to read it. Called when the changes of the turn are written: what the queue of a
  /// move does not have is in it.
  func freezeForMoves() {
    guard slotMoves.isOpen else { return }
    var waiting: [ShardID] = []
    slotMoves.movers.forEach { shard, mover in
      if let scan = mover.scan, scan.cut == nil { waiting.append(shard) }
      return true
    }
    for shard in waiting {
      guard replica(of: shard)?.install == nil, partitions.freeze(nextCut) else { continue }
      slotMoves.movers[shard]?.scan?.cut = nextCut
      nextCut = CutNumber(nextCut.rawValue &+ 1)
      slotMoves.isDue = true
      wantsTurn = true
    }
  }

  /// Forgets what is known of the target, and what was read for it: the target may not have the pieces that are forgotten
  /// here, so the state is read again from where it says that it is, and not on from where the reading was.
  func askAnew(_ mover: inout SlotMover) {
    mover.target = nil
    mover.isSendingHistory = false
    dropRead(&mover)
  }

  /// Forgets what was read and is not sent.
  func dropRead(_ mover: inout SlotMover) {
    mover.pieces.removeAll()
    endScan(&mover)
  }

  private func endScan(_ mover: inout SlotMover) {
    release(mover.scan)
    mover.scan = nil
  }

  func release(_ scan: SlotMover.Scan?) {
    if let cut = scan?.cut { partitions.release(cut) }
  }

  /// Takes a slice if it was read for a move; answers whether it was.
  func takeForMoves(_ slice: SnapshotSlice) -> Bool {
    var owner: ShardID?
    slotMoves.movers.forEach { shard, mover in
      if mover.scan?.cut == slice.request.cut { owner = shard }
      return owner == nil
    }
    guard let owner, var mover = slotMoves.movers[owner], let ledger = ledger(of: owner) else { return false }
    slotMoves.isDue = true
    wantsTurn = true
    guard mover.scan?.isReading == true else { return true }
    mover.scan?.isReading = false
    mover.scan?.position = slice.end
    mover.scan?.isOver = slice.isLast || !slice.end.lexicographicallyPrecedes(Ledger.historyKeys.end)
    do throws(StateReadError) {
      switch mover.scan?.purpose {
      case .copying: try takeHistory(slice, &mover, ledger)
      case .tidying: try takeLeftovers(slice, &mover, ledger)
      case nil: break
      }
    } catch { across.failure = error }
    slotMoves.movers[owner] = mover
    return true
  }

  /// Orders over several slots become claims before anything of the slice is sent: so what the target says that it has was
  /// read, and they are done.
  private func takeHistory(
    _ slice: SnapshotSlice, _ mover: inout SlotMover, _ ledger: MachineHost<Ledger>
  ) throws(StateReadError) {
    var selection = HistorySelection()
    try forEachPair(slice) { key, value throws(StateReadError) in
      try ledger.machine.select(key, value, into: &selection)
    }
    let before = MoveCursor.scanning(slice.request.position)
    let behind = mover.scan?.isOver == true ? MoveCursor.queue : .scanning(slice.end)
    let chunks = ledger.machine.finish(&selection)
    for (place, chunk) in chunks.enumerated() {
      mover.pieces.append(SlotMover.Piece(chunk: chunk, cursor: place == chunks.count - 1 ? behind : before))
    }
    if !selection.straddling.isEmpty {
      propose(.straddle(move: mover.move, orders: selection.straddling), &mover)
    }
  }

  private func takeLeftovers(
    _ slice: SnapshotSlice, _ mover: inout SlotMover, _ ledger: MachineHost<Ledger>
  ) throws(StateReadError) {
    var (settled, orders): ([UniqueID], [UniqueID]) = ([], [])
    try forEachPair(slice) { key, value throws(StateReadError) in
      guard let found = try ledger.machine.leftover(key, value) else { return }
      if found.isOrder { orders.append(found.id) } else { settled.append(found.id) }
    }
    if !settled.isEmpty || !orders.isEmpty { propose(.forgetRecords(settled: settled, orders: orders), &mover) }
  }

  private func forEachPair(
    _ slice: SnapshotSlice, _ body: (RawSpan, RawSpan) throws(StateReadError) -> Void
  ) throws(StateReadError) {
    var reader = ByteReader(slice.pairs.rawSpan)
    while !reader.isAtEnd {
      let (key, value): (RawSpan, RawSpan)
      do throws(DecodeError) {
        key = try reader.prefixedSpan(limit: SlicePairs.keyByteCountMax)
        value = try reader.prefixedSpan(limit: SlicePairs.valueByteCountMax)
      } catch { throw StateReadError(message: "a slice of the state is unreadable: \(error)") }
      try body(key, value)
    }
  }
}
