internal import Basics

// How orders are written: the record, what follows from it for stock, and the index of those that wait to be paid.
extension Ledger {
  /// Writes an order that is new. Its stock has been dealt with.
  mutating func insertOrder(_ id: UniqueID, _ order: OrderRecord, _ changes: inout StateChanges) {
    putOrder(id, order, &changes)
    applied.orders += 1
    if let payBy = order.payBy, order.isAwaitingPayment { awaitPayment(id, payBy, &changes) }
  }

  /// Writes an order that has changed, and brings its stock to where the counters of its lines say: the only place where
  /// a line's counters become movements.
  mutating func changeOrder(
    _ id: UniqueID, from old: OrderRecord, to new: OrderRecord, _ origin: Origin, _ changes: inout StateChanges
  ) {
    var new = new
    new.revision &+= 1
    for (index, line) in new.lines.enumerated() where index >= old.lines.count || line != old.lines[index] {
      let before = index < old.lines.count ? old.lines[index] : OrderLine(item: line.item, location: nil, ordered: 0)
      moveStock(from: before, to: line, origin)
    }
    if let payBy = old.payBy, old.isAwaitingPayment, !new.isAwaitingPayment { stopAwaitingPayment(id, payBy, &changes) }
    putOrder(id, new, &changes)
  }

  /// Moves the stock of one line by the difference of its counters.
  private mutating func moveStock(from old: OrderLine, to new: OrderLine, _ origin: Origin) {
    let shipped = new.shipped - old.shipped
    let back = old.allocated - new.allocated - shipped
    guard shipped != 0 || back != 0, let row = rowOfOrderLine(new) else { return }
    if shipped > 0 { move(row, from: .allocated, to: .customer, quantity: shipped, origin: origin) }
    if back > 0 {
      drain(row)
      move(row, from: .allocated, to: .available, quantity: back, origin: origin)
    } else if back < 0 {
      move(row, from: .available, to: .allocated, quantity: -back, origin: origin)
    }
  }

  /// The stock row of a line; `nil` for a line without a location, and for one of another shard.
  func rowOfOrderLine(_ line: OrderLine) -> Int32? {
    guard case .local(let sku) = line.item, let location = line.location else { return nil }
    let row = findRow(sku, location)
    invariant(row != StockRows.none, "an order has a line of \(sku) at \(location), where there is no stock row")
    return row
  }

  mutating func putOrder(_ id: UniqueID, _ order: OrderRecord, _ changes: inout StateChanges) {
    key.set(.order, id)
    value.removeAll()
    order.encode(to: &value)
    overlay.setOrder(id, value.bytes)
    put(&changes)
  }

  private mutating func awaitPayment(_ id: UniqueID, _ payBy: Int64, _ changes: inout StateChanges) {
    unpaid.insert(UnpaidOrder(payBy: payBy, order: id))
    key.setUnpaid(payBy, id)
    value.removeAll()
    put(&changes)
  }

  private mutating func stopAwaitingPayment(_ id: UniqueID, _ payBy: Int64, _ changes: inout StateChanges) {
    unpaid.remove(UnpaidOrder(payBy: payBy, order: id))
    key.setUnpaid(payBy, id)
    delete(&changes)
  }
}

// Orders whose time to pay is up, in bounded steps.
extension Ledger {
  /// Expires up to `limit` orders that are due, in order of their times and then of their ids: the same on every replica.
  /// It takes a step for each, as their records are not in memory.
  mutating func sweepUnpaidOrders(
    limit: Int, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    let bucket = Rules.dueBucket(at: applied.stamp)
    for _ in 0..<limit {
      guard let next = unpaid.first, next.payBy <= bucket else { return }
      guard let order = try readOrder(next.order, reader), order.payBy == next.payBy, order.isAwaitingPayment else {
        throw StateReadError(message: "order \(next.order) is listed as one that waits to be paid, and is none")
      }
      var expired = order
      expired.expire(at: applied.stamp)
      let origin = Origin(cause: .expiry, request: nil, causeID: next.order)
      changeOrder(next.order, from: order, to: expired, origin, &changes)
    }
  }
}
