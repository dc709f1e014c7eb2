internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The gate for orders that take stock: new ones, and those that are amended.
extension StoreServer {
  func createOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(CreateOrderRequest.self, message)
    let tenant = try RequestFields.tenant(request.tenant)
    guard !request.lines.isEmpty else {
      throw .invalidField("lines", found: "empty", allowed: "1 to \(Limits.reserveLineCountMax) lines")
    }
    let slots = try slots(of: request.lines, "lines", tenant)
    let replaced =
      request.replacesOrderID.isEmpty ? nil : try RequestFields.resourceID(request.replacesOrderID, "replaces_order_id")
    // The order that takes another's place has the same home, so that both are written together.
    let home = replaced?.slot ?? slots.reduce(slots[0], min)
    let shard = shard(of: home)
    if passOn(.orderCreateOrder, message, origin, toOwnerOf: shard) { return }
    try refuse(slots, outside: shard, "lines")

    let terms = try terms(tenant, request.channel, request.externalNumber, request.payWithin)
    let reference = try RequestFields.text(request.reference, "reference", 0...Limits.referenceBytesMax)
    let header = try header(request.requestID, request.actor, request.reason)
    try resolve(request.lines, tenant, shard, header)
    let create = CreateOrder(
      home: SlotNumber(home.rawValue), fingerprint: Self.fingerprint(of: request, tenant), terms: terms,
      reference: reference, replaces: replaced?.id.id, rankedLocations: ranking(ofLines: tenant, in: shard),
      lines: lines.map { ReserveLine(sku: $0.sku, location: $0.location, quantity: $0.quantity) })
    try propose(.orderCreateOrder, origin, to: shard, context: UInt32(home.rawValue)) {
      $0.append(.createOrder(header, create))
    }
  }

  func amendOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(AmendOrderRequest.self, message)
    let tenant = try RequestFields.tenant(request.tenant)
    let (order, slot) = try RequestFields.resourceID(request.orderID, "order_id")
    guard !(request.lines.isEmpty && request.addedLines.isEmpty) else {
      throw .invalidField("lines", found: "empty, like added_lines", allowed: "something to change")
    }
    let changes = try Self.lineQuantities(request.lines, quantities: 1...Limits.quantityMax, isEachOnce: true)
    let slots = try slots(of: request.addedLines, "added_lines", tenant)
    try RequestFields.number(request.expectedVersion, "expected_version", 0...Int64(UInt32.max))
    let shard = shard(of: slot)
    if passOn(.orderAmendOrder, message, origin, toOwnerOf: shard) { return }
    try refuse(slots, outside: shard, "added_lines")

    let header = try header(request.requestID, request.actor, request.reason)
    try resolve(request.addedLines, tenant, shard, header)
    let amend = AmendOrder(
      target: OrderTarget(order.id, tenant: String(decoding: tenant, as: UTF8.self), reason: request.reason),
      fingerprint: Self.fingerprint(of: request, tenant), expectedRevision: UInt32(request.expectedVersion),
      changes: changes, rankedLocations: ranking(ofLines: tenant, in: shard),
      added: lines.map { ReserveLine(sku: $0.sku, location: $0.location, quantity: $0.quantity) })
    try propose(.orderAmendOrder, origin, to: shard, context: UInt32(slot.rawValue)) {
      $0.append(.amendOrder(header, amend))
    }
  }

  /// On which terms an order is made.
  func terms(
    _ tenant: [UInt8], _ channel: String, _ number: String, _ payWithin: WellKnown.Duration?
  ) throws(CallFailure) -> OrderTerms {
    let name = try name(tenant, channel, number)
    var terms = OrderTerms(tenant: String(decoding: tenant, as: UTF8.self), name: name)
    guard let payWithin else { return terms }
    guard let milliseconds = payWithin.milliseconds, Rules.payWithinMilliseconds.contains(milliseconds) else {
      throw .invalidField("pay_within", found: "out of range", allowed: "1 s to 90 days")
    }
    terms.payWithinMilliseconds = milliseconds
    return terms
  }

  /// What an order is called in its channel; `nil` for no number.
  func name(_ tenant: [UInt8], _ channel: String, _ number: String) throws(CallFailure) -> OrderName? {
    let channel = try RequestFields.text(channel, "channel", 0...Limits.channelBytesMax)
    let number = try RequestFields.text(number, "external_number", 0...Limits.externalNumberBytesMax)
    if number.isEmpty { return nil }
    let (channelBytes, numberBytes) = (Array(channel.utf8), Array(number.utf8))
    let slot = Slot(tenant: tenant.rawSpan, channel: channelBytes.rawSpan, externalNumber: numberBytes.rawSpan)
    return OrderName(
      tenant: String(decoding: tenant, as: UTF8.self), channel: channel, number: number, slot: SlotNumber(slot.rawValue))
  }

  /// Checks what every line says, and finds the slots of their SKUs.
  private func slots(
    of lines: [NewOrderLine], _ field: String, _ tenant: [UInt8]
  ) throws(CallFailure) -> [Slot] {
    var slots: [Slot] = []
    for (index, line) in lines.enumerated() {
      let sku = Array(line.sku.utf8)
      try RequestFields.name(sku.rawSpan, "\(field)[\(index)].sku", 1...Limits.skuBytesMax)
      _ = try RequestFields.text(line.location, "\(field)[\(index)].location", 0...Limits.locationBytesMax)
      try RequestFields.number(line.quantity, "\(field)[\(index)].quantity", 1...Limits.quantityMax)
      slots.append(Slot(tenant: tenant.rawSpan, sku: sku.rawSpan))
    }
    return slots
  }

  private func refuse(_ slots: [Slot], outside shard: ShardID, _ field: String) throws(CallFailure) {
    guard let index = slots.firstIndex(where: { self.shard(of: $0) != shard }) else { return }
    throw CallFailure(
      .linesSpanShards, "the SKU of \(field)[\(index)] is in another shard than the order; this version keeps them apart")
  }

  /// Fills `lines` with numbers in place of texts.
  private func resolve(
    _ new: [NewOrderLine], _ tenant: [UInt8], _ shard: ShardID, _ header: RequestHeader
  ) throws(CallFailure) {
    lines.removeAll(keepingCapacity: true)
    for line in new {
      let (sku, location) = (Array(line.sku.utf8), Array(line.location.utf8))
      let number: LocationNumber? =
        location.isEmpty ? nil : try self.location(tenant.rawSpan, location.rawSpan, for: header.id, in: shard)
      guard let sku = store.findSKU(tenant: tenant.rawSpan, sku: sku.rawSpan, in: shard) else {
        throw .unknownSKU(line.sku)
      }
      lines.append(GateLine(sku: sku, location: number, quantity: line.quantity, minimum: 1))
    }
  }

  private func ranking(ofLines tenant: [UInt8], in shard: ShardID) -> [LocationNumber] {
    lines.contains { $0.location == nil } ? ranking(tenant: tenant.rawSpan, in: shard) : []
  }
}

