internal import Basics

extension Ledger {
  /// Carries out the reservation in `request`.
  mutating func reserve(
    _ reader: any StateReader, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    var spentVersion: UInt64 = 0
    switch try use(of: request.id, reader) {
    case .fresh: break
    case .settled(.tombstone(let tombstone)): spentVersion = tombstone.claimVersion
    case .refused(let refusal): return outcomes.refuse(request.id, refusal)
    case .live(let hold): return try replay(live: hold, reader, &outcomes)
    case .settled(.closedHold(let closed)): return replay(closed, &outcomes)
    case .settled(.request): return outcomes.refuse(request.id, .requestIDReused)
    }
    if let refusal = validateReserve() { return outcomes.refuse(request.id, refusal) }
    if let refusal = decide() {
      if let shortage = decision.shortage { skus[shortage.sku].wasShort = true }
      outcomes.refuse(request.id, refusal)
      return outcomes.explain(decision.refusals)
    }
    if skus[request.lines[0].sku].wasShort { skus[request.lines[0].sku].wasShort = false }
    let bucket = Rules.expiryBucket(at: applied.stamp, timeToLive: request.timeToLiveMilliseconds)
    request.home = lowestSlot()
    if try isClaimedByOtherHome(request.id, than: request.home, reader) {
      return outcomes.refuse(request.id, .requestIDReused)
    }
    holdOwnLines(bucket: bucket)
    let hold = holds.insert(
      LiveHold(
        id: request.id, fingerprint: request.fingerprint, created: applied.stamp.milliseconds, bucket: bucket,
        firstLine: holdLines[0], lineCount: UInt16(holdLines.count), mode: request.mode, home: request.home),
      lines: holdLines, reference: request.reference)
    holds.link(hold)
    noteHold(hold)
    applied.liveHolds += 1
    if spentVersion == 0 {
      putLive(holds[hold], reference: request.reference, &changes)
    } else {
      var record = try record(of: hold, reader)
      record.claimVersion = spentVersion
      putLive(request.id, &record, &changes)
      holds.setHasClaims(hold)
    }
    grant(holds[hold], .active, isReplay: false, &outcomes)
    outcomes.explain(decision.refusals)
  }

  /// Moves what was decided, in `holdLines`, to held.
  mutating func holdOwnLines(bucket: Int64) {
    for index in holdLines.indices where holdLines[index].granted > 0 {
      let line = holdLines[index]
      move(
        line.row, from: .available, to: .held, quantity: line.granted,
        origin: Origin(cause: .hold, request: request.id))
      holdLines[index].expiry = rows.addExpiry(line.row, bucket: bucket, quantity: line.granted)
    }
  }

  /// The lowest slot of the lines in `request`: the home of what is made of them.
  private func lowestSlot() -> SlotNumber {
    var slot = skus[request.lines[0].sku].slot
    for index in request.lines.indices.dropFirst() { slot = min(slot, skus[request.lines[index].sku].slot) }
    return slot
  }

  private func validateReserve() -> Refusal? {
    guard !request.lines.isEmpty, request.lines.count <= Rules.linesMax else {
      return .invalidLineCount(request.lines.count)
    }
    guard !request.sourcing.takesBackorders else { return .malformed }
    return validate(timeToLive: request.timeToLiveMilliseconds) ?? validateLines()
  }

  /// Looks at the lines in `request`, all of which are to be of this shard.
  func validateLines() -> Refusal? {
    guard !request.lines.isEmpty, request.lines.count <= Rules.linesMax else {
      return .invalidLineCount(request.lines.count)
    }
    for (index, line) in request.lines.enumerated() {
      if let refusal = validate(line, index) { return refusal }
    }
    return nil
  }

  func validate(_ line: ReserveLine, _ index: Int) -> Refusal? {
    guard skus.contains(line.sku) else { return .unknownSKU(line: index, sku: line.sku) }
    guard line.quantity > 0, line.quantity <= Rules.quantityMax else {
      return .invalidQuantity(line: index, quantity: line.quantity)
    }
    guard request.mode != .upTo || (line.minimum > 0 && line.minimum <= line.quantity) else {
      return .invalidMinimum(line: index, minimum: line.minimum)
    }
    guard line.location != nil || !request.ranked.isEmpty else { return .noLocation(line: index) }
    let lot = skus[line.sku].lot
    if lot > 1, request.mode != .upTo, line.quantity % lot != 0 {
      return .notAMultiple(line: index, sku: line.sku, lot: lot, asked: line.quantity)
    }
    guard !closures.isEmpty, let location = line.location, let closure = closures[location] else { return nil }
    return .locationClosed(line: index, location: location, closure: closure)
  }

  func validate(timeToLive milliseconds: Int64) -> Refusal? {
    let range = Rules.timeToLiveMillisecondsMin...Rules.timeToLiveMillisecondsMax
    return range.contains(milliseconds) ? nil : .invalidTimeToLive(milliseconds: milliseconds)
  }

