package import Basics

extension Command {
  /// The slot that a step between shards is addressed to: it has no effect where that is not any more. What is asked by its
  /// SKU or its id finds nothing there by itself.
  var addressedSlot: SlotNumber? {
    switch self {
    case .prepareClaim(_, let prepare): prepare.claim.slot
    case .settleClaim(let settle): settle.claim.slot
    case .decideHold(_, let decide): decide.home
    case .burnClaim(let burn): burn.home
    case .createOrder(_, let create): create.home
    case .decideOrder(_, let decide): decide.create.home
    case .decideConfirm(_, let decide): decide.home
    case .decideMove(_, let decide): decide.home
    // Orders are looked up: what is left of one whose home went away is not changed.
    case .putSKU, .receive, .adjust, .move, .reserve, .extendHold, .releaseHold, .confirmHold, .tick,
      .sweepRequests, .ackOutbox, .changeOrder, .amendOrder, .decideAmend, .setLocations, .setCount,
      .moveAllocation, .slots:
      nil
    }
  }
}

// Commands about slots, and what a leader looks at to know which comes next.
extension Ledger {
  mutating func carryOut(
    _ command: SlotCommand, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    // What moves with its slot was nobody's request.
    request.actor.removeAll(keepingCapacity: true)
    switch command {
    case .beginMove(let move, let slots, let to): return beginMove(move, slots, to: to, &changes)
    case .straddle(let move, let orders): return try straddle(orders: orders, move, reader, &changes)
    case .acknowledgeQueue(let move, let last): return acknowledgeQueue(move, through: last, &changes)
    case .straddleHolds(let move, let slots): return try straddleHolds(move, slots, reader, &changes)
    case .handOver(let move, let slots, let limit):
      return try handOver(move, slots, limit: Int(limit), reader, &changes)
    case .packSlots(let move, let limit): return try packSlots(move, limit: Int(limit), reader, &changes)
    case .forgetSlots(let move, let slots): return forgetSlots(move, slots, &changes)
    case .endMove(let move): return endMove(move, &changes)
    case .stopMove(let move): return stopMove(move, &changes)
    case .importHistory(let piece): return try importHistory(piece, reader, &changes)
    case .importSlots(let part): return try importSlots(part, reader, &changes)
    case .endImport(let move): return try endImport(move, reader, &changes)
    case .forgetRecords(let settled, let orders):
      return try forgetRecords(settled: settled, orders: orders, reader, &changes)
    case .endLeftovers(let slots): return endLeftovers(of: slots, &changes)
    }
  }

  /// What became of a slot here; whether it is this shard's also depends on the map of the founding.
  package func state(of slot: SlotNumber) -> SlotState { slots[slot] }

  /// Whether any slot came or went: else all are as they were founded.
  package var hasMovedSlots: Bool { !slots.isPlain }

  package func coming(_ move: UInt64) -> ComingRecord? { comings[move] }
  package func hasEnded(_ move: UInt64) -> Bool { slots.hasEnded(move) }

  /// Ranges of slots that are not here and of which records may be left.
  package var leftovers: [ClosedRange<SlotNumber>] { slots.leftovers }

  /// Whether slots can come by a move: records of them that are left from an earlier time are forgotten first.
  package func hasLeftovers(of slots: ClosedRange<SlotNumber>) -> Bool { self.slots.hasLeftovers(of: slots) }

  /// Whether a batch could be handed over now: not while more than goes with it has still to be told.
  package var isReadyToHandOver: Bool {
    (leaving?.queueCount ?? 0) <= Self.handOverQueueMax && outbox.count <= Self.handOverOutboxMax
  }

  /// A part of what was handed over; `nil` for one that there is not.
  package func parcelPart(_ part: UInt32, _ reader: any StateReader) throws(StateReadError) -> [UInt8]? {
    guard let leaving, !leaving.isPacking, let batch = leaving.batch, part < batch.partCount else { return nil }
    var key = self.key
    key.set(.parcel, UInt64(part))
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else {
      throw StateReadError(message: "part \(part) of the parcel is missing")
    }
    return bytes
  }

  /// Whether slots of the move are still here.
  package var hasLeavingSlots: Bool {
    leaving?.slots.numbers.contains { slots[SlotNumber($0)] != .gone } ?? false
  }

  /// A part without anything in it, as one chunk.
  package static let emptyPart: [UInt8] = [0, ParcelWriter.version, 0, 0]

