// Written by Scripts/generate-api from holdfast/v1/order_service.proto. Do not edit.

public import Basics

/// How far an order is. It follows from the lines' counters and from the payment.
public enum OrderStatus: ProtobufEnum {
  case unspecified
  /// Has its stock, waits for its payment.
  case awaitingPayment
  /// Can be shipped.
  case ready
  /// A part has left.
  case partiallyShipped
  /// All that is not cancelled has left.
  case shipped
  /// Has arrived; nothing is left to do.
  case completed
  /// Was not paid in time.
  case expired
  /// All of it was cancelled.
  case cancelled
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [OrderStatus] = [
    .unspecified, .awaitingPayment, .ready, .partiallyShipped, .shipped, .completed, .expired, .cancelled,
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
    case .unrecognized(let number): String(number)
    }
  }
}

/// One SKU of an order. Always: ordered = cancelled + backordered + allocated + shipped.
public struct OrderLine: ProtobufMessage {
  public static let protobufName = "holdfast.v1.OrderLine"

  /// Which SKU.
  public var sku: String = ""
  /// From where it ships.
  public var location: String = ""
  /// How much was ordered, in the SKU's base unit, like all that follow.
  public var ordered: Int64 = 0
  /// Will not come.
  public var cancelled: Int64 = 0
  /// Waits for stock.
  public var backordered: Int64 = 0
  /// Has its stock.
  public var allocated: Int64 = 0
  /// Has left.
  public var shipped: Int64 = 0

  public init() {}

  public init(
    sku: String = "",
    location: String = "",
    ordered: Int64 = 0,
    cancelled: Int64 = 0,
    backordered: Int64 = 0,
    allocated: Int64 = 0,
    shipped: Int64 = 0
  ) {
    self.sku = sku
    self.location = location
    self.ordered = ordered
    self.cancelled = cancelled
    self.backordered = backordered
    self.allocated = allocated
    self.shipped = shipped
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
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What is owed to a buyer.
public struct Order: ProtobufMessage {
  public static let protobufName = "holdfast.v1.Order"

  /// Its id: the confirming request's id, "-", and four hexadecimal digits. Treat it as opaque.
  public var orderID: String = ""
  /// Whose stock.
  public var tenant: String = ""
  /// How far it is.
  public var status: OrderStatus = .unspecified
  /// The lines of the hold that hold anything, in order. Limit: 100 elements.
  public var lines: [OrderLine] = []
  /// Your order number.
  public var externalNumber: String = ""
  /// The hold it was made of.
  public var holdID: String = ""
  /// When it was made, by the shard's time.
  public var createTime: WellKnown.Timestamp?
  /// The hold's.
  public var reference: String = ""

  public init() {}

  public init(
    orderID: String = "",
    tenant: String = "",
    status: OrderStatus = .unspecified,
    lines: [OrderLine] = [],
    externalNumber: String = "",
    holdID: String = "",
    createTime: WellKnown.Timestamp? = nil,
    reference: String = ""
  ) {
    self.orderID = orderID
    self.tenant = tenant
    self.status = status
    self.lines = lines
    self.externalNumber = externalNumber
    self.holdID = holdID
    self.createTime = createTime
    self.reference = reference
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
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.orderID = try reader.text()
      case 18: self.tenant = try reader.text()
      case 24: self.status = try reader.varintEnum()
      case 34: try reader.append(to: &self.lines, limit: 100, "Order.lines")
      case 42: self.externalNumber = try reader.text()
      case 50: self.holdID = try reader.text()
      case 58: self.createTime = try reader.message(over: self.createTime)
      case 66: self.reference = try reader.text()
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
  /// The order.
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
    createTimeBefore: WellKnown.Timestamp? = nil
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
