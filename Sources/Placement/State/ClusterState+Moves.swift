internal import Basics

// Slots that change their shard, and shards that are made for them.

extension ClusterState {
  /// Finished moves that are remembered, for people.
  static let finishedMovesMax = 32

  /// Orders a move for each range. A source gives slots away by one order at a time: so an order that is repeated because
  /// its answer was lost is refused, and does not make another shard.
  mutating func beginMoves(_ order: MoveOrder, _ changes: inout StateChanges) -> ClusterOutcome {
    if let refusal = refusal(of: order) { return .refused(refusal) }
    let to = order.to == .meta ? foundShard(order, &changes) : order.to
    var moves: [SlotMove] = []
    for (place, range) in order.ranges.enumerated() {
      let id = appliedIndex << 16 | UInt64(place)
      let move = SlotMove(id: id, slots: range, from: order.from, to: to, ordered: stamp)
      store(move, &changes)
      moves.append(move)
    }
    return .moves(moves)
  }

  private func refusal(of order: MoveOrder) -> ClusterRefusal? {
    guard order.from != .meta, table.shard(order.from) != nil else { return .unknownShard(order.from) }
    guard order.to == .meta || (table.shard(order.to) != nil && order.to != order.from) else {
      return .unknownShard(order.to)
    }
    if let move = table.moves.first(where: { !$0.isOver && $0.from == order.from }) {
      return .shardIsMoving(order.from, move: move.id)
    }
    // Slots that come must not be on their way elsewhere before they are there.
    if let move = table.moves.first(where: { !$0.isOver && $0.to == order.from }) {
      return .shardIsMoving(order.from, move: move.id)
    }
    guard !order.ranges.isEmpty,
      zip(order.ranges, order.ranges.dropFirst()).allSatisfy({ $0.upperBound < $1.lowerBound })
    else { return .slotsNotOwned(order.from) }
    for range in order.ranges where !table.shardMap.owns(range, order.from) { return .slotsNotOwned(order.from) }
    if order.to == .meta { return refusalOfFounders(order) }
    return nil
  }

  private func refusalOfFounders(_ order: MoveOrder) -> ClusterRefusal? {
    guard table.shards.count <= ClusterTable.shardsMax else { return .tooManyShards }
    let areUsable = order.founders.allSatisfy { table.node($0).map { $0.state == .active } ?? false }
    guard !order.founders.isEmpty, areUsable, zip(order.founders, order.founders.dropFirst()).allSatisfy({ $0 < $1 }),
      order.preferredLeader == .none || order.founders.contains(order.preferredLeader)
    else { return .noFounders }
    return nil
  }

  /// Makes a shard without slots. Its first members all begin alike, each on its own node, as soon as that knows of it:
  /// nobody can be asked for a state, as there is none.
  private mutating func foundShard(_ order: MoveOrder, _ changes: inout StateChanges) -> ShardID {
    guard let last = table.shards.last else { invariantViolated("a founded cluster has no shards") }
    let shard = ShardID(last.shard.rawValue + 1)
    let founders = order.founders.map { GoalMember(node: $0, life: ReplicaLife(0)) }
    store(
      ShardRecord(
        shard: shard, goal: founders, placed: founders, preferredLeader: order.preferredLeader,
        nextLife: ReplicaLife(1),
        goalRevision: appliedIndex, revision: appliedIndex, founders: founders), &changes)
    return shard
  }

  /// The target has everything of some slots: from now on they are its own. The source has refused them before, so
  /// nobody serves them in between, and nobody does twice.
  mutating func assignSlots(
    _ id: UInt64, _ slots: ClosedRange<UInt16>, _ changes: inout StateChanges
  ) -> ClusterOutcome {
    guard var move = table.move(id), move.slots.contains(slots.lowerBound), move.slots.contains(slots.upperBound) else {
      return .refused(.unknownMove(id))
    }
    // Said before: the answer was lost, or the slots have gone on to a third shard since.
    guard table.shardMap.owns(slots, move.from) else { return .done }
    if move.firstMoved == .zero { move.firstMoved = stamp }
    move.movedCount += UInt32(slots.count)
    store(move, &changes)
    store(table.shardMap.assigning(slots, to: move.to), &changes)
    return .done
  }

  mutating func setMoveState(
    _ id: UInt64, _ state: SlotMove.State, _ changes: inout StateChanges
  ) -> ClusterOutcome {
    guard var move = table.move(id) else { return .refused(.unknownMove(id)) }
    if move.state == state { return .moves([move]) }
    switch (move.state, state) {
    case (.running, .paused), (.paused, .running), (.running, .cancelled), (.paused, .cancelled): break
    // Only the source's leader knows when nothing is left, see `finishMove`.
    case (_, .finished), (.finished, _), (.cancelled, _), (_, .running), (_, .paused), (_, .cancelled):
      return .refused(.moveIsOver(id))
    }
    move.state = state
    store(move, &changes)
    return .moves([move])
  }

  mutating func reportMove(_ report: MoveReport, _ changes: inout StateChanges) -> ClusterOutcome {
    guard var move = table.move(report.move), !move.isOver else { return .done }
    move.phase = report.phase
    move.recordsCopied = report.recordsCopied
    move.bytesCopied = report.bytesCopied
    move.reported = stamp
    store(move, &changes)
    return .done
  }

  /// The source has nothing left to do for a move: every slot is the target's, or the move was cancelled.
  mutating func finishMove(_ id: UInt64, _ changes: inout StateChanges) -> ClusterOutcome {
    guard var move = table.move(id), !move.isOver else { return .done }
    guard move.state == .cancelled || !table.shardMap.ownsAny(of: move.slots, move.from) else {
      return .refused(.slotsNotOwned(move.to))
    }
    move.state = .finished
    store(move, &changes)
    forgetFinishedMoves(&changes)
    return .done
  }

  private mutating func forgetFinishedMoves(_ changes: inout StateChanges) {
    var excess = table.moves.count(where: \.isOver) - Self.finishedMovesMax
    table.moves.removeAll { move in
      guard excess > 0, move.isOver else { return false }
      excess -= 1
      changes.delete(key: ClusterKey.move(prefix, move.id).rawSpan)
      return true
    }
  }

  /// Adds a move, or replaces its record.
  private mutating func store(_ move: SlotMove, _ changes: inout StateChanges) {
    var move = move
    move.revision = appliedIndex
    table.revision = appliedIndex
    if let place = table.moves.firstIndex(where: { $0.id == move.id }) {
      table.moves[place] = move
    } else {
      invariant(table.moves.last.map { $0.id < move.id } ?? true, "moves are numbered in order")
      table.moves.append(move)
    }
    changes.put(ClusterKey.move(prefix, move.id)) { move.encode(into: &$0) }
  }
}
