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
    var best: (location: LocationNumber?, available: Int64) = (line.location, 0)
    var row = skus[line.sku].firstRow
    var hasBest = false
    var count = 0
    while row != StockRows.none {
      count += 1
      guard count <= Self.rowsMax, rows[row].nextDue > due else { return nil }
      let (location, available) = (rows[row].key.location, rows[row].balances[.available])
      if let asked = line.location {
        if location == asked { (best.available, hasBest) = (available, true) }
      } else {
        guard ranked.contains(location) else { return nil }
        if available >= line.quantity { return nil }
        if available > best.available { (best, hasBest) = ((location, available), true) }
      }
      row = rows[row].nextOfSKU
    }
    guard !isEnough(min(best.available, line.quantity), of: line, mode) else { return nil }
    if line.location == nil, count > 1 { best.location = firstOfEquals(best, of: line.sku, ranked) }
    explain(line, ranked, rowCount: count, hasBest: hasBest, &refusals)
    return Shortage(line: 0, sku: line.sku, location: best.location, asked: line.quantity, available: best.available)
  }

  /// A SKU that is at more locations is left to an entry.
  private static var rowsMax: Int { 8 }

  private func isEnough(_ quantity: Int64, of line: ReserveLine, _ mode: ReserveMode) -> Bool {
    switch mode {
    case .allOrNothing, .wholeLines: quantity == line.quantity
    case .upTo: quantity > 0 && quantity >= line.minimum
    }
  }

  /// Of locations that have the same the first by rank is named.
  private func firstOfEquals(
    _ best: (location: LocationNumber?, available: Int64), of sku: SKUNumber, _ ranked: Span<LocationNumber>
  ) -> LocationNumber? {
    guard best.location != nil else { return nil }
    for index in ranked.indices {
      let row = findRow(sku, ranked[index])
      if row != StockRows.none, rows[row].balances[.available] == best.available { return ranked[index] }
    }
    return best.location
  }

  /// As applying explains it; see `explain` there.
  private func explain(
    _ line: ReserveLine, _ ranked: Span<LocationNumber>, rowCount: Int, hasBest: Bool,
    _ refusals: inout [LocationRefusal]
  ) {
    if rowCount == 0 || (rowCount == 1 && hasBest) { return }
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
      LocationRefusal(line: 0, location: location, reason: available <= 0 ? .empty : .tooLittle, available: available))
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
