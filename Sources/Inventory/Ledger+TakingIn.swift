internal import Basics

/// Where and when what comes was handed over.
struct Arrival {
  var batch: SlotBatch
  /// The source shard's number.
  var source: UInt32

  /// Of a hold that expires in a bucket up to this one the source has given the stock back.
  var drainedThrough: Int64 { Rules.dueBucket(at: batch.stamp) }
}

// Records of a parcel, put in their place here: the source's numbers become this shard's.
extension Ledger {
  /// This shard's numbers for those of a part. A SKU that is not here gets one too, for records that speak of it.
  mutating func intern(_ names: [ParcelName], _ changes: inout StateChanges) -> SortedMap<SKUNumber, SKUNumber> {
    var numbers = SortedMap<SKUNumber, SKUNumber>()
    for name in names {
      let (tenant, text) = (Array(name.tenant.utf8), Array(name.sku.utf8))
      if let known = skus.findKnown(tenant: tenant.rawSpan, sku: text.rawSpan) {
        numbers[name.number] = known
        continue
      }
      let sku = skus.insertAbsent(tenant: tenant.rawSpan, sku: text.rawSpan, slot: name.slot)
      putAbsent(sku, &changes)
      numbers[name.number] = sku
    }
    return numbers
  }

  /// Takes a record in; answers whether it could be read.
  mutating func take(
    _ item: ParcelRecord, _ names: SortedMap<SKUNumber, SKUNumber>, _ arrival: Arrival, _ reader: any StateReader,
    _ changes: inout StateChanges
  ) throws(StateReadError) -> Bool {
    var ended: (id: UniqueID, hold: HoldRecord)?
    do throws(DecodeError) {
      switch item.kind {
      case .sku: try takeSKU(item.body, names, from: arrival.source, &changes)
      case .hold: ended = try takeHold(item.body, names, arrival, &changes)
      case .claim: try takeClaim(item.body, names, &changes)
      case .outbox: try takeOutbox(item.body, &changes)
      case .unpaid: try takeUnpaid(item.body, &changes)
      case .waiting: try takeWaiting(item.body, names, &changes)
      case .name: try takeName(item.body, &changes)
      case .closures: try takeClosures(item.body, &changes)
      case .settled, .order: break
      }
    } catch { return false }
    if let ended, !ended.hold.remoteSlots.isEmpty {
      let version = ClaimVersion.next(after: ended.hold.claimVersion, home: ended.hold.home)
      try tell(
        Telling(id: ended.id, version: version, cause: .expiry, isOver: true), ended.hold.remoteSlots, [], reader,
        &changes)
    }
    switch item.kind {
    case .settled, .order: return try importSettled(item, names, reader, &changes)
    case .sku, .hold, .claim, .outbox, .unpaid, .waiting, .name, .closures: return true
    }
  }

  /// Takes in a settled record or an order; answers whether it could be read. What this shard has decided since is kept:
  /// a source that was deposed long ago may still send.
  mutating func importSettled(
    _ item: ParcelRecord, _ names: SortedMap<SKUNumber, SKUNumber>, _ reader: any StateReader,
    _ changes: inout StateChanges
  ) throws(StateReadError) -> Bool {
    let id: UniqueID
    var (settled, order): (SettledRecord?, OrderRecord?) = (nil, nil)
    do throws(DecodeError) {
      var body = ByteReader(item.body.rawSpan)
      id = try body.uniqueID()
      let rest = try body.span(count: body.remaining)
      switch item.kind {
      case .settled:
        settled = try SettledRecord(rest)
        try settled?.renumber(names)
      case .order:
        order = try OrderRecord(rest)
        try order?.renumber(names)
      case .sku, .hold, .claim, .outbox, .unpaid, .waiting, .name, .closures: return false
      }
    } catch { return false }
    if let settled, slots[settled.home] != .here, case .free = try sameID(settled, id, reader) {
      file(id, settled, &changes)
    }
    if let order, slots[order.home] != .here {
      let known = try readOrder(id, reader)
      guard case .free = try sameID(order, id, beside: known, reader) else { return true }
      if known == nil { applied.orders += 1 }
      putOrder(id, order, &changes)
      putClaimOwner(of: order, id, &changes)
    }
    return true
  }

