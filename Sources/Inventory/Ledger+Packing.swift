internal import Basics

// What a batch of slots has, taken out of this shard and into the parcel. In the order in which the target takes it in.
extension Ledger {
  /// Holds that are due are closed, and those over several slots become claims: what is left is wholly in its home slot.
  mutating func settleLiveHolds(
    touching batch: ClosedRange<SlotNumber>, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    for id in liveHolds(touching: batch) {
      let hold = holds.find(id)
      if isDue(holds[hold]) {
        _ = try expire(hold, reader, &changes)
      } else {
        try straddle(hold: hold, reader, &changes)
      }
    }
  }

  /// The holds that have their home or a line in some slots, in the order in which they expire: the same everywhere.
  private func liveHolds(touching batch: ClosedRange<SlotNumber>) -> [UniqueID] {
    var touching: [UniqueID] = []
    var lines: [HoldLine] = []
    holds.forEach { hold in
      if batch.contains(holds[hold].home) { return touching.append(holds[hold].id) }
      holds.copyLines(hold, into: &lines)
      if lines.contains(where: { batch.contains(skus[$0.sku].slot) }) { touching.append(holds[hold].id) }
    }
    return touching
  }

  /// Where nothing new is taken: a shard that was just made knows it before it has anything that could be taken.
  func packClosures(_ writer: inout ParcelWriter) {
    guard closures.revision > 0 else { return }
    var body = ByteWriter()
    closures.encode(to: &body)
    writer.append(ParcelRecord(kind: .closures, body: body.bytes), [], skus)
  }

  /// The SKUs with their rows. What a row has leaves by movements that bring it to zero, so the journal says where it went.
  mutating func packSKUs(
    of batch: ClosedRange<SlotNumber>, to target: UInt32, _ reader: any StateReader, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    for raw in 1..<skus.nextNumber {
      let sku = SKUNumber(raw)
      guard skus.contains(sku), batch.contains(skus[sku].slot) else { continue }
      var body = ByteWriter()
      body.varint(UInt64(raw))
      body.prefixed(try definition(of: sku, reader))
      packRows(of: sku, to: target, &body, &changes)
      writer.append(ParcelRecord(kind: .sku, body: body.bytes), [sku], skus)
      packBackorders(of: sku, &writer, &changes)
      skus.depart(sku)
      putAbsent(sku, &changes)
    }
  }

  private func definition(of sku: SKUNumber, _ reader: any StateReader) throws(StateReadError) -> [UInt8] {
    var key = self.key
    key.setSKU(sku.rawValue)
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else {
      throw StateReadError(message: "SKU \(sku) has no definition")
    }
    return bytes
  }

  private mutating func packRows(
    of sku: SKUNumber, to target: UInt32, _ body: inout ByteWriter, _ changes: inout StateChanges
  ) {
    var (row, rowsOfSKU): (Int32, [Int32]) = (skus[sku].firstRow, [])
    while row != StockRows.none {
      rowsOfSKU.append(row)
      row = rows[row].nextOfSKU
    }
    rowsOfSKU.sort { rows[$0].key < rows[$1].key }
    body.varint(UInt64(rowsOfSKU.count))
    for row in rowsOfSKU {
      drain(row)
      let (stock, balances, drained) = (rows[row].key, rows[row].balances, rows[row].drainedThrough)
      let changed = rows[row].onHandRevision
      let origin = Origin(cause: .departure, request: nil, causeID: UniqueID(high: UInt64(target), low: 0))
      balance(row, from: balances, to: Balances(), origin)
      body.varint(UInt64(stock.location.rawValue))
      body.varint(rows[row].lastSequence)
      var record = ByteWriter()
      StockRecord(lastSequence: 0, drainedThrough: drained, onHandRevision: changed, balances: balances)
        .encode(to: &record)
      body.prefixed(record.bytes)
      rows.remove(row)
      key.setStock(stock)
      changes.delete(key: key.bytes.rawSpan)
    }
    skus[sku].firstRow = StockRows.none
  }

  /// Brings a row from balances that sum to zero to others, by movements from accounts that are to have less to those that
  /// are to have more. Accounts that may not be negative never are on the way, because each only goes one way.
  mutating func balance(_ row: Int32, from present: Balances, to wanted: Balances, _ origin: Origin) {
    var missing = Balances()
    for account in Account.allCases { missing[account] = wanted[account] - present[account] }
    for to in Account.allCases {
      for from in Account.allCases where missing[to] > 0 && missing[from] < 0 {
        while missing[to] > 0, missing[from] < 0 {
          let quantity = min(missing[to], -missing[from], Rules.quantityMax)
          move(row, from: from, to: to, quantity: quantity, origin: origin)
          missing[to] -= quantity
          missing[from] += quantity
        }
      }
    }
  }

  private mutating func packBackorders(
    of sku: SKUNumber, _ writer: inout ParcelWriter, _ changes: inout StateChanges
  ) {
    for (place, quantity) in takeBackorders(of: sku, &changes) {
      var body = ByteWriter()
      body.varint(UInt64(sku.rawValue))
      body.optionalLocation(place.location)
      body.stamp(place.created)
      body.uniqueID(place.order)
      body.uint16(place.line)
      body.varint(UInt64(quantity))
      writer.append(ParcelRecord(kind: .waiting, body: body.bytes), [sku], skus)
    }
  }

