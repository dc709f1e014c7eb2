internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The gate for counts, and for allocations that move.
extension StoreServer {
  func setCount(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(SetCountRequest.self, message)
    try RequestFields.number(request.counted, "counted", 0...Limits.quantityMax)
    _ = try RequestFields.text(request.reason, "reason", 1...Limits.reasonBytesMax)
    try RequestFields.number(request.asOfRevision, "as_of_revision", 1...Int64.max)
    guard let row = try resolve(.inventorySetCount, message, origin, request.tenant, request.sku, request.location)
    else { return }
    let header = try header(request.requestID, request.actor, request.reason)
    let command = SetCount(
      stock: row.stock, counted: request.counted, asOf: UInt64(request.asOfRevision), reason: request.reason)
    try propose(.inventorySetCount, origin, to: row.shard) { $0.append(.setCount(header, command)) }
  }

  func moveAllocation(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(MoveAllocationRequest.self, message)
    let (owner, slot, isOrder) = try Self.owner(of: request)
    let shard = shard(of: slot)
    let tenant = try RequestFields.tenant(request.tenant)
    let sku = Array(try RequestFields.text(request.sku, "sku", 1...Limits.skuBytesMax).utf8)
    let skuSlot = Slot(tenant: tenant.rawSpan, sku: sku.rawSpan)
    let skuShard = self.shard(of: skuSlot)
    if passOn(.inventoryMoveAllocation, message, origin, toOwnerOf: shard) { return }
    try RequestFields.number(request.quantity, "quantity", 0...Limits.quantityMax)
    let from = try location(tenant, request.fromLocation, "from_location")
    let to = try location(tenant, request.toLocation, "to_location")
    guard from != to else {
      throw .invalidField("to_location", found: "the same as from_location", allowed: "another location")
    }
    let number = store.findSKU(tenant: tenant.rawSpan, sku: sku.rawSpan, in: shard)
    if skuShard == shard, number == nil { throw .unknownSKU(request.sku) }
    let header = try header(request.requestID, request.actor, request.reason)
    try checkOwner(owner, request.tenant, slot, isOrder: isOrder)
    let marks = isOrder ? Self.orderContext : 0
    var command = MoveAllocation(
      owner: owner.id, sku: number ?? SKUNumber(0), from: from, to: to, quantity: request.quantity)
    let item = RemoteItem(
      slot: SlotNumber(skuSlot.rawValue), tenant: String(decoding: tenant, as: UTF8.self), sku: request.sku)
    let elsewhere = try allocation(of: owner, item, at: from, isOrder: isOrder, in: shard)
    // A line that was made when the SKU was in another shard is reached by its slot, wherever that is by now.
    if skuShard == shard, elsewhere.quantity == 0 {
      return try propose(.inventoryMoveAllocation, origin, to: shard, context: UInt32(slot.rawValue) | marks) {
        $0.append(.moveAllocation(header, command))
      }
    }
    command.sku = SKUNumber(0)
    let across = AcrossRequest.moving(
      command, of: item, claim: elsewhere.claim, home: elsewhere.home ?? SlotNumber(slot.rawValue),
      there: elsewhere.quantity, header)
    try begin(across, .inventoryMoveAllocation, origin, in: shard, marks: marks)
  }

  /// What a hold or an order has of a SKU of another slot at a location, by which id its claims go, and its home.
  private func allocation(
    of owner: ResourceID, _ item: RemoteItem, at location: LocationNumber, isOrder: Bool, in shard: ShardID
  ) throws(CallFailure) -> (quantity: Int64, claim: UniqueID, home: SlotNumber?) {
    try reading { () throws(StateReadError) in
      if isOrder {
        guard let order = try store.order(owner.id, in: shard) else { return (0, owner.id, nil) }
        return (order.allocated(.remote(item), at: location), order.claim(of: owner.id), order.home)
      }
      let hold = try store.hold(owner.id, in: shard)
      return (hold?.held(.remote(item), at: location) ?? 0, owner.id, hold?.home)
    }
  }

  /// The command finds holds and orders alike by their ids; who names one as the other is told that there is none.
  private func checkOwner(_ owner: ResourceID, _ tenant: String, _ slot: Slot, isOrder: Bool) throws(CallFailure) {
    let shard = shard(of: slot)
    let order = try reading { () throws(StateReadError) in try store.order(owner.id, in: shard) }
    guard isOrder else {
      if order != nil { throw .unknownHold(owner.description) }
      return try checkTenant(of: owner, tenant, slot)
    }
    let asked = try RequestFields.tenant(tenant)
    // Of an id that nothing has, the command says so.
    let mayBe = if let order { Array(order.tenant.utf8) == asked } else { try hold(owner.id, in: shard) == nil }
    guard mayBe else { throw .unknownOrder(owner.description) }
  }

  /// Beside the slot in a call's context: the allocation is an order's.
  static let orderContext: UInt32 = 0x1_0000

  private static func owner(
    of request: MoveAllocationRequest
  ) throws(CallFailure) -> (id: ResourceID, slot: Slot, isOrder: Bool) {
    switch request.owner {
    case .holdID(let text):
      let (id, slot) = try RequestFields.resourceID(text, "hold_id")
      return (id, slot, false)
    case .orderID(let text):
      let (id, slot) = try RequestFields.resourceID(text, "order_id")
      return (id, slot, true)
    case nil: throw .invalidField("owner", found: "absent", allowed: "hold_id or order_id")
    }
  }

  private func location(_ tenant: [UInt8], _ id: String, _ field: String) throws(CallFailure) -> LocationNumber {
    let bytes = Array(try RequestFields.text(id, field, 1...Limits.locationBytesMax).utf8)
    guard let number = locations.number(tenant: tenant.rawSpan, id: bytes.rawSpan) else { throw .unknownLocation(id) }
    return number
  }
}
