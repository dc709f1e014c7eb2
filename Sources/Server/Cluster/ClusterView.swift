internal import Basics
internal import Placement

// What the meta shard's leader tells every node once a second: the body of a peer packet. Integers are little-endian.
// Never renumber; what a later version adds goes to the end.
//
//   view    := 0x02 metaLeader:u32 live:nodes leaders divergent unfit:nodes count:varint(0 or 1) meta
//   nodes   := count:varint node:u32*                                      ascending
//   leaders := count:varint (shard:u32 node:u32 term:u64)*                 ascending by shard
//   divergent := count:varint (shard:u32 node:u32 life:u32 index:u64 digest:u64)*
//   meta    := the meta shard's record, as it is stored

/// Who leads which shard and which nodes are there, as the meta shard's leader has heard. A hint: what follows from it is
/// checked where it matters.
struct ClusterView: Equatable, Sendable {
  static let tag: UInt8 = 2
  private static let countMax = 1 << 16

  struct Leader: Equatable, Sendable {
    var shard: ShardID
    var node: NodeID
    var term: UInt64
  }

  /// A replica whose state differs from that of a majority.
  struct Divergent: Equatable, Sendable {
    var shard: ShardID
    var node: NodeID
    var life: ReplicaLife
    /// What it said itself.
    var mark: DigestMark
  }

  var metaLeader = NodeID.none
  /// Ascending.
  var live: [NodeID] = []
  /// Ascending by shard.
  var leaders: [Leader] = []
  var divergent: [Divergent] = []
  /// Ascending: nodes that should lead nothing now. They stop, or their clock or their disk is not well.
  var unfit: [NodeID] = []
  /// Where the meta shard's replicas are to be: for those whose own replica does not tell.
  var meta: ShardRecord?

  init() {}

  /// Who leads a shard, as far as was heard.
  func leader(of shard: ShardID) -> NodeID? {
    let place = leaders.partitioningPlace { $0.shard < shard }
    guard place < leaders.count, leaders[place].shard == shard else { return nil }
    return leaders[place].node
  }

  func encode(into writer: inout ByteWriter) {
    writer.uint8(Self.tag)
    writer.uint32(metaLeader.rawValue)
    writer.varint(UInt64(live.count))
    for node in live { writer.uint32(node.rawValue) }
    writer.varint(UInt64(leaders.count))
    for leader in leaders {
      writer.uint32(leader.shard.rawValue)
      writer.uint32(leader.node.rawValue)
      writer.uint64(leader.term)
    }
    writer.varint(UInt64(divergent.count))
    for replica in divergent {
      writer.uint32(replica.shard.rawValue)
      writer.uint32(replica.node.rawValue)
      writer.uint32(replica.life.rawValue)
      writer.uint64(replica.mark.index)
      writer.uint64(replica.mark.digest)
    }
    writer.varint(UInt64(unfit.count))
    for node in unfit { writer.uint32(node.rawValue) }
    writer.varint(meta == nil ? 0 : 1)
    meta?.encode(into: &writer)
  }

  /// Reads a view whose tag has been read.
  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    metaLeader = NodeID(try reader.uint32())
    for _ in 0..<(try Self.count(&reader, "live")) { live.append(NodeID(try reader.uint32())) }
    for _ in 0..<(try Self.count(&reader, "leaders")) {
      let shard = ShardID(try reader.uint32())
      guard shard > leaders.last?.shard ?? shard || leaders.isEmpty else { throw .invalid("shards that do not ascend") }
      leaders.append(Leader(shard: shard, node: NodeID(try reader.uint32()), term: try reader.uint64()))
    }
    for _ in 0..<(try Self.count(&reader, "divergent")) {
      divergent.append(
        Divergent(
          shard: ShardID(try reader.uint32()), node: NodeID(try reader.uint32()),
          life: ReplicaLife(try reader.uint32()),
          mark: DigestMark(index: try reader.uint64(), digest: try reader.uint64())))
    }
    for _ in 0..<(try Self.count(&reader, "unfit")) { unfit.append(NodeID(try reader.uint32())) }
    for _ in 0..<(try Self.count(&reader, "meta")) { meta = try ShardRecord(&reader) }
  }

  @_lifetime(reader: copy reader)
  private static func count(_ reader: inout ByteReader, _ field: String) throws(DecodeError) -> Int {
    let count = try reader.varint()
    guard count <= UInt64(countMax) else { throw .tooManyElements(field: field, limit: countMax) }
    return Int(count)
  }
}

extension Array {
  /// The first place whose element does not come before what is looked for, in a list that ascends.
  func partitioningPlace(_ isBefore: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
