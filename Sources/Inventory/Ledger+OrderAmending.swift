internal import Basics

extension Ledger {
  /// Changes how much is wanted of an order: what is wanted less is given back, what is wanted more is taken from what is
  /// available before that; all of it, or nothing. What stays is not touched.
  mutating func amendOrder(
    _ amend: AmendOrder, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    guard let order = try findOrder(amend.target, reader) else { return .refused(.order(amend.target.order, .unknown)) }
    if slots.isGone(order.home) { return .moved }
    return try self.amend(order, DecideAmend(version: 0, amend: amend, remote: [], parts: []), reader, &changes)
  }

  /// Decides an amendment that takes stock of other slots.
  mutating func decideAmend(
    _ decide: DecideAmend, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let id = decide.amend.target.order
    guard let order = try findOrder(decide.amend.target, reader) else { return .refused(.order(id, .unknown)) }
    // Nothing is decided, and no version spent, by what is left here of an order that is another shard's.
    if slots.isGone(order.home) { return .moved }
    guard ClaimVersion.follows(decide.version, order.claimVersion, of: order.home) else {
      return .unsettled(ClaimKey(id: order.claim(of: id), slot: order.home), version: order.claimVersion)
    }
    return decide.amend.fills
      ? try fillFromElsewhere(order, decide, reader, &changes) : try amend(order, decide, reader, &changes)
  }

  private mutating func amend(
    _ before: OrderRecord, _ decide: DecideAmend, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let (amend, id) = (decide.amend, decide.amend.target.order)
    if let refusal = refusal(before, id) { return .refused(refusal) }
    guard amend.expectedRevision == 0 || amend.expectedRevision == before.revision else {
      return .refused(.order(id, .changed(revision: before.revision)))
    }
    guard !(amend.changes.isEmpty && amend.added.isEmpty), amend.changes.count <= Rules.orderLinesMax else {
      return .refused(.invalidLineCount(amend.changes.count + amend.added.count))
    }
    var order = before
    var more: [ReserveLine] = []
    var grown: [Int] = []
    if let refusal = reduce(&order, id, by: amend.changes, growing: &grown, more: &more) { return .refused(refusal) }
    // Somebody else amended it since it was found out what to prepare.
    let added = amend.added.count { $0.sku.rawValue == 0 }
    guard order.isGrowth(decide.remote.dropLast(added), of: grown), decide.remote.count >= added else {
      return .refused(.order(id, .changed(revision: before.revision)))
    }
    more += amend.added
    var lines: [DecidedOrderLine] = []
    holdLines.removeAll(keepingCapacity: true)
    request.sourcing = amend.sourcing
    if !more.isEmpty, let refusal = decideLines(more, decide.remote, decide.parts, into: &lines) {
      return .refused(refusal)
    }
    if try isClaimedByOtherHome(order.claim(of: id), than: order.home, reader) { return .refused(.requestIDReused) }
    for decided in lines { order.add(decided.line, to: decided.place < grown.count ? grown[decided.place] : nil) }
    guard order.lines.count <= Rules.orderLinesMax else { return .refused(.order(id, .tooManyLines)) }
    // What was cancelled stays in what was ordered, so that this grows with each amendment.
    if let over = order.firstBeyondMax {
      return .refused(.invalidQuantity(line: over.line, quantity: over.quantity))
    }
    reason.append(contentsOf: amend.target.reason.utf8)
    let change = OrderChange(
      id: id, old: before, new: order, cause: .amendment, decided: decide.version, parts: decide.parts)
    try changeOrder(change, reader, &changes)
    return .done(.orderChanged(id), .orderChanged(id))
  }

  /// Takes away what is wanted less, and finds what is wanted `more`, of the order's lines `grown`.
  private func reduce(
    _ order: inout OrderRecord, _ id: UniqueID, by changes: [LineQuantity], growing grown: inout [Int],
    more: inout [ReserveLine]
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
        grown.append(change.line)
        more.append(
          ReserveLine(
            sku: line.item.localSKU ?? SKUNumber(0), location: line.location, quantity: change.quantity - line.wanted))
      }
    }
    return nil
  }
}

extension OrderRecord {
  /// The first line of whose stock, over all lines, more was ordered than a quantity may be: its slot is told of it in one
  /// sum. Lines in all are looked at first, as hardly any order comes to so much.
  var firstBeyondMax: (line: Int, quantity: Int64)? {
    guard lines.reduce(0, { $0 + $1.ordered }) > Rules.quantityMax else { return nil }
    for (place, line) in lines.enumerated() {
      let sum = lines.reduce(0) { $0 + ($1.item == line.item && $1.location == line.location ? $1.ordered : 0) }
      if sum > Rules.quantityMax { return (place, sum) }
    }
    return nil
  }

  /// Whether what other slots prepared is for just those of the lines that are theirs, one for each.
  fileprivate func isGrowth(_ prepared: ArraySlice<DecidedLine>, of grown: [Int]) -> Bool {
    let remote = grown.map { lines[$0] }.filter { $0.item.remote != nil }
    return remote.count == prepared.count
      && zip(remote, prepared).allSatisfy { line, prepared in
        line.item.remote == prepared.item && prepared.grants.allSatisfy { $0.location == line.location }
      }
  }

  /// Adds stock to a line, if it is the line's, or as a new line.
  fileprivate mutating func add(_ line: OrderLine, to place: Int?) {
    guard let place, lines[place].item == line.item, lines[place].location == line.location else {
      return lines.append(line)
    }
    lines[place].ordered += line.ordered
    lines[place].allocated += line.allocated
    lines[place].backordered += line.backordered
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
