internal import Basics

// An allocation moves: a hold or an order takes what it has of a SKU from another location. Both movements and the record
// are in one entry, so that nobody can come between.
extension Ledger {
  mutating func moveAllocation(
    _ move: MoveAllocation, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    guard skus.contains(move.sku) else { return .refused(.unknownSKU(line: 0, sku: move.sku)) }
    guard 0...Rules.quantityMax ~= move.quantity, move.from != move.to else {
      return .refused(.invalidQuantity(line: 0, quantity: move.quantity))
    }
    if let closure = closures[move.to] {
      return .refused(.locationClosed(line: 0, location: move.to, closure: closure))
    }
    switch try active(move.owner, reader) {
    case .found(let hold): return moveHold(hold, move, &changes)
    case .refused(.unknownHold): return .refused(.unknownOwner(move.owner))
    case .refused(let refusal): return .refused(refusal)
    }
  }

  private mutating func moveHold(_ hold: Int32, _ move: MoveAllocation, _ changes: inout StateChanges) -> Answer {
    holds.copyLines(hold, into: &holdLines)
    let from = findRow(move.sku, move.from)
    var there: Int64 = 0
    for line in holdLines where line.row == from && line.granted > 0 { there += line.granted }
    let quantity = move.quantity == 0 ? there : move.quantity
    if let refusal = refusal(of: move, quantity, there: there, in: .held) { return .refused(refusal) }
    let to = findRow(move.sku, move.to)
    let bucket = holds[hold].bucket
    guard divide(quantity, from: from, to: to, bucket: bucket) else { return .refused(.tooManyLines(move.owner)) }
    holds.replaceLines(holdLines, of: hold)
    let origin = Origin(cause: .reassignment, request: request.id, causeID: move.owner)
    self.move(to, from: .available, to: .held, quantity: quantity, origin: origin)
    self.move(from, from: .held, to: .available, quantity: quantity, origin: origin)
    holds.copyReference(hold, into: &text)
    putLive(holds[hold], reference: text, &changes)
    return .done(
      .allocationMoved(owner: move.owner, isOrder: false), .allocationMoved(owner: move.owner, isOrder: false))
  }

  /// Why a quantity cannot move; `nil` if it can.
  private mutating func refusal(
    of move: MoveAllocation, _ quantity: Int64, there: Int64, in account: Account
  ) -> Refusal? {
    let (from, to) = (StockKey(sku: move.sku, location: move.from), StockKey(sku: move.sku, location: move.to))
    guard quantity > 0, quantity <= there else {
      return .insufficient(stock: from, account: account, asked: max(1, quantity), balance: there)
    }
    let lot = skus[move.sku].lot
    guard quantity % lot == 0 || quantity == there else {
      return .notAMultiple(line: 0, sku: move.sku, lot: lot, asked: quantity)
    }
    let row = findRow(move.sku, move.to)
    if row != StockRows.none { drain(row) }
    let available = row == StockRows.none ? 0 : rows[row].balances[.available]
    guard available >= quantity else {
      return .insufficient(stock: to, account: .available, asked: quantity, balance: available)
    }
    return nil
  }

  /// Has the hold lines of a row hold a quantity in another row. A line that moves in part gets another one behind it.
  /// Answers `false`, with nothing done, if there would be too many.
  private mutating func divide(_ quantity: Int64, from: Int32, to: Int32, bucket: Int64) -> Bool {
    var parts: [HoldLine] = []
    var left = quantity
    var moved: [HoldLine] = []
    for line in holdLines {
      guard line.row == from, line.granted > 0, left > 0 else {
        parts.append(line)
        continue
      }
      let part = min(left, line.granted)
      left -= part
      moved.append(line)
      var there = line
      there.row = to
      there.granted = part
      if part < line.granted {
        var rest = line
        rest.granted -= part
        parts.append(rest)
        there.asked = 0
      }
      there.expiry = BucketTrees.none
      parts.append(there)
    }
    guard parts.count <= Rules.linePartsMax else { return false }
    left = quantity
    for line in moved {
      let part = min(left, line.granted)
      rows.subtractExpiry(line.expiry, bucket: bucket, quantity: part)
      left -= part
    }
    for index in parts.indices where parts[index].row == to && parts[index].expiry == BucketTrees.none {
      parts[index].expiry = rows.addExpiry(to, bucket: bucket, quantity: parts[index].granted)
    }
    holdLines = parts
    return true
  }
}
