internal import Basics

// Who belongs to the cluster.

extension ClusterState {
  mutating func found(_ founding: Founding, _ changes: inout StateChanges) -> ClusterOutcome {
    if table.isFounded {
      // Proposed again because the first answer was lost.
      let isTheSame =
        table.cluster == founding.cluster
        && table.node(founding.node)?.directory == founding.description.directory
      return isTheSame ? .done : .refused(.alreadyFounded(cluster: table.cluster))
    }
    storeIdentity(cluster: founding.cluster, storeCount: founding.storeCount, &changes)
    store(founding.shardMap, &changes)
    var settings = table.settings
    // There is no other node yet that might not keep up with the founder.
    settings.featureLevel = max(settings.featureLevel, founding.description.featureLevel)
    store(settings, &changes)
    store(NodeRecord(number: founding.node, description: founding.description), &changes)
    let alone = [GoalMember(node: founding.node, life: ReplicaLife(0))]
    for shard in [.meta] + founding.shardMap.inventoryShards {
      store(
        ShardRecord(
          shard: shard, goal: alone, placed: alone, preferredLeader: founding.node, nextLife: ReplicaLife(1),
          goalRevision: appliedIndex, revision: appliedIndex), &changes)
    }
    return .done
  }

  mutating func addNode(_ description: NodeDescription, _ changes: inout StateChanges) -> ClusterOutcome {
    if let known = table.node(ofDirectory: description.directory) {
      // Who joins again has not run yet, and says nothing of starts.
      var description = description
      description.start = known.start
      return updateNode(known.number, description, replacing: known.start, &changes)
    }
    if let refusal = featureRefusal(.none, description) { return .refused(refusal) }
    guard table.nodes.count(where: { $0.state != .removed }) < ClusterTable.nodesMax, let last = table.nodes.last else {
      return .refused(.tooManyNodes)
    }
    let number = NodeID(last.number.rawValue + 1)
    store(NodeRecord(number: number, description: description), &changes)
    joinMeta(number, &changes)
    return outcome(of: number)
  }

  /// Every node has a replica of the meta shard, from the moment that it belongs to the cluster: how else would it learn
  /// of its goals. A node's number is used once, so its first replica is its first life.
  private mutating func joinMeta(_ number: NodeID, _ changes: inout StateChanges) {
    guard var meta = table.shard(.meta) else { invariantViolated("a founded cluster has no meta shard") }
    meta.goal.append(GoalMember(node: number, life: ReplicaLife(0), isVoter: false))
    meta.goalRevision = appliedIndex
    store(meta, &changes)
  }

  mutating func updateNode(
    _ number: NodeID, _ description: NodeDescription, replacing: NodeStart, _ changes: inout StateChanges
  ) -> ClusterOutcome {
    guard var node = table.node(number) else { return .refused(.unknownNode(number)) }
    guard node.directory == description.directory else { return .refused(.otherDirectory(number)) }
    guard node.state != .removed else { return .refused(.nodeIsRemoved(number)) }
    // Of two processes that follow the same start, on copies of one directory, the first to be heard is the node.
    guard description.start == node.start || (replacing == node.start && description.start.number > node.start.number)
    else { return .refused(.otherStart(number)) }
    if let refusal = featureRefusal(number, description) { return .refused(refusal) }
    if node.description != description {
      node.description = description
      store(node, &changes)
    }
    return outcome(of: number)
  }

  private func featureRefusal(_ number: NodeID, _ description: NodeDescription) -> ClusterRefusal? {
    let needed = table.settings.featureLevel
    return description.featureLevel < needed ? .featureLevelTooLow(number, needed: needed) : nil
  }

  mutating func setNodeState(
    _ number: NodeID, _ state: NodeRecord.State, isForced: Bool, losesData: Bool, _ changes: inout StateChanges
  ) -> ClusterOutcome {
    guard var node = table.node(number) else { return .refused(.unknownNode(number)) }
    guard node.state != state else { return outcome(of: number) }
    guard node.state != .removed else { return .refused(.nodeIsRemoved(number)) }
    if state == .draining, !isForced {
      let needing = shardsNeeding(number)
      guard needing.isEmpty else { return .refused(.nodeIsNeeded(number, shards: needing)) }
    }
    if state == .removed {
      let count = table.replicaCount(on: number)
      guard count == 0 || isForced else { return .refused(.nodeHasReplicas(number, shardCount: count)) }
      let silenced = losesData ? [] : shardsSilenced(without: number)
      guard silenced.isEmpty else { return .refused(.nodeIsNeeded(number, shards: silenced)) }
      guard leaveMeta(number, &changes) else { return .refused(.nodeIsNeeded(number, shards: [.meta])) }
    }
    node.state = state
    store(node, &changes)
    return outcome(of: number)
  }

  /// The shards of which a node has a replica that could go nowhere else: every other active node has one already.
  private func shardsNeeding(_ number: NodeID) -> [ShardID] {
    let others = table.nodes.count { $0.state == .active && $0.number != number }
    return table.shards.filter { record in
      record.shard != .meta && record.goalMember(on: number) != nil && record.goal.count > others
    }.map(\.shard)
  }

  /// The shards in which, without a node, those who vote now would be no majority: its vote may be needed for the very
  /// change that removes it, and nobody talks to a node that was removed.
  private func shardsSilenced(without number: NodeID) -> [ShardID] {
    table.shards.filter { record in
      let voters = record.placed.filter { $0.isVoter }
      guard voters.contains(where: { $0.node == number }) else { return false }
      let left = voters.count { $0.node != number && table.node($0.node)?.state != .removed }
      return left <= voters.count / 2
    }.map(\.shard)
  }

  /// Takes a node's replica out of the meta shard's goal, unless nobody would vote there.
  private mutating func leaveMeta(_ number: NodeID, _ changes: inout StateChanges) -> Bool {
    guard var meta = table.shard(.meta) else { invariantViolated("a founded cluster has no meta shard") }
    meta.goal.removeAll { $0.node == number }
    guard meta.goal.contains(where: { $0.isVoter }) else { return false }
    if meta.preferredLeader == number { meta.preferredLeader = .none }
    meta.goalRevision = appliedIndex
    store(meta, &changes)
    return true
  }

  private func outcome(of number: NodeID) -> ClusterOutcome {
    guard let node = table.node(number) else { invariantViolated("a node is not where it was put") }
    let meta = table.shard(.meta)
    let life = (meta?.goalMember(on: number) ?? meta?.placedMember(on: number))?.life ?? ReplicaLife(0)
    return .node(node, metaLife: life)
  }
}
