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
    let slot = try lowestSlot(of: request.lines, "lines", tenant)
    guard let slot else {
      throw .invalidField("lines", found: "empty", allowed: "1 to \(Limits.reserveLineCountMax) lines")
    }
    let replaced =
      request.replacesOrderID.isEmpty ? nil : try RequestFields.resourceID(request.replacesOrderID, "replaces_order_id")
    // The order that takes another's place has the same home, so that both are written together.
    let home = replaced?.slot ?? slot
    let shard = shard(of: home)
    let terms = try terms(tenant, request.channel, request.externalNumber, request.payWithin)
    check(terms.name)
    if passOn(.orderCreateOrder, message, origin, toOwnerOf: shard) { return }

    let reference = try RequestFields.text(request.reference, "reference", 0...Limits.referenceBytesMax)
    let header = try header(request.requestID, request.actor, request.reason)
    let sourcing = try Sourcing(request.strategy, request.split, takesBackorders: request.allowBackorder)
    var split = SplitReserve(tenant: tenant)
    try self.split(request.lines, &split, shard)
    try checkSplit(sourcing, isOverShards: split.lines.contains { $0.sku.rawValue == 0 })
    let ranking = try ranking(request.locations, sourcing, of: split, in: shard)
    let create = CreateOrder(
      home: SlotNumber(home.rawValue), fingerprint: Self.fingerprint(of: request, tenant), terms: terms,
      reference: reference, replaces: replaced?.id.id, sourcing: sourcing, rankedLocations: ranking,
      lines: split.lines)
    var parts = split.parts
    add(terms.name, of: header.id, create.home, create.fingerprint, to: &parts, in: shard)
    guard !parts.isEmpty else {
      return try propose(.orderCreateOrder, origin, to: shard, context: UInt32(home.rawValue)) {
        $0.append(.createOrder(header, create))
      }
    }
    var across = AcrossRequest.creating(create, header, split, parts)
    across.ranked = sourcing.strategy == .ranked ? ranking : locations.ranking(tenant: tenant.rawSpan)
    try begin(across, .orderCreateOrder, origin, in: shard)
  }

  func amendOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(AmendOrderRequest.self, message)
    let tenant = try RequestFields.tenant(request.tenant)
    let (order, slot) = try RequestFields.resourceID(request.orderID, "order_id")
    guard !(request.lines.isEmpty && request.addedLines.isEmpty) else {
      throw .invalidField("lines", found: "empty, like added_lines", allowed: "something to change")
    }
    let changes = try Self.lineQuantities(request.lines, quantities: 1...Limits.quantityMax, isEachOnce: true)
    _ = try lowestSlot(of: request.addedLines, "added_lines", tenant)
    try RequestFields.number(request.expectedVersion, "expected_version", 0...Int64(UInt32.max))
    let shard = shard(of: slot)
    if passOn(.orderAmendOrder, message, origin, toOwnerOf: shard) { return }

    let header = try header(request.requestID, request.actor, request.reason)
    let found = try reading { () throws(StateReadError) in try store.order(order.id, in: shard) }
    // Another tenant's order asks nothing of other shards; the ledger then says that there is none.
    let known = found.flatMap { Array($0.tenant.utf8) == Array(tenant) ? $0 : nil }
    var split = SplitReserve(tenant: tenant)
    if let known { split.addGrowth(of: known, changes) }
    let growth = split.lines.count
    try self.split(request.addedLines, &split, shard)
    guard split.parts.count <= Rules.linesMax else {
      throw .invalidField(
        "added_lines", found: "lines of \(split.parts.count) slots in other shards, with those that grow",
        allowed: "at most \(Rules.linesMax)")
    }
    let amend = AmendOrder(
      target: OrderTarget(order.id, tenant: String(decoding: tenant, as: UTF8.self), reason: request.reason),
      fingerprint: Self.fingerprint(of: request, tenant), expectedRevision: UInt32(request.expectedVersion),
      changes: changes, sourcing: Sourcing(takesBackorders: request.allowBackorder),
      // More may be wanted of a line that waits for stock, and has no location yet.
      rankedLocations: ranking(tenant: tenant.rawSpan, of: split.skus, in: shard),
      added: Array(split.lines.dropFirst(growth)))
    guard let known, !split.parts.isEmpty else {
      return try propose(.orderAmendOrder, origin, to: shard, context: UInt32(slot.rawValue)) {
        $0.append(.amendOrder(header, amend))
      }
    }
    var across = AcrossRequest.amending(known, amend, header, split)
    if !split.namesAllLocations { across.ranked = locations.ranking(tenant: tenant.rawSpan) }
    try begin(across, .orderAmendOrder, origin, in: shard)
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
      tenant: String(decoding: tenant, as: UTF8.self), channel: channel, number: number, slot: SlotNumber(slot.rawValue)
    )
  }

  /// The slot of an order's number is one that the call speaks of: while it is on its way, nobody gives the number.
  func check(_ name: OrderName?) {
    if let name, let slot = Slot(rawValue: name.slot.rawValue) { _ = shard(of: slot) }
  }

  /// Checks what every line says, and finds the lowest slot of their SKUs. All of their slots are ones that the call speaks
  /// of.
  private func lowestSlot(
    of lines: [NewOrderLine], _ field: String, _ tenant: [UInt8]
  ) throws(CallFailure) -> Slot? {
    var lowest: Slot?
    for (index, line) in lines.enumerated() {
      let sku = Array(line.sku.utf8)
      try RequestFields.name(sku.rawSpan, "\(field)[\(index)].sku", 1...Limits.skuBytesMax)
      _ = try RequestFields.text(line.location, "\(field)[\(index)].location", 0...Limits.locationBytesMax)
      try RequestFields.number(line.quantity, "\(field)[\(index)].quantity", 1...Limits.quantityMax)
      let slot = Slot(tenant: tenant.rawSpan, sku: sku.rawSpan)
      _ = shard(of: slot)
      lowest = min(lowest ?? slot, slot)
    }
    return lowest
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
    hash.combine(UInt64(bitPattern: Int64(request.strategy.rawValue) << 32 | Int64(request.split.rawValue)))
    hash.combine(UInt64(request.locations.count))
    for location in request.locations { hash.combine(location) }
    hash.combine(UInt64(request.allowBackorder ? 1 : 0))
    return hash.value
  }

  private static func fingerprint(of request: AmendOrderRequest, _ tenant: [UInt8]) -> UInt64 {
    var hash = StableHash(seed: 0x35)
    hash.combine(tenant.rawSpan)
    hash.combine(request.orderID.lowercased())
    hash.combine(request.reason)
    hash.combine(UInt64(bitPattern: request.expectedVersion))
    hash.combine(UInt64(request.allowBackorder ? 1 : 0))
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
