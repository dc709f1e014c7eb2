internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The gate for lists over shards: each page is a read of one shard.
extension StoreServer {
  func listSKUs(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ListSKUsRequest.self, message)
    _ = try RequestFields.tenant(request.tenant)
    let page = try ShardPage(request, shardMap)
    _ = try ListPosition.number(page.position)
    try refuseRevision(request.consistency)
    if beginPages(.catalogListSKUs, message, origin) { return }
    try read(.catalogListSKUs, message, origin, from: page.shard, request.consistency)
  }

  func listStock(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ListStockRequest.self, message)
    _ = try RequestFields.tenant(request.tenant)
    _ = try RequestFields.text(request.location, "location", 0...Limits.locationBytesMax)
    _ = try RequestFields.text(request.skuPrefix, "sku_prefix", 0...Limits.skuBytesMax)
    let page = try ShardPage(request, shardMap)
    _ = try ListPosition.number(page.position)
    try refuseRevision(request.consistency)
    if beginPages(.inventoryListStock, message, origin) { return }
    try read(.inventoryListStock, message, origin, from: page.shard, request.consistency)
  }

  func listHolds(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ListHoldsRequest.self, message)
    try checkFilter(request.tenant, request.sku, request.location, request.reference)
    _ = try HoldFilter.states(request.states)
    _ = try RequestFields.stamp(request.createTimeFrom, "create_time_from")
    _ = try RequestFields.stamp(request.createTimeBefore, "create_time_before")
    _ = try RequestFields.stamp(request.expireTimeBefore, "expire_time_before")
    let page = try ShardPage(request, shardMap)
    _ = try ListPosition.id(page.position)
    try refuseRevision(request.consistency)
    if beginPages(.holdListHolds, message, origin) { return }
    try read(.holdListHolds, message, origin, from: page.shard, request.consistency)
  }

  func listOrders(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ListOrdersRequest.self, message)
    try checkFilter(request.tenant, request.sku, request.location, request.reference)
    _ = try RequestFields.text(request.externalNumber, "external_number", 0...Limits.externalNumberBytesMax)
    _ = try RequestFields.text(request.channel, "channel", 0...Limits.channelBytesMax)
    _ = try RequestFields.stamp(request.payByTimeBefore, "pay_by_time_before")
    _ = try OrderFilter.statuses(request.statuses)
    _ = try RequestFields.stamp(request.createTimeFrom, "create_time_from")
    _ = try RequestFields.stamp(request.createTimeBefore, "create_time_before")
    let page = try ShardPage(request, shardMap)
    _ = try ListPosition.id(page.position)
    try refuseRevision(request.consistency)
    if beginPages(.orderListOrders, message, origin) { return }
    try read(.orderListOrders, message, origin, from: page.shard, request.consistency)
  }

  private func checkFilter(
    _ tenant: String, _ sku: String, _ location: String, _ reference: String
  ) throws(CallFailure) {
    _ = try RequestFields.tenant(tenant)
    _ = try RequestFields.text(sku, "sku", 0...Limits.skuBytesMax)
    _ = try RequestFields.text(location, "location", 0...Limits.locationBytesMax)
    _ = try RequestFields.text(reference, "reference", 0...Limits.referenceBytesMax)
  }
}

// MARK: - Answers

extension StoreServer {
  func answerListSKUs(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(ListSKUsRequest.self, message.rawSpan)
    let page = try ShardPage(request, shardMap)
    let last = SKUNumber(try ListPosition.number(page.position))
    let tenant = String(decoding: try RequestFields.tenant(request.tenant), as: UTF8.self)
    try readFrozen(shard, call.origin) { frozen throws(FrozenReadFailure) in
      try fromState { () throws(StateReadError) in
        let (skus, next) = try frozen.ledger.skus(behind: last, limit: page.size) { $0.tenant == tenant }
        return try page.written(skus, next.map { ListPosition.position($0.rawValue) }) { sku throws(StateReadError) in
          (try API.SKU(sku), ListPosition.position(sku.number.rawValue))
        }
      }
    }
  }

