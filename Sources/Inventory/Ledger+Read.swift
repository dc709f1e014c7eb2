package import Basics

// Reads. The caller arranges what they may see (linearizable, bounded staleness); `stamp` is the reader's time, at or
// behind the last one applied counts as that. Reading changes nothing: what is due is left out, not given back.
extension Ledger {
  package func contains(_ sku: SKUNumber) -> Bool { skus.contains(sku) }

  /// The number of a SKU by its text, without making a string.
  package func findSKU(tenant: RawSpan, sku: RawSpan) -> SKUNumber? { skus.find(tenant: tenant, sku: sku) }

  /// The same in four steps of one turn, for who has something else to do between them: each begins to load what the next
  /// one looks at.
  package func beginLookup(tenant: RawSpan, sku: RawSpan) -> SKULookup { skus.begin(tenant: tenant, sku: sku) }
  package func goOn(_ lookup: inout SKULookup) { skus.goOn(&lookup) }
  package func prefetchText(_ lookup: SKULookup) { skus.prefetchText(lookup) }
  package func end(_ lookup: SKULookup, tenant: RawSpan, sku: RawSpan) -> SKUNumber? {
    skus.end(lookup, tenant: tenant, sku: sku)
  }

  /// Begins to load the row that a reservation will look at first when it is applied. Between the gate and the apply of an
  /// entry other requests come through the gate, and what they need is loaded side by side.
  package func prefetchRow(of sku: SKUNumber) { rows.prefetch(skus[sku].firstRow) }

  /// Begins to load where its expiries are, of a row that was asked for before.
  package func prefetchExpiry(of sku: SKUNumber) { rows.prefetchExpiry(skus[sku].firstRow) }

  /// Begins to load the place of an id.
  package func prefetch(_ id: UniqueID) { holds.prefetch(id) }

  package func tenant(of sku: SKUNumber) -> String? { skus.isKnown(sku) ? skus.tenant(of: sku) : nil }
  package func text(of sku: SKUNumber) -> String? { skus.isKnown(sku) ? skus.text(of: sku) : nil }
  package func scale(of sku: SKUNumber) -> UInt8? { skus.isKnown(sku) ? skus[sku].scale : nil }

  /// A definition as of the last batch written.
  package func sku(_ number: SKUNumber, _ reader: any StateReader) throws(StateReadError) -> SKUView? {
    guard skus.contains(number) else { return nil }
    var bytes: [UInt8] = []
    var key = self.key
    key.setSKU(number.rawValue)
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return nil }
    do { return SKUView(number, try SKURecord(bytes.rawSpan)) } catch {
      throw Self.damage("the definition of SKU \(number)", error)
    }
  }

  /// What is available of a SKU at a location: what a reservation would be decided by.
  package func available(_ stock: StockKey, at stamp: Stamp) -> Int64 {
    guard skus.contains(stock.sku) else { return 0 }
    let row = findRow(stock.sku, stock.location)
    guard row != StockRows.none else { return 0 }
    return rows[row].balances[.available] + rows.due(row, through: Rules.dueBucket(at: max(stamp, applied.stamp)))
  }

  package func stock(_ stock: StockKey, at stamp: Stamp) -> StockView? {
    guard skus.contains(stock.sku) else { return nil }
    let row = findRow(stock.sku, stock.location)
    return row == StockRows.none ? nil : view(row, at: stamp)
  }

  /// All rows of a SKU, in order of location.
  package func stock(of sku: SKUNumber, at stamp: Stamp) -> [StockView] {
    guard skus.contains(sku) else { return [] }
    var views: [StockView] = []
    var row = skus[sku].firstRow
    while row != StockRows.none {
      views.append(view(row, at: stamp))
      row = rows[row].nextOfSKU
    }
    return views.sorted { $0.stock < $1.stock }
  }

  private func view(_ row: Int32, at stamp: Stamp) -> StockView {
    var balances = rows[row].balances
    let due = rows.due(row, through: Rules.dueBucket(at: max(stamp, applied.stamp)))
    balances[.available] += due
    balances[.held] -= due
    return StockView(stock: rows[row].key, balances: balances, lastSequence: rows[row].lastSequence)
  }

  /// A hold, live or settled not longer ago than the retention.
  package func hold(_ id: UniqueID, at stamp: Stamp, _ reader: any StateReader) throws(StateReadError) -> HoldView? {
    let stamp = max(stamp, applied.stamp)
    let hold = findLive(id)
    guard hold == LiveHolds.none else { return view(live: try record(of: hold, reader), id, at: stamp) }
    guard case .closedHold(let closed) = try readSettled(id, at: applied.stamp, reader) else { return nil }
    return HoldView(id, closed)
  }

  private func view(live record: HoldRecord, _ id: UniqueID, at stamp: Stamp) -> HoldView {
    let (lines, remotes) = record.grantedLines
    return HoldView(
      id: id, state: record.bucket <= Rules.dueBucket(at: stamp) ? .expired : .active,
      created: Stamp(milliseconds: record.created), expiry: Rules.expiry(ofBucket: record.bucket), order: nil,
      mode: record.mode, reference: String(decoding: record.reference, as: UTF8.self), home: record.home, lines: lines,
      remotes: remotes)
  }

  package func order(
    _ id: UniqueID, at stamp: Stamp, _ reader: any StateReader
  ) throws(StateReadError) -> OrderRecord? {
    try readOrder(id, reader)?.seen(at: max(stamp, applied.stamp))
  }

  /// The order of an external number, and its home slot; `nil` when there is none. One that this shard does not know to be
  /// decided may be: then the order's home says whether there is an order, and whether the number is its own.
  package func order(
    named name: OrderName, _ reader: any StateReader
  ) throws(StateReadError) -> (id: UniqueID, home: SlotNumber, isDecided: Bool)? {
    guard let known = try readName(name, reader) else { return nil }
    return (known.order, known.home, known.pending == nil)
  }
}

