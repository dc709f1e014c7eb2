internal import Basics

// The commit point of a reservation over several slots: one entry at home writes the hold and what the other slots are to
// be told. Until then nothing is written here, so there is nothing to undo.
extension Ledger {
  /// Carries out a decision, whose reservation is in `request`.
  mutating func decideHold(
    _ decide: DecideHold, _ reader: any StateReader, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    request.fingerprint = reserveFingerprint(remote: decide.remote)
    var spent: UInt64 = 0
    switch try use(of: request.id, reader) {
    case .fresh: break
    case .settled(.tombstone(let tombstone)): spent = tombstone.claimVersion
    case .refused(let refusal): return try reject(decide, refusal, reader, &changes, &outcomes)
    case .live(let hold):
      try replay(live: hold, reader, &outcomes)
      return try spend(decide.parts, of: request.id, decide.version, home: decide.home, reader, &changes)
    case .settled(.closedHold(let closed)):
      replay(closed, &outcomes)
      return try spend(decide.parts, of: request.id, decide.version, home: decide.home, reader, &changes)
    case .settled(.request): return try reject(decide, .requestIDReused, reader, &changes, &outcomes)
    }
    guard ClaimVersion.follows(decide.version, spent, of: decide.home) else {
      let claim = ClaimKey(id: request.id, slot: decide.home)
      return outcomes.append(request.id, .claimUnsettled(claim, version: spent))
    }
    if let refusal = validate(decide) ?? decideOwnLines(decide) ?? tooManyParts(decide) {
      return try reject(decide, refusal, reader, &changes, &outcomes)
    }
    if try isClaimedByOtherHome(request.id, than: decide.home, reader) {
      return try reject(decide, .requestIDReused, reader, &changes, &outcomes)
    }
    try hold(decide, reader, &changes, &outcomes)
  }

  /// Each shard keeps to the limit for its own lines; this is for what they come to together.
  private func tooManyParts(_ decide: DecideHold) -> Refusal? {
    let count = decide.remote.reduce(holdLines.count) { $0 + max(1, $1.grants.count) }
    return count <= Rules.linePartsMax ? nil : .tooManyLines(request.id)
  }

  /// Refuses, and spends the version in the same entry: what the others prepared is given back at once.
  private mutating func reject(
    _ decide: DecideHold, _ refusal: Refusal, _ reader: any StateReader, _ changes: inout StateChanges,
    _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    if refusal == .malformed { applied.alarms += 1 }
    outcomes.refuse(request.id, refusal)
    try spend(decide.parts, of: request.id, decide.version, home: decide.home, reader, &changes)
  }

  /// Whether the parts are what the lines need: the leader that proposes this has seen to it.
  private func validate(_ decide: DecideHold) -> Refusal? {
    guard !request.lines.isEmpty, request.lines.count <= Rules.linesMax else {
      return .invalidLineCount(request.lines.count)
    }
    if let refusal = validate(timeToLive: request.timeToLiveMilliseconds) { return refusal }
    var next = 0
    for (index, line) in request.lines.enumerated() {
      guard line.sku.rawValue == 0 else {
        if let refusal = validate(line, index) { return refusal }
        continue
      }
      let remote = decide.remote[next]
      next += 1
      let granted = remote.grants.reduce(0) { $0 + $1.granted }
      guard line.quantity > 0, line.quantity <= Rules.quantityMax, granted <= line.quantity else {
        return .invalidQuantity(line: index, quantity: line.quantity)
      }
      let isPrepared = granted == 0 || decide.parts.contains { $0.slot == remote.item.slot && $0.token != 0 }
      guard isPrepared, request.mode != .allOrNothing || granted == line.quantity,
        remote.grants.allSatisfy({ $0.granted > 0 })
      else { return .malformed }
    }
    return nil
  }

  /// Decides the lines that are of this shard, into `holdLines`; they are all of `request.lines` afterwards.
  private mutating func decideOwnLines(_ decide: DecideHold) -> Refusal? {
    holdLines.removeAll(keepingCapacity: true)
    let all = request.lines
    let own = all.indices.filter { all[$0].sku.rawValue != 0 }
    let isAnyGranted = decide.remote.contains { !$0.grants.isEmpty }
    var refusal: Refusal?
    if !own.isEmpty {
      request.lines = own.map { all[$0] }
      refusal = self.decide()
      request.lines = all
    }
    switch refusal {
    case .outOfStock(var shortage):
      if isAnyGranted, request.mode != .allOrNothing { return nil }
      shortage.line = own[shortage.line]
      return .outOfStock(shortage)
    case .some(let refusal): return refusal
    case nil: return own.isEmpty && !isAnyGranted ? .malformed : nil
    }
  }

  /// Makes the hold.
  private mutating func hold(
    _ decide: DecideHold, _ reader: any StateReader, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    let bucket = Rules.expiryBucket(at: applied.stamp, timeToLive: request.timeToLiveMilliseconds)
    request.home = decide.home
    holdOwnLines(bucket: bucket)
    var record = HoldRecord(
      fingerprint: request.fingerprint, created: applied.stamp.milliseconds, bucket: bucket, mode: request.mode,
      home: decide.home, claimVersion: decide.version, lines: recordLines(decide), reference: request.reference)
    let hold = holds.insert(
      LiveHold(
        id: request.id, fingerprint: request.fingerprint, created: record.created, bucket: bucket,
        firstLine: holdLines.first ?? .none, lineCount: UInt16(holdLines.count), mode: request.mode, home: record.home,
        hasClaims: true), lines: holdLines, reference: request.reference)
    holds.link(hold)
    noteHold(hold)
    applied.liveHolds += 1
    putLive(request.id, &record, &changes)
    var slots = decide.parts.map(\.slot).distinct()
    if isMutated(.forgetsOutbox) { slots = Array(slots.dropLast()) }
    try tell(
      Telling(id: request.id, version: decide.version, cause: .hold), slots, record.remoteTargets, parts: decide.parts,
      reader, &changes)
    grant(request.id, record, .active, isReplay: false, &outcomes)
  }

  /// The lines of the hold, in the order of the request.
  private func recordLines(_ decide: DecideHold) -> [HoldRecordLine] {
    var lines: [HoldRecordLine] = []
    var (nextOwn, nextRemote) = (0, 0)
    for line in request.lines {
      guard line.sku.rawValue == 0 else {
        // The parts of a line behind its first one ask for nothing.
        repeat {
          let own = holdLines[nextOwn]
          lines.append(
            HoldRecordLine(
              item: .local(own.sku), location: own.row == StockRows.none ? nil : rows[own.row].key.location,
              asked: own.asked, granted: own.granted))
          nextOwn += 1
        } while nextOwn < holdLines.count && holdLines[nextOwn].asked == 0
        continue
      }
      let remote = decide.remote[nextRemote]
      nextRemote += 1
      if remote.grants.isEmpty {
        lines.append(HoldRecordLine(item: .remote(remote.item), location: nil, asked: line.quantity, granted: 0))
      }
      for (part, grant) in remote.grants.enumerated() {
        lines.append(
          HoldRecordLine(
            item: .remote(remote.item), location: grant.location, asked: part == 0 ? line.quantity : 0,
            granted: grant.granted))
      }
    }
    return lines
  }
}
