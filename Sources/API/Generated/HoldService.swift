// Written by Scripts/generate-api from holdfast/v1/hold_service.proto. Do not edit.

public import Basics

/// What to do when not every line can be met in full.
public enum ReserveMode: ProtobufEnum {
  /// ALL_OR_NOTHING.
  case unspecified
  /// Every line in full, or no hold at all.
  case allOrNothing
  /// The lines that can be met in full; refused only when none can.
  case wholeLines
  /// Of each line as much as there is, but at least its minimum quantity or nothing of it; refused only when nothing
  /// at all could be held.
  case upTo
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [ReserveMode] = [.unspecified, .allOrNothing, .wholeLines, .upTo]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .allOrNothing
    case 2: self = .wholeLines
    case 3: self = .upTo
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "ALL_OR_NOTHING": self = .allOrNothing
    case "WHOLE_LINES": self = .wholeLines
    case "UP_TO": self = .upTo
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .allOrNothing: 1
    case .wholeLines: 2
    case .upTo: 3
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .allOrNothing: "ALL_OR_NOTHING"
    case .wholeLines: "WHOLE_LINES"
    case .upTo: "UP_TO"
    case .unrecognized(let number): String(number)
    }
  }
}

/// Why a location gave nothing, or not all, of a line.
public enum LocationRefusal: ProtobufEnum {
  case unspecified
  /// Nothing is available there.
  case empty
  /// Less is available there than was asked for.
  case tooLittle
  /// Less is available there than the SKU's lot size.
  case lessThanLot
  /// It is DRAINING.
  case draining
  /// It is CLOSED.
  case closed
  /// It is not among the request's `locations`.
  case notRanked
  /// It could meet this line, but not all lines, and the split policy is NONE.
  case notAllLines
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [LocationRefusal] = [
    .unspecified, .empty, .tooLittle, .lessThanLot, .draining, .closed, .notRanked, .notAllLines,
  ]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .empty
    case 2: self = .tooLittle
    case 3: self = .lessThanLot
    case 4: self = .draining
    case 5: self = .closed
    case 6: self = .notRanked
    case 7: self = .notAllLines
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "EMPTY": self = .empty
    case "TOO_LITTLE": self = .tooLittle
    case "LESS_THAN_LOT": self = .lessThanLot
    case "DRAINING": self = .draining
    case "CLOSED": self = .closed
    case "NOT_RANKED": self = .notRanked
    case "NOT_ALL_LINES": self = .notAllLines
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .empty: 1
    case .tooLittle: 2
    case .lessThanLot: 3
    case .draining: 4
    case .closed: 5
    case .notRanked: 6
    case .notAllLines: 7
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .empty: "EMPTY"
    case .tooLittle: "TOO_LITTLE"
    case .lessThanLot: "LESS_THAN_LOT"
    case .draining: "DRAINING"
    case .closed: "CLOSED"
    case .notRanked: "NOT_RANKED"
    case .notAllLines: "NOT_ALL_LINES"
    case .unrecognized(let number): String(number)
    }
  }
}

/// What a hold is at.
public enum HoldState: ProtobufEnum {
  case unspecified
  /// Several shards are being asked; soon ACTIVE or REJECTED.
  case preparing
  /// Keeps its stock.
  case active
  /// Became an order.
  case confirmed
  /// Was given back.
  case released
  /// Its time is over and its stock was given back.
  case expired
  /// Not all shards had the stock.
  case rejected
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [HoldState] = [
    .unspecified, .preparing, .active, .confirmed, .released, .expired, .rejected,
  ]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .preparing
    case 2: self = .active
    case 3: self = .confirmed
    case 4: self = .released
    case 5: self = .expired
    case 6: self = .rejected
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "PREPARING": self = .preparing
    case "ACTIVE": self = .active
    case "CONFIRMED": self = .confirmed
    case "RELEASED": self = .released
    case "EXPIRED": self = .expired
    case "REJECTED": self = .rejected
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .preparing: 1
    case .active: 2
    case .confirmed: 3
    case .released: 4
    case .expired: 5
    case .rejected: 6
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .preparing: "PREPARING"
    case .active: "ACTIVE"
    case .confirmed: "CONFIRMED"
    case .released: "RELEASED"
    case .expired: "EXPIRED"
    case .rejected: "REJECTED"
    case .unrecognized(let number): String(number)
    }
  }
}

