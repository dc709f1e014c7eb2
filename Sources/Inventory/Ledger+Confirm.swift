internal import Basics

extension Ledger {
  /// Turns a hold into an order, whose id is that of the request: held becomes allocated in this entry. A hold that is
  /// due is taken once more from what is available, the same lines in the same places, or refused.
  mutating func confirmHold(
    _ id: UniqueID, _ terms: OrderTerms, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    if let answer = try answerBefore(terms, reader) { return answer }
    if let refusal = validate(payWithin: terms.payWithinMilliseconds) { return .refused(refusal) }
    let live = findLive(id)
    if live != LiveHolds.none {
      return holds[live].hasClaims
        ? try confirm(withClaims: live, terms, reader, &changes, &outcomes)
        : try confirm(local: live, terms, reader, &changes, &outcomes)
    }
    guard let closed = try readClosed(id, reader) else { return .refused(.unknownHold(id)) }
    if slots.isGone(closed.hold.home) { return .moved }
    guard closed.state == .expired || isMutated(.confirmsTwice) else {
      return .refused(.holdNotActive(id, closed.state))
    }
    if closed.hold.hasRemoteLines { return .refused(.needsConsent(id)) }
    return try reopen(id, closed, terms, reader, &changes, &outcomes)
  }

  /// Confirms a live hold that is all in this shard.
  private mutating func confirm(
    local live: Int32, _ terms: OrderTerms, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    let (id, bucket) = (holds[live].id, holds[live].bucket)
    request.home = holds[live].home
    holds.copyLines(live, into: &holdLines)
    holds.copyReference(live, into: &text)
    let isReacquired = isDue(holds[live])
    if let refusal = isReacquired ? reacquire(id) : allocate(id, bucket: bucket) { return .refused(refusal) }
    var order = OrderRecord(
      home: holds[live].home, created: applied.stamp, fingerprint: request.fingerprint, terms: terms,
      reference: String(decoding: text, as: UTF8.self))
    order.hold = id
    for line in holdLines where line.granted > 0 { order.lines.append(orderLine(line)) }
    _ = try close(live, .confirmed, order: request.id, reader, &changes)
    return try make(order, of: id, isReacquired: isReacquired, reader, &changes, &outcomes)
  }

  /// Confirms a live hold with claims: what the other slots hold for it they owe to the order from here on. Home alone says
  /// so, as they have it; only the order's name may have had to be prepared. Of a hold that is due they hold nothing any
  /// more.
  private mutating func confirm(
    withClaims live: Int32, deciding decided: UInt64 = 0, parts: [ClaimPart] = [], _ terms: OrderTerms,
    _ reader: any StateReader,
    _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    let id = holds[live].id
    var record = try record(of: live, reader)
    if isDue(holds[live]) {
      _ = try expire(live, reader, &changes)
      if record.hasRemoteLines { return .refused(.needsConsent(id)) }
      guard let closed = try readClosed(id, reader) else { invariantViolated("a hold that was closed is not there") }
      return try reopen(id, closed, terms, reader, &changes, &outcomes)
    }
    holds.copyLines(live, into: &holdLines)
    request.home = holds[live].home
    if let refusal = allocate(id, bucket: holds[live].bucket) { return .refused(refusal) }
    _ = try close(
      live, &record, .confirmed, order: request.id, deciding: decided, parts: parts, named: terms.name, reader, &changes
    )
    let order = order(of: id, record, terms, parts: parts)
    return try make(order, of: id, isReacquired: false, reader, &changes, &outcomes)
  }

