// Written by Scripts/generate-api from holdfast/v1/cluster_service.proto. Do not edit.

public import Basics

/// What a replica is in its shard.
public enum ShardRole: ProtobufEnum {
  case unspecified
  /// Decides.
  case leader
  /// Follows and votes.
  case follower
  /// Wants to lead.
  case candidate
  /// Asks whether it could lead.
  case preCandidate
  /// Follows and has no vote.
  case learner
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [ShardRole] = [.unspecified, .leader, .follower, .candidate, .preCandidate, .learner]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .leader
    case 2: self = .follower
    case 3: self = .candidate
    case 4: self = .preCandidate
    case 5: self = .learner
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "LEADER": self = .leader
    case "FOLLOWER": self = .follower
    case "CANDIDATE": self = .candidate
    case "PRE_CANDIDATE": self = .preCandidate
    case "LEARNER": self = .learner
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .leader: 1
    case .follower: 2
    case .candidate: 3
    case .preCandidate: 4
    case .learner: 5
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .leader: "LEADER"
    case .follower: "FOLLOWER"
    case .candidate: "CANDIDATE"
    case .preCandidate: "PRE_CANDIDATE"
    case .learner: "LEARNER"
    case .unrecognized(let number): String(number)
    }
  }
}

/// How one replica is.
public struct ShardStatus: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ShardStatus"

  /// Which shard.
  public var shard: UInt32 = 0
  /// What the replica is.
  public var role: ShardRole = .unspecified
  /// Raft's term.
  public var term: UInt64 = 0
  /// The last entry known to be on a majority.
  public var commitIndex: UInt64 = 0
  /// The last entry whose effects are in the state.
  public var appliedIndex: UInt64 = 0
  /// The last entry of the log.
  public var lastIndex: UInt64 = 0
  /// How many SKUs it has.
  public var skuCount: Int64 = 0
  /// How many holds are ACTIVE.
  public var liveHoldCount: Int64 = 0
  /// The leader's node, as far as is known; 0 when not.
  public var leaderNodeID: UInt64 = 0

  public init() {}

  public init(
    shard: UInt32 = 0,
    role: ShardRole = .unspecified,
    term: UInt64 = 0,
    commitIndex: UInt64 = 0,
    appliedIndex: UInt64 = 0,
    lastIndex: UInt64 = 0,
    skuCount: Int64 = 0,
    liveHoldCount: Int64 = 0,
    leaderNodeID: UInt64 = 0
  ) {
    self.shard = shard
    self.role = role
    self.term = term
    self.commitIndex = commitIndex
    self.appliedIndex = appliedIndex
    self.lastIndex = lastIndex
    self.skuCount = skuCount
    self.liveHoldCount = liveHoldCount
    self.leaderNodeID = leaderNodeID
  }

  public func encode(into writer: inout ByteWriter) {
    if self.shard != 0 {
      writer.field(8, varint: self.shard)
    }
    if self.role.rawValue != 0 {
      writer.varint(16)
      writer.varint(UInt64(bitPattern: Int64(self.role.rawValue)))
    }
    if self.term != 0 {
      writer.field(24, varint: self.term)
    }
    if self.commitIndex != 0 {
      writer.field(32, varint: self.commitIndex)
    }
    if self.appliedIndex != 0 {
      writer.field(40, varint: self.appliedIndex)
    }
    if self.lastIndex != 0 {
      writer.field(48, varint: self.lastIndex)
    }
    if self.skuCount != 0 {
      writer.field(64, varint: self.skuCount)
    }
    if self.liveHoldCount != 0 {
      writer.field(72, varint: self.liveHoldCount)
    }
    if self.leaderNodeID != 0 {
      writer.field(80, varint: self.leaderNodeID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.shard = try reader.varintUInt32()
      case 16: self.role = try reader.varintEnum()
      case 24: self.term = try reader.varint()
      case 32: self.commitIndex = try reader.varint()
      case 40: self.appliedIndex = try reader.varint()
      case 48: self.lastIndex = try reader.varint()
      case 64: self.skuCount = try reader.varintInt64()
      case 72: self.liveHoldCount = try reader.varintInt64()
      case 80: self.leaderNodeID = try reader.varint()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// How one store (an event loop, its disk and its shards) is.
public struct StoreStatus: ProtobufMessage {
  public static let protobufName = "holdfast.v1.StoreStatus"

  /// Its number in the node, from 0.
  public var store: UInt32 = 0
  /// How much room its disk has.
  public var diskFreeBytes: Int64 = 0
  /// Its replicas, by shard. Limit: 16384 elements.
  public var shards: [ShardStatus] = []

  public init() {}

  public init(
    store: UInt32 = 0,
    diskFreeBytes: Int64 = 0,
    shards: [ShardStatus] = []
  ) {
    self.store = store
    self.diskFreeBytes = diskFreeBytes
    self.shards = shards
  }

  public func encode(into writer: inout ByteWriter) {
    if self.store != 0 {
      writer.field(8, varint: self.store)
    }
    if self.diskFreeBytes != 0 {
      writer.field(16, varint: self.diskFreeBytes)
    }
    for element in self.shards {
      writer.field(26, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.store = try reader.varintUInt32()
      case 16: self.diskFreeBytes = try reader.varintInt64()
      case 26: try reader.append(to: &self.shards, limit: 16384, "StoreStatus.shards")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// Something that an operator should look at.
public struct Alarm: ProtobufMessage {
  public static let protobufName = "holdfast.v1.Alarm"

  /// For programs, such as "DISK_NEARLY_FULL".
  public var kind: String = ""
  /// For people.
  public var text: String = ""

  public init() {}

  public init(
    kind: String = "",
    text: String = ""
  ) {
    self.kind = kind
    self.text = text
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.kind.isEmpty {
      writer.field(10, text: self.kind)
    }
    if !self.text.isEmpty {
      writer.field(18, text: self.text)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.kind = try reader.text()
      case 18: self.text = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetStatusRequest`.
public struct GetStatusRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetStatusRequest"

  public init() {}

  public func encode(into writer: inout ByteWriter) {
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      try reader.skipValue(of: tag)
    }
  }
}

/// `holdfast.v1.GetStatusResponse`.
public struct GetStatusResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetStatusResponse"

  /// Which node.
  public var nodeID: UInt64 = 0
  /// Its program's version.
  public var version: String = ""
  /// For how long it has run.
  public var uptime: WellKnown.Duration?
  /// The version of its data directory's format.
  public var dataFormat: UInt32 = 0
  /// Its stores. Limit: 1024 elements.
  public var stores: [StoreStatus] = []
  /// What needs a look. Limit: 1000 elements.
  public var alarms: [Alarm] = []

  public init() {}

  public init(
    nodeID: UInt64 = 0,
    version: String = "",
    uptime: WellKnown.Duration? = nil,
    dataFormat: UInt32 = 0,
    stores: [StoreStatus] = [],
    alarms: [Alarm] = []
  ) {
    self.nodeID = nodeID
    self.version = version
    self.uptime = uptime
    self.dataFormat = dataFormat
    self.stores = stores
    self.alarms = alarms
  }

  public func encode(into writer: inout ByteWriter) {
    if self.nodeID != 0 {
      writer.field(8, varint: self.nodeID)
    }
    if !self.version.isEmpty {
      writer.field(18, text: self.version)
    }
    if let value = self.uptime {
      writer.field(26, message: value)
    }
    if self.dataFormat != 0 {
      writer.field(32, varint: self.dataFormat)
    }
    for element in self.stores {
      writer.field(42, message: element)
    }
    for element in self.alarms {
      writer.field(50, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.nodeID = try reader.varint()
      case 18: self.version = try reader.text()
      case 26: self.uptime = try reader.message(over: self.uptime)
      case 32: self.dataFormat = try reader.varintUInt32()
      case 42: try reader.append(to: &self.stores, limit: 1024, "GetStatusResponse.stores")
      case 50: try reader.append(to: &self.alarms, limit: 1000, "GetStatusResponse.alarms")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetShardMapRequest`.
public struct GetShardMapRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetShardMapRequest"

  public init() {}

  public func encode(into writer: inout ByteWriter) {
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      try reader.skipValue(of: tag)
    }
  }
}

/// Slots that belong to one shard.
public struct SlotRange: ProtobufMessage {
  public static let protobufName = "holdfast.v1.SlotRange"

  /// The first slot.
  public var slotFirst: UInt32 = 0
  /// The last slot; it belongs to the range.
  public var slotLast: UInt32 = 0
  /// Which shard has them.
  public var shard: UInt32 = 0

  public init() {}

  public init(
    slotFirst: UInt32 = 0,
    slotLast: UInt32 = 0,
    shard: UInt32 = 0
  ) {
    self.slotFirst = slotFirst
    self.slotLast = slotLast
    self.shard = shard
  }

  public func encode(into writer: inout ByteWriter) {
    if self.slotFirst != 0 {
      writer.field(8, varint: self.slotFirst)
    }
    if self.slotLast != 0 {
      writer.field(16, varint: self.slotLast)
    }
    if self.shard != 0 {
      writer.field(24, varint: self.shard)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.slotFirst = try reader.varintUInt32()
      case 16: self.slotLast = try reader.varintUInt32()
      case 24: self.shard = try reader.varintUInt32()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// Where a shard is.
public struct ShardPlacement: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ShardPlacement"

  /// Which shard.
  public var shard: UInt32 = 0
  /// The leader's node, as far as is known; 0 when not.
  public var leaderNodeID: UInt64 = 0
  /// Every node that has a replica. Limit: 64 elements.
  public var replicaNodeIDs: [UInt64] = []

  public init() {}

  public init(
    shard: UInt32 = 0,
    leaderNodeID: UInt64 = 0,
    replicaNodeIDs: [UInt64] = []
  ) {
    self.shard = shard
    self.leaderNodeID = leaderNodeID
    self.replicaNodeIDs = replicaNodeIDs
  }

  public func encode(into writer: inout ByteWriter) {
    if self.shard != 0 {
      writer.field(8, varint: self.shard)
    }
    if self.leaderNodeID != 0 {
      writer.field(16, varint: self.leaderNodeID)
    }
    if !self.replicaNodeIDs.isEmpty {
      let start = writer.beginDelimited(26)
      for element in self.replicaNodeIDs { writer.varint(element) }
      writer.endDelimited(start)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.shard = try reader.varintUInt32()
      case 16: self.leaderNodeID = try reader.varint()
      case 24:
        if self.replicaNodeIDs.count >= 64 { throw tooManyElements("ShardPlacement.replica_node_ids", 64) }
        self.replicaNodeIDs.append(try reader.varint())
      case 26:
        var packed = ByteReader(try reader.delimited())
        while !packed.isAtEnd {
          if self.replicaNodeIDs.count >= 64 { throw tooManyElements("ShardPlacement.replica_node_ids", 64) }
          self.replicaNodeIDs.append(try packed.varint())
        }
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// Where a node is.
public struct NodeAddress: ProtobufMessage {
  public static let protobufName = "holdfast.v1.NodeAddress"

  /// Which node.
  public var nodeID: UInt64 = 0
  /// Where clients reach it, as "host:port".
  public var address: String = ""

  public init() {}

  public init(
    nodeID: UInt64 = 0,
    address: String = ""
  ) {
    self.nodeID = nodeID
    self.address = address
  }

  public func encode(into writer: inout ByteWriter) {
    if self.nodeID != 0 {
      writer.field(8, varint: self.nodeID)
    }
    if !self.address.isEmpty {
      writer.field(18, text: self.address)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.nodeID = try reader.varint()
      case 18: self.address = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetShardMapResponse`.
public struct GetShardMapResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetShardMapResponse"

  /// Grows with each change of the map.
  public var epoch: UInt64 = 0
  /// How many slots there are: 16384.
  public var slotCount: UInt32 = 0
  /// All slots, in order. Limit: 16384 elements.
  public var ranges: [SlotRange] = []
  /// All shards, in order. Limit: 16384 elements.
  public var shards: [ShardPlacement] = []
  /// All nodes, in order. Limit: 10000 elements.
  public var nodes: [NodeAddress] = []

  public init() {}

  public init(
    epoch: UInt64 = 0,
    slotCount: UInt32 = 0,
    ranges: [SlotRange] = [],
    shards: [ShardPlacement] = [],
    nodes: [NodeAddress] = []
  ) {
    self.epoch = epoch
    self.slotCount = slotCount
    self.ranges = ranges
    self.shards = shards
    self.nodes = nodes
  }

  public func encode(into writer: inout ByteWriter) {
    if self.epoch != 0 {
      writer.field(8, varint: self.epoch)
    }
    if self.slotCount != 0 {
      writer.field(16, varint: self.slotCount)
    }
    for element in self.ranges {
      writer.field(26, message: element)
    }
    for element in self.shards {
      writer.field(34, message: element)
    }
    for element in self.nodes {
      writer.field(42, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.epoch = try reader.varint()
      case 16: self.slotCount = try reader.varintUInt32()
      case 26: try reader.append(to: &self.ranges, limit: 16384, "GetShardMapResponse.ranges")
      case 34: try reader.append(to: &self.shards, limit: 16384, "GetShardMapResponse.shards")
      case 42: try reader.append(to: &self.nodes, limit: 10000, "GetShardMapResponse.nodes")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}