  func answerListHolds(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(ListHoldsRequest.self, message.rawSpan)
    let page = try ShardPage(request, shardMap)
    let before = try ListPosition.id(page.position)
    var filter = HoldFilter(
      tenant: String(decoding: try RequestFields.tenant(request.tenant), as: UTF8.self),
      states: try HoldFilter.states(request.states))
    filter.location = try location(request.tenant, request.location)
    filter.reference = request.reference.isEmpty ? nil : request.reference
    filter.createdFrom = try RequestFields.stamp(request.createTimeFrom, "create_time_from")
    filter.createdBefore = try RequestFields.stamp(request.createTimeBefore, "create_time_before")
    filter.expiringBefore = try RequestFields.stamp(request.expireTimeBefore, "expire_time_before")
    filter.sku = try skuFilter(request.sku, of: request.tenant, in: shard)
    let stamp = store.readStamp
    try readFrozen(shard, call.origin) { [filter] frozen throws(FrozenReadFailure) in
      try fromState { () throws(StateReadError) in
        let list = try frozen.ledger.holds(filter, before: before, at: stamp, limit: page.size)
        return try page.written(list.elements, list.next.map { ListPosition.position($0) }) {
          hold throws(StateReadError) in (try frozen.hold(hold), ListPosition.position(hold.id))
        }
      }
    }
  }

  func answerListOrders(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(ListOrdersRequest.self, message.rawSpan)
    let page = try ShardPage(request, shardMap)
    let before = try ListPosition.id(page.position)
    var filter = OrderFilter(tenant: String(decoding: try RequestFields.tenant(request.tenant), as: UTF8.self))
    filter.statuses = try OrderFilter.statuses(request.statuses)
    filter.location = try location(request.tenant, request.location)
    filter.reference = request.reference.isEmpty ? nil : request.reference
    filter.externalNumber = request.externalNumber.isEmpty ? nil : request.externalNumber
    filter.createdFrom = try RequestFields.stamp(request.createTimeFrom, "create_time_from")
    filter.createdBefore = try RequestFields.stamp(request.createTimeBefore, "create_time_before")
    filter.sku = try skuFilter(request.sku, of: request.tenant, in: shard)
    filter.channel = request.channel.isEmpty ? nil : request.channel
    filter.payByBefore = try RequestFields.stamp(request.payByTimeBefore, "pay_by_time_before")
    let stamp = store.readStamp
    try readFrozen(shard, call.origin) { [filter] frozen throws(FrozenReadFailure) in
      try fromState { () throws(StateReadError) in
        let list = try frozen.ledger.orders(filter, before: before, at: stamp, limit: page.size)
        return try page.written(list.elements, list.next.map { ListPosition.position($0) }) {
          listed throws(StateReadError) in
          (try frozen.order(listed.id, listed.order), ListPosition.position(listed.id))
        }
      }
    }
  }

  /// The SKU that a list over shards names, if it names one. Only the SKU's own shard says that there is no such SKU.
  private func skuFilter(_ sku: String, of tenant: String, in shard: ShardID) throws(CallFailure) -> SKUFilter? {
    if sku.isEmpty { return nil }
    let bytes = try RequestFields.tenant(tenant)
    let text = Array(sku.utf8)
    let number = store.findSKU(tenant: bytes.rawSpan, sku: text.rawSpan, in: shard)
    if number == nil, self.shard(tenant: bytes, sku: sku) == shard { throw .unknownSKU(sku) }
    return SKUFilter(number, sku)
  }

