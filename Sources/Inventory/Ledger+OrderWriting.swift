internal import Basics

// How orders are written: the record, what follows from it for stock, and the index of those that wait to be paid.
extension Ledger {
  /// Writes an order that is new. Its stock has been dealt with.
  mutating func insertOrder(_ id: UniqueID, _ order: OrderRecord, _ changes: inout StateChanges) {
    syncBackorders(id, from: nil, to: order, &changes)
    putOrder(id, order, &changes)
    applied.orders += 1
    if let payBy = order.payBy, order.isAwaitingPayment {
      awaitPayment(id, payBy, home: order.home, &changes)
    }
    if let name = order.name, !order.isNameClaimed { putName(NameRecord(name, id, order), &changes) }
  }

  /// Writes an order that has changed, and brings its stock to where the counters of its lines say: the only place where
  /// a line's counters become movements, here or in other slots. What a line is to have more is available.
  mutating func changeOrder(
    _ change: OrderChange, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    let (id, old) = (change.id, change.old)
    var new = change.new
    request.home = new.home
    new.revision &+= 1
    var retarget = Retarget(
      claim: new.claim(of: id), version: new.claimVersion, decided: change.decided, lines: change.lines,
      parts: change.parts,
      cause: change.cause, causeID: id, isRequested: change.isRequested)
    retarget.isOver = new.isOver && !old.isOver
    retarget.nameSlot = new.nameSlot
    switch try self.retarget(retarget, reader, &changes) {
    case .done(let version): new.claimVersion = version
    case .short(let shortage): invariantViolated("an order gets stock that is not there: \(shortage)")
    }
    // Its claims go by its hold's id, and the hold is forgotten one day.
    if old.claimVersion == 0, new.claimVersion > 0, let hold = new.hold { putClaimOwner(hold, id, &changes) }
    if let payBy = old.payBy, old.isAwaitingPayment, !new.isAwaitingPayment { stopAwaitingPayment(id, payBy, &changes) }
    syncBackorders(id, from: old, to: new, &changes)
    putOrder(id, new, &changes)
  }

  mutating func awaitPayment(_ id: UniqueID, _ payBy: Int64, home: SlotNumber, _ changes: inout StateChanges) {
    unpaid.insert(UnpaidOrder(payBy: payBy, order: id), home: home)
    key.setUnpaid(payBy, id)
    value.removeAll()
    value.slotNumber(home)
    put(&changes)
  }

  mutating func stopAwaitingPayment(_ id: UniqueID, _ payBy: Int64, _ changes: inout StateChanges) {
    unpaid.remove(UnpaidOrder(payBy: payBy, order: id))
    key.setUnpaid(payBy, id)
    delete(&changes)
  }
}

/// A change of an order.
struct OrderChange: Sendable {
  var id: UniqueID
  var old: OrderRecord
  var new: OrderRecord
  var cause: Cause
  /// Somebody asks for it; time does not.
  var isRequested = true
  /// The version that is being decided with what other slots prepared; 0 for none.
  var decided: UInt64 = 0
  /// What other slots prepared for it.
  var parts: [ClaimPart] = []

  /// All lines that have or are to have anything. One that moves takes what it has from where it was.
  fileprivate var lines: [RetargetedLine] {
    var lines: [RetargetedLine] = []
    for (index, line) in new.lines.enumerated() {
      let before = index < old.lines.count ? old.lines[index] : nil
      var portion = before?.portion ?? Portion()
      if let source = before?.location, source != line.location {
        lines.append(RetargetedLine(item: line.item, location: source, before: portion, after: Portion()))
        portion = Portion()
      }
      guard let location = line.location else { continue }
      lines.append(RetargetedLine(item: line.item, location: location, before: portion, after: line.portion))
    }
    return lines
  }
}

// Orders whose time to pay is up, in bounded steps.
extension Ledger {
  /// Expires up to `limit` orders that are due, in order of their times and then of their ids: the same on every replica.
  /// It takes a step for each, as their records are not in memory.
  mutating func sweepUnpaidOrders(
    limit: Int, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    let bucket = Rules.dueBucket(at: applied.stamp)
    for _ in 0..<limit {
      guard let next = unpaid.first, next.payBy <= bucket, !isFirstUnpaidOnItsWay else { return }
      guard let order = try readOrder(next.order, reader), order.payBy == next.payBy, order.isAwaitingPayment else {
        throw StateReadError(message: "order \(next.order) is listed as one that waits to be paid, and is none")
      }
      var expired = order
      expired.expire(at: applied.stamp)
      let change = OrderChange(id: next.order, old: order, new: expired, cause: .expiry, isRequested: false)
      try changeOrder(change, reader, &changes)
    }
  }
}
