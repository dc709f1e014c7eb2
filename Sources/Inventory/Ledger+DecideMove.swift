internal import Basics

// What a hold or an order has of a SKU of another slot moves to another location: the slot has set the quantity aside there,
// and one entry at home says that it is that now. What is given back where it was, the slot hears with the same version.
extension Ledger {
  mutating func decideMove(
    _ decide: DecideMove, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let move = decide.move
    guard 0...Rules.quantityMax ~= move.quantity, move.from != move.to else {
      return .refused(.invalidQuantity(line: 0, quantity: move.quantity))
    }
    switch try active(move.owner, reader) {
    case .found(let hold): return try moveHold(hold, decide, reader, &changes)
    case .refused(.unknownHold): return try moveOrder(decide, reader, &changes)
    case .refused(let refusal): return .refused(refusal)
    }
  }

  private mutating func moveHold(
    _ hold: Int32, _ decide: DecideMove, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let (move, item) = (decide.move, decide.line.item)
    request.home = holds[hold].home
    var record = try record(of: hold, reader)
    let there = record.held(.remote(item), at: move.from)
    if let refusal = decide.refusal(there: there, in: .held) { return .refused(refusal) }
    guard decide.version == record.claimVersion + 1, decide.hasPrepared(decide.quantity(of: there)) else {
      return .unsettled(ClaimKey(id: move.owner, slot: record.home), version: record.claimVersion)
    }
    record.move(decide.quantity(of: there), of: .remote(item), from: move.from, to: move.to)
    guard record.lines.count <= Rules.linePartsMax else { return .refused(.tooManyLines(move.owner)) }
    record.claimVersion = decide.version
    putLive(move.owner, &record, &changes)
    // What is written anew is given the next arming, so it goes behind the others of its bucket in memory as well.
    holds.rearm(hold, bucket: holds[hold].bucket)
    try tell(
      Telling(id: move.owner, version: decide.version, cause: .reassignment), [item.slot], record.remoteTargets,
      parts: decide.parts, reader, &changes)
    return .done(
      .allocationMoved(owner: move.owner, isOrder: false), .allocationMoved(owner: move.owner, isOrder: false))
  }

  private mutating func moveOrder(
    _ decide: DecideMove, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let (move, item) = (decide.move, decide.line.item)
    guard let order = try readOrder(move.owner, reader) else { return .refused(.unknownOwner(move.owner)) }
    if slots.isGone(order.home) { return .moved }
    if let refusal = refusal(order, move.owner) { return .refused(refusal) }
    let there = order.allocated(.remote(item), at: move.from)
    if let refusal = decide.refusal(there: there, in: .allocated) { return .refused(refusal) }
    guard decide.version == order.claimVersion + 1, decide.hasPrepared(decide.quantity(of: there)) else {
      return .unsettled(ClaimKey(id: order.claim(of: move.owner), slot: order.home), version: order.claimVersion)
    }
    var moved = order
    moved.move(decide.quantity(of: there), of: .remote(item), from: move.from, to: move.to)
    if let refusal = moved.refusal(ofMoving: move) { return .refused(refusal) }
    let change = OrderChange(id: move.owner, old: order, new: moved, cause: .reassignment, parts: decide.parts)
    try changeOrder(change, reader, &changes)
    return .done(
      .allocationMoved(owner: move.owner, isOrder: true), .allocationMoved(owner: move.owner, isOrder: true))
  }
}

extension DecideMove {
  fileprivate func quantity(of there: Int64) -> Int64 { move.quantity == 0 ? there : move.quantity }

  fileprivate func refusal(there: Int64, in account: Account) -> Refusal? {
    let quantity = quantity(of: there)
    if quantity > 0, quantity <= there { return nil }
    return .insufficientElsewhere(
      item: line.item, location: move.from, account: account, asked: max(1, quantity), balance: there)
  }

  /// Whether just that is set aside where it moves to. It is not when the owner has changed since it was found out what to
  /// prepare; then that is done again.
  fileprivate func hasPrepared(_ quantity: Int64) -> Bool {
    line.grants == [LocationGrant(location: move.to, granted: quantity)] && parts.map(\.slot) == [line.item.slot]
  }
}

extension HoldRecord {
  func held(_ item: LineItem, at location: LocationNumber) -> Int64 {
    lines.reduce(0) { $0 + ($1.item == item && $1.location == location ? $1.granted : 0) }
  }

  /// Has lines hold a quantity at another location. A line that moves in part gets another one behind it.
  fileprivate mutating func move(_ quantity: Int64, of item: LineItem, from: LocationNumber, to: LocationNumber) {
    var left = quantity
    lines = lines.flatMap { line in
      guard line.item == item, line.location == from, line.granted > 0, left > 0 else { return [line] }
      let part = min(left, line.granted)
      left -= part
      var (rest, there) = (line, line)
      there.location = to
      there.granted = part
      rest.granted -= part
      if rest.granted == 0 { return [there] }
      there.asked = 0
      return [rest, there]
    }
  }
}
