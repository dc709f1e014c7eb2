internal import Basics

// From which location a line comes. `available` of a row is the running balance: what the lines before left.
extension Ledger {
  /// Decides one line by itself, and takes what it is given.
  mutating func decideLine(_ index: Int) {
    let line = request.lines[index]
    let lot = skus[line.sku].lot
    let wanted = lot == 1 ? line.quantity : line.quantity - line.quantity % lot
    let best = bestRow(for: line, wanted, lot: lot)
    if best.usable >= wanted, isEnough(wanted, of: line) { return give(line, best.row, wanted, asked: line.quantity) }
    if request.sourcing.dividesLines, line.location == nil {
      let first = holdLines.count
      let given = takeParts(of: index, wanted, lot: lot)
      if given == wanted, isEnough(given, of: line) { return }
      giveBack(from: first)
      explain(index, best.row, wanted, lot: lot)
      if request.sourcing.takesBackorders {
        return backorder(index, wanted - takeParts(of: index, wanted, lot: lot), first)
      }
      if isEnough(given, of: line) {
        _ = takeParts(of: index, wanted, lot: lot)
        return
      }
      return giveNothing(index, best.row, available: given)
    }
    explain(index, best.row, wanted, lot: lot)
    giveWhatThereIs(index, best.row, min(best.usable, wanted), wanted)
  }

  /// What one location has of a line that it cannot fill, if that is of use; the rest may wait for stock.
  mutating func giveWhatThereIs(_ index: Int, _ row: Int32, _ usable: Int64, _ wanted: Int64) {
    let line = request.lines[index]
    if request.sourcing.takesBackorders {
      let first = holdLines.count
      if usable > 0 { give(line, row, usable, asked: line.quantity) }
      backorder(index, wanted - usable, first)
    } else if isEnough(usable, of: line) {
      give(line, row, usable, asked: line.quantity)
    } else {
      giveNothing(index, row, available: usable)
    }
  }

  /// Whether a quantity of a line is worth holding.
  func isEnough(_ quantity: Int64, of line: ReserveLine) -> Bool { isEnough(quantity, of: line, request.mode) }

  func isEnough(_ quantity: Int64, of line: ReserveLine, _ mode: ReserveMode) -> Bool {
    switch mode {
    case .allOrNothing, .wholeLines: quantity == line.quantity
    case .upTo: quantity > 0 && quantity >= line.minimum
    }
  }

  /// The row to take a line from: where it says; else, of the ranked locations, the first that has what is wanted, if the
  /// strategy goes by rank; else the one with the most, the first of equals.
  private mutating func bestRow(
    for line: ReserveLine, _ wanted: Int64, lot: Int64
  ) -> (row: Int32, usable: Int64) {
    if let location = line.location {
      let row = findRow(line.sku, location)
      return (row, row == StockRows.none ? 0 : usable(row, lot: lot))
    }
    let takesFirst = request.sourcing.isByRank
    var best: (row: Int32, usable: Int64) = (StockRows.none, 0)
    for index in request.ranked.indices {
      let row = findRow(line.sku, request.ranked[index])
      guard row != StockRows.none else { continue }
      let usable = usable(row, lot: lot)
      if usable >= wanted, takesFirst { return (row, usable) }
      if usable > best.usable { best = (row, usable) }
    }
    return best
  }

  /// What may be taken from a row in whole lots, after what is due has come back; nothing where the location is closed.
  mutating func usable(_ row: Int32, lot: Int64) -> Int64 {
    drain(row)
    guard takes(row) else { return 0 }
    let available = rows[row].balances[.available]
    return lot == 1 ? available : available - available % lot
  }

  /// Whether the location of a row takes new holds.
  func takes(_ row: Int32) -> Bool { closures.isEmpty || closures[rows[row].key.location] == nil }

  /// Takes a quantity for a line.
  mutating func give(_ line: ReserveLine, _ row: Int32, _ quantity: Int64, asked: Int64) {
    rows[row].balances[.available] -= quantity
    holdLines.append(HoldLine(sku: line.sku, row: row, asked: asked, granted: quantity))
  }

  /// Gives back what was taken for the last hold lines.
  private mutating func giveBack(from first: Int) {
    for line in holdLines[first...] { rows[line.row].balances[.available] += line.granted }
    holdLines.removeSubrange(first...)
  }

  mutating func giveNothing(_ index: Int, _ row: Int32, available: Int64) {
    let line = request.lines[index]
    if decision.shortage == nil {
      let isDivided = request.sourcing.dividesLines && line.location == nil
      decision.shortage = Shortage(
        line: index, sku: line.sku,
        location: line.location ?? (row == StockRows.none || isDivided ? nil : rows[row].key.location),
        asked: line.quantity, available: available)
    }
    holdLines.append(HoldLine(sku: line.sku, row: StockRows.none, asked: line.quantity, granted: 0))
  }

  /// Takes a line from several of the ranked locations: in their order, or the one with the most first. Answers how much
  /// that comes to.
  private mutating func takeParts(of index: Int, _ wanted: Int64, lot: Int64) -> Int64 {
    let line = request.lines[index]
    let isByRank = request.sourcing.isByRank
    let first = holdLines.count
    // Each line behind this one needs a place as well.
    let end = min(first + Rules.partsOfLineMax, Rules.linePartsMax - (request.lines.count - index - 1))
    var given: Int64 = 0
    var rank = 0
    while given < wanted, holdLines.count < end {
      var (row, usable): (Int32, Int64) = (StockRows.none, 0)
      if isByRank {
        guard rank < request.ranked.count else { break }
        row = findRow(line.sku, request.ranked[rank])
        rank += 1
        if row != StockRows.none { usable = self.usable(row, lot: lot) }
        if usable == 0 { continue }
      } else {
        (row, usable) = bestRow(for: line, wanted - given, lot: lot)
        if usable == 0 { break }
      }
      let part = min(usable, wanted - given)
      give(line, row, part, asked: holdLines.count == first ? line.quantity : 0)
      given += part
    }
    return given
  }

  /// Has the rest of a line wait for stock, of which the hold lines from `first` on have what there is. A line that names
  /// its location waits for stock there, any other one for stock wherever it comes.
  private mutating func backorder(_ index: Int, _ rest: Int64, _ first: Int) {
    let line = request.lines[index]
    let (limit, waiting) = (skus[line.sku].backorderLimit, skus[line.sku].backordered)
    guard rest > 0 else { return }
    guard limit > 0 else {
      let given = line.quantity - rest
      return giveNothing(index, holdLines.count > first ? holdLines[first].row : StockRows.none, available: given)
    }
    guard waiting <= limit - rest else {
      decision.refusal =
        decision.refusal ?? .backorderLimit(line: index, sku: line.sku, limit: limit, left: max(0, limit - waiting))
      return
    }
    if line.location == nil || holdLines.count == first {
      let asked = holdLines.count == first ? line.quantity : 0
      holdLines.append(HoldLine(sku: line.sku, row: StockRows.none, asked: asked, granted: 0))
    }
    skus[line.sku].backordered += rest
    decision.backordered.append(DecisionScratch.Backordered(holdLine: holdLines.count - 1, quantity: rest))
  }
}
