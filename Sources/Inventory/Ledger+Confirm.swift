internal import Basics

extension Ledger {
  /// Turns a hold into an order, whose id is that of the request: held becomes allocated in this entry. A hold that is
  /// due is taken once more from what is available, the same lines in the same places, or refused.
  mutating func confirmHold(
    _ id: UniqueID, _ externalNumber: String, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    // The record of a request without a time is forgotten in the end, its order is not.
    if request.id.version7Milliseconds == nil, try readOrder(request.id, reader) != nil {
      return .refused(.requestIDReused)
    }
    let live = holds.find(id)
    if live != LiveHolds.none {
      return holds[live].hasClaims
        ? try confirm(withClaims: live, externalNumber, reader, &changes, &outcomes)
        : try confirm(local: live, externalNumber, reader, &changes, &outcomes)
    }
    guard let closed = try readClosed(id, reader) else { return .refused(.unknownHold(id)) }
    guard closed.state == .expired || isMutated(.confirmsTwice) else {
      return .refused(.holdNotActive(id, closed.state))
    }
    if closed.hold.hasRemoteLines { return .refused(.needsConsent(id)) }
    return try reopen(id, closed, parts: [], externalNumber, reader, &changes, &outcomes)
  }

  /// Confirms a live hold that is all in this shard.
  private mutating func confirm(
    local live: Int32, _ externalNumber: String, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    let (id, bucket) = (holds[live].id, holds[live].bucket)
    holds.copyLines(live, into: &holdLines)
    holds.copyReference(live, into: &text)
    let isReacquired = isDue(holds[live])
    if let refusal = isReacquired ? reacquire(id) : allocate(id, bucket: bucket) { return .refused(refusal) }
    let lines = holdLines.filter { $0.granted > 0 }.map { line in
      OrderLine(
        item: .local(line.sku), location: rows[line.row].key.location, ordered: line.granted, allocated: line.granted)
    }
    let order = OrderRecord(
      hold: id, home: holds[live].home, created: applied.stamp, reference: String(decoding: text, as: UTF8.self),
      externalNumber: externalNumber, lines: lines)
    _ = try close(live, .confirmed, order: request.id, reader, &changes)
    return make(order, isReacquired: isReacquired, &changes, &outcomes)
  }

  /// Confirms a live hold with claims: what the other slots hold for it they owe to the order from here on. Home alone says
  /// so, as they have it. Of a hold that is due they hold nothing any more.
  private mutating func confirm(
    withClaims live: Int32, _ externalNumber: String, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    let id = holds[live].id
    var record = try readLive(live, reader)
    if isDue(holds[live]) {
      _ = try expire(live, reader, &changes)
      if record.hasRemoteLines { return .refused(.needsConsent(id)) }
      guard let closed = try readClosed(id, reader) else { invariantViolated("a hold that was closed is not there") }
      return try reopen(id, closed, parts: [], externalNumber, reader, &changes, &outcomes)
    }
    holds.copyLines(live, into: &holdLines)
    if let refusal = allocate(id, bucket: holds[live].bucket) { return .refused(refusal) }
    _ = try close(live, &record, .confirmed, order: request.id, reader, &changes)
    return make(OrderRecord(id, record, externalNumber, applied.stamp), isReacquired: false, &changes, &outcomes)
  }

  /// Decides to confirm a hold that had expired: its lines in other slots are prepared again, those of this shard are taken
  /// in this entry.
  mutating func decideConfirm(
    _ decide: DecideConfirm, _ reader: any StateReader, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    let live = holds.find(decide.hold)
    if live != LiveHolds.none, isDue(holds[live]) { _ = try expire(live, reader, &changes) }
    let home = try claimHome(of: decide.hold, reader)
    let version = try version(of: home, reader)
    guard case .closed(let closed) = home, closed.state == .expired else {
      try spend(decide, SlotNumber(0), reader, &changes)
      guard let state = try state(of: home) else { return .refused(.unknownHold(decide.hold)) }
      return .refused(.holdNotActive(decide.hold, state))
    }
    guard decide.version == version + 1 else {
      return .unsettled(ClaimKey(id: decide.hold, slot: closed.hold.home), version: version)
    }
    let prepared = decide.parts.map(\.slot).distinct()
    guard closed.hold.remoteSlots.allSatisfy({ prepared.contains($0) }) else {
      try spend(decide, closed.hold.home, reader, &changes)
      return .refused(.malformed)
    }
    let answer = try reopen(
      decide.hold, closed, parts: decide.parts, decide.externalNumber, reader, &changes, &outcomes)
    if case .refused = answer { try spend(decide, closed.hold.home, reader, &changes) }
    return answer
  }

