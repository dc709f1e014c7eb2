internal import Basics

/// A line of an order, with what it has and what it is to have.
struct RetargetedLine: Sendable {
  var item: LineItem
  var location: LocationNumber
  var before: Portion
  var after: Portion
}

/// Moves the lines of an order to what they are to have: those of this shard in this entry, those of other slots by the
/// outbox. The one way in which an order's stock changes.
struct Retarget: Sendable {
  /// Of the hold that the order was made of, or of the order.
  var claim: UniqueID
  /// The version before.
  var version: UInt64
  /// The version that is being decided; 0 for none.
  var decided: UInt64
  /// All lines that have or are to have anything.
  var lines: [RetargetedLine]
  /// What was prepared for more than before.
  var parts: [ClaimPart] = []
  var cause: Cause
  var causeID: UniqueID
  /// Somebody asks for it; time does not.
  var isRequested = true
  /// Nothing follows: the claims are forgotten.
  var isOver = false
  var nameSlot: SlotNumber?
}

extension Ledger {
  /// What came of it.
  enum Retargeted {
    /// With the version that was told, the one before if there was nothing to tell.
    case done(version: UInt64)
    /// Nothing happened: a line of this shard is to have more than there is. `line` is that in ``Retarget/lines``.
    case short(Shortage)
  }

  mutating func retarget(
    _ retarget: Retarget, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Retargeted {
    if let shortage = shortage(of: retarget.lines) { return .short(shortage) }
    // What nobody asked for names the order's home all the same, by which its id is known.
    let origin = Origin(
      cause: retarget.cause, request: retarget.isRequested ? request.id : nil, causeID: retarget.causeID,
      home: request.home)
    for line in retarget.lines {
      guard let sku = line.item.localSKU else { continue }
      carryOut(line, findRow(sku, line.location), origin)
    }
    let slots = slotsToTell(retarget)
    if slots.isEmpty { return .done(version: retarget.version) }
    let targets = retarget.lines.compactMap { line in
      line.item.remote.map { RemoteTarget(item: $0, location: line.location, portion: line.after) }
    }
    let telling = Telling(
      id: retarget.claim,
      version: ClaimVersion.next(
        after: retarget.version, home: request.home, decided: retarget.decided), cause: retarget.cause,
      isOver: retarget.isOver,
      nameSlot: retarget.nameSlot)
    try tell(telling, slots, targets, parts: retarget.parts, reader, &changes)
    return .done(version: telling.version)
  }

  /// The slots for which something changes, ascending: every one when it is over.
  private func slotsToTell(_ retarget: Retarget) -> [SlotNumber] {
    var slots = retarget.parts.map(\.slot)
    for line in retarget.lines {
      guard let item = line.item.remote, retarget.isOver || line.before != line.after else { continue }
      slots.append(item.slot)
    }
    if retarget.isOver, let slot = retarget.nameSlot { slots.append(slot) }
    if isMutated(.forgetsOrderOutbox) { slots = Array(slots.distinct().dropLast()) }
    return slots.distinct()
  }

  /// The first line of this shard that cannot have what it is to have, with those before it.
  private mutating func shortage(of lines: [RetargetedLine]) -> Shortage? {
    var taken = SortedMap<StockKey, Int64>()
    for (index, line) in lines.enumerated() {
      guard let sku = line.item.localSKU else { continue }
      let more = line.after.total - line.before.total
      let row = findRow(sku, line.location)
      if row != StockRows.none { drain(row) }
      guard more > 0 else { continue }
      let stock = StockKey(sku: sku, location: line.location)
      let available = (row == StockRows.none ? 0 : rows[row].balances[.available]) - (taken[stock] ?? 0)
      if available < more {
        return Shortage(line: index, sku: sku, location: line.location, asked: more, available: available)
      }
      taken.update(stock, default: 0) { $0 += more }
    }
    return nil
  }

  /// Moves a line of this shard. Held is not changed here: what a hold of this shard holds is counted by its expiry.
  private mutating func carryOut(_ line: RetargetedLine, _ row: Int32, _ origin: Origin) {
    guard line.before != line.after else { return }
    invariant(row != StockRows.none, "an order has stock of a row that is not there")
    let shipped = line.after.shipped - line.before.shipped
    let allocated = line.after.allocated + shipped - line.before.allocated
    invariant(
      shipped >= 0 && line.before.held == line.after.held, "a line of an order gets back what was shipped, or holds")
    transfer(row, from: .available, to: .allocated, allocated, origin)
    transfer(row, from: .allocated, to: .customer, shipped, origin)
    transfer(row, from: .allocated, to: .available, -allocated, origin)
  }
}

extension Portion {
  var total: Int64 { held + allocated + shipped }
}
