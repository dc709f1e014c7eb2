package import Basics

// Commands of the meta shard: in its entries, and on their way from node to node. Never renumber.
//
//   command := tag:u8 length:varint body
//
//   0x01 putLocation   location
//   0x02 found         cluster:16 storeCount:u32 node:u32 description map
//   0x03 addNode       description
//   0x04 updateNode    node:u32 replacing:start description
//   0x05 setNodeState  node:u32 state:u8 flags:u8(1 forced, 2 loses data)
//   0x06 setGoals      count:varint goal*
//   0x07 reportPlaced  shard:u32 index:u64 members
//   0x08 putSettings   settings
//   0x09 raiseFeature  level:u32
//   0x0A renewMember   shard:u32 node:u32 life:u32
//   0x0B beginMoves    order
//   0x0C assignSlots   move:u64 first:u16 last:u16
//   0x0D setMoveState  move:u64 state:u8
//   0x0E reportMove    report
//   0x0F finishMove    move:u64
//
//   goal    := shard:u32 expectedRevision:u64 preferredLeader:u32 count:varint place*
//   place   := node:u32 flags:u8(1 voter, 2 renewed)
//   list    := count:varint command*                        from node to node

extension ClusterCommand {
  static let bodyBytesMax = 1 << 20
  static let goalsMax = 1 << 16
  /// Commands that one list carries.
  package static let listCountMax = 1 << 12

  private var tag: UInt8 {
    switch self {
    case .putLocation: 1
    case .found: 2
    case .addNode: 3
    case .updateNode: 4
    case .setNodeState: 5
    case .setGoals: 6
    case .reportPlaced: 7
    case .putSettings: 8
    case .raiseFeature: 9
    case .renewMember: 10
    case .beginMoves: 11
    case .assignSlots: 12
    case .setMoveState: 13
    case .reportMove: 14
    case .finishMove: 15
    }
  }

  package func encode(into writer: inout ByteWriter) {
    var body = ByteWriter()
    switch self {
    case .putLocation(let location): location.encode(into: &body)
    case .found(let founding): founding.encode(into: &body)
    case .addNode(let description): description.encode(into: &body)
    case .updateNode(let node, let description, let replacing):
      body.uint32(node.rawValue)
      replacing.encode(into: &body)
      description.encode(into: &body)
    case .setNodeState(let node, let state, let isForced, let losesData):
      body.uint32(node.rawValue)
      body.uint8(state.rawValue)
      body.uint8((isForced ? 1 : 0) | (losesData ? 2 : 0))
    case .setGoals(let goals):
      body.varint(UInt64(goals.count))
      for goal in goals { goal.encode(into: &body) }
    case .reportPlaced(let report): report.encode(into: &body)
    case .putSettings(let settings): settings.encode(into: &body)
    case .raiseFeature(let level): body.uint32(level)
    case .renewMember(let shard, let node, let life):
      body.uint32(shard.rawValue)
      body.uint32(node.rawValue)
      body.uint32(life.rawValue)
    case .beginMoves(let order): order.encode(into: &body)
    case .assignSlots(let move, let slots):
      body.uint64(move)
      body.slots(slots)
    case .setMoveState(let move, let state):
      body.uint64(move)
      body.uint8(state.rawValue)
    case .reportMove(let report): report.encode(into: &body)
    case .finishMove(let move): body.uint64(move)
    }
    writer.uint8(tag)
    writer.prefixed(body.bytes)
  }

  @_lifetime(reader: copy reader)
  package static func decode(_ reader: inout ByteReader) throws(DecodeError) -> ClusterCommand {
    let tag = try reader.uint8()
    var body = ByteReader(try reader.prefixedSpan(limit: bodyBytesMax))
    let command = try decode(tag, &body)
    try body.finish()
    return command
  }

