internal import Basics

// The meta shard: on every node, with a few voters.

extension Planner {
  private static let metaVotersMax = 5

  /// Every node that was not removed has a replica. The voters are an odd number of nodes, in different zones if there are
  /// enough; who votes goes on voting as long as it can.
  func repairMeta() -> [GoalChange] {
    guard let record = table.shard(.meta) else { return [] }
    let board = PlanBoard(table, observed, draining: .none)
    let voters = metaVoters(record, board)
    guard !voters.isEmpty else { return [] }
    let places = table.nodes.filter { $0.state != .removed }
      .map { ShardGoal.Place(node: $0.number, isVoter: voters.contains($0.number)) }
    var leader = record.preferredLeader
    if !voters.contains(leader) || !isUsable(leader, board) {
      let present = observed.leaders[.meta] ?? .none
      let mayGoOn = voters.contains(present) && isUsable(present, board)
      leader = mayGoOn ? present : voters.first { isUsable($0, board) } ?? .none
    }
    guard places != record.places || leader != record.preferredLeader else { return [] }
    return [
      GoalChange(
        goal: ShardGoal(
          shard: .meta, expectedRevision: record.goalRevision, places: places, preferredLeader: leader),
        reason: "every node has the meta shard; nodes \(voters.map(\.description).joined(separator: ", ")) vote")
    ]
  }

  /// Who votes goes on voting, as long as it is there; a voter that is dead goes only when another one takes its place.
  private func metaVoters(_ record: ShardRecord, _ board: PlanBoard) -> [NodeID] {
    let present = record.goal.filter { $0.isVoter }.map(\.node)
    var voters = present.filter { isUsable($0, board) }
    let dead = present.filter { number in
      guard let node = table.place(of: number).map({ board.nodes[$0] }) else { return false }
      return !node.isUsable && !node.isDraining && !node.isRemoved
    }
    let candidates = board.targets.map { board.nodes[$0] }
    let ableCount = voters.count + dead.count + candidates.count { !present.contains($0.number) }
    let target = min(ableCount, Self.metaVotersMax).largestOdd
    while voters.count < target {
      let others = candidates.filter { !voters.contains($0.number) }
      guard let next = others.min(by: { isBetterVoter($0, $1, beside: voters) }) else { break }
      voters.append(next.number)
    }
    for node in dead where voters.count < target { voters.append(node) }
    while voters.count > target, let last = voters.last(where: { $0 != record.preferredLeader }) {
      voters.removeAll { $0 == last }
    }
    // Too few nodes can vote now: who did goes on.
    return voters.isEmpty ? present : voters.sorted()
  }

  private func isBetterVoter(_ left: PlannedNode, _ right: PlannedNode, beside voters: [NodeID]) -> Bool {
    func neighbours(_ node: PlannedNode) -> Int {
      node.zone.isEmpty ? 0 : voters.count { table.node($0)?.zone == node.zone }
    }
    let (mine, other) = (neighbours(left), neighbours(right))
    return mine != other ? mine < other : left.number < right.number
  }

  private func isUsable(_ node: NodeID, _ board: PlanBoard) -> Bool {
    table.place(of: node).map { board.nodes[$0].isUsable } ?? false
  }
}
