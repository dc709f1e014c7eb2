// Written by Scripts/generate-api from holdfast/v1/common.proto. Do not edit.

public import Basics

/// Where a quantity can be. Stock moves between two accounts, so that all accounts of a SKU at a location add up to
/// zero.
public enum Account: ProtobufEnum {
  case unspecified
  /// Can be reserved now. Never negative, like all accounts up to DAMAGED.
  case available
  /// Promised to live holds.
  case held
  /// Owed to open orders.
  case allocated
  /// Kept back as a reserve against surprises.
  case safety
  /// Waits for an inspection.
  case qualityControl
  /// Cannot be sold.
  case damaged
  /// The outside world, from here on; these are signed. What came from suppliers is negative.
  case supplier
  /// What went to customers.
  case customer
  /// The sum of counting differences.
  case adjustment
  /// On the way between two locations.
  case inTransit
  /// Promised in the house and not there, as a count has found; never positive. It shows until stock or cancellations make
  /// up for it.
  case shortfall
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [Account] = [
    .unspecified, .available, .held, .allocated, .safety, .qualityControl, .damaged, .supplier, .customer, .adjustment,
    .inTransit, .shortfall,
  ]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .available
    case 2: self = .held
    case 3: self = .allocated
    case 4: self = .safety
    case 5: self = .qualityControl
    case 6: self = .damaged
    case 16: self = .supplier
    case 17: self = .customer
    case 18: self = .adjustment
    case 19: self = .inTransit
    case 20: self = .shortfall
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "AVAILABLE": self = .available
    case "HELD": self = .held
    case "ALLOCATED": self = .allocated
    case "SAFETY": self = .safety
    case "QUALITY_CONTROL": self = .qualityControl
    case "DAMAGED": self = .damaged
    case "SUPPLIER": self = .supplier
    case "CUSTOMER": self = .customer
    case "ADJUSTMENT": self = .adjustment
    case "IN_TRANSIT": self = .inTransit
    case "SHORTFALL": self = .shortfall
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .available: 1
    case .held: 2
    case .allocated: 3
    case .safety: 4
    case .qualityControl: 5
    case .damaged: 6
    case .supplier: 16
    case .customer: 17
    case .adjustment: 18
    case .inTransit: 19
    case .shortfall: 20
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .available: "AVAILABLE"
    case .held: "HELD"
    case .allocated: "ALLOCATED"
    case .safety: "SAFETY"
    case .qualityControl: "QUALITY_CONTROL"
    case .damaged: "DAMAGED"
    case .supplier: "SUPPLIER"
    case .customer: "CUSTOMER"
    case .adjustment: "ADJUSTMENT"
    case .inTransit: "IN_TRANSIT"
    case .shortfall: "SHORTFALL"
    case .unrecognized(let number): String(number)
    }
  }
}

/// Which of the locations that could meet a line is to meet it.
public enum SourcingStrategy: ProtobufEnum {
  /// PRIORITY.
  case unspecified
  /// The first active location, by its priority, that can meet the line.
  case priority
  /// The active location that has the most of the SKU; of equals the first by priority.
  case mostStock
  /// The first of `locations`, in the caller's order, that can meet the line. Those that are not active are passed over.
  case ranked
  /// Few locations for all lines together: one if one has all, else the one that meets the most lines in full, then the
  /// one that meets the most of what is left, and so on. Where the lines' SKUs live in several shards, each shard decides
  /// for its own lines, so that there may be more parcels than would have been needed.
  case fewestParcels
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [SourcingStrategy] = [.unspecified, .priority, .mostStock, .ranked, .fewestParcels]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .priority
    case 2: self = .mostStock
    case 3: self = .ranked
    case 4: self = .fewestParcels
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "PRIORITY": self = .priority
    case "MOST_STOCK": self = .mostStock
    case "RANKED": self = .ranked
    case "FEWEST_PARCELS": self = .fewestParcels
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .priority: 1
    case .mostStock: 2
    case .ranked: 3
    case .fewestParcels: 4
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .priority: "PRIORITY"
    case .mostStock: "MOST_STOCK"
    case .ranked: "RANKED"
    case .fewestParcels: "FEWEST_PARCELS"
    case .unrecognized(let number): String(number)
    }
  }
}

