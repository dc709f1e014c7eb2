internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The gate for what is done with an order that exists. Its id carries the home slot, so any node finds it.
extension StoreServer {
  func payOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(PayOrderRequest.self, message)
    let reference = try RequestFields.text(
      request.paymentReference, "payment_reference", 0...Limits.referenceBytesMax)
    try change(.orderPayOrder, message, origin, OrderCall(request), .pay(reference: reference))
  }

  func holdOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(HoldOrderRequest.self, message)
    try change(.orderHoldOrder, message, origin, OrderCall(request), .hold)
  }

  func resumeOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ResumeOrderRequest.self, message)
    try change(.orderResumeOrder, message, origin, OrderCall(request), .resume)
  }

  func cancelOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(CancelOrderRequest.self, message)
    let lines = try Self.lineQuantities(request.lines, quantities: 0...Limits.quantityMax)
    try change(.orderCancelOrder, message, origin, OrderCall(request), .cancel(lines))
  }

  func shipOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ShipOrderRequest.self, message)
    let shipment = try RequestFields.name(request.shipmentID, "shipment_id", 1...Limits.shipmentIDBytesMax)
    let lines = try Self.lineQuantities(request.lines, quantities: 0...Limits.quantityMax)
    try change(.orderShipOrder, message, origin, OrderCall(request), .ship(shipment: shipment, lines))
  }

  func completeOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(CompleteOrderRequest.self, message)
    try change(.orderCompleteOrder, message, origin, OrderCall(request), .complete)
  }

  private func change(
    _ method: Method, _ message: RawSpan, _ origin: CallOrigin, _ call: OrderCall, _ step: OrderStep
  ) throws(CallFailure) {
    let tenant = try RequestFields.tenant(call.tenant)
    let (order, slot) = try RequestFields.resourceID(call.orderID, "order_id")
    let shard = shard(of: slot)
    if passOn(method, message, origin, toOwnerOf: shard) { return }
    let header = try header(call.requestID, call.actor, call.reason)
    let target = OrderTarget(order.id, tenant: String(decoding: tenant, as: UTF8.self), reason: call.reason)
    try propose(method, origin, to: shard, context: UInt32(slot.rawValue)) {
      $0.append(.changeOrder(header, target, step))
    }
  }

  /// Lines by their places, from their numbers.
  static func lineQuantities(
    _ lines: [OrderLineQuantity], quantities: ClosedRange<Int64>, isEachOnce: Bool = false
  ) throws(CallFailure) -> [LineQuantity] {
    var quantitiesByLine: [LineQuantity] = []
    for (index, line) in lines.enumerated() {
      try RequestFields.number(line.line, "lines[\(index)].line", 1...Int32(Rules.orderLinesMax))
      try RequestFields.number(line.quantity, "lines[\(index)].quantity", quantities)
      let place = Int(line.line) - 1
      if isEachOnce, quantitiesByLine.contains(where: { $0.line == place }) {
        throw .invalidField("lines[\(index)].line", found: "\(line.line) once more", allowed: "each line once")
      }
      quantitiesByLine.append(LineQuantity(line: place, quantity: line.quantity))
    }
    return quantitiesByLine
  }
}

/// What all calls on an order have in common.
private struct OrderCall {
  var tenant: String
  var requestID: String
  var actor: String
  var reason: String
  var orderID: String

  init(_ request: some OrderRequest) {
    tenant = request.tenant
    requestID = request.requestID
    actor = request.actor
    reason = request.reason
    orderID = request.orderID
  }
}

private protocol OrderRequest {
  var tenant: String { get }
  var requestID: String { get }
  var actor: String { get }
  var reason: String { get }
  var orderID: String { get }
}

extension PayOrderRequest: OrderRequest {}
extension HoldOrderRequest: OrderRequest {}
extension ResumeOrderRequest: OrderRequest {}
extension CancelOrderRequest: OrderRequest {}
extension ShipOrderRequest: OrderRequest {}
extension CompleteOrderRequest: OrderRequest {}

/// Reading orders.
extension StoreServer {
  func getOrder(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(GetOrderRequest.self, message)
    _ = try RequestFields.tenant(request.tenant)
    let (_, slot) = try RequestFields.resourceID(request.orderID, "order_id")
    try read(.orderGetOrder, message, origin, from: shard(of: slot), request.consistency)
  }

  func getOrderByExternalNumber(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(GetOrderByExternalNumberRequest.self, message)
    try refuseRevision(request.consistency)
    let name = try namedIn(request)
    guard let slot = Slot(rawValue: name.slot.rawValue) else { invariantViolated("a name has no slot") }
    try read(.orderGetOrderByExternalNumber, message, origin, from: shard(of: slot), request.consistency)
  }

  /// The name that a request asks for.
  func namedIn(_ request: GetOrderByExternalNumberRequest) throws(CallFailure) -> OrderName {
    let tenant = try RequestFields.tenant(request.tenant)
    guard let name = try name(tenant, request.channel, request.externalNumber) else {
      throw .invalidField("external_number", found: "empty", allowed: "1 to \(Limits.externalNumberBytesMax) bytes")
    }
    return name
  }
}
