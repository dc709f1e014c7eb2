package import Basics

// What a sold-out SKU says to every further buyer: the refusal that an entry would come to, found by looking. An entry for
// each of them would be written and replicated to say no.
extension Ledger {
  /// Whether it is worth looking for a shortage of a SKU that is there: it costs a look at its rows, for which those who
  /// find enough would wait (5 % of their rate).
  package func wasShort(of sku: SKUNumber) -> Bool { skus[sku].wasShort }

  /// The refusal that a reservation of one line would get from an entry of this stamp.
  ///
  /// - Parameters:
  ///   - ranked: the locations for a line that names none, as the entry would have them.
  ///   - refusals: gets why each location does not give what is asked; is left as it is without a shortage.
  /// - Returns: `nil` for a line that is given, and where only an entry can tell: locations are closed, lots or parts of
  ///   lines are to be counted, something held is due, or the SKU has stock where the request may not take from.
  package func shortage(
    of line: ReserveLine, _ mode: ReserveMode, _ sourcing: Sourcing, ranked: Span<LocationNumber>, at stamp: Stamp,
    refusals: inout [LocationRefusal]
  ) -> Shortage? {
    guard skus.contains(line.sku), skus[line.sku].lot == 1, closures.isEmpty else { return nil }
    guard !sourcing.isJoint, !sourcing.dividesLines, !sourcing.takesBackorders else { return nil }
    guard line.location != nil || !ranked.isEmpty else { return nil }
    let due = Rules.dueBucket(at: max(stamp, applied.stamp))
    let first = skus[line.sku].firstRow
    var (row, count) = (first, 0)
    while row != StockRows.none {
      count += 1
      guard count <= Self.rowsMax, rows[row].nextDue > due else { return nil }
      guard line.location != nil || ranked.contains(rows[row].key.location) else { return nil }
      row = rows[row].nextOfSKU
    }
    let best = bestRow(for: line, ranked)
    guard !isEnough(min(best.available, line.quantity), of: line, mode) else { return nil }
    if count > 1 || first != best.row { explain(line, ranked, &refusals) }
    let location = line.location ?? (best.row == StockRows.none ? nil : rows[best.row].key.location)
    return Shortage(line: 0, sku: line.sku, location: location, asked: line.quantity, available: best.available)
  }

  /// A SKU that is at more locations is left to an entry.
  private static var rowsMax: Int { 8 }

  /// The row at the line's location, or the ranked one with the most, the first of equals; none where none has any.
  private func bestRow(
    for line: ReserveLine, _ ranked: Span<LocationNumber>
  ) -> (row: Int32, available: Int64) {
    if let location = line.location {
      let row = findRow(line.sku, location)
      return (row, row == StockRows.none ? 0 : rows[row].balances[.available])
    }
    var best: (row: Int32, available: Int64) = (StockRows.none, 0)
    for index in ranked.indices {
      let row = findRow(line.sku, ranked[index])
      guard row != StockRows.none, rows[row].balances[.available] > best.available else { continue }
      best = (row, rows[row].balances[.available])
    }
    return best
  }

  /// Notes why the locations that the request may use do not give the line, in their order and within bounds.
  private func explain(_ line: ReserveLine, _ ranked: Span<LocationNumber>, _ refusals: inout [LocationRefusal]) {
    if let location = line.location { return explain(line, location, &refusals) }
    for index in ranked.indices where refusals.count < Rules.refusedLocationsOfLineMax {
      explain(line, ranked[index], &refusals)
    }
  }

  private func explain(_ line: ReserveLine, _ location: LocationNumber, _ refusals: inout [LocationRefusal]) {
    let row = findRow(line.sku, location)
    if row == StockRows.none { return }
    let available = rows[row].balances[.available]
    refusals.append(
      LocationRefusal(
        line: 0, location: location, reason: .init(available: available, wanted: line.quantity, lot: 1),
        available: available))
  }

  /// Whether an id was surely used for nothing that this shard has applied, so that a request of it is a new one at this
  /// stamp. `false` also where only an entry can tell.
  package func isUnused(_ id: UniqueID, at stamp: Stamp) -> Bool {
    guard let time = id.version7Milliseconds else { return false }
    let now = max(stamp, applied.stamp).milliseconds
    guard time >= now - Rules.retentionMilliseconds, time <= now + Rules.futureMilliseconds else { return false }
    return holds.find(id) == LiveHolds.none && recent.isFresh(id)
  }
}

extension Span where Element: Equatable {
  fileprivate func contains(_ element: Element) -> Bool {
    for index in indices where self[index] == element { return true }
    return false
  }
}
