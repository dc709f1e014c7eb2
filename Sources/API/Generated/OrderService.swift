// Written by Scripts/generate-api from holdfast/v1/order_service.proto. Do not edit.

public import Basics

/// How far an order is. It follows from the lines' counters, from the payment and from the times below.
public enum OrderStatus: ProtobufEnum {
  case unspecified
  /// Waits for its payment, and expires without it. It may have its stock.
  case awaitingPayment
  /// Can be shipped, as far as it has its stock and is not on hold.
  case ready
  /// A part has left.
  case partiallyShipped
  /// All that is not cancelled has left.
  case shipped
  /// Has arrived; nothing is left to do.
  case completed
  /// Was not paid in time; its stock was given back.
  case expired
  /// All of it was cancelled.
  case cancelled
  /// Waits for stock; nothing can be shipped yet.
  case backordered
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [OrderStatus] = [
    .unspecified, .awaitingPayment, .ready, .partiallyShipped, .shipped, .completed, .expired, .cancelled, .backordered,
  ]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .awaitingPayment
    case 2: self = .ready
    case 3: self = .partiallyShipped
    case 4: self = .shipped
    case 5: self = .completed
    case 6: self = .expired
    case 7: self = .cancelled
    case 8: self = .backordered
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "AWAITING_PAYMENT": self = .awaitingPayment
    case "READY": self = .ready
    case "PARTIALLY_SHIPPED": self = .partiallyShipped
    case "SHIPPED": self = .shipped
    case "COMPLETED": self = .completed
    case "EXPIRED": self = .expired
    case "CANCELLED": self = .cancelled
    case "BACKORDERED": self = .backordered
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .awaitingPayment: 1
    case .ready: 2
    case .partiallyShipped: 3
    case .shipped: 4
    case .completed: 5
    case .expired: 6
    case .cancelled: 7
    case .backordered: 8
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .awaitingPayment: "AWAITING_PAYMENT"
    case .ready: "READY"
    case .partiallyShipped: "PARTIALLY_SHIPPED"
    case .shipped: "SHIPPED"
    case .completed: "COMPLETED"
    case .expired: "EXPIRED"
    case .cancelled: "CANCELLED"
    case .backordered: "BACKORDERED"
    case .unrecognized(let number): String(number)
    }
  }
}

/// One SKU of an order. Always: ordered = cancelled + backordered + allocated + shipped.
public struct OrderLine: ProtobufMessage {
  public static let protobufName = "holdfast.v1.OrderLine"

  /// Which SKU.
  public var sku: String = ""
  /// From where it ships. Empty while nothing of it has its stock.
  public var location: String = ""
  /// How much was ordered, in the SKU's base unit, like all that follow. An amendment changes it.
  public var ordered: Int64 = 0
  /// Will not come.
  public var cancelled: Int64 = 0
  /// Waits for stock.
  public var backordered: Int64 = 0
  /// Has its stock.
  public var allocated: Int64 = 0
  /// Has left.
  public var shipped: Int64 = 0
  /// The line's number in the order, from 1; it never changes.
  public var line: Int32 = 0

  public init() {}

