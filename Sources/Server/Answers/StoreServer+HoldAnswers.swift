internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Holds and orders on their way out.
extension StoreServer {
  /// A reservation was granted, now or (a replay) before. The first is the hot path: written from its parts.
  func answerReserved(
    _ call: PendingCall, _ completion: Completion, _ grant: HoldGrant, isReplay: Bool
  ) throws(CallFailure) {
    let shard = completion.shard
    guard !isReplay, let created = store.copyReference(ofLiveHold: grant.hold, in: shard, into: &texts.reference) else {
      return try answerHold(call, completion, grant.hold, isReplay: isReplay)
    }
    let granted = store.effects.outcomes.lines[grant.lines]
    let id = ResourceID(id: grant.hold, homeSlot: grant.home.rawValue)
    let revision = revision(of: shard)
    answer(call.origin) { output in
      if let first = granted.first { texts.load(first, store.effects.outcomes.remotes, of: shard, from: store) }
      let writer = texts.begin(into: &output, revision: revision, hold: id)
      for line in granted {
        texts.load(line, store.effects.outcomes.remotes, of: shard, from: store)
        texts.line(line, at: locationID(line.location), with: writer, into: &output)
      }
      texts.end(consume writer, into: &output, createTime: created, expireTime: grant.expiry)
    }
  }

  /// The tenant and the text of what a line is of.
  func texts(of item: LineItem, in shard: ShardID) -> (tenant: String, sku: String) {
    switch item {
    case .local(let sku): (store.tenant(of: sku, in: shard) ?? "", store.text(of: sku, in: shard))
    case .remote(let item): (item.tenant, item.sku)
    }
  }

  func locationID(_ number: LocationNumber?) -> [UInt8] {
    guard let number, Int(number.rawValue) < locationIDs.count else { return [] }
    return locationIDs[Int(number.rawValue)]
  }

  func locationText(_ number: LocationNumber?) -> String { number.flatMap { locations[$0]?.id } ?? "" }

  /// Answers a call on a hold with the hold as it is now.
  func answerHold(
    _ call: PendingCall, _ completion: Completion, _ id: UniqueID, isReplay: Bool
  ) throws(CallFailure) {
    guard let hold = try hold(id, in: completion.shard) else { throw .unknownHold(id.description) }
    let revision = revision(of: completion.shard)
    switch call.method {
    case .holdExtendHold: answer(call.origin, ExtendHoldResponse(revision: revision, replayed: isReplay, hold: hold))
    case .holdReleaseHold: answer(call.origin, ReleaseHoldResponse(revision: revision, replayed: isReplay, hold: hold))
    default: answer(call.origin, ReserveResponse(revision: revision, replayed: isReplay, hold: hold))
    }
  }

  func answerConfirmed(
    _ call: PendingCall, _ completion: Completion, _ confirmation: Confirmation, isReplay: Bool
  ) throws(CallFailure) {
    guard let order = try order(confirmation.order, in: completion.shard) else {
      invariantViolated("a confirmation made no order")
    }
    answer(
      call.origin,
      ConfirmHoldResponse(revision: revision(of: completion.shard), replayed: isReplay, order: order))
  }

  /// A hold as the contract tells it; `nil` when there is none.
  func hold(_ id: UniqueID, in shard: ShardID) throws(CallFailure) -> API.Hold? {
    guard let view = try reading({ () throws(StateReadError) in try store.hold(id, in: shard) }) else { return nil }
    let slot = view.home.rawValue
    var hold = API.Hold()
    hold.holdID = ResourceID(id: id, homeSlot: slot).description
    hold.tenant = view.lines.first.map { texts(of: view.item(of: $0), in: shard).tenant } ?? ""
    hold.state = API.HoldState(view.state)
    hold.createTime = WellKnown.Timestamp(view.created)
    hold.expireTime = WellKnown.Timestamp(view.expiry)
    hold.orderID = view.order.map { ResourceID(id: $0, homeSlot: slot).description } ?? ""
    hold.reference = view.reference
    hold.lines = view.lines.map { line in
      API.HoldLine(
        sku: texts(of: view.item(of: line), in: shard).sku, location: locationText(line.location), quantity: line.granted,
        askedQuantity: line.asked)
    }
    return hold
  }

  /// An order as the contract tells it; `nil` when there is none.
  func order(_ id: UniqueID, in shard: ShardID) throws(CallFailure) -> API.Order? {
    guard let record = try reading({ () throws(StateReadError) in try store.order(id, in: shard) }) else { return nil }
    let slot = record.home.rawValue
    var order = API.Order()
    order.orderID = ResourceID(id: id, homeSlot: slot).description
    order.tenant = record.lines.first.map { texts(of: $0.item, in: shard).tenant } ?? ""
    order.status = API.OrderStatus(record.status)
    order.holdID = ResourceID(id: record.hold, homeSlot: slot).description
    order.createTime = WellKnown.Timestamp(record.created)
    order.reference = record.reference
    order.externalNumber = record.externalNumber
    order.lines = record.lines.map { line in
      API.OrderLine(
        sku: texts(of: line.item, in: shard).sku, location: locationText(line.location), ordered: line.ordered, cancelled: line.cancelled, backordered: line.backordered, allocated: line.allocated,
        shipped: line.shipped)
    }
    return order
  }

  /// A failure to read state is the disk's, not the caller's: the Store stops, and the caller is told that it cannot know.
  func reading<Result>(_ body: () throws(StateReadError) -> Result) throws(CallFailure) -> Result {
    do throws(StateReadError) { return try body() } catch {
      node.tell(.storeFailed(index, error.message))
      throw CallFailure(status: .dataLoss, message: "the state cannot be read: \(error.message)")
    }
  }
}

extension API.HoldState {
  init(_ state: Inventory.HoldState) {
    switch state {
    case .active: self = .active
    case .confirmed: self = .confirmed
    case .released: self = .released
    case .expired: self = .expired
    }
  }
}

extension API.OrderStatus {
  init(_ status: Inventory.OrderStatus) {
    switch status {
    case .ready: self = .ready
    case .partiallyShipped: self = .partiallyShipped
    case .shipped: self = .shipped
    case .cancelled: self = .cancelled
    }
  }
}
