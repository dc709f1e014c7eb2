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

/// What a node is to its cluster.
public enum NodeState: ProtobufEnum {
  case unspecified
  /// Has and takes replicas.
  case active
  /// Its replicas and leaders leave.
  case draining
  /// Is no member any more, and never will be again.
  case removed
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [NodeState] = [.unspecified, .active, .draining, .removed]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .active
    case 2: self = .draining
    case 3: self = .removed
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "ACTIVE": self = .active
    case "DRAINING": self = .draining
    case "REMOVED": self = .removed
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .active: 1
    case .draining: 2
    case .removed: 3
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .active: "ACTIVE"
    case .draining: "DRAINING"
    case .removed: "REMOVED"
    case .unrecognized(let number): String(number)
    }
  }
}

/// What is to become of a move of slots.
public enum SlotMoveState: ProtobufEnum {
  case unspecified
  /// It goes on.
  case running
  /// It rests: what has moved is the target's, the others are the source's.
  case paused
  /// It ends with what has moved by then.
  case cancelled
  /// It is over.
  case finished
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [SlotMoveState] = [.unspecified, .running, .paused, .cancelled, .finished]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .running
    case 2: self = .paused
    case 3: self = .cancelled
    case 4: self = .finished
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "RUNNING": self = .running
    case "PAUSED": self = .paused
    case "CANCELLED": self = .cancelled
    case "FINISHED": self = .finished
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .running: 1
    case .paused: 2
    case .cancelled: 3
    case .finished: 4
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .running: "RUNNING"
    case .paused: "PAUSED"
    case .cancelled: "CANCELLED"
    case .finished: "FINISHED"
    case .unrecognized(let number): String(number)
    }
  }
}

/// What the source of a move of slots is doing.
public enum SlotMovePhase: ProtobufEnum {
  case unspecified
  /// It waits: for its target, or for another move.
  case waiting
  /// Settled holds, requests and orders are copied; nothing is handed over yet.
  case copying
  /// Slots change their shard, a few at a time.
  case handingOver
  /// A number that this version does not know.
  case unrecognized(Int32)

  /// All values that this version knows.
  public static let known: [SlotMovePhase] = [.unspecified, .waiting, .copying, .handingOver]

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .waiting
    case 2: self = .copying
    case 3: self = .handingOver
    default: self = .unrecognized(rawValue)
    }
  }

  public init?(name: String) {
    switch name {
    case "UNSPECIFIED": self = .unspecified
    case "WAITING": self = .waiting
    case "COPYING": self = .copying
    case "HANDING_OVER": self = .handingOver
    default: return nil
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .waiting: 1
    case .copying: 2
    case .handingOver: 3
    case .unrecognized(let number): number
    }
  }

  public var name: String {
    switch self {
    case .unspecified: "UNSPECIFIED"
    case .waiting: "WAITING"
    case .copying: "COPYING"
    case .handingOver: "HANDING_OVER"
    case .unrecognized(let number): String(number)
    }
  }
}

/// What a shard has to say to others about holds and orders over several shards, and what it waits for. A leader's figures
/// are the whole; those of a follower may be a moment behind.
public struct AcrossStatus: ProtobufMessage {
  public static let protobufName = "holdfast.v1.AcrossStatus"

  /// Parts of other shards that have not heard yet what became of them.
  public var outboxCount: Int64 = 0
  /// For how long the oldest of these has waited; not set when there is none.
  public var outboxAge: WellKnown.Duration?
  /// Parts here that have not heard yet.
  public var waitingCount: Int64 = 0
  /// Parts that were set aside here for a hold or an order that came to nothing, since the replica was started: while they
  /// were, nobody could buy them.
  public var phantomCount: Int64 = 0
  /// Units times milliseconds of these, in the base units of their SKUs.
  public var phantomUnitMs: Int64 = 0
  /// The longest of these.
  public var phantomLongest: WellKnown.Duration?

  public init() {}

  public init(
    outboxCount: Int64 = 0,
    outboxAge: WellKnown.Duration? = nil,
    waitingCount: Int64 = 0,
    phantomCount: Int64 = 0,
    phantomUnitMs: Int64 = 0,
    phantomLongest: WellKnown.Duration? = nil
  ) {
    self.outboxCount = outboxCount
    self.outboxAge = outboxAge
    self.waitingCount = waitingCount
    self.phantomCount = phantomCount
    self.phantomUnitMs = phantomUnitMs
    self.phantomLongest = phantomLongest
  }

