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
  /// - Returns: `nil` for a line that is given, and where only an entry can tell: the line's own location is closed, lots or
  ///   parts of lines are to be counted, something that gives or takes stock first is due, or the SKU is at many locations.
  package func shortage(
    of line: ReserveLine, _ mode: ReserveMode, _ sourcing: Sourcing, ranked: Span<LocationNumber>, at stamp: Stamp,
    refusals: inout [LocationRefusal]
  ) -> Shortage? {
    guard skus.contains(line.sku), skus[line.sku].lot == 1 else { return nil }
    guard !sourcing.isJoint, !sourcing.dividesLines, !sourcing.takesBackorders else { return nil }
    if let location = line.location { guard closures[location] == nil else { return nil } }
    guard line.location != nil || !ranked.isEmpty else { return nil }
    let due = Rules.dueBucket(at: max(stamp, applied.stamp))
    // Before its commands an entry ends what was not paid in time, and fills orders that wait.
    guard unpaid.first?.payBy ?? .max > due, !hasFillable else { return nil }
    let first = skus[line.sku].firstRow
    var (row, count) = (first, 0)
    while row != StockRows.none {
      count += 1
      guard count <= Self.rowsMax, rows[row].nextDue > due else { return nil }
      row = rows[row].nextOfSKU
    }
    let best = bestRow(for: line, ranked)
    guard !isEnough(min(best.available, line.quantity), of: line, mode) else { return nil }
    let isOnly = count == 0 || (count == 1 && first == best.row && takes(first))
    if !isOnly { explain(line, ranked, &refusals) }
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
      guard row != StockRows.none, rows[row].balances[.available] > best.available, takes(row) else { continue }
      best = (row, rows[row].balances[.available])
    }
    return best
  }

  /// Notes why each location does not give the line, as an entry does.
  private func explain(_ line: ReserveLine, _ ranked: Span<LocationNumber>, _ refusals: inout [LocationRefusal]) {
    func note(_ location: LocationNumber) {
      let row = findRow(line.sku, location)
      guard let refusal = refusal(0, of: line.sku, row, location, line.quantity, lot: 1) else { return }
      refusals.append(refusal)
    }
    if let location = line.location { return note(location) }
    for index in ranked.indices where refusals.count < Rules.refusedLocationsOfLineMax { note(ranked[index]) }
    for location in otherLocations(of: line.sku, than: ranked)
    where refusals.count < Rules.refusedLocationsOfLineMax {
      refusals.append(refusalOfOther(0, of: line.sku, location))
    }
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
