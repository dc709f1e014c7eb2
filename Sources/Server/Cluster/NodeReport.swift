internal import Basics

// What a node tells the meta shard's leader about itself once a second: the body of a peer packet. Integers are
// little-endian. Never renumber; what a later version adds goes to the end of the report or of each replica's record, and
// is skipped by those who do not know it.
//
//   report  := 0x01 node:u32 programVersion:text uptimeMilliseconds:u64 diskFree:u64 clockOffsetMilliseconds:i64
//              flags:u8(1 = clock is off, 2 = stopping, 4 = disk is slow) alarms recordByteCount:u16 count:u32 replica*
//   alarms  := count:varint (kind:text text:text)*
//   replica := shard:u32 life:u32 role:u8 flags:u8(1 = faulty, 2 = asleep) leader:u32 term:u64 applied:u64 digest:u64
//              checkpoint:u64 checkpointDigest:u64 snapshotDone:u64 snapshotTotal:u64 [across] [loadMiddle:u16]
//   across  := outboxCount:u32 outboxAgeMilliseconds:u32 pendingCount:u32 phantomCount:u64 phantomUnitMilliseconds:u64
//              phantomLongestMilliseconds:u32                     from feature level 2 on
//   loadMiddle: 0xFFFF when it is unknown

/// What a node says about itself.
struct NodeReport: Equatable, Sendable {
  static let tag: UInt8 = 1
  static let alarmCountMax = 100
  private static let replicaCountMax = 1 << 16

  var node: NodeID
  var programVersion = ""
  var uptimeMilliseconds: UInt64 = 0
  var diskFreeByteCount: UInt64 = 0
  var clockOffsetMilliseconds: Int64 = 0
  var isClockOff = false
  /// It hands its leaderships over and takes no more calls.
  var isStopping = false
  var isDiskSlow = false
  var alarms: [NodeAlarm] = []
  /// Ascending by shard.
  var replicas: [ReplicaReport] = []

  init(node: NodeID) { self.node = node }

  func encode(into writer: inout ByteWriter) {
    writer.uint8(Self.tag)
    writer.uint32(node.rawValue)
    writer.prefixed(programVersion)
    writer.uint64(uptimeMilliseconds)
    writer.uint64(diskFreeByteCount)
    writer.int64(clockOffsetMilliseconds)
    writer.uint8((isClockOff ? 1 : 0) | (isStopping ? 2 : 0) | (isDiskSlow ? 4 : 0))
    let alarms = alarms.prefix(Self.alarmCountMax)
    writer.varint(UInt64(alarms.count))
    for alarm in alarms {
      writer.prefixed(alarm.kind)
      writer.prefixed(alarm.text)
    }
    writer.uint16(UInt16(ReplicaReport.byteCount))
    writer.uint32(UInt32(replicas.count))
    for replica in replicas { replica.encode(into: &writer) }
  }

  /// Reads a report whose tag has been read.
  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    node = NodeID(try reader.uint32())
    programVersion = try reader.prefixedText(limit: 256)
    uptimeMilliseconds = try reader.uint64()
    diskFreeByteCount = try reader.uint64()
    clockOffsetMilliseconds = try reader.int64()
    let flags = try reader.uint8()
    isClockOff = flags & 1 != 0
    isStopping = flags & 2 != 0
    isDiskSlow = flags & 4 != 0
    let alarmCount = try reader.varint()
    guard alarmCount <= UInt64(Self.alarmCountMax) else {
      throw .tooManyElements(field: "alarms", limit: Self.alarmCountMax)
    }
    for _ in 0..<alarmCount {
      let kind = try reader.prefixedText(limit: 256)
      alarms.append(NodeAlarm(kind: kind, text: try reader.prefixedText(limit: 4_096)))
    }
    let byteCount = Int(try reader.uint16())
    let count = Int(try reader.uint32())
    guard byteCount >= ReplicaReport.byteCountMin else { throw .invalid("records of replicas that are too short") }
    guard count <= Self.replicaCountMax else {
      throw .tooManyElements(field: "replicas", limit: Self.replicaCountMax)
    }
    for _ in 0..<count {
      var record = ByteReader(try reader.span(count: byteCount))
      replicas.append(try ReplicaReport(&record))
    }
  }
}

/// Something that an operator should look at.
struct NodeAlarm: Equatable, Sendable {
  var kind: String
  var text: String
}

