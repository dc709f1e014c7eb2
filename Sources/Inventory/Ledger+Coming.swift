package import Basics

// Slots that come. History arrives piece by piece while the source serves, and nobody asks for it here; the batch arrives in
// parts which are kept as they are, and the entry with the last part takes in all of them: before it the slots have nothing
// here, after it everything.
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
    switch try take(chunk: piece.part, &record, reader, &changes) {
    case .unreadable:
      applied.alarms += 1
      return .notNow
    case .staged: break
    case .part(let part):
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
    if record.batch == nil {
      record.batch = part.batch
      record.partsReceived = 0
    }
    guard record.batch == part.batch, part.part <= record.partsReceived else { return .notNow }
    guard part.part == record.partsReceived else { return .done }
    if part.part < part.batch.partCount {
      key.setStaged(part.move, part.part)
      value.removeAll()
      value.append(part.bytes)
      putCold(&changes)
      record.partsReceived += 1
    }
    var outcome = SlotOutcome.done
    if record.partsReceived == part.batch.partCount {
      outcome = try takeIn(part.batch, &record, reader, &changes)
    }
    putComing(record, &changes)
    return outcome
  }

  /// All parts are here: from this entry on the slots are. Or none of it, while any of it cannot be taken in.
  private mutating func takeIn(
    _ batch: SlotBatch, _ record: inout ComingRecord, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    guard let parts = try stagedParts(of: batch, record.move, reader) else {
      applied.alarms += 1
      return .notNow
    }
    // What was due at the source is due here: a hold of which it gave the stock back is not active again.
    if !isMutated(.losesTime) { applied.stamp = max(applied.stamp, batch.stamp) }
    // And nothing is here at a revision at which it was still there.
    if applied.revision <= batch.revision { applied.revisionLead += batch.revision + 1 - applied.revision }
    for place in 0..<record.partsReceived {
      key.setStaged(record.move, place)
      deleteCold(&changes)
    }
    for part in parts {
      let names = intern(part.names, &changes)
      for item in part.records where try !take(item, names, from: record.from, reader, &changes) {
        applied.alarms += 1
      }
    }
    slots.set(batch.slots, .here)
    slots.arrived(batch.slots, at: applied.revision, applied.stamp)
    putSlots(&changes)
    record.batch = nil
    record.partsReceived = 0
    return .done
  }

  mutating func endImport(
    _ move: UInt64, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    if var record = comings[move] {
      dropHistoryChunks(of: &record, &changes)
      for place in 0..<record.partsReceived {
        key.setStaged(move, place)
        deleteCold(&changes)
      }
      key.set(.coming, move)
      deleteCold(&changes)
      comings[move] = nil
      slots.addLeftovers(of: record.slots) { $0 != .here }
    }
    slots.end(move)
    putSlots(&changes)
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
