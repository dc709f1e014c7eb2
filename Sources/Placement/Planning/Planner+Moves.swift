package import Basics

/// What a split or a move of slots comes to, and why, for people.
package struct MovePlan: Equatable, Sendable {
  package var order: MoveOrder
  package var reason: String
}

extension Planner {
  /// Makes a shard out of a part of another one's slots.
  ///
  /// - Parameters:
  ///   - slots: which; `nil`: the upper half.
  ///   - middle: the last slot of the half that stays, where the load is to be halved and it is known.
  package func split(
    _ shard: ShardID, slots: ClosedRange<UInt16>? = nil, middle: UInt16? = nil
  ) throws(PlanRefusal) -> MovePlan {
    let owned = try ownedRanges(of: shard)
    let count = owned.reduce(0) { $0 + $1.count }
    guard count > 1 else { throw .nothingToSplit(shard) }
    let ranges: [ClosedRange<UInt16>]
    if let slots {
      ranges = try chosen(slots, of: shard)
      guard ranges[0].count < count else { throw .nothingToSplit(shard) }
    } else {
      ranges = try upperPart(owned, of: shard, behind: middle)
    }
    let founders = try founders()
    let order = MoveOrder(
      from: shard, ranges: ranges, founders: founders, preferredLeader: leastLeading(of: founders))
    let nodes = founders.map(\.description).joined(separator: ", ")
    return MovePlan(
      order: order,
      reason: "a new shard on nodes \(nodes) takes \(order.slotCount) of the \(count) slots of shard \(shard)")
  }

  /// Gives slots of a shard to another one that is there.
  package func moveSlots(
    _ slots: ClosedRange<UInt16>, from: ShardID, to: ShardID
  ) throws(PlanRefusal) -> MovePlan {
    _ = try ownedRanges(of: from)
    guard to != .meta, to != from, table.shard(to) != nil else { throw .unknownShard(to) }
    let order = MoveOrder(from: from, to: to, ranges: try chosen(slots, of: from))
    return MovePlan(order: order, reason: "shard \(to) takes \(order.slotCount) slots of shard \(from)")
  }

  private func ownedRanges(of shard: ShardID) throws(PlanRefusal) -> [ClosedRange<UInt16>] {
    guard shard != .meta, table.shard(shard) != nil else { throw .unknownShard(shard) }
    if let move = table.moves.first(where: { !$0.isOver && ($0.from == shard || $0.to == shard) }) {
      throw .shardIsMoving(shard, move: move.id)
    }
    return table.shardMap.ranges(of: shard)
  }

  private func chosen(_ slots: ClosedRange<UInt16>, of shard: ShardID) throws(PlanRefusal) -> [ClosedRange<UInt16>] {
    guard Int(slots.upperBound) < Slot.count, table.shardMap.owns(slots, shard) else { throw .slotsNotOwned(shard) }
    return [slots]
  }

  /// The slots behind the middle: by their number, or where the load is halved.
  private func upperPart(
    _ owned: [ClosedRange<UInt16>], of shard: ShardID, behind middle: UInt16?
  ) throws(PlanRefusal) -> [ClosedRange<UInt16>] {
    let slots = owned.flatMap { $0 }
    var kept = slots.count / 2
    if let middle { kept = min(max(slots.firstPlace { $0 <= middle }, 1), slots.count - 1) }
    let first = slots[kept]
    let ranges = owned.filter { $0.upperBound >= first }.map { max($0.lowerBound, first)...$0.upperBound }
    guard ranges.count <= MoveOrder.rangesMax else { throw .nothingToSplit(shard) }
    return ranges
  }

  /// The nodes of a new shard: where there is the least, in different zones if there are enough.
  private func founders() throws(PlanRefusal) -> [NodeID] {
    var board = PlanBoard(table, observed, draining: .none)
    let record = ShardRecord(
      shard: .meta, goal: [], placed: [], nextLife: ReplicaLife(0), goalRevision: 0, revision: 0)
    board.shards = [PlannedShard(record: record, nodes: [], leader: nil, weight: 0)]
    let wanted = min(Int(table.settings.replicationFactor), board.targets.count).largestOdd
    while board.shards[0].nodes.count < wanted, let place = board.bestPlace(for: board.shards[0]) {
      board.add(place, to: 0, "found on \(board.name(place))")
    }
    guard !board.shards[0].nodes.isEmpty else { throw .noNodes }
    return board.shards[0].nodes.map { board.nodes[$0].number }
  }

  private func leastLeading(of founders: [NodeID]) -> NodeID {
    let board = PlanBoard(table, observed, draining: .none)
    let places = founders.compactMap { table.place(of: $0) }
    return board.leastLeading(of: places, favouring: nil).map { board.nodes[$0].number } ?? .none
  }
}
