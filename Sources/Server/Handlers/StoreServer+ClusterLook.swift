internal import API
internal import Basics
internal import Placement
internal import Reactor
internal import Replication

/// How the whole cluster is: what the meta shard says it should be, and what its leader has heard.
extension StoreServer {
  func getCluster(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    _ = try RequestFields.decode(GetClusterRequest.self, message)
    try read(.clusterGetCluster, message, origin, from: .meta, nil)
  }

  func answerGetCluster(_ call: PendingCall) throws(CallFailure) {
    // Of a cluster that is being founded there is nothing to show yet.
    guard cluster.isFounded else { throw CallFailure(StoreRefusal.noLeader) }
    // It leads only just now, and knows what it has itself.
    if duties.health == nil { reportNode() }
    var response = GetClusterResponse()
    response.revision = cluster.revision
    response.clusterID = cluster.cluster.description
    response.metaLeaderNodeID = UInt64(node.number.rawValue)
    response.storeCount = cluster.storeCount
    let replicas = replicaTable()
    response.nodes = cluster.nodes.map { clusterNode($0) }
    response.shards = cluster.shards.map { clusterShard($0, replicas[$0.shard] ?? []) }
    response.settings = API.ClusterSettings(cluster.settings)
    response.alarms = clusterAlarms()
    response.moves = cluster.moves.map { slotMove($0) }
    answer(call.origin, response)
  }

  private func clusterNode(_ record: NodeRecord) -> ClusterNode {
    var entry = ClusterNode()
    entry.nodeID = UInt64(record.number.rawValue)
    entry.directoryID = record.directory.description
    entry.state = NodeState(record.state)
    entry.clientAddress = record.clientAddress
    entry.peerAddress = record.peerAddress
    entry.zone = record.zone
    entry.featureLevel = record.featureLevel
    entry.replicaCount = UInt32(cluster.replicaCount(on: record.number))
    guard let health = duties.health, record.state != .removed else { return entry }
    entry.isLive = health.isLive(record.number, now: loop.now)
    guard let heard = health[record.number] else { return entry }
    let report = heard.report
    entry.heardAgo = WellKnown.Duration(
      milliseconds: Int64(health.silentMilliseconds(record.number, now: loop.now)))
    entry.version = report.programVersion
    entry.uptime = WellKnown.Duration(milliseconds: Int64(clamping: report.uptimeMilliseconds))
    entry.diskFreeBytes = Int64(clamping: report.diskFreeByteCount)
    entry.clockOffsetMs = report.clockOffsetMilliseconds
    entry.leaderCount = UInt32(
      view.leaders.count { $0.node == record.number && $0.shard != .meta })
    heard.rates.forEach { _, rate in
      entry.entriesPerSecond += rate
      return true
    }
    entry.alarms = report.alarms.map { Alarm(kind: $0.kind, text: $0.text) }
    return entry
  }

  private func clusterShard(_ record: ShardRecord, _ replicas: [(node: NodeID, report: ReplicaReport)]) -> ClusterShard
  {
    var entry = ClusterShard()
    entry.shard = record.shard.rawValue
    entry.preferredLeaderNodeID = UInt64(record.preferredLeader.rawValue)
    entry.goal = record.goal.map { ShardMember($0) }
    entry.placed = record.placed.map { ShardMember($0) }
    // What was heard last may be of a node that is gone; the view leaves that out.
    if let leader = view.leader(of: record.shard) {
      entry.leaderNodeID = UInt64(leader.rawValue)
      entry.entriesPerSecond = duties.health?[leader]?.rates[record.shard] ?? 0
    }
    for (node, report) in replicas {
      if UInt64(node.rawValue) == entry.leaderNodeID {
        entry.appliedIndex = report.applied.index
        entry.across = AcrossStatus(report.across)
      }
      if report.isFaulty { entry.faultyNodeIDs.append(UInt64(node.rawValue)) }
      if report.snapshotDone > 0 || report.snapshotTotal > 0 {
        entry.progress.append(
          ReplicaProgress(
            nodeID: UInt64(node.rawValue), bytesDone: Int64(clamping: report.snapshotDone),
            bytesTotal: Int64(clamping: report.snapshotTotal)))
      }
    }
    return entry
  }

  /// What the nodes reported of their replicas, by shard.
  private func replicaTable() -> SortedMap<ShardID, [(node: NodeID, report: ReplicaReport)]> {
    var table = SortedMap<ShardID, [(node: NodeID, report: ReplicaReport)]>()
    for record in cluster.nodes where record.state != .removed {
      guard duties.health?.isLive(record.number, now: loop.now) == true else { continue }
      for replica in duties.health?[record.number]?.report.replicas ?? [] {
        table[replica.shard] = (table[replica.shard] ?? []) + [(record.number, replica)]
      }
    }
    return table
  }

  private func clusterAlarms() -> [Alarm] {
    var alarms: [Alarm] = []
    duties.health?.digests.findings.forEach { shard, finding in
      let words = finding.words.map { "node \($0.node)" }.joined(separator: ", ")
      let minority = finding.minority.map { "node \($0.node)" }.joined(separator: ", ")
      alarms.append(
        Alarm(
          kind: "STATE_DIVERGED",
          text: "shard \(shard): \(words) have applied the same entries up to \(finding.index) and differ"
            + (minority.isEmpty ? "; there is no majority yet" : "; out of service: \(minority)")))
      return true
    }
    return alarms
  }
}

extension NodeState {
  init(_ state: NodeRecord.State) {
    switch state {
    case .active: self = .active
    case .draining: self = .draining
    case .removed: self = .removed
    }
  }
}

extension ShardMember {
  init(_ member: GoalMember) {
    self.init(nodeID: UInt64(member.node.rawValue), life: member.life.rawValue, isVoter: member.isVoter)
  }
}

extension API.ClusterSettings {
  init(_ settings: Placement.ClusterSettings) {
    self.init(
      replicationFactor: settings.replicationFactor,
      snapshotBytesPerSecond: Int64(clamping: settings.snapshotBytesPerSecond),
      replaceDeadAfter: WellKnown.Duration(milliseconds: Int64(settings.replaceDeadAfterSeconds) * 1_000),
      featureLevel: settings.featureLevel,
      journalAgeMax: WellKnown.Duration(milliseconds: Int64(settings.journalAgeSeconds) * 1_000),
      journalBytesMax: Int64(clamping: settings.journalBytesMax))
  }
}
