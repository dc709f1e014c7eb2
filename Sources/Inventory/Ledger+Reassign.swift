internal import Basics

// An allocation moves: a hold or an order takes what it has of a SKU from another location. Both movements and the record
// are in one entry, so that nobody can come between.
extension Ledger {
  mutating func moveAllocation(
    _ move: MoveAllocation, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    guard skus.contains(move.sku) else { return .refused(.unknownSKU(line: 0, sku: move.sku)) }
    if let refusal = move.refusal { return .refused(refusal) }
    if let closure = closures[move.to] {
      return .refused(.locationClosed(line: 0, location: move.to, closure: closure))
    }
    switch try active(move.owner, reader) {
    case .found(let hold): return try moveHold(hold, move, reader, &changes)
    case .refused(.unknownHold): return try moveOrder(move, nil, reader, &changes)
    case .refused(let refusal): return .refused(refusal)
    }
  }

  private mutating func moveHold(
    _ hold: Int32, _ move: MoveAllocation, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    request.home = holds[hold].home
    holds.copyLines(hold, into: &holdLines)
    let (from, to) = (findRow(move.sku, move.from), findRow(move.sku, move.to))
    var record = try record(of: hold, reader)
    let there = record.held(.local(move.sku), at: move.from)
    let quantity = move.quantity(of: there)
    if let refusal = refusal(of: move, quantity, there: there, in: .held) { return .refused(refusal) }
    var parts = holdLines.divided(quantity, where: { $0.row == from }) { $0.row = to }
    record.move(quantity, of: .local(move.sku), from: move.from, to: move.to)
    guard record.lines.count <= Rules.linePartsMax else { return .refused(.tooManyLines(move.owner)) }
    rearm(&parts, quantity, from: from, to: to, bucket: holds[hold].bucket)
    holds.replaceLines(parts.flatMap { $0 }, of: hold)
    // What is written anew is given the next arming, so it goes behind the others of its bucket in memory as well.
    holds.rearm(hold, bucket: holds[hold].bucket)
    let origin = Origin(cause: .reassignment, request: request.id, causeID: move.owner)
    self.move(to, from: .available, to: .held, quantity: quantity, origin: origin)
    self.move(from, from: .held, to: .available, quantity: quantity, origin: origin)
    putLive(move.owner, &record, &changes)
    return .allocationMoved(move.owner, isOrder: false)
  }

  /// - Parameter decide: of a SKU of another slot, where the quantity is prepared.
  mutating func moveOrder(
    _ move: MoveAllocation, _ decide: DecideMove?, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    guard let order = try readOrder(move.owner, reader) else { return .refused(.unknownOwner(move.owner)) }
    if slots.isGone(order.home) { return .moved }
    if let refusal = refusal(order, move.owner) { return .refused(refusal) }
    let item = decide.map { LineItem.remote($0.line.item) } ?? .local(move.sku)
    let there = order.allocated(item, at: move.from)
    let quantity = move.quantity(of: there)
    if let decide {
      if let refusal = decide.refusal(there: there, in: .allocated) { return .refused(refusal) }
      guard decide.isNext(after: order.claimVersion, of: order.home, quantity) else {
        return .unsettled(ClaimKey(id: order.claim(of: move.owner), slot: order.home), version: order.claimVersion)
      }
    } else if let refusal = refusal(of: move, quantity, there: there, in: .allocated) {
      return .refused(refusal)
    }
    var moved = order
    moved.move(quantity, of: item, from: move.from, to: move.to)
    if let refusal = moved.refusal(ofMoving: move) { return .refused(refusal) }
    let change = OrderChange(
      id: move.owner, old: order, new: moved, cause: .reassignment, decided: decide?.version ?? 0,
      parts: decide?.parts ?? [])
    try changeOrder(change, reader, &changes)
    return .allocationMoved(move.owner, isOrder: true)
  }