  public func encode(into writer: inout ByteWriter) {
    if self.outboxCount != 0 {
      writer.field(8, varint: self.outboxCount)
    }
    if let value = self.outboxAge {
      writer.field(18, message: value)
    }
    if self.waitingCount != 0 {
      writer.field(24, varint: self.waitingCount)
    }
    if self.phantomCount != 0 {
      writer.field(32, varint: self.phantomCount)
    }
    if self.phantomUnitMs != 0 {
      writer.field(40, varint: self.phantomUnitMs)
    }
    if let value = self.phantomLongest {
      writer.field(50, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.outboxCount = try reader.varintInt64()
      case 18: self.outboxAge = try reader.message(over: self.outboxAge)
      case 24: self.waitingCount = try reader.varintInt64()
      case 32: self.phantomCount = try reader.varintInt64()
      case 40: self.phantomUnitMs = try reader.varintInt64()
      case 50: self.phantomLongest = try reader.message(over: self.phantomLongest)
      default: try reader.skipValue(of: tag)
      }
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
  /// What it has under way with other shards.
  public var across: AcrossStatus?
  /// Its members are being replaced right now: until that is over, the old voters and the new ones both have to agree.
  public var isJoint: Bool = false
  /// The first record of the journal that is there.
  public var journalFirst: Int64 = 0
  /// The last one.
  public var journalLast: Int64 = 0
  /// Bytes of the journal.
  public var journalBytes: Int64 = 0

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
    leaderNodeID: UInt64 = 0,
    across: AcrossStatus? = nil,
    isJoint: Bool = false,
    journalFirst: Int64 = 0,
    journalLast: Int64 = 0,
    journalBytes: Int64 = 0
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
    self.across = across
    self.isJoint = isJoint
    self.journalFirst = journalFirst
    self.journalLast = journalLast
    self.journalBytes = journalBytes
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
    if let value = self.across {
      writer.field(90, message: value)
    }
    if self.isJoint {
      writer.field(96, varint: self.isJoint)
    }
    if self.journalFirst != 0 {
      writer.field(160, varint: self.journalFirst)
    }
    if self.journalLast != 0 {
      writer.field(168, varint: self.journalLast)
    }
    if self.journalBytes != 0 {
      writer.field(176, varint: self.journalBytes)
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
      case 90: self.across = try reader.message(over: self.across)
      case 96: self.isJoint = try reader.varintBool()
      case 160: self.journalFirst = try reader.varintInt64()
      case 168: self.journalLast = try reader.varintInt64()
      case 176: self.journalBytes = try reader.varintInt64()
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
  /// The change feeds that it serves. Limit: 1000 elements.
  public var followers: [FeedFollowerStatus] = []
  /// How many watches of stock, holds and orders it serves.
  public var watchCount: UInt32 = 0
  /// Snapshots of shards that it was sent and took over since the node was started: new replicas begin with one, and one
  /// that was away for longer than the log of the others goes back.
  public var snapshotsInstalled: UInt64 = 0

  public init() {}

  public init(
    store: UInt32 = 0,
    diskFreeBytes: Int64 = 0,
    shards: [ShardStatus] = [],
    followers: [FeedFollowerStatus] = [],
    watchCount: UInt32 = 0,
    snapshotsInstalled: UInt64 = 0
  ) {
    self.store = store
    self.diskFreeBytes = diskFreeBytes
    self.shards = shards
    self.followers = followers
    self.watchCount = watchCount
    self.snapshotsInstalled = snapshotsInstalled
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
    for element in self.followers {
      writer.field(162, message: element)
    }
    if self.watchCount != 0 {
      writer.field(168, varint: self.watchCount)
    }
    if self.snapshotsInstalled != 0 {
      writer.field(176, varint: self.snapshotsInstalled)
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
      case 162: try reader.append(to: &self.followers, limit: 1000, "StoreStatus.followers")
      case 168: self.watchCount = try reader.varintUInt32()
      case 176: self.snapshotsInstalled = try reader.varint()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// How far a follower of the change feed is; see WatchService.StreamChanges.
public struct FeedFollowerStatus: ProtobufMessage {
  public static let protobufName = "holdfast.v1.FeedFollowerStatus"

  /// Where it calls from, as "host:port".
  public var address: String = ""
  /// For how long.
  public var connected: WellKnown.Duration?
  /// How many shards it follows.
  public var shardCount: UInt32 = 0
  /// Records sent so far.
  public var recordsSent: Int64 = 0
  /// Records that are there and were not sent yet, as far as is known.
  public var lagRecords: Int64 = 0
  /// How old the oldest record is that was not sent yet, as far as is known; absent when it has all.
  public var lag: WellKnown.Duration?
  /// It takes nothing more for now.
  public var isSlow: Bool = false

  public init() {}

  public init(
    address: String = "",
    connected: WellKnown.Duration? = nil,
    shardCount: UInt32 = 0,
    recordsSent: Int64 = 0,
    lagRecords: Int64 = 0,
    lag: WellKnown.Duration? = nil,
    isSlow: Bool = false
  ) {
    self.address = address
    self.connected = connected
    self.shardCount = shardCount
    self.recordsSent = recordsSent
    self.lagRecords = lagRecords
    self.lag = lag
    self.isSlow = isSlow
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.address.isEmpty {
      writer.field(10, text: self.address)
    }
    if let value = self.connected {
      writer.field(18, message: value)
    }
    if self.shardCount != 0 {
      writer.field(24, varint: self.shardCount)
    }
    if self.recordsSent != 0 {
      writer.field(32, varint: self.recordsSent)
    }
    if self.lagRecords != 0 {
      writer.field(40, varint: self.lagRecords)
    }
    if let value = self.lag {
      writer.field(50, message: value)
    }
    if self.isSlow {
      writer.field(56, varint: self.isSlow)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: self.address = try reader.text()
      case 18: self.connected = try reader.message(over: self.connected)
      case 24: self.shardCount = try reader.varintUInt32()
      case 32: self.recordsSent = try reader.varintInt64()
      case 40: self.lagRecords = try reader.varintInt64()
      case 50: self.lag = try reader.message(over: self.lag)
      case 56: self.isSlow = try reader.varintBool()
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

/// `holdfast.v1.GetClusterRequest`.
public struct GetClusterRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetClusterRequest"

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

/// A replica that a shard has or should have.
public struct ShardMember: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ShardMember"

  /// On which node.
  public var nodeID: UInt64 = 0
  /// Which of the replicas that the shard has had there or elsewhere; a number is never used twice for a shard.
  public var life: UInt32 = 0
  /// Whether it votes; a learner does not.
  public var isVoter: Bool = false

  public init() {}

  public init(
    nodeID: UInt64 = 0,
    life: UInt32 = 0,
    isVoter: Bool = false
  ) {
    self.nodeID = nodeID
    self.life = life
    self.isVoter = isVoter
  }

  public func encode(into writer: inout ByteWriter) {
    if self.nodeID != 0 {
      writer.field(8, varint: self.nodeID)
    }
    if self.life != 0 {
      writer.field(16, varint: self.life)
    }
    if self.isVoter {
      writer.field(24, varint: self.isVoter)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.nodeID = try reader.varint()
      case 16: self.life = try reader.varintUInt32()
      case 24: self.isVoter = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// How one node is.
public struct ClusterNode: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ClusterNode"

  /// Which node.
  public var nodeID: UInt64 = 0
  /// The random id of its data directory.
  public var directoryID: String = ""
  /// What it is to the cluster.
  public var state: NodeState = .unspecified
  /// How clients reach it, as "host:port".
  public var clientAddress: String = ""
  /// How other nodes reach it, as "host:port".
  public var peerAddress: String = ""
  /// Its failure domain; may be empty.
  public var zone: String = ""
  /// Its program's version, as far as it was heard.
  public var version: String = ""
  /// The highest feature level that its program knows.
  public var featureLevel: UInt32 = 0
  /// Whether it was heard within the last seconds.
  public var isLive: Bool = false
  /// How long ago it was heard last; absent when it was not since the meta shard has its present leader.
  public var heardAgo: WellKnown.Duration?
  /// For how long it has run.
  public var uptime: WellKnown.Duration?
  /// How much room its disk has.
  public var diskFreeBytes: Int64 = 0
  /// How far its wall clock is ahead of the nodes' median, in milliseconds.
  public var clockOffsetMs: Int64 = 0
  /// How many replicas it has, without the meta shard's.
  public var replicaCount: UInt32 = 0
  /// How many shards it leads, without the meta shard.
  public var leaderCount: UInt32 = 0
  /// Entries that the shards it leads have committed in the last second.
  public var entriesPerSecond: UInt64 = 0
  /// What it says needs a look. Limit: 1000 elements.
  public var alarms: [Alarm] = []

  public init() {}

  public init(
    nodeID: UInt64 = 0,
    directoryID: String = "",
    state: NodeState = .unspecified,
    clientAddress: String = "",
    peerAddress: String = "",
    zone: String = "",
    version: String = "",
    featureLevel: UInt32 = 0,
    isLive: Bool = false,
    heardAgo: WellKnown.Duration? = nil,
    uptime: WellKnown.Duration? = nil,
    diskFreeBytes: Int64 = 0,
    clockOffsetMs: Int64 = 0,
    replicaCount: UInt32 = 0,
    leaderCount: UInt32 = 0,
    entriesPerSecond: UInt64 = 0,
    alarms: [Alarm] = []
  ) {
    self.nodeID = nodeID
    self.directoryID = directoryID
    self.state = state
    self.clientAddress = clientAddress
    self.peerAddress = peerAddress
    self.zone = zone
    self.version = version
    self.featureLevel = featureLevel
    self.isLive = isLive
    self.heardAgo = heardAgo
    self.uptime = uptime
    self.diskFreeBytes = diskFreeBytes
    self.clockOffsetMs = clockOffsetMs
    self.replicaCount = replicaCount
    self.leaderCount = leaderCount
    self.entriesPerSecond = entriesPerSecond
    self.alarms = alarms
  }

  public func encode(into writer: inout ByteWriter) {
    if self.nodeID != 0 {
      writer.field(8, varint: self.nodeID)
    }
    if !self.directoryID.isEmpty {
      writer.field(18, text: self.directoryID)
    }
    if self.state.rawValue != 0 {
      writer.varint(24)
      writer.varint(UInt64(bitPattern: Int64(self.state.rawValue)))
    }
    if !self.clientAddress.isEmpty {
      writer.field(34, text: self.clientAddress)
    }
    if !self.peerAddress.isEmpty {
      writer.field(42, text: self.peerAddress)
    }
    if !self.zone.isEmpty {
      writer.field(50, text: self.zone)
    }
    if !self.version.isEmpty {
      writer.field(58, text: self.version)
    }
    if self.featureLevel != 0 {
      writer.field(64, varint: self.featureLevel)
    }
    if self.isLive {
      writer.field(72, varint: self.isLive)
    }
    if let value = self.heardAgo {
      writer.field(82, message: value)
    }
    if let value = self.uptime {
      writer.field(90, message: value)
    }
    if self.diskFreeBytes != 0 {
      writer.field(96, varint: self.diskFreeBytes)
    }
    if self.clockOffsetMs != 0 {
      writer.field(104, varint: self.clockOffsetMs)
    }
    if self.replicaCount != 0 {
      writer.field(112, varint: self.replicaCount)
    }
    if self.leaderCount != 0 {
      writer.field(120, varint: self.leaderCount)
    }
    if self.entriesPerSecond != 0 {
      writer.field(128, varint: self.entriesPerSecond)
    }
    for element in self.alarms {
      writer.field(138, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.nodeID = try reader.varint()
      case 18: self.directoryID = try reader.text()
      case 24: self.state = try reader.varintEnum()
      case 34: self.clientAddress = try reader.text()
      case 42: self.peerAddress = try reader.text()
      case 50: self.zone = try reader.text()
      case 58: self.version = try reader.text()
      case 64: self.featureLevel = try reader.varintUInt32()
      case 72: self.isLive = try reader.varintBool()
      case 82: self.heardAgo = try reader.message(over: self.heardAgo)
      case 90: self.uptime = try reader.message(over: self.uptime)
      case 96: self.diskFreeBytes = try reader.varintInt64()
      case 104: self.clockOffsetMs = try reader.varintInt64()
      case 112: self.replicaCount = try reader.varintUInt32()
      case 120: self.leaderCount = try reader.varintUInt32()
      case 128: self.entriesPerSecond = try reader.varint()
      case 138: try reader.append(to: &self.alarms, limit: 1000, "ClusterNode.alarms")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// How far the copy of a shard's state to a new replica is.
public struct ReplicaProgress: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ReplicaProgress"

  /// The node that gets it.
  public var nodeID: UInt64 = 0
  /// What has come.
  public var bytesDone: Int64 = 0
  /// All of it, as far as is known.
  public var bytesTotal: Int64 = 0

  public init() {}

  public init(
    nodeID: UInt64 = 0,
    bytesDone: Int64 = 0,
    bytesTotal: Int64 = 0
  ) {
    self.nodeID = nodeID
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
  }

  public func encode(into writer: inout ByteWriter) {
    if self.nodeID != 0 {
      writer.field(8, varint: self.nodeID)
    }
    if self.bytesDone != 0 {
      writer.field(16, varint: self.bytesDone)
    }
    if self.bytesTotal != 0 {
      writer.field(24, varint: self.bytesTotal)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.nodeID = try reader.varint()
      case 16: self.bytesDone = try reader.varintInt64()
      case 24: self.bytesTotal = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What a shard is and should be.
public struct ClusterShard: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ClusterShard"

  /// Which shard; 0 is the meta shard.
  public var shard: UInt32 = 0
  /// The leader's node, as far as is known; 0 when not.
  public var leaderNodeID: UInt64 = 0
  /// The node that should lead while it can; 0 for any.
  public var preferredLeaderNodeID: UInt64 = 0
  /// The replicas that it should have. Limit: 10000 elements.
  public var goal: [ShardMember] = []
  /// The replicas that it has, as its leader told last. Limit: 10000 elements.
  public var placed: [ShardMember] = []
  /// Copies under way. Limit: 10000 elements.
  public var progress: [ReplicaProgress] = []
  /// The leader's last applied entry.
  public var appliedIndex: UInt64 = 0
  /// Entries committed in the last second.
  public var entriesPerSecond: UInt64 = 0
  /// Nodes whose replica takes no part any more. Limit: 10000 elements.
  public var faultyNodeIDs: [UInt64] = []
  /// What its leader has under way with other shards.
  public var across: AcrossStatus?

  public init() {}

  public init(
    shard: UInt32 = 0,
    leaderNodeID: UInt64 = 0,
    preferredLeaderNodeID: UInt64 = 0,
    goal: [ShardMember] = [],
    placed: [ShardMember] = [],
    progress: [ReplicaProgress] = [],
    appliedIndex: UInt64 = 0,
    entriesPerSecond: UInt64 = 0,
    faultyNodeIDs: [UInt64] = [],
    across: AcrossStatus? = nil
  ) {
    self.shard = shard
    self.leaderNodeID = leaderNodeID
    self.preferredLeaderNodeID = preferredLeaderNodeID
    self.goal = goal
    self.placed = placed
    self.progress = progress
    self.appliedIndex = appliedIndex
    self.entriesPerSecond = entriesPerSecond
    self.faultyNodeIDs = faultyNodeIDs
    self.across = across
  }

  public func encode(into writer: inout ByteWriter) {
    if self.shard != 0 {
      writer.field(8, varint: self.shard)
    }
    if self.leaderNodeID != 0 {
      writer.field(16, varint: self.leaderNodeID)
    }
    if self.preferredLeaderNodeID != 0 {
      writer.field(24, varint: self.preferredLeaderNodeID)
    }
    for element in self.goal {
      writer.field(34, message: element)
    }
    for element in self.placed {
      writer.field(42, message: element)
    }
    for element in self.progress {
      writer.field(50, message: element)
    }
    if self.appliedIndex != 0 {
      writer.field(56, varint: self.appliedIndex)
    }
    if self.entriesPerSecond != 0 {
      writer.field(64, varint: self.entriesPerSecond)
    }
    if !self.faultyNodeIDs.isEmpty {
      let start = writer.beginDelimited(74)
      for element in self.faultyNodeIDs { writer.varint(element) }
      writer.endDelimited(start)
    }
    if let value = self.across {
      writer.field(82, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.shard = try reader.varintUInt32()
      case 16: self.leaderNodeID = try reader.varint()
      case 24: self.preferredLeaderNodeID = try reader.varint()
      case 34: try reader.append(to: &self.goal, limit: 10000, "ClusterShard.goal")
      case 42: try reader.append(to: &self.placed, limit: 10000, "ClusterShard.placed")
      case 50: try reader.append(to: &self.progress, limit: 10000, "ClusterShard.progress")
      case 56: self.appliedIndex = try reader.varint()
      case 64: self.entriesPerSecond = try reader.varint()
      case 72:
        if self.faultyNodeIDs.count >= 10000 { throw tooManyElements("ClusterShard.faulty_node_ids", 10000) }
        self.faultyNodeIDs.append(try reader.varint())
      case 74:
        var packed = ByteReader(try reader.delimited())
        while !packed.isAtEnd {
          if self.faultyNodeIDs.count >= 10000 { throw tooManyElements("ClusterShard.faulty_node_ids", 10000) }
          self.faultyNodeIDs.append(try packed.varint())
        }
      case 82: self.across = try reader.message(over: self.across)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// What the cluster as a whole is set to.
public struct ClusterSettings: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ClusterSettings"

  /// How many voting replicas a shard should have: 1, 3, 5 or 7.
  public var replicationFactor: UInt32 = 0
  /// How fast a node sends copies of shards' states; 0: 40 MB/s for each of its Stores. A Store never sends more than 160 MB/s.
  public var snapshotBytesPerSecond: Int64 = 0
  /// After how long without a word from a node its replicas are made anew elsewhere; 0 for never.
  public var replaceDeadAfter: WellKnown.Duration?
  /// The feature level that the cluster uses.
  public var featureLevel: UInt32 = 0
  /// For how long records of the journal are kept, from 1 minute on; 0 for ever. Older ones are cut off, each replica its
  /// own, and the balances there are kept. A change feed whose token is older is refused with FEED_GAP, and neither the
  /// journal nor stock as of a moment reaches further back: keep as much as the slowest consumer may be away.
  public var journalAgeMax: WellKnown.Duration?
  /// How many bytes of records a shard keeps, from 1 MiB on; 0 for all. The older ones are cut off as with the age,
  /// whichever is reached first.
  public var journalBytesMax: Int64 = 0

  public init() {}

  public init(
    replicationFactor: UInt32 = 0,
    snapshotBytesPerSecond: Int64 = 0,
    replaceDeadAfter: WellKnown.Duration? = nil,
    featureLevel: UInt32 = 0,
    journalAgeMax: WellKnown.Duration? = nil,
    journalBytesMax: Int64 = 0
  ) {
    self.replicationFactor = replicationFactor
    self.snapshotBytesPerSecond = snapshotBytesPerSecond
    self.replaceDeadAfter = replaceDeadAfter
    self.featureLevel = featureLevel
    self.journalAgeMax = journalAgeMax
    self.journalBytesMax = journalBytesMax
  }

  public func encode(into writer: inout ByteWriter) {
    if self.replicationFactor != 0 {
      writer.field(8, varint: self.replicationFactor)
    }
    if self.snapshotBytesPerSecond != 0 {
      writer.field(16, varint: self.snapshotBytesPerSecond)
    }
    if let value = self.replaceDeadAfter {
      writer.field(26, message: value)
    }
    if self.featureLevel != 0 {
      writer.field(32, varint: self.featureLevel)
    }
    if let value = self.journalAgeMax {
      writer.field(162, message: value)
    }
    if self.journalBytesMax != 0 {
      writer.field(168, varint: self.journalBytesMax)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.replicationFactor = try reader.varintUInt32()
      case 16: self.snapshotBytesPerSecond = try reader.varintInt64()
      case 26: self.replaceDeadAfter = try reader.message(over: self.replaceDeadAfter)
      case 32: self.featureLevel = try reader.varintUInt32()
      case 162: self.journalAgeMax = try reader.message(over: self.journalAgeMax)
      case 168: self.journalBytesMax = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.GetClusterResponse`.
public struct GetClusterResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GetClusterResponse"

  /// The state of the meta shard that the answer is from.
  public var revision: UInt64 = 0
  /// Which cluster.
  public var clusterID: String = ""
  /// The node that leads the meta shard, and whose view this is.
  public var metaLeaderNodeID: UInt64 = 0
  /// How many stores every node has.
  public var storeCount: UInt32 = 0
  /// All nodes, also those that were removed, by number. Limit: 10000 elements.
  public var nodes: [ClusterNode] = []
  /// All shards, by number. Limit: 16385 elements.
  public var shards: [ClusterShard] = []
  public var settings: ClusterSettings?
  /// What is wrong with the cluster beyond what the nodes say of themselves. Limit: 10000 elements.
  public var alarms: [Alarm] = []
  /// Moves of slots: all that are not over, and some that are, in the order in which they were asked for. Limit: 16384
  /// elements.
  public var moves: [SlotMove] = []

  public init() {}

  public init(
    revision: UInt64 = 0,
    clusterID: String = "",
    metaLeaderNodeID: UInt64 = 0,
    storeCount: UInt32 = 0,
    nodes: [ClusterNode] = [],
    shards: [ClusterShard] = [],
    settings: ClusterSettings? = nil,
    alarms: [Alarm] = [],
    moves: [SlotMove] = []
  ) {
    self.revision = revision
    self.clusterID = clusterID
    self.metaLeaderNodeID = metaLeaderNodeID
    self.storeCount = storeCount
    self.nodes = nodes
    self.shards = shards
    self.settings = settings
    self.alarms = alarms
    self.moves = moves
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if !self.clusterID.isEmpty {
      writer.field(18, text: self.clusterID)
    }
    if self.metaLeaderNodeID != 0 {
      writer.field(24, varint: self.metaLeaderNodeID)
    }
    if self.storeCount != 0 {
      writer.field(32, varint: self.storeCount)
    }
    for element in self.nodes {
      writer.field(42, message: element)
    }
    for element in self.shards {
      writer.field(50, message: element)
    }
    if let value = self.settings {
      writer.field(58, message: value)
    }
    for element in self.alarms {
      writer.field(66, message: element)
    }
    for element in self.moves {
      writer.field(74, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varint()
      case 18: self.clusterID = try reader.text()
      case 24: self.metaLeaderNodeID = try reader.varint()
      case 32: self.storeCount = try reader.varintUInt32()
      case 42: try reader.append(to: &self.nodes, limit: 10000, "GetClusterResponse.nodes")
      case 50: try reader.append(to: &self.shards, limit: 16385, "GetClusterResponse.shards")
      case 58: self.settings = try reader.message(over: self.settings)
      case 66: try reader.append(to: &self.alarms, limit: 10000, "GetClusterResponse.alarms")
      case 74: try reader.append(to: &self.moves, limit: 16384, "GetClusterResponse.moves")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.AddNodeRequest`.
public struct AddNodeRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.AddNodeRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// The random id of the node's data directory, a UUID.
  public var directoryID: String = ""
  /// HMAC-SHA-256 of this message without the proof, encoded in the order of the fields, under the cluster's secret.
  public var proof: [UInt8] = []
  /// How clients will reach it, as "host:port"; empty when that is not known yet.
  public var clientAddress: String = ""
  /// How other nodes will reach it, as "host:port"; empty when that is not known yet.
  public var peerAddress: String = ""
  /// Its failure domain; may be empty. At most 64 bytes.
  public var zone: String = ""
  /// The highest feature level that its program knows.
  public var featureLevel: UInt32 = 0
  /// Its program's version.
  public var version: String = ""

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    directoryID: String = "",
    proof: [UInt8] = [],
    clientAddress: String = "",
    peerAddress: String = "",
    zone: String = "",
    featureLevel: UInt32 = 0,
    version: String = ""
  ) {
    self.actor = actor
    self.reason = reason
    self.directoryID = directoryID
    self.proof = proof
    self.clientAddress = clientAddress
    self.peerAddress = peerAddress
    self.zone = zone
    self.featureLevel = featureLevel
    self.version = version
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if !self.directoryID.isEmpty {
      writer.field(42, text: self.directoryID)
    }
    if !self.proof.isEmpty {
      writer.field(50, bytes: self.proof)
    }
    if !self.clientAddress.isEmpty {
      writer.field(58, text: self.clientAddress)
    }
    if !self.peerAddress.isEmpty {
      writer.field(66, text: self.peerAddress)
    }
    if !self.zone.isEmpty {
      writer.field(74, text: self.zone)
    }
    if self.featureLevel != 0 {
      writer.field(80, varint: self.featureLevel)
    }
    if !self.version.isEmpty {
      writer.field(90, text: self.version)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 42: self.directoryID = try reader.text()
      case 50: self.proof = try reader.byteArray()
      case 58: self.clientAddress = try reader.text()
      case 66: self.peerAddress = try reader.text()
      case 74: self.zone = try reader.text()
      case 80: self.featureLevel = try reader.varintUInt32()
      case 90: self.version = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// Where a node of the cluster may be found by other nodes.
public struct ClusterSeed: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ClusterSeed"

  /// Which node.
  public var nodeID: UInt64 = 0
  /// As "host:port".
  public var peerAddress: String = ""

  public init() {}

  public init(
    nodeID: UInt64 = 0,
    peerAddress: String = ""
  ) {
    self.nodeID = nodeID
    self.peerAddress = peerAddress
  }

  public func encode(into writer: inout ByteWriter) {
    if self.nodeID != 0 {
      writer.field(8, varint: self.nodeID)
    }
    if !self.peerAddress.isEmpty {
      writer.field(18, text: self.peerAddress)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.nodeID = try reader.varint()
      case 18: self.peerAddress = try reader.text()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.AddNodeResponse`.
public struct AddNodeResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.AddNodeResponse"

  /// The node's number.
  public var nodeID: UInt64 = 0
  /// Which cluster.
  public var clusterID: String = ""
  /// How many stores every node has.
  public var storeCount: UInt32 = 0
  /// How many inventory shards there are.
  public var shardCount: UInt32 = 0
  /// The other nodes. Limit: 10000 elements.
  public var seeds: [ClusterSeed] = []

  public init() {}

  public init(
    nodeID: UInt64 = 0,
    clusterID: String = "",
    storeCount: UInt32 = 0,
    shardCount: UInt32 = 0,
    seeds: [ClusterSeed] = []
  ) {
    self.nodeID = nodeID
    self.clusterID = clusterID
    self.storeCount = storeCount
    self.shardCount = shardCount
    self.seeds = seeds
  }

  public func encode(into writer: inout ByteWriter) {
    if self.nodeID != 0 {
      writer.field(8, varint: self.nodeID)
    }
    if !self.clusterID.isEmpty {
      writer.field(18, text: self.clusterID)
    }
    if self.storeCount != 0 {
      writer.field(24, varint: self.storeCount)
    }
    if self.shardCount != 0 {
      writer.field(32, varint: self.shardCount)
    }
    for element in self.seeds {
      writer.field(42, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.nodeID = try reader.varint()
      case 18: self.clusterID = try reader.text()
      case 24: self.storeCount = try reader.varintUInt32()
      case 32: self.shardCount = try reader.varintUInt32()
      case 42: try reader.append(to: &self.seeds, limit: 10000, "AddNodeResponse.seeds")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.DrainNodeRequest`.
public struct DrainNodeRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.DrainNodeRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// Which node.
  public var nodeID: UInt64 = 0
  /// Also when too few nodes would be left for the replication factor: the shards then have fewer replicas.
  public var force: Bool = false

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    nodeID: UInt64 = 0,
    force: Bool = false
  ) {
    self.actor = actor
    self.reason = reason
    self.nodeID = nodeID
    self.force = force
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if self.nodeID != 0 {
      writer.field(40, varint: self.nodeID)
    }
    if self.force {
      writer.field(48, varint: self.force)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.nodeID = try reader.varint()
      case 48: self.force = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ActivateNodeRequest`.
public struct ActivateNodeRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ActivateNodeRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// Which node.
  public var nodeID: UInt64 = 0

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    nodeID: UInt64 = 0
  ) {
    self.actor = actor
    self.reason = reason
    self.nodeID = nodeID
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if self.nodeID != 0 {
      writer.field(40, varint: self.nodeID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.nodeID = try reader.varint()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.DecommissionNodeRequest`.
public struct DecommissionNodeRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.DecommissionNodeRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// Which node.
  public var nodeID: UInt64 = 0
  /// Also when it has replicas; refused while it is live.
  public var force: Bool = false
  /// With force: also when some shard will have no majority without the node, and cannot serve again.
  public var loseData: Bool = false

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    nodeID: UInt64 = 0,
    force: Bool = false,
    loseData: Bool = false
  ) {
    self.actor = actor
    self.reason = reason
    self.nodeID = nodeID
    self.force = force
    self.loseData = loseData
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if self.nodeID != 0 {
      writer.field(40, varint: self.nodeID)
    }
    if self.force {
      writer.field(48, varint: self.force)
    }
    if self.loseData {
      writer.field(56, varint: self.loseData)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.nodeID = try reader.varint()
      case 48: self.force = try reader.varintBool()
      case 56: self.loseData = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.MoveReplicaRequest`.
public struct MoveReplicaRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.MoveReplicaRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// Which shard.
  public var shard: UInt32 = 0
  /// The node that has the replica.
  public var fromNodeID: UInt64 = 0
  /// The node that is to have it.
  public var toNodeID: UInt64 = 0
  /// Only tell what would change.
  public var dryRun: Bool = false

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    shard: UInt32 = 0,
    fromNodeID: UInt64 = 0,
    toNodeID: UInt64 = 0,
    dryRun: Bool = false
  ) {
    self.actor = actor
    self.reason = reason
    self.shard = shard
    self.fromNodeID = fromNodeID
    self.toNodeID = toNodeID
    self.dryRun = dryRun
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if self.shard != 0 {
      writer.field(40, varint: self.shard)
    }
    if self.fromNodeID != 0 {
      writer.field(48, varint: self.fromNodeID)
    }
    if self.toNodeID != 0 {
      writer.field(56, varint: self.toNodeID)
    }
    if self.dryRun {
      writer.field(64, varint: self.dryRun)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.shard = try reader.varintUInt32()
      case 48: self.fromNodeID = try reader.varint()
      case 56: self.toNodeID = try reader.varint()
      case 64: self.dryRun = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.TransferLeadershipRequest`.
public struct TransferLeadershipRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.TransferLeadershipRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// Which shard.
  public var shard: UInt32 = 0
  /// The node that is to lead it.
  public var toNodeID: UInt64 = 0

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    shard: UInt32 = 0,
    toNodeID: UInt64 = 0
  ) {
    self.actor = actor
    self.reason = reason
    self.shard = shard
    self.toNodeID = toNodeID
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if self.shard != 0 {
      writer.field(40, varint: self.shard)
    }
    if self.toNodeID != 0 {
      writer.field(48, varint: self.toNodeID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.shard = try reader.varintUInt32()
      case 48: self.toNodeID = try reader.varint()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.RebalanceRequest`.
public struct RebalanceRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.RebalanceRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// Only tell what would change.
  public var dryRun: Bool = false
  /// Move no replicas, only leaders.
  public var leadersOnly: Bool = false

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    dryRun: Bool = false,
    leadersOnly: Bool = false
  ) {
    self.actor = actor
    self.reason = reason
    self.dryRun = dryRun
    self.leadersOnly = leadersOnly
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if self.dryRun {
      writer.field(40, varint: self.dryRun)
    }
    if self.leadersOnly {
      writer.field(48, varint: self.leadersOnly)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.dryRun = try reader.varintBool()
      case 48: self.leadersOnly = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// How the goal of a shard changes.
public struct GoalChange: ProtobufMessage {
  public static let protobufName = "holdfast.v1.GoalChange"

  /// Which shard.
  public var shard: UInt32 = 0
  /// Why, for people.
  public var reason: String = ""
  /// Nodes that get a replica. Limit: 10000 elements.
  public var addedNodeIDs: [UInt64] = []
  /// Nodes that lose theirs. Limit: 10000 elements.
  public var removedNodeIDs: [UInt64] = []
  /// The node that should lead from then on; 0 for any.
  public var preferredLeaderNodeID: UInt64 = 0

  public init() {}

  public init(
    shard: UInt32 = 0,
    reason: String = "",
    addedNodeIDs: [UInt64] = [],
    removedNodeIDs: [UInt64] = [],
    preferredLeaderNodeID: UInt64 = 0
  ) {
    self.shard = shard
    self.reason = reason
    self.addedNodeIDs = addedNodeIDs
    self.removedNodeIDs = removedNodeIDs
    self.preferredLeaderNodeID = preferredLeaderNodeID
  }

  public func encode(into writer: inout ByteWriter) {
    if self.shard != 0 {
      writer.field(8, varint: self.shard)
    }
    if !self.reason.isEmpty {
      writer.field(18, text: self.reason)
    }
    if !self.addedNodeIDs.isEmpty {
      let start = writer.beginDelimited(26)
      for element in self.addedNodeIDs { writer.varint(element) }
      writer.endDelimited(start)
    }
    if !self.removedNodeIDs.isEmpty {
      let start = writer.beginDelimited(34)
      for element in self.removedNodeIDs { writer.varint(element) }
      writer.endDelimited(start)
    }
    if self.preferredLeaderNodeID != 0 {
      writer.field(40, varint: self.preferredLeaderNodeID)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.shard = try reader.varintUInt32()
      case 18: self.reason = try reader.text()
      case 24:
        if self.addedNodeIDs.count >= 10000 { throw tooManyElements("GoalChange.added_node_ids", 10000) }
        self.addedNodeIDs.append(try reader.varint())
      case 26:
        var packed = ByteReader(try reader.delimited())
        while !packed.isAtEnd {
          if self.addedNodeIDs.count >= 10000 { throw tooManyElements("GoalChange.added_node_ids", 10000) }
          self.addedNodeIDs.append(try packed.varint())
        }
      case 32:
        if self.removedNodeIDs.count >= 10000 { throw tooManyElements("GoalChange.removed_node_ids", 10000) }
        self.removedNodeIDs.append(try reader.varint())
      case 34:
        var packed = ByteReader(try reader.delimited())
        while !packed.isAtEnd {
          if self.removedNodeIDs.count >= 10000 { throw tooManyElements("GoalChange.removed_node_ids", 10000) }
          self.removedNodeIDs.append(try packed.varint())
        }
      case 40: self.preferredLeaderNodeID = try reader.varint()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ChangeClusterResponse`.
public struct ChangeClusterResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ChangeClusterResponse"

  /// The state of the meta shard with the change; 0 for a dry run.
  public var revision: UInt64 = 0
  /// What changes. What follows from it may change more: GetCluster tells. Limit: 16385 elements.
  public var changes: [GoalChange] = []

  public init() {}

  public init(
    revision: UInt64 = 0,
    changes: [GoalChange] = []
  ) {
    self.revision = revision
    self.changes = changes
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    for element in self.changes {
      writer.field(18, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varint()
      case 18: try reader.append(to: &self.changes, limit: 16385, "ChangeClusterResponse.changes")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.UpdateSettingsRequest`.
public struct UpdateSettingsRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.UpdateSettingsRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// See ClusterSettings.
  public var replicationFactor: UInt32?
  /// See ClusterSettings.
  public var snapshotBytesPerSecond: Int64?
  /// See ClusterSettings. From 10 s to 30 days, or 0.
  public var replaceDeadAfter: WellKnown.Duration?
  /// See ClusterSettings. From 1 minute to 100 years, or 0.
  public var journalAgeMax: WellKnown.Duration?
  /// See ClusterSettings. From 1 MiB on, or 0.
  public var journalBytesMax: Int64?

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    replicationFactor: UInt32? = nil,
    snapshotBytesPerSecond: Int64? = nil,
    replaceDeadAfter: WellKnown.Duration? = nil,
    journalAgeMax: WellKnown.Duration? = nil,
    journalBytesMax: Int64? = nil
  ) {
    self.actor = actor
    self.reason = reason
    self.replicationFactor = replicationFactor
    self.snapshotBytesPerSecond = snapshotBytesPerSecond
    self.replaceDeadAfter = replaceDeadAfter
    self.journalAgeMax = journalAgeMax
    self.journalBytesMax = journalBytesMax
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if let value = self.replicationFactor {
      writer.field(40, varint: value)
    }
    if let value = self.snapshotBytesPerSecond {
      writer.field(48, varint: value)
    }
    if let value = self.replaceDeadAfter {
      writer.field(58, message: value)
    }
    if let value = self.journalAgeMax {
      writer.field(162, message: value)
    }
    if let value = self.journalBytesMax {
      writer.field(168, varint: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.replicationFactor = try reader.varintUInt32()
      case 48: self.snapshotBytesPerSecond = try reader.varintInt64()
      case 58: self.replaceDeadAfter = try reader.message(over: self.replaceDeadAfter)
      case 162: self.journalAgeMax = try reader.message(over: self.journalAgeMax)
      case 168: self.journalBytesMax = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.UpdateSettingsResponse`.
public struct UpdateSettingsResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.UpdateSettingsResponse"

  /// The state of the meta shard with the change.
  public var revision: UInt64 = 0
  public var settings: ClusterSettings?

  public init() {}

  public init(
    revision: UInt64 = 0,
    settings: ClusterSettings? = nil
  ) {
    self.revision = revision
    self.settings = settings
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if let value = self.settings {
      writer.field(18, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varint()
      case 18: self.settings = try reader.message(over: self.settings)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// A move of slots from shard to shard.
public struct SlotMove: ProtobufMessage {
  public static let protobufName = "holdfast.v1.SlotMove"

  /// Its number.
  public var moveID: UInt64 = 0
  /// The slots; `shard` is the one that gets them.
  public var slots: SlotRange?
  /// The shard that gives them.
  public var fromShard: UInt32 = 0
  /// The shard that gets them.
  public var toShard: UInt32 = 0
  public var state: SlotMoveState = .unspecified
  public var phase: SlotMovePhase = .unspecified
  /// How many slots there are to move.
  public var slotCount: UInt32 = 0
  /// How many of them have moved.
  public var slotsMoved: UInt32 = 0
  /// How many settled holds, requests and orders the target was sent.
  public var recordsCopied: UInt64 = 0
  /// How many bytes these were.
  public var bytesCopied: UInt64 = 0
  /// How long the rest will take if it goes on as before; not there while that cannot be told.
  public var timeLeft: WellKnown.Duration?

  public init() {}

  public init(
    moveID: UInt64 = 0,
    slots: SlotRange? = nil,
    fromShard: UInt32 = 0,
    toShard: UInt32 = 0,
    state: SlotMoveState = .unspecified,
    phase: SlotMovePhase = .unspecified,
    slotCount: UInt32 = 0,
    slotsMoved: UInt32 = 0,
    recordsCopied: UInt64 = 0,
    bytesCopied: UInt64 = 0,
    timeLeft: WellKnown.Duration? = nil
  ) {
    self.moveID = moveID
    self.slots = slots
    self.fromShard = fromShard
    self.toShard = toShard
    self.state = state
    self.phase = phase
    self.slotCount = slotCount
    self.slotsMoved = slotsMoved
    self.recordsCopied = recordsCopied
    self.bytesCopied = bytesCopied
    self.timeLeft = timeLeft
  }

  public func encode(into writer: inout ByteWriter) {
    if self.moveID != 0 {
      writer.field(8, varint: self.moveID)
    }
    if let value = self.slots {
      writer.field(18, message: value)
    }
    if self.fromShard != 0 {
      writer.field(24, varint: self.fromShard)
    }
    if self.toShard != 0 {
      writer.field(32, varint: self.toShard)
    }
    if self.state.rawValue != 0 {
      writer.varint(40)
      writer.varint(UInt64(bitPattern: Int64(self.state.rawValue)))
    }
    if self.phase.rawValue != 0 {
      writer.varint(48)
      writer.varint(UInt64(bitPattern: Int64(self.phase.rawValue)))
    }
    if self.slotCount != 0 {
      writer.field(56, varint: self.slotCount)
    }
    if self.slotsMoved != 0 {
      writer.field(64, varint: self.slotsMoved)
    }
    if self.recordsCopied != 0 {
      writer.field(72, varint: self.recordsCopied)
    }
    if self.bytesCopied != 0 {
      writer.field(80, varint: self.bytesCopied)
    }
    if let value = self.timeLeft {
      writer.field(90, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.moveID = try reader.varint()
      case 18: self.slots = try reader.message(over: self.slots)
      case 24: self.fromShard = try reader.varintUInt32()
      case 32: self.toShard = try reader.varintUInt32()
      case 40: self.state = try reader.varintEnum()
      case 48: self.phase = try reader.varintEnum()
      case 56: self.slotCount = try reader.varintUInt32()
      case 64: self.slotsMoved = try reader.varintUInt32()
      case 72: self.recordsCopied = try reader.varint()
      case 80: self.bytesCopied = try reader.varint()
      case 90: self.timeLeft = try reader.message(over: self.timeLeft)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.SplitShardRequest`.
public struct SplitShardRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.SplitShardRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// Which shard is to give slots away.
  public var shard: UInt32 = 0
  /// The slots; the upper half when there are none.
  public var slots: SlotRange?
  /// Halve what the shard has to do instead of the number of its slots, as far as that is known.
  public var byLoad: Bool = false
  /// Only tell what would happen.
  public var dryRun: Bool = false

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    shard: UInt32 = 0,
    slots: SlotRange? = nil,
    byLoad: Bool = false,
    dryRun: Bool = false
  ) {
    self.actor = actor
    self.reason = reason
    self.shard = shard
    self.slots = slots
    self.byLoad = byLoad
    self.dryRun = dryRun
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if self.shard != 0 {
      writer.field(40, varint: self.shard)
    }
    if let value = self.slots {
      writer.field(50, message: value)
    }
    if self.byLoad {
      writer.field(56, varint: self.byLoad)
    }
    if self.dryRun {
      writer.field(64, varint: self.dryRun)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.shard = try reader.varintUInt32()
      case 50: self.slots = try reader.message(over: self.slots)
      case 56: self.byLoad = try reader.varintBool()
      case 64: self.dryRun = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.MoveSlotsRequest`.
public struct MoveSlotsRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.MoveSlotsRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// The shard that gives slots away.
  public var fromShard: UInt32 = 0
  /// The shard that gets them.
  public var toShard: UInt32 = 0
  /// The first of them.
  public var slotFirst: UInt32 = 0
  /// The last of them.
  public var slotLast: UInt32 = 0
  /// Only tell what would happen.
  public var dryRun: Bool = false

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    fromShard: UInt32 = 0,
    toShard: UInt32 = 0,
    slotFirst: UInt32 = 0,
    slotLast: UInt32 = 0,
    dryRun: Bool = false
  ) {
    self.actor = actor
    self.reason = reason
    self.fromShard = fromShard
    self.toShard = toShard
    self.slotFirst = slotFirst
    self.slotLast = slotLast
    self.dryRun = dryRun
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if self.fromShard != 0 {
      writer.field(40, varint: self.fromShard)
    }
    if self.toShard != 0 {
      writer.field(48, varint: self.toShard)
    }
    if self.slotFirst != 0 {
      writer.field(56, varint: self.slotFirst)
    }
    if self.slotLast != 0 {
      writer.field(64, varint: self.slotLast)
    }
    if self.dryRun {
      writer.field(72, varint: self.dryRun)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.fromShard = try reader.varintUInt32()
      case 48: self.toShard = try reader.varintUInt32()
      case 56: self.slotFirst = try reader.varintUInt32()
      case 64: self.slotLast = try reader.varintUInt32()
      case 72: self.dryRun = try reader.varintBool()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.MoveSlotsResponse`.
public struct MoveSlotsResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.MoveSlotsResponse"

  /// The state of the meta shard with the move; 0 for a dry run.
  public var revision: UInt64 = 0
  /// The shard that was made; 0 when none was, and for a dry run.
  public var newShard: UInt32 = 0
  /// How many slots will move.
  public var slotCount: UInt32 = 0
  /// What happens, for people.
  public var reason: String = ""
  /// The moves, each of consecutive slots; none for a dry run. Limit: 256 elements.
  public var moves: [SlotMove] = []
  /// Which slots. Limit: 256 elements.
  public var ranges: [SlotRange] = []

  public init() {}

  public init(
    revision: UInt64 = 0,
    newShard: UInt32 = 0,
    slotCount: UInt32 = 0,
    reason: String = "",
    moves: [SlotMove] = [],
    ranges: [SlotRange] = []
  ) {
    self.revision = revision
    self.newShard = newShard
    self.slotCount = slotCount
    self.reason = reason
    self.moves = moves
    self.ranges = ranges
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if self.newShard != 0 {
      writer.field(16, varint: self.newShard)
    }
    if self.slotCount != 0 {
      writer.field(24, varint: self.slotCount)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    for element in self.moves {
      writer.field(42, message: element)
    }
    for element in self.ranges {
      writer.field(50, message: element)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varint()
      case 16: self.newShard = try reader.varintUInt32()
      case 24: self.slotCount = try reader.varintUInt32()
      case 34: self.reason = try reader.text()
      case 42: try reader.append(to: &self.moves, limit: 256, "MoveSlotsResponse.moves")
      case 50: try reader.append(to: &self.ranges, limit: 256, "MoveSlotsResponse.ranges")
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ChangeSlotMoveRequest`.
public struct ChangeSlotMoveRequest: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ChangeSlotMoveRequest"

  /// Who asks.
  public var actor: String = ""
  /// Why.
  public var reason: String = ""
  /// Which move.
  public var moveID: UInt64 = 0
  /// RUNNING, PAUSED or CANCELLED.
  public var state: SlotMoveState = .unspecified

  public init() {}

  public init(
    actor: String = "",
    reason: String = "",
    moveID: UInt64 = 0,
    state: SlotMoveState = .unspecified
  ) {
    self.actor = actor
    self.reason = reason
    self.moveID = moveID
    self.state = state
  }

  public func encode(into writer: inout ByteWriter) {
    if !self.actor.isEmpty {
      writer.field(26, text: self.actor)
    }
    if !self.reason.isEmpty {
      writer.field(34, text: self.reason)
    }
    if self.moveID != 0 {
      writer.field(40, varint: self.moveID)
    }
    if self.state.rawValue != 0 {
      writer.varint(48)
      writer.varint(UInt64(bitPattern: Int64(self.state.rawValue)))
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 26: self.actor = try reader.text()
      case 34: self.reason = try reader.text()
      case 40: self.moveID = try reader.varint()
      case 48: self.state = try reader.varintEnum()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// `holdfast.v1.ChangeSlotMoveResponse`.
public struct ChangeSlotMoveResponse: ProtobufMessage {
  public static let protobufName = "holdfast.v1.ChangeSlotMoveResponse"

  /// The state of the meta shard with the change.
  public var revision: UInt64 = 0
  public var move: SlotMove?

  public init() {}

  public init(
    revision: UInt64 = 0,
    move: SlotMove? = nil
  ) {
    self.revision = revision
    self.move = move
  }

  public func encode(into writer: inout ByteWriter) {
    if self.revision != 0 {
      writer.field(8, varint: self.revision)
    }
    if let value = self.move {
      writer.field(18, message: value)
    }
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ByteReader) throws(DecodeError) {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: self.revision = try reader.varint()
      case 18: self.move = try reader.message(over: self.move)
      default: try reader.skipValue(of: tag)
      }
    }
  }
}