  public init(
    sku: String = "",
    location: String = "",
    ordered: Int64 = 0,
    cancelled: Int64 = 0,
    backordered: Int64 = 0,
    allocated: Int64 = 0,
    shipped: Int64 = 0,
    line: Int32 = 0
  ) {
    self.sku = sku
    self.location = location
    self.ordered = ordered
    self.cancelled = cancelled
    self.backordered = backordered
    self.allocated = allocated
    self.shipped = shipped
    self.line = line
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.sku.isEmpty {
      writer.field(10, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(18, text: self.location)
    }
    if self.ordered != 0 {
      writer.field(24, varint: self.ordered)
    }
    if self.cancelled != 0 {
      writer.field(32, varint: self.cancelled)
    }
    if self.backordered != 0 {
      writer.field(40, varint: self.backordered)
    }
    if self.allocated != 0 {
      writer.field(48, varint: self.allocated)
    }
    if self.shipped != 0 {
      writer.field(56, varint: self.shipped)
    }
    if self.line != 0 {
      writer.field(64, varint: self.line)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.sku = try reader.text()
      case 18: self.location = try reader.text()
      case 24: self.ordered = try reader.varintInt64()
      case 32: self.cancelled = try reader.varintInt64()
      case 40: self.backordered = try reader.varintInt64()
      case 48: self.allocated = try reader.varintInt64()
      case 56: self.shipped = try reader.varintInt64()
      case 64: self.line = try reader.varintInt32()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// A quantity of a line of an order.
public struct OrderLineQuantity: ProtobufMessage {
  public static let protobufName = "holdfast.v1.OrderLineQuantity"

  /// The line's number in the order. Required.
  public var line: Int32 = 0
  /// How much. What 0 means stands where it is used.
  public var quantity: Int64 = 0

  public init() {}

  public init(
    line: Int32 = 0,
    quantity: Int64 = 0
  ) {
    self.line = line
    self.quantity = quantity
  }

  public func encode(into writer: inout ByteWriter) {
    if self.line != 0 {
      writer.field(8, varint: self.line)
    }
    if self.quantity != 0 {
      writer.field(16, varint: self.quantity)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.line = try reader.varintInt32()
      case 16: self.quantity = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// A part of an order that has left.
public struct Shipment: ProtobufMessage {
  public static let protobufName = "holdfast.v1.Shipment"

  /// What the caller calls it.
  public var shipmentID: String = ""
  /// When it was recorded, by the shard's time.
  public var shipTime: WellKnown.Timestamp?
  /// What was in it. Limit: 200 elements.
  public var lines: [OrderLineQuantity] = []

  public init() {}

  public init(
    shipmentID: String = "",
    shipTime: WellKnown.Timestamp? = nil,
    lines: [OrderLineQuantity] = []
  ) {
    self.shipmentID = shipmentID
    self.shipTime = shipTime
    self.lines = lines
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.shipmentID.isEmpty {
      writer.field(10, text: self.shipmentID)
    }
    if let value = self.shipTime {
      writer.field(18, message: value)
    }
    for element in self.lines {
      writer.field(26, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.shipmentID = try reader.text()
      case 18: self.shipTime = try reader.message(over: self.shipTime)
      case 26: try reader.append(to: &self.lines, limit: 200, "Shipment.lines")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What is owed to a buyer.
public struct Order: ProtobufMessage {
  public static let protobufName = "holdfast.v1.Order"

  /// Its id: the creating request's id, "-", and four hexadecimal digits. Treat it as opaque.
  public var orderID: String = ""
  /// Whose stock.
  public var tenant: String = ""
  /// How far it is.
  public var status: OrderStatus = .unspecified
  /// In order of their numbers. Limit: 200 elements.
  public var lines: [OrderLine] = []
  /// Your order number, unique in its channel.
  public var externalNumber: String = ""
  /// The hold it was made of; empty when it was made directly.
  public var holdID: String = ""
  /// When it was made, by the shard's time, like all times here.
  public var createTime: WellKnown.Timestamp?
  /// The hold's or the request's.
  public var reference: String = ""
  /// Where it was bought.
  public var channel: String = ""
  /// Grows with each change.
  public var version: Int64 = 0
  /// Unless it is paid before, it expires; absent when it needed no payment before it may be shipped.
  public var payByTime: WellKnown.Timestamp?
  /// When it was paid; absent before.
  public var payTime: WellKnown.Timestamp?
  /// What its payment is called.
  public var paymentReference: String = ""
  /// May not be shipped now.
  public var onHold: Bool = false
  /// Why it is on hold.
  public var holdReason: String = ""
  /// When it expired; absent when it did not.
  public var expireTime: WellKnown.Timestamp?
  /// When it was completed; absent before.
  public var completeTime: WellKnown.Timestamp?
  /// The order in whose place this one is.
  public var replacesOrderID: String = ""
  /// The orders that are in the place of this one, in the order in which they were made. Limit: 10 elements.
  public var replacementOrderIDs: [String] = []
  /// What has left, in order. Limit: 100 elements.
  public var shipments: [Shipment] = []

  public init() {}

  public init(
    orderID: String = "",
    tenant: String = "",
    status: OrderStatus = .unspecified,
    lines: [OrderLine] = [],
    externalNumber: String = "",
    holdID: String = "",
    createTime: WellKnown.Timestamp? = nil,
    reference: String = "",
    channel: String = "",
    version: Int64 = 0,
    payByTime: WellKnown.Timestamp? = nil,
    payTime: WellKnown.Timestamp? = nil,
    paymentReference: String = "",
    onHold: Bool = false,
    holdReason: String = "",
    expireTime: WellKnown.Timestamp? = nil,
    completeTime: WellKnown.Timestamp? = nil,
    replacesOrderID: String = "",
    replacementOrderIDs: [String] = [],
    shipments: [Shipment] = []
  ) {
    self.orderID = orderID
    self.tenant = tenant
    self.status = status
    self.lines = lines
    self.externalNumber = externalNumber
    self.holdID = holdID
    self.createTime = createTime
    self.reference = reference
    self.channel = channel
    self.version = version
    self.payByTime = payByTime
    self.payTime = payTime
    self.paymentReference = paymentReference
    self.onHold = onHold
    self.holdReason = holdReason
    self.expireTime = expireTime
    self.completeTime = completeTime
    self.replacesOrderID = replacesOrderID
    self.replacementOrderIDs = replacementOrderIDs
    self.shipments = shipments
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.orderID.isEmpty {
      writer.field(10, text: self.orderID)
    }
    if !self.tenant.isEmpty {
      writer.field(18, text: self.tenant)
    }
    if self.status.rawValue != 0 {
      writer.varint(24)
      writer.varint(UInt64(bitPattern: Int64(self.status.rawValue)))
    }
    for element in self.lines {
      writer.field(34, message: element)
    }
    if !self.externalNumber.isEmpty {
      writer.field(42, text: self.externalNumber)
    }
    if !self.holdID.isEmpty {
      writer.field(50, text: self.holdID)
    }
    if let value = self.createTime {
      writer.field(58, message: value)
    }
    if !self.reference.isEmpty {
      writer.field(66, text: self.reference)
    }
    if !self.channel.isEmpty {
      writer.field(74, text: self.channel)
    }
    if self.version != 0 {
      writer.field(80, varint: self.version)
    }
    if let value = self.payByTime {
      writer.field(90, message: value)
    }
    if let value = self.payTime {
      writer.field(98, message: value)
    }
    if !self.paymentReference.isEmpty {
      writer.field(106, text: self.paymentReference)
    }
    if self.onHold {
      writer.field(112, varint: self.onHold)
    }
    if !self.holdReason.isEmpty {
      writer.field(122, text: self.holdReason)
    }
    if let value = self.expireTime {
      writer.field(130, message: value)
    }
    if let value = self.completeTime {
      writer.field(138, message: value)
    }
    if !self.replacesOrderID.isEmpty {
      writer.field(146, text: self.replacesOrderID)
    }
    for element in self.replacementOrderIDs {
      writer.field(154, text: element)
    }
    for element in self.shipments {
      writer.field(162, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.orderID = try reader.text()
      case 18: self.tenant = try reader.text()
      case 24: self.status = try reader.varintEnum()
      case 34: try reader.append(to: &self.lines, limit: 200, "Order.lines")
      case 42: self.externalNumber = try reader.text()
      case 50: self.holdID = try reader.text()
      case 58: self.createTime = try reader.message(over: self.createTime)
      case 66: self.reference = try reader.text()
      case 74: self.channel = try reader.text()
      case 80: self.version = try reader.varintInt64()
      case 90: self.payByTime = try reader.message(over: self.payByTime)
      case 98: self.payTime = try reader.message(over: self.payTime)
      case 106: self.paymentReference = try reader.text()
      case 112: self.onHold = try reader.varintBool()
      case 122: self.holdReason = try reader.text()
      case 130: self.expireTime = try reader.message(over: self.expireTime)
      case 138: self.completeTime = try reader.message(over: self.completeTime)
      case 146: self.replacesOrderID = try reader.text()
      case 154:
        if self.replacementOrderIDs.count >= 10 { throw tooManyElements("Order.replacement_order_ids", 10) }
        self.replacementOrderIDs.append(try reader.text())
      case 162: try reader.append(to: &self.shipments, limit: 100, "Order.shipments")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What to order of one SKU.
public struct NewOrderLine: ProtobufMessage {
  public static let protobufName = "holdfast.v1.NewOrderLine"

  /// Which SKU. Required. The same one may stand in several lines.
  public var sku: String = ""
  /// From where; empty: from the first active location, by priority, that can meet the line.
  public var location: String = ""
  /// How much: at least 1.
  public var quantity: Int64 = 0

  public init() {}

  public init(
    sku: String = "",
    location: String = "",
    quantity: Int64 = 0
  ) {
    self.sku = sku
    self.location = location
    self.quantity = quantity
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.sku.isEmpty {
      writer.field(10, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(18, text: self.location)
    }
    if self.quantity != 0 {
      writer.field(24, varint: self.quantity)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.sku = try reader.text()
      case 18: self.location = try reader.text()
      case 24: self.quantity = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.CreateOrderRequest`.
public struct CreateOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.CreateOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto. It becomes the first 36 characters of the order's id.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// What to order: at least one line. Limit: 100 elements.
  public var lines: [NewOrderLine] = []
  /// Where it was bought: a marketplace, a shop. At most 64 bytes; may be empty.
  public var channel: String = ""
  /// Your order number, unique in its channel. At most 64 bytes; may be empty.
  public var externalNumber: String = ""
  /// Yours: a cart, a buyer. At most 64 bytes; may be empty.
  public var reference: String = ""
  /// How long it may wait to be paid: 1 second to 90 days. Absent: it may be shipped before it is paid.
  public var payWithin: WellKnown.Duration?
  /// The order in whose place this one is, of the same tenant; empty for none. That order stays as it is, and names this
  /// one.
  public var replacesOrderID: String = ""
  /// Which locations give lines that name none. Default: PRIORITY.
  public var strategy: SourcingStrategy = .unspecified
  /// With RANKED, and only then: the locations to try, best first; at least one. Limit: 100 elements.
  public var locations: [String] = []
  /// What may be divided among locations. Default: ORDER. A line that comes from several is several lines of the order.
  public var split: SplitPolicy = .unspecified
  /// Lines may wait for stock, as far as their SKUs take backorders: what is there is allocated, the rest is backordered.
  /// A line that names its location waits for stock there, any other for stock at any location; whatever comes to be
  /// available goes to the orders that wait for it, oldest first. Lines whose SKUs are in another shard than the order do not wait:
  /// they must be there.
  public var allowBackorder: Bool = false

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    lines: [NewOrderLine] = [],
    channel: String = "",
    externalNumber: String = "",
    reference: String = "",
    payWithin: WellKnown.Duration? = nil,
    replacesOrderID: String = "",
    strategy: SourcingStrategy = .unspecified,
    locations: [String] = [],
    split: SplitPolicy = .unspecified,
    allowBackorder: Bool = false
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.lines = lines
    self.channel = channel
    self.externalNumber = externalNumber
    self.reference = reference
    self.payWithin = payWithin
    self.replacesOrderID = replacesOrderID
    self.strategy = strategy
    self.locations = locations
    self.split = split
    self.allowBackorder = allowBackorder
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.requestID.isEmpty {
      writer.field(18, text: self.requestID)
    }
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    for element in self.lines {
      writer.field(42, message: element)
    }
    if !self.channel.isEmpty {
      writer.field(50, text: self.channel)
    }
    if !self.externalNumber.isEmpty {
      writer.field(58, text: self.externalNumber)
    }
    if !self.reference.isEmpty {
      writer.field(66, text: self.reference)
    }
    if let value = self.payWithin {
      writer.field(74, message: value)
    }
    if !self.replacesOrderID.isEmpty {
      writer.field(82, text: self.replacesOrderID)
    }
    if self.strategy.rawValue != 0 {
      writer.varint(88)
      writer.varint(UInt64(bitPattern: Int64(self.strategy.rawValue)))
    }
    for element in self.locations {
      writer.field(98, text: element)
    }
    if self.split.rawValue != 0 {
      writer.varint(104)
      writer.varint(UInt64(bitPattern: Int64(self.split.rawValue)))
    }
    if self.allowBackorder {
      writer.field(112, varint: self.allowBackorder)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.requestID = try reader.text()
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 42: try reader.append(to: &self.lines, limit: 100, "CreateOrderRequest.lines")
      case 50: self.channel = try reader.text()
      case 58: self.externalNumber = try reader.text()
      case 66: self.reference = try reader.text()
      case 74: self.payWithin = try reader.message(over: self.payWithin)
      case 82: self.replacesOrderID = try reader.text()
      case 88: self.strategy = try reader.varintEnum()
      case 98:
        if self.locations.count >= 100 { throw tooManyElements("CreateOrderRequest.locations", 100) }
        self.locations.append(try reader.text())
      case 104: self.split = try reader.varintEnum()
      case 112: self.allowBackorder = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.CreateOrderResponse`.
public struct CreateOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.CreateOrderResponse"

  /// The revision that includes the order.
  public var revision: Int64 = 0
  /// The order was there already: this request id was decided before, by an earlier call or attempt, or another one
  /// that said the same of the same external number.
  public var replayed: Bool = false
  /// The order.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    order: Order? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetOrderRequest`.
public struct GetOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// Which. Required.
  public var orderID: String = ""

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    orderID: String = ""
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.orderID = orderID
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if let value = self.consistency {
      writer.field(18, message: value)
    }
    if !self.orderID.isEmpty {
      writer.field(42, text: self.orderID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.consistency = try reader.message(over: self.consistency)
      case 42: self.orderID = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetOrderResponse`.
public struct GetOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetOrderResponse"

  /// The revision that was read.
  public var revision: Int64 = 0
  /// The order. One that is due by now shows as EXPIRED.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    order: Order? = nil
  ) {
    self.revision = revision
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetOrderByExternalNumberRequest`.
public struct GetOrderByExternalNumberRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetOrderByExternalNumberRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable. A revision is refused, as two shards may be read.
  public var consistency: ReadConsistency?
  /// Where it was bought; may be empty, as it was when it was ordered.
  public var channel: String = ""
  /// Its number there. Required.
  public var externalNumber: String = ""

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    channel: String = "",
    externalNumber: String = ""
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.channel = channel
    self.externalNumber = externalNumber
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if let value = self.consistency {
      writer.field(18, message: value)
    }
    if !self.channel.isEmpty {
      writer.field(42, text: self.channel)
    }
    if !self.externalNumber.isEmpty {
      writer.field(50, text: self.externalNumber)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.consistency = try reader.message(over: self.consistency)
      case 42: self.channel = try reader.text()
      case 50: self.externalNumber = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetOrderByExternalNumberResponse`.
public struct GetOrderByExternalNumberResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetOrderByExternalNumberResponse"

  /// The revision that was read, of the order's shard.
  public var revision: Int64 = 0
  /// The order. One that is due by now shows as EXPIRED.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    order: Order? = nil
  ) {
    self.revision = revision
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.PayOrderRequest`.
public struct PayOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.PayOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Which. Required.
  public var orderID: String = ""
  /// What the payment is called. At most 64 bytes; may be empty.
  public var paymentReference: String = ""

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    orderID: String = "",
    paymentReference: String = ""
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.orderID = orderID
    self.paymentReference = paymentReference
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.requestID.isEmpty {
      writer.field(18, text: self.requestID)
    }
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if !self.orderID.isEmpty {
      writer.field(42, text: self.orderID)
    }
    if !self.paymentReference.isEmpty {
      writer.field(50, text: self.paymentReference)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.requestID = try reader.text()
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 42: self.orderID = try reader.text()
      case 50: self.paymentReference = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.PayOrderResponse`.
public struct PayOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.PayOrderResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// It was reported before; nothing changed this time.
  public var replayed: Bool = false
  /// The order as it is now.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    order: Order? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.HoldOrderRequest`.
public struct HoldOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.HoldOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto; shown as the order's `hold_reason`.
  public var reason: String = ""
  /// Which. Required.
  public var orderID: String = ""

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    orderID: String = ""
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.orderID = orderID
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.requestID.isEmpty {
      writer.field(18, text: self.requestID)
    }
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if !self.orderID.isEmpty {
      writer.field(42, text: self.orderID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.requestID = try reader.text()
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 42: self.orderID = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.HoldOrderResponse`.
public struct HoldOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.HoldOrderResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The order as it is now.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    order: Order? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ResumeOrderRequest`.
public struct ResumeOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ResumeOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Which. Required.
  public var orderID: String = ""

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    orderID: String = ""
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.orderID = orderID
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.requestID.isEmpty {
      writer.field(18, text: self.requestID)
    }
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if !self.orderID.isEmpty {
      writer.field(42, text: self.orderID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.requestID = try reader.text()
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 42: self.orderID = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ResumeOrderResponse`.
public struct ResumeOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ResumeOrderResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The order as it is now.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    order: Order? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.CancelOrderRequest`.
public struct CancelOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.CancelOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Which. Required.
  public var orderID: String = ""
  /// What to cancel; a quantity of 0 is all that is open of the line. Empty: all that is open. Limit: 200 elements.
  public var lines: [OrderLineQuantity] = []

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    orderID: String = "",
    lines: [OrderLineQuantity] = []
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.orderID = orderID
    self.lines = lines
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.requestID.isEmpty {
      writer.field(18, text: self.requestID)
    }
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if !self.orderID.isEmpty {
      writer.field(42, text: self.orderID)
    }
    for element in self.lines {
      writer.field(50, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.requestID = try reader.text()
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 42: self.orderID = try reader.text()
      case 50: try reader.append(to: &self.lines, limit: 200, "CancelOrderRequest.lines")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.CancelOrderResponse`.
public struct CancelOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.CancelOrderResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The order as it is now.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    order: Order? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.AmendOrderRequest`.
public struct AmendOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.AmendOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Which. Required.
  public var orderID: String = ""
  /// How much is wanted of lines that exist, in all: what was shipped counts, what was cancelled does not. At least 1; what
  /// is not wanted at all is cancelled. Each line once. Limit: 200 elements.
  public var lines: [OrderLineQuantity] = []
  /// Lines to add. Limit: 100 elements.
  public var addedLines: [NewOrderLine] = []
  /// The version of the order that is to be changed; 0 for any.
  public var expectedVersion: Int64 = 0
  /// See CreateOrderRequest, for what is wanted more.
  public var allowBackorder: Bool = false

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    orderID: String = "",
    lines: [OrderLineQuantity] = [],
    addedLines: [NewOrderLine] = [],
    expectedVersion: Int64 = 0,
    allowBackorder: Bool = false
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.orderID = orderID
    self.lines = lines
    self.addedLines = addedLines
    self.expectedVersion = expectedVersion
    self.allowBackorder = allowBackorder
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.requestID.isEmpty {
      writer.field(18, text: self.requestID)
    }
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if !self.orderID.isEmpty {
      writer.field(42, text: self.orderID)
    }
    for element in self.lines {
      writer.field(50, message: element)
    }
    for element in self.addedLines {
      writer.field(58, message: element)
    }
    if self.expectedVersion != 0 {
      writer.field(64, varint: self.expectedVersion)
    }
    if self.allowBackorder {
      writer.field(72, varint: self.allowBackorder)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.requestID = try reader.text()
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 42: self.orderID = try reader.text()
      case 50: try reader.append(to: &self.lines, limit: 200, "AmendOrderRequest.lines")
      case 58: try reader.append(to: &self.addedLines, limit: 100, "AmendOrderRequest.added_lines")
      case 64: self.expectedVersion = try reader.varintInt64()
      case 72: self.allowBackorder = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.AmendOrderResponse`.
public struct AmendOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.AmendOrderResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The order as it is now.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    order: Order? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ShipOrderRequest`.
public struct ShipOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ShipOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Which. Required.
  public var orderID: String = ""
  /// What you call the shipment, unique in the order: 1 to 64 bytes. Required.
  public var shipmentID: String = ""
  /// What has left; a quantity of 0 is all that has its stock of the line. Empty: all that has its stock. Limit: 200
  /// elements.
  public var lines: [OrderLineQuantity] = []

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    orderID: String = "",
    shipmentID: String = "",
    lines: [OrderLineQuantity] = []
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.orderID = orderID
    self.shipmentID = shipmentID
    self.lines = lines
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.requestID.isEmpty {
      writer.field(18, text: self.requestID)
    }
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if !self.orderID.isEmpty {
      writer.field(42, text: self.orderID)
    }
    if !self.shipmentID.isEmpty {
      writer.field(50, text: self.shipmentID)
    }
    for element in self.lines {
      writer.field(58, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.requestID = try reader.text()
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 42: self.orderID = try reader.text()
      case 50: self.shipmentID = try reader.text()
      case 58: try reader.append(to: &self.lines, limit: 200, "ShipOrderRequest.lines")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ShipOrderResponse`.
public struct ShipOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ShipOrderResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// The shipment was reported before; nothing changed this time.
  public var replayed: Bool = false
  /// The order as it is now.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    order: Order? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.CompleteOrderRequest`.
public struct CompleteOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.CompleteOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Which. Required.
  public var orderID: String = ""

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    orderID: String = ""
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.orderID = orderID
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.requestID.isEmpty {
      writer.field(18, text: self.requestID)
    }
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if !self.orderID.isEmpty {
      writer.field(42, text: self.orderID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.requestID = try reader.text()
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 42: self.orderID = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.CompleteOrderResponse`.
public struct CompleteOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.CompleteOrderResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The order as it is now.
  public var order: Order?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    order: Order? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.order = order
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.order {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26: self.order = try reader.message(over: self.order)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListOrdersRequest`.
public struct ListOrdersRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListOrdersRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// How many at most: 1 to 1000; 0 means 100. A page may hold fewer.
  public var pageSize: Int32 = 0
  /// Empty for the first page; then the last response's `next_page_token`, with all else unchanged.
  public var pageToken: String = ""
  /// Only orders with a line of this SKU; empty for all.
  public var sku: String = ""
  /// Only orders with a line that ships from there, of that SKU if one is named; empty for all.
  public var location: String = ""
  /// Only of this reference: of this buyer; empty for all.
  public var reference: String = ""
  /// Only with this order number of yours; empty for all.
  public var externalNumber: String = ""
  /// Only with these statuses. Empty: all. Limit: 10 elements.
  public var statuses: [OrderStatus] = []
  /// Only those made at this time or later.
  public var createTimeFrom: WellKnown.Timestamp?
  /// Only those made before this time: by age.
  public var createTimeBefore: WellKnown.Timestamp?
  /// Only those of this channel; empty for all.
  public var channel: String = ""
  /// Only those that await their payment and expire without it before this time.
  public var payByTimeBefore: WellKnown.Timestamp?

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    pageSize: Int32 = 0,
    pageToken: String = "",
    sku: String = "",
    location: String = "",
    reference: String = "",
    externalNumber: String = "",
    statuses: [OrderStatus] = [],
    createTimeFrom: WellKnown.Timestamp? = nil,
    createTimeBefore: WellKnown.Timestamp? = nil,
    channel: String = "",
    payByTimeBefore: WellKnown.Timestamp? = nil
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.pageSize = pageSize
    self.pageToken = pageToken
    self.sku = sku
    self.location = location
    self.reference = reference
    self.externalNumber = externalNumber
    self.statuses = statuses
    self.createTimeFrom = createTimeFrom
    self.createTimeBefore = createTimeBefore
    self.channel = channel
    self.payByTimeBefore = payByTimeBefore
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if let value = self.consistency {
      writer.field(18, message: value)
    }
    if self.pageSize != 0 {
      writer.field(24, varint: self.pageSize)
    }
    if !self.pageToken.isEmpty {
      writer.field(34, text: self.pageToken)
    }
    if !self.sku.isEmpty {
      writer.field(42, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(50, text: self.location)
    }
    if !self.reference.isEmpty {
      writer.field(58, text: self.reference)
    }
    if !self.externalNumber.isEmpty {
      writer.field(66, text: self.externalNumber)
    }
    if !self.statuses.isEmpty {
      let start = writer.beginDelimited(74)
      for element in self.statuses { writer.varint(UInt64(bitPattern: Int64(element.rawValue))) }
      writer.endDelimited(start)
    }
    if let value = self.createTimeFrom {
      writer.field(82, message: value)
    }
    if let value = self.createTimeBefore {
      writer.field(90, message: value)
    }
    if !self.channel.isEmpty {
      writer.field(98, text: self.channel)
    }
    if let value = self.payByTimeBefore {
      writer.field(106, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.consistency = try reader.message(over: self.consistency)
      case 24: self.pageSize = try reader.varintInt32()
      case 34: self.pageToken = try reader.text()
      case 42: self.sku = try reader.text()
      case 50: self.location = try reader.text()
      case 58: self.reference = try reader.text()
      case 66: self.externalNumber = try reader.text()
      case 72:
        if self.statuses.count >= 10 { throw tooManyElements("ListOrdersRequest.statuses", 10) }
        self.statuses.append(try reader.varintEnum())
      case 74:
        var packed = ByteReader(try reader.delimited())
        while !packed.isAtEnd {
          if self.statuses.count >= 10 { throw tooManyElements("ListOrdersRequest.statuses", 10) }
          self.statuses.append(try packed.varintEnum())
        }
      case 82: self.createTimeFrom = try reader.message(over: self.createTimeFrom)
      case 90: self.createTimeBefore = try reader.message(over: self.createTimeBefore)
      case 98: self.channel = try reader.text()
      case 106: self.payByTimeBefore = try reader.message(over: self.payByTimeBefore)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListOrdersResponse`.
public struct ListOrdersResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListOrdersResponse"

  /// The page. Limit: 1000 elements.
  public var orders: [Order] = []
  /// Asks for the next page; empty on the last one.
  public var nextPageToken: String = ""

  public init() {}

  public init(
    orders: [Order] = [],
    nextPageToken: String = ""
  ) {
    self.orders = orders
    self.nextPageToken = nextPageToken
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.orders {
      writer.field(10, message: element)
    }
    if !self.nextPageToken.isEmpty {
      writer.field(18, text: self.nextPageToken)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: try reader.append(to: &self.orders, limit: 1000, "ListOrdersResponse.orders")
      case 18: self.nextPageToken = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}
