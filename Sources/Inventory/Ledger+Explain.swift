internal import Basics

// Why a line was not given: an answer says it of each location, within bounds.
extension Ledger {
  /// Notes of each location why it does not give what is wanted of a line: first of those that the request may use, in
  /// their order, then of the others where the SKU has stock.
  ///
  /// - Parameter best: the row that the shortage names. A SKU that has no other row is explained by that.
  mutating func explain(_ index: Int, _ best: Int32, _ wanted: Int64, lot: Int64) {
    let line = request.lines[index]
    let first = skus[line.sku].firstRow
    if first == StockRows.none || (first == best && rows[first].nextOfSKU == StockRows.none && takes(first)) { return }
    let end = min(decision.refusals.count + Rules.refusedLocationsOfLineMax, Rules.refusedLocationsMax)
    if let location = line.location { return explain(index, location, wanted, lot: lot) }
    for rank in request.ranked.indices where decision.refusals.count < end {
      explain(index, request.ranked[rank], wanted, lot: lot)
    }
    for location in otherLocations(of: line.sku, than: request.ranked.span) where decision.refusals.count < end {
      decision.refusals.append(refusalOfOther(index, of: line.sku, location))
    }
  }

  private mutating func explain(_ index: Int, _ location: LocationNumber, _ wanted: Int64, lot: Int64) {
    let sku = request.lines[index].sku
    let row = findRow(sku, location)
    if row != StockRows.none { drain(row) }
    if let refusal = refusal(index, of: sku, row, location, wanted, lot: lot) { decision.refusals.append(refusal) }
  }

  /// Why a location that the request may use does not give what is wanted; nothing of one that is open and never had any.
  func refusal(
    _ line: Int, of sku: SKUNumber, _ row: Int32, _ location: LocationNumber, _ wanted: Int64, lot: Int64
  ) -> LocationRefusal? {
    let closure = closures[location]
    if row == StockRows.none && closure == nil { return nil }
    let available = row == StockRows.none ? 0 : rows[row].balances[.available]
    let reason: LocationRefusal.Reason =
      if let closure { .init(closure) } else { .init(available: available, wanted: wanted, lot: lot) }
    return LocationRefusal(line: line, location: location, reason: reason, available: available)
  }

  /// Why one of the other locations, which has a row, does not.
  func refusalOfOther(_ line: Int, of sku: SKUNumber, _ location: LocationNumber) -> LocationRefusal {
    let reason = closures[location].map { LocationRefusal.Reason($0) } ?? .notRanked
    let available = rows[findRow(sku, location)].balances[.available]
    return LocationRefusal(line: line, location: location, reason: reason, available: available)
  }

  /// Where the SKU has rows and the request may not take from, ascending; nothing for a SKU with very many rows. The order
  /// of a SKU's rows in memory depends on when a replica was started, so it must not show.
  func otherLocations(of sku: SKUNumber, than ranked: Span<LocationNumber>) -> [LocationNumber] {
    var locations: [LocationNumber] = []
    var row = skus[sku].firstRow
    var count = 0
    while row != StockRows.none {
      count += 1
      if count > Rules.rankedLocationsMax { return [] }
      let location = rows[row].key.location
      if !ranked.contains(location) { locations.append(location) }
      row = rows[row].nextOfSKU
    }
    return locations.sorted()
  }
}

extension LocationRefusal.Reason {
  /// Of a location that takes new holds.
  init(available: Int64, wanted: Int64, lot: Int64) {
    if available <= 0 {
      self = .empty
    } else if available < lot {
      self = .lessThanLot
    } else if available - available % lot < wanted {
      self = .tooLittle
    } else {
      self = .notAllLines
    }
  }

  fileprivate init(_ closure: LocationClosure) {
    switch closure {
    case .draining: self = .draining
    case .closed: self = .closed
    }
  }
}

extension Span where Element: Equatable {
  fileprivate func contains(_ element: Element) -> Bool {
    for index in indices where self[index] == element { return true }
    return false
  }
}
