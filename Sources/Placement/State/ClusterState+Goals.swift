internal import Basics

// Where replicas are to be, and where they are.

extension ClusterState {
  mutating func setGoals(_ goals: [ShardGoal], _ changes: inout StateChanges) -> ClusterOutcome {
    var refused: [GoalRefusal] = []
    for goal in goals {
      if let reason = set(goal, &changes) { refused.append(GoalRefusal(shard: goal.shard, reason: reason)) }
    }
    return .goals(set: goals.count - refused.count, refused: refused)
  }

  private mutating func set(_ goal: ShardGoal, _ changes: inout StateChanges) -> GoalRefusal.Reason? {
    guard var record = table.shard(goal.shard) else { return .unknownShard }
    guard record.goalRevision == goal.expectedRevision else { return .staleRevision }
    if let reason = refusal(of: goal, record) { return reason }
    var members: [GoalMember] = []
    for place in goal.places {
      let life = life(of: place, &record)
      members.append(GoalMember(node: place.node, life: life, isVoter: place.isVoter))
    }
    if record.leavesNobody(members) { members = record.keepingPlaced(members) }
    guard members != record.goal || goal.preferredLeader != record.preferredLeader else { return nil }
    record.goal = members
    record.preferredLeader = goal.preferredLeader
    record.goalRevision = appliedIndex
    store(record, &changes)
    return nil
  }

  private func refusal(of goal: ShardGoal, _ record: ShardRecord) -> GoalRefusal.Reason? {
    let voters = goal.places.count { $0.isVoter }
    guard voters > 0, voters <= Int(ClusterSettings.replicationFactorMax), goal.places.count <= ClusterTable.nodesMax,
      zip(goal.places, goal.places.dropFirst()).allSatisfy({ $0.node < $1.node })
    else { return .malformed }
    for place in goal.places {
      // A removed node's place stays until there is another one for it: nothing else may wait for that.
      guard let node = table.node(place.node), node.state != .removed || record.goalMember(on: place.node) != nil
      else { return .unusableNode }
    }
    let preferred = goal.preferredLeader
    guard preferred == .none || goal.places.contains(where: { $0.node == preferred && $0.isVoter }) else {
      return .leaderIsNoVoter
    }
    return nil
  }

  /// A replica that the shard has or is to have on the node goes on with its life. Any other is a new one: what an earlier
  /// life promised, and may have forgotten, is then nobody's promise.
  private func life(of place: ShardGoal.Place, _ record: inout ShardRecord) -> ReplicaLife {
    if !place.isRenewed, let known = record.goalMember(on: place.node) ?? record.placedMember(on: place.node) {
      return known.life
    }
    defer { record.nextLife = record.nextLife.next }
    return record.nextLife
  }

  /// Asked for again it changes nothing: the goal names another life by then.
  mutating func renewMember(
    of shard: ShardID, on node: NodeID, _ life: ReplicaLife, _ changes: inout StateChanges
  ) -> ClusterOutcome {
    guard var record = table.shard(shard), let place = record.goal.firstIndex(where: { $0.node == node }),
      record.goal[place].life == life
    else { return .done }
    var members = record.goal
    members[place].life = record.nextLife
    guard !record.leavesNobody(members) else { return .done }
    record.goal = members
    record.nextLife = record.nextLife.next
    record.goalRevision = appliedIndex
    store(record, &changes)
    return .done
  }

  /// A report of an earlier entry says nothing that is not known better.
  mutating func reportPlaced(_ report: PlacedReport, _ changes: inout StateChanges) -> ClusterOutcome {
    guard var record = table.shard(report.shard), report.index > record.placedIndex else { return .done }
    record.placed = report.members
    record.placedIndex = report.index
    // Members from before the cluster was founded, or moved by hand.
    for member in report.members { record.nextLife = max(record.nextLife, member.life.next) }
    store(record, &changes)
    return .done
  }
}

extension ShardRecord {
  /// Whether each of the members is to follow an earlier life on its node, and no other node has a vote: then nobody is
  /// there who could give them the state.
  fileprivate func leavesNobody(_ members: [GoalMember]) -> Bool {
    members.allSatisfy { member in placedMember(on: member.node).map { $0.life != member.life } ?? false }
      && placed.allSatisfy { placed in !placed.isVoter || members.contains { $0.node == placed.node } }
  }

  /// The members with the lives that are there.
  fileprivate func keepingPlaced(_ members: [GoalMember]) -> [GoalMember] {
    members.map { member in
      var kept = member
      if let placed = placedMember(on: member.node) { kept.life = placed.life }
      return kept
    }
  }
}