/// What to hold of one SKU.
public struct ReserveLine: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReserveLine"

  /// Which SKU. Required. The same one may stand in several lines.
  public var sku: String = ""
  /// From where; empty: from where the strategy and the split policy say.
  public var location: String = ""
  /// How much: at least 1. A multiple of the SKU's lot size; with UP_TO what is held is rounded down to one.
  public var quantity: Int64 = 0
  /// Only with UP_TO: the least that is of use, from 0 (means 1) to `quantity`.
  public var minimumQuantity: Int64 = 0

  public init() {}

  public init(
    sku: String = "",
    location: String = "",
    quantity: Int64 = 0,
    minimumQuantity: Int64 = 0
  ) {
    self.sku = sku
    self.location = location
    self.quantity = quantity
    self.minimumQuantity = minimumQuantity
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
    if self.minimumQuantity != 0 {
      writer.field(32, varint: self.minimumQuantity)
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
      case 32: self.minimumQuantity = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ReserveRequest`.
public struct ReserveRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReserveRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto. It becomes the first 36 characters of the hold's id.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// What to hold: at least one line. Limit: 100 elements.
  public var lines: [ReserveLine] = []
  /// What to do when not every line can be met. Default: ALL_OR_NOTHING.
  public var mode: ReserveMode = .unspecified
  /// How long: 1 second to 24 hours. Absent: 15 minutes. A hold ends at a full tenth of a second, never early.
  public var timeToLive: WellKnown.Duration?
  /// Yours: a cart, a buyer. At most 64 bytes; may be empty.
  public var reference: String = ""
  /// Which locations give lines that name none. Default: PRIORITY.
  public var strategy: SourcingStrategy = .unspecified
  /// With RANKED, and only then: the locations to try, best first; at least one. Limit: 100 elements.
  public var locations: [String] = []
  /// What may be divided among locations. Default: ORDER.
  public var split: SplitPolicy = .unspecified

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    lines: [ReserveLine] = [],
    mode: ReserveMode = .unspecified,
    timeToLive: WellKnown.Duration? = nil,
    reference: String = "",
    strategy: SourcingStrategy = .unspecified,
    locations: [String] = [],
    split: SplitPolicy = .unspecified
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.lines = lines
    self.mode = mode
    self.timeToLive = timeToLive
    self.reference = reference
    self.strategy = strategy
    self.locations = locations
    self.split = split
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
    if self.mode.rawValue != 0 {
      writer.varint(48)
      writer.varint(UInt64(bitPattern: Int64(self.mode.rawValue)))
    }
    if let value = self.timeToLive {
      writer.field(58, message: value)
    }
    if !self.reference.isEmpty {
      writer.field(66, text: self.reference)
    }
    if self.strategy.rawValue != 0 {
      writer.varint(72)
      writer.varint(UInt64(bitPattern: Int64(self.strategy.rawValue)))
    }
    for element in self.locations {
      writer.field(82, text: element)
    }
    if self.split.rawValue != 0 {
      writer.varint(88)
      writer.varint(UInt64(bitPattern: Int64(self.split.rawValue)))
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
      case 42: try reader.append(to: &self.lines, limit: 100, "ReserveRequest.lines")
      case 48: self.mode = try reader.varintEnum()
      case 58: self.timeToLive = try reader.message(over: self.timeToLive)
      case 66: self.reference = try reader.text()
      case 72: self.strategy = try reader.varintEnum()
      case 82:
        if self.locations.count >= 100 { throw tooManyElements("ReserveRequest.locations", 100) }
        self.locations.append(try reader.text())
      case 88: self.split = try reader.varintEnum()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// A location that did not give what was asked.
public struct RefusedLocation: ProtobufMessage {
  public static let protobufName = "holdfast.v1.RefusedLocation"

  /// The line of the request, counted from 0.
  public var line: Int32 = 0
  /// Which location.
  public var location: String = ""
  /// Why.
  public var reason: LocationRefusal = .unspecified
  /// What was available there when the line was decided.
  public var available: Int64 = 0

  public init() {}

  public init(
    line: Int32 = 0,
    location: String = "",
    reason: LocationRefusal = .unspecified,
    available: Int64 = 0
  ) {
    self.line = line
    self.location = location
    self.reason = reason
    self.available = available
  }

  public func encode(into writer: inout ByteWriter) {
    if self.line != 0 {
      writer.field(8, varint: self.line)
    }
    if !self.location.isEmpty {
      writer.field(18, text: self.location)
    }
    if self.reason.rawValue != 0 {
      writer.varint(24)
      writer.varint(UInt64(bitPattern: Int64(self.reason.rawValue)))
    }
    if self.available != 0 {
      writer.field(32, varint: self.available)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.line = try reader.varintInt32()
      case 18: self.location = try reader.text()
      case 24: self.reason = try reader.varintEnum()
      case 32: self.available = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ReserveResponse`.
public struct ReserveResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReserveResponse"

  /// The revision that includes the hold.
  public var revision: Int64 = 0
  /// This request id was decided before, and nothing changed this time: by an earlier call, or by an earlier attempt of this
  /// one. That may be a node's attempt at another node, made again because the first was lost: so the first answer that a
  /// caller hears can be a replayed one. `state` tells what became of the hold since.
  public var replayed: Bool = false
  /// The hold.
  public var hold: Hold?
  /// Of lines that were not met in full: why each location did not, in the order in which they were tried. Absent in a
  /// replayed answer. Limit: 48 elements.
  public var refusedLocations: [RefusedLocation] = []

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    hold: Hold? = nil,
    refusedLocations: [RefusedLocation] = []
  ) {
    self.revision = revision
    self.replayed = replayed
    self.hold = hold
    self.refusedLocations = refusedLocations
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.hold {
      writer.field(26, message: value)
    }
    for element in self.refusedLocations {
      writer.field(34, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 16: self.replayed = try reader.varintBool()
      case 26: self.hold = try reader.message(over: self.hold)
      case 34: try reader.append(to: &self.refusedLocations, limit: 48, "ReserveResponse.refused_locations")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.BatchReserveRequest`.
public struct BatchReserveRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.BatchReserveRequest"

  /// The reservations, each with its own tenant and request id. Limit: 1000 elements.
  public var requests: [ReserveRequest] = []

  public init() {}

  public init(
    requests: [ReserveRequest] = []
  ) {
    self.requests = requests
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.requests {
      writer.field(10, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: try reader.append(to: &self.requests, limit: 1000, "BatchReserveRequest.requests")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What became of one reservation of a batch.
public struct BatchReserveResult: ProtobufMessage {
  public static let protobufName = "holdfast.v1.BatchReserveResult"

  /// One of these, or none.
  public var outcome: Outcome?

  public init() {}

  public init(
    outcome: Outcome? = nil
  ) {
    self.outcome = outcome
  }

  public func encode(into writer: inout ByteWriter) {
    if case .response(let value)? = self.outcome {
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
        var old: ReserveResponse?
        if case .response(let value)? = self.outcome { old = value }
        self.outcome = .response(try reader.message(over: old))
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
    /// The hold was made.
    case response(ReserveResponse)
    /// It was not.
    case error(CallError)
  }
}

/// `holdfast.v1.BatchReserveResponse`.
public struct BatchReserveResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.BatchReserveResponse"

  /// One for each request, in order. Limit: 1000 elements.
  public var results: [BatchReserveResult] = []

  public init() {}

  public init(
    results: [BatchReserveResult] = []
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
      case 10: try reader.append(to: &self.results, limit: 1000, "BatchReserveResponse.results")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ReserveStreamRequest`.
public struct ReserveStreamRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReserveStreamRequest"

  /// Yours: the result repeats it. Best unique in the stream.
  public var tag: UInt64 = 0
  /// The reservation. Required.
  public var request: ReserveRequest?

  public init() {}

  public init(
    tag: UInt64 = 0,
    request: ReserveRequest? = nil
  ) {
    self.tag = tag
    self.request = request
  }

  public func encode(into writer: inout ByteWriter) {
    if self.tag != 0 {
      writer.field(8, varint: self.tag)
    }
    if let value = self.request {
      writer.field(18, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.tag = try reader.varint()
      case 18: self.request = try reader.message(over: self.request)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ReserveStreamResponse`.
public struct ReserveStreamResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReserveStreamResponse"

  /// The request's.
  public var tag: UInt64 = 0
  /// One of these, or none.
  public var outcome: Outcome?

  public init() {}

  public init(
    tag: UInt64 = 0,
    outcome: Outcome? = nil
  ) {
    self.tag = tag
    self.outcome = outcome
  }

  public func encode(into writer: inout ByteWriter) {
    if self.tag != 0 {
      writer.field(8, varint: self.tag)
    }
    if case .response(let value)? = self.outcome {
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
      case 8: self.tag = try reader.varint()
      case 18:
        var old: ReserveResponse?
        if case .response(let value)? = self.outcome { old = value }
        self.outcome = .response(try reader.message(over: old))
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
    /// The hold was made.
    case response(ReserveResponse)
    /// It was not.
    case error(CallError)
  }
}

/// What a hold keeps of one line of its request; a line that comes from several locations has an element for each of them.
public struct HoldLine: ProtobufMessage {
  public static let protobufName = "holdfast.v1.HoldLine"

  /// Which SKU.
  public var sku: String = ""
  /// From where. Empty when nothing is held of the line.
  public var location: String = ""
  /// How much: what was granted when the hold was made, 0 when nothing.
  public var quantity: Int64 = 0
  /// How much was asked for; 0 in all but the first element of a line.
  public var askedQuantity: Int64 = 0
  /// Which line of the request, counted from 0.
  public var line: Int32 = 0

  public init() {}

  public init(
    sku: String = "",
    location: String = "",
    quantity: Int64 = 0,
    askedQuantity: Int64 = 0,
    line: Int32 = 0
  ) {
    self.sku = sku
    self.location = location
    self.quantity = quantity
    self.askedQuantity = askedQuantity
    self.line = line
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
    if self.askedQuantity != 0 {
      writer.field(32, varint: self.askedQuantity)
    }
    if self.line != 0 {
      writer.field(40, varint: self.line)
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
      case 32: self.askedQuantity = try reader.varintInt64()
      case 40: self.line = try reader.varintInt32()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// Stock kept for a while.
public struct Hold: ProtobufMessage {
  public static let protobufName = "holdfast.v1.Hold"

  /// Its id: the request id, "-", and four hexadecimal digits. Treat it as opaque.
  public var holdID: String = ""
  /// Whose stock.
  public var tenant: String = ""
  /// What it is at.
  public var state: HoldState = .unspecified
  /// The lines of the request, in order. Limit: 200 elements.
  public var lines: [HoldLine] = []
  /// When it was made, by the shard's time.
  public var createTime: WellKnown.Timestamp?
  /// When it expires or would have, by the shard's time.
  public var expireTime: WellKnown.Timestamp?
  /// The order that it became; empty unless CONFIRMED.
  public var orderID: String = ""
  /// The request's.
  public var reference: String = ""

  public init() {}

  public init(
    holdID: String = "",
    tenant: String = "",
    state: HoldState = .unspecified,
    lines: [HoldLine] = [],
    createTime: WellKnown.Timestamp? = nil,
    expireTime: WellKnown.Timestamp? = nil,
    orderID: String = "",
    reference: String = ""
  ) {
    self.holdID = holdID
    self.tenant = tenant
    self.state = state
    self.lines = lines
    self.createTime = createTime
    self.expireTime = expireTime
    self.orderID = orderID
    self.reference = reference
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.holdID.isEmpty {
      writer.field(10, text: self.holdID)
    }
    if !self.tenant.isEmpty {
      writer.field(18, text: self.tenant)
    }
    if self.state.rawValue != 0 {
      writer.varint(24)
      writer.varint(UInt64(bitPattern: Int64(self.state.rawValue)))
    }
    for element in self.lines {
      writer.field(34, message: element)
    }
    if let value = self.createTime {
      writer.field(42, message: value)
    }
    if let value = self.expireTime {
      writer.field(50, message: value)
    }
    if !self.orderID.isEmpty {
      writer.field(58, text: self.orderID)
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
      case 10: self.holdID = try reader.text()
      case 18: self.tenant = try reader.text()
      case 24: self.state = try reader.varintEnum()
      case 34: try reader.append(to: &self.lines, limit: 200, "Hold.lines")
      case 42: self.createTime = try reader.message(over: self.createTime)
      case 50: self.expireTime = try reader.message(over: self.expireTime)
      case 58: self.orderID = try reader.text()
      case 66: self.reference = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetHoldRequest`.
public struct GetHoldRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetHoldRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// Which. Required.
  public var holdID: String = ""

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    holdID: String = ""
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.holdID = holdID
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.tenant.isEmpty {
      writer.field(10, text: self.tenant)
    }
    if let value = self.consistency {
      writer.field(18, message: value)
    }
    if !self.holdID.isEmpty {
      writer.field(42, text: self.holdID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.tenant = try reader.text()
      case 18: self.consistency = try reader.message(over: self.consistency)
      case 42: self.holdID = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetHoldResponse`.
public struct GetHoldResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetHoldResponse"

  /// The revision that was read.
  public var revision: Int64 = 0
  /// The hold. One that is due by now shows as EXPIRED.
  public var hold: Hold?

  public init() {}

  public init(
    revision: Int64 = 0,
    hold: Hold? = nil
  ) {
    self.revision = revision
    self.hold = hold
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if let value = self.hold {
      writer.field(26, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 26: self.hold = try reader.message(over: self.hold)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListHoldsRequest`.
public struct ListHoldsRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListHoldsRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// How many at most: 1 to 1000; 0 means 100. A page may hold fewer.
  public var pageSize: Int32 = 0
  /// Empty for the first page; then the last response's `next_page_token`, with all else unchanged.
  public var pageToken: String = ""
  /// Only holds with a line of this SKU; empty for all.
  public var sku: String = ""
  /// Only holds with a line held there, of that SKU if one is named; empty for all.
  public var location: String = ""
  /// Only of this reference: of this buyer or cart; empty for all.
  public var reference: String = ""
  /// Only in these states. Empty: ACTIVE. Limit: 6 elements.
  public var states: [HoldState] = []
  /// Only those made at this time or later.
  public var createTimeFrom: WellKnown.Timestamp?
  /// Only those made before this time: by age.
  public var createTimeBefore: WellKnown.Timestamp?
  /// Only those that expire, or expired, before this time.
  public var expireTimeBefore: WellKnown.Timestamp?

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    pageSize: Int32 = 0,
    pageToken: String = "",
    sku: String = "",
    location: String = "",
    reference: String = "",
    states: [HoldState] = [],
    createTimeFrom: WellKnown.Timestamp? = nil,
    createTimeBefore: WellKnown.Timestamp? = nil,
    expireTimeBefore: WellKnown.Timestamp? = nil
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.pageSize = pageSize
    self.pageToken = pageToken
    self.sku = sku
    self.location = location
    self.reference = reference
    self.states = states
    self.createTimeFrom = createTimeFrom
    self.createTimeBefore = createTimeBefore
    self.expireTimeBefore = expireTimeBefore
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
    if !self.states.isEmpty {
      let start = writer.beginDelimited(66)
      for element in self.states { writer.varint(UInt64(bitPattern: Int64(element.rawValue))) }
      writer.endDelimited(start)
    }
    if let value = self.createTimeFrom {
      writer.field(74, message: value)
    }
    if let value = self.createTimeBefore {
      writer.field(82, message: value)
    }
    if let value = self.expireTimeBefore {
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
      case 64:
        if self.states.count >= 6 { throw tooManyElements("ListHoldsRequest.states", 6) }
        self.states.append(try reader.varintEnum())
      case 66:
        var packed = ByteReader(try reader.delimited())
        while !packed.isAtEnd {
          if self.states.count >= 6 { throw tooManyElements("ListHoldsRequest.states", 6) }
          self.states.append(try packed.varintEnum())
        }
      case 74: self.createTimeFrom = try reader.message(over: self.createTimeFrom)
      case 82: self.createTimeBefore = try reader.message(over: self.createTimeBefore)
      case 90: self.expireTimeBefore = try reader.message(over: self.expireTimeBefore)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListHoldsResponse`.
public struct ListHoldsResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListHoldsResponse"

  /// The page. Limit: 1000 elements.
  public var holds: [Hold] = []
  /// Asks for the next page; empty on the last one.
  public var nextPageToken: String = ""

  public init() {}

  public init(
    holds: [Hold] = [],
    nextPageToken: String = ""
  ) {
    self.holds = holds
    self.nextPageToken = nextPageToken
  }

  public func encode(into writer: inout ByteWriter) {
    for element in self.holds {
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
      case 10: try reader.append(to: &self.holds, limit: 1000, "ListHoldsResponse.holds")
      case 18: self.nextPageToken = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ExtendHoldRequest`.
public struct ExtendHoldRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ExtendHoldRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Which. Required.
  public var holdID: String = ""
  /// From now on: 1 second to 24 hours. Absent: 15 minutes.
  public var timeToLive: WellKnown.Duration?

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    holdID: String = "",
    timeToLive: WellKnown.Duration? = nil
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.holdID = holdID
    self.timeToLive = timeToLive
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
    if !self.holdID.isEmpty {
      writer.field(42, text: self.holdID)
    }
    if let value = self.timeToLive {
      writer.field(50, message: value)
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
      case 42: self.holdID = try reader.text()
      case 50: self.timeToLive = try reader.message(over: self.timeToLive)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ExtendHoldResponse`.
public struct ExtendHoldResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ExtendHoldResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The hold as it is now.
  public var hold: Hold?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    hold: Hold? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.hold = hold
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.hold {
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
      case 26: self.hold = try reader.message(over: self.hold)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ReleaseHoldRequest`.
public struct ReleaseHoldRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReleaseHoldRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Which. Required.
  public var holdID: String = ""

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    holdID: String = ""
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.holdID = holdID
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
    if !self.holdID.isEmpty {
      writer.field(42, text: self.holdID)
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
      case 42: self.holdID = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ReleaseHoldResponse`.
public struct ReleaseHoldResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReleaseHoldResponse"

  /// The revision that includes this change.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
  public var replayed: Bool = false
  /// The hold as it is now.
  public var hold: Hold?

  public init() {}

  public init(
    revision: Int64 = 0,
    replayed: Bool = false,
    hold: Hold? = nil
  ) {
    self.revision = revision
    self.replayed = replayed
    self.hold = hold
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.replayed {
      writer.field(16, varint: self.replayed)
    }
    if let value = self.hold {
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
      case 26: self.hold = try reader.message(over: self.hold)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ConfirmHoldRequest`.
public struct ConfirmHoldRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ConfirmHoldRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// See common.proto. It becomes the first 36 characters of the order's id.
  public var requestID: String = ""
  /// See common.proto.
  public var actor: String = ""
  /// See common.proto.
  public var reason: String = ""
  /// Which. Required.
  public var holdID: String = ""
  /// Your order number, unique in its channel. At most 64 bytes; may be empty.
  public var externalNumber: String = ""
  /// Where it was bought: a marketplace, a shop. At most 64 bytes; may be empty.
  public var channel: String = ""
  /// How long the order may wait to be paid: 1 second to 90 days. Absent: it may be shipped before it is paid.
  public var payWithin: WellKnown.Duration?

  public init() {}

  public init(
    tenant: String = "",
    requestID: String = "",
    actor: String = "",
    reason: String = "",
    holdID: String = "",
    externalNumber: String = "",
    channel: String = "",
    payWithin: WellKnown.Duration? = nil
  ) {
    self.tenant = tenant
    self.requestID = requestID
    self.actor = actor
    self.reason = reason
    self.holdID = holdID
    self.externalNumber = externalNumber
    self.channel = channel
    self.payWithin = payWithin
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
    if !self.holdID.isEmpty {
      writer.field(42, text: self.holdID)
    }
    if !self.externalNumber.isEmpty {
      writer.field(50, text: self.externalNumber)
    }
    if !self.channel.isEmpty {
      writer.field(58, text: self.channel)
    }
    if let value = self.payWithin {
      writer.field(66, message: value)
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
      case 42: self.holdID = try reader.text()
      case 50: self.externalNumber = try reader.text()
      case 58: self.channel = try reader.text()
      case 66: self.payWithin = try reader.message(over: self.payWithin)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ConfirmHoldResponse`.
public struct ConfirmHoldResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ConfirmHoldResponse"

  /// The revision that includes the order.
  public var revision: Int64 = 0
  /// This request id was decided before, by an earlier call or attempt; nothing changed this time.
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