  /// Files a record by when it was settled at the source, unless it is past the retention.
  private mutating func file(_ id: UniqueID, _ record: SettledRecord, _ changes: inout StateChanges) {
    guard record.keptFrom(id) >= applied.stamp.milliseconds - Rules.retentionMilliseconds else { return }
    value.removeAll()
    record.encode(to: &value)
    settleValue(id, at: record.settled, &changes)
  }

  private mutating func takeSKU(
    _ body: [UInt8], _ names: SortedMap<SKUNumber, SKUNumber>, from source: UInt32, _ changes: inout StateChanges
  ) throws(DecodeError) {
    var reader = ByteReader(body.rawSpan)
    let sku = try names.number(of: try reader.skuNumber())
    let definition = try SKURecord(try reader.prefixedSpan(limit: EntryBuilder.bodyByteCountMax))
    guard skus[sku].presence == .absent else { throw .invalid("a SKU that is here already") }
    skus.arrive(sku, definition)
    putDefinition(sku, definition, &changes)
    for _ in 0..<(try reader.varint()) {
      let location = try reader.location()
      let sequence = try reader.varint()
      let record = try StockRecord(try reader.prefixedSpan(limit: EntryBuilder.bodyByteCountMax))
      guard record.isSound else { throw .invalid("a stock row that does not add up") }
      let row = rows.insert(StockKey(sku: sku, location: location), firstOfSKU: &skus[sku].firstRow)
      rows[row].drainedThrough = record.drainedThrough
      rows.markDirty(row)
      let origin = Origin(
        cause: .opening, request: nil, causeID: UniqueID(high: UInt64(source), low: sequence))
      balance(row, from: Balances(), to: record.balances, origin)
      // What is on hand has not changed by that: a count that was begun before goes on.
      rows[row].onHandRevision = record.onHandRevision
    }
    try reader.finish()
  }

  /// Answers a hold that ends with its arrival, as another one of its id is live here: its slots are still to be told.
  private mutating func takeHold(
    _ body: [UInt8], _ names: SortedMap<SKUNumber, SKUNumber>, _ arrival: Arrival, _ changes: inout StateChanges
  ) throws(DecodeError) -> (id: UniqueID, hold: HoldRecord)? {
    var reader = ByteReader(body.rawSpan)
    let id = try reader.uniqueID()
    var record = HoldRecord()
    try record.decodeLive(try reader.span(count: reader.remaining))
    try record.renumber(names)
    if holds.find(id) != LiveHolds.none {
      try endHold(record, arrival)
      return (id, record)
    }
    var lines: [HoldLine] = []
    for line in record.lines {
      guard let sku = line.item.localSKU else { continue }
      guard skus[sku].presence == .arriving else { throw .invalid("SKU \(sku)") }
      var (row, expiry) = (StockRows.none, BucketTrees.none)
      if let location = line.location {
        row = findRow(sku, location)
        guard row != StockRows.none, line.granted > 0 else { throw .invalid("location \(location)") }
        expiry = takeHeld(row, line.granted, until: record.bucket, arrival)
      }
      lines.append(HoldLine(sku: sku, row: row, expiry: expiry, asked: line.asked, granted: line.granted))
    }
    let hold = holds.insert(
      LiveHold(
        id: id, fingerprint: record.fingerprint, created: record.created, bucket: record.bucket,
        firstLine: lines.first ?? .none, lineCount: UInt16(lines.count), mode: record.mode, home: record.home,
        hasClaims: record.claimVersion > 0), lines: lines, reference: record.reference)
    holds.link(hold)
    noteHold(hold)
    applied.liveHolds += 1
    putLive(id, &record, &changes)
    return nil
  }

  /// Gives back what a hold has that comes and cannot stay.
  private mutating func endHold(_ hold: HoldRecord, _ arrival: Arrival) throws(DecodeError) {
    for line in hold.lines {
      guard let sku = line.item.localSKU, let location = line.location else { continue }
      let row = findRow(sku, location)
      guard skus[sku].presence == .arriving, row != StockRows.none, line.granted > 0 else {
        throw .invalid("location \(location)")
      }
      if hold.bucket <= arrival.drainedThrough { continue }
      move(row, from: .held, to: .available, quantity: line.granted, origin: Origin(cause: .expiry, request: nil))
    }
  }

