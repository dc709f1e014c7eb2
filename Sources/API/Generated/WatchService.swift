// Written by Scripts/generate-api from holdfast/v1/watch_service.proto. Do not edit.

public import Basics

/// `holdfast.v1.StreamChangesRequest`.
public struct StreamChangesRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.StreamChangesRequest"

  /// Where to begin. Required.
  public var start: Start?
  /// Only these shards. Empty: all, also those that are added later. With a token it must be empty: the token says it.
  /// Limit: 16384 elements.
  public var shards: [UInt32] = []
  /// How long the stream may be silent before a response without records comes, so that the caller sees that it lives and
  /// gets a newer token: 100 ms to 1 h. Absent: 5 s.
  public var heartbeat: WellKnown.Duration?

  public init() {}

  public init(
    start: Start? = nil,
    shards: [UInt32] = [],
    heartbeat: WellKnown.Duration? = nil
  ) {
    self.start = start
    self.shards = shards
    self.heartbeat = heartbeat
  }

  public func encode(into writer: inout ByteWriter) {
    if case .token(let value)? = self.start {
      writer.field(42, text: value)
    }
    if case .beginning(let value)? = self.start {
      writer.field(48, varint: value)
    }
    if case .now(let value)? = self.start {
      writer.field(56, varint: value)
    }
    if !self.shards.isEmpty {
      let start = writer.beginDelimited(66)
      for element in self.shards { writer.varint(UInt64(element)) }
      writer.endDelimited(start)
    }
    if let value = self.heartbeat {
      writer.field(74, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 42: self.start = .token(try reader.text())
      case 48: self.start = .beginning(try reader.varintBool())
      case 56: self.start = .now(try reader.varintBool())
      case 64:
        if self.shards.count >= 16384 { throw tooManyElements("StreamChangesRequest.shards", 16384) }
        self.shards.append(try reader.varintUInt32())
      case 66:
        var packed = ByteReader(try reader.delimited())
        while !packed.isAtEnd {
          if self.shards.count >= 16384 { throw tooManyElements("StreamChangesRequest.shards", 16384) }
          self.shards.append(try packed.varintUInt32())
        }
      case 74: self.heartbeat = try reader.message(over: self.heartbeat)
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// Where to begin. Required.
  public enum Start: Sendable, Equatable {
    /// Behind what came before this token: the last one that the caller has stored.
    case token(String)
    /// With the oldest records that are there. Must be true.
    case beginning(Bool)
    /// With what happens from now on: everything that is acknowledged after the first response. Must be true.
    case now(Bool)
  }
}

/// The balances of a SKU at a location.
public struct StockBase: ProtobufMessage {
  public static let protobufName = "holdfast.v1.StockBase"

  /// Whose.
  public var tenant: String = ""
  /// Of what.
  public var sku: String = ""
  /// Where.
  public var location: String = ""
  /// Every account.
  public var balances: StockBalances?

  public init() {}

  public init(
    tenant: String = "",
    sku: String = "",
    location: String = "",
    balances: StockBalances? = nil
  ) {
    self.tenant = tenant
    self.sku = sku
    self.location = location
    self.balances = balances
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.sku.isEmpty {
      writer.field(18, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(26, text: self.location)
    }
    if let value = self.balances {
      writer.field(34, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.sku = try reader.text()
      case 26: self.location = try reader.text()
      case 34: self.balances = try reader.message(over: self.balances)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What is new in one shard.
public struct ShardChanges: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ShardChanges"

  /// Which shard.
  public var shard: UInt32 = 0
  /// The next records, in order: the first follows the last one that came of this shard. Limit: 10000 elements.
  public var records: [JournalRecord] = []
  /// Balances right behind the record `base_sequence`, which is gone like those before it. They come, in one or several
  /// responses, before the shard's first record. Those of one row replace what came of it. Limit: 10000 elements.
  public var base: [StockBase] = []
  /// See `base`. 0 without one.
  public var baseSequence: Int64 = 0

  public init() {}

  public init(
    shard: UInt32 = 0,
    records: [JournalRecord] = [],
    base: [StockBase] = [],
    baseSequence: Int64 = 0
  ) {
    self.shard = shard
    self.records = records
    self.base = base
    self.baseSequence = baseSequence
  }

  public func encode(into writer: inout ByteWriter) {
    if self.shard != 0 {
      writer.field(8, varint: self.shard)
    }
    for element in self.records {
      writer.field(18, message: element)
    }
    for element in self.base {
      writer.field(26, message: element)
    }
    if self.baseSequence != 0 {
      writer.field(32, varint: self.baseSequence)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.shard = try reader.varintUInt32()
      case 18: try reader.append(to: &self.records, limit: 10000, "ShardChanges.records")
      case 26: try reader.append(to: &self.base, limit: 10000, "ShardChanges.base")
      case 32: self.baseSequence = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.StreamChangesResponse`.
public struct StreamChangesResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.StreamChangesResponse"

  /// None in a heartbeat. Limit: 16384 elements.
  public var shards: [ShardChanges] = []
  /// Goes on behind this response; see StreamChangesRequest.token. Opaque; grows with the number of shards, by some bytes
  /// each.
  public var token: String = ""
  /// Every shard had nothing further when it was last asked. All that was acknowledged before the stream began was sent.
  public var caughtUp: Bool = false

  public init() {}

  public init(
    shards: [ShardChanges] = [],
    token: String = "",
    caughtUp: Bool = false
  ) {
    self.shards = shards
    self.token = token
    self.caughtUp = caughtUp
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.shards {
      writer.field(10, message: element)
    }
    if !self.token.isEmpty {
      writer.field(18, text: self.token)
    }
    if self.caughtUp {
      writer.field(24, varint: self.caughtUp)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: try reader.append(to: &self.shards, limit: 16384, "StreamChangesResponse.shards")
      case 18: self.token = try reader.text()
      case 24: self.caughtUp = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.WatchAvailabilityRequest`.
public struct WatchAvailabilityRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.WatchAvailabilityRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// Which SKUs: 1 to 500, each once. Limit: 500 elements.
  public var skus: [String] = []
  /// Only this location; empty for all.
  public var location: String = ""
  /// How often to look at the most: 100 ms to 1 h. Absent: 1 s.
  public var interval: WellKnown.Duration?

  public init() {}

  public init(
    tenant: String = "",
    skus: [String] = [],
    location: String = "",
    interval: WellKnown.Duration? = nil
  ) {
    self.tenant = tenant
    self.skus = skus
    self.location = location
    self.interval = interval
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    for element in self.skus {
      writer.field(42, text: element)
    }
    if !self.location.isEmpty {
      writer.field(50, text: self.location)
    }
    if let value = self.interval {
      writer.field(58, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 42:
        if self.skus.count >= 500 { throw tooManyElements("WatchAvailabilityRequest.skus", 500) }
        self.skus.append(try reader.text())
      case 50: self.location = try reader.text()
      case 58: self.interval = try reader.message(over: self.interval)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.WatchAvailabilityResponse`.
public struct WatchAvailabilityResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.WatchAvailabilityResponse"

  /// Those that have changed; at first each once. Limit: 500 elements.
  public var stock: [SKUStock] = []

  public init() {}

  public init(
    stock: [SKUStock] = []
  ) {
    self.stock = stock
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.stock {
      writer.field(10, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: try reader.append(to: &self.stock, limit: 500, "WatchAvailabilityResponse.stock")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.WatchHoldRequest`.
public struct WatchHoldRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.WatchHoldRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// Which hold. Required.
  public var holdID: String = ""
  /// How often to look at the most: 100 ms to 1 h. Absent: 200 ms.
  public var interval: WellKnown.Duration?

  public init() {}

  public init(
    tenant: String = "",
    holdID: String = "",
    interval: WellKnown.Duration? = nil
  ) {
    self.tenant = tenant
    self.holdID = holdID
    self.interval = interval
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.holdID.isEmpty {
      writer.field(42, text: self.holdID)
    }
    if let value = self.interval {
      writer.field(50, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 42: self.holdID = try reader.text()
      case 50: self.interval = try reader.message(over: self.interval)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.WatchHoldResponse`.
public struct WatchHoldResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.WatchHoldResponse"

  /// As it is now.
  public var hold: Hold?
  /// The revision that was read.
  public var revision: Int64 = 0

  public init() {}

  public init(
    hold: Hold? = nil,
    revision: Int64 = 0
  ) {
    self.hold = hold
    self.revision = revision
  }

  public func encode(into writer: inout ByteWriter) {
    if let value = self.hold {
      writer.field(10, message: value)
    }
    if self.revision != 0 {
      writer.field(16, varint: self.revision)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.hold = try reader.message(over: self.hold)
      case 16: self.revision = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.WatchOrderRequest`.
public struct WatchOrderRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.WatchOrderRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// Which order. Required.
  public var orderID: String = ""
  /// How often to look at the most: 100 ms to 1 h. Absent: 200 ms.
  public var interval: WellKnown.Duration?

  public init() {}

  public init(
    tenant: String = "",
    orderID: String = "",
    interval: WellKnown.Duration? = nil
  ) {
    self.tenant = tenant
    self.orderID = orderID
    self.interval = interval
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.orderID.isEmpty {
      writer.field(42, text: self.orderID)
    }
    if let value = self.interval {
      writer.field(50, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 42: self.orderID = try reader.text()
      case 50: self.interval = try reader.message(over: self.interval)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.WatchOrderResponse`.
public struct WatchOrderResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.WatchOrderResponse"

  /// As it is now.
  public var order: Order?
  /// The revision that was read.
  public var revision: Int64 = 0

  public init() {}

  public init(
    order: Order? = nil,
    revision: Int64 = 0
  ) {
    self.order = order
    self.revision = revision
  }

  public func encode(into writer: inout ByteWriter) {
    if let value = self.order {
      writer.field(10, message: value)
    }
    if self.revision != 0 {
      writer.field(16, varint: self.revision)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.order = try reader.message(over: self.order)
      case 16: self.revision = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}
