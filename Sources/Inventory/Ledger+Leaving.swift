package import Basics

// Slots that leave, at the shard that has them. Until `handOver` nothing changes for anybody: what is written for the
// leaving slots is queued beside, and lines of several slots become claims. `handOver` is the one entry from which on the
// slots are not this shard's; what they have becomes a parcel, in bounded steps, which nobody changes, so that whoever leads
// can send it, as often as it takes.
extension Ledger {
  /// Entries of the queue that a batch may take with it; a source with more sends them first.
  static let handOverQueueMax: UInt64 = 2_048
  /// Entries of the queue that one command forgets.
  package static let queueForgottenMax: UInt64 = 4_096
  /// A move whose target has not taken the queue when it is so long ends: nothing grows without a bound.
  static let queueMax: UInt64 = 1 << 22
  /// Rows of the outbox that are looked at for a batch.
  static let handOverOutboxMax = 4_096

  mutating func beginMove(
    _ move: UInt64, _ leavingSlots: ClosedRange<SlotNumber>, to: UInt32, _ changes: inout StateChanges
  ) -> SlotOutcome {
    if let leaving { return leaving.move == move ? .done : .notNow }
    guard !slots.isAnyGone(of: leavingSlots) else { return .notNow }
    leaving = LeavingRecord(move: move, slots: leavingSlots, to: to)
    watchLeavingHolds()
    putLeaving(&changes)
    return .done
  }

  mutating func acknowledgeQueue(_ move: UInt64, through last: UInt64, _ changes: inout StateChanges) -> SlotOutcome {
    guard var record = leaving, record.move == move else { return .notNow }
    guard last < record.queueNext, last >= record.queueFirst else { return .done }
    guard last - record.queueFirst < Self.queueForgottenMax else { return .notNow }
    for number in record.queueFirst...last {
      key.set(.moveQueue, number)
      deleteCold(&changes)
    }
    record.queueFirst = last + 1
    leaving = record
    putLeaving(&changes)
    return .done
  }

  /// From this entry on the slots are not this shard's. Nothing touches what they have any more but the packing of it, which
  /// begins here and takes as many entries as it needs.
  mutating func handOver(
    _ move: UInt64, _ batch: ClosedRange<SlotNumber>, limit: Int, _ reader: any StateReader,
    _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    guard let leaving, leaving.move == move, leaving.slots.contains(batch.lowerBound),
      leaving.slots.contains(batch.upperBound)
    else { return .notNow }
    if slots.areAll(batch, .gone) { return .done }
    guard leaving.batch == nil, !leaving.isStopping, !slots.isAnyGone(of: batch),
      leaving.queueCount <= Self.handOverQueueMax, outbox.count <= Self.handOverOutboxMax
    else { return .notNow }
    invariant(ordersToStraddle.isEmpty, "orders over slots that leave have not become ones over shards")
    guard try straddleHolds(of: batch, reader, &changes), var record = self.leaving else { return .notNow }
    for sku in skus.numbers(of: batch) where skus.contains(sku) { skus.set(sku, .leaving) }
    slots.set(batch, .gone)
    putSlots(&changes)
    record.batch = SlotBatch(
      slots: batch, partCount: 0, stamp: applied.stamp, revision: applied.revision)
    record.packing = PackingPlace()
    try pack(&record, limit: limit, reader, &changes)
    return .done
  }

  /// Packs more of what was handed over.
  mutating func packSlots(
    _ move: UInt64, limit: Int, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    guard var record = leaving, record.move == move else { return .notNow }
    guard record.isPacking else { return .done }
    try pack(&record, limit: limit, reader, &changes)
    return .done
  }

  /// Has holds over several slots, of which some may leave next, become ones over shards, while all of them are served.
  mutating func straddleHolds(
    _ move: UInt64, _ batch: ClosedRange<SlotNumber>, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    guard let leaving, leaving.move == move, !slots.isAnyGone(of: batch) else { return .notNow }
    _ = try straddleHolds(of: batch, reader, &changes)
    return .done
  }

  /// The move ends when what is on its way has arrived. It takes an entry of this log to say so: a leader that was deposed and
  /// does not know it cannot have the target end what its successor is handing over.
  mutating func stopMove(_ move: UInt64, _ changes: inout StateChanges) -> SlotOutcome {
    guard leaving?.move == move else { return .notNow }
    leaving?.isStopping = true
    putLeaving(&changes)
    return .done
  }

  mutating func forgetSlots(
    _ move: UInt64, _ batch: ClosedRange<SlotNumber>, _ changes: inout StateChanges
  ) -> SlotOutcome {
    guard var record = leaving, record.move == move else { return .notNow }
    guard let arrived = record.batch, arrived.slots == batch else { return .done }
    guard !record.isPacking else { return .notNow }
    for place in 0..<arrived.partCount {
      key.set(.parcel, UInt64(place))
      deleteCold(&changes)
    }
    record.batch = nil
    leaving = record
    putLeaving(&changes)
    return .done
  }