  /// The next slots to hand over: from the first that is still here, as many as have about `weightMax` SKUs, stock rows and
  /// holds, and at least one; `nil` when none is left.
  package func nextBatch(weightMax: Int, slotsMax: Int) -> ClosedRange<SlotNumber>? {
    guard let leaving else { return nil }
    let numbers = leaving.slots.numbers
    guard let first = numbers.first(where: { slots[SlotNumber($0)] != .gone }) else { return nil }
    let end = min(Int(numbers.upperBound), Int(first) + slotsMax - 1)
    var (last, left) = (first, weightMax - weight(of: SlotNumber(first), atMost: weightMax))
    while Int(last) < end {
      left -= weight(of: SlotNumber(last + 1), atMost: left)
      if left < 0 { break }
      last += 1
    }
    return SlotNumber(first)...SlotNumber(last)
  }

  /// What there is to pack of a slot, counted until it is more than a limit.
  private func weight(of slot: SlotNumber, atMost limit: Int) -> Int {
    var weight = leavingHolds?.count(of: slot) ?? 0
    for sku in skus.numbers(of: slot...slot) where skus.contains(sku) {
      var row = skus[sku].firstRow
      weight += 1
      while row != StockRows.none, weight <= limit {
        weight += 1
        row = rows[row].nextOfSKU
      }
      if weight > limit { break }
    }
    return weight
  }

  /// How many holds over several of these and other slots are still to become ones over shards; counted until it is more than
  /// a limit.
  package func mixedHoldCount(of slots: ClosedRange<SlotNumber>, atMost limit: Int) -> Int {
    leavingHolds?.mixedCount(of: slots, atMost: limit) ?? 0
  }
}

/// What is found among settled records and orders for a move: those of the leaving slots, packed, and orders that straddle.
package struct HistorySelection: Sendable {
  fileprivate var writer = ParcelWriter()
  package fileprivate(set) var records = 0
  package fileprivate(set) var straddling: [UniqueID] = []

  package init() {}

  /// Whether there is nothing to send or to do.
  package var isEmpty: Bool { records == 0 && straddling.isEmpty }
}

extension Ledger {
  /// Where history is in the key space, without the prefix: from behind the first to before the second.
  package static let historyKeys: (start: [UInt8], end: [UInt8]) = (
    [KeyKind.settledByTime.rawValue], [KeyKind.order.rawValue + 1]
  )

  /// Looks at a pair of the state, its key without the prefix.
  package func select(
    _ key: RawSpan, _ value: RawSpan, into selection: inout HistorySelection
  ) throws(StateReadError) {
    guard let leaving else { return }
    do throws(DecodeError) {
      var reader = ByteReader(key)
      let kind = KeyKind(rawValue: try reader.uint8())
      let id: UniqueID
      switch kind {
      case .settledByTime, .settledOther:
        id = try reader.uniqueID()
        let record = try SettledRecord(value)
        guard leaving.slots.contains(record.home) else { return }
        selection.add(ParcelRecord(.settled, id, value.copied()), record.skuNumbers, skus)
      case .order:
        id = try reader.uniqueID()
        let order = try OrderRecord(value)
        if straddles(order, leaving.slots) { selection.straddling.append(id) }
        guard leaving.slots.contains(order.home) else { return }
        selection.add(ParcelRecord(.order, id, value.copied()), order.lines.compactMap(\.item.localSKU), skus)
      default: return
      }
    } catch { throw Self.damage("a record of slots that leave", error) }
  }

  /// The chunks of what was selected.
  package func finish(_ selection: inout HistorySelection) -> [[UInt8]] { selection.writer.finish(skus) }

  /// Whether a pair of the state is a record of slots that are not here and may be forgotten.
  package func leftover(
    _ key: RawSpan, _ value: RawSpan
  ) throws(StateReadError) -> (id: UniqueID, isOrder: Bool)? {
    do throws(DecodeError) {
      var reader = ByteReader(key)
      switch KeyKind(rawValue: try reader.uint8()) {
      case .settledByTime, .settledOther:
        let id = try reader.uniqueID()
        return slots.isLeftover(try SettledRecord(value).home) ? (id, false) : nil
      case .order:
        let id = try reader.uniqueID()
        return slots.isLeftover(try OrderRecord(value).home) ? (id, true) : nil
      default: return nil
      }
    } catch { throw Self.damage("a record of slots that left", error) }
  }
}

extension HistorySelection {
  fileprivate mutating func add(_ record: ParcelRecord, _ numbers: [SKUNumber], _ table: borrowing SKUTable) {
    writer.append(record, numbers, table)
    records += 1
  }
}
