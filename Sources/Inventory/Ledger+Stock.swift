internal import Basics

// Movements, and the commands that move stock by hand.
extension Ledger {
  /// Moves a quantity between two accounts of a row: the only place where a balance changes.
  mutating func move(_ row: Int32, from: Account, to: Account, quantity: Int64, origin: Origin) {
    var origin = origin
    if origin.home == nil, origin.request != nil, origin.cause.isOfHoldOrOrder { origin.home = request.home }
    let sequence = applied.nextSequence
    applied.nextSequence += 1
    rows[row].balances[from] -= quantity
    rows[row].balances[to] += quantity
    let state = rows[row]
    invariant(quantity > 0 && from != to, "a movement that moves nothing: \(quantity) from \(from) to \(to)")
    invariant(from.isSigned || state.balances[from] >= 0, "\(from) of \(state.key) fell below zero")
    invariant(state.balances.sum == 0, "the accounts of \(state.key) do not sum to zero")
    journal.append(
      state, from: from, to: to, quantity: quantity, sequence: sequence, origin: origin, actor: request.actor,
      reason: reason)
    rows[row].lastSequence = sequence
    if from.isOutside != to.isOutside { rows[row].onHandRevision = applied.revision }
    rows.markDirty(row)
    if to == .available || to == .customer { settleOwed(row, origin) }
  }

  /// What came to a row that owes goes on: what is promised and not there is made up first, then orders that wait for
  /// stock are looked at. What is shipped was there, whatever was counted.
  private mutating func settleOwed(_ row: Int32, _ origin: Origin) {
    let missing = -rows[row].balances[.shortfall]
    if missing > 0 {
      let cover = min(missing, rows[row].balances[.available])
      let source = Origin(
        cause: .shortfall, request: origin.request, causeID: origin.causeID, home: origin.home)
      if cover > 0 { move(row, from: .available, to: .shortfall, quantity: cover, origin: source) }
      let onHand = rows[row].balances.onHand
      if onHand < 0 { move(row, from: .adjustment, to: .shortfall, quantity: -onHand, origin: source) }
    }
    let sku = rows[row].key.sku
    if skus[sku].backordered > 0, rows[row].balances[.available] > 0 { fillable.mark(sku) }
  }

  /// Gives back what was held in a row by holds that are due. Before any decision on a row: a due hold never blocks a
  /// buyer, though it may be swept much later.
  mutating func drain(_ row: Int32) { drain(row, through: Rules.dueBucket(at: applied.stamp)) }

  mutating func drain(_ row: Int32, through bucket: Int64) {
    guard rows[row].nextDue <= bucket else { return }
    let quantity = rows.takeDue(row, through: bucket)
    // Nothing is left of it when all holds of these buckets were released or confirmed.
    if quantity == 0 { return }
    rows[row].drainedThrough = bucket
    move(row, from: .held, to: .available, quantity: quantity, origin: Origin(cause: .expiry, request: nil))
  }

  /// The row of a SKU at a location, if there is one.
  func findRow(_ sku: SKUNumber, _ location: LocationNumber) -> Int32 {
    let first = skus[sku].firstRow
    if first == StockRows.none || rows[first].key.location == location { return first }
    if rows[first].nextOfSKU == StockRows.none { return StockRows.none }
    return rows.find(StockKey(sku: sku, location: location))
  }

  mutating func receive(_ receive: Receive) -> Answer {
    let to: Account = receive.toQualityControl ? .qualityControl : .available
    if let refusal = check(receive.stock, quantity: receive.quantity) { return .refused(refusal) }
    if let closure = closures[receive.stock.location] {
      return .refused(.locationClosed(line: 0, location: receive.stock.location, closure: closure))
    }
    return bring(receive.stock, from: .supplier, to: to, receive.quantity, .receipt, receive.reason)
  }

  mutating func adjust(_ adjust: Adjust) -> Answer {
    guard adjust.account.isMovable else { return .refused(.invalidAccount(adjust.account)) }
    guard adjust.delta != .min else { return .refused(.invalidQuantity(line: 0, quantity: adjust.delta)) }
    if let refusal = check(adjust.stock, quantity: abs(adjust.delta)) { return .refused(refusal) }
    if adjust.delta > 0 {
      return bring(adjust.stock, from: .adjustment, to: adjust.account, adjust.delta, .adjustment, adjust.reason)
    }
    return take(adjust.stock, from: adjust.account, to: .adjustment, -adjust.delta, .adjustment, adjust.reason)
  }

  mutating func move(_ move: Move) -> Answer {
    guard move.from.isMovable else { return .refused(.invalidAccount(move.from)) }
    guard move.to.isMovable, move.to != move.from else { return .refused(.invalidAccount(move.to)) }
    if let refusal = check(move.stock, quantity: move.quantity) { return .refused(refusal) }
    return take(move.stock, from: move.from, to: move.to, move.quantity, .move, move.reason)
  }

  func check(_ stock: StockKey, quantity: Int64) -> Refusal? {
    guard skus.contains(stock.sku) else { return .unknownSKU(line: 0, sku: stock.sku) }
    guard quantity > 0, quantity <= Rules.quantityMax else { return .invalidQuantity(line: 0, quantity: quantity) }
    return nil
  }

  /// Brings stock into the house. What is in the house stays below the limit as a whole, so that no movement inside it
  /// can overflow.
  private mutating func bring(
    _ stock: StockKey, from: Account, to: Account, _ quantity: Int64, _ cause: Cause, _ reason: String
  ) -> Answer {
    var row = findRow(stock.sku, stock.location)
    let balances = row == StockRows.none ? Balances() : rows[row].balances
    guard balances.inHouse <= Rules.quantityMax - quantity else {
      return .refused(.quantityOverflow(stock: stock, account: to))
    }
    guard balances[from] >= quantity - Rules.contraMax, balances.canBring(quantity) else {
      return .refused(.quantityOverflow(stock: stock, account: from))
    }
    if row == StockRows.none { row = rows.insert(stock, firstOfSKU: &skus[stock.sku].firstRow) }
    drain(row)
    return done(row, from: from, to: to, quantity, cause, reason)
  }

  /// Takes stock from an account in the house.
  private mutating func take(
    _ stock: StockKey, from: Account, to: Account, _ quantity: Int64, _ cause: Cause, _ reason: String
  ) -> Answer {
    let row = findRow(stock.sku, stock.location)
    if row != StockRows.none { drain(row) }
    let balance = row == StockRows.none ? 0 : rows[row].balances[from]
    guard balance >= quantity else {
      return .refused(.insufficient(stock: stock, account: from, asked: quantity, balance: balance))
    }
    guard rows[row].balances[to] <= Rules.contraMax - quantity else {
      return .refused(.quantityOverflow(stock: stock, account: to))
    }
    return done(row, from: from, to: to, quantity, cause, reason)
  }

  private mutating func done(
    _ row: Int32, from: Account, to: Account, _ quantity: Int64, _ cause: Cause, _ reason: String
  ) -> Answer {
    request.home = skus[rows[row].key.sku].slot
    self.reason.append(contentsOf: reason.utf8)
    move(row, from: from, to: to, quantity: quantity, origin: Origin(cause: cause, request: request.id))
    let changed = StockChanged(
      stock: rows[row].key, sequence: rows[row].lastSequence, available: rows[row].balances[.available],
      onHand: rows[row].balances.onHand)
    return .done(.stockChanged(changed), .stockChanged(changed))
  }
}
