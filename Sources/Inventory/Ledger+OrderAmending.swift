internal import Basics

extension Ledger {
  /// Changes how much is wanted of an order: what is wanted less is given back, what is wanted more is taken from what is
  /// available before that; all of it, or nothing. What stays is not touched.
  mutating func amendOrder(
    _ amend: AmendOrder, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let id = amend.target.order
    guard let before = try findOrder(amend.target, reader) else { return .refused(.order(id, .unknown)) }
    if let refusal = refusal(before, id) { return .refused(refusal) }
    guard amend.expectedRevision == 0 || amend.expectedRevision == before.revision else {
      return .refused(.order(id, .changed(revision: before.revision)))
    }
    var order = before
    request.mode = .allOrNothing
    request.lines = []
    var grown: [Int] = []
    if let refusal = reduce(&order, id, by: amend.changes, growing: &grown) { return .refused(refusal) }
    request.lines += amend.added
    if let refusal = validateLineCount(amend) { return .refused(refusal) }
    holdLines.removeAll(keepingCapacity: true)
    if !request.lines.isEmpty, let refusal = validateLines() ?? decide() { return .refused(refusal) }
    add(to: &order, grown)
    guard order.lines.count <= Rules.orderLinesMax else { return .refused(.order(id, .tooManyLines)) }
    reason.append(contentsOf: amend.target.reason.utf8)
    let origin = Origin(cause: .amendment, request: request.id, causeID: id)
    changeOrder(id, from: before, to: order, origin, &changes)
    return .done(.orderChanged(id), .orderChanged(id))
  }

  private func validateLineCount(_ amend: AmendOrder) -> Refusal? {
    let count = amend.changes.count + amend.added.count
    return count > 0 && amend.changes.count <= Rules.orderLinesMax && amend.added.count <= Rules.linesMax
      ? nil : .invalidLineCount(count)
  }

  /// Takes away what is wanted less, and puts what is wanted more into the request's lines, of order lines `grown`.
  private mutating func reduce(
    _ order: inout OrderRecord, _ id: UniqueID, by changes: [LineQuantity], growing grown: inout [Int]
  ) -> Refusal? {
    for (place, change) in changes.enumerated() {
      guard order.lines.indices.contains(change.line) else { return .order(id, .unknownLine(change.line)) }
      guard !changes[..<place].contains(where: { $0.line == change.line }) else {
        return .invalidLineCount(changes.count)
      }
      guard change.quantity > 0, change.quantity <= Rules.quantityMax else {
        return .invalidQuantity(line: place, quantity: change.quantity)
      }
      let line = order.lines[change.line]
      if change.quantity < line.wanted {
        guard line.wanted - change.quantity <= line.open else { return .order(id, .notOpen(change, open: line.open)) }
        order.lines[change.line].reduce(line.wanted - change.quantity)
      } else if change.quantity > line.wanted {
        guard case .local(let sku) = line.item else { return .malformed }
        grown.append(change.line)
        request.lines.append(
          ReserveLine(sku: sku, location: line.location, quantity: change.quantity - line.wanted))
      }
    }
    return nil
  }

  /// Adds what was decided: the first request lines are more of the order lines `grown`, the others are new. A line of
  /// a hold that asks for nothing goes on with the request line of the one before it, at another location.
  private func add(to order: inout OrderRecord, _ grown: [Int]) {
    var place = -1
    for line in holdLines {
      if line.asked > 0 { place += 1 }
      let added = orderLine(line)
      if place < grown.count, order.lines[grown[place]].location == added.location {
        order.lines[grown[place]].ordered += added.ordered
        order.lines[grown[place]].allocated += added.allocated
        order.lines[grown[place]].backordered += added.backordered
      } else {
        order.lines.append(added)
      }
    }
  }
}

extension OrderLine {
  /// Wants less: first of what has no stock yet. Requires that so much is open.
  fileprivate mutating func reduce(_ quantity: Int64) {
    cancel(quantity)
    cancelled -= quantity
    ordered -= quantity
  }
}