/// What a node says about one of its replicas.
struct ReplicaReport: Equatable, Sendable {
  /// Stored nowhere, but told to other nodes; never renumber.
  enum Role: UInt8, Sendable {
    case follower = 0
    case candidate, leader, learner
  }

  static let byteCount = byteCountMin + AcrossReport.byteCount + 2 + 8
  /// Without what later versions added.
  static let byteCountMin = 70

  var shard: ShardID
  var life: ReplicaLife
  var role: Role
  /// It takes no part any more.
  var isFaulty = false
  var isAsleep = false
  /// Who leads, as far as it knows.
  var leader = NodeID.none
  var term: UInt64 = 0
  /// What has been applied, and the digest of the state then.
  var applied = DigestMark()
  /// The same for the last index that all replicas keep it for.
  var checkpoint = DigestMark()
  /// Bytes of a snapshot that is arriving, and all of them as far as is known.
  var snapshotDone: UInt64 = 0
  var snapshotTotal: UInt64 = 0
  /// What it has under way with other shards.
  var across = AcrossReport()
  /// Of a leader: the slots up to this one have half of what the shard has had to do lately.
  var loadMiddle: UInt16?
  /// About how many commands the node has carried out for the shard since it started; `nil` from a node that counts none.
  var commandCount: UInt64?

  init(shard: ShardID, life: ReplicaLife, role: Role) {
    self.shard = shard
    self.life = life
    self.role = role
  }

  func encode(into writer: inout ByteWriter) {
    writer.uint32(shard.rawValue)
    writer.uint32(life.rawValue)
    writer.uint8(role.rawValue)
    writer.uint8((isFaulty ? 1 : 0) | (isAsleep ? 2 : 0))
    writer.uint32(leader.rawValue)
    writer.uint64(term)
    for mark in [applied, checkpoint] {
      writer.uint64(mark.index)
      writer.uint64(mark.digest)
    }
    writer.uint64(snapshotDone)
    writer.uint64(snapshotTotal)
    across.encode(into: &writer)
    writer.uint16(loadMiddle ?? .max)
    writer.uint64(commandCount ?? .max)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    shard = ShardID(try reader.uint32())
    life = ReplicaLife(try reader.uint32())
    let code = try reader.uint8()
    guard let role = Role(rawValue: code) else { throw .unknownTag(UInt64(code)) }
    self.role = role
    let flags = try reader.uint8()
    isFaulty = flags & 1 != 0
    isAsleep = flags & 2 != 0
    leader = NodeID(try reader.uint32())
    term = try reader.uint64()
    applied = DigestMark(index: try reader.uint64(), digest: try reader.uint64())
    checkpoint = DigestMark(index: try reader.uint64(), digest: try reader.uint64())
    snapshotDone = try reader.uint64()
    snapshotTotal = try reader.uint64()
    if reader.remaining >= AcrossReport.byteCount { across = try AcrossReport(&reader) }
    guard reader.remaining >= 2 else { return }
    let middle = try reader.uint16()
    loadMiddle = middle == .max ? nil : middle
    guard reader.remaining >= 8 else { return }
    let count = try reader.uint64()
    commandCount = count == .max ? nil : count
  }
}

/// What a replica says about holds and orders over several shards.
struct AcrossReport: Equatable, Sendable {
  static let byteCount = 32

  var outboxCount: UInt32 = 0
  var outboxAgeMilliseconds: UInt32 = 0
  var pendingCount: UInt32 = 0
  var phantomCount: UInt64 = 0
  var phantomUnitMilliseconds: UInt64 = 0
  var phantomLongestMilliseconds: UInt32 = 0

  init() {}

  func encode(into writer: inout ByteWriter) {
    writer.uint32(outboxCount)
    writer.uint32(outboxAgeMilliseconds)
    writer.uint32(pendingCount)
    writer.uint64(phantomCount)
    writer.uint64(phantomUnitMilliseconds)
    writer.uint32(phantomLongestMilliseconds)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    outboxCount = try reader.uint32()
    outboxAgeMilliseconds = try reader.uint32()
    pendingCount = try reader.uint32()
    phantomCount = try reader.uint64()
    phantomUnitMilliseconds = try reader.uint64()
    phantomLongestMilliseconds = try reader.uint32()
  }
}

/// The digest of a replica's state behind an entry.
struct DigestMark: Equatable, Sendable {
  var index: UInt64 = 0
  var digest: UInt64 = 0
}
