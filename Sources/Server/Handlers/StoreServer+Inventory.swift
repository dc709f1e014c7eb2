internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The gate for stock that comes, goes and moves, and for reading it.
extension StoreServer {
  func receiveStock(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ReceiveRequest.self, message)
    try RequestFields.number(request.quantity, "quantity", 1...Limits.quantityMax)
    guard let row = try resolve(.inventoryReceive, message, origin, request.tenant, request.sku, request.location)
    else { return }
    let header = try header(request.requestID, request.actor, request.reason)
    let command = Receive(
      stock: row.stock, quantity: request.quantity, toQualityControl: request.toQualityControl, reason: request.reason)
    try propose(.inventoryReceive, origin, to: row.shard) { $0.append(.receive(header, command)) }
  }

  func adjust(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(AdjustRequest.self, message)
    guard request.delta != 0, abs(max(request.delta, -.max)) <= Limits.quantityMax else {
      throw .invalidField(
        "delta", found: "\(request.delta)", allowed: "-\(Limits.quantityMax) to \(Limits.quantityMax), not 0")
    }
    _ = try RequestFields.text(request.reason, "reason", 1...Limits.reasonBytesMax)
    let account = try Self.movable(request.account, "account", default: .available)
    guard let row = try resolve(.inventoryAdjust, message, origin, request.tenant, request.sku, request.location)
    else { return }
    let header = try header(request.requestID, request.actor, request.reason)
    let command = Adjust(stock: row.stock, account: account, delta: request.delta, reason: request.reason)
    try propose(.inventoryAdjust, origin, to: row.shard) { $0.append(.adjust(header, command)) }
  }

  func moveStock(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(MoveStockRequest.self, message)
    try RequestFields.number(request.quantity, "quantity", 1...Limits.quantityMax)
    let from = try Self.movable(request.fromAccount, "from_account", default: nil)
    let to = try Self.movable(request.toAccount, "to_account", default: nil)
    guard from != to else {
      throw .invalidField("to_account", found: "the same as from_account", allowed: "another account")
    }
    guard let row = try resolve(.inventoryMoveStock, message, origin, request.tenant, request.sku, request.location)
    else { return }
    let header = try header(request.requestID, request.actor, request.reason)
    let command = Move(stock: row.stock, from: from, to: to, quantity: request.quantity, reason: request.reason)
    try propose(.inventoryMoveStock, origin, to: row.shard) { $0.append(.move(header, command)) }
  }

  func getStock(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(GetStockRequest.self, message)
    let tenant = try RequestFields.tenant(request.tenant)
    _ = try RequestFields.text(request.sku, "sku", 1...Limits.skuBytesMax)
    _ = try RequestFields.text(request.location, "location", 0...Limits.locationBytesMax)
    try checkMoment(request)
    let shard = shard(tenant: tenant, sku: request.sku)
    try read(.inventoryGetStock, message, origin, from: shard, request.consistency)
  }

  /// The stock row that a request is about, by numbers; `nil` when the call was passed on to another Store.
  func resolve(
    _ method: Method, _ message: RawSpan, _ origin: CallOrigin, _ tenant: String, _ sku: String, _ location: String
  ) throws(CallFailure) -> (shard: ShardID, stock: StockKey)? {
    let tenant = try RequestFields.tenant(tenant)
    let skuBytes = Array(try RequestFields.text(sku, "sku", 1...Limits.skuBytesMax).utf8)
    let locationBytes = Array(try RequestFields.text(location, "location", 1...Limits.locationBytesMax).utf8)
    let shard = shard(of: Slot(tenant: tenant.rawSpan, sku: skuBytes.rawSpan))
    if passOn(method, message, origin, toOwnerOf: shard) { return nil }
    guard let locationNumber = locations.number(tenant: tenant.rawSpan, id: locationBytes.rawSpan) else {
      throw .unknownLocation(location)
    }
    guard let skuNumber = store.findSKU(tenant: tenant.rawSpan, sku: skuBytes.rawSpan, in: shard) else {
      throw .unknownSKU(sku)
    }
    return (shard, StockKey(sku: skuNumber, location: locationNumber))
  }

  private static func movable(
    _ account: API.Account, _ field: String, default unspecified: Inventory.Account?
  ) throws(CallFailure) -> Inventory.Account {
    switch account {
    case .available: return .available
    case .safety: return .safety
    case .qualityControl: return .qualityControl
    case .damaged: return .damaged
    case .unspecified:
      if let unspecified { return unspecified }
    case .held, .allocated, .supplier, .customer, .adjustment, .inTransit, .shortfall, .unrecognized: break
    }
    throw .invalidField(field, found: account.name, allowed: "AVAILABLE, SAFETY, QUALITY_CONTROL or DAMAGED")
  }
}
