// Written by Scripts/generate-api from holdfast/v1/inventory_service.proto. Do not edit.

public import Basics

/// How much is in each account, in the SKU's base unit.
public struct StockBalances: ProtobufMessage {
  public static let protobufName = "holdfast.v1.StockBalances"

  /// What lies there: the accounts from `available` to `damaged`, and `shortfall`, which is never above zero.
  public var onHand: Int64 = 0
  /// See Account, also for the rest.
  public var available: Int64 = 0
  public var held: Int64 = 0
  public var allocated: Int64 = 0
  public var safety: Int64 = 0
  public var qualityControl: Int64 = 0
  public var damaged: Int64 = 0
  public var supplier: Int64 = 0
  public var customer: Int64 = 0
  public var adjustment: Int64 = 0
  public var inTransit: Int64 = 0
  public var shortfall: Int64 = 0

  public init() {}

  public init(
    onHand: Int64 = 0,
    available: Int64 = 0,
    held: Int64 = 0,
    allocated: Int64 = 0,
    safety: Int64 = 0,
    qualityControl: Int64 = 0,
    damaged: Int64 = 0,
    supplier: Int64 = 0,
    customer: Int64 = 0,
    adjustment: Int64 = 0,
    inTransit: Int64 = 0,
    shortfall: Int64 = 0
  ) {
    self.onHand = onHand
    self.available = available
    self.held = held
    self.allocated = allocated
    self.safety = safety
    self.qualityControl = qualityControl
    self.damaged = damaged
    self.supplier = supplier
    self.customer = customer
    self.adjustment = adjustment
    self.inTransit = inTransit
    self.shortfall = shortfall
  }

