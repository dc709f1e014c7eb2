internal import Basics

// What is done without a hand for the inventory shards.

extension Planner {
  func repairs(draining: NodeID) -> [GoalChange] {
    var board = PlanBoard(table, observed, draining: draining)
    // Who is silent for a while counts as a place, and gets nothing.
    let target = min(Int(table.settings.replicationFactor), board.usable.count).largestOdd
    guard !board.usable.isEmpty else { return [] }
    for shard in board.shards.indices where canChange(board.shards[shard]) {
      replace(shard, &board, target: target)
      renewFaulty(shard, &board)
      preferLeader(of: shard, &board)
    }
    return board.changes()
  }

  /// A group that has lost its majority can change nothing; it waits for its nodes, or for the hand of ops.
  private func canChange(_ shard: PlannedShard) -> Bool {
    let voters = shard.record.placed.filter { $0.isVoter }
    let present = voters.count { member in
      observed.silentSeconds[member.node] ?? 0 == 0 && !observed.isFaulty(member, of: shard.record.shard)
        && table.node(member.node)?.state != .removed
    }
    return present > voters.count / 2
  }

  /// Makes up for replicas that are too few, and takes them off nodes that are to have none. A replica on a dead node goes
  /// only together with its replacement: a vote that may come back is worth more than none. One on a node that drains or was
  /// removed goes by the will of ops, who were told what that leaves. What there is already is never given up for an odd
  /// number: a copy more is worth more.
  private func replace(_ shard: Int, _ board: inout PlanBoard, target: Int) {
    let leaving = board.shards[shard].nodes.filter { !board.nodes[$0].isUsable }
    let wanted = min(board.shards[shard].nodes.count, Int(table.settings.replicationFactor))
    var staying = board.shards[shard].nodes.count - leaving.count
    while staying < max(target, leaving.isEmpty ? 0 : wanted), let place = board.bestPlace(for: board.shards[shard]) {
      board.add(place, to: shard, "add \(board.name(place))")
      staying += 1
    }
    for node in leaving where staying > 0 {
      let isWilled = board.nodes[node].isDraining || board.nodes[node].isRemoved
      guard staying >= (isWilled ? min(target, wanted) : wanted) else { continue }
      board.remove(node, from: shard, "\(board.name(node)) \(board.nodes[node].isDraining ? "drains" : "is gone")")
    }
    while board.shards[shard].nodes.count > Int(table.settings.replicationFactor), staying > target,
      let node = board.mostExpendable(of: shard)
    {
      board.remove(node, from: shard, "one replica too many on \(board.name(node))")
      staying -= 1
    }
  }

  /// A damaged replica is made anew, if the others are a majority of themselves meanwhile. One at a time.
  private func renewFaulty(_ shard: Int, _ board: inout PlanBoard) {
    let record = board.shards[shard].record
    guard record.isGoalMet, record.goal.count > 1 else { return }
    for member in record.goal where observed.isFaulty(member, of: record.shard) {
      guard let place = table.place(of: member.node), board.shards[shard].has(place) else { continue }
      let others = record.goal.filter { $0.node != member.node }
      let well = others.count { other in
        observed.silentSeconds[other.node] ?? 0 == 0 && !observed.isFaulty(other, of: record.shard)
      }
      guard well > others.count / 2 else { continue }
      board.shards[shard].renewed = [place]
      board.shards[shard].reasons.append("the replica on \(board.name(place)) is damaged")
      if board.shards[shard].leader == place { board.setLeader(nil, of: shard) }
      return
    }
  }

  private func preferLeader(of shard: Int, _ board: inout PlanBoard) {
    if let leader = board.shards[shard].leader, board.shards[shard].has(leader), board.nodes[leader].isUsable { return }
    let record = board.shards[shard].record
    let renewed = board.shards[shard].renewed
    // Who leads now goes on if it may: a change of leaders costs its callers a moment.
    let present = observed.leaders[record.shard].flatMap { table.place(of: $0) }
    let able = board.shards[shard].nodes.filter { board.nodes[$0].isTarget && !renewed.contains($0) }
    if let best = board.leastLeading(of: able, favouring: present) {
      board.setLeader(best, of: shard, "lead from \(board.name(best))")
    }
  }
}

extension PlanBoard {
  /// The node that leads the fewest shards; of those alike the favoured one, else the first.
  func leastLeading(of nodes: [Int], favouring favourite: Int?) -> Int? {
    nodes.min { left, right in
      let (mine, other) = (self.nodes[left].leaderCount, self.nodes[right].leaderCount)
      if mine != other { return mine < other }
      if (left == favourite) != (right == favourite) { return left == favourite }
      return left < right
    }
  }

  /// The replica that a shard misses least: one beside another in its zone, on the node that has most; never the leader's.
  func mostExpendable(of shard: Int) -> Int? {
    shards[shard].nodes.filter { $0 != shards[shard].leader }.max { left, right in
      let (mine, other) = (neighbours(of: left, in: shards[shard]), neighbours(of: right, in: shards[shard]))
      if mine != other { return mine < other }
      return isLighter(left, right)
    }
  }
}
