internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The gate for what is done with a hold that exists. Its id carries the home slot, so any node finds them.
extension StoreServer {
  func getHold(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(GetHoldRequest.self, message)
    _ = try RequestFields.tenant(request.tenant)
    let (_, slot) = try RequestFields.resourceID(request.holdID, "hold_id")
    let shard = shard(of: slot)
    try read(.holdGetHold, message, origin, from: shard, request.consistency)
  }

  func extendHold(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ExtendHoldRequest.self, message)
    let (hold, slot) = try RequestFields.resourceID(request.holdID, "hold_id")
    if passOn(.holdExtendHold, message, origin, toOwnerOf: shard(of: slot)) { return }
    let timeToLive =
      if let duration = request.timeToLive { try RequestFields.timeToLive(duration.milliseconds) } else {
        Limits.timeToLiveMillisecondsDefault
      }
    let header = try header(request.requestID, request.actor, request.reason)
    try checkTenant(of: hold, request.tenant, slot)
    try propose(.holdExtendHold, origin, to: shard(of: slot), context: UInt32(slot.rawValue)) {
      $0.append(.extendHold(header, hold: hold.id, timeToLiveMilliseconds: timeToLive))
    }
  }

  func releaseHold(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ReleaseHoldRequest.self, message)
    let (hold, slot) = try RequestFields.resourceID(request.holdID, "hold_id")
    if passOn(.holdReleaseHold, message, origin, toOwnerOf: shard(of: slot)) { return }
    let header = try header(request.requestID, request.actor, request.reason)
    try checkTenant(of: hold, request.tenant, slot)
    try propose(.holdReleaseHold, origin, to: shard(of: slot), context: UInt32(slot.rawValue)) {
      $0.append(.releaseHold(header, hold: hold.id))
    }
  }

  func confirmHold(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ConfirmHoldRequest.self, message)
    let (hold, slot) = try RequestFields.resourceID(request.holdID, "hold_id")
    let tenant = try RequestFields.tenant(request.tenant)
    let terms = try terms(tenant, request.channel, request.externalNumber, request.payWithin)
    check(terms.name)
    if passOn(.holdConfirmHold, message, origin, toOwnerOf: shard(of: slot)) { return }
    let header = try header(request.requestID, request.actor, request.reason)
    try checkTenant(of: hold, request.tenant, slot)
    let shard = shard(of: slot)
    let view = try reading { () throws(StateReadError) in try store.hold(hold.id, in: shard) }
    let home = view?.home ?? SlotNumber(slot.rawValue)
    let parts = partsToConfirm(view, hold.id, home, terms, header, in: shard)
    guard !parts.isEmpty else {
      return try propose(.holdConfirmHold, origin, to: shard, context: UInt32(slot.rawValue)) {
        $0.append(.confirmHold(header, hold: hold.id, terms: terms))
      }
    }
    let across = AcrossRequest.confirming(hold.id, home: home, terms, header, tenant: tenant, parts)
    try begin(across, .holdConfirmHold, origin, in: shard)
  }

  /// Who asks, under an id that is made here if there is none.
  func header(_ requestID: String, _ actor: String, _ reason: String) throws(CallFailure) -> RequestHeader {
    _ = try RequestFields.text(actor, "actor", 0...Limits.actorBytesMax)
    _ = try RequestFields.text(reason, "reason", 0...Limits.reasonBytesMax)
    if let id = try RequestFields.requestID(requestID) { return RequestHeader(id: id, actor: actor) }
    return RequestHeader(id: ids.next(at: store.readStamp), isGenerated: true, actor: actor)
  }

  /// A hold belongs to the tenant of its SKUs; to any other it does not exist. One that is not applied yet nobody has been
  /// told of.
  func checkTenant(of hold: ResourceID, _ tenant: String, _ slot: Slot) throws(CallFailure) {
    let asked = try RequestFields.tenant(tenant)
    if let owner = store.tenant(ofLiveHold: hold.id, in: shard(of: slot)) {
      guard owner == asked else { throw .unknownHold(hold.description) }
    } else if let closed = try self.hold(hold.id, in: shard(of: slot)) {
      guard Array(closed.tenant.utf8) == asked else { throw .unknownHold(hold.description) }
    }
  }
}

extension CallFailure {
  static func unknownHold(_ id: String) -> CallFailure {
    CallFailure(
      .unknownHold, "there is no hold '\(id)', or it was closed more than 72 hours ago", metadata: ["hold_id": id])
  }
}
