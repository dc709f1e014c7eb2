// Written by Scripts/generate-api from holdfast/v1/import_service.proto. Do not edit.

public import Basics

/// `holdfast.v1.ImportRowsRequest`.
public struct ImportRowsRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ImportRowsRequest"

  /// One of these, or none.
  public var content: Content?

  public init() {}

  public init(
    content: Content? = nil
  ) {
    self.content = content
  }

  public func encode(into writer: inout ByteWriter) {
    if case .start(let value)? = self.content {
      writer.field(10, message: value)
    }
    if case .row(let value)? = self.content {
      writer.field(18, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10:
        var old: ImportStart?
        if case .start(let value)? = self.content { old = value }
        self.content = .start(try reader.message(over: old))
      case 18:
        var old: ImportRow?
        if case .row(let value)? = self.content { old = value }
        self.content = .row(try reader.message(over: old))
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// What `content` can be.
  public enum Content: Sendable, Equatable {
    /// For what the rows are. The first message, and only that.
    case start(ImportStart)
    /// One row.
    case row(ImportRow)
  }
}

/// What holds for all rows of an import.
public struct ImportStart: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ImportStart"

  /// See common.proto.
  public var tenant: String = ""
  /// The import's id, a UUID. Required.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto. Recorded for rows that name no reason of their own.
  public var reason: String = ""

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = ""
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
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
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// One row of an import.
public struct ImportRow: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ImportRow"

  /// Its number: yours, from 0 to 2^53, each used for one row only.
  public var row: Int64 = 0
  /// One of these, or none.
  public var content: Content?

  public init() {}

  public init(
    row: Int64 = 0,
    content: Content? = nil
  ) {
    self.row = row
    self.content = content
  }

  public func encode(into writer: inout ByteWriter) {
    if self.row != 0 {
      writer.field(8, varint: self.row)
    }
    if case .sku(let value)? = self.content {
      writer.field(18, message: value)
    }
    if case .stock(let value)? = self.content {
      writer.field(26, message: value)
    }
    if case .order(let value)? = self.content {
      writer.field(34, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.row = try reader.varintInt64()
      case 18:
        var old: SKU?
        if case .sku(let value)? = self.content { old = value }
        self.content = .sku(try reader.message(over: old))
      case 26:
        var old: ImportStock?
        if case .stock(let value)? = self.content { old = value }
        self.content = .stock(try reader.message(over: old))
      case 34:
        var old: CreateOrderRequest?
        if case .order(let value)? = self.content { old = value }
        self.content = .order(try reader.message(over: old))
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// What `content` can be.
  public enum Content: Sendable, Equatable {
    /// To put, as by PutSku.
    case sku(SKU)
    /// To receive, as by Receive.
    case stock(ImportStock)
    /// To make, as by CreateOrder. Its tenant, request_id and actor are the import's, whatever it says; its reason may be set.
    case order(CreateOrderRequest)
  }
}

/// Stock that arrives.
public struct ImportStock: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ImportStock"

  /// What. Required.
  public var sku: String = ""
  /// Where to. Required.
  public var location: String = ""
  /// How much: at least 1.
  public var quantity: Int64 = 0
  /// Into QUALITY_CONTROL and not into AVAILABLE.
  public var toQualityControl: Bool = false
  /// Why, for the journal; empty: the import's.
  public var reason: String = ""

  public init() {}

  public init(
    sku: String = "",
    location: String = "",
    quantity: Int64 = 0,
    toQualityControl: Bool = false,
    reason: String = ""
  ) {
    self.sku = sku
    self.location = location
    self.quantity = quantity
    self.toQualityControl = toQualityControl
    self.reason = reason
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
    if self.toQualityControl {
      writer.field(32, varint: self.toQualityControl)
    }
    if !self.reason.isEmpty {
      writer.field(42, text: self.reason)
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
      case 32: self.toQualityControl = try reader.varintBool()
      case 42: self.reason = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ImportRowsResponse`.
public struct ImportRowsResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ImportRowsResponse"

  /// The row's number.
  public var row: Int64 = 0
  /// One of these, or none.
  public var outcome: Outcome?

  public init() {}

  public init(
    row: Int64 = 0,
    outcome: Outcome? = nil
  ) {
    self.row = row
    self.outcome = outcome
  }

  public func encode(into writer: inout ByteWriter) {
    if self.row != 0 {
      writer.field(8, varint: self.row)
    }
    if case .done(let value)? = self.outcome {
      writer.field(18, message: value)
    }
    if case .error(let value)? = self.outcome {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.row = try reader.varintInt64()
      case 18:
        var old: ImportDone?
        if case .done(let value)? = self.outcome { old = value }
        self.outcome = .done(try reader.message(over: old))
      case 26:
        var old: CallError?
        if case .error(let value)? = self.outcome { old = value }
        self.outcome = .error(try reader.message(over: old))
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// What `outcome` can be.
  public enum Outcome: Sendable, Equatable {
    /// It was carried out.
    case done(ImportDone)
    /// It was not.
    case error(CallError)
  }
}

/// A row that was carried out.
public struct ImportDone: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ImportDone"

  /// It was carried out before; nothing changed this time. Not told of SKUs, as putting one twice changes nothing.
  public var replayed: Bool = false
  /// Of a row with an order: the order's id.
  public var orderID: String = ""

  public init() {}

  public init(
    replayed: Bool = false,
    orderID: String = ""
  ) {
    self.replayed = replayed
    self.orderID = orderID
  }

  public func encode(into writer: inout ByteWriter) {
    if self.replayed {
      writer.field(8, varint: self.replayed)
    }
    if !self.orderID.isEmpty {
      writer.field(18, text: self.orderID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.replayed = try reader.varintBool()
      case 18: self.orderID = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}