  /// Why a quantity cannot move; `nil` if it can.
  private mutating func refusal(
    of move: MoveAllocation, _ quantity: Int64, there: Int64, in account: Account
  ) -> Refusal? {
    let (from, to) = (StockKey(sku: move.sku, location: move.from), StockKey(sku: move.sku, location: move.to))
    guard quantity > 0, quantity <= there else {
      return .insufficient(stock: from, account: account, asked: max(1, quantity), balance: there)
    }
    let lot = skus[move.sku].lot
    guard quantity % lot == 0 || quantity == there else {
      return .notAMultiple(line: 0, sku: move.sku, lot: lot, asked: quantity)
    }
    let row = findRow(move.sku, move.to)
    if row != StockRows.none { drain(row) }
    let available = row == StockRows.none ? 0 : rows[row].balances[.available]
    guard available >= quantity else {
      return .insufficient(stock: to, account: .available, asked: quantity, balance: available)
    }
    return nil
  }

  /// Counts what has moved under its expiry in the other row.
  private mutating func rearm(_ parts: inout [[HoldLine]], _ quantity: Int64, from: Int32, to: Int32, bucket: Int64) {
    var left = quantity
    for index in holdLines.indices where holdLines[index].row == from && holdLines[index].granted > 0 && left > 0 {
      let part = min(left, holdLines[index].granted)
      left -= part
      rows.subtractExpiry(holdLines[index].expiry, bucket: bucket, quantity: part)
      parts[index][parts[index].count - 1].expiry = rows.addExpiry(to, bucket: bucket, quantity: part)
    }
  }
}

extension Answer {
  static func allocationMoved(_ owner: UniqueID, isOrder: Bool) -> Answer {
    .done(.allocationMoved(owner: owner, isOrder: isOrder), .allocationMoved(owner: owner, isOrder: isOrder))
  }
}

/// A line that may hold what it has at two places: the part behind its first one asks for nothing.
private protocol DivisibleLine {
  var asked: Int64 { get set }
  var granted: Int64 { get set }
}

extension HoldLine: DivisibleLine {}
extension HoldRecordLine: DivisibleLine {}

extension Array where Element: DivisibleLine {
  /// What each line becomes when those that are at a place give a quantity to another. A line that moves in part gets another
  /// one behind it.
  fileprivate func divided(
    _ quantity: Int64, where isThere: (Element) -> Bool, _ move: (inout Element) -> Void
  ) -> [[Element]] {
    var left = quantity
    return map { line in
      guard isThere(line), line.granted > 0, left > 0 else { return [line] }
      let part = Swift.min(left, line.granted)
      left -= part
      var (rest, there) = (line, line)
      move(&there)
      there.granted = part
      rest.granted -= part
      if rest.granted == 0 { return [there] }
      there.asked = 0
      return [rest, there]
    }
  }
}

extension HoldRecord {
  /// What it has of an item at a location.
  func held(_ item: LineItem, at location: LocationNumber) -> Int64 {
    lines.reduce(0) { $0 + ($1.item == item && $1.location == location ? $1.granted : 0) }
  }

  /// Has lines hold a quantity at another location.
  mutating func move(_ quantity: Int64, of item: LineItem, from: LocationNumber, to: LocationNumber) {
    let parts = lines.divided(quantity, where: { $0.item == item && $0.location == from }) { $0.location = to }
    lines = parts.flatMap { $0 }
  }
}

extension OrderRecord {
  /// Why it would come to too much with what a move made of it.
  fileprivate func refusal(ofMoving move: MoveAllocation) -> Refusal? {
    if lines.count > Rules.orderLinesMax { return .order(move.owner, .tooManyLines) }
    return firstBeyondMax.map { .invalidQuantity(line: $0.line, quantity: $0.quantity) }
  }

  /// Has lines ship a quantity from another location. A line of which something stays where it was, or was shipped from
  /// there, gets another one for what moves.
  fileprivate mutating func move(
    _ quantity: Int64, of item: LineItem, from: LocationNumber, to: LocationNumber
  ) {
    var left = quantity
    for index in lines.indices where left > 0 && lines[index].item == item && lines[index].location == from {
      let part = min(left, lines[index].allocated)
      if part == 0 { continue }
      left -= part
      if part == lines[index].allocated, lines[index].shipped == 0, lines[index].backordered == 0 {
        lines[index].location = to
        continue
      }
      lines[index].ordered -= part
      lines[index].allocated -= part
      lines.append(OrderLine(item: item, location: to, ordered: part, allocated: part))
    }
  }
}
