package import Basics

// Slots that come. History arrives piece by piece while the source serves, and nobody asks for it here. A batch arrives part
// by part, and each is taken in by its entry: but the slots are not here, so nobody asks for them, until the entry with the
// last part opens them.
extension Ledger {
  mutating func importHistory(
    _ piece: ImportHistory, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    guard !slots.hasEnded(piece.move) else { return .notNow }
    // What is left from an earlier time is forgotten first: else it could not be told from what comes, and that would be
    // forgotten too.
    guard !slots.hasLeftovers(of: piece.slots) else { return .notNow }
    var record = comings[piece.move] ?? ComingRecord(move: piece.move, from: piece.from, slots: piece.slots)
    guard piece.term >= record.term else { return .notNow }
    // Pieces come in order, each once: a later state of a record is never followed by an earlier one.
    guard piece.number == record.received + 1 else { return piece.number <= record.received ? .done : .notNow }
    switch try take(
      chunk: piece.part, of: piece.move, isHistory: true, behind: &record.chunks, reader, &changes)
    {
    case .unreadable:
      applied.alarms += 1
      return .notNow
    case .staged: break
    case .part(let part):
      guard try !hasClash(part, reader) else { return .notNow }
      dropChunks(of: piece.move, isHistory: true, &record.chunks, &changes)
      let names = intern(part.names, &changes)
      for item in part.records where try !importSettled(item, names, reader, &changes) { applied.alarms += 1 }
      record.records += UInt64(part.records.count)
    }
    record.received = piece.number
    record.term = piece.term
    record.sender = piece.sender
    record.cursor = piece.cursor
    record.bytes += UInt64(piece.part.count)
    putComing(record, &changes)
    return .done
  }

  mutating func importSlots(
    _ part: ImportSlots, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    guard !slots.hasEnded(part.move) else { return .notNow }
    if slots.areAll(part.batch.slots, .here) { return .done }
    var record = comings[part.move] ?? ComingRecord(move: part.move, from: part.from, slots: part.moving)
    if let last = record.openedThrough, part.batch.slots.lowerBound <= last { return .notNow }
    if record.batch == nil {
      record.batch = part.batch
      record.partsReceived = 0
      begin(part.batch)
    }
    guard record.batch == part.batch, part.part <= record.partsReceived else { return .notNow }
    guard part.part == record.partsReceived else { return .done }
    if part.part < part.batch.partCount {
      guard try takeIn(part, &record, reader, &changes) else {
        applied.alarms += 1
        return .notNow
      }
      record.partsReceived += 1
    }
    if record.partsReceived == part.batch.partCount { open(part.batch, &record, &changes) }
    putComing(record, &changes)
    return .done
  }

  /// The first part of a batch is here.
  private mutating func begin(_ batch: SlotBatch) {
    // What was due at the source is due here: a hold of which it gave the stock back is not active again.
    if !isMutated(.losesTime) { applied.stamp = max(applied.stamp, batch.stamp) }
    // And nothing is here at a revision at which it was still there.
    if applied.revision <= batch.revision { applied.revisionLead += batch.revision + 1 - applied.revision }
  }

