internal import Basics

// What a batch of slots has, taken out of this shard and into the parcel, in the order in which the target takes it in. An
// entry packs a bounded part of it: between two of them the slots are gone, so no command finds what is not packed yet, and
// neither time nor stock that comes changes it (see `isOnItsWay`).
extension Ledger {
  /// Holds over several slots that one entry has become ones over shards.
  static let holdsStraddledPerEntryMax = 512

  /// Whether what a slot has is being packed: nothing changes it.
  func isOnItsWay(_ slot: SlotNumber) -> Bool { leaving?.packing != nil && slots.isGone(slot) }

  mutating func pack(
    _ record: inout LeavingRecord, limit: Int, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    guard var batch = record.batch, var place = record.packing else { return }
    var (writer, left, isOver) = (ParcelWriter(), limit, false)
    while left > 0, !isOver {
      if let behind = try pack(place, &record, &left, reader, &writer, &changes) {
        place.behind = behind
      } else if let next = PackingStage(rawValue: place.stage.rawValue + 1) {
        place = PackingPlace(stage: next)
      } else {
        isOver = true
      }
    }
    for part in writer.finish(skus) {
      key.set(.parcel, UInt64(batch.partCount))
      value.removeAll()
      value.append(part)
      putCold(&changes)
      batch.partCount += 1
    }
    // Nothing is at the target at a revision at which it left here.
    batch.revision = applied.revision
    record.batch = batch
    record.packing = isOver ? nil : place
    leaving = record
    putLeaving(&changes)
  }

  /// Goes on with a stage; answers behind what it goes on the next time, or `nil` when nothing is left of it.
  private mutating func pack(
    _ place: PackingPlace, _ record: inout LeavingRecord, _ left: inout Int, _ reader: any StateReader,
    _ writer: inout ParcelWriter, _ changes: inout StateChanges
  ) throws(StateReadError) -> [UInt8]? {
    guard let batch = record.batch else { return nil }
    switch place.stage {
    case .news:
      packClosures(&writer)
      try packQueue(&record, reader, &writer, &changes)
      // Before the holds: the rows go by the homes of what they are about.
      try packOutbox(of: batch.slots, reader, &writer, &changes)
      return nil
    case .skus: return try packSKUs(of: batch, to: record.to, behind: place.behind, &left, reader, &writer, &changes)
    case .backorders: return packBackorders(of: batch.slots, behind: place.behind, &left, &writer, &changes)
    case .holds: return try packHolds(of: batch.slots, &left, reader, &writer, &changes)
    case .unpaidOrders: return packUnpaid(of: batch.slots, &left, &writer, &changes)
    case .names: return try packNames(of: batch.slots, behind: place.behind, &left, reader, &writer, &changes)
    case .claims: return try packClaims(of: batch.slots, behind: place.behind, &left, reader, &writer, &changes)
    case .rows: return removeRows(of: batch.slots, behind: place.behind, &left, &changes)
    }
  }

  /// Holds that touch a batch and other slots become ones over shards, or are closed when they are due, as many as an entry
  /// may; answers whether that is all of them.
  mutating func straddleHolds(
    of batch: ClosedRange<SlotNumber>, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Bool {
    lookAtAllHolds()
    for _ in 0..<Self.holdsStraddledPerEntryMax {
      guard let id = leavingHolds?.firstMixed(of: batch) else { return true }
      let hold = holds.find(id)
      if isDue(holds[hold]) {
        _ = try expire(hold, reader, &changes)
      } else {
        try straddle(hold: hold, reader, &changes)
      }
    }
    return leavingHolds?.firstMixed(of: batch) == nil
  }
}