  @_lifetime(body: copy body)
  private static func decode(_ tag: UInt8, _ body: inout ByteReader) throws(DecodeError) -> ClusterCommand {
    switch tag {
    case 1: return .putLocation(try Location.decode(&body))
    case 2: return .found(try Founding(&body))
    case 3: return .addNode(try NodeDescription(&body))
    case 4:
      let node = NodeID(try body.uint32())
      let replacing = try NodeStart(&body)
      return .updateNode(node, try NodeDescription(&body), replacing: replacing)
    case 5:
      let node = NodeID(try body.uint32())
      let state = try NodeRecord.State(from: &body)
      let flags = try body.uint8()
      guard flags < 4 else { throw .unknownTag(UInt64(flags)) }
      return .setNodeState(node, state, isForced: flags & 1 != 0, losesData: flags & 2 != 0)
    case 6:
      let count = try body.varint()
      guard count <= UInt64(goalsMax) else { throw .tooManyElements(field: "goals", limit: goalsMax) }
      var goals: [ShardGoal] = []
      for _ in 0..<count { goals.append(try ShardGoal(&body)) }
      return .setGoals(goals)
    case 7: return .reportPlaced(try PlacedReport(&body))
    case 8: return .putSettings(try ClusterSettings(&body))
    case 9: return .raiseFeature(try body.uint32())
    case 10:
      let (shard, node) = (ShardID(try body.uint32()), NodeID(try body.uint32()))
      return .renewMember(shard, node, ReplicaLife(try body.uint32()))
    case 11: return .beginMoves(try MoveOrder(&body))
    case 12:
      let move = try body.uint64()
      return .assignSlots(move: move, try body.slots())
    case 13:
      let move = try body.uint64()
      return .setMoveState(move: move, try SlotMove.State(from: &body))
    case 14: return .reportMove(try MoveReport(&body))
    case 15: return .finishMove(try body.uint64())
    default: throw .unknownTag(UInt64(tag))
    }
  }

  /// Several commands, for the node that leads the meta shard.
  package static func encode(_ commands: [ClusterCommand], into writer: inout ByteWriter) {
    invariant(commands.count <= listCountMax, "more commands than a list may have")
    writer.varint(UInt64(commands.count))
    for command in commands { command.encode(into: &writer) }
  }

  @_lifetime(reader: copy reader)
  package static func decodeList(_ reader: inout ByteReader) throws(DecodeError) -> [ClusterCommand] {
    let count = try reader.varint()
    guard count <= UInt64(listCountMax) else { throw .tooManyElements(field: "commands", limit: listCountMax) }
    var commands: [ClusterCommand] = []
    for _ in 0..<count { commands.append(try decode(&reader)) }
    return commands
  }
}

// MARK: - Bodies

extension Founding {
  func encode(into writer: inout ByteWriter) {
    writer.uniqueID(cluster)
    writer.uint32(storeCount)
    writer.uint32(node.rawValue)
    description.encode(into: &writer)
    shardMap.encode(into: &writer)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    cluster = try reader.uniqueID()
    storeCount = try reader.uint32()
    node = NodeID(try reader.uint32())
    description = try NodeDescription(&reader)
    shardMap = try ShardMap(&reader)
    guard cluster != .zero, storeCount > 0, node != .none else {
      throw .invalid("a founding without id, Store or node")
    }
  }
}

extension ShardGoal {
  func encode(into writer: inout ByteWriter) {
    writer.uint32(shard.rawValue)
    writer.uint64(expectedRevision)
    writer.uint32(preferredLeader.rawValue)
    writer.varint(UInt64(places.count))
    for place in places {
      writer.uint32(place.node.rawValue)
      writer.uint8((place.isVoter ? 1 : 0) | (place.isRenewed ? 2 : 0))
    }
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    shard = ShardID(try reader.uint32())
    expectedRevision = try reader.uint64()
    preferredLeader = NodeID(try reader.uint32())
    places = []
    let count = try reader.varint()
    let countMax = [GoalMember].countMax
    guard count <= UInt64(countMax) else { throw .tooManyElements(field: "places", limit: countMax) }
    for _ in 0..<count {
      let node = NodeID(try reader.uint32())
      let flags = try reader.uint8()
      guard flags < 4 else { throw .unknownTag(UInt64(flags)) }
      places.append(Place(node: node, isVoter: flags & 1 != 0, isRenewed: flags & 2 != 0))
    }
  }
}

extension PlacedReport {
  func encode(into writer: inout ByteWriter) {
    writer.uint32(shard.rawValue)
    writer.uint64(index)
    members.encode(into: &writer)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    shard = ShardID(try reader.uint32())
    index = try reader.uint64()
    members = try [GoalMember](from: &reader)
    guard members.contains(where: { $0.isVoter }) else { throw .invalid("a group without a voter") }
  }
}