  /// Takes in all of a part, or none of it if any of it cannot be: what were left out would be lost when the source forgets
  /// its parcel, while one that is refused is sent again, to a program that can read it.
  private mutating func takeIn(
    _ part: ImportSlots, _ record: inout ComingRecord, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Bool {
    let taken: ParcelPart
    switch try take(
      chunk: part.bytes, of: part.move, isHistory: false, behind: &record.chunksOfBatch, reader, &changes)
    {
    case .unreadable: return false
    case .staged: return true
    case .part(let whole): taken = whole
    }
    guard try canTakeIn(taken, reader) else { return false }
    dropChunks(of: part.move, isHistory: false, &record.chunksOfBatch, &changes)
    let names = intern(taken.names, &changes)
    let arrival = Arrival(batch: part.batch, source: part.from)
    for item in taken.records where try !take(item, names, arrival, reader, &changes) { applied.alarms += 1 }
    return true
  }

  /// All parts are here: from this entry on the slots are.
  private mutating func open(
    _ batch: SlotBatch, _ record: inout ComingRecord, _ changes: inout StateChanges
  ) {
    slots.set(batch.slots, .here)
    putSlots(&changes)
    for slot in batch.slots.numbers {
      key.setArrival(of: SlotNumber(slot))
      value.removeAll()
      SlotArrival(revision: applied.revision, stamp: applied.stamp).encode(to: &value)
      put(&changes)
    }
    for sku in skus.numbers(of: batch.slots) where skus[sku].presence == .arriving {
      skus.set(sku, .present)
      // Nothing was given to what waits for it on the way.
      if skus[sku].backordered > 0 { fillable.mark(sku) }
    }
    record.batch = nil
    record.partsReceived = 0
    record.openedThrough = batch.slots.upperBound
  }

  mutating func endImport(
    _ move: UInt64, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    if var record = comings[move] {
      // Only a source with nothing on its way says so. What was taken in of a batch is the only one that is to be opened.
      guard record.batch == nil else { return .notNow }
      dropChunks(of: move, isHistory: true, &record.chunks, &changes)
      key.set(.coming, move)
      deleteCold(&changes)
      comings[move] = nil
      slots.addLeftovers(of: record.slots) { $0 != .here }
    }
    putSlots(&changes)
    guard !slots.hasEnded(move) else { return .done }
    key.set(.endedMove, move)
    value.removeAll()
    put(&changes)
    if let forgotten = slots.end(move) {
      key.set(.endedMove, forgotten)
      delete(&changes)
    }
    return .done
  }

  private mutating func putComing(_ record: ComingRecord, _ changes: inout StateChanges) {
    comings[record.move] = record
    key.set(.coming, record.move)
    value.removeAll()
    record.encode(to: &value)
    putCold(&changes)
  }

  // MARK: Records of slots that are not here

  /// Whether records of a slot are only kept, or only coming: the slot is another shard's.
  package func isForeign(_ slot: SlotNumber) -> Bool {
    if slots.isPlain, comings.isEmpty { return false }
    return foreignSlots.contains(slot)
  }

  /// Whether a slot is in a batch that is arriving.
  func isArriving(_ slot: SlotNumber) -> Bool {
    var isArriving = false
    comings.forEach { _, record in
      isArriving = record.batch?.slots.contains(slot) ?? false
      return !isArriving
    }
    return isArriving
  }

  var foreignSlots: ForeignSlots {
    var coming: [ClosedRange<SlotNumber>] = []
    comings.forEach { _, record in
      coming.append(record.slots)
      return true
    }
    return ForeignSlots(states: slots, coming: coming)
  }

  mutating func forgetRecords(
    settled: [UniqueID], orders: [UniqueID], _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    for id in settled {
      guard let record = try readSettled(id, at: applied.stamp, reader), slots.isLeftover(record.home) else { continue }
      forgetSettled(id, record, &changes)
    }
    for id in orders {
      guard let order = try readOrder(id, reader), slots.isLeftover(order.home) else { continue }
      forgetOrder(id, order, &changes)
    }
    return .done
  }

  private mutating func forgetSettled(_ id: UniqueID, _ record: SettledRecord, _ changes: inout StateChanges) {
    overlay.setSettled(id, [])
    key.set(.settledByTime, id)
    delete(&changes)
    key.set(.settledOther, id)
    delete(&changes)
    key.setSettledIndex(record.settled, id)
    changes.delete(key: key.bytes.rawSpan)
  }

  private mutating func forgetOrder(_ id: UniqueID, _ order: OrderRecord, _ changes: inout StateChanges) {
    if order.claim(of: id) != id {
      key.set(.claimOwner, order.claim(of: id))
      deleteCold(&changes)
    }
    overlay.setOrder(id, [])
    key.set(.order, id)
    delete(&changes)
    forgetWaitingElsewhere(id, &changes)
    applied.orders -= 1
  }

  mutating func endLeftovers(of range: ClosedRange<SlotNumber>, _ changes: inout StateChanges) -> SlotOutcome {
    slots.removeLeftovers(range)
    putSlots(&changes)
    return .done
  }
}

/// The slots of which records are in a shard's state although they are another shard's: those that it gave away, and those
/// that are on their way. Whoever lists or checks records leaves theirs out.
package struct ForeignSlots: Sendable {
  let states: SlotStates
  let coming: [ClosedRange<SlotNumber>]

  package func contains(_ slot: SlotNumber) -> Bool {
    switch states[slot] {
    case .here: false
    case .gone: true
    case .asFounded: states.isLeftover(slot) || coming.contains { $0.contains(slot) }
    }
  }

  init(states: SlotStates, coming: [ClosedRange<SlotNumber>]) {
    self.states = states
    self.coming = coming
  }

  /// From the state behind a prefix.
  package init(prefix: [UInt8], reader: any StateReader) throws(StateReadError) {
    let key = KeyBuffer(prefix: prefix)
    var ledger = LedgerReader(prefix: prefix, reader: reader)
    let states = try ledger.slotStates()
    var coming: [ClosedRange<SlotNumber>] = []
    try Ledger.forEach(.coming, key, reader) { key, value throws(DecodeError) in
      _ = try key.bigEndianUInt64()
      coming.append(try ComingRecord(value).slots)
    }
    self.init(states: states, coming: coming)
  }
}