/// What may be divided among several locations. Lines that name their location take it from there under each policy.
public enum SplitPolicy: ProtobufEnum {
  /// ORDER.
  case unspecified
  /// The lines: each comes from one location as a whole, and they may come from different ones.
  case order
  /// Lines too: one that no location can meet comes from up to 10.
  case line
  /// Nothing: all lines come from one location, or, as the mode allows, those and so much that one location has.
  case none
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [SplitPolicy] = [.unspecified, .order, .line, .none]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .order
    case 2: self = .line
    case 3: self = .none
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "ORDER": self = .order
    case "LINE": self = .line
    case "NONE": self = .none
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .order: 1
    case .line: 2
    case .none: 3
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .order: "ORDER"
    case .line: "LINE"
    case .none: "NONE"
    case .unrecognized(let number): String(number)
    }
  }
}

/// How fresh the answer of a read must be. Absent, or with no level set: linearizable, which means that the answer
/// includes every write acknowledged before the read began.
public struct ReadConsistency: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReadConsistency"

  /// One of these, or none.
  public var level: Level?

  public init() {}

  public init(
    level: Level? = nil
  ) {
    self.level = level
  }

  public func encode(into writer: inout ByteWriter) {
    if case .stalenessMax(let value)? = self.level {
      writer.field(10, message: value)
    }
    if case .revisionMin(let value)? = self.level {
      writer.field(16, varint: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10:
        var old: WellKnown.Duration?
        if case .stalenessMax(let value)? = self.level { old = value }
        self.level = .stalenessMax(try reader.message(over: old))
      case 16: self.level = .revisionMin(try reader.varintInt64())
      default: try reader.skipValue(of: tag)
      }
    }
  }

  /// What `level` can be.
  public enum Level: Sendable, Equatable {
    /// The answer may lack writes of the last so much time, and any replica may give it. From 1 ms to 1 h.
    case stalenessMax(WellKnown.Duration)
    /// The answer includes at least this revision: read your own write without the cost of a linearizable read. Only
    /// for reads of one SKU, hold or order; lists over several SKUs refuse it with INVALID_FIELD.
    case revisionMin(Int64)
  }
}

/// What a call of a batch or a stream was refused or failed with. The same facts that a unary call carries in
/// `grpc-status`, `grpc-message` and `grpc-status-details-bin`.
public struct CallError: ProtobufMessage {
  public static let protobufName = "holdfast.v1.CallError"

  /// The gRPC status code, such as 9 for FAILED_PRECONDITION.
  public var code: Int32 = 0
  /// For people; may change at any time.
  public var message: String = ""
  /// For programs: the name of an ErrorReason without its prefix, such as "OUT_OF_STOCK".
  public var reason: String = ""
  /// The facts that ErrorReason names for this reason, such as "asked": "3". Limit: 64 elements.
  public var metadata: [String: String] = [:]
  /// Set when a retry makes sense: wait at least so long.
  public var retryDelay: WellKnown.Duration?

  public init() {}

  public init(
    code: Int32 = 0,
    message: String = "",
    reason: String = "",
    metadata: [String: String] = [:],
    retryDelay: WellKnown.Duration? = nil
  ) {
    self.code = code
    self.message = message
    self.reason = reason
    self.metadata = metadata
    self.retryDelay = retryDelay
  }

  public func encode(into writer: inout ByteWriter) {
    if self.code != 0 {
      writer.field(8, varint: self.code)
    }
    if !self.message.isEmpty {
      writer.field(18, text: self.message)
    }
    if !self.reason.isEmpty {
      writer.field(26, text: self.reason)
    }
    writer.field(34, map: self.metadata)
    if let value = self.retryDelay {
      writer.field(42, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.code = try reader.varintInt32()
      case 18: self.message = try reader.text()
      case 26: self.reason = try reader.text()
      case 34: try reader.insert(into: &self.metadata, limit: 64, "CallError.metadata")
      case 42: self.retryDelay = try reader.message(over: self.retryDelay)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}
