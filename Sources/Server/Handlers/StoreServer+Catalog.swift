internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The gate for SKUs and locations.
extension StoreServer {
  /// `path` is where the SKU is in what the caller sent.
  func putSKU(_ message: RawSpan, _ origin: CallOrigin, path: String = "sku") throws(CallFailure) {
    let request = try RequestFields.decode(PutSKURequest.self, message)
    guard let sku = request.sku else { throw .invalidField(path, found: "absent", allowed: "the SKU to put") }
    let tenant = try RequestFields.tenant(request.tenant)
    var put = try Self.command(sku, tenant, path: path)
    try RequestFields.number(request.expectedRevision, "expected_revision", 0...Int64(UInt32.max))
    put.expectedRevision = UInt32(request.expectedRevision)
    let shard = shard(tenant: tenant, sku: sku.sku)
    if passOn(.catalogPutSKU, message, origin, toOwnerOf: shard) { return }
    let header = try header(request.requestID, request.actor, request.reason)
    try propose(.catalogPutSKU, origin, to: shard) { [put] in $0.append(.putSKU(header, put)) }
  }

  /// Up to a thousand SKUs, each with an outcome of its own. The request id of the batch protects each of its rows: a
  /// row's own id is the batch's id mixed with the row's number.
  func putSKUs(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(PutSKUsRequest.self, message)
    let base = try RequestFields.requestID(request.requestID)
    guard request.skus.count <= Limits.putSKUsCountMax else {
      throw .invalidField("skus", found: "\(request.skus.count) rows", allowed: "at most \(Limits.putSKUsCountMax)")
    }
    guard let batch = beginBatch(request.skus.count, for: origin) else { return }
    for (row, sku) in request.skus.enumerated() {
      var single = PutSKURequest()
      single.tenant = request.tenant
      single.requestID = base.map { $0.child(row).description } ?? ""
      single.actor = request.actor
      single.reason = request.reason
      single.sku = sku
      let bytes = single.encoded()
      let part = CallOrigin.part(row, of: batch, store: UInt16(index))
      do throws(CallFailure) { try putSKU(bytes.rawSpan, part, path: "skus[\(row)]") } catch { fail(part, error) }
    }
  }

  func getSKU(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(GetSKURequest.self, message)
    let tenant = try RequestFields.tenant(request.tenant)
    _ = try RequestFields.text(request.sku, "sku", 1...Limits.skuBytesMax)
    let shard = shard(tenant: tenant, sku: request.sku)
    try read(.catalogGetSKU, message, origin, from: shard, request.consistency)
  }

  func putLocation(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(PutLocationRequest.self, message)
    if passOn(.catalogPutLocation, message, origin, toOwnerOf: .meta) { return }
    guard let location = request.location else {
      throw .invalidField("location", found: "absent", allowed: "the location to put")
    }
    _ = try header(request.requestID, request.actor, request.reason)
    let tenant = try RequestFields.tenant(request.tenant)
    try RequestFields.number(location.priority, "location.priority", 0...Limits.priorityMax)
    let command = Placement.Location(
      tenant: String(decoding: tenant, as: UTF8.self),
      id: try RequestFields.name(location.location, "location.location", 1...Limits.locationBytesMax),
      name: try RequestFields.text(location.name, "location.name", 0...Limits.nameBytesMax),
      zone: try RequestFields.text(location.zone, "location.zone", 0...Limits.zoneBytesMax),
      priority: UInt32(location.priority), state: try Placement.Location.State(location.state))
    do throws(StoreRefusal) {
      try store.proposeCluster(
        PendingCall(origin: origin, method: .catalogPutLocation).waiter, .putLocation(command))
    } catch {
      throw CallFailure(error)
    }
  }

  func getLocation(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(GetLocationRequest.self, message)
    _ = try RequestFields.tenant(request.tenant)
    _ = try RequestFields.text(request.location, "location", 1...Limits.locationBytesMax)
    try read(.catalogGetLocation, message, origin, from: .meta, request.consistency)
  }

  func listLocations(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ListLocationsRequest.self, message)
    _ = try RequestFields.tenant(request.tenant)
    _ = try PageSize(request.pageSize)
    _ = try LocationPage(request.pageToken)
    try read(.catalogListLocations, message, origin, from: .meta, request.consistency)
  }

  private static func command(_ sku: API.SKU, _ tenant: [UInt8], path: String) throws(CallFailure) -> PutSKU {
    _ = try RequestFields.name(sku.sku, "\(path).sku", 1...Limits.skuBytesMax)
    _ = try RequestFields.text(sku.name, "\(path).name", 0...Limits.nameBytesMax)
    try RequestFields.number(sku.quantityScale, "\(path).quantity_scale", 0...Limits.quantityScaleMax)
    try RequestFields.number(sku.lotSize, "\(path).lot_size", 0...Limits.quantityMax)
    try RequestFields.number(sku.backorderLimit, "\(path).backorder_limit", 0...Limits.quantityMax)
    try RequestFields.number(sku.attributes.count, "number of \(path).attributes", 0...Limits.attributeCountMax)
    for (key, value) in sku.attributes.sorted(by: { $0.key < $1.key }) {
      _ = try RequestFields.text(key, "key of \(path).attributes", 1...Limits.attributeKeyBytesMax)
      _ = try RequestFields.text(value, "\(path).attributes[\(key)]", 0...Limits.attributeValueBytesMax)
    }
    return PutSKU(
      slot: SlotNumber(Slot(tenant: tenant.rawSpan, sku: Array(sku.sku.utf8).rawSpan).rawValue),
      tenant: String(decoding: tenant, as: UTF8.self), sku: sku.sku, name: sku.name, scale: UInt8(sku.quantityScale),
      lot: max(1, sku.lotSize), backorderLimit: sku.backorderLimit, attributes: SKUAttributes.encode(sku.attributes))
  }
}

/// The attributes of a SKU, which are opaque to the ledger: kept as the contract's own message with nothing else in it.
enum SKUAttributes {
  static func encode(_ attributes: [String: String]) -> [UInt8] {
    var sku = API.SKU()
    sku.attributes = attributes
    return sku.encoded()
  }

  static func decode(_ bytes: [UInt8]) throws(DecodeError) -> [String: String] {
    try API.SKU(decoding: bytes).attributes
  }
}

extension UniqueID {
  /// An id for a part of what this id stands for. It keeps the version and the time, so it is as old as this one.
  func child(_ number: Int) -> UniqueID {
    let mixed = StableHash.hash(self, seed: UInt64(number))
    return UniqueID(high: high, low: low & 0xC000_0000_0000_0000 | mixed & 0x3FFF_FFFF_FFFF_FFFF)
  }
}

extension Placement.Location.State {
  init(_ state: API.LocationState) throws(CallFailure) {
    switch state {
    case .unspecified, .active: self = .active
    case .draining: self = .draining
    case .closed: self = .closed
    case .unrecognized(let number):
      throw .invalidField("location.state", found: "\(number)", allowed: "ACTIVE, DRAINING or CLOSED")
    }
  }
}
