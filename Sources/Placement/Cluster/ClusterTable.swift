package import Basics

/// What every node must know of the cluster: who belongs to it, which shard has which slots, and which nodes hold a
/// shard. A value, made anew by the meta shard's state machine with each change; every Store of every node has a copy.
package struct ClusterTable: Equatable, Sendable {
  /// As many nodes as the meta shard's group can have members: one of them is on every node.
  package static let nodesMax = 64
  /// As many shards as there are slots, each shard having one.
  package static let shardsMax = 16_384

  /// The meta shard's log index of the last change.
  package internal(set) var revision: UInt64 = 0
  /// The cluster's id; zero until it was founded.
  package internal(set) var cluster = UniqueID.zero
  /// How many Stores each node has: Store `i` of a node talks to Store `i` of the others.
  package internal(set) var storeCount: UInt32 = 1
  /// Ascending by number; also those that were removed.
  package internal(set) var nodes: [NodeRecord] = []
  /// Ascending by shard, the meta shard's first.
  package internal(set) var shards: [ShardRecord] = []
  /// Ascending by id: those that are not over, and some that are.
  package internal(set) var moves: [SlotMove] = []
  package internal(set) var settings = ClusterSettings()
  package internal(set) var shardMap = ShardMap(dividedAmong: 1)

  package init() {}

  package var isFounded: Bool { cluster != .zero }

  package func node(_ number: NodeID) -> NodeRecord? { place(of: number).map { nodes[$0] } }
  package func shard(_ shard: ShardID) -> ShardRecord? { place(of: shard).map { shards[$0] } }

  /// All shards but the meta shard, ascending, also those that own no slot.
  package var inventoryShards: [ShardID] { shards.map(\.shard).filter { $0 != .meta } }

  package func move(_ id: UInt64) -> SlotMove? { moves.first { $0.id == id } }

  package func node(ofDirectory directory: UniqueID) -> NodeRecord? { nodes.first { $0.directory == directory } }

  /// The Store that has a shard, on every node: the meta shard is on the first, the others take turns.
  package func storeIndex(of shard: ShardID) -> Int { Self.storeIndex(of: shard, storeCount: Int(storeCount)) }

  package static func storeIndex(of shard: ShardID, storeCount: Int) -> Int {
    shard == .meta ? 0 : Int(shard.rawValue - 1) % storeCount
  }

  /// How many replicas of inventory shards a node has, or is to have.
  package func replicaCount(on node: NodeID) -> Int {
    shards.count { $0.shard != .meta && ($0.goalMember(on: node) != nil || $0.placedMember(on: node) != nil) }
  }

  // MARK: Places

  func place(of number: NodeID) -> Int? {
    let place = nodes.firstPlace { $0.number < number }
    return place < nodes.count && nodes[place].number == number ? place : nil
  }

  func place(of shard: ShardID) -> Int? {
    let place = shards.firstPlace { $0.shard < shard }
    return place < shards.count && shards[place].shard == shard ? place : nil
  }
}

extension Array {
  /// The first place whose element does not come before what is looked for, in a list that ascends.
  func firstPlace(_ isBefore: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
