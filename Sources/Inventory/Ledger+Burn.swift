internal import Basics

// A version that is not to be decided any more is spent: a decision under it that comes too late is none, and the slots
// that prepared for it are told what they are to have instead.
extension Ledger {
  mutating func burnClaim(
    _ burn: BurnClaim, _ reader: any StateReader, _ changes: inout StateChanges, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    let version = try spend(burn, reader, &changes)
    outcomes.append(burn.id, .burned(burn.id, version: version))
  }

  /// Spends a version, if it is not spent yet, and makes sure that each slot will be told; answers the version of the id.
  ///
  /// What is told is always the present: where a decided version is at or above the one to be spent, and the slot has
  /// acknowledged it, then what is prepared there came too late and is not part of anything.
  mutating func spend(
    _ burn: BurnClaim, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> UInt64 {
    let home = try claimHome(of: burn.id, reader)
    var version = try version(of: home, reader)
    // What is known of the id may be another home's of this shard, which has nothing to do with the claims in question.
    let isOfAnother =
      ClaimVersion.home(of: burn.version) != nil && home.slot(in: holds).map { $0 != burn.home } ?? false
    if version < burn.version {
      version = burn.version
      if !isOfAnother { try raise(home, burn, reader, &changes) }
    }
    let told = ClaimVersion.version(isOfAnother ? burn.version : version, of: burn.home)
    let slots = burn.slots.distinct().filter { slot in
      guard let row = outbox.row(ClaimKey(id: burn.id, slot: slot)) else { return true }
      return !isOfAnother && row.version != told
    }
    let present = try present(isOfAnother ? .undecided(nil, isFree: false) : home, burn.id, told, reader)
    try tell(present.telling, slots, present.targets, reader, &changes)
    return version
  }

  /// Spends the version of a decision that decides nothing, so that what was prepared for it is given back at once.
  mutating func spendParts(
    of command: Command, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    switch command {
    case .decideOrder(_, let decide):
      try spend(decide.parts, of: request.id, decide.version, home: decide.create.home, reader, &changes)
    case .decideAmend(_, let decide):
      let id = decide.amend.target.order
      guard let order = try readOrder(id, reader) else { return }
      try spend(decide.parts, of: order.claim(of: id), decide.version, home: order.home, reader, &changes)
    case .decideConfirm(_, let decide):
      try spend(decide.parts, of: decide.hold, decide.version, home: decide.home, reader, &changes)
    case .decideMove(_, let decide):
      let owner = decide.move.owner
      let claim = try readOrder(owner, reader)?.claim(of: owner) ?? owner
      try spend(decide.parts, of: claim, decide.version, home: decide.home, reader, &changes)
    case .putSKU, .receive, .adjust, .move, .reserve, .extendHold, .releaseHold, .confirmHold, .setCount,
      .moveAllocation, .setLocations, .tick, .sweepRequests, .prepareClaim, .settleClaim, .decideHold, .burnClaim,
      .ackOutbox, .createOrder, .changeOrder, .amendOrder, .slots:
      break
    }
  }

  /// Spends a version of an id, if anything was prepared for it.
  mutating func spend(
    _ parts: [ClaimPart], of id: UniqueID, _ version: UInt64, home: SlotNumber, _ reader: any StateReader,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    // Of a home that has gone the shard where it is now decides: what was prepared asks there in its time.
    if parts.isEmpty || slots.isGone(home) { return }
    _ = try spend(BurnClaim(id: id, version: version, home: home, slots: parts.map(\.slot)), reader, &changes)
  }

  /// Writes a higher version to what home knows of an id.
  private mutating func raise(
    _ home: ClaimHome, _ burn: BurnClaim, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    switch home {
    case .undecided(_, let isFree):
      // The id of another request needs none: nothing can be decided under it.
      guard isFree, !isMutated(.leavesNoTombstone) else { return }
      let tombstone = Tombstone(settled: applied.stamp, home: burn.home, claimVersion: burn.version)
      settle(burn.id, .tombstone(tombstone), &changes)
    case .live(let hold):
      var record = try record(of: hold, reader)
      record.claimVersion = burn.version
      putLive(burn.id, &record, &changes)
      holds.rearm(hold, bucket: holds[hold].bucket)
      holds.setHasClaims(hold)
    case .closed(var closed):
      closed.hold.claimVersion = burn.version
      closed.settled = applied.stamp
      settle(burn.id, .closedHold(closed), &changes)
    case .order(let id, var order):
      // Its claims go by its hold's id, and the hold is forgotten one day.
      if order.claimVersion == 0, let hold = order.hold { putClaimOwner(hold, id, &changes) }
      order.claimVersion = burn.version
      putOrder(id, order, &changes)
    }
  }

  /// The whole of a live hold, whether it is all in memory or not.
  func record(of hold: Int32, _ reader: any StateReader) throws(StateReadError) -> HoldRecord {
    if holds[hold].hasClaims { return try readLive(hold, reader) }
    let live = holds[hold]
    var (lines, reference): ([HoldLine], [UInt8]) = ([], [])
    holds.copyLines(hold, into: &lines)
    holds.copyReference(hold, into: &reference)
    return HoldRecord(
      fingerprint: live.fingerprint, created: live.created, bucket: live.bucket, mode: live.mode, home: live.home,
      lines: lines.map { line in
        HoldRecordLine(
          item: .local(line.sku), location: line.row == StockRows.none ? nil : rows[line.row].key.location,
          asked: line.asked, granted: line.granted)
      }, reference: reference)
  }

  /// What the slots are to have of an id, as home has it now.
  private func present(
    _ home: ClaimHome, _ id: UniqueID, _ version: UInt64, _ reader: any StateReader
  ) throws(StateReadError) -> (telling: Telling, targets: [RemoteTarget]) {
    var telling = Telling(id: id, version: version, cause: .rejection)
    switch home {
    case .undecided, .closed:
      telling.isOver = true
      return (telling, [])
    case .live(let hold): return (telling, try record(of: hold, reader).remoteTargets)
    case .order(_, let order):
      telling.isOver = order.isOver
      telling.nameSlot = order.nameSlot
      return (telling, order.remoteTargets)
    }
  }
}

extension HoldRecord {
  /// What the slots of its other lines are to hold.
  var remoteTargets: [RemoteTarget] {
    lines.compactMap { line in
      guard let item = line.item.remote, let location = line.location, line.granted > 0 else { return nil }
      return RemoteTarget(item: item, location: location, portion: Portion(held: line.granted))
    }
  }

  var hasRemoteLines: Bool { lines.contains { $0.item.remote != nil && $0.granted > 0 } }

  /// The slots of its other lines of which something is held, ascending.
  var remoteSlots: [SlotNumber] { remoteTargets.map(\.item.slot).distinct() }
}
