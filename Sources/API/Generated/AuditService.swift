// Written by Scripts/generate-api from holdfast/v1/audit_service.proto. Do not edit.

public import Basics

/// What made a movement.
public enum CauseKind: ProtobufEnum {
  case unspecified
  /// A hold was made.
  case hold
  /// A hold was released.
  case release
  /// Holds were over, or an order was not paid in time.
  case expiry
  /// A hold became an order.
  case confirmation
  /// Stock was received.
  case receipt
  /// A count differed.
  case adjustment
  /// Stock was moved between accounts.
  case move
  /// An order was made without a hold.
  case order
  /// More or less is wanted of an order.
  case amendment
  /// A part of an order was cancelled.
  case cancellation
  /// A part of an order has left.
  case shipment
  /// Stock that was held for a hold or order over several shards is given back, because the whole of it could not be had.
  case rejection
  /// Stock was counted.
  case count
  /// A hold or an order took its stock from another location.
  case reassignment
  /// Stock came that an order waited for.
  case backorder
  /// Stock made up for a shortfall, or a shipment showed that there was none.
  case shortfall
  /// The SKU came from another shard, with what it had there: the id is that shard's number.
  case opening
  /// The SKU went to another shard: the id is that shard's number.
  case departure
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [CauseKind] = [
    .unspecified, .hold, .release, .expiry, .confirmation, .receipt, .adjustment, .move, .order, .amendment,
    .cancellation, .shipment, .rejection, .count, .reassignment, .backorder, .shortfall, .opening, .departure,
  ]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .hold
    case 2: self = .release
    case 3: self = .expiry
    case 4: self = .confirmation
    case 5: self = .receipt
    case 6: self = .adjustment
    case 7: self = .move
    case 8: self = .order
    case 9: self = .amendment
    case 10: self = .cancellation
    case 11: self = .shipment
    case 12: self = .rejection
    case 20: self = .count
    case 21: self = .reassignment
    case 22: self = .backorder
    case 23: self = .shortfall
    case 13: self = .opening
    case 14: self = .departure
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "HOLD": self = .hold
    case "RELEASE": self = .release
    case "EXPIRY": self = .expiry
    case "CONFIRMATION": self = .confirmation
    case "RECEIPT": self = .receipt
    case "ADJUSTMENT": self = .adjustment
    case "MOVE": self = .move
    case "ORDER": self = .order
    case "AMENDMENT": self = .amendment
    case "CANCELLATION": self = .cancellation
    case "SHIPMENT": self = .shipment
    case "REJECTION": self = .rejection
    case "COUNT": self = .count
    case "REASSIGNMENT": self = .reassignment
    case "BACKORDER": self = .backorder
    case "SHORTFALL": self = .shortfall
    case "OPENING": self = .opening
    case "DEPARTURE": self = .departure
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .hold: 1
    case .release: 2
    case .expiry: 3
    case .confirmation: 4
    case .receipt: 5
    case .adjustment: 6
    case .move: 7
    case .order: 8
    case .amendment: 9
    case .cancellation: 10
    case .shipment: 11
    case .rejection: 12
    case .count: 20
    case .reassignment: 21
    case .backorder: 22
    case .shortfall: 23
    case .opening: 13
    case .departure: 14
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .hold: "HOLD"
    case .release: "RELEASE"
    case .expiry: "EXPIRY"
    case .confirmation: "CONFIRMATION"
    case .receipt: "RECEIPT"
    case .adjustment: "ADJUSTMENT"
    case .move: "MOVE"
    case .order: "ORDER"
    case .amendment: "AMENDMENT"
    case .cancellation: "CANCELLATION"
    case .shipment: "SHIPMENT"
    case .rejection: "REJECTION"
    case .count: "COUNT"
    case .reassignment: "REASSIGNMENT"
    case .backorder: "BACKORDER"
    case .shortfall: "SHORTFALL"
    case .opening: "OPENING"
    case .departure: "DEPARTURE"
    case .unrecognized(let number): String(number)
    }
  }
}

/// What made a movement, and which one of its kind.
public struct Cause: ProtobufMessage {
  public static let protobufName = "holdfast.v1.Cause"

