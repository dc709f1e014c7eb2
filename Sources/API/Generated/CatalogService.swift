// Written by Scripts/generate-api from holdfast/v1/catalog_service.proto. Do not edit.

public import Basics

/// Whether a location takes part.
public enum LocationState: ProtobufEnum {
  /// In a put: ACTIVE.
  case unspecified
  /// Stock comes in and goes out.
  case active
  /// No new stock and no new holds; what is promised still ships.
  case draining
  /// Nothing moves.
  case closed
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [LocationState] = [.unspecified, .active, .draining, .closed]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .active
    case 2: self = .draining
    case 3: self = .closed
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "ACTIVE": self = .active
    case "DRAINING": self = .draining
    case "CLOSED": self = .closed
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .active: 1
    case .draining: 2
    case .closed: 3
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .active: "ACTIVE"
    case .draining: "DRAINING"
    case .closed: "CLOSED"
    case .unrecognized(let number): String(number)
    }
  }
}

/// A thing that can be stocked, named by its tenant and its `sku` text.
public struct SKU: ProtobufMessage {
  public static let protobufName = "holdfast.v1.Sku"

  /// Whose it is. Ignored in a put: the request's own `tenant` counts.
  public var tenant: String = ""
  /// Its id: 1 to 128 bytes of UTF-8 without control characters. Upper and lower case differ.
  public var sku: String = ""
  /// For people. At most 256 bytes.
  public var name: String = ""
  /// How many decimal digits of a quantity stand behind the point: 0 (pieces) to 6. Fixed once stock has moved.
  public var quantityScale: Int32 = 0
  /// Free facts. Limit: 16 elements. Keys have at most 64 bytes, values at most 256.
  public var attributes: [String: String] = [:]
  /// Counts the changes of this SKU, from 1. Ignored in a put.
  public var revision: Int64 = 0
  /// When it was first put. Ignored in a put.
  public var createTime: WellKnown.Timestamp?
  /// What is reserved and allocated of it is a multiple of this: cases of 6, say. 0 and 1: any quantity.
  public var lotSize: Int64 = 0
  /// How much of it orders may wait for in all, when there is no stock. 0: none.
  public var backorderLimit: Int64 = 0

  public init() {}

