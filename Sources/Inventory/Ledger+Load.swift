package import Basics

extension Ledger {
  /// Fills an empty ledger from keyed state. What the reader holds must be one whole batch: the ledger goes on behind
  /// ``appliedIndex``. Damage is thrown, with the key that shows it.
  package mutating func load(from reader: any StateReader) throws(StateReadError) {
    invariant(applied.index == 0 && skus.count == 0, "only an empty ledger is loaded")
    key.set(.applied)
    var bytes: [UInt8] = []
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return }
    do { applied = try AppliedRecord(bytes.rawSpan) } catch { throw Self.damage("the applied record", error) }
    if isMutated(.appliesTwice), applied.index > 2 { applied.index -= 1 }
    journalStart = try JournalStart.read(prefix: Array(key.bytes.prefix(key.prefixByteCount)), reader)
    try loadSlots(reader)
    try loadSKUs(reader)
    try loadRows(reader)
    try loadHolds(reader)
    try loadClosures(reader)
    try loadBackorders(reader)
    try loadFillable(reader)
    guard applied.liveHolds == UInt64(holds.count) else {
      throw StateReadError(message: "there should be \(applied.liveHolds) live holds, found \(holds.count)")
    }
    try loadUnpaid(reader)
    try loadWaitingElsewhere(reader)
    try loadRecent(reader)
    watchLeavingHolds()
    lookAtAllHolds()
    writtenStamp = applied.stamp
  }

  private mutating func loadSKUs(_ reader: any StateReader) throws(StateReadError) {
    try Self.forEach(.sku, key, reader) { key, value throws(DecodeError) in
      let record = try SKURecord(value)
      guard try key.bigEndianUInt32() == skus.nextNumber, record.created.milliseconds >= 0 else {
        throw .invalid("SKU number")
      }
      let number = skus.insert(
        tenant: Array(record.tenant.utf8).rawSpan, sku: Array(record.sku.utf8).rawSpan, record: record)
      skus.set(number, presence(record))
    }
  }

  /// A SKU of slots that are on their way is not here, although it has rows.
  private func presence(_ record: SKURecord) -> SKUPresence {
    if !record.isPresent { return .absent }
    if slots.isGone(record.slot) { return isArriving(record.slot) ? .arriving : .leaving }
    return isArriving(record.slot) ? .arriving : .present
  }

  private mutating func loadSlots(_ reader: any StateReader) throws(StateReadError) {
    var bytes: [UInt8] = []
    key.set(.slotStates)
    if try reader.read(key: key.bytes.rawSpan, into: &bytes) {
      do { slots = try SlotStates(bytes.rawSpan) } catch { throw Self.damage("the record of the slots", error) }
    }
    try Self.forEach(.endedMove, key, reader) { key, _ throws(DecodeError) in
      guard slots.end(try key.bigEndianUInt64()) == nil else { throw .invalid("too many moves") }
    }
    key.set(.leaving)
    if try reader.read(key: key.bytes.rawSpan, into: &bytes) {
      do { leaving = try LeavingRecord(bytes.rawSpan) } catch { throw Self.damage("the move of slots", error) }
    }
    try Self.forEach(.coming, key, reader) { key, value throws(DecodeError) in
      let record = try ComingRecord(value)
      guard try key.bigEndianUInt64() == record.move else { throw .invalid("move") }
      comings[record.move] = record
    }
  }

  private mutating func loadRows(_ reader: any StateReader) throws(StateReadError) {
    try Self.forEach(.stock, key, reader) { key, value throws(DecodeError) in
      let sku = SKUNumber(try key.bigEndianUInt32())
      let high = UInt16(try key.uint8())
      let stock = StockKey(sku: sku, location: LocationNumber(high << 8 | UInt16(try key.uint8())))
      let record = try StockRecord(value)
      guard skus.isKnown(sku), skus[sku].presence != .absent, record.isSound else { throw .invalid("\(stock)") }
      let row = rows.insert(stock, firstOfSKU: &skus[sku].firstRow)
      rows[row].lastSequence = record.lastSequence
      rows[row].drainedThrough = record.drainedThrough
      rows[row].onHandRevision = record.onHandRevision
      rows[row].balances = record.balances
    }
  }

  /// Holds come in the order of their ids; they are linked in the order in which they were armed.
  private mutating func loadHolds(_ reader: any StateReader) throws(StateReadError) {
    var armings: [(arming: UInt64, hold: Int32)] = []
    let expected = Int(clamping: min(applied.liveHolds, 1 << 24))
    var ids: [(key: UniqueID, value: Int32)] = []
    armings.reserveCapacity(expected)
    ids.reserveCapacity(expected)
    var held = try loadClaims(reader)
    holds = LiveHolds(seed: seed, minimumCapacity: expected)
    var isOutOfOrder = false
    var record = HoldRecord()
    var lines: [HoldLine] = []
    try Self.forEach(.liveHold, key, reader) { key, value throws(DecodeError) in
      let id = try key.uniqueID()
      try record.decodeLive(value)
      try takeLoaded(record, &lines, &held)
      let hold = holds.store(
        LiveHold(
          id: id, fingerprint: record.fingerprint, created: record.created, bucket: record.bucket,
          firstLine: lines.first ?? .none, lineCount: UInt16(lines.count), mode: record.mode, home: record.home,
          hasClaims: record.claimVersion > 0), lines: lines, reference: record.reference)
      ids.append((id, hold))
      isOutOfOrder = isOutOfOrder || record.arming < armings.last?.arming ?? 0
      armings.append((record.arming, hold))
    }
    let different = holds.index(ids)
    invariant(different == ids.count, "two keys of one kind are equal")
    if isOutOfOrder { armings.sort { $0.arming < $1.arming } }
    for (_, hold) in armings { holds.link(hold) }
    for (row, sum) in held.enumerated() where sum != rows[Int32(row)].balances[.held] {
      let row = rows[Int32(row)]
      // What holds it has not come yet, or has left already.
      if !skus.contains(row.key.sku) { continue }
      throw StateReadError(
        message: "\(row.key): held is \(row.balances[.held]), but its live holds and claims hold \(sum)")
    }
    try loadOutbox(reader)
  }

  /// What is held for other homes, by row; and what of it they have yet to decide.
  private mutating func loadClaims(_ reader: any StateReader) throws(StateReadError) -> [Int64] {
    var held = [Int64](repeating: 0, count: rows.count)
    recentClaims.start(at: applied.stamp.milliseconds)
    try Self.forEach(.claim, key, reader) { key, value throws(DecodeError) in
      let claim = try key.claimOfSlot()
      recentClaims.insert(claim.id)
      let record = try ClaimRecord(value)
      for (stock, quantity) in record.held {
        guard skus.isKnown(stock.sku) else { throw .invalid("SKU \(stock.sku)") }
        let row = findRow(stock.sku, stock.location)
        guard row != StockRows.none, rows[row].key == stock else { throw .invalid("\(stock)") }
        held[Int(row)] &+= quantity
      }
      guard let pending = record.pending else { return }
      pendingClaims.insert(
        PendingRow(claim: claim, home: record.home, version: pending.version, since: pending.since))
    }
    return held
  }

  private mutating func loadOutbox(_ reader: any StateReader) throws(StateReadError) {
    var rows: [(claim: ClaimKey, version: UInt64, since: Stamp)] = []
    try Self.forEach(.outbox, key, reader) { key, value throws(DecodeError) in
      let id = try key.uniqueID()
      let record = try OutboxRecord(value)
      rows.append((ClaimKey(id: id, slot: try key.bigEndianSlot()), record.version, record.since))
    }
    for row in rows.sorted(by: { ($0.since, $0.claim) < ($1.since, $1.claim) }) {
      outbox.set(row.claim, version: row.version, since: row.since)
    }
  }

  /// Finds the rows of a loaded hold's lines, and counts them as held unless the row has been drained past them.
  private mutating func takeLoaded(
    _ record: HoldRecord, _ lines: inout [HoldLine], _ held: inout [Int64]
  ) throws(DecodeError) {
    lines.removeAll(keepingCapacity: true)
    for line in record.lines {
      guard let sku = line.item.localSKU else { continue }
      guard skus.isKnown(sku) else { throw .invalid("SKU \(sku)") }
      var (row, expiry) = (StockRows.none, BucketTrees.none)
      if let location = line.location {
        row = findRow(sku, location)
        guard row != StockRows.none, rows[row].key.location == location, line.granted > 0 else {
          throw .invalid("location \(location) of SKU \(sku)")
        }
        if record.bucket > rows[row].drainedThrough {
          expiry = rows.addExpiry(row, bucket: record.bucket, quantity: line.granted)
          held[Int(row)] &+= line.granted
        }
      }
      lines.append(HoldLine(sku: sku, row: row, expiry: expiry, asked: line.asked, granted: line.granted))
    }
  }

  private mutating func loadUnpaid(_ reader: any StateReader) throws(StateReadError) {
    try Self.forEach(.unpaidOrder, key, reader) { key, value throws(DecodeError) in
      let payBy = Int64(truncatingIfNeeded: try key.bigEndianUInt64())
      var value = ByteReader(value)
      let home = try value.slotNumber()
      try value.finish()
      unpaid.insert(UnpaidOrder(payBy: payBy, order: try key.uniqueID()), home: home)
    }
  }

  /// From the stamp on, every settled id is known again; older ones cost a read until time has passed.
  private mutating func loadRecent(_ reader: any StateReader) throws(StateReadError) {
    recent.start(at: applied.stamp.milliseconds)
    var start = key
    var end = key
    start.set(.settledByTime, UniqueID(high: UInt64(recent.watermark) << 16, low: 0))
    end.setEnd(of: .settledByTime)
    var error: DecodeError?
    let rest = key.prefixByteCount + 1
    try reader.scan(from: start.bytes.rawSpan, to: end.bytes.rawSpan, descending: false) { found, _ in
      do throws(DecodeError) {
        var reader = ByteReader(found)
        try reader.skip(rest)
        recent.insert(try reader.uniqueID())
      } catch let unreadable { error = unreadable }
      return error == nil
    }
    if let error { throw Self.damage("the key of a settled id", error) }
  }

  /// Calls `body` for every pair of a kind, with a reader behind the kind of the key.
  static func forEach(
    _ kind: KeyKind, _ key: KeyBuffer, _ reader: any StateReader,
    _ body: (inout ByteReader, RawSpan) throws(DecodeError) -> Void
  ) throws(StateReadError) {
    var start = key
    var end = key
    start.set(kind)
    end.setEnd(of: kind)
    let rest = key.prefixByteCount + 1
    var failure: StateReadError?
    try reader.scan(from: start.bytes.rawSpan, to: end.bytes.rawSpan, descending: false) { found, value in
      do throws(DecodeError) {
        var key = ByteReader(found)
        try key.skip(rest)
        try body(&key, value)
        try key.finish()
      } catch let error { failure = damage("the pair of key \(hexadecimal(found))", error) }
      return failure == nil
    }
    if let failure { throw failure }
  }

  static func damage(_ what: String, _ error: DecodeError) -> StateReadError {
    StateReadError(message: "\(what) is unreadable: \(error)")
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  mutating func bigEndianSlot() throws(DecodeError) -> SlotNumber {
    let high = UInt16(try uint8())
    return SlotNumber(high << 8 | UInt16(try uint8()))
  }

  /// The key of a claim, behind its kind.
  @_lifetime(self: copy self)
  mutating func claimOfSlot() throws(DecodeError) -> ClaimKey {
    let slot = try bigEndianSlot()
    return ClaimKey(id: try uniqueID(), slot: slot)
  }
}

extension ClaimRecord {
  /// What it holds, decided and pending, line by line.
  var held: [(stock: StockKey, quantity: Int64)] {
    var all: [(stock: StockKey, quantity: Int64)] = []
    for line in lines where line.portion.held > 0 { all.append((line.stock, line.portion.held)) }
    for line in pending?.lines ?? [] {
      if let location = line.location { all.append((StockKey(sku: line.sku, location: location), line.granted)) }
    }
    return all
  }
}

extension StockRecord {
  /// Whether the balances are possible.
  var isSound: Bool {
    guard balances.sum == 0, drainedThrough >= 0, balances[.shortfall] <= 0 else { return false }
    for account in Account.allCases where !account.isSigned && balances[account] < 0 { return false }
    return true
  }
}

/// Bytes as hexadecimal digits, for messages.
func hexadecimal(_ bytes: RawSpan) -> String {
  var text: [UInt8] = []
  for offset in 0..<bytes.byteCount {
    text.append(hexadecimalCharacter(bytes[byte: offset] >> 4))
    text.append(hexadecimalCharacter(bytes[byte: offset] & 15))
  }
  return String(decoding: text, as: UTF8.self)
}
