internal import Basics

// SKUs that leave, with their rows and what waits for them.
extension Ledger {
  /// The SKUs with their rows. What a row has leaves by movements that bring it to zero, so the journal says where it went.
  mutating func packSKUs(
    of batch: SlotBatch, to target: UInt32, behind: [UInt8], _ left: inout Int, _ reader: any StateReader,
    _ writer: inout ParcelWriter, _ changes: inout StateChanges
  ) throws(StateReadError) -> [UInt8]? {
    for sku in leavingSKUs(of: batch.slots, behind: behind) {
      var body = ByteWriter()
      body.varint(UInt64(sku.rawValue))
      body.prefixed(try definition(of: sku, reader))
      left -= 1 + packRows(of: sku, batch, to: target, &body)
      writer.append(ParcelRecord(kind: .sku, body: body.bytes), [sku], skus)
      if left <= 0 { return sku.bytes }
    }
    return nil
  }

  /// The SKUs of a batch that were here when it was handed over, ascending behind one.
  private func leavingSKUs(of batch: ClosedRange<SlotNumber>, behind: [UInt8]) -> ArraySlice<SKUNumber> {
    let numbers = skus.numbers(of: batch).filter { skus[$0].presence == .leaving }
    return numbers.drop { $0 <= SKUNumber(behind) }
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

  private func rows(of sku: SKUNumber) -> [Int32] {
    var (row, found): (Int32, [Int32]) = (skus[sku].firstRow, [])
    while row != StockRows.none {
      found.append(row)
      row = rows[row].nextOfSKU
    }
    return found
  }

  /// Answers how many rows there are. They stay until nothing speaks of them.
  private mutating func packRows(
    of sku: SKUNumber, _ batch: SlotBatch, to target: UInt32, _ body: inout ByteWriter
  ) -> Int {
    let rowsOfSKU = rows(of: sku).sorted { rows[$0].key < rows[$1].key }
    body.varint(UInt64(rowsOfSKU.count))
    for row in rowsOfSKU {
      // What was due when the slots went, and nothing after that: by that the target tells which holds have their stock.
      drain(row, through: Rules.dueBucket(at: batch.stamp))
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
    }
    return rowsOfSKU.count
  }

  /// Removes the rows of what is packed; a SKU is only spoken of from here on.
  mutating func removeRows(
    of batch: ClosedRange<SlotNumber>, behind: [UInt8], _ left: inout Int, _ changes: inout StateChanges
  ) -> [UInt8]? {
    var removed: [Int32] = []
    defer { rows.remove(removed) }
    for sku in leavingSKUs(of: batch, behind: behind) {
      for row in rows(of: sku) {
        removed.append(row)
        key.setStock(rows[row].key)
        changes.delete(key: key.bytes.rawSpan)
        left -= 1
      }
      skus[sku].firstRow = StockRows.none
      skus.set(sku, .absent)
      putAbsent(sku, &changes)
      left -= 1
      if left <= 0 { return sku.bytes }
    }
    return nil
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

  mutating func packBackorders(
    of batch: ClosedRange<SlotNumber>, behind: [UInt8], _ left: inout Int, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) -> [UInt8]? {
    var packed = behind
    for sku in leavingSKUs(of: batch, behind: behind) where skus[sku].backordered > 0 {
      for (place, quantity) in takeBackorders(of: sku, limit: left, &changes) {
        var body = ByteWriter()
        body.varint(UInt64(sku.rawValue))
        body.optionalLocation(place.location)
        body.stamp(place.created)
        body.uniqueID(place.order)
        body.uint16(place.line)
        body.varint(UInt64(quantity))
        writer.append(ParcelRecord(kind: .waiting, body: body.bytes), [sku], skus)
        left -= 1
      }
      if left <= 0 { return packed }
      packed = sku.bytes
    }
    return nil
  }
}

extension SKUNumber {
  /// The place of a SKU in the packing; empty bytes are before all.
  fileprivate init(_ behind: [UInt8]) {
    self.init(behind.reduce(0) { $0 << 8 | UInt32($1) })
  }

  fileprivate var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> UInt32(24 - 8 * $0)) } }
}