// The journal, as of the last batch written.
extension Ledger {
  /// The movements from a sequence on, in order; at most `limit`.
  package func journal(
    from sequence: UInt64, limit: Int, _ reader: any StateReader
  ) throws(StateReadError) -> [Movement] {
    var journal = JournalReader(key, reader)
    return try journal.movements(from: sequence, limit: limit)
  }

  /// The movements of a SKU, newest first: of all its rows or of the one at a location; from the newest one on, or from
  /// where an earlier answer said that it goes on.
  ///
  /// - Returns: `nil` for positions that no answer about these rows can have had.
  package func newestMovements(
    of sku: SKUNumber, at location: LocationNumber? = nil, from positions: [JournalPosition]? = nil, limit: Int,
    _ reader: any StateReader
  ) throws(StateReadError) -> NewestMovements? {
    let newest = newestPositions(of: sku, at: location)
    var journal = JournalReader(key, reader, cut: journalStart.cut)
    guard let positions else {
      return try journal.newestMovements(of: sku, from: newest, areOurs: true, limit: limit)
    }
    guard Self.arePositions(positions, atOrBehind: newest) else { return nil }
    return try journal.newestMovements(of: sku, from: positions, areOurs: false, limit: limit)
  }

  /// Where the journal of each row begins, by location.
  private func newestPositions(of sku: SKUNumber, at location: LocationNumber?) -> [JournalPosition] {
    guard skus.contains(sku) else { return [] }
    var positions: [JournalPosition] = []
    var row = skus[sku].firstRow
    while row != StockRows.none {
      let place = rows[row].key.location
      if (location == nil || location == place) && rows[row].lastSequence > 0 {
        positions.append(JournalPosition(location: place, sequence: rows[row].lastSequence))
      }
      row = rows[row].nextOfSKU
    }
    return positions.sorted { $0.location < $1.location }
  }

  /// Whether positions are of known rows, each row's once and in order, and not ahead of them.
  static func arePositions(_ positions: [JournalPosition], atOrBehind newest: [JournalPosition]) -> Bool {
    guard !positions.isEmpty, positions.count <= newest.count else { return false }
    var place = 0
    for position in positions {
      while place < newest.count, newest[place].location < position.location { place += 1 }
      guard place < newest.count, newest[place].location == position.location,
        1...newest[place].sequence ~= position.sequence
      else { return false }
      place += 1
    }
    return true
  }
}