  /// Orders that wait to be paid, and the external numbers of the slots.
  mutating func packOrders(
    of batch: ClosedRange<SlotNumber>, _ reader: any StateReader, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    for (unpaid, home) in unpaid.orders(of: batch) {
      var body = ByteWriter()
      body.uniqueID(unpaid.order)
      body.int64(unpaid.payBy)
      body.slotNumber(home)
      writer.append(ParcelRecord(kind: .unpaid, body: body.bytes), [], skus)
      stopAwaitingPayment(unpaid.order, unpaid.payBy, &changes)
    }
    for (found, bytes) in try cold.pairs(
      from: nameKey(batch.lowerBound, behind: false), to: nameKey(batch.upperBound, behind: true), reader)
    {
      var body = ByteWriter()
      body.prefixed(Array(found.dropFirst(key.prefixByteCount)))
      body.prefixed(bytes)
      writer.append(ParcelRecord(kind: .name, body: body.bytes), [], skus)
      key.set(raw: Array(found.dropFirst(key.prefixByteCount)))
      deleteCold(&changes)
    }
  }

  /// Where the external numbers of a slot begin, or end.
  private func nameKey(_ slot: SlotNumber, behind: Bool) -> [UInt8] {
    var key = self.key
    if behind, Int(slot.rawValue) + 1 == SlotStates.count {
      key.setEnd(of: .orderName)
    } else {
      key.setNames(of: behind ? SlotNumber(slot.rawValue + 1) : slot)
    }
    return key.bytes
  }

  /// What the target is not known to have of what was settled.
  mutating func packQueue(
    _ record: inout LeavingRecord, _ reader: any StateReader, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    // Holds that were due have just been added.
    record.queueNext = leaving?.queueNext ?? record.queueNext
    for number in record.queueFirst..<record.queueNext {
      if let item = try queued(number, reader), !(isMutated(.leavesRequestsBehind) && item.kind == .settled) {
        writer.append(item, try numbers(in: item), skus)
      }
      key.set(.moveQueue, number)
      deleteCold(&changes)
    }
    record.queueFirst = record.queueNext
  }

  mutating func packHolds(
    of batch: ClosedRange<SlotNumber>, _ reader: any StateReader, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    for id in liveHolds(touching: batch) {
      let hold = holds.find(id)
      let record = try self.record(of: hold, reader)
      var bytes = ByteWriter()
      bytes.uint8(recordVersion)
      record.encodeBody(to: &bytes)
      let item = ParcelRecord(.hold, id, bytes.bytes)
      writer.append(item, try numbers(in: item), skus)
      key.set(.liveHold, id)
      deleteCold(&changes)
      holds.remove(hold)
      applied.liveHolds -= 1
    }
  }

  mutating func packClaims(
    of batch: ClosedRange<SlotNumber>, _ reader: any StateReader, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    var (first, end) = (key, key)
    first.setClaim(ClaimKey(id: .zero, slot: batch.lowerBound))
    if Int(batch.upperBound.rawValue) + 1 < SlotStates.count {
      end.setClaim(ClaimKey(id: .zero, slot: SlotNumber(batch.upperBound.rawValue + 1)))
    } else {
      end.setEnd(of: .claim)
    }
    for (found, bytes) in try cold.pairs(from: first.bytes, to: end.bytes, reader) {
      do throws(DecodeError) {
        var reader = ByteReader(found.rawSpan)
        try reader.skip(key.prefixByteCount + 1)
        let claim = try reader.claimOfSlot()
        let item = ParcelRecord(.claim, claim, bytes)
        writer.append(item, try item.skuNumbers, skus)
        if let pending = try ClaimRecord(bytes.rawSpan).pending { pendingClaims.remove(claim, since: pending.since) }
        key.setClaim(claim)
        deleteCold(&changes)
      } catch { throw Self.damage("a claim that leaves with its slot", error) }
    }
  }

  /// What holds and orders of the slots have still to tell others.
  mutating func packOutbox(
    of batch: ClosedRange<SlotNumber>, _ reader: any StateReader, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    for claim in outbox.claims {
      guard let home = try homeSlot(of: claim.id, reader), batch.contains(home),
        let record = try outboxRecord(claim, reader)
      else { continue }
      var bytes = ByteWriter()
      record.encode(to: &bytes)
      writer.append(ParcelRecord(.outbox, claim, bytes.bytes), [], skus)
      outbox.remove(claim)
      key.setOutbox(claim)
      deleteCold(&changes)
    }
  }

  /// The home of an id by which slots hold claims; `nil` when everything about it is forgotten.
  private func homeSlot(of id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> SlotNumber? {
    switch try claimHome(of: id, reader) {
    case .undecided(let tombstone, _): tombstone?.home
    case .live(let hold): holds[hold].home
    case .closed(let closed): closed.hold.home
    case .order(_, let order): order.home
    }
  }
}
