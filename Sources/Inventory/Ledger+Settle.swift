internal import Basics

// The participant's other step: a claim becomes what home decided.
extension Ledger {
  /// What a stock row of a claim has, and what it is to have.
  private struct Change {
    var stock: StockKey
    var have: Portion
    var target: Portion

    /// Whether there is enough for the target, and nothing comes back from the customer.
    var isCovered: Bool {
      target.shipped >= have.shipped && target.held <= have.held
        && target.held + target.allocated + target.shipped <= have.held + have.allocated + have.shipped
    }
  }

  /// Carries out what home decided, if it is news. Repeated and old settlements are acknowledged and do nothing.
  mutating func settleClaim(
    _ settle: SettleClaim, _ reader: any StateReader, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    let done = Outcome.Result.claimSettled(settle.claim, version: settle.version)
    guard var record = try readClaim(settle.claim, reader), record.isTold(by: settle.version),
      settle.version > record.version
    else {
      return outcomes.append(settle.claim.id, done)
    }
    var (settled, strays): (PendingClaim?, PendingClaim?) = (nil, nil)
    if let pending = record.pending, pending.version <= settle.version {
      // A preparation with another token came after the one that was decided had been settled and forgotten.
      if pending.token == settle.token { settled = pending } else { strays = pending }
    }
    // A claim begins with a preparation, and its settlement names it. Another one speaks of a claim that was forgotten. A
    // copy from before that says nothing about what is prepared now, of which home will be asked. But one that is not below
    // its version says that all was over before this was prepared: it is given back, and what was shipped stays forgotten.
    var targets = settle.lines
    if record.version == 0, settled == nil, !targets.isEmpty {
      guard strays != nil, settle.isOver else { return outcomes.append(settle.claim.id, done) }
      targets = []
    }
    let wanted = plan(record.lines, settled, targets)
    // A claim that is forgotten has nothing left but what was shipped.
    let isKept = settle.isOver && settle.lines.contains { $0.portion.held + $0.portion.allocated > 0 }
    guard wanted.allSatisfy(\.isCovered), !isKept else {
      applied.alarms += 1
      return outcomes.refuse(settle.claim.id, .claimOverdrawn(settle.claim))
    }
    let origin = Origin(cause: settle.cause, request: nil, causeID: settle.claim.id, home: record.home)
    for change in wanted { carryOut(change, origin) }
    if let strays { giveBack(strays, settle.claim, record.home) }
    if let ended = settled ?? strays {
      countPhantoms(ended, strays == nil ? wanted : [])
      pendingClaims.remove(settle.claim, since: ended.since)
      record.pending = nil
    }
    record.version = settle.version
    record.lines = targets.filter { !$0.portion.isZero }
    if !record.name.isEmpty, !record.keepsName, record.pending == nil {
      try settleName(settle, isDecided: settled != nil, &record, reader, &changes)
    }
    write(settle, record, &changes)
    outcomes.append(settle.claim.id, done)
  }

  /// The name that a preparation took is kept if home decided with that very preparation: what home says of the name that it
  /// has is not about one that came too late.
  private mutating func settleName(
    _ settle: SettleClaim, isDecided: Bool, _ record: inout ClaimRecord, _ reader: any StateReader,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    record.keepsName = settle.keepsName && isDecided
    if record.keepsName { return try keepName(record.name, settle.claim, reader, &changes) }
    try dropName(record.name, settle.claim, reader, &changes)
    record.name = []
  }

  /// A claim that has nothing left to remember is forgotten. What was shipped is remembered until it is over, because the
  /// next target counts from it.
  private mutating func write(_ settle: SettleClaim, _ record: ClaimRecord, _ changes: inout StateChanges) {
    let isEmpty = record.lines.isEmpty && !record.keepsName
    guard record.pending == nil, settle.isOver || isEmpty else {
      return putClaim(settle.claim, record, &changes)
    }
    key.setClaim(settle.claim)
    deleteCold(&changes)
  }

  /// Both sides of every stock row that is in what the claim has or is to have, ascending.
  private func plan(
    _ lines: [SettleClaim.Line], _ pending: PendingClaim?, _ targets: [SettleClaim.Line]
  ) -> [Change] {
    var changes = SortedMap<StockKey, Change>()
    func edit(_ stock: StockKey, _ body: (inout Change) -> Void) {
      changes.update(stock, default: Change(stock: stock, have: Portion(), target: Portion()), body)
    }
    for line in lines { edit(line.stock) { $0.have = line.portion } }
    for line in pending?.lines ?? [] {
      if let location = line.location {
        edit(StockKey(sku: line.sku, location: location)) { $0.have.held += line.granted }
      }
    }
    for line in targets { edit(line.stock) { $0.target = line.portion } }
    var all: [Change] = []
    changes.forEach { _, change in
      all.append(change)
      return true
    }
    return all
  }

  /// Moves a row's part of a claim to where it is to be: what goes to the customer was allocated, what is allocated was
  /// held, and what is left of either is available again.
  private mutating func carryOut(_ change: Change, _ origin: Origin) {
    let (have, target) = (change.have, change.target)
    guard have != target else { return }
    let row = findRow(change.stock.sku, change.stock.location)
    invariant(row != StockRows.none, "a claim has stock of a row that is not there: \(change.stock)")
    drain(row)
    let shipped = target.shipped - have.shipped
    let allocated = max(0, target.allocated + shipped - have.allocated)
    transfer(row, from: .held, to: .allocated, allocated, origin)
    transfer(row, from: .allocated, to: .customer, shipped, origin)
    transfer(row, from: .allocated, to: .available, have.allocated + allocated - shipped - target.allocated, origin)
    transfer(row, from: .held, to: .available, have.held - allocated - target.held, origin)
  }

  /// A movement, unless it moves nothing.
  mutating func transfer(_ row: Int32, from: Account, to: Account, _ quantity: Int64, _ origin: Origin) {
    if quantity > 0 { move(row, from: from, to: to, quantity: quantity, origin: origin) }
  }

  private mutating func giveBack(_ pending: PendingClaim, _ claim: ClaimKey, _ home: SlotNumber) {
    for line in pending.lines where line.granted > 0 {
      guard let location = line.location else { continue }
      let row = findRow(line.sku, location)
      drain(row)
      move(
        row, from: .held, to: .available, quantity: line.granted,
        origin: Origin(cause: .rejection, request: nil, causeID: claim.id, home: home))
    }
  }

  /// Counts what was held for a version and came to nothing.
  private mutating func countPhantoms(_ pending: PendingClaim, _ changes: [Change]) {
    var units = pending.lines.reduce(0) { $0 + $1.granted }
    for change in changes {
      let used = change.target.held + change.target.allocated + change.target.shipped
      let before = change.have.held + change.have.allocated + change.have.shipped
      let asked = pending.lines.reduce(0) { sum, line in
        sum + (line.sku == change.stock.sku && line.location == change.stock.location ? line.granted : 0)
      }
      units -= max(0, min(asked, used - (before - asked)))
    }
    guard units > 0 else { return }
    phantomShortage.add(units: units, milliseconds: applied.stamp.milliseconds - pending.since.milliseconds)
  }
}
