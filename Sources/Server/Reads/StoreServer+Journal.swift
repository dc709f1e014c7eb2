internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The journal: by SKU in that SKU's shard, by anything else in all shards, one after the other.
extension StoreServer {
  func listJournal(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ListJournalRequest.self, message)
    try checkFilter(request)
    try refuseRevisionOverShards(request)
    let page = try journalPage(request)
    _ = try JournalPlace(page.position)
    if request.sku.isEmpty, beginPages(.auditListJournal, message, origin) { return }
    try read(.auditListJournal, message, origin, from: page.shard, request.consistency)
  }

  private func checkFilter(_ request: ListJournalRequest) throws(CallFailure) {
    _ = try RequestFields.text(request.sku, "sku", 0...Limits.skuBytesMax)
    _ = try RequestFields.text(request.location, "location", 0...Limits.locationBytesMax)
    _ = try RequestFields.text(request.actor, "actor", 0...Limits.actorBytesMax)
    _ = try JournalFilter(request)
    guard let sequence = request.sequenceFrom else { return }
    try RequestFields.number(sequence, "sequence_from", 0...Int64.max)
    if request.sku.isEmpty, request.shard == 0, sequence > 0 {
      throw .invalidField(
        "sequence_from", found: "\(sequence)", allowed: "0 without sku or shard: sequences are a shard's own")
    }
  }

  private func refuseRevisionOverShards(_ request: ListJournalRequest) throws(CallFailure) {
    if request.sku.isEmpty { try refuseRevision(request.consistency) }
  }

  private func journalPage(_ request: ListJournalRequest) throws(CallFailure) -> ShardPage {
    let tenant = try RequestFields.tenant(request.tenant)
    if request.shard != 0 {
      let asked = ShardID(request.shard)
      guard inventoryShards.contains(asked) else {
        throw .invalidField("shard", found: "\(request.shard)", allowed: "0 or a shard")
      }
      guard request.sku.isEmpty || shard(tenant: tenant, sku: request.sku) == asked else {
        throw .invalidField("shard", found: "\(request.shard)", allowed: "0, or the shard of the SKU")
      }
      return try ShardPage(request, only: asked)
    }
    if !request.sku.isEmpty { return try ShardPage(request, only: shard(tenant: tenant, sku: request.sku)) }
    let about = request.orderID.isEmpty ? request.holdID : request.orderID
    let home = about.isEmpty ? nil : shard(of: try RequestFields.resourceID(about, "hold_id").slot)
    return try ShardPage(request, shardMap, over: inventoryShards, first: home)
  }

  func answerListJournal(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(ListJournalRequest.self, message.rawSpan)
    if !request.sku.isEmpty { try checkRevision(request.consistency, shard) }
    let page = try journalPage(request)
    let place = try JournalPlace(page.position)
    var filter = try JournalFilter(request)
    filter.location = try location(request.tenant, request.location)
    if !request.sku.isEmpty { filter.sku = try findSKU(request.tenant, request.sku, in: shard) }
    let revision = revision(of: shard)
    try readFrozen(shard, call.origin) { [filter] frozen throws(FrozenReadFailure) in
      var filter = filter
      let found = try fromState { () throws(StateReadError) in
        try frozen.prepare(&filter, request, place, isFirst: page.position.isEmpty)
      }
      let start: JournalCursor =
        if let cursor = place.cursor { cursor } else if let sequence = request.sequenceFrom {
          .forward(UInt64(sequence))
        } else { filter.sku == nil ? .backward(nil) : .rows(nil) }
      var response = ListJournalResponse(revision: revision)
      let list = try fromState { () throws(StateReadError) in
        try frozen.ledger.journal(filter, start, limit: page.size)
      }
      let (movements, cursor) = try list.page(from: start, shard)
      for movement in movements {
        response.records.append(try fromState { () throws(StateReadError) in try frozen.record(movement) })
      }
      var next = found
      next.cursor = cursor
      response.nextPageToken = page.next(cursor == nil ? nil : next.position, beginning: found.position)
      return response.encoded()
    }
  }
}

extension FrozenShard {
  /// Completes a filter by hold or order with what is known of it where it lives: since when it can have moved anything,
  /// and by which ids.
  ///
  /// - Returns: what the list's other pages need to know.
  fileprivate mutating func prepare(
    _ filter: inout JournalFilter, _ request: ListJournalRequest, _ place: JournalPlace, isFirst: Bool
  ) throws(StateReadError) -> JournalPlace {
    var known = JournalPlace(from: place.from, causeIDs: place.causeIDs)
    if isFirst { try look(&known, filter) }
    if !known.causeIDs.isEmpty { filter.causeIDs = known.causeIDs }
    if known.from > .zero { filter.from = max(filter.from ?? .zero, known.from) }
    return known
  }

  private mutating func look(_ known: inout JournalPlace, _ filter: JournalFilter) throws(StateReadError) {
    guard let id = filter.causeIDs.first else { return }
    var created: Stamp?
    if let order = try ledger.order(id), order.tenant == filter.tenant {
      known.causeIDs = [id]
      created = order.created
      if let hold = order.hold {
        known.causeIDs.append(hold)
        created = try ledger.hold(hold)?.created
      }
    } else {
      created = try ledger.hold(id)?.created
    }
    guard let created else { return }
    known.from = Stamp(milliseconds: max(0, created.milliseconds - Self.preparedMillisecondsMax))
  }

  /// How much earlier than it was made, by its home's time, others may have moved something for it by theirs: they prepare
  /// their parts before, and no two shards' times are the same.
  private static let preparedMillisecondsMax: Int64 = 60_000
}

extension JournalList {
  fileprivate func page(
    from start: JournalCursor, _ shard: ShardID
  ) throws(FrozenReadFailure) -> (movements: [Movement], next: JournalCursor?) {
    switch self {
    case .page(let movements, let next): return (movements, next)
    case .unknownPositions: throw .refused(.invalidPageToken)
    case .cut(let begin):
      var sequence: UInt64 = 0
      if case .forward(let from) = start { sequence = from }
      throw .refused(
        CallFailure(
          .journalCut, "the journal of shard \(shard) begins with sequence \(begin.first)",
          metadata: ["shard": "\(shard)", "sequence": "\(sequence)", "first_available": "\(begin.first)"]))
    }
  }
}

extension JournalFilter {
  /// All but the SKU and the location, which have numbers.
  fileprivate init(_ request: ListJournalRequest) throws(CallFailure) {
    self.init(tenant: String(decoding: try RequestFields.tenant(request.tenant), as: UTF8.self))
    guard request.holdID.isEmpty || request.orderID.isEmpty else {
      throw .invalidField("order_id", found: "beside hold_id", allowed: "one of the two")
    }
    if !request.holdID.isEmpty { causeIDs = [try RequestFields.resourceID(request.holdID, "hold_id").id.id] }
    if !request.orderID.isEmpty { causeIDs = [try RequestFields.resourceID(request.orderID, "order_id").id.id] }
    requestID = try RequestFields.requestID(request.ofRequestID)
    actor = request.actor.isEmpty ? nil : request.actor
    from = try RequestFields.stamp(request.timeFrom, "time_from")
    before = try RequestFields.stamp(request.timeBefore, "time_before")
    for (place, kind) in request.causes.enumerated() {
      let these = Inventory.Cause.causes(kind)
      guard !these.isEmpty else {
        throw .invalidField("causes[\(place)]", found: kind.name, allowed: "a cause of movements")
      }
      causes += these
    }
  }
}
