internal import Basics

// What a hold or an order has of a SKU of another slot moves to another location: the slot has set the quantity aside there,
// and one entry at home says that it is that now. What is given back where it was, the slot hears with the same version.
extension Ledger {
  mutating func decideMove(
    _ decide: DecideMove, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    if let refusal = decide.move.refusal { return .refused(refusal) }
    switch try active(decide.move.owner, reader) {
    case .found(let hold): return try moveHold(hold, decide, reader, &changes)
    case .refused(.unknownHold): return try moveOrder(decide.move, decide, reader, &changes)
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
    let quantity = move.quantity(of: there)
    if let refusal = decide.refusal(there: there, in: .held) { return .refused(refusal) }
    guard decide.isNext(after: record.claimVersion, of: record.home, quantity) else {
      return .unsettled(ClaimKey(id: move.owner, slot: record.home), version: record.claimVersion)
    }
    record.move(quantity, of: .remote(item), from: move.from, to: move.to)
    guard record.lines.count <= Rules.linePartsMax else { return .refused(.tooManyLines(move.owner)) }
    record.claimVersion = decide.version
    putLive(move.owner, &record, &changes)
    // What is written anew is given the next arming, so it goes behind the others of its bucket in memory as well.
    holds.rearm(hold, bucket: holds[hold].bucket)
    try tell(
      Telling(id: move.owner, version: decide.version, cause: .reassignment), [item.slot], record.remoteTargets,
      parts: decide.parts, reader, &changes)
    return .allocationMoved(move.owner, isOrder: false)
  }
}

extension DecideMove {
  func refusal(there: Int64, in account: Account) -> Refusal? {
    let quantity = move.quantity(of: there)
    if quantity > 0, quantity <= there { return nil }
    return .insufficientElsewhere(
      item: line.item, location: move.from, account: account, asked: max(1, quantity), balance: there)
  }

  /// Whether it is the owner's next version, and just the quantity is set aside where it moves to. It is not when the owner
  /// has changed since it was found out what to prepare; then that is done again.
  func isNext(after version: UInt64, of home: SlotNumber, _ quantity: Int64) -> Bool {
    ClaimVersion.follows(self.version, version, of: home)
      && line.grants == [LocationGrant(location: move.to, granted: quantity)]
      && parts.map(\.slot) == [line.item.slot]
  }
}
