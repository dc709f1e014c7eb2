internal import Basics

// Counting: what lies at a location is set against what the books say lies there.
extension Ledger {
  /// Sets what is on hand to what was counted. It holds for the revision at which the books were looked at: what has been
  /// held or allocated since is kept, and if stock has come, gone or been corrected since, the count is refused, as nobody
  /// can say whether it was counted.
  ///
  /// What is missing is taken from what is available, then from the safety stock; what is missing beyond is promised, and
  /// becomes a shortfall until stock comes or promises are taken back.
  mutating func setCount(_ count: SetCount) -> Answer {
    guard skus.contains(count.stock.sku) else { return .refused(.unknownSKU(line: 0, sku: count.stock.sku)) }
    guard 0...Rules.quantityMax ~= count.counted else {
      return .refused(.invalidQuantity(line: 0, quantity: count.counted))
    }
    guard count.asOf < applied.revision else { return .refused(.unknownRevision(count.asOf)) }
    request.home = skus[count.stock.sku].slot
    var row = findRow(count.stock.sku, count.stock.location)
    if row != StockRows.none {
      let (changed, onHand) = (rows[row].onHandRevision, rows[row].balances.onHand)
      guard changed <= count.asOf else {
        return .refused(.countOutdated(stock: count.stock, revision: changed, onHand: onHand))
      }
      guard rows[row].balances[.adjustment] >= Rules.quantityMax - Rules.contraMax,
        rows[row].balances[.adjustment] <= Rules.contraMax - Rules.quantityMax
      else { return .refused(.quantityOverflow(stock: count.stock, account: .adjustment)) }
      drain(row)
    }
    let difference = count.counted - (row == StockRows.none ? 0 : rows[row].balances.onHand)
    if difference > 0, row != StockRows.none {
      guard rows[row].balances.inHouse <= Rules.quantityMax - difference else {
        return .refused(.quantityOverflow(stock: count.stock, account: .available))
      }
      guard rows[row].balances.canBring(difference) else {
        return .refused(.quantityOverflow(stock: count.stock, account: .adjustment))
      }
    }
    guard difference != 0 else {
      let balances = row == StockRows.none ? Balances() : rows[row].balances
      return answer(
        StockChanged(
          stock: count.stock, sequence: 0, available: balances[.available], onHand: balances.onHand))
    }
    if row == StockRows.none { row = rows.insert(count.stock, firstOfSKU: &skus[count.stock.sku].firstRow) }
    reason.append(contentsOf: count.reason.utf8)
    correct(row, by: difference)
    return answer(
      StockChanged(
        stock: count.stock, sequence: rows[row].lastSequence, available: rows[row].balances[.available],
        onHand: rows[row].balances.onHand))
  }

  private func answer(_ changed: StockChanged) -> Answer { .done(.stockChanged(changed), .stockChanged(changed)) }

  private mutating func correct(_ row: Int32, by difference: Int64) {
    let origin = Origin(cause: .count, request: request.id)
    if difference > 0 {
      // Whatever is owed takes its part of it at once.
      move(row, from: .adjustment, to: .available, quantity: difference, origin: origin)
    }
    var missing = max(0, -difference)
    for account in [Account.available, .safety] {
      let taken = min(missing, rows[row].balances[account])
      if taken > 0 { move(row, from: account, to: .adjustment, quantity: taken, origin: origin) }
      missing -= taken
    }
    if missing > 0 { move(row, from: .shortfall, to: .adjustment, quantity: missing, origin: origin) }
  }
}
