internal import Basics

// How orders come into being.
extension Ledger {
  /// Makes an order of what is available in this shard: its lines as a whole, or nothing.
  mutating func createOrder(
    _ create: CreateOrder, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let version = try claimVersion(of: request.id, reader)
    return try makeOrder(DecideOrder(version: version, create: create, remote: [], parts: []), reader, &changes)
  }

  /// Decides an order over several slots.
  mutating func decideOrder(
    _ decide: DecideOrder, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let version = try claimVersion(of: request.id, reader)
    guard ClaimVersion.follows(decide.version, version, of: decide.create.home) else {
      return .unsettled(ClaimKey(id: request.id, slot: decide.create.home), version: version)
    }
    return try makeOrder(decide, reader, &changes)
  }

  private mutating func makeOrder(
    _ decide: DecideOrder, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let create = decide.create
    request.home = create.home
    if let answer = try answerBefore(create.terms, parts: decide.parts, reader) { return answer }
    var replaced: OrderRecord?
    if let id = create.replaces {
      switch try findReplaced(id, create, reader) {
      case .success(let order): replaced = order
      case .failure(let refused): return .refused(refused.refusal)
      }
    }
    if let refusal = validate(payWithin: create.terms.payWithinMilliseconds) { return .refused(refusal) }
    var lines: [DecidedOrderLine] = []
    request.sourcing = create.sourcing
    if let refusal = decideLines(create.lines, decide.remote, decide.parts, into: &lines) { return .refused(refusal) }
    if try isClaimedByOtherHome(request.id, than: create.home, reader) { return .refused(.requestIDReused) }
    var order = OrderRecord(
      home: create.home, created: applied.stamp, fingerprint: create.fingerprint, terms: create.terms,
      reference: create.reference)
    order.claimVersion = decide.version
    order.isNameClaimed = decide.parts.slot(of: create.terms.name) != nil
    order.replaces = create.replaces
    order.lines = lines.map(\.line)
    for line in holdLines where line.granted > 0 {
      move(
        line.row, from: .available, to: .allocated, quantity: line.granted,
        origin: Origin(cause: .order, request: request.id))
    }
    insertOrder(request.id, order, &changes)
    let telling = Telling(id: request.id, version: order.claimVersion, cause: .order, nameSlot: order.nameSlot)
    try tell(
      telling, decide.parts.map(\.slot).distinct(), order.remoteTargets, parts: decide.parts, reader, &changes)
    if let id = create.replaces, var replaced {
      replaced.replacements.append(request.id)
      replaced.revision &+= 1
      putOrder(id, replaced, &changes)
    }
    return .done(.orderCreated, .orderChanged(request.id))
  }

  private struct Refused: Error { var refusal: Refusal }

  /// The order in whose place a new one is.
  private func findReplaced(
    _ id: UniqueID, _ create: CreateOrder, _ reader: any StateReader
  ) throws(StateReadError) -> Result<OrderRecord, Refused> {
    let target = OrderTarget(id, tenant: create.terms.tenant)
    guard let order = try findOrder(target, reader), order.home == create.home else {
      return .failure(Refused(refusal: .order(id, .unknown)))
    }
    guard order.replacements.count < Rules.replacementsMax else {
      return .failure(Refused(refusal: .order(id, .tooManyReplacements)))
    }
    return .success(order)
  }

  /// The answer to a request for an order that is there already. A name that one of the parts took is not kept here.
  func answerBefore(
    _ terms: OrderTerms, parts: [ClaimPart] = [], _ reader: any StateReader
  ) throws(StateReadError) -> Answer? {
    // The record of a request without a time is forgotten in the end, its order is not.
    if request.id.version7Milliseconds == nil, try readOrder(request.id, reader) != nil {
      return .refused(.requestIDReused)
    }
    guard let name = terms.name, parts.slot(of: name) == nil else { return nil }
    // Whose the number is, only the shard knows that has its slot now.
    if slots.isGone(name.slot) { return .moved }
    guard let known = try readName(name, reader) else { return nil }
    let isThere = known.pending == nil && known.fingerprint == request.fingerprint
    if isThere, let order = try readOrder(known.order, reader), order.home == known.home {
      return .again(.orderChanged(known.order))
    }
    return .refused(refusal(name, known, request.fingerprint))
  }

