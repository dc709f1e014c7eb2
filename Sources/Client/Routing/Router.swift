package import API
package import Basics
package import Placement

/// Knows the nodes, and which of them leads which shard; answers where a call is best sent. A value without clock or
/// randomness, so that a simulator may use it.
///
/// It begins with the nodes that the caller named and learns the others from the cluster's shard map. What it knows may
/// be wrong at any time, and nothing but speed depends on it: any node takes any call.
package struct Router: Equatable, Sendable {
  package struct Node: Equatable, Sendable {
    package let name: NodeName
    /// The cluster's number for it; 0 while no map tells of it.
    package fileprivate(set) var number: UInt64
    /// By the caller. Such a node is kept whatever the map says: it is what is left when nothing else can be reached.
    package let isNamed: Bool
  }

  private struct Shard: Equatable, Sendable {
    var number: UInt32
    /// A place in ``nodes``.
    var leader: Int?
    var replicas: [Int] = []
    /// Nobody has said who leads it, or whoever was said to has failed since.
    var isLeaderless = true
    /// Did not act as the leader, and for a while is not believed to be it.
    var doubted: Int?
    var doubtedUntil = Instant.zero
  }

  /// How long a map counts as newer than one of a lower epoch: a cluster that was made anew begins to count anew.
  private static let epochMilliseconds: UInt64 = 30_000
  private static let doubtMilliseconds: UInt64 = 1_000
  /// Places that are worth trying for one attempt.
  static let placesMax = 16

  /// A node keeps its place; one that has left leaves `nil` there, for the next one that comes.
  package private(set) var nodes: [Node?]
  /// Grows with each change, so that others can tell that what they derived is old.
  package private(set) var version: UInt64 = 0
  private var shards: [Shard] = []
  /// The slots' shards, counted from 0 without gaps; empty before there is a map.
  package private(set) var shardOfSlot: [UInt16] = []
  private var epoch: UInt64 = 0
  private var learnedAt = Instant.zero

  /// - Parameter named: at least one.
  package init(named: [NodeName]) {
    invariant(!named.isEmpty, "a router without nodes")
    nodes = []
    for name in named where !nodes.contains(where: { $0?.name == name }) {
      nodes.append(Node(name: name, number: 0, isNamed: true))
    }
  }

  package var hasMap: Bool { !shardOfSlot.isEmpty }
  /// Whether every shard's leader is known.
  package var isSettled: Bool { hasMap && !shards.contains { $0.isLeaderless } }

  // MARK: where to

  /// The places to try for a call, the best one first: the leader, the shard's other replicas, other nodes.
  ///
  /// - Parameters:
  ///   - turn: differs from call to call and from attempt to attempt, so that equally good nodes take turns.
  ///   - last: where the call has just failed; tried last.
  package func places(for target: CallTarget, turn: Int, avoiding last: Int? = nil) -> [Int] {
    var places: [Int] = []
    func add(_ candidates: [Int]) {
      for offset in candidates.indices where places.count < Self.placesMax {
        let place = candidates[(offset + turn) % candidates.count]
        if !places.contains(place) { places.append(place) }
      }
    }
    let shard = shard(of: target).map { shards[$0] }
    if let shard {
      if let leader = shard.leader { places.append(leader) }
      add(shard.replicas)
    }
    if target != .namedNode { add(nodes.indices.filter { nodes[$0].map { $0.number != 0 } ?? false }) }
    add(nodes.indices.filter { nodes[$0]?.isNamed ?? false })
    let doubted = shard?.leader == nil ? shard?.doubted : nil
    for worse in [doubted, last] {
      if let worse, let index = places.firstIndex(of: worse) { places.append(places.remove(at: index)) }
    }
    return places
  }

  /// The leader's place, if it is known.
  package func leader(of target: CallTarget) -> Int? { shard(of: target).flatMap { shards[$0].leader } }

  /// The leader's place for each slot, `UInt16.max` where none is known; empty before there is a map. For those who look
  /// up so many that they keep a table, until ``version`` changes.
  package var leadersBySlot: [UInt16] {
    shardOfSlot.map { shards[Int($0)].leader.map { UInt16(truncatingIfNeeded: $0) } ?? .max }
  }

  /// The slot's shard, counted from 0 without gaps; `nil` before there is a map.
  package func shard(of slot: Slot) -> Int? { hasMap ? Int(shardOfSlot[Int(slot.rawValue)]) : nil }

  private func shard(of target: CallTarget) -> Int? {
    switch target {
    case .namedNode, .anyNode: nil
    case .metaShard: shards.firstIndex { $0.number == 0 }
    case .slot(let slot): shard(of: slot)
    }
  }

  // MARK: what is learned

  /// A node did not act as the leader of the call's shard: it could not be reached, said so, or did not answer.
  package mutating func doubt(_ place: Int, for target: CallTarget, at now: Instant) {
    guard let shard = shard(of: target), shards[shard].leader == place else { return }
    shards[shard].leader = nil
    shards[shard].isLeaderless = true
    shards[shard].doubted = place
    shards[shard].doubtedUntil = now.advanced(byMilliseconds: Self.doubtMilliseconds)
    version += 1
  }

  /// A node has told who leads the call's shard.
  package mutating func learn(leader number: UInt64, of target: CallTarget) {
    guard let shard = shard(of: target), let place = place(ofNode: number) else { return }
    if shards[shard].leader == place { return }
    shards[shard].leader = place
    shards[shard].isLeaderless = false
    version += 1
  }

  private func place(ofNode number: UInt64) -> Int? {
    number == 0 ? nil : nodes.firstIndex { $0?.number == number }
  }

  /// Takes over a shard map; `false` when it is older than what is known, or makes no sense.
  package mutating func learn(_ map: GetShardMapResponse, at now: Instant) -> Bool {
    let isOld = map.epoch < epoch && now < learnedAt.advanced(byMilliseconds: Self.epochMilliseconds)
    if isOld { return false }
    var ordinals: [UInt32: UInt16] = [:]
    for (ordinal, shard) in map.shards.enumerated() { ordinals[shard.shard] = UInt16(truncatingIfNeeded: ordinal) }
    guard map.shards.count < Int(UInt16.max), let owners = Self.owners(map, ordinals) else { return false }
    learnNodes(map.nodes)
    var places: [UInt64: Int] = [:]
    for (place, node) in nodes.enumerated() { if let number = node?.number, number != 0 { places[number] = place } }
    let doubts = shards.filter { $0.doubted != nil && now < $0.doubtedUntil }
    shards = map.shards.map { Self.shard($0, places, doubts) }
    shardOfSlot = owners
    epoch = map.epoch
    learnedAt = now
    version += 1
    return true
  }

  /// The shard of each slot; `nil` unless every slot has one.
  private static func owners(_ map: GetShardMapResponse, _ ordinals: [UInt32: UInt16]) -> [UInt16]? {
    guard map.slotCount == UInt32(Slot.count) else { return nil }
    var owners: [UInt16] = []
    owners.reserveCapacity(Slot.count)
    for range in map.ranges {
      guard range.slotFirst == UInt32(owners.count), range.slotFirst <= range.slotLast,
        range.slotLast < UInt32(Slot.count), let ordinal = ordinals[range.shard]
      else { return nil }
      owners.append(contentsOf: repeatElement(ordinal, count: Int(range.slotLast - range.slotFirst) + 1))
    }
    return owners.count == Slot.count ? owners : nil
  }

  private mutating func learnNodes(_ members: [NodeAddress]) {
    var numbers: [NodeName: UInt64] = [:]
    for member in members where member.nodeID != 0 {
      guard let name = NodeName(member.address), !name.isUnspecified else { continue }
      numbers[name] = member.nodeID
    }
    for place in nodes.indices {
      guard let node = nodes[place] else { continue }
      nodes[place]?.number = numbers[node.name] ?? 0
      if numbers[node.name] == nil, !node.isNamed { nodes[place] = nil }
    }
    for member in members {
      guard let name = NodeName(member.address), let number = numbers[name], number == member.nodeID else { continue }
      if nodes.contains(where: { $0?.name == name }) { continue }
      let node = Node(name: name, number: number, isNamed: false)
      if let free = nodes.firstIndex(of: nil) { nodes[free] = node } else { nodes.append(node) }
    }
  }

  private static func shard(_ placement: ShardPlacement, _ places: [UInt64: Int], _ doubts: [Shard]) -> Shard {
    var shard = Shard(number: placement.shard)
    shard.leader = places[placement.leaderNodeID]
    shard.replicas = placement.replicaNodeIDs.compactMap { places[$0] }
    shard.isLeaderless = placement.leaderNodeID == 0
    if let doubt = doubts.first(where: { $0.number == placement.shard }) {
      shard.doubted = doubt.doubted
      shard.doubtedUntil = doubt.doubtedUntil
      if shard.leader == doubt.doubted {
        // The map is older than what was seen; another node may have told who leads since.
        shard.leader = doubt.leader.flatMap { shard.replicas.contains($0) ? $0 : nil }
        shard.isLeaderless = shard.leader == nil
      }
    }
    return shard
  }
}