  public func encode(into writer: inout ByteWriter) {
    if self.onHand != 0 {
      writer.field(8, varint: self.onHand)
    }
    if self.available != 0 {
      writer.field(16, varint: self.available)
    }
    if self.held != 0 {
      writer.field(24, varint: self.held)
    }
    if self.allocated != 0 {
      writer.field(32, varint: self.allocated)
    }
    if self.safety != 0 {
      writer.field(40, varint: self.safety)
    }
    if self.qualityControl != 0 {
      writer.field(48, varint: self.qualityControl)
    }
    if self.damaged != 0 {
      writer.field(56, varint: self.damaged)
    }
    if self.supplier != 0 {
      writer.field(64, varint: self.supplier)
    }
    if self.customer != 0 {
      writer.field(72, varint: self.customer)
    }
    if self.adjustment != 0 {
      writer.field(80, varint: self.adjustment)
    }
    if self.inTransit != 0 {
      writer.field(88, varint: self.inTransit)
    }
    if self.shortfall != 0 {
      writer.field(96, varint: self.shortfall)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.onHand = try reader.varintInt64()
      case 16: self.available = try reader.varintInt64()
      case 24: self.held = try reader.varintInt64()
      case 32: self.allocated = try reader.varintInt64()
      case 40: self.safety = try reader.varintInt64()
      case 48: self.qualityControl = try reader.varintInt64()
      case 56: self.damaged = try reader.varintInt64()
      case 64: self.supplier = try reader.varintInt64()
      case 72: self.customer = try reader.varintInt64()
      case 80: self.adjustment = try reader.varintInt64()
      case 88: self.inTransit = try reader.varintInt64()
      case 96: self.shortfall = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// The stock of a SKU at one location.
public struct LocationStock: ProtobufMessage {
  public static let protobufName = "holdfast.v1.LocationStock"

  /// Where.
  public var location: String = ""
  /// How much.
  public var balances: StockBalances?

  public init() {}

  public init(
    location: String = "",
    balances: StockBalances? = nil
  ) {
    self.location = location
    self.balances = balances
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.location.isEmpty {
      writer.field(10, text: self.location)
    }
    if let value = self.balances {
      writer.field(18, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.location = try reader.text()
      case 18: self.balances = try reader.message(over: self.balances)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// The stock of a SKU.
public struct SKUStock: ProtobufMessage {
  public static let protobufName = "holdfast.v1.SkuStock"

  /// Which SKU.
  public var sku: String = ""
  /// See Sku.
  public var quantityScale: Int32 = 0
  /// The sum over `locations`.
  public var total: StockBalances?
  /// Every location with stock or a history of stock, ordered by id. Limit: 4096 elements.
  public var locations: [LocationStock] = []
  /// The revision that was read.
  public var revision: Int64 = 0
  /// The shard's time of that revision. Holds due by then count as released.
  public var asOfTime: WellKnown.Timestamp?

  public init() {}

  public init(
    sku: String = "",
    quantityScale: Int32 = 0,
    total: StockBalances? = nil,
    locations: [LocationStock] = [],
    revision: Int64 = 0,
    asOfTime: WellKnown.Timestamp? = nil
  ) {
    self.sku = sku
    self.quantityScale = quantityScale
    self.total = total
    self.locations = locations
    self.revision = revision
    self.asOfTime = asOfTime
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.sku.isEmpty {
      writer.field(10, text: self.sku)
    }
    if self.quantityScale != 0 {
      writer.field(16, varint: self.quantityScale)
    }
    if let value = self.total {
      writer.field(26, message: value)
    }
    for element in self.locations {
      writer.field(34, message: element)
    }
    if self.revision != 0 {
      writer.field(40, varint: self.revision)
    }
    if let value = self.asOfTime {
      writer.field(50, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.sku = try reader.text()
      case 16: self.quantityScale = try reader.varintInt32()
      case 26: self.total = try reader.message(over: self.total)
      case 34: try reader.append(to: &self.locations, limit: 4096, "SkuStock.locations")
      case 40: self.revision = try reader.varintInt64()
      case 50: self.asOfTime = try reader.message(over: self.asOfTime)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ReceiveRequest`.
public struct ReceiveRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReceiveRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto. A good place for the number of the purchase or the delivery note.
  public var reason: String = ""
  /// What came. Required.
  public var sku: String = ""
  /// Where to. Required.
  public var location: String = ""
  /// How much: at least 1.
  public var quantity: Int64 = 0
  /// Into QUALITY_CONTROL in place of AVAILABLE.
  public var toQualityControl: Bool = false

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    sku: String = "",
    location: String = "",
    quantity: Int64 = 0,
    toQualityControl: Bool = false
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.sku = sku
    self.location = location
    self.quantity = quantity
    self.toQualityControl = toQualityControl
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
    if !self.sku.isEmpty {
      writer.field(42, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(50, text: self.location)
    }
    if self.quantity != 0 {
      writer.field(56, varint: self.quantity)
    }
    if self.toQualityControl {
      writer.field(64, varint: self.toQualityControl)
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
      case 42: self.sku = try reader.text()
      case 50: self.location = try reader.text()
      case 56: self.quantity = try reader.varintInt64()
      case 64: self.toQualityControl = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ReceiveResponse`.
public struct ReceiveResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReceiveResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The journal's number for the movement.
  public var sequence: Int64 = 0
  /// When it was decided, by the shard's time.
  public var time: WellKnown.Timestamp?
  /// The location's stock right after the change. Absent in a replayed answer.
  public var stock: LocationStock?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    sequence: Int64 = 0,
    time: WellKnown.Timestamp? = nil,
    stock: LocationStock? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.sequence = sequence
    self.time = time
    self.stock = stock
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if self.sequence != 0 {
      writer.field(24, varint: self.sequence)
    }
    if let value = self.time {
      writer.field(34, message: value)
    }
    if let value = self.stock {
      writer.field(42, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 24: self.sequence = try reader.varintInt64()
      case 34: self.time = try reader.message(over: self.time)
      case 42: self.stock = try reader.message(over: self.stock)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.AdjustRequest`.
public struct AdjustRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.AdjustRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto. Required here.
  public var reason: String = ""
  /// What was counted. Required.
  public var sku: String = ""
  /// Where. Required.
  public var location: String = ""
  /// AVAILABLE (also when unspecified), SAFETY, QUALITY_CONTROL or DAMAGED.
  public var account: Account = .unspecified
  /// By how much the account changes; not 0.
  public var delta: Int64 = 0

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    sku: String = "",
    location: String = "",
    account: Account = .unspecified,
    delta: Int64 = 0
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.sku = sku
    self.location = location
    self.account = account
    self.delta = delta
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
    if !self.sku.isEmpty {
      writer.field(42, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(50, text: self.location)
    }
    if self.account.rawValue != 0 {
      writer.varint(56)
      writer.varint(UInt64(bitPattern: Int64(self.account.rawValue)))
    }
    if self.delta != 0 {
      writer.field(64, varint: self.delta)
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
      case 42: self.sku = try reader.text()
      case 50: self.location = try reader.text()
      case 56: self.account = try reader.varintEnum()
      case 64: self.delta = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.AdjustResponse`.
public struct AdjustResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.AdjustResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The journal's number for the movement.
  public var sequence: Int64 = 0
  /// When it was decided, by the shard's time.
  public var time: WellKnown.Timestamp?
  /// The location's stock right after the change. Absent in a replayed answer.
  public var stock: LocationStock?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    sequence: Int64 = 0,
    time: WellKnown.Timestamp? = nil,
    stock: LocationStock? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.sequence = sequence
    self.time = time
    self.stock = stock
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if self.sequence != 0 {
      writer.field(24, varint: self.sequence)
    }
    if let value = self.time {
      writer.field(34, message: value)
    }
    if let value = self.stock {
      writer.field(42, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 24: self.sequence = try reader.varintInt64()
      case 34: self.time = try reader.message(over: self.time)
      case 42: self.stock = try reader.message(over: self.stock)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.MoveStockRequest`.
public struct MoveStockRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.MoveStockRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// What moves. Required.
  public var sku: String = ""
  /// Where. Required.
  public var location: String = ""
  /// From AVAILABLE, SAFETY, QUALITY_CONTROL or DAMAGED. Required.
  public var fromAccount: Account = .unspecified
  /// To another one of them. Required.
  public var toAccount: Account = .unspecified
  /// How much: at least 1.
  public var quantity: Int64 = 0

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    sku: String = "",
    location: String = "",
    fromAccount: Account = .unspecified,
    toAccount: Account = .unspecified,
    quantity: Int64 = 0
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.sku = sku
    self.location = location
    self.fromAccount = fromAccount
    self.toAccount = toAccount
    self.quantity = quantity
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
    if !self.sku.isEmpty {
      writer.field(42, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(50, text: self.location)
    }
    if self.fromAccount.rawValue != 0 {
      writer.varint(56)
      writer.varint(UInt64(bitPattern: Int64(self.fromAccount.rawValue)))
    }
    if self.toAccount.rawValue != 0 {
      writer.varint(64)
      writer.varint(UInt64(bitPattern: Int64(self.toAccount.rawValue)))
    }
    if self.quantity != 0 {
      writer.field(72, varint: self.quantity)
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
      case 42: self.sku = try reader.text()
      case 50: self.location = try reader.text()
      case 56: self.fromAccount = try reader.varintEnum()
      case 64: self.toAccount = try reader.varintEnum()
      case 72: self.quantity = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.MoveStockResponse`.
public struct MoveStockResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.MoveStockResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The journal's number for the movement.
  public var sequence: Int64 = 0
  /// When it was decided, by the shard's time.
  public var time: WellKnown.Timestamp?
  /// The location's stock right after the change. Absent in a replayed answer.
  public var stock: LocationStock?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    sequence: Int64 = 0,
    time: WellKnown.Timestamp? = nil,
    stock: LocationStock? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.sequence = sequence
    self.time = time
    self.stock = stock
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if self.sequence != 0 {
      writer.field(24, varint: self.sequence)
    }
    if let value = self.time {
      writer.field(34, message: value)
    }
    if let value = self.stock {
      writer.field(42, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 24: self.sequence = try reader.varintInt64()
      case 34: self.time = try reader.message(over: self.time)
      case 42: self.stock = try reader.message(over: self.stock)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.SetCountRequest`.
public struct SetCountRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.SetCountRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto. Required here.
  public var reason: String = ""
  /// What was counted. Required.
  public var sku: String = ""
  /// Where. Required.
  public var location: String = ""
  /// How much lies there: at least 0.
  public var counted: Int64 = 0
  /// The revision of the stock that the count began with, as GetStock answered it. Required.
  public var asOfRevision: Int64 = 0

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    sku: String = "",
    location: String = "",
    counted: Int64 = 0,
    asOfRevision: Int64 = 0
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.sku = sku
    self.location = location
    self.counted = counted
    self.asOfRevision = asOfRevision
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
    if !self.sku.isEmpty {
      writer.field(42, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(50, text: self.location)
    }
    if self.counted != 0 {
      writer.field(56, varint: self.counted)
    }
    if self.asOfRevision != 0 {
      writer.field(64, varint: self.asOfRevision)
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
      case 42: self.sku = try reader.text()
      case 50: self.location = try reader.text()
      case 56: self.counted = try reader.varintInt64()
      case 64: self.asOfRevision = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.SetCountResponse`.
public struct SetCountResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.SetCountResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The journal's number for the last movement; 0 when the count found what the books said.
  public var sequence: Int64 = 0
  /// When it was decided, by the shard's time.
  public var time: WellKnown.Timestamp?
  /// The location's stock right after the change. Absent in a replayed answer.
  public var stock: LocationStock?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    sequence: Int64 = 0,
    time: WellKnown.Timestamp? = nil,
    stock: LocationStock? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.sequence = sequence
    self.time = time
    self.stock = stock
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if self.sequence != 0 {
      writer.field(24, varint: self.sequence)
    }
    if let value = self.time {
      writer.field(34, message: value)
    }
    if let value = self.stock {
      writer.field(42, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 24: self.sequence = try reader.varintInt64()
      case 34: self.time = try reader.message(over: self.time)
      case 42: self.stock = try reader.message(over: self.stock)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.MoveAllocationRequest`.
public struct MoveAllocationRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.MoveAllocationRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Whose allocation moves. Required.
  public var owner: Owner?
  /// What moves. Required.
  public var sku: String = ""
  /// From where. Required.
  public var fromLocation: String = ""
  /// To where. Required.
  public var toLocation: String = ""
  /// How much; 0: all that it has there. A multiple of the SKU's lot size, unless it is all.
  public var quantity: Int64 = 0

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    owner: Owner? = nil,
    sku: String = "",
    fromLocation: String = "",
    toLocation: String = "",
    quantity: Int64 = 0
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.owner = owner
    self.sku = sku
    self.fromLocation = fromLocation
    self.toLocation = toLocation
    self.quantity = quantity
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
    if case .holdID(let value)? = self.owner {
      writer.field(42, text: value)
    }
    if case .orderID(let value)? = self.owner {
      writer.field(50, text: value)
    }
    if !self.sku.isEmpty {
      writer.field(58, text: self.sku)
    }
    if !self.fromLocation.isEmpty {
      writer.field(66, text: self.fromLocation)
    }
    if !self.toLocation.isEmpty {
      writer.field(74, text: self.toLocation)
    }
    if self.quantity != 0 {
      writer.field(80, varint: self.quantity)
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
      case 42: self.owner = .holdID(try reader.text())
      case 50: self.owner = .orderID(try reader.text())
      case 58: self.sku = try reader.text()
      case 66: self.fromLocation = try reader.text()
      case 74: self.toLocation = try reader.text()
      case 80: self.quantity = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// Whose allocation moves. Required.
  public enum Owner: Sendable, Equatable {
    /// A live hold.
    case holdID(String)
    /// An open order.
    case orderID(String)
  }
}

/// `holdfast.v1.MoveAllocationResponse`.
public struct MoveAllocationResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.MoveAllocationResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// Whose allocation moved, as it is now.
  public var owner: Owner?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    owner: Owner? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.owner = owner
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if case .hold(let value)? = self.owner {
      writer.field(26, message: value)
    }
    if case .order(let value)? = self.owner {
      writer.field(34, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26:
        var old: Hold?
        if case .hold(let value)? = self.owner { old = value }
        self.owner = .hold(try reader.message(over: old))
      case 34:
        var old: Order?
        if case .order(let value)? = self.owner { old = value }
        self.owner = .order(try reader.message(over: old))
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// Whose allocation moved, as it is now.
  public enum Owner: Sendable, Equatable {
    /// The hold.
    case hold(Hold)
    /// The order.
    case order(Order)
  }
}

/// `holdfast.v1.GetStockRequest`.
public struct GetStockRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetStockRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// Which SKU. Required.
  public var sku: String = ""
  /// Only this location; empty for all.
  public var location: String = ""
  /// As it was, and not as it is. Not together with `consistency`.
  public var asOf: AsOf?

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    sku: String = "",
    location: String = "",
    asOf: AsOf? = nil
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.sku = sku
    self.location = location
    self.asOf = asOf
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if let value = self.consistency {
      writer.field(18, message: value)
    }
    if !self.sku.isEmpty {
      writer.field(42, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(50, text: self.location)
    }
    if case .asOfRevision(let value)? = self.asOf {
      writer.field(56, varint: value)
    }
    if case .asOfTime(let value)? = self.asOf {
      writer.field(66, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.consistency = try reader.message(over: self.consistency)
      case 42: self.sku = try reader.text()
      case 50: self.location = try reader.text()
      case 56: self.asOf = .asOfRevision(try reader.varintInt64())
      case 66:
        var old: WellKnown.Timestamp?
        if case .asOfTime(let value)? = self.asOf { old = value }
        self.asOf = .asOfTime(try reader.message(over: old))
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// As it was, and not as it is. Not together with `consistency`.
  public enum AsOf: Sendable, Equatable {
    /// Right after the change that answered this revision; at most the present one.
    case asOfRevision(Int64)
    /// At the end of this millisecond, by the shard's time.
    case asOfTime(WellKnown.Timestamp)
  }
}

/// `holdfast.v1.GetStockResponse`.
public struct GetStockResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetStockResponse"

  /// The stock.
  public var stock: SKUStock?

  public init() {}

  public init(
    stock: SKUStock? = nil
  ) {
    self.stock = stock
  }

  public func encode(into writer: inout ByteWriter) {
    if let value = self.stock {
      writer.field(10, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.stock = try reader.message(over: self.stock)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.BatchGetStockRequest`.
public struct BatchGetStockRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.BatchGetStockRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// Which SKUs. Limit: 500 elements.
  public var skus: [String] = []
  /// Only this location; empty for all.
  public var location: String = ""

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    skus: [String] = [],
    location: String = ""
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.skus = skus
    self.location = location
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if let value = self.consistency {
      writer.field(18, message: value)
    }
    for element in self.skus {
      writer.field(42, text: element)
    }
    if !self.location.isEmpty {
      writer.field(50, text: self.location)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.consistency = try reader.message(over: self.consistency)
      case 42:
        if self.skus.count >= 500 { throw tooManyElements("BatchGetStockRequest.skus", 500) }
        self.skus.append(try reader.text())
      case 50: self.location = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What was read for one SKU of BatchGetStock.
public struct BatchGetStockResult: ProtobufMessage {
  public static let protobufName = "holdfast.v1.BatchGetStockResult"

  /// One of these, or none.
  public var outcome: Outcome?

  public init() {}

  public init(
    outcome: Outcome? = nil
  ) {
    self.outcome = outcome
  }

  public func encode(into writer: inout ByteWriter) {
    if case .stock(let value)? = self.outcome {
      writer.field(10, message: value)
    }
    if case .error(let value)? = self.outcome {
      writer.field(18, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10:
        var old: SKUStock?
        if case .stock(let value)? = self.outcome { old = value }
        self.outcome = .stock(try reader.message(over: old))
      case 18:
        var old: CallError?
        if case .error(let value)? = self.outcome { old = value }
        self.outcome = .error(try reader.message(over: old))
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// What `outcome` can be.
  public enum Outcome: Sendable, Equatable {
    /// The stock.
    case stock(SKUStock)
    /// Why it could not be read.
    case error(CallError)
  }
}

/// `holdfast.v1.BatchGetStockResponse`.
public struct BatchGetStockResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.BatchGetStockResponse"

  /// One for each SKU asked, in order. Limit: 500 elements.
  public var results: [BatchGetStockResult] = []

  public init() {}

  public init(
    results: [BatchGetStockResult] = []
  ) {
    self.results = results
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.results {
      writer.field(10, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: try reader.append(to: &self.results, limit: 500, "BatchGetStockResponse.results")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetAvailabilityRequest`.
public struct GetAvailabilityRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetAvailabilityRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// Which SKUs. Limit: 500 elements.
  public var skus: [String] = []
  /// Only these locations; empty for all. Limit: 100 elements.
  public var locations: [String] = []

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    skus: [String] = [],
    locations: [String] = []
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.skus = skus
    self.locations = locations
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if let value = self.consistency {
      writer.field(18, message: value)
    }
    for element in self.skus {
      writer.field(42, text: element)
    }
    for element in self.locations {
      writer.field(50, text: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.consistency = try reader.message(over: self.consistency)
      case 42:
        if self.skus.count >= 500 { throw tooManyElements("GetAvailabilityRequest.skus", 500) }
        self.skus.append(try reader.text())
      case 50:
        if self.locations.count >= 100 { throw tooManyElements("GetAvailabilityRequest.locations", 100) }
        self.locations.append(try reader.text())
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What can be reserved of a SKU.
public struct Availability: ProtobufMessage {
  public static let protobufName = "holdfast.v1.Availability"

  /// How much, over the locations asked for; holds that are due count as released.
  public var available: Int64 = 0
  /// See Sku.
  public var quantityScale: Int32 = 0

  public init() {}

  public init(
    available: Int64 = 0,
    quantityScale: Int32 = 0
  ) {
    self.available = available
    self.quantityScale = quantityScale
  }

  public func encode(into writer: inout ByteWriter) {
    if self.available != 0 {
      writer.field(8, varint: self.available)
    }
    if self.quantityScale != 0 {
      writer.field(16, varint: self.quantityScale)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.available = try reader.varintInt64()
      case 16: self.quantityScale = try reader.varintInt32()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What was read for one SKU of GetAvailability.
public struct GetAvailabilityResult: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetAvailabilityResult"

  /// One of these, or none.
  public var outcome: Outcome?

  public init() {}

  public init(
    outcome: Outcome? = nil
  ) {
    self.outcome = outcome
  }

  public func encode(into writer: inout ByteWriter) {
    if case .availability(let value)? = self.outcome {
      writer.field(10, message: value)
    }
    if case .error(let value)? = self.outcome {
      writer.field(18, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10:
        var old: Availability?
        if case .availability(let value)? = self.outcome { old = value }
        self.outcome = .availability(try reader.message(over: old))
      case 18:
        var old: CallError?
        if case .error(let value)? = self.outcome { old = value }
        self.outcome = .error(try reader.message(over: old))
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// What `outcome` can be.
  public enum Outcome: Sendable, Equatable {
    /// How much there is.
    case availability(Availability)
    /// Why it could not be read.
    case error(CallError)
  }
}

/// `holdfast.v1.GetAvailabilityResponse`.
public struct GetAvailabilityResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetAvailabilityResponse"

  /// One for each SKU asked, in order. Limit: 500 elements.
  public var results: [GetAvailabilityResult] = []

  public init() {}

  public init(
    results: [GetAvailabilityResult] = []
  ) {
    self.results = results
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.results {
      writer.field(10, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: try reader.append(to: &self.results, limit: 500, "GetAvailabilityResponse.results")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListStockRequest`.
public struct ListStockRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListStockRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// How many SKUs at most: 1 to 1000; 0 means 100. A page may hold fewer.
  public var pageSize: Int32 = 0
  /// Empty for the first page; then the last response's `next_page_token`, with all else unchanged.
  public var pageToken: String = ""
  /// Only this location, and SKUs that have it; empty for all.
  public var location: String = ""
  /// Only SKUs that begin so. At most 128 bytes; empty for all.
  public var skuPrefix: String = ""
  /// Only SKUs of which at least so much is available, over the locations shown.
  public var availableMin: Int64?
  /// Only SKUs of which at most so much is available: 0 for what is sold out.
  public var availableMax: Int64?

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    pageSize: Int32 = 0,
    pageToken: String = "",
    location: String = "",
    skuPrefix: String = "",
    availableMin: Int64? = nil,
    availableMax: Int64? = nil
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.pageSize = pageSize
    self.pageToken = pageToken
    self.location = location
    self.skuPrefix = skuPrefix
    self.availableMin = availableMin
    self.availableMax = availableMax
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
    if !self.location.isEmpty {
      writer.field(42, text: self.location)
    }
    if !self.skuPrefix.isEmpty {
      writer.field(50, text: self.skuPrefix)
    }
    if let value = self.availableMin {
      writer.field(56, varint: value)
    }
    if let value = self.availableMax {
      writer.field(64, varint: value)
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
      case 42: self.location = try reader.text()
      case 50: self.skuPrefix = try reader.text()
      case 56: self.availableMin = try reader.varintInt64()
      case 64: self.availableMax = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListStockResponse`.
public struct ListStockResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListStockResponse"

  /// The page. Limit: 1000 elements.
  public var stock: [SKUStock] = []
  /// Asks for the next page; empty on the last one.
  public var nextPageToken: String = ""

  public init() {}

  public init(
    stock: [SKUStock] = [],
    nextPageToken: String = ""
  ) {
    self.stock = stock
    self.nextPageToken = nextPageToken
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.stock {
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
      case 10: try reader.append(to: &self.stock, limit: 1000, "ListStockResponse.stock")
      case 18: self.nextPageToken = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}
