internal import Basics

extension Ledger {
  /// Turns a hold into an order, whose id is that of the request: held becomes allocated in this entry. A hold that is
  /// due is taken once more from what is available, the same lines in the same places, or refused.
  mutating func confirmHold(
    _ id: UniqueID, _ home: SlotNumber, _ terms: OrderTerms, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    if let answer = try answerBefore(terms, reader) { return answer }
    if let refusal = validate(payWithin: terms.payWithinMilliseconds) { return .refused(refusal) }
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
      return order(id, home, reference, terms, isReacquired: isReacquired, &changes, &outcomes)
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
    return order(id, home, reference, terms, isReacquired: true, &changes, &outcomes)
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
      let available = rows[line.row].balances[.available]
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
    _ hold: UniqueID, _ home: SlotNumber, _ reference: String, _ terms: OrderTerms, isReacquired: Bool,
    _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) -> Answer {
    var order = OrderRecord(
      home: home, created: applied.stamp, fingerprint: request.fingerprint, terms: terms, reference: reference)
    order.hold = hold
    for line in holdLines where line.granted > 0 { order.lines.append(orderLine(line)) }
    insertOrder(request.id, order, &changes)
    if let name = terms.name { putName(name, NamedOrder(request.id, order), &changes) }
    let start = outcomes.lines.count
    for line in order.lines { outcomes.lines.append(GrantedLine(line)) }
    return .done(
      .confirmed(hold: hold, isReacquired: isReacquired),
      .confirmed(
        Confirmation(
          hold: hold, order: request.id, isReacquired: isReacquired, lines: start..<outcomes.lines.count)))
  }
}
