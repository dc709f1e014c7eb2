public import API
internal import Basics

extension HoldfastClient {
  /// Turns a hold into an order: what was held is owed to the buyer. A hold that has expired is confirmed all the same
  /// if its stock is still there.
  ///
  /// - Parameters:
  ///   - externalNumber: your order number, unique in its channel; at most 64 bytes.
  ///   - channel: where it was bought; at most 64 bytes.
  ///   - payWithin: how long it may wait to be paid: 1 second to 90 days; `nil`: it may be shipped before it is paid.
  /// - Throws: `.refused(.holdExpired)` when the stock is gone, `.refused(.holdReleased)`,
  ///   `.refused(.holdConfirmed)` with the order's id; `.refused(.externalNumberTaken)`; `.notFound`.
  public func confirmHold(
    _ holdID: String, externalNumber: String = "", channel: String = "", payWithin: Duration? = nil,
    options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Order> {
    let request = ConfirmHoldRequest(
      holdID: holdID, externalNumber: externalNumber, channel: channel,
      payWithin: payWithin.map { .init(milliseconds: $0.wholeMilliseconds) })
    return try await write(HoldService.confirmHold, request, options) { $0.order }
  }

  /// Makes an order of stock that is available: all of its lines, or none. A second order of the same external number is
  /// the first one, if it says the same.
  ///
  /// - Parameters:
  ///   - lines: what to order: 1 to 100 lines, quantities in the SKU's base unit.
  ///   - externalNumber: your order number, unique in its channel; at most 64 bytes.
  ///   - channel: where it was bought; at most 64 bytes.
  ///   - reference: yours, such as a cart's id; at most 64 bytes.
  ///   - payWithin: how long it may wait to be paid: 1 second to 90 days; `nil`: it may be shipped before it is paid.
  ///   - replaces: the id of the order in whose place this one is.
  ///   - sourcing: from which locations lines come that name none.
  ///   - allowsBackorder: lines may wait for stock, as far as their SKUs take backorders.
  /// - Throws: `.refused(.outOfStock)`, `.refused(.externalNumberTaken)`, `.refused(.locationClosed)`; `.notFound` for an
  ///   unknown SKU, location or order; `.invalidRequest`; `.outcomeUnknown`, with the request id to ask again with.
  public func createOrder(
    _ lines: [NewOrderLine], externalNumber: String = "", channel: String = "", reference: String = "",
    payWithin: Duration? = nil, replaces: String = "", sourcing: Sourcing = .init(), allowsBackorder: Bool = false,
    options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Order> {
    let request = CreateOrderRequest(
      lines: lines, channel: channel, externalNumber: externalNumber, reference: reference,
      payWithin: payWithin.map { .init(milliseconds: $0.wholeMilliseconds) }, replacesOrderID: replaces,
      strategy: sourcing.strategy, locations: sourcing.locations, split: sourcing.split,
      allowBackorder: allowsBackorder)
    return try await write(OrderService.createOrder, request, options) { $0.order }
  }

  /// - Throws: `.notFound`; `.invalidRequest`.
  public func order(_ orderID: String, options: ReadOptions = .init()) async throws(HoldfastError) -> Observed<Order> {
    try await read(OrderService.getOrder, GetOrderRequest(orderID: orderID), options) { $0.order }
  }

  /// The order that has a number in a channel.
  ///
  /// - Throws: `.notFound`; `.invalidRequest`.
  public func order(
    externalNumber: String, channel: String = "", options: ReadOptions = .init()
  ) async throws(HoldfastError) -> Observed<Order> {
    let request = GetOrderByExternalNumberRequest(channel: channel, externalNumber: externalNumber)
    return try await read(OrderService.getOrderByExternalNumber, request, options) { $0.order }
  }

  /// Records that an order was paid. The same payment may be recorded again.
  ///
  /// - Throws: `.refused(.orderClosed)` when it has expired or was cancelled; `.notFound`.
  public func payOrder(
    _ orderID: String, paymentReference: String = "", options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Order> {
    let request = PayOrderRequest(orderID: orderID, paymentReference: paymentReference)
    return try await write(OrderService.payOrder, request, options) { $0.order }
  }

  /// Keeps an order from being shipped; the options' reason says why.
  ///
  /// - Throws: `.refused(.orderClosed)`; `.notFound`.
  public func holdOrder(_ orderID: String, options: WriteOptions = .init()) async throws(HoldfastError) -> Written<
    Order
  > {
    try await write(OrderService.holdOrder, HoldOrderRequest(orderID: orderID), options) { $0.order }
  }

  /// Lets an order that is on hold be shipped again.
  ///
  /// - Throws: `.refused(.orderClosed)`; `.notFound`.
  public func resumeOrder(
    _ orderID: String, options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Order> {
    try await write(OrderService.resumeOrder, ResumeOrderRequest(orderID: orderID), options) { $0.order }
  }

  /// Cancels an order, or parts of its lines, as far as they are not shipped.
  ///
  /// - Parameter lines: a quantity of 0 is all that is open of the line; no lines: all that is open.
  /// - Throws: `.refused(.orderClosed)`, `.refused(.quantityNotOpen)`; `.notFound`.
  public func cancelOrder(
    _ orderID: String, lines: [OrderLineQuantity] = [], options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Order> {
    try await write(OrderService.cancelOrder, CancelOrderRequest(orderID: orderID, lines: lines), options) { $0.order }
  }

  /// Changes how much is wanted of an order's lines, and adds lines; only the differences move.
  ///
  /// - Parameters:
  ///   - lines: how much is wanted in all, without what was cancelled.
  ///   - expectedVersion: the version of the order that is to be changed; 0 for any.
  ///   - allowsBackorder: what is wanted more may wait for stock.
  /// - Throws: `.refused(.outOfStock)`, `.refused(.orderClosed)`, `.refused(.orderChanged)`,
  ///   `.refused(.quantityNotOpen)`; `.notFound`.
  public func amendOrder(
    _ orderID: String, lines: [OrderLineQuantity] = [], adding addedLines: [NewOrderLine] = [],
    expectedVersion: Int64 = 0, allowsBackorder: Bool = false, options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Order> {
    let request = AmendOrderRequest(
      orderID: orderID, lines: lines, addedLines: addedLines, expectedVersion: expectedVersion,
      allowBackorder: allowsBackorder)
    return try await write(OrderService.amendOrder, request, options) { $0.order }
  }

  /// Records that parts of an order have left: once, by the shipment's id, however often it is recorded.
  ///
  /// - Parameter lines: a quantity of 0 is all that has its stock of the line; no lines: all that has its stock.
  /// - Throws: `.refused(.orderNotPaid)`, `.refused(.orderOnHold)`, `.refused(.quantityNotOpen)`,
  ///   `.refused(.orderClosed)`, `.refused(.shipmentIDReused)`; `.notFound`.
  public func shipOrder(
    _ orderID: String, shipmentID: String, lines: [OrderLineQuantity] = [], options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Order> {
    let request = ShipOrderRequest(orderID: orderID, shipmentID: shipmentID, lines: lines)
    return try await write(OrderService.shipOrder, request, options) { $0.order }
  }

  /// Closes an order all of which was shipped or cancelled.
  ///
  /// - Throws: `.refused(.orderClosed)`, `.refused(.other(.orderNotShipped))`; `.notFound`.
  public func completeOrder(
    _ orderID: String, options: WriteOptions = .init()
  ) async throws(HoldfastError) -> Written<Order> {
    try await write(OrderService.completeOrder, CompleteOrderRequest(orderID: orderID), options) { $0.order }
  }
}
