internal import Basics

// Holds and orders whose lines are in several slots, one of which leaves: what they have outside of their home slot becomes
// a claim in the slot that has it, as if it had been in another shard from the beginning. Nothing changes for anybody: the
// stock stays held or allocated, and the versions go on.
extension Ledger {
  /// Turns the lines of a live hold outside of its home slot into claims; does nothing where there are none.
  mutating func straddle(
    hold: Int32, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    var record = try self.record(of: hold, reader)
    let live = holds[hold]
    var (lines, kept): ([HoldLine], [HoldLine]) = ([], [])
    var claimed: [SettleClaim.Line] = []
    holds.copyLines(hold, into: &lines)
    for line in lines {
      guard skus[line.sku].slot != record.home else {
        kept.append(line)
        continue
      }
      guard line.granted > 0 else { continue }
      rows.subtractExpiry(line.expiry, bucket: live.bucket, quantity: line.granted)
      claimed.append(SettleClaim.Line(stock: rows[line.row].key, portion: Portion(held: line.granted)))
    }
    guard kept.count < lines.count else { return }
    for place in record.lines.indices { straddle(&record.lines[place].item, home: record.home) }
    record.claimVersion = try claim(
      claimed,
      Telling(
        id: live.id, version: ClaimVersion.next(after: record.claimVersion, home: record.home), cause: .rejection),
      record.home,
      record.remoteTargets, reader, &changes)
    removeHold(hold)
    let remade = holds.insert(
      LiveHold(
        id: live.id, fingerprint: live.fingerprint, created: live.created, bucket: live.bucket,
        firstLine: kept.first ?? .none, lineCount: UInt16(kept.count), mode: live.mode, home: record.home,
        hasClaims: true), lines: kept, reference: record.reference)
    holds.link(remade)
    noteHold(remade)
    putLive(live.id, &record, &changes)
  }

  /// Whether an order has lines in several slots of which one is in a range, and may still change.
  func straddles(_ order: OrderRecord, _ leaving: ClosedRange<SlotNumber>) -> Bool {
    if order.isOver { return false }
    let isTouched =
      leaving.contains(order.home)
      || order.lines.contains { $0.item.localSKU.map { leaving.contains(skus[$0].slot) } ?? false }
    return isTouched && order.lines.contains { $0.item.localSKU.map { skus[$0].slot != order.home } ?? false }
  }

  mutating func straddle(
    orders ids: [UniqueID], _ move: UInt64, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> SlotOutcome {
    guard let leaving, leaving.move == move else { return .notNow }
    for id in ids {
      guard let order = try readOrder(id, reader), straddles(order, leaving.slots) else { continue }
      try straddle(id, order, reader, &changes)
    }
    return .done
  }

  /// Orders that were written in this entry and straddle the leaving slots.
  mutating func straddleWrittenOrders(
    _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    guard !ordersToStraddle.isEmpty else { return }
    let ids = ordersToStraddle
    ordersToStraddle = []
    if let leaving { _ = try straddle(orders: ids, leaving.move, reader, &changes) }
    // What was written just now is as it should be.
    ordersToStraddle = []
  }

  private mutating func straddle(
    _ id: UniqueID, _ order: OrderRecord, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    let old = order
    var order = order
    var claimed: [SettleClaim.Line] = []
    for place in order.lines.indices {
      let line = order.lines[place]
      guard let sku = line.item.localSKU, skus[sku].slot != order.home else { continue }
      if !line.portion.isZero, let location = line.location {
        claimed.append(SettleClaim.Line(stock: StockKey(sku: sku, location: location), portion: line.portion))
      }
      straddle(&order.lines[place].item, home: order.home)
    }
    let claimID = order.claim(of: id)
    let telling = Telling(
      id: claimID, version: ClaimVersion.next(after: order.claimVersion, home: order.home), cause: .rejection,
      nameSlot: order.nameSlot)
    order.claimVersion = try claim(claimed, telling, order.home, order.remoteTargets, reader, &changes)
    if claimID != id { putClaimOwner(claimID, id, &changes) }
    forgetBackorders(id, old, order, &changes)
    putOrder(id, order, &changes)
  }

  /// What is told of a hold that is over: a SKU whose slot is elsewhere now is one of another slot.
  func resolved(_ record: SettledRecord) -> SettledRecord {
    guard !slots.isPlain, case .closedHold(var closed) = record else { return record }
    for place in closed.hold.lines.indices { resolve(&closed.hold.lines[place].item) }
    return .closedHold(closed)
  }

  func resolve(_ item: inout LineItem) {
    guard let sku = item.localSKU, skus.isKnown(sku), !skus[sku].isPresent else { return }
    item = .remote(RemoteItem(slot: skus[sku].slot, tenant: skus.tenant(of: sku), sku: skus.text(of: sku)))
  }

  private func straddle(_ item: inout LineItem, home: SlotNumber) {
    guard let sku = item.localSKU, skus[sku].slot != home else { return }
    item = .remote(RemoteItem(slot: skus[sku].slot, tenant: skus.tenant(of: sku), sku: skus.text(of: sku)))
  }

  /// Writes what is claimed, slot by slot; answers the version of it.
  ///
  /// A slot may have been claimed before, when it was another shard's. While something is prepared there, or it has still to
  /// be told of something, the claim does not have all that home says: it is told under a version of its own, which settles
  /// or gives back what is prepared and takes the place of what it was to be told.
  private mutating func claim(
    _ claimed: [SettleClaim.Line], _ telling: Telling, _ home: SlotNumber, _ targets: [RemoteTarget],
    _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> UInt64 {
    var behind: [SlotNumber] = []
    for slot in claimed.map({ skus[$0.stock.sku].slot }).distinct() {
      let claim = ClaimKey(id: telling.id, slot: slot)
      var record = try readClaim(claim, reader) ?? ClaimRecord(home: home)
      if record.home != home { applied.alarms += 1 }
      if record.pending != nil || outbox.row(claim) != nil { behind.append(slot) }
      record.version = telling.version
      for line in claimed where skus[line.stock.sku].slot == slot { record.add(line) }
      putClaim(claim, record, &changes)
    }
    guard !behind.isEmpty else { return telling.version }
    var telling = telling
    telling.version = ClaimVersion.next(after: telling.version, home: home)
    try tell(telling, behind, targets, reader, &changes)
    return telling.version
  }
}

extension ClaimRecord {
  /// Adds to what is claimed of a row.
  fileprivate mutating func add(_ line: SettleClaim.Line) {
    guard let place = lines.firstIndex(where: { $0.stock >= line.stock }) else { return lines.append(line) }
    guard lines[place].stock == line.stock else { return lines.insert(line, at: place) }
    lines[place].portion.held += line.portion.held
    lines[place].portion.allocated += line.portion.allocated
    lines[place].portion.shipped += line.portion.shipped
  }
}