  func validate(payWithin milliseconds: Int64) -> Refusal? {
    milliseconds == 0 || Rules.payWithinMilliseconds.contains(milliseconds)
      ? nil : .invalidPayWithin(milliseconds: milliseconds)
  }
}

// The lines of orders, of what is here and of what other slots prepared.
extension Ledger {
  /// Decides lines as a whole, by the request's sourcing: those of this shard, which are in `holdLines` afterwards, and those
  /// with SKU number 0, which stand for what was prepared. All are in `lines`, in their order.
  mutating func decideLines(
    _ asked: [ReserveLine], _ remote: [DecidedLine], _ parts: [ClaimPart], into lines: inout [DecidedOrderLine]
  ) -> Refusal? {
    holdLines.removeAll(keepingCapacity: true)
    guard !asked.isEmpty, asked.count <= Rules.linesMax else { return .invalidLineCount(asked.count) }
    let own = asked.indices.filter { asked[$0].sku.rawValue != 0 }
    request.mode = .allOrNothing
    request.lines = own.map { asked[$0] }
    if !own.isEmpty, let refusal = validateLines() ?? decide() { return refusal.with(lines: own) }
    var (nextOwn, rest) = (0, remote[...])
    for (index, line) in asked.enumerated() {
      guard line.sku.rawValue == 0 else {
        // The parts of a line behind its first one ask for nothing.
        repeat {
          lines.append(DecidedOrderLine(place: index, line: orderLine(at: nextOwn, line)))
          nextOwn += 1
        } while nextOwn < holdLines.count && holdLines[nextOwn].asked == 0
        continue
      }
      guard let prepared = rest.popFirst(), prepared.isAll(of: line.quantity, parts) else {
        return .invalidQuantity(line: index, quantity: line.quantity)
      }
      for grant in prepared.grants {
        lines.append(DecidedOrderLine(place: index, line: OrderLine(prepared.item, grant)))
      }
    }
    return lines.count <= Rules.orderLinesMax ? nil : .order(request.id, .tooManyLines)
  }

  /// A line of an order that has all that a line of a hold, or of a decision, was granted.
  func orderLine(_ line: HoldLine) -> OrderLine {
    OrderLine(
      item: .local(line.sku), location: line.row == StockRows.none ? nil : rows[line.row].key.location,
      ordered: line.granted, allocated: line.granted)
  }

  /// The same, with what was decided to wait for stock: where the line that was asked for says, or anywhere.
  private func orderLine(at place: Int, _ asked: ReserveLine) -> OrderLine {
    var line = orderLine(holdLines[place])
    line.backordered = decision.backordered(at: place)
    line.ordered += line.backordered
    line.location = line.location ?? asked.location
    return line
  }
}

/// A line of an order, and which of those that were asked for it is, or is a part of.
struct DecidedOrderLine {
  var place: Int
  var line: OrderLine
}

extension DecidedLine {
  /// Whether it was prepared as a whole.
  func isAll(of quantity: Int64, _ parts: [ClaimPart]) -> Bool {
    quantity > 0 && grants.reduce(0) { $0 + $1.granted } == quantity && grants.allSatisfy { $0.granted > 0 }
      && parts.contains { $0.slot == item.slot && $0.token != 0 }
  }
}

extension OrderLine {
  init(_ item: RemoteItem, _ grant: LocationGrant) {
    self.init(item: .remote(item), location: grant.location, ordered: grant.granted, allocated: grant.granted)
  }
}

extension Refusal {
  /// The same, where the lines that were looked at are some of those that were asked for.
  fileprivate func with(lines: [Int]) -> Refusal {
    switch self {
    case .outOfStock(var shortage):
      shortage.line = lines[shortage.line]
      return .outOfStock(shortage)
    case .unknownSKU(let line, let sku): return .unknownSKU(line: lines[line], sku: sku)
    case .invalidQuantity(let line, let quantity): return .invalidQuantity(line: lines[line], quantity: quantity)
    case .noLocation(let line): return .noLocation(line: lines[line])
    case .notAMultiple(let line, let sku, let lot, let asked):
      return .notAMultiple(line: lines[line], sku: sku, lot: lot, asked: asked)
    case .locationClosed(let line, let location, let closure):
      return .locationClosed(line: lines[line], location: location, closure: closure)
    case .backorderLimit(let line, let sku, let limit, let left):
      return .backorderLimit(line: lines[line], sku: sku, limit: limit, left: left)
    default: return self
    }
  }
}
