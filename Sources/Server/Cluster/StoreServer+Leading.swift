internal import Basics
internal import Placement
internal import Reactor
internal import Replication
internal import Storage

/// What the meta shard's leader does once a second: it hears the nodes, has the planner see to what needs no hand, compares
/// states, and tells every node. All of it can be done twice, or by two who believe that they lead: what they decide are
/// commands of the meta shard, each made from a revision of what it changes.
extension StoreServer {
  func leadCluster(_ own: NodeReport) {
    if duties.health == nil {
      duties.health = ClusterHealth(began: loop.now)
      duties.planned = PlannedState()
    }
    duties.health?.take(own, at: loop.now)
    guard cluster.isFounded else { return found() }
    compareStates()
    let view = clusterView()
    share(view)
    tellNodes(view)
    plan(view)
    raiseFeatureLevel()
  }

  /// The first node makes the cluster what its directory says. Only it ever leads a meta shard that is empty.
  private func found() {
    let format = node.identity.format
    guard format.number == NodeID(1), !node.clientAddress.isEmpty, store.appliedIndex(of: .meta) > 0 else { return }
    send([
      .found(
        Founding(
          cluster: format.cluster, storeCount: UInt32(format.storeCount), node: format.number,
          description: nodeDescription(""), shardMap: node.shardMap))
    ])
  }

  private func clusterView() -> ClusterView {
    var view = ClusterView()
    view.metaLeader = node.number
    view.meta = cluster.shard(.meta)
    guard let health = duties.health else { return view }
    view.live = cluster.nodes.filter { $0.state != .removed && health.isLive($0.number, now: loop.now) }.map(\.number)
    view.unfit = health.unfitNodes(now: loop.now)
    view.leaders = health.leaders(now: loop.now)
    health.digests.findings.forEach { shard, finding in
      view.divergent += finding.minority.map {
        ClusterView.Divergent(
          shard: shard, node: $0.node, life: $0.life, mark: DigestMark(index: finding.index, digest: $0.digest))
      }
      return true
    }
    return view
  }

  private func tellNodes(_ view: ClusterView) {
    var writer = ByteWriter()
    view.encode(into: &writer)
    for record in cluster.nodes where record.number != node.number && record.state != .removed {
      _ = links?.send(.nodeReport(writer.bytes), to: record.number)
    }
  }

  /// Has what needs no hand done. A plan is made again only when something has changed that it is made from, or while a
  /// node is silent, whose time may have come.
  private func plan(_ view: ClusterView) {
    let observed = observations(view)
    let state = PlannedState(
      revision: cluster.revision, live: view.live, faultyCount: observed.faulty.count, leaders: view.leaders)
    let isSomebodySilent = cluster.nodes.contains {
      $0.state != .removed && view.live.binarySearch($0.number) == nil
    }
    guard state != duties.planned || isSomebodySilent else { return }
    duties.planned = state
    let changes = Planner(cluster, observed).repair()
    guard !changes.isEmpty else { return }
    note(changes)
    for start in stride(from: 0, to: changes.count, by: Self.goalsInCommandMax) {
      send([.setGoals(changes[start..<min(changes.count, start + Self.goalsInCommandMax)].map(\.goal))])
    }
  }

  /// Keeps an entry of the meta shard small.
  static let goalsInCommandMax = 256

  func note(_ changes: [GoalChange]) {
    for change in changes.prefix(20) {
      let places = change.goal.places.map { $0.isVoter ? "\($0.node)" : "(\($0.node))" }.joined(separator: " ")
      node.logger.log(
        .info, "a shard's goal is changed",
        ["shard": change.goal.shard.description, "nodes": places, "why": change.reason])
    }
    if changes.count > 20 { node.logger.log(.info, "more goals are changed", ["count": "\(changes.count - 20)"]) }
  }

  /// What was heard, as the planner takes it.
  func observations(_ view: ClusterView) -> Observations {
    var observed = Observations()
    guard let health = duties.health else { return observed }
    for record in cluster.nodes where record.state != .removed {
      // Who has not said anything to this leader yet gets nothing either.
      let wasHeard = health[record.number] != nil || record.number == node.number
      guard !wasHeard || !health.isLive(record.number, now: loop.now) else { continue }
      let seconds = health.silentMilliseconds(record.number, now: loop.now) / 1_000
      observed.silentSeconds[record.number] = max(seconds, 1)
    }
    for leader in view.leaders {
      observed.leaders[leader.shard] = leader.node
    }
    // Of whose load nothing is known counts as one in the middle.
    let rates = cluster.shards.filter { $0.shard != .meta }.map { ($0.shard, health.commandsPerSecond(of: $0.shard)) }
    let known = rates.compactMap(\.1).sorted()
    for (shard, rate) in rates where !known.isEmpty {
      observed.loads[shard] = ShardLoad(writesPerSecond: rate ?? known[known.count / 2])
    }
    for record in cluster.nodes {
      for replica in health[record.number]?.report.replicas ?? [] where replica.isFaulty {
        observed.faulty.append(
          FaultyReplica(shard: replica.shard, node: record.number, life: replica.life))
      }
    }
    return observed
  }

  /// Replicas that have applied the same entries must have equal states. Only the present lives of voters have a say: a
  /// learner's state is a copy of somebody else's, which would count twice.
  private func compareStates() {
    for record in cluster.nodes {
      guard let report = duties.health?[record.number]?.report else { continue }
      for replica in report.replicas where !replica.isFaulty {
        guard let shard = cluster.shard(replica.shard), let member = shard.placedMember(on: record.number),
          member.isVoter, member.life == replica.life
        else { continue }
        let voterCount = shard.placed.count { $0.isVoter }
        for mark in [replica.checkpoint, replica.applied] {
          duties.health?.digests.take(
            mark, of: replica.shard, on: record.number, replica.life, voterCount: voterCount)
        }
      }
    }
    let cluster = cluster
    duties.health?.digests.forget { shard, word in
      guard let placed = cluster.shard(shard)?.placedMember(on: word.node) else { return false }
      return placed.life == word.life
    }
  }

  /// A feature is turned on when every node that was not removed knows it.
  private func raiseFeatureLevel() {
    let known = cluster.nodes.filter { $0.state != .removed }.map(\.featureLevel).min() ?? 0
    if known > cluster.settings.featureLevel { send([.raiseFeature(known)]) }
  }
}

extension [NodeID] {
  /// The place of an element in a list that ascends.
  func binarySearch(_ node: NodeID) -> Int? {
    let place = partitioningPlace { $0 < node }
    return place < count && self[place] == node ? place : nil
  }
}
