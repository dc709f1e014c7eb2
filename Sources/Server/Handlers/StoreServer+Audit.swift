internal import API
internal import Basics
internal import HTTP2
internal import Inventory
internal import Placement
internal import Replication

/// The journal, and the ledger's verification.
extension StoreServer {
  func listJournal(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ListJournalRequest.self, message)
    let tenant = try RequestFields.tenant(request.tenant)
    _ = try RequestFields.text(request.sku, "sku", 1...Limits.skuBytesMax)
    _ = try RequestFields.text(request.location, "location", 0...Limits.locationBytesMax)
    _ = try JournalPage(request)
    let shard = shard(tenant: tenant, sku: request.sku)
    try read(.auditListJournal, message, origin, from: shard, request.consistency)
  }

  func answerListJournal(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(ListJournalRequest.self, message.rawSpan)
    try checkRevision(request.consistency, shard)
    let page = try JournalPage(request)
    let sku = try findSKU(request.tenant, request.sku, in: shard)
    let location = try location(request.tenant, request.location)
    var response = ListJournalResponse()
    response.revision = revision(of: shard)
    let movements: [Movement]
    switch page.direction {
    case .backward(let positions):
      let found = try newestMovements(of: sku, at: location, from: positions, page.size, in: shard)
      movements = found.movements
      response.nextPageToken = JournalPage.token(found.next)
    case .forward(let start):
      let (found, next) = try self.movements(of: sku, at: location, from: start, page.size, in: shard)
      movements = found
      response.nextPageToken = next.map { "f\($0)" } ?? ""
    }
    for movement in movements { response.records.append(try record(movement, in: shard)) }
    answer(call.origin, response)
  }

  /// The newest movements of all rows of a SKU, merged.
  private func newestMovements(
    of sku: SKUNumber, at location: LocationNumber?, from positions: [JournalPosition]?, _ count: Int,
    in shard: ShardID
  ) throws(CallFailure) -> NewestMovements {
    let found = try reading { () throws(StateReadError) in
      try store.newestMovements(of: sku, at: location, from: positions, limit: count, in: shard)
    }
    guard let found else { throw .invalidPageToken }
    return found
  }

  /// How many movements a page looks at, oldest first: what keeps it to a millisecond or two of the Store's thread.
  private static let movementsLookedAtMax = 1_000

  /// Movements of a SKU from a sequence on, and where to go on. The journal is read in order and what is of other SKUs is
  /// left out, so a page may be short or even empty and still have a next one.
  private func movements(
    of sku: SKUNumber, at location: LocationNumber?, from start: UInt64, _ count: Int, in shard: ShardID
  ) throws(CallFailure) -> ([Movement], next: UInt64?) {
    let all = try reading { () throws(StateReadError) in
      try store.journal(from: max(1, start), limit: Self.movementsLookedAtMax, in: shard)
    }
    var found: [Movement] = []
    for movement in all where movement.stock.sku == sku && (location == nil || movement.stock.location == location) {
      if found.count == count { return (found, movement.sequence) }
      found.append(movement)
    }
    guard all.count >= Self.movementsLookedAtMax, let last = all.last else { return (found, nil) }
    return (found, last.sequence + 1)
  }

  private func record(_ movement: Movement, in shard: ShardID) throws(CallFailure) -> JournalRecord {
    let sku = movement.stock.sku
    return JournalRecord(
      movement, tenant: store.tenant(of: sku, in: shard) ?? "", sku: store.text(of: sku, in: shard),
      location: locationText(movement.stock.location))
  }
}
