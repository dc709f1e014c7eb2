internal import Basics

// What may happen to an order after it was made. Each step changes a copy of the record; what it means for stock follows
// from the lines' counters before and after, in one place (`changeOrder`).
extension Ledger {
  mutating func carryOut(
    _ step: OrderStep, on target: OrderTarget, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    guard let before = try findOrder(target, reader) else { return .refused(.order(target.order, .unknown)) }
    if slots.isGone(before.home) { return .moved }
    var order = before
    let done: OrderStepResult
    switch step {
    case .pay(let reference): done = pay(&order, target.order, reference)
    case .hold: done = hold(&order, target.order, reason: target.reason)
    case .resume: done = resume(&order, target.order)
    case .cancel(let lines): done = cancel(&order, target.order, lines)
    case .ship(let shipment, let lines): done = ship(&order, target.order, shipment, lines)
    case .complete: done = complete(&order, target.order)
    }
    switch done {
    case .refused(let refusal): return .refused(refusal)
    case .again: return .again(.orderChanged(target.order))
    case .changed(let cause):
      reason.append(contentsOf: target.reason.utf8)
      let change = OrderChange(id: target.order, old: before, new: order, cause: cause)
      try changeOrder(change, reader, &changes)
      return .done(.orderChanged(target.order), .orderChanged(target.order))
    }
  }

  /// What a step comes to.
  enum OrderStepResult {
    case refused(Refusal)
    /// It was done before, by another request.
    case again
    case changed(Cause)
  }

  /// The order of the tenant, which may be due and not yet swept.
  func findOrder(
    _ target: OrderTarget, _ reader: any StateReader
  ) throws(StateReadError) -> OrderRecord? {
    guard let order = try readOrder(target.order, reader), order.tenant == target.tenant else { return nil }
    return order
  }

  /// Why an order is over for whoever wants to do something with it; `nil` when it is not.
  func refusal(_ order: OrderRecord, _ id: UniqueID) -> Refusal? {
    let status = order.seen(at: applied.stamp).status
    return status.isOver ? .order(id, .closed(status)) : nil
  }

  private func pay(_ order: inout OrderRecord, _ id: UniqueID, _ reference: String) -> OrderStepResult {
    if let paid = order.paid {
      return paid.reference == reference ? .again : .refused(.order(id, .paid(reference: paid.reference)))
    }
    switch order.seen(at: applied.stamp).status {
    case .expired: return .refused(.order(id, .closed(.expired)))
    case .cancelled: return .refused(.order(id, .closed(.cancelled)))
    case .awaitingPayment, .backordered, .ready, .partiallyShipped, .shipped, .completed: break
    }
    order.paid = Payment(time: applied.stamp, reference: reference)
    return .changed(.order)
  }

  private func hold(_ order: inout OrderRecord, _ id: UniqueID, reason: String) -> OrderStepResult {
    if let refusal = refusal(order, id) { return .refused(refusal) }
    order.onHold = reason
    return .changed(.order)
  }

  private func resume(_ order: inout OrderRecord, _ id: UniqueID) -> OrderStepResult {
    if let refusal = refusal(order, id) { return .refused(refusal) }
    order.onHold = nil
    return .changed(.order)
  }

  private func cancel(_ order: inout OrderRecord, _ id: UniqueID, _ parts: [LineQuantity]) -> OrderStepResult {
    if let refusal = refusal(order, id) { return .refused(refusal) }
    let all = order.lines.indices.map { LineQuantity(line: $0, quantity: 0) }
    for part in parts.isEmpty ? all : parts {
      guard order.lines.indices.contains(part.line) else { return .refused(.order(id, .unknownLine(part.line))) }
      let open = order.lines[part.line].open
      let quantity = part.quantity == 0 ? open : part.quantity
      guard quantity >= 0, quantity <= open, quantity > 0 || parts.isEmpty else {
        return .refused(.order(id, .notOpen(part, open: open)))
      }
      order.lines[part.line].cancel(quantity)
    }
    return .changed(.cancellation)
  }

  private func complete(_ order: inout OrderRecord, _ id: UniqueID) -> OrderStepResult {
    let status = order.seen(at: applied.stamp).status
    switch status {
    case .shipped: break
    case .completed, .expired, .cancelled: return .refused(.order(id, .closed(status)))
    case .awaitingPayment, .backordered, .ready, .partiallyShipped:
      return .refused(.order(id, .notShipped(open: order.lines.reduce(0) { $0 + $1.open })))
    }
    order.completed = applied.stamp
    return .changed(.order)
  }
}
