package import API

// What the answer of GetCluster comes to. Pure, so that tests can say what a cluster looks like.

extension ClusterNode {
  /// Whether it is a member: it may be draining.
  var isMember: Bool { state == .active || state == .draining }
}

extension ClusterShard {
  package static let meta: UInt32 = 0

  /// Whether it has the replicas that it should have.
  package var isGoalMet: Bool { goal == placed }
  /// Whether whoever should lead does.
  package var hasItsLeader: Bool {
    preferredLeaderNodeID == 0 || preferredLeaderNodeID == leaderNodeID
  }

  package func isOn(_ node: UInt64) -> Bool {
    goal.contains { $0.nodeID == node } || placed.contains { $0.nodeID == node }
  }
}

extension GetClusterResponse {
  package var members: [ClusterNode] { nodes.filter(\.isMember) }
  package var inventoryShards: [ClusterShard] { shards.filter { $0.shard != ClusterShard.meta } }

  package func node(_ number: UInt64) -> ClusterNode? { nodes.first { $0.nodeID == number } }

  /// How many voting replicas a shard should have with the nodes that there are: an odd number.
  package var votersWanted: Int {
    let active = nodes.count { $0.state == .active }
    let most = min(Int(settings?.replicationFactor ?? 1), active)
    return max(1, most % 2 == 0 ? most - 1 : most)
  }

  /// Shards that are not as they should be: replicas are missing or too many, or another node leads.
  package var unsettled: [ClusterShard] { shards.filter { !$0.isGoalMet || !$0.hasItsLeader } }
}

/// Something that is wrong with a cluster.
package struct ClusterFinding: Equatable, Sendable {
  /// For scripts.
  package var kind: String
  package var text: String

  package init(_ kind: String, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// Looks for everything that is wrong with a cluster.
package enum ClusterCheck {
  package static func findings(_ cluster: GetClusterResponse) -> [ClusterFinding] {
    cluster.alarms.map { ClusterFinding($0.kind, $0.text) }
      + cluster.members.flatMap { findings($0) }
      + findings(ofVersions: cluster)
      + cluster.shards.flatMap { findings($0, in: cluster) }
  }

  private static func findings(_ node: ClusterNode) -> [ClusterFinding] {
    let name = "node \(node.nodeID) (\(node.clientAddress))"
    guard node.isLive else {
      let ago = node.heardAgo?.milliseconds.map { "for \(DurationText.show(milliseconds: $0))" }
      return [ClusterFinding("NODE_DOWN", "\(name) was not heard \(ago ?? "lately")")]
    }
    var findings: [ClusterFinding] = []
    if node.state == .draining { findings.append(ClusterFinding("NODE_DRAINING", "\(name) is to be drained")) }
    return findings + node.alarms.map { ClusterFinding($0.kind, "\(name): \($0.text)") }
  }

  private static func findings(ofVersions cluster: GetClusterResponse) -> [ClusterFinding] {
    let live = cluster.members.filter(\.isLive)
    let versions = Set(live.map(\.version)).sorted()
    var findings: [ClusterFinding] = []
    if versions.count > 1 {
      findings.append(
        ClusterFinding("MIXED_VERSIONS", "the nodes run different versions: \(versions.joined(separator: ", "))"))
    }
    let known = cluster.members.map(\.featureLevel).min() ?? 0
    if let used = cluster.settings?.featureLevel, used < known {
      findings.append(
        ClusterFinding("FEATURE_LEVEL", "the cluster uses feature level \(used), all its nodes know \(known)"))
    }
    return findings
  }

  private static func findings(_ shard: ClusterShard, in cluster: GetClusterResponse) -> [ClusterFinding] {
    let name = shard.shard == ClusterShard.meta ? "the meta shard" : "shard \(shard.shard)"
    var findings: [ClusterFinding] = []
    if shard.leaderNodeID == 0 { findings.append(ClusterFinding("NO_LEADER", "\(name) has no leader")) }
    let voters = shard.placed.filter(\.isVoter)
    let missing = voters.filter { cluster.node($0.nodeID)?.isLive != true }
    if shard.shard != ClusterShard.meta, voters.count < cluster.votersWanted {
      findings.append(
        ClusterFinding(
          "UNDER_REPLICATED", "\(name) has \(voters.count) voting replicas and should have \(cluster.votersWanted)"))
    } else if !missing.isEmpty {
      let nodes = missing.map { String($0.nodeID) }.joined(separator: ", ")
      findings.append(ClusterFinding("REPLICA_DOWN", "\(name) has a replica on nodes that are down: \(nodes)"))
    }
    if !shard.isGoalMet {
      findings.append(ClusterFinding("GOAL_UNMET", "\(name) does not have the replicas yet that it should have"))
    }
    if !shard.faultyNodeIDs.isEmpty {
      let nodes = shard.faultyNodeIDs.map(String.init).joined(separator: ", ")
      findings.append(
        ClusterFinding("REPLICA_FAULTY", "\(name) has a replica that takes no part any more on node \(nodes)"))
    }
    return findings
  }
}