  /// Decides every line against running balances, and fills `holdLines`; `available` is as it was afterwards. A line
  /// that comes from several locations has a hold line for each, of which the further ones have 0 asked.
  mutating func decide() -> Refusal? {
    decision.begin()
    holdLines.removeAll(keepingCapacity: true)
    if request.sourcing.isJoint {
      decideJointly()
    } else {
      for index in request.lines.indices {
        decideLine(index)
        if decision.shortage != nil, request.mode == .allOrNothing { break }
      }
    }
    var isAnyGiven = !decision.backordered.isEmpty
    for part in decision.backordered { skus[holdLines[part.holdLine].sku].backordered -= part.quantity }
    for line in holdLines where line.granted > 0 {
      rows[line.row].balances[.available] += line.granted
      isAnyGiven = true
    }
    if let refusal = decision.refusal { return refusal }
    guard let shortage = decision.shortage, request.mode == .allOrNothing || !isAnyGiven else { return nil }
    return .outOfStock(shortage)
  }

  /// Writes a live hold that is all in memory, whose lines are in `holdLines`. It is given the next arming.
  mutating func putLive(_ hold: LiveHold, reference: [UInt8], _ changes: inout StateChanges) {
    key.set(.liveHold, hold.id)
    value.removeAll()
    value.uint8(recordVersion)
    encodeBody(hold, arming: applied.nextArming, reference: reference)
    applied.nextArming += 1
    put(&changes)
  }

  /// Appends the body of a hold that is all in memory to `value`, as ``HoldRecord`` does, without making one.
  mutating func encodeBody(_ hold: LiveHold, arming: UInt64, reference: [UInt8]) {
    let byteCountMax = 11 + BytePen.varintMax * (6 + 4 * holdLines.count) + reference.count
    value.write(atMost: byteCountMax) { pen in
      pen.store(hold.fingerprint)
      pen.varint(UInt64(hold.created))
      pen.varint(UInt64(hold.bucket))
      pen.varint(arming)
      pen.uint8(hold.mode.rawValue)
      pen.store(hold.home.rawValue)
      pen.varint(0)
      pen.varint(UInt64(holdLines.count))
      for line in holdLines {
        pen.varint(UInt64(line.sku.rawValue))
        pen.varint(line.row == StockRows.none ? 0 : UInt64(rows[line.row].key.location.rawValue) + 1)
        pen.varint(UInt64(line.asked))
        pen.varint(UInt64(line.granted))
      }
      pen.prefixed(reference.rawSpan)
    }
  }

  /// Answers with a hold, whose lines are in `holdLines`.
  private func grant(_ hold: LiveHold, _ state: HoldState, isReplay: Bool, _ outcomes: inout OutcomeBuffer) {
    let start = outcomes.lines.count
    for line in holdLines {
      outcomes.lines.append(
        GrantedLine(
          sku: line.sku, location: line.row == StockRows.none ? nil : rows[line.row].key.location, asked: line.asked,
          granted: line.granted))
    }
    let grant = HoldGrant(
      hold: hold.id, home: hold.home, state: state, expiry: Rules.expiry(ofBucket: hold.bucket),
      lines: start..<outcomes.lines.count)
    outcomes.append(hold.id, .reserved(grant), isReplay: isReplay)
  }

  /// Answers with a hold of which the whole record is at hand.
  func grant(
    _ id: UniqueID, _ record: HoldRecord, _ state: HoldState, isReplay: Bool, _ outcomes: inout OutcomeBuffer
  ) {
    let start = outcomes.lines.count
    for line in record.lines {
      outcomes.append(line.item, location: line.location, asked: line.asked, granted: line.granted)
    }
    let grant = HoldGrant(
      hold: id, home: record.home, state: state, expiry: Rules.expiry(ofBucket: record.bucket),
      lines: start..<outcomes.lines.count)
    outcomes.append(id, .reserved(grant), isReplay: isReplay)
  }

  mutating func replay(
    live hold: Int32, _ reader: any StateReader, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    let live = holds[hold]
    guard live.fingerprint == request.fingerprint else { return outcomes.refuse(request.id, .requestIDReused) }
    let state: HoldState = isDue(live) ? .expired : .active
    if live.hasClaims { return grant(live.id, try readLive(hold, reader), state, isReplay: true, &outcomes) }
    holds.copyLines(hold, into: &holdLines)
    grant(live, state, isReplay: true, &outcomes)
  }

  func replay(_ closed: ClosedHold, _ outcomes: inout OutcomeBuffer) {
    guard closed.hold.fingerprint == request.fingerprint else {
      return outcomes.refuse(request.id, .requestIDReused)
    }
    grant(request.id, closed.hold, closed.state, isReplay: true, &outcomes)
  }
}