  /// The stock is in memory, and so is what is due by now, which no record says: this list is read on the Store's thread,
  /// a bounded number of SKUs and of their rows at a time.
  func answerListStock(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(ListStockRequest.self, message.rawSpan)
    let page = try ShardPage(request, shardMap)
    let location = try location(request.tenant, request.location)
    let tenant = try RequestFields.tenant(request.tenant)
    let prefix = Array(request.skuPrefix.utf8)
    let range = (request.availableMin ?? .min)...max(request.availableMax ?? .max, request.availableMin ?? .min)
    let isEmptyRange = (request.availableMax ?? .max) < (request.availableMin ?? .min)
    var (last, seen) = (try ListPosition.number(page.position), 0)
    guard let look = store.look(at: shard) else { throw CallFailure(StoreRefusal.notHere) }
    let count = UInt32(store.skuCount(of: shard))
    guard last <= count else { throw .invalidPageToken }
    var answer = PageWriter()
    var (owner, text): ([UInt8], [UInt8]) = ([], [])
    while last < count, answer.count < page.size, !answer.isFull, seen < Self.rowsLookedAtMax {
      last += 1
      seen += 1
      let number = SKUNumber(last)
      look.copyTexts(of: number, tenant: &owner, sku: &text)
      // A SKU that has left the shard is not found by its text.
      guard owner == tenant, text.starts(with: prefix),
        look.findSKU(tenant: owner.rawSpan, sku: text.rawSpan) == number
      else { continue }
      let stock = skuStock(number, in: shard, at: location)
      seen += stock.locations.count
      guard location == nil || !stock.locations.isEmpty else { continue }
      if !isEmptyRange, range.contains(stock.total?.available ?? 0) { answer.append(stock) }
    }
    let next = page.next(last < count ? ListPosition.position(last) : nil)
    deliver(.message(answer.finished(next)), to: call.origin)
  }

  /// How many SKUs, and rows of theirs, a page of stock looks at: two or three milliseconds of the Store's thread.
  private static let rowsLookedAtMax = 6_000
}

extension ShardPage {
  /// The page with these elements, or with the first of them when they are more bytes than a page should have.
  ///
  /// - Parameters:
  ///   - next: where the list goes on behind all of them.
  ///   - tell: an element as the contract tells it, and where the list goes on behind it.
  fileprivate func written<Element, Message: ProtobufMessage>(
    _ elements: [Element], _ next: [UInt8]?,
    _ tell: (Element) throws(StateReadError) -> (Message, position: [UInt8])
  ) throws(StateReadError) -> [UInt8] {
    var output = PageWriter()
    for (place, element) in elements.enumerated() {
      let (message, position) = try tell(element)
      output.append(message)
      if output.isFull, place + 1 < elements.count { return output.finished(self.next(position)) }
    }
    return output.finished(self.next(next))
  }
}

// MARK: - From the contract's filters

extension HoldFilter {
  static func states(_ states: [API.HoldState]) throws(CallFailure) -> [Inventory.HoldState] {
    var wanted: [Inventory.HoldState] = []
    for (place, state) in states.enumerated() {
      switch state {
      case .active: wanted.append(.active)
      case .confirmed: wanted.append(.confirmed)
      case .released: wanted.append(.released)
      case .expired: wanted.append(.expired)
      // A hold is in none of these once it can be read.
      case .preparing, .rejected: break
      case .unspecified, .unrecognized:
        throw .invalidField("states[\(place)]", found: state.name, allowed: "a state of holds")
      }
    }
    return states.isEmpty ? [.active] : wanted
  }
}

extension OrderFilter {
  /// `nil`: all.
  static func statuses(_ statuses: [API.OrderStatus]) throws(CallFailure) -> [Inventory.OrderStatus]? {
    if statuses.isEmpty { return nil }
    var wanted: [Inventory.OrderStatus] = []
    for (place, status) in statuses.enumerated() {
      switch status {
      case .awaitingPayment: wanted.append(.awaitingPayment)
      case .backordered: wanted.append(.backordered)
      case .ready: wanted.append(.ready)
      case .partiallyShipped: wanted.append(.partiallyShipped)
      case .shipped: wanted.append(.shipped)
      case .completed: wanted.append(.completed)
      case .expired: wanted.append(.expired)
      case .cancelled: wanted.append(.cancelled)
      case .unspecified, .unrecognized:
        throw .invalidField("statuses[\(place)]", found: status.name, allowed: "a status of orders")
      }
    }
    return wanted
  }
}