  private mutating func spend(
    _ decide: DecideConfirm, _ home: SlotNumber, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    if decide.parts.isEmpty { return }
    let burn = BurnClaim(id: decide.hold, version: decide.version, home: home, slots: decide.parts.map(\.slot))
    _ = try spend(burn, reader, &changes)
  }

  private func state(of home: ClaimHome) throws(StateReadError) -> HoldState? {
    switch home {
    case .undecided: nil
    case .live: .active
    case .closed(let closed): closed.state
    case .order: .confirmed
    }
  }

  /// Confirms a hold that had expired, with its lines of this shard taken once more.
  private mutating func reopen(
    _ id: UniqueID, _ closed: ClosedHold, parts: [ClaimPart], _ externalNumber: String, _ reader: any StateReader,
    _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    takeLines(of: closed)
    if let refusal = reacquire(id) { return .refused(refusal) }
    var closed = closed
    closed.state = .confirmed
    closed.order = request.id
    closed.settled = applied.stamp
    if !parts.isEmpty {
      closed.hold.claimVersion += 1
      try tell(
        Telling(id: id, version: closed.hold.claimVersion, cause: .confirmation), closed.hold.remoteSlots,
        closed.hold.allocatedTargets, parts: parts, reader, &changes)
    }
    settle(id, .closedHold(closed), &changes)
    let order = OrderRecord(id, closed.hold, externalNumber, applied.stamp)
    return make(order, isReacquired: true, &changes, &outcomes)
  }

  /// Fills `holdLines` from a closed hold.
  private mutating func takeLines(of closed: ClosedHold) {
    holdLines.removeAll(keepingCapacity: true)
    for line in closed.hold.lines {
      guard let sku = line.item.localSKU else { continue }
      let row = line.location.map { findRow(sku, $0) } ?? StockRows.none
      holdLines.append(HoldLine(sku: sku, row: row, asked: line.asked, granted: line.granted))
    }
  }

  /// Held becomes allocated for each of `holdLines`.
  private mutating func allocate(_ hold: UniqueID, bucket: Int64) -> Refusal? {
    for line in holdLines where line.granted > 0 {
      drain(line.row)
      rows.subtractExpiry(line.expiry, bucket: bucket, quantity: line.granted)
      move(
        line.row, from: .held, to: .allocated, quantity: line.granted,
        origin: Origin(cause: .confirmation, request: request.id, causeID: hold))
    }
    return nil
  }

  /// Available becomes allocated for each of `holdLines`, if all of them can be had.
  private mutating func reacquire(_ hold: UniqueID) -> Refusal? {
    var shortage: Shortage?
    var taken = 0
    for (index, line) in holdLines.enumerated() where line.granted > 0 {
      drain(line.row)
      let available = rows[line.row].balances[.available]
      if available < line.granted {
        shortage = Shortage(
          line: index, sku: line.sku, location: rows[line.row].key.location, asked: line.granted,
          available: available)
        break
      }
      rows[line.row].balances[.available] -= line.granted
      taken = index + 1
    }
    for line in holdLines[..<taken] where line.granted > 0 { rows[line.row].balances[.available] += line.granted }
    if let shortage { return .holdExpired(hold, shortage) }
    for line in holdLines where line.granted > 0 {
      move(
        line.row, from: .available, to: .allocated, quantity: line.granted,
        origin: Origin(cause: .confirmation, request: request.id, causeID: hold))
    }
    return nil
  }

  /// Writes an order that is made of a hold.
  private mutating func make(
    _ order: OrderRecord, isReacquired: Bool, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) -> Answer {
    request.home = order.home
    putOrder(request.id, order, &changes)
    if order.claimVersion > 0 { putClaimOwner(order.hold, request.id, &changes) }
    applied.orders += 1
    let start = outcomes.lines.count
    outcomes.append(order.lines)
    return .done(
      .confirmed(hold: order.hold, isReacquired: isReacquired),
      .confirmed(
        Confirmation(
          hold: order.hold, home: order.home, order: request.id, isReacquired: isReacquired,
          lines: start..<outcomes.lines.count)))
  }
}

extension OrderRecord {
  /// The order that a hold becomes.
  init(_ hold: UniqueID, _ record: HoldRecord, _ externalNumber: String, _ created: Stamp) {
    var lines: [OrderLine] = []
    for line in record.lines where line.granted > 0 {
      guard let location = line.location else { continue }
      lines.append(OrderLine(item: line.item, location: location, ordered: line.granted, allocated: line.granted))
    }
    self.init(
      hold: hold, home: record.home, claimVersion: record.claimVersion, created: created,
      reference: String(decoding: record.reference, as: UTF8.self), externalNumber: externalNumber, lines: lines)
  }
}