  /// Decides to confirm a hold for which other slots had to be asked: one that had expired, whose lines in other slots are
  /// prepared again, and one whose order has a name that is kept elsewhere.
  mutating func decideConfirm(
    _ decide: DecideConfirm, _ reader: any StateReader, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    let id = decide.hold
    if let answer = try answerBefore(decide.terms, parts: decide.parts, reader) { return answer }
    if let refusal = validate(payWithin: decide.terms.payWithinMilliseconds) { return .refused(refusal) }
    let live = findLive(id)
    if live != LiveHolds.none, isDue(holds[live]) { _ = try expire(live, reader, &changes) }
    let home = try claimHome(of: id, reader)
    let version = try version(of: home, reader)
    switch home {
    case .undecided: return .refused(.unknownHold(id))
    case .order: return .refused(.holdNotActive(id, .confirmed))
    case .live(let live):
      guard ClaimVersion.follows(decide.version, version, of: holds[live].home) else {
        return .unsettled(ClaimKey(id: id, slot: holds[live].home), version: version)
      }
      return try confirm(
        withClaims: live, deciding: decide.version, parts: decide.parts, decide.terms, reader, &changes, &outcomes)
    case .closed(let closed):
      guard closed.state == .expired else { return .refused(.holdNotActive(id, closed.state)) }
      guard ClaimVersion.follows(decide.version, version, of: closed.hold.home) else {
        return .unsettled(ClaimKey(id: id, slot: closed.hold.home), version: version)
      }
      let prepared = decide.parts.map(\.slot)
      guard closed.hold.remoteSlots.allSatisfy({ prepared.contains($0) }) else { return .refused(.needsConsent(id)) }
      return try reopen(
        id, closed, deciding: decide.version, parts: decide.parts, decide.terms, reader, &changes, &outcomes)
    }
  }

  /// Confirms a hold that had expired, with its lines of this shard taken once more.
  private mutating func reopen(
    _ id: UniqueID, _ closed: ClosedHold, deciding decided: UInt64 = 0, parts: [ClaimPart] = [], _ terms: OrderTerms,
    _ reader: any StateReader,
    _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    takeLines(of: closed)
    request.home = closed.hold.home
    if try isClaimedByOtherHome(id, than: closed.hold.home, reader) { return .refused(.requestIDReused) }
    if let refusal = reacquire(id) { return .refused(refusal) }
    var closed = closed
    closed.state = .confirmed
    closed.order = request.id
    closed.settled = applied.stamp
    if !parts.isEmpty {
      closed.hold.claimVersion = ClaimVersion.next(
        after: closed.hold.claimVersion, home: closed.hold.home, decided: decided)
      let telling = Telling(
        id: id, version: closed.hold.claimVersion, cause: .confirmation, nameSlot: parts.slot(of: terms.name))
      try tell(
        telling, parts.map(\.slot).distinct(), closed.hold.allocatedTargets, parts: parts, reader, &changes)
    }
    settle(id, .closedHold(closed), &changes)
    let order = order(of: id, closed.hold, terms, parts: parts)
    return try make(order, of: id, isReacquired: true, reader, &changes, &outcomes)
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
      let available = takes(line.row) ? rows[line.row].balances[.available] : 0
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

  /// The order that a hold becomes.
  private func order(of hold: UniqueID, _ record: HoldRecord, _ terms: OrderTerms, parts: [ClaimPart]) -> OrderRecord {
    var order = OrderRecord(
      home: record.home, created: applied.stamp, fingerprint: request.fingerprint, terms: terms,
      reference: String(decoding: record.reference, as: UTF8.self))
    order.hold = hold
    order.claimVersion = record.claimVersion
    order.isNameClaimed = parts.slot(of: terms.name) != nil
    for line in record.lines where line.granted > 0 {
      order.lines.append(
        OrderLine(item: line.item, location: line.location, ordered: line.granted, allocated: line.granted))
    }
    return order
  }

  /// Writes an order that is made of a hold.
  private mutating func make(
    _ order: OrderRecord, of hold: UniqueID, isReacquired: Bool, _ reader: any StateReader,
    _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) -> Answer {
    putClaimOwner(of: order, request.id, &changes)
    insertOrder(request.id, order, &changes)
    let start = outcomes.lines.count
    outcomes.append(order.lines)
    return .done(
      .confirmed(hold: hold, isReacquired: isReacquired),
      .confirmed(
        Confirmation(
          hold: hold, home: order.home, order: request.id, isReacquired: isReacquired,
          lines: start..<outcomes.lines.count)))
  }
}

extension [ClaimPart] {
  /// The slot that took a name, if one of these did.
  func slot(of name: OrderName?) -> SlotNumber? {
    guard let name, contains(where: { $0.slot == name.slot }) else { return nil }
    return name.slot
  }
}
