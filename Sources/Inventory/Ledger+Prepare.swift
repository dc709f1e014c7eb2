package import Basics

// The participant's first step: stock is held for a version of a hold or order whose home has yet to decide. Nothing but
// home's word ends it: no clock of this shard does.
extension Ledger {
  /// Carries out a preparation, whose lines are in `request`.
  mutating func prepareClaim(
    _ prepare: PrepareClaim, _ reader: any StateReader, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    var record = try readClaim(prepare.claim, reader) ?? ClaimRecord(home: prepare.home)
    if try isOfAnotherHome(prepare, record, reader) { return outcomes.refuse(request.id, .requestIDReused) }
    guard prepare.version > record.version else {
      return outcomes.append(request.id, .claimSettled(prepare.claim, version: record.version))
    }
    if let pending = record.pending {
      guard pending.version == prepare.version, pending.fingerprint == prepare.fingerprint else {
        return outcomes.append(request.id, .claimUnsettled(prepare.claim, version: pending.version))
      }
      return answer(prepare.claim, pending, isReplay: true, &outcomes)
    }
    if let refusal = validate(prepare) { return outcomes.refuse(request.id, refusal) }
    switch decidePart() {
    case .refused(let refusal): return outcomes.refuse(request.id, refusal)
    case .nothing(let shortage) where prepare.name.isEmpty:
      return answerNothing(prepare, shortage, &outcomes)
    case .granted, .nothing: break
    }
    if !prepare.name.isEmpty {
      if let refusal = try takeName(prepare, for: record, reader, &changes) {
        return outcomes.refuse(request.id, refusal)
      }
      record.name = prepare.name
    }
    request.home = record.home
    let pending = take(prepare)
    record.pending = pending
    putClaim(prepare.claim, record, &changes)
    pendingClaims.insert(
      PendingRow(claim: prepare.claim, home: record.home, version: pending.version, since: pending.since))
    answer(prepare.claim, pending, isReplay: false, &outcomes)
  }

  /// Whether the id is one under which another home has something here: a claim on the slot, or a hold or order of its own.
  /// Their versions cannot be compared.
  private func isOfAnotherHome(
    _ prepare: PrepareClaim, _ record: ClaimRecord, _ reader: any StateReader
  ) throws(StateReadError) -> Bool {
    if ClaimVersion.home(of: prepare.version) == nil { return false }
    if record.home != prepare.home { return true }
    return try claimHome(of: prepare.claim.id, reader).slot(in: holds).map { $0 != prepare.home } ?? false
  }

  private enum PartDecision {
    case granted
    case nothing(Shortage?)
    case refused(Refusal)
  }

  private mutating func decidePart() -> PartDecision {
    holdLines.removeAll(keepingCapacity: true)
    if request.lines.isEmpty { return .nothing(nil) }
    switch decide() {
    case nil: return .granted
    case .outOfStock(let shortage) where request.mode != .allOrNothing: return .nothing(shortage)
    case .some(let refusal): return .refused(refusal)
    }
  }

  private func validate(_ prepare: PrepareClaim) -> Refusal? {
    // What waits for stock waits in the order's own shard.
    guard !request.sourcing.takesBackorders else { return .malformed }
    if request.lines.isEmpty, !prepare.name.isEmpty { return nil }
    if let refusal = validateLines() { return refusal }
    for (index, line) in request.lines.enumerated() where skus[line.sku].slot != prepare.claim.slot {
      return .unknownSKU(line: index, sku: line.sku)
    }
    return nil
  }

  /// Moves what was decided, in `holdLines`, to held.
  private mutating func take(_ prepare: PrepareClaim) -> PendingClaim {
    var lines: [ClaimedLine] = []
    for line in holdLines {
      if line.granted > 0 {
        move(
          line.row, from: .available, to: .held, quantity: line.granted,
          origin: Origin(cause: .hold, request: request.id, causeID: prepare.claim.id))
      }
      lines.append(
        ClaimedLine(
          sku: line.sku, location: line.row == StockRows.none ? nil : rows[line.row].key.location, asked: line.asked,
          granted: line.granted))
    }
    return PendingClaim(
      version: prepare.version, fingerprint: prepare.fingerprint, token: token(of: prepare.claim), since: applied.stamp,
      lines: lines)
  }

  /// A number that no other preparation of this claim has: the digest is that of all that was applied before.
  private func token(of claim: ClaimKey) -> UInt64 {
    var hash = StableHash(seed: applied.digest)
    hash.combine(applied.index)
    hash.combine(StableHash.hash(claim.id, seed: UInt64(claim.slot.rawValue)))
    return max(hash.value, 1)
  }

  private func answer(
    _ claim: ClaimKey, _ pending: PendingClaim, isReplay: Bool, _ outcomes: inout OutcomeBuffer
  ) {
    let start = outcomes.lines.count
    for line in pending.lines {
      outcomes.append(.local(line.sku), location: line.location, asked: line.asked, granted: line.granted)
    }
    let grant = ClaimGrant(
      claim: claim, version: pending.version, fingerprint: pending.fingerprint, token: pending.token,
      lines: start..<outcomes.lines.count)
    outcomes.append(request.id, .claimPrepared(grant), isReplay: isReplay)
  }

  private func answerNothing(_ prepare: PrepareClaim, _ shortage: Shortage?, _ outcomes: inout OutcomeBuffer) {
    let start = outcomes.lines.count
    for line in holdLines { outcomes.append(.local(line.sku), location: nil, asked: line.asked, granted: 0) }
    let grant = ClaimGrant(
      claim: prepare.claim, version: prepare.version, fingerprint: prepare.fingerprint, token: 0,
      lines: start..<outcomes.lines.count, shortage: shortage)
    outcomes.append(request.id, .claimPrepared(grant))
  }

  mutating func putClaim(_ claim: ClaimKey, _ record: ClaimRecord, _ changes: inout StateChanges) {
    recentClaims.insert(claim.id)
    key.setClaim(claim)
    value.removeAll()
    record.encode(to: &value)
    putCold(&changes)
  }

  // MARK: What the inquirer asks

  package var pendingClaimCount: Int { pendingClaims.count }
  package var oldestPendingStamp: Stamp? { pendingClaims.oldest }

  /// Up to `limit` preparations from before a stamp that meet a condition, oldest first.
  package func pendingClaims(
    before stamp: Stamp, limit: Int, where isAsked: (ClaimKey) -> Bool = { _ in true }
  ) -> [PendingRow] {
    pendingClaims.rows(before: stamp, limit: limit, where: isAsked)
  }
}