  mutating func endMove(_ move: UInt64, _ changes: inout StateChanges) -> SlotOutcome {
    guard let record = leaving, record.move == move else { return .done }
    guard record.batch == nil, record.queueCount <= Self.queueForgottenMax else { return .notNow }
    for number in record.queueFirst..<record.queueNext {
      key.set(.moveQueue, number)
      deleteCold(&changes)
    }
    key.set(.leaving)
    delete(&changes)
    leaving = nil
    watchLeavingHolds()
    slots.addLeftovers(of: record.slots) { $0 == .gone }
    putSlots(&changes)
    return .done
  }

  // MARK: Storing

  mutating func putLeaving(_ changes: inout StateChanges) {
    guard let leaving else { return }
    key.set(.leaving)
    value.removeAll()
    leaving.encode(to: &value)
    put(&changes)
  }

  mutating func putSlots(_ changes: inout StateChanges) {
    key.set(.slotStates)
    value.removeAll()
    slots.encode(to: &value)
    put(&changes)
  }
}

// MARK: - The queue

extension Ledger {
  /// A settled record was written, in `value`: if its slot leaves, the target is to have it.
  mutating func queueSettled(_ id: UniqueID, _ changes: inout StateChanges) {
    guard let record = leaving else { return }
    let settled: SettledRecord
    do throws(DecodeError) { settled = try SettledRecord(value.bytes.rawSpan) } catch {
      invariantViolated("a settled record was written that cannot be read: \(error)")
    }
    if record.slots.contains(settled.home) { queue(.settled, id, &changes) }
  }

  /// An order was written, in `value`.
  mutating func queueOrder(_ id: UniqueID, _ order: OrderRecord, _ changes: inout StateChanges) {
    guard let record = leaving else { return }
    if straddles(order, record.slots) { ordersToStraddle.append(id) }
    if record.slots.contains(order.home) { queue(.order, id, &changes) }
  }

  /// The record itself is read when it is sent: of one that is written again meanwhile the target gets what there is then, at
  /// least twice.
  private mutating func queue(_ kind: ParcelKind, _ id: UniqueID, _ changes: inout StateChanges) {
    guard var record = leaving, !record.isStopping else { return }
    if record.queueCount < Self.queueMax {
      key.set(.moveQueue, record.queueNext)
      value.removeAll()
      value.uint8(kind.rawValue)
      value.uniqueID(id)
      putCold(&changes)
      record.queueNext += 1
    } else {
      record.isStopping = true
    }
    leaving = record
    putLeaving(&changes)
  }

  /// Up to `limit` entries of the queue, packed for the target, and the number of the last one; `nil` for none.
  package func packedQueue(
    limit: Int, _ reader: any StateReader
  ) throws(StateReadError) -> (chunks: [[UInt8]], last: UInt64)? {
    guard let leaving, leaving.queueCount > 0 else { return nil }
    var writer = ParcelWriter()
    let end = min(leaving.queueNext, leaving.queueFirst + UInt64(limit))
    for number in leaving.queueFirst..<end {
      guard let record = try queued(number, reader) else { continue }
      writer.append(record, try numbers(in: record), skus)
    }
    let chunks = writer.finish(skus)
    return (chunks.isEmpty ? [Self.emptyPart] : chunks, end - 1)
  }

  /// What an entry of the queue names, as it is now; `nil` if it has been forgotten since.
  func queued(_ number: UInt64, _ reader: any StateReader) throws(StateReadError) -> ParcelRecord? {
    var key = self.key
    key.set(.moveQueue, number)
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else {
      throw StateReadError(message: "entry \(number) of the queue of a move is missing")
    }
    let (kind, id): (ParcelKind?, UniqueID)
    do throws(DecodeError) {
      var entry = ByteReader(bytes.rawSpan)
      kind = ParcelKind(rawValue: try entry.uint8())
      id = try entry.uniqueID()
      try entry.finish()
    } catch { throw Self.damage("entry \(number) of the queue of a move", error) }
    switch kind {
    case .settled:
      return try readSettledBytes(id, at: applied.stamp, reader, &bytes) ? ParcelRecord(.settled, id, bytes) : nil
    case .order: return try readOrderBytes(id, reader, &bytes) ? ParcelRecord(.order, id, bytes) : nil
    case .sku, .hold, .claim, .outbox, .unpaid, .waiting, .name, .closures, nil:
      throw StateReadError(message: "entry \(number) of the queue of a move names neither a request nor an order")
    }
  }

  /// The SKUs by whose numbers a record names them.
  func numbers(in record: ParcelRecord) throws(StateReadError) -> [SKUNumber] {
    do throws(DecodeError) { return try record.skuNumbers } catch {
      throw Self.damage("a record that leaves with its slot", error)
    }
  }
}
