package import Basics

// What may happen to a hold after it was made.
extension Ledger {
  /// Whether a hold's time is up; it may still wait to be swept.
  func isDue(_ hold: LiveHold) -> Bool { hold.bucket <= Rules.dueBucket(at: applied.stamp) }

  /// A live hold of a slot that is here; one that leaves is not found any more.
  func findLive(_ id: UniqueID) -> Int32 {
    let hold = holds.find(id)
    return hold != LiveHolds.none && isOnItsWay(holds[hold].home) ? LiveHolds.none : hold
  }

  /// A live hold that is not due, or why there is none.
  enum ActiveHold {
    case found(Int32)
    case refused(Refusal)
  }

  mutating func active(_ id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> ActiveHold {
    let hold = findLive(id)
    if hold != LiveHolds.none {
      return isDue(holds[hold]) ? .refused(.holdNotActive(id, .expired)) : .found(hold)
    }
    guard let closed = try readClosed(id, reader) else { return .refused(.unknownHold(id)) }
    return .refused(.holdNotActive(id, closed.state))
  }

  func readClosed(_ id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> ClosedHold? {
    if recent.isFresh(id) { return nil }
    guard case .closedHold(let closed) = try readSettled(id, at: applied.stamp, reader) else { return nil }
    return closed
  }

  /// Moves the expiry of an active hold further away; never nearer.
  mutating func extendHold(
    _ id: UniqueID, _ timeToLive: Int64, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    if let refusal = validate(timeToLive: timeToLive) { return .refused(refusal) }
    let hold: Int32
    switch try active(id, reader) {
    case .refused(let refusal): return .refused(refusal)
    case .found(let found): hold = found
    }
    request.home = holds[hold].home
    let old = holds[hold].bucket
    let bucket = max(old, Rules.expiryBucket(at: applied.stamp, timeToLive: timeToLive))
    if bucket != old {
      holds.copyLines(hold, into: &holdLines)
      for index in holdLines.indices where holdLines[index].granted > 0 {
        let line = holdLines[index]
        rows.subtractExpiry(line.expiry, bucket: old, quantity: line.granted)
        holdLines[index].expiry = rows.addExpiry(line.row, bucket: bucket, quantity: line.granted)
      }
      holds.storeLines(holdLines, of: hold)
      holds.rearm(hold, bucket: bucket)
      try writeExtended(hold, reader, &changes)
    }
    return .done(
      .extended(hold: id, bucket: bucket), .extended(hold: id, expiry: Rules.expiry(ofBucket: bucket)))
  }

  private mutating func writeExtended(
    _ hold: Int32, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    if holds[hold].hasClaims {
      var record = try readLive(hold, reader)
      record.bucket = holds[hold].bucket
      return putLive(holds[hold].id, &record, &changes)
    }
    holds.copyReference(hold, into: &text)
    putLive(holds[hold], reference: text, &changes)
  }

  mutating func releaseHold(
    _ id: UniqueID, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let hold: Int32
    switch try active(id, reader) {
    case .refused(let refusal): return .refused(refusal)
    case .found(let found): hold = found
    }
    if isMutated(.dropsReleaseOnLeaderChange), Mutation.entryIsFirstOfTerm {
      return .done(.released(hold: id), .released(hold: id))
    }
    request.home = holds[hold].home
    let bucket = holds[hold].bucket
    holds.copyLines(hold, into: &holdLines)
    for line in holdLines where line.granted > 0 {
      drain(line.row)
      rows.subtractExpiry(line.expiry, bucket: bucket, quantity: line.granted)
      move(
        line.row, from: .held, to: .available, quantity: line.granted,
        origin: Origin(cause: .release, request: request.id, causeID: id))
    }
    _ = try close(hold, .released, order: nil, reader, &changes)
    return .done(.released(hold: id), .released(hold: id))
  }

  /// Turns a live hold, whose lines are in `holdLines`, into a closed one. Its stock in this shard has been dealt with; the
  /// slots of its other lines are told here. Answers how many that are.
  mutating func close(
    _ hold: Int32, _ state: HoldState, order: UniqueID?, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Int {
    if holds[hold].hasClaims {
      var record = try readLive(hold, reader)
      return try close(hold, &record, state, order: order, reader, &changes)
    }
    let live = holds[hold]
    key.set(.liveHold, live.id)
    delete(&changes)
    holds.copyReference(hold, into: &text)
    value.removeAll()
    value.uint8(recordVersion)
    value.uint8(0x01)
    value.stamp(applied.stamp)
    value.uint8(state.rawValue)
    if let order { value.uniqueID(order) }
    encodeBody(live, arming: 0, reference: text)
    settleValue(live.id, &changes)
    removeHold(hold)
    applied.liveHolds -= 1
    return 0
  }

  /// The same for a hold with claims, whose record is at hand: confirmed, its lines are allocated to the order from here on,
  /// else there is nothing left of them.
  mutating func close(
    _ hold: Int32, _ record: inout HoldRecord, _ state: HoldState, order: UniqueID?, deciding decided: UInt64 = 0,
    parts: [ClaimPart] = [],
    named name: OrderName? = nil, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Int {
    let id = holds[hold].id
    let slots = (record.remoteSlots + parts.map(\.slot)).distinct()
    if !slots.isEmpty {
      record.claimVersion = ClaimVersion.next(after: record.claimVersion, home: record.home, decided: decided)
      let cause: Cause = state == .confirmed ? .confirmation : state == .released ? .release : .expiry
      let telling = Telling(
        id: id, version: record.claimVersion, cause: cause, isOver: state != .confirmed, nameSlot: parts.slot(of: name))
      try tell(telling, slots, state == .confirmed ? record.allocatedTargets : [], parts: parts, reader, &changes)
    }
    key.set(.liveHold, id)
    deleteCold(&changes)
    record.arming = 0
    settle(
      id, .closedHold(ClosedHold(settled: applied.stamp, state: state, order: order, hold: record)), &changes)
    removeHold(hold)
    applied.liveHolds -= 1
    return slots.count
  }
}

extension HoldRecord {
  /// What the slots of its other lines are to have for the order that it becomes.
  var allocatedTargets: [RemoteTarget] {
    remoteTargets.map { target in
      RemoteTarget(item: target.item, location: target.location, portion: Portion(allocated: target.portion.held))
    }
  }
}

// Expiry. Stock is given back by bucket, a row at a time, when somebody looks at the row (`drain`): a million holds due
// at once cost a buyer one movement. The holds themselves are turned into closed ones in bounded steps, oldest first.
extension Ledger {
  /// Whether a tick at a stamp would find something to do.
  package func hasDue(at stamp: Stamp) -> Bool { nextDue <= Rules.dueBucket(at: stamp) }

  /// When the next hold or unpaid order is due, or now if orders wait for stock that is there; `nil` when there is nothing
  /// to wait for.
  package var nextDeadline: Stamp? {
    if hasFillable { return applied.stamp }
    return nextDue == .max ? nil : Rules.expiry(ofBucket: nextDue)
  }

  private var nextDue: Int64 {
    min(
      isFirstHoldOnItsWay ? .max : holds.nextDue, isFirstUnpaidOnItsWay ? .max : unpaid.first?.payBy ?? .max)
  }

  /// What is first in time leaves with its slot: nothing is swept until it has gone. Nobody waits for that, as what is due
  /// counts as such wherever it is looked at.
  private var isFirstHoldOnItsWay: Bool {
    leaving?.packing != nil && holds.first != LiveHolds.none && isOnItsWay(holds[holds.first].home)
  }

  var isFirstUnpaidOnItsWay: Bool { unpaid.homeOfFirst.map { isOnItsWay($0) } ?? false }

  /// Whether what is due already waits to be swept.
  package var hasSweepBacklog: Bool { hasDue(at: applied.stamp) }

  /// Closes up to about `limit` due holds, in order of expiry, and in a bucket in the order in which they came into it: the
  /// same on every replica, because the order is part of the state. One with claims counts for as many as it has slots to
  /// tell.
  mutating func sweepDueHolds(
    limit: Int, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    let bucket = Rules.dueBucket(at: applied.stamp)
    var left = limit
    while left > 0, holds.nextDue <= bucket, !isFirstHoldOnItsWay {
      left -= 1 + (try expire(holds.first, reader, &changes))
    }
  }

  /// Closes a due hold; answers how many slots are to be told.
  mutating func expire(
    _ hold: Int32, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Int {
    holds.copyLines(hold, into: &holdLines)
    for line in holdLines where line.granted > 0 { drain(line.row) }
    return try close(hold, .expired, order: nil, reader, &changes)
  }
}
