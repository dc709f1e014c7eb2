package import Basics

// The records of the cluster, as commands carry them and as the meta shard stores them. Never renumber; what is added goes
// to the end, under a new version of what holds it.
//
//   description := directory:16 clientAddress:text peerAddress:text zone:text featureLevel:u32 start
//   start       := number:u32 id:16
//   node        := number:u32 state:u8 revision:u64 description
//   member      := node:u32 life:u32 isVoter:u8
//   members     := count:varint member*                     ascending by node
//   shard       := shard:u32 goal:members placed:members placedIndex:u64 preferredLeader:u32 nextLife:u32
//                  goalRevision:u64 revision:u64 founders:members
//   settings    := replicationFactor:u32 snapshotBytesPerSecond:u64 replaceDeadAfterSeconds:u32 featureLevel:u32
//                  revision:u64
//   map         := count:varint (first:u16 shard:u32)*       the first slot of each range, ascending from 0
//   text        := length:varint byte*

extension NodeDescription {
  func encode(into writer: inout ByteWriter) {
    writer.uniqueID(directory)
    writer.prefixed(clientAddress)
    writer.prefixed(peerAddress)
    writer.prefixed(zone)
    writer.uint32(featureLevel)
    start.encode(into: &writer)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    directory = try reader.uniqueID()
    clientAddress = try reader.prefixedText(limit: Self.addressBytesMax)
    peerAddress = try reader.prefixedText(limit: Self.addressBytesMax)
    zone = try reader.prefixedText(limit: Self.zoneBytesMax)
    featureLevel = try reader.uint32()
    start = try NodeStart(&reader)
  }
}

extension NodeRecord {
  func encode(into writer: inout ByteWriter) {
    writer.uint32(number.rawValue)
    writer.uint8(state.rawValue)
    writer.uint64(revision)
    description.encode(into: &writer)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    number = NodeID(try reader.uint32())
    state = try State(from: &reader)
    revision = try reader.uint64()
    description = try NodeDescription(&reader)
  }
}

extension NodeRecord.State {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    let code = try reader.uint8()
    guard let state = Self(rawValue: code) else { throw .unknownTag(UInt64(code)) }
    self = state
  }
}

extension [GoalMember] {
  static var countMax: Int { 128 }

  func encode(into writer: inout ByteWriter) {
    writer.varint(UInt64(count))
    for member in self {
      writer.uint32(member.node.rawValue)
      writer.uint32(member.life.rawValue)
      writer.uint8(member.isVoter ? 1 : 0)
    }
  }

  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    self = []
    let count = try reader.varint()
    guard count <= UInt64(Self.countMax) else { throw .tooManyElements(field: "members", limit: Self.countMax) }
    for _ in 0..<count {
      let node = NodeID(try reader.uint32())
      let life = ReplicaLife(try reader.uint32())
      let isVoter = try reader.flag()
      guard life.rawValue < .max else { throw .invalid("a life that nothing could follow") }
      guard node > last?.node ?? .none else { throw .invalid("members that do not ascend") }
      append(GoalMember(node: node, life: life, isVoter: isVoter))
    }
  }
}

extension ShardRecord {
  package func encode(into writer: inout ByteWriter) {
    writer.uint32(shard.rawValue)
    goal.encode(into: &writer)
    placed.encode(into: &writer)
    writer.uint64(placedIndex)
    writer.uint32(preferredLeader.rawValue)
    writer.uint32(nextLife.rawValue)
    writer.uint64(goalRevision)
    writer.uint64(revision)
    founders.encode(into: &writer)
  }

  @_lifetime(reader: copy reader)
  package init(_ reader: inout ByteReader) throws(DecodeError) {
    shard = ShardID(try reader.uint32())
    goal = try [GoalMember](from: &reader)
    placed = try [GoalMember](from: &reader)
    placedIndex = try reader.uint64()
    preferredLeader = NodeID(try reader.uint32())
    nextLife = ReplicaLife(try reader.uint32())
    goalRevision = try reader.uint64()
    revision = try reader.uint64()
    founders = try [GoalMember](from: &reader)
  }
}

extension ClusterSettings {
  func encode(into writer: inout ByteWriter) {
    writer.uint32(replicationFactor)
    writer.uint64(snapshotBytesPerSecond)
    writer.uint32(replaceDeadAfterSeconds)
    writer.uint32(featureLevel)
    writer.uint64(revision)
    writer.uint32(journalAgeSeconds)
    writer.uint64(journalBytesMax)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    self.init()
    replicationFactor = try reader.uint32()
    snapshotBytesPerSecond = try reader.uint64()
    replaceDeadAfterSeconds = try reader.uint32()
    featureLevel = try reader.uint32()
    revision = try reader.uint64()
    journalAgeSeconds = try reader.uint32()
    journalBytesMax = try reader.uint64()
  }
}

extension ShardMap {
  func encode(into writer: inout ByteWriter) {
    let ranges = ranges
    writer.varint(UInt64(ranges.count))
    for range in ranges {
      writer.uint16(range.slots.lowerBound)
      writer.uint32(range.shard.rawValue)
    }
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    let count = try reader.varint()
    guard count <= UInt64(Slot.count) else { throw .tooManyElements(field: "ranges", limit: Slot.count) }
    var starts: [(first: UInt16, shard: ShardID)] = []
    for _ in 0..<count { starts.append((try reader.uint16(), ShardID(try reader.uint32()))) }
    guard let map = ShardMap(starts: starts) else { throw .invalid("a shard map that leaves slots without a shard") }
    self = map
  }
}

extension ByteReader {
  /// A byte that is 0 or 1.
  @_lifetime(self: copy self)
  mutating func flag() throws(DecodeError) -> Bool {
    let code = try uint8()
    guard code < 2 else { throw .unknownTag(UInt64(code)) }
    return code == 1
  }
}