// What the caller said, as a hash of the texts: the same request has the same one wherever its SKUs are, and whatever the
// gate adds.
extension StoreServer {
  private static func fingerprint(of request: CreateOrderRequest, _ tenant: [UInt8]) -> UInt64 {
    var hash = StableHash(seed: 0x30)
    hash.combine(tenant.rawSpan)
    hash.combine(request.lines)
    for text in [request.channel, request.externalNumber, request.reference, request.replacesOrderID.lowercased()] {
      hash.combine(text)
    }
    hash.combine(UInt64(bitPattern: request.payWithin?.milliseconds ?? 0))
    return hash.value
  }

  private static func fingerprint(of request: AmendOrderRequest, _ tenant: [UInt8]) -> UInt64 {
    var hash = StableHash(seed: 0x35)
    hash.combine(tenant.rawSpan)
    hash.combine(request.orderID.lowercased())
    hash.combine(request.reason)
    hash.combine(UInt64(bitPattern: request.expectedVersion))
    hash.combine(UInt64(request.lines.count))
    for line in request.lines {
      hash.combine(UInt64(bitPattern: Int64(line.line)))
      hash.combine(UInt64(bitPattern: line.quantity))
    }
    hash.combine(request.addedLines)
    return hash.value
  }
}

extension StableHash {
  fileprivate mutating func combine(_ text: String) {
    let bytes = Array(text.utf8)
    combine(bytes.rawSpan)
  }

  fileprivate mutating func combine(_ lines: [NewOrderLine]) {
    combine(UInt64(lines.count))
    for line in lines {
      combine(line.sku)
      combine(line.location)
      combine(UInt64(bitPattern: line.quantity))
    }
  }
}