  public init(
    tenant: String = "",
    sku: String = "",
    name: String = "",
    quantityScale: Int32 = 0,
    attributes: [String: String] = [:],
    revision: Int64 = 0,
    createTime: WellKnown.Timestamp? = nil,
    lotSize: Int64 = 0,
    backorderLimit: Int64 = 0
  ) {
    self.tenant = tenant
    self.sku = sku
    self.name = name
    self.quantityScale = quantityScale
    self.attributes = attributes
    self.revision = revision
    self.createTime = createTime
    self.lotSize = lotSize
    self.backorderLimit = backorderLimit
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.sku.isEmpty {
      writer.field(18, text: self.sku)
    }
    if !self.name.isEmpty {
      writer.field(26, text: self.name)
    }
    if self.quantityScale != 0 {
      writer.field(32, varint: self.quantityScale)
    }
    writer.field(42, map: self.attributes)
    if self.revision != 0 {
      writer.field(48, varint: self.revision)
    }
    if let value = self.createTime {
      writer.field(58, message: value)
    }
    if self.lotSize != 0 {
      writer.field(64, varint: self.lotSize)
    }
    if self.backorderLimit != 0 {
      writer.field(72, varint: self.backorderLimit)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.sku = try reader.text()
      case 26: self.name = try reader.text()
      case 32: self.quantityScale = try reader.varintInt32()
      case 42: try reader.insert(into: &self.attributes, limit: 16, "Sku.attributes")
      case 48: self.revision = try reader.varintInt64()
      case 58: self.createTime = try reader.message(over: self.createTime)
      case 64: self.lotSize = try reader.varintInt64()
      case 72: self.backorderLimit = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// A place where stock lies: a warehouse, a shop.
public struct Location: ProtobufMessage {
  public static let protobufName = "holdfast.v1.Location"

  /// Whose it is. Ignored in a put: the request's own `tenant` counts.
  public var tenant: String = ""
  /// Its id: 1 to 64 bytes of UTF-8 without control characters.
  public var location: String = ""
  /// For people. At most 256 bytes.
  public var name: String = ""
  /// A region or group of locations. At most 64 bytes; may be empty.
  public var zone: String = ""
  /// Where a reservation names no location, active locations are tried from the lowest priority up; equal priorities in
  /// the order of their ids. 0 to 1000000.
  public var priority: Int32 = 0
  /// Whether it takes part.
  public var state: LocationState = .unspecified
  /// The revision of the last change. Ignored in a put.
  public var revision: Int64 = 0

  public init() {}

  public init(
    tenant: String = "",
    location: String = "",
    name: String = "",
    zone: String = "",
    priority: Int32 = 0,
    state: LocationState = .unspecified,
    revision: Int64 = 0
  ) {
    self.tenant = tenant
    self.location = location
    self.name = name
    self.zone = zone
    self.priority = priority
    self.state = state
    self.revision = revision
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if !self.location.isEmpty {
      writer.field(18, text: self.location)
    }
    if !self.name.isEmpty {
      writer.field(26, text: self.name)
    }
    if !self.zone.isEmpty {
      writer.field(34, text: self.zone)
    }
    if self.priority != 0 {
      writer.field(40, varint: self.priority)
    }
    if self.state.rawValue != 0 {
      writer.varint(48)
      writer.varint(UInt64(bitPattern: Int64(self.state.rawValue)))
    }
    if self.revision != 0 {
      writer.field(56, varint: self.revision)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.location = try reader.text()
      case 26: self.name = try reader.text()
      case 34: self.zone = try reader.text()
      case 40: self.priority = try reader.varintInt32()
      case 48: self.state = try reader.varintEnum()
      case 56: self.revision = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.PutSkuRequest`.
public struct PutSKURequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.PutSkuRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto. Putting the same content twice is harmless, so it matters little here.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// What to put. Required.
  public var sku: SKU?
  /// Only if the SKU has this revision; otherwise ABORTED, REVISION_MISMATCH. 0: whatever it has.
  public var expectedRevision: Int64 = 0

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    sku: SKU? = nil,
    expectedRevision: Int64 = 0
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.sku = sku
    self.expectedRevision = expectedRevision
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
    if let value = self.sku {
      writer.field(42, message: value)
    }
    if self.expectedRevision != 0 {
      writer.field(48, varint: self.expectedRevision)
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
      case 42: self.sku = try reader.message(over: self.sku)
      case 48: self.expectedRevision = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.PutSkuResponse`.
public struct PutSKUResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.PutSkuResponse"

  /// The revision that includes this put.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The SKU as it is now.
  public var sku: SKU?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    sku: SKU? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.sku = sku
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.sku {
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
      case 26: self.sku = try reader.message(over: self.sku)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.PutSkusRequest`.
public struct PutSKUsRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.PutSkusRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// What to put. Limit: 1000 elements. The same SKU twice is put twice, in order.
  public var skus: [SKU] = []

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    skus: [SKU] = []
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.skus = skus
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
    for element in self.skus {
      writer.field(42, message: element)
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
      case 42: try reader.append(to: &self.skus, limit: 1000, "PutSkusRequest.skus")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What became of one row of PutSkus.
public struct PutSKUsResult: ProtobufMessage {
  public static let protobufName = "holdfast.v1.PutSkusResult"

  /// One of these, or none.
  public var outcome: Outcome?

  public init() {}

  public init(
    outcome: Outcome? = nil
  ) {
    self.outcome = outcome
  }

  public func encode(into writer: inout ByteWriter) {
    if case .sku(let value)? = self.outcome {
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
        var old: SKU?
        if case .sku(let value)? = self.outcome { old = value }
        self.outcome = .sku(try reader.message(over: old))
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
    /// The SKU as it is now.
    case sku(SKU)
    /// Why it was not put.
    case error(CallError)
  }
}

/// `holdfast.v1.PutSkusResponse`.
public struct PutSKUsResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.PutSkusResponse"

  /// One for each row, in order. Limit: 1000 elements.
  public var results: [PutSKUsResult] = []

  public init() {}

  public init(
    results: [PutSKUsResult] = []
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
      case 10: try reader.append(to: &self.results, limit: 1000, "PutSkusResponse.results")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetSkuRequest`.
public struct GetSKURequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetSkuRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// Which. Required.
  public var sku: String = ""

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    sku: String = ""
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.sku = sku
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
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.consistency = try reader.message(over: self.consistency)
      case 42: self.sku = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetSkuResponse`.
public struct GetSKUResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetSkuResponse"

  /// The revision that was read.
  public var revision: Int64 = 0
  /// The SKU.
  public var sku: SKU?

  public init() {}

  public init(
    revision: Int64 = 0,
    sku: SKU? = nil
  ) {
    self.revision = revision
    self.sku = sku
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if let value = self.sku {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 26: self.sku = try reader.message(over: self.sku)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListSkusRequest`.
public struct ListSKUsRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListSkusRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// How many at most: 1 to 1000; 0 means 100. A page may hold fewer.
  public var pageSize: Int32 = 0
  /// Empty for the first page; then the last response's `next_page_token`, with all else unchanged.
  public var pageToken: String = ""

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    pageSize: Int32 = 0,
    pageToken: String = ""
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.pageSize = pageSize
    self.pageToken = pageToken
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
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListSkusResponse`.
public struct ListSKUsResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListSkusResponse"

  /// The page. Limit: 1000 elements.
  public var skus: [SKU] = []
  /// Asks for the next page; empty on the last one.
  public var nextPageToken: String = ""

  public init() {}

  public init(
    skus: [SKU] = [],
    nextPageToken: String = ""
  ) {
    self.skus = skus
    self.nextPageToken = nextPageToken
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.skus {
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
      case 10: try reader.append(to: &self.skus, limit: 1000, "ListSkusResponse.skus")
      case 18: self.nextPageToken = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.PutLocationRequest`.
public struct PutLocationRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.PutLocationRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// What to put. Required.
  public var location: Location?

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    location: Location? = nil
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.location = location
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
    if let value = self.location {
      writer.field(42, message: value)
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
      case 42: self.location = try reader.message(over: self.location)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.PutLocationResponse`.
public struct PutLocationResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.PutLocationResponse"

  /// The revision that includes this put.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The location as it is now.
  public var location: Location?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    location: Location? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.location = location
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.location {
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
      case 26: self.location = try reader.message(over: self.location)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetLocationRequest`.
public struct GetLocationRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetLocationRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// Which. Required.
  public var location: String = ""

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    location: String = ""
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.location = location
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if let value = self.consistency {
      writer.field(18, message: value)
    }
    if !self.location.isEmpty {
      writer.field(42, text: self.location)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.consistency = try reader.message(over: self.consistency)
      case 42: self.location = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetLocationResponse`.
public struct GetLocationResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetLocationResponse"

  /// The revision that was read.
  public var revision: Int64 = 0
  /// The location.
  public var location: Location?

  public init() {}

  public init(
    revision: Int64 = 0,
    location: Location? = nil
  ) {
    self.revision = revision
    self.location = location
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if let value = self.location {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 26: self.location = try reader.message(over: self.location)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListLocationsRequest`.
public struct ListLocationsRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListLocationsRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// How many at most: 1 to 1000; 0 means 100. A page may hold fewer.
  public var pageSize: Int32 = 0
  /// Empty for the first page; then the last response's `next_page_token`, with all else unchanged.
  public var pageToken: String = ""

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    pageSize: Int32 = 0,
    pageToken: String = ""
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.pageSize = pageSize
    self.pageToken = pageToken
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
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListLocationsResponse`.
public struct ListLocationsResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListLocationsResponse"

  /// The page. Limit: 1000 elements.
  public var locations: [Location] = []
  /// Asks for the next page; empty on the last one.
  public var nextPageToken: String = ""

  public init() {}

  public init(
    locations: [Location] = [],
    nextPageToken: String = ""
  ) {
    self.locations = locations
    self.nextPageToken = nextPageToken
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.locations {
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
      case 10: try reader.append(to: &self.locations, limit: 1000, "ListLocationsResponse.locations")
      case 18: self.nextPageToken = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}
