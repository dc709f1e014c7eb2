internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication

/// Orders on their way out.
extension StoreServer {
  func answerConfirmed(
    _ call: PendingCall, _ completion: Completion, _ confirmation: Confirmation, isReplay: Bool
  ) throws(CallFailure) {
    guard let order = try order(confirmation.order, in: completion.shard) else {
      invariantViolated("a confirmation made no order")
    }
    answerOrder(call, order, in: completion.shard, isReplay: isReplay)
  }

  /// Answers a call that made or changed an order with the order as it is now.
  func answerOrder(_ call: PendingCall, _ order: API.Order, in shard: ShardID, isReplay: Bool) {
    let revision = revision(of: shard)
    switch call.method {
    case .holdConfirmHold:
      answer(call.origin, ConfirmHoldResponse(revision: revision, replayed: isReplay, order: order))
    case .orderCreateOrder:
      answer(call.origin, CreateOrderResponse(revision: revision, replayed: isReplay, order: order))
    case .orderPayOrder: answer(call.origin, PayOrderResponse(revision: revision, replayed: isReplay, order: order))
    case .orderHoldOrder: answer(call.origin, HoldOrderResponse(revision: revision, replayed: isReplay, order: order))
    case .orderResumeOrder:
      answer(call.origin, ResumeOrderResponse(revision: revision, replayed: isReplay, order: order))
    case .orderCancelOrder:
      answer(call.origin, CancelOrderResponse(revision: revision, replayed: isReplay, order: order))
    case .orderAmendOrder:
      answer(call.origin, AmendOrderResponse(revision: revision, replayed: isReplay, order: order))
    case .orderShipOrder: answer(call.origin, ShipOrderResponse(revision: revision, replayed: isReplay, order: order))
    case .orderCompleteOrder:
      answer(call.origin, CompleteOrderResponse(revision: revision, replayed: isReplay, order: order))
    default: invariantViolated("\(call.method) changes no order")
    }
  }

  /// An order as the contract tells it; `nil` when there is none.
  func order(_ id: UniqueID, in shard: ShardID) throws(CallFailure) -> API.Order? {
    let record = try reading { () throws(StateReadError) in try store.order(id, in: shard) }
    return record.map { orderMessage($0, id, shard) }
  }

  func orderMessage(_ record: OrderRecord, _ id: UniqueID, _ shard: ShardID) -> API.Order {
    API.Order(record, id, sku: { texts(of: $0, in: shard).sku }, location: { locationText($0) })
  }

  func answerGetOrder(_ call: PendingCall, _ shard: ShardID, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(GetOrderRequest.self, message.rawSpan)
    try checkRevision(request.consistency, shard)
    let (id, slot) = try RequestFields.resourceID(request.orderID, "order_id")
    try checkOwner(of: slot, in: shard)
    let tenant = try RequestFields.tenant(request.tenant)
    guard let order = try order(id.id, in: shard), Array(order.tenant.utf8) == tenant else {
      throw .unknownOrder(request.orderID)
    }
    answer(call.origin, GetOrderResponse(revision: revision(of: shard), order: order))
  }

  /// The shard of the name says which order has it; the order is then read where it is, which may be elsewhere. An order is
  /// made when its home has decided, a moment before the name's shard hears of it: so home is also asked about one that is
  /// still to be decided as far as is known here.
  func answerGetOrderByExternalNumber(
    _ call: PendingCall, _ shard: ShardID, _ message: [UInt8]
  ) throws(CallFailure) {
    let request = try RequestFields.decode(GetOrderByExternalNumberRequest.self, message.rawSpan)
    let name = try namedIn(request)
    if let slot = Slot(rawValue: name.slot.rawValue) { try checkOwner(of: slot, in: shard) }
    let found = try reading { () throws(StateReadError) in try store.order(named: name, in: shard) }
    guard let found else { throw .unknownOrder(name) }
    var read = GetOrderRequest()
    read.tenant = request.tenant
    read.consistency = request.consistency
    read.orderID = ResourceID(id: found.id, homeSlot: found.home.rawValue).description
    let bytes = read.encoded()
    let gathering = found.isDecided ? Gathering.relayed(call.origin) : .named(name, call.origin)
    let part = CallOrigin.part(0, of: gatherings.insert(gathering), store: UInt16(index))
    // Reads are answered behind the collecting part of a turn: this one belongs to the next.
    loop.requestTurn()
    dispatch(.orderGetOrder, bytes.rawSpan, part)
  }

  /// What the home of an order says that may have a name.
  func named(_ name: OrderName, _ answer: StoreAnswer) -> StoreAnswer {
    switch answer {
    case .failure(let failure): return .failure(failure.reason == .unknownOrder ? .unknownOrder(name) : failure)
    case .message(let bytes):
      do throws(DecodeError) {
        let order = try GetOrderResponse(decoding: bytes).order
        return order?.externalNumber == name.number && order?.channel == name.channel
          ? answer : .failure(.unknownOrder(name))
      } catch { return .failure(CallFailure(status: .internal, message: "the order's shard answered: \(error)")) }
    }
  }
}

extension CallFailure {
  fileprivate static func unknownOrder(_ name: OrderName) -> CallFailure {
    CallFailure(
      .unknownOrder, "there is no order '\(name.number)' in channel '\(name.channel)'",
      metadata: ["order_id": "", "channel": name.channel, "external_number": name.number])
  }
}

extension API.OrderStatus {
  init(_ status: Inventory.OrderStatus) {
    switch status {
    case .awaitingPayment: self = .awaitingPayment
    case .backordered: self = .backordered
    case .ready: self = .ready
    case .partiallyShipped: self = .partiallyShipped
    case .shipped: self = .shipped
    case .completed: self = .completed
    case .expired: self = .expired
    case .cancelled: self = .cancelled
    }
  }
}
