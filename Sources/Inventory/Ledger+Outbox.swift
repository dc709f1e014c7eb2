package import Basics

/// What a line of another slot is to have there.
struct RemoteTarget: Sendable {
  var item: RemoteItem
  var location: LocationNumber
  var portion: Portion
}

/// A version of a hold or order, as the slots are told it.
struct Telling: Sendable {
  var id: UniqueID
  var version: UInt64
  var cause: Cause
  var isOver = false
  /// The slot where the order's name is taken and stays so, if it is another's.
  var nameSlot: SlotNumber?

  /// Whether buyers may wait for what the slots give back by it. To hear that what is set aside stays so can wait.
  var isUrgent: Bool { cause != .hold && cause != .order && cause != .confirmation }
}

// The outbox: a row is written in the entry that decides, and stays until the slot has acknowledged that very version. So
// what was decided is told in the end, whatever fails; and a newer version takes the place of an older one, because each
// says the whole of what the claim is to have.
extension Ledger {
  /// Writes rows for some slots, each with all targets of that slot.
  mutating func tell(
    _ telling: Telling, _ slots: [SlotNumber], _ targets: [RemoteTarget], parts: [ClaimPart] = [],
    _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    for slot in slots {
      let claim = ClaimKey(id: telling.id, slot: slot)
      // A row that was not acknowledged may settle a preparation, which its successor then does.
      let earlier = try outboxRecord(claim, reader)
      let token = parts.first { $0.slot == slot }?.token ?? earlier?.token ?? 0
      let row = OutboxRecord(
        version: telling.version, since: earlier?.since ?? applied.stamp, token: token, cause: telling.cause,
        actor: String(decoding: request.actor, as: UTF8.self), isOver: telling.isOver,
        keepsName: telling.nameSlot == slot, lines: Self.outboxLines(targets.filter { $0.item.slot == slot }))
      outbox.set(claim, version: row.version, since: row.since, isUrgent: telling.isUrgent)
      key.setOutbox(claim)
      value.removeAll()
      row.encode(to: &value)
      putCold(&changes)
    }
  }

  /// The targets of one slot by SKU and location, each once, without those that come to nothing.
  private static func outboxLines(_ targets: [RemoteTarget]) -> [OutboxRecord.Line] {
    var lines: [OutboxRecord.Line] = []
    for target in targets.sorted(by: { ($0.item, $0.location) < ($1.item, $1.location) }) where !target.portion.isZero {
      let last = lines.count - 1
      if last >= 0, lines[last].sku == target.item.sku, lines[last].tenant == target.item.tenant,
        lines[last].location == target.location
      {
        lines[last].portion += target.portion
      } else {
        lines.append(
          OutboxRecord.Line(
            tenant: target.item.tenant, sku: target.item.sku, location: target.location, portion: target.portion))
      }
    }
    return lines
  }

  /// Forgets rows of which the slots acknowledged this very version.
  mutating func acknowledge(_ acks: [OutboxAck], _ changes: inout StateChanges) {
    for ack in acks where outbox.row(ack.claim)?.version == ack.version {
      outbox.remove(ack.claim)
      key.setOutbox(ack.claim)
      deleteCold(&changes)
    }
  }

  // MARK: What the sender asks

  package var outboxCount: Int { outbox.count }
  /// Since when the slot waits to be told that has waited longest.
  package var oldestOutboxStamp: Stamp? { outbox.oldest }
  package func outboxRow(_ claim: ClaimKey) -> OutboxRow? { outbox.row(claim) }
  /// The number of the last row that is to be told at once; 0 for none.
  package var lastUrgentOutboxNumber: UInt64 { outbox.lastUrgent }

  /// Up to `limit` rows that were written after the one of this number, in order; 0 for all.
  package func outboxRows(after number: UInt64, limit: Int) -> [OutboxRow] { outbox.rows(after: number, limit: limit) }

  /// What a row says, in the shard's own numbers; `nil` when one of its SKUs is not here.
  package func settlement(of claim: ClaimKey, _ row: OutboxRecord) -> SettleClaim? {
    var lines: [SettleClaim.Line] = []
    for line in row.lines {
      guard let sku = findSKU(tenant: line.tenant, sku: line.sku) else { return nil }
      lines.append(SettleClaim.Line(stock: StockKey(sku: sku, location: line.location), portion: line.portion))
    }
    lines.sort { $0.stock < $1.stock }
    return SettleClaim(
      claim: claim, version: row.version, token: row.token, cause: row.cause, actor: row.actor, isOver: row.isOver,
      keepsName: row.keepsName, lines: lines)
  }
}

extension Portion {
  static func += (left: inout Portion, right: Portion) {
    left.held += right.held
    left.allocated += right.allocated
    left.shipped += right.shipped
  }
}