  /// Which kind.
  public var kind: CauseKind = .unspecified
  /// The hold's id for HOLD, RELEASE and CONFIRMATION; the request's id for RECEIPT, ADJUSTMENT, MOVE and COUNT; the
  /// order's for ORDER, AMENDMENT, CANCELLATION and SHIPMENT; the hold's or the order's for REJECTION, REASSIGNMENT and
  /// BACKORDER; that of the movement before for SHORTFALL; empty for
  /// EXPIRY, which may be the end of many holds at once.
  public var id: String = ""

  public init() {}

  public init(
    kind: CauseKind = .unspecified,
    id: String = ""
  ) {
    self.kind = kind
    self.id = id
  }

  public func encode(into writer: inout ByteWriter) {
    if self.kind.rawValue != 0 {
      writer.varint(8)
      writer.varint(UInt64(bitPattern: Int64(self.kind.rawValue)))
    }
    if !self.id.isEmpty {
      writer.field(18, text: self.id)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.kind = try reader.varintEnum()
      case 18: self.id = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// One movement. Never changed once written.
public struct JournalRecord: ProtobufMessage {
  public static let protobufName = "holdfast.v1.JournalRecord"

  /// Numbers the movements of a shard without a gap. From one movement of a SKU to its next there may be any number.
  public var sequence: Int64 = 0
  /// When it was decided, by the shard's time.
  public var time: WellKnown.Timestamp?
  /// Of what.
  public var sku: String = ""
  /// Where.
  public var location: String = ""
  /// From which account.
  public var fromAccount: Account = .unspecified
  /// To which.
  public var toAccount: Account = .unspecified
  /// How much; at least 1.
  public var quantity: Int64 = 0
  /// What was in the first account right after.
  public var fromBalance: Int64 = 0
  /// What was in the second account right after.
  public var toBalance: Int64 = 0
  /// What made it.
  public var cause: Cause?
  /// Who asked; empty when nobody said, or when time did it.
  public var actor: String = ""
  /// Why; empty when nobody said.
  public var reason: String = ""
  /// The request; empty when time did it.
  public var requestID: String = ""
  /// The shard whose journal it is in, and whose sequence it has.
  public var shard: UInt32 = 0
  /// Whose.
  public var tenant: String = ""
  /// The revision that it came with. Movements of one revision were decided together.
  public var revision: Int64 = 0

  public init() {}

  public init(
    sequence: Int64 = 0,
    time: WellKnown.Timestamp? = nil,
    sku: String = "",
    location: String = "",
    fromAccount: Account = .unspecified,
    toAccount: Account = .unspecified,
    quantity: Int64 = 0,
    fromBalance: Int64 = 0,
    toBalance: Int64 = 0,
    cause: Cause? = nil,
    actor: String = "",
    reason: String = "",
    requestID: String = "",
    shard: UInt32 = 0,
    tenant: String = "",
    revision: Int64 = 0
  ) {
    self.sequence = sequence
    self.time = time
    self.sku = sku
    self.location = location
    self.fromAccount = fromAccount
    self.toAccount = toAccount
    self.quantity = quantity
    self.fromBalance = fromBalance
    self.toBalance = toBalance
    self.cause = cause
    self.actor = actor
    self.reason = reason
    self.requestID = requestID
    self.shard = shard
    self.tenant = tenant
    self.revision = revision
  }

  public func encode(into writer: inout ByteWriter) {
    if self.sequence != 0 {
      writer.field(8, varint: self.sequence)
    }
    if let value = self.time {
      writer.field(18, message: value)
    }
    if !self.sku.isEmpty {
      writer.field(26, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(34, text: self.location)
    }
    if self.fromAccount.rawValue != 0 {
      writer.varint(40)
      writer.varint(UInt64(bitPattern: Int64(self.fromAccount.rawValue)))
    }
    if self.toAccount.rawValue != 0 {
      writer.varint(48)
      writer.varint(UInt64(bitPattern: Int64(self.toAccount.rawValue)))
    }
    if self.quantity != 0 {
      writer.field(56, varint: self.quantity)
    }
    if self.fromBalance != 0 {
      writer.field(64, varint: self.fromBalance)
    }
    if self.toBalance != 0 {
      writer.field(72, varint: self.toBalance)
    }
    if let value = self.cause {
      writer.field(82, message: value)
    }
    if !self.actor.isEmpty {
      writer.field(90, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(98, text: self.reason)
    }
    if !self.requestID.isEmpty {
      writer.field(106, text: self.requestID)
    }
    if self.shard != 0 {
      writer.field(112, varint: self.shard)
    }
    if !self.tenant.isEmpty {
      writer.field(122, text: self.tenant)
    }
    if self.revision != 0 {
      writer.field(128, varint: self.revision)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.sequence = try reader.varintInt64()
      case 18: self.time = try reader.message(over: self.time)
      case 26: self.sku = try reader.text()
      case 34: self.location = try reader.text()
      case 40: self.fromAccount = try reader.varintEnum()
      case 48: self.toAccount = try reader.varintEnum()
      case 56: self.quantity = try reader.varintInt64()
      case 64: self.fromBalance = try reader.varintInt64()
      case 72: self.toBalance = try reader.varintInt64()
      case 82: self.cause = try reader.message(over: self.cause)
      case 90: self.actor = try reader.text()
      case 98: self.reason = try reader.text()
      case 106: self.requestID = try reader.text()
      case 112: self.shard = try reader.varintUInt32()
      case 122: self.tenant = try reader.text()
      case 128: self.revision = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListJournalRequest`.
public struct ListJournalRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListJournalRequest"

  /// See common.proto.
  public var tenant: String = ""
  /// How fresh the answer must be. Default: linearizable.
  public var consistency: ReadConsistency?
  /// How many at most: 1 to 1000; 0 means 100. A page may hold fewer.
  public var pageSize: Int32 = 0
  /// Empty for the first page; then the last response's `next_page_token`, with all else unchanged.
  public var pageToken: String = ""
  /// Only this SKU; empty for all of the tenant.
  public var sku: String = ""
  /// Only this location; empty for all.
  public var location: String = ""
  /// Oldest first, from this sequence on. Absent: newest first. Sequences are a shard's own: without `sku` and `shard`
  /// only 0 is allowed, for all from the beginning.
  public var sequenceFrom: Int64?
  /// Only what this hold moved; empty for all. Its expiry is not told apart from that of others.
  public var holdID: String = ""
  /// Only what this order moved, and the hold that it was made of; empty for all.
  public var orderID: String = ""
  /// Only what this caller did; empty for all.
  public var actor: String = ""
  /// Only movements with these causes; empty for all. Limit: 20 elements.
  public var causes: [CauseKind] = []
  /// Only those decided at this time or later.
  public var timeFrom: WellKnown.Timestamp?
  /// Only those decided before this time.
  public var timeBefore: WellKnown.Timestamp?
  /// Only what this request did; empty for all.
  public var ofRequestID: String = ""
  /// Only this shard's journal; 0 for all.
  public var shard: UInt32 = 0

  public init() {}

  public init(
    tenant: String = "",
    consistency: ReadConsistency? = nil,
    pageSize: Int32 = 0,
    pageToken: String = "",
    sku: String = "",
    location: String = "",
    sequenceFrom: Int64? = nil,
    holdID: String = "",
    orderID: String = "",
    actor: String = "",
    causes: [CauseKind] = [],
    timeFrom: WellKnown.Timestamp? = nil,
    timeBefore: WellKnown.Timestamp? = nil,
    ofRequestID: String = "",
    shard: UInt32 = 0
  ) {
    self.tenant = tenant
    self.consistency = consistency
    self.pageSize = pageSize
    self.pageToken = pageToken
    self.sku = sku
    self.location = location
    self.sequenceFrom = sequenceFrom
    self.holdID = holdID
    self.orderID = orderID
    self.actor = actor
    self.causes = causes
    self.timeFrom = timeFrom
    self.timeBefore = timeBefore
    self.ofRequestID = ofRequestID
    self.shard = shard
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
    if let value = self.sequenceFrom {
      writer.field(56, varint: value)
    }
    if !self.holdID.isEmpty {
      writer.field(66, text: self.holdID)
    }
    if !self.orderID.isEmpty {
      writer.field(74, text: self.orderID)
    }
    if !self.actor.isEmpty {
      writer.field(82, text: self.actor)
    }
    if !self.causes.isEmpty {
      let start = writer.beginDelimited(90)
      for element in self.causes { writer.varint(UInt64(bitPattern: Int64(element.rawValue))) }
      writer.endDelimited(start)
    }
    if let value = self.timeFrom {
      writer.field(98, message: value)
    }
    if let value = self.timeBefore {
      writer.field(106, message: value)
    }
    if !self.ofRequestID.isEmpty {
      writer.field(114, text: self.ofRequestID)
    }
    if self.shard != 0 {
      writer.field(120, varint: self.shard)
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
      case 56: self.sequenceFrom = try reader.varintInt64()
      case 66: self.holdID = try reader.text()
      case 74: self.orderID = try reader.text()
      case 82: self.actor = try reader.text()
      case 88:
        if self.causes.count >= 20 { throw tooManyElements("ListJournalRequest.causes", 20) }
        self.causes.append(try reader.varintEnum())
      case 90:
        var packed = ByteReader(try reader.delimited())
        while !packed.isAtEnd {
          if self.causes.count >= 20 { throw tooManyElements("ListJournalRequest.causes", 20) }
          self.causes.append(try packed.varintEnum())
        }
      case 98: self.timeFrom = try reader.message(over: self.timeFrom)
      case 106: self.timeBefore = try reader.message(over: self.timeBefore)
      case 114: self.ofRequestID = try reader.text()
      case 120: self.shard = try reader.varintUInt32()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ListJournalResponse`.
public struct ListJournalResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ListJournalResponse"

  /// The revision that was read.
  public var revision: Int64 = 0
  /// The page. Limit: 1000 elements.
  public var records: [JournalRecord] = []
  /// Asks for the next page; empty on the last one.
  public var nextPageToken: String = ""

  public init() {}

  public init(
    revision: Int64 = 0,
    records: [JournalRecord] = [],
    nextPageToken: String = ""
  ) {
    self.revision = revision
    self.records = records
    self.nextPageToken = nextPageToken
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    for element in self.records {
      writer.field(26, message: element)
    }
    if !self.nextPageToken.isEmpty {
      writer.field(34, text: self.nextPageToken)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varintInt64()
      case 26: try reader.append(to: &self.records, limit: 1000, "ListJournalResponse.records")
      case 34: self.nextPageToken = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.VerifyLedgerRequest`.
public struct VerifyLedgerRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.VerifyLedgerRequest"

  /// Only these shards. Empty: all of the cluster. Limit: 16384 elements.
  public var shards: [UInt32] = []

  public init() {}

  public init(
    shards: [UInt32] = []
  ) {
    self.shards = shards
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.shards.isEmpty {
      let start = writer.beginDelimited(10)
      for element in self.shards { writer.varint(UInt64(element)) }
      writer.endDelimited(start)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8:
        if self.shards.count >= 16384 { throw tooManyElements("VerifyLedgerRequest.shards", 16384) }
        self.shards.append(try reader.varintUInt32())
      case 10:
        var packed = ByteReader(try reader.delimited())
        while !packed.isAtEnd {
          if self.shards.count >= 16384 { throw tooManyElements("VerifyLedgerRequest.shards", 16384) }
          self.shards.append(try packed.varintUInt32())
        }
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What was found in one shard.
public struct VerifyLedgerResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.VerifyLedgerResponse"

  /// Which shard.
  public var shard: UInt32 = 0
  /// How many shards are being checked: so many messages will come.
  public var shardCount: UInt32 = 0
  /// Nothing was found wrong.
  public var ok: Bool = false
  /// What was found wrong, the first 100 of them. Limit: 100 elements.
  public var findings: [LedgerFinding] = []
  /// How many things were found wrong.
  public var findingCount: Int64 = 0
  /// The revision that was checked.
  public var revision: Int64 = 0
  /// The shard's time of that revision.
  public var asOfTime: WellKnown.Timestamp?
  /// How many SKUs at a location were checked.
  public var balancesChecked: Int64 = 0
  /// How many live holds.
  public var holdsChecked: Int64 = 0
  /// How many open orders.
  public var ordersChecked: Int64 = 0
  /// How many movements of the journal.
  public var recordsChecked: Int64 = 0
  /// How many parts of other shards' holds and orders, and parts that others have of this shard's, were compared.
  public var claimsChecked: Int64 = 0

  public init() {}

  public init(
    shard: UInt32 = 0,
    shardCount: UInt32 = 0,
    ok: Bool = false,
    findings: [LedgerFinding] = [],
    findingCount: Int64 = 0,
    revision: Int64 = 0,
    asOfTime: WellKnown.Timestamp? = nil,
    balancesChecked: Int64 = 0,
    holdsChecked: Int64 = 0,
    ordersChecked: Int64 = 0,
    recordsChecked: Int64 = 0,
    claimsChecked: Int64 = 0
  ) {
    self.shard = shard
    self.shardCount = shardCount
    self.ok = ok
    self.findings = findings
    self.findingCount = findingCount
    self.revision = revision
    self.asOfTime = asOfTime
    self.balancesChecked = balancesChecked
    self.holdsChecked = holdsChecked
    self.ordersChecked = ordersChecked
    self.recordsChecked = recordsChecked
    self.claimsChecked = claimsChecked
  }

  public func encode(into writer: inout ByteWriter) {
    if self.shard != 0 {
      writer.field(8, varint: self.shard)
    }
    if self.shardCount != 0 {
      writer.field(16, varint: self.shardCount)
    }
    if self.ok {
      writer.field(24, varint: self.ok)
    }
    for element in self.findings {
      writer.field(34, message: element)
    }
    if self.findingCount != 0 {
      writer.field(40, varint: self.findingCount)
    }
    if self.revision != 0 {
      writer.field(48, varint: self.revision)
    }
    if let value = self.asOfTime {
      writer.field(58, message: value)
    }
    if self.balancesChecked != 0 {
      writer.field(64, varint: self.balancesChecked)
    }
    if self.holdsChecked != 0 {
      writer.field(72, varint: self.holdsChecked)
    }
    if self.ordersChecked != 0 {
      writer.field(80, varint: self.ordersChecked)
    }
    if self.recordsChecked != 0 {
      writer.field(88, varint: self.recordsChecked)
    }
    if self.claimsChecked != 0 {
      writer.field(96, varint: self.claimsChecked)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.shard = try reader.varintUInt32()
      case 16: self.shardCount = try reader.varintUInt32()
      case 24: self.ok = try reader.varintBool()
      case 34: try reader.append(to: &self.findings, limit: 100, "VerifyLedgerResponse.findings")
      case 40: self.findingCount = try reader.varintInt64()
      case 48: self.revision = try reader.varintInt64()
      case 58: self.asOfTime = try reader.message(over: self.asOfTime)
      case 64: self.balancesChecked = try reader.varintInt64()
      case 72: self.holdsChecked = try reader.varintInt64()
      case 80: self.ordersChecked = try reader.varintInt64()
      case 88: self.recordsChecked = try reader.varintInt64()
      case 96: self.claimsChecked = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// Something that must not be.
public struct LedgerFinding: ProtobufMessage {
  public static let protobufName = "holdfast.v1.LedgerFinding"

  /// For people: what should be, and what is.
  public var text: String = ""
  /// The SKU concerned; may be empty.
  public var sku: String = ""
  /// The location concerned; may be empty.
  public var location: String = ""
  /// What it is about, for programs: UNREADABLE, COUNTER, JOURNAL, BALANCE, DOUBLE_ENTRY, NEGATIVE, HELD, ALLOCATED, HOLD,
  /// ORDER, CATALOGUE or CLAIM; more may come.
  public var kind: String = ""
  /// Since when it is so, as far as that is known.
  public var since: WellKnown.Timestamp?
  /// The id of the hold's or the order's request, where it is about one.
  public var subjectID: String = ""
  /// What to do about it, with the command that helps.
  public var advice: String = ""

  public init() {}

  public init(
    text: String = "",
    sku: String = "",
    location: String = "",
    kind: String = "",
    since: WellKnown.Timestamp? = nil,
    subjectID: String = "",
    advice: String = ""
  ) {
    self.text = text
    self.sku = sku
    self.location = location
    self.kind = kind
    self.since = since
    self.subjectID = subjectID
    self.advice = advice
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.text.isEmpty {
      writer.field(10, text: self.text)
    }
    if !self.sku.isEmpty {
      writer.field(18, text: self.sku)
    }
    if !self.location.isEmpty {
      writer.field(26, text: self.location)
    }
    if !self.kind.isEmpty {
      writer.field(34, text: self.kind)
    }
    if let value = self.since {
      writer.field(42, message: value)
    }
    if !self.subjectID.isEmpty {
      writer.field(50, text: self.subjectID)
    }
    if !self.advice.isEmpty {
      writer.field(58, text: self.advice)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.text = try reader.text()
      case 18: self.sku = try reader.text()
      case 26: self.location = try reader.text()
      case 34: self.kind = try reader.text()
      case 42: self.since = try reader.message(over: self.since)
      case 50: self.subjectID = try reader.text()
      case 58: self.advice = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}
