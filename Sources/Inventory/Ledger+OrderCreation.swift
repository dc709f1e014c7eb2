internal import Basics

// How orders come into being.
extension Ledger {
  /// Makes an order of what is available: the lines in `request` as a whole, or nothing.
  mutating func createOrder(
    _ create: CreateOrder, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    if let answer = try answerBefore(create.terms, reader) { return answer }
    var replaced: OrderRecord?
    if let id = create.replaces {
      let target = OrderTarget(id, tenant: create.terms.tenant)
      guard let order = try findOrder(target, reader), order.home == create.home else { return .refused(.order(id, .unknown)) }
      guard order.replacements.count < Rules.replacementsMax else { return .refused(.order(id, .tooManyReplacements)) }
      replaced = order
    }
    request.lines = create.lines
    request.mode = .allOrNothing
    if let refusal = validate(payWithin: create.terms.payWithinMilliseconds) ?? validateLines() ?? decide() {
      return .refused(refusal)
    }
    var order = OrderRecord(
      home: create.home, created: applied.stamp, fingerprint: request.fingerprint, terms: create.terms,
      reference: create.reference)
    order.replaces = create.replaces
    order.lines = holdLines.map { orderLine($0) }
    for line in holdLines where line.granted > 0 {
      move(
        line.row, from: .available, to: .allocated, quantity: line.granted,
        origin: Origin(cause: .order, request: request.id))
    }
    insertOrder(request.id, order, &changes)
    if let name = create.terms.name { putName(name, NamedOrder(request.id, order), &changes) }
    if let id = create.replaces, var replaced {
      replaced.replacements.append(request.id)
      replaced.revision &+= 1
      putOrder(id, replaced, &changes)
    }
    return .done(.orderCreated, .orderChanged(request.id))
  }

  /// The answer to a request for an order that is there already.
  func answerBefore(_ terms: OrderTerms, _ reader: any StateReader) throws(StateReadError) -> Answer? {
    // The record of a request without a time is forgotten in the end, its order is not.
    if request.id.version7Milliseconds == nil, try readOrder(request.id, reader) != nil {
      return .refused(.requestIDReused)
    }
    guard let name = terms.name, let known = try readName(name, reader) else { return nil }
    return known.fingerprint == request.fingerprint
      ? .again(.orderChanged(known.order)) : .refused(.externalNumberTaken(NameTaken(name: name, order: known.order, home: known.home)))
  }

  func validate(payWithin milliseconds: Int64) -> Refusal? {
    milliseconds == 0 || Rules.payWithinMilliseconds.contains(milliseconds)
      ? nil : .invalidPayWithin(milliseconds: milliseconds)
  }

  /// A line of an order that has all that a line of a hold, or of a decision, was granted.
  func orderLine(_ line: HoldLine) -> OrderLine {
    OrderLine(
      item: .local(line.sku), location: line.row == StockRows.none ? nil : rows[line.row].key.location,
      ordered: line.granted, allocated: line.granted)
  }
}