  /// Counts what a hold that comes has of a row. The row came before it, and may have been drained since.
  private mutating func takeHeld(_ row: Int32, _ quantity: Int64, until bucket: Int64, _ arrival: Arrival) -> Int32 {
    if bucket <= arrival.drainedThrough { return BucketTrees.none }
    if bucket <= rows[row].drainedThrough {
      move(row, from: .held, to: .available, quantity: quantity, origin: Origin(cause: .expiry, request: nil))
      return BucketTrees.none
    }
    return rows.addExpiry(row, bucket: bucket, quantity: quantity)
  }

  private mutating func takeClaim(
    _ body: [UInt8], _ names: SortedMap<SKUNumber, SKUNumber>, _ changes: inout StateChanges
  ) throws(DecodeError) {
    var reader = ByteReader(body.rawSpan)
    let claim = try reader.claim()
    var record = try ClaimRecord(try reader.span(count: reader.remaining))
    try record.renumber(names)
    if let pending = record.pending {
      pendingClaims.insert(
        PendingRow(claim: claim, home: record.home, version: pending.version, since: pending.since))
    }
    putClaim(claim, record, &changes)
  }

  private mutating func takeOutbox(_ body: [UInt8], _ changes: inout StateChanges) throws(DecodeError) {
    var reader = ByteReader(body.rawSpan)
    let claim = try reader.claim()
    let record = try OutboxRecord(try reader.span(count: reader.remaining))
    // Of two homes that use one id only one has anything in the slot: what the other says of it is that it gave up.
    if let ours = outbox.row(claim), ClaimVersion.home(of: ours.version) != ClaimVersion.home(of: record.version),
      record.isOver, record.cause == .rejection
    {
      return
    }
    key.setOutbox(claim)
    value.removeAll()
    record.encode(to: &value)
    putCold(&changes)
    outbox.set(claim, version: record.version, since: record.since)
  }

  private mutating func takeUnpaid(_ body: [UInt8], _ changes: inout StateChanges) throws(DecodeError) {
    var reader = ByteReader(body.rawSpan)
    let id = try reader.uniqueID()
    let payBy = try reader.int64()
    awaitPayment(id, payBy, home: try reader.slotNumber(), &changes)
    try reader.finish()
  }

  private mutating func takeWaiting(
    _ body: [UInt8], _ names: SortedMap<SKUNumber, SKUNumber>, _ changes: inout StateChanges
  ) throws(DecodeError) {
    var reader = ByteReader(body.rawSpan)
    let sku = try names.number(of: try reader.skuNumber())
    let location = try reader.optionalLocation()
    let created = try reader.stamp()
    let order = try reader.uniqueID()
    let line = try reader.uint16()
    let quantity = try reader.quantity()
    try reader.finish()
    guard skus[sku].presence == .arriving, quantity > 0 else { throw .invalid("a line that waits for nothing") }
    addBackorder(
      BackorderPlace(sku: sku, location: location, created: created, order: order, line: line), quantity, &changes)
  }

  private mutating func takeClosures(_ body: [UInt8], _ changes: inout StateChanges) throws(DecodeError) {
    var reader = ByteReader(body.rawSpan)
    let locations = try SetLocations(from: &reader)
    try reader.finish()
    set(locations, &changes)
  }

  private mutating func takeName(_ body: [UInt8], _ changes: inout StateChanges) throws(DecodeError) {
    var reader = ByteReader(body.rawSpan)
    let rest = try reader.prefixedSpan(limit: 64).copied()
    guard rest.first == KeyKind.orderName.rawValue else { throw .invalid("the key of an external number") }
    key.set(raw: rest)
    value.removeAll()
    value.append(try reader.prefixedSpan(limit: EntryBuilder.bodyByteCountMax).copied())
    putCold(&changes)
    try reader.finish()
  }
}
