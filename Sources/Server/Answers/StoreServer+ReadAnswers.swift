internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Reads that are confirmed, or content with this replica's own state: it may be shown as it is now. The request was
/// checked before it began to wait; it is read again here because only its bytes were kept.
extension StoreServer {
  func answerRead(_ call: PendingCall, _ shard: ShardID) {
    guard call.context != PendingCall.noContext else { return readConfirmed(call.origin, shard) }
    let context = contexts.take(call.context)
    let message = context.request
    do throws(CallFailure) {
      switch call.method {
      case .holdReserve: try reserveConfirmed(message, call.origin)
      case .holdGetHold: try answerGetHold(call, shard, message)
      case .holdListHolds: try answerListHolds(call, shard, message)
      case .orderGetOrder: try answerGetOrder(call, shard, message)
      case .orderListOrders: try answerListOrders(call, shard, message)
      case .orderGetOrderByExternalNumber: try answerGetOrderByExternalNumber(call, shard, message)
      case .catalogGetSKU: try answerGetSKU(call, shard, message)
      case .catalogListSKUs: try answerListSKUs(call, shard, message)
      case .catalogGetLocation: try answerGetLocation(call, message)
      case .catalogListLocations: try answerListLocations(call, message)
      case .inventoryGetStock: try answerGetStock(call, shard, message)
      case .inventoryBatchGetStock: try answerBatchGetStock(call, shard, message)
      case .inventoryGetAvailability: try answerGetAvailability(call, shard, message)
      case .inventoryListStock: try answerListStock(call, shard, message)
      case .auditListJournal: try answerListJournal(call, shard, message)
      case .clusterGetCluster: try answerGetCluster(call)
      case .clusterMoveReplica: try answerMoveReplica(call, message)
      case .clusterTransferLeadership: try answerTransferLeadership(call, message)
      case .clusterRebalance: try answerRebalance(call, message)
      case .clusterSplitShard: try answerSplitShard(call, message)
      case .clusterMoveSlots: try answerMoveSlots(call, message)
      default: invariantViolated("\(call.method) reads nothing")
      }
    } catch {
      // Its slot is not here, or not yet; or the cluster is only being founded.
      if error.reason == .noLeader, holdRead(call, context, shard) { return }
      fail(call.origin, error)
    }
  }

  /// Has a read looked at again when more is known of its slot.
  private func holdRead(_ call: PendingCall, _ context: ReadContext, _ shard: ShardID) -> Bool {
    guard call.origin.kind != .held, let method = RoutedMethod(call.method, isRow: call.origin.isRow),
      let tag = hold(method, context.request, call.origin, shard, arrived: context.arrived)
    else { return false }
    park(tag)
    return true
  }

  private func answerGetHold(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(GetHoldRequest.self, message.rawSpan)
    try checkRevision(request.consistency, shard)
    let (id, slot) = try RequestFields.resourceID(request.holdID, "hold_id")
    try checkOwner(of: slot, in: shard)
    let tenant = try RequestFields.tenant(request.tenant)
    guard let hold = try hold(id.id, in: shard), Array(hold.tenant.utf8) == tenant else {
      throw .unknownHold(request.holdID)
    }
    answer(call.origin, GetHoldResponse(revision: revision(of: shard), hold: hold))
  }

  private func answerGetSKU(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(GetSKURequest.self, message.rawSpan)
    try checkRevision(request.consistency, shard)
    let number = try findSKU(request.tenant, request.sku, in: shard)
    guard let sku = try sku(number, in: shard) else { throw .unknownSKU(request.sku) }
    answer(call.origin, GetSKUResponse(revision: revision(of: shard), sku: sku))
  }

  private func answerGetStock(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(GetStockRequest.self, message.rawSpan)
    try checkRevision(request.consistency, shard)
    let number = try findSKU(request.tenant, request.sku, in: shard)
    let place = try location(request.tenant, request.location)
    if request.asOf != nil { return try answerGetStock(call, shard, request, number, at: place) }
    let stock = skuStock(number, in: shard, at: place)
    if call.origin.isRow { return answer(call.origin, stock) }
    answer(call.origin, GetStockResponse(stock: stock))
  }

  private func answerGetLocation(_ call: PendingCall, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(GetLocationRequest.self, message.rawSpan)
    try checkRevision(request.consistency, .meta)
    guard let number = try location(request.tenant, request.location), let location = locations[number] else {
      throw .unknownLocation(request.location)
    }
    answer(call.origin, GetLocationResponse(revision: revision(of: .meta), location: API.Location(location)))
  }

  private func answerListLocations(_ call: PendingCall, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(ListLocationsRequest.self, message.rawSpan)
    try refuseRevision(request.consistency)
    let size = try PageSize(request.pageSize).count
    let start = try LocationPage(request.pageToken).position
    let tenant = String(decoding: try RequestFields.tenant(request.tenant), as: UTF8.self)
    var response = ListLocationsResponse()
    for number in locations.locations.indices.dropFirst(start) where locations.locations[number].tenant == tenant {
      if response.locations.count == size {
        response.nextPageToken = "\(number)"
        break
      }
      response.locations.append(API.Location(locations.locations[number]))
    }
    answer(call.origin, response)
  }
}

// MARK: - Finding what a read is about

extension StoreServer {
  func findSKU(_ tenant: String, _ sku: String, in shard: ShardID) throws(CallFailure) -> SKUNumber {
    let tenant = try RequestFields.tenant(tenant)
    let bytes = Array(sku.utf8)
    try checkOwner(of: Slot(tenant: tenant.rawSpan, sku: bytes.rawSpan), in: shard)
    guard let number = store.findSKU(tenant: tenant.rawSpan, sku: bytes.rawSpan, in: shard) else {
      throw .unknownSKU(sku)
    }
    return number
  }

  /// The location of this id; `nil` for no id.
  func location(_ tenant: String, _ id: String) throws(CallFailure) -> LocationNumber? {
    if id.isEmpty { return nil }
    let tenant = try RequestFields.tenant(tenant)
    let bytes = Array(id.utf8)
    guard let number = locations.number(tenant: tenant.rawSpan, id: bytes.rawSpan) else { throw .unknownLocation(id) }
    return number
  }

  /// A read that wants at least a revision gets it or a later one: a replica that has not got so far was not asked, and a
  /// linearizable read sees all that was acknowledged.
  func checkRevision(_ consistency: ReadConsistency?, _ shard: ShardID) throws(CallFailure) {
    switch consistency?.level {
    case .revisionMin(let minimum):
      let current = revision(of: shard)
      try RequestFields.number(minimum, "consistency.revision_min", 0...current)
    case .stalenessMax, nil: break
    }
  }

  func refuseRevision(_ consistency: ReadConsistency?) throws(CallFailure) {
    switch consistency?.level {
    case .revisionMin:
      throw .invalidField(
        "consistency.revision_min", found: "set", allowed: "only in reads of one SKU, hold or order")
    case .stalenessMax, nil: break
    }
  }
}
