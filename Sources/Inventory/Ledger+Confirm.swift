internal import Basics

extension Ledger {
  /// Turns a hold into an order, whose id is that of the request: held becomes allocated in this entry. A hold that is
  /// due is taken once more from what is available, the same lines in the same places, or refused.
  mutating func confirmHold(
    _ id: UniqueID, _ externalNumber: String, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    // The record of a request without a time is forgotten in the end, its order is not.
    if request.id.version7Milliseconds == nil, try readOrder(request.id, reader) != nil {
      return .refused(.requestIDReused)
    }
    let live = holds.find(id)
    if live != LiveHolds.none {
      holds.copyLines(live, into: &holdLines)
      holds.copyReference(live, into: &text)
      let reference = String(decoding: text, as: UTF8.self)
      let isReacquired = isDue(holds[live])
      if let refusal = isReacquired ? reacquire(id) : allocate(id, bucket: holds[live].bucket) {
        return .refused(refusal)
      }
      close(live, .confirmed, order: request.id, &changes)
      return order(id, reference, externalNumber, isReacquired: isReacquired, &changes, &outcomes)
    }
    guard var closed = try readClosed(id, reader) else { return .refused(.unknownHold(id)) }
    guard closed.state == .expired else { return .refused(.holdNotActive(id, closed.state)) }
    takeLines(of: closed)
    if let refusal = reacquire(id) { return .refused(refusal) }
    closed.state = .confirmed
    closed.order = request.id
    closed.settled = applied.stamp
    settle(id, .closedHold(closed), &changes)
    let reference = String(decoding: closed.hold.reference, as: UTF8.self)
    return order(id, reference, externalNumber, isReacquired: true, &changes, &outcomes)
  }

  /// Fills `holdLines` from a closed hold.
  private mutating func takeLines(of closed: ClosedHold) {
    holdLines.removeAll(keepingCapacity: true)
    for line in closed.hold.lines {
      let row = line.location.map { findRow(line.sku, $0) } ?? StockRows.none
      holdLines.append(HoldLine(sku: line.sku, row: row, asked: line.asked, granted: line.granted))
    }
  }

  /// Held becomes allocated for each of `holdLines`.
  private mutating func allocate(_ hold: UniqueID, bucket: Int64) -> Refusal? {
    for line in holdLines where line.granted > 0 {
      drain(line.row)
      rows.subtractExpiry(line.expiry, bucket: bucket, quantity: line.granted)
      move(
        line.row, from: .held, to: .allocated, quantity: line.granted,
        origin: Origin(cause: .confirmation, request: request.id, causeID: hold))
    }
    return nil
  }

  /// Available becomes allocated for each of `holdLines`, if all of them can be had.
  private mutating func reacquire(_ hold: UniqueID) -> Refusal? {
    var shortage: Shortage?
    var taken = 0
    for (index, line) in holdLines.enumerated() where line.granted > 0 {
      drain(line.row)
      let available = takes(line.row) ? rows[line.row].balances[.available] : 0
      if available < line.granted {
        shortage = Shortage(
          line: index, sku: line.sku, location: rows[line.row].key.location, asked: line.granted,
          available: available)
        break
      }
      rows[line.row].balances[.available] -= line.granted
      taken = index + 1
    }
    for line in holdLines[..<taken] where line.granted > 0 { rows[line.row].balances[.available] += line.granted }
    if let shortage { return .holdExpired(hold, shortage) }
    for line in holdLines where line.granted > 0 {
      move(
        line.row, from: .available, to: .allocated, quantity: line.granted,
        origin: Origin(cause: .confirmation, request: request.id, causeID: hold))
    }
    return nil
  }

  /// Writes the order of `holdLines`.
  private mutating func order(
    _ hold: UniqueID, _ reference: String, _ externalNumber: String, isReacquired: Bool, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) -> Answer {
    var lines: [OrderLine] = []
    for line in holdLines where line.granted > 0 {
      lines.append(OrderLine(stock: rows[line.row].key, ordered: line.granted, allocated: line.granted))
    }
    let order = OrderRecord(
      hold: hold, created: applied.stamp, reference: reference, externalNumber: externalNumber, lines: lines)
    key.set(.order, request.id)
    value.removeAll()
    order.encode(to: &value)
    overlay.setOrder(request.id, value.bytes)
    put(&changes)
    applied.orders += 1
    let start = outcomes.lines.count
    for line in lines { outcomes.lines.append(GrantedLine(line)) }
    return .done(
      .confirmed(hold: hold, isReacquired: isReacquired),
      .confirmed(
        Confirmation(
          hold: hold, order: request.id, isReacquired: isReacquired, lines: start..<outcomes.lines.count)))
  }
}
