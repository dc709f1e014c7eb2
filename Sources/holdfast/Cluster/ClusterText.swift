package import API

/// Answers of ClusterService for people.
package enum ClusterText {
  package static func status(_ cluster: GetClusterResponse) -> [String] {
    guard !cluster.nodes.isEmpty else { return ["the cluster is not founded yet"] }
    let members = cluster.members
    let settled = cluster.shards.count - cluster.unsettled.count
    var lines = Facts.lines([
      ("cluster", cluster.clusterID),
      ("nodes", "\(members.count { $0.isLive }) of \(members.count) are up"),
      ("shards", "\(settled) of \(cluster.shards.count) are as they should be"),
      ("meta shard", cluster.metaLeaderNodeID == 0 ? "no leader" : "led by node \(cluster.metaLeaderNodeID)"),
    ])
    lines += settings(cluster.settings ?? ClusterSettings())
    lines += across(cluster.shards.compactMap(\.across))
    lines += Table.nodes(members).lines
    let findings = ClusterCheck.findings(cluster)
    lines += findings.prefix(Self.findingsMax).map { "\($0.kind): \($0.text)" }
    if findings.count > Self.findingsMax {
      lines.append("and \(findings.count - Self.findingsMax) more: holdfast cluster check")
    }
    return lines
  }

  private static let findingsMax = 20

  /// What the shards have under way with one another.
  private static func across(_ shards: [AcrossStatus]) -> [String] {
    let age = shards.compactMap { $0.outboxAge?.milliseconds }.max() ?? 0
    let longest = shards.compactMap { $0.phantomLongest?.milliseconds }.max() ?? 0
    let phantoms = shards.reduce(0) { $0 + $1.phantomCount }
    let told = shards.reduce(0) { $0 + $1.outboxCount }
    return Facts.lines([
      (
        "to be told across shards",
        told == 0 ? "nothing" : "\(told), the oldest \(DurationText.show(milliseconds: age)) old"
      ),
      ("waiting to be told", "\(shards.reduce(0) { $0 + $1.waitingCount })"),
      (
        "held in vain",
        phantoms == 0
          ? "never"
          : "\(phantoms) times, \(shards.reduce(0) { $0 + $1.phantomUnitMs } / 1_000) unit seconds, the longest"
            + " \(DurationText.show(milliseconds: longest))"
      ),
    ])
  }

  package static func settings(_ settings: ClusterSettings) -> [String] {
    let bytes = settings.snapshotBytesPerSecond
    let dead = settings.replaceDeadAfter?.milliseconds ?? 0
    let age = settings.journalAgeMax?.milliseconds ?? 0
    let kept = settings.journalBytesMax
    return Facts.lines([
      ("replication factor", String(settings.replicationFactor)),
      ("dead nodes are replaced", dead == 0 ? "never" : "after \(DurationText.show(milliseconds: dead))"),
      ("copies of shards", bytes == 0 ? "40 MB/s a Store" : "at most \(bytes) bytes/s a node"),
      (
        "journal is kept",
        (age == 0 ? "for ever" : "for \(DurationText.show(milliseconds: age))")
          + (kept == 0 ? "" : ", at most \(kept) bytes a shard")
      ),
      ("feature level", String(settings.featureLevel)),
    ])
  }
}

extension Table {
  package static func nodes(_ nodes: [ClusterNode]) -> Table {
    var table = Table([
      .number("NODE"), .text("STATE"), .text("UP"), .text("ADDRESS"), .text("ZONE"), .text("VERSION"),
      .number("REPLICAS"), .number("LEADS"), .number("ENTRIES/S"), .number("DISK FREE MIB"), .number("CLOCK MS"),
    ])
    for node in nodes {
      table.add([
        String(node.nodeID), node.state.name, up(node), node.clientAddress.isEmpty ? "-" : node.clientAddress,
        node.zone.isEmpty ? "-" : node.zone, node.version.isEmpty ? "-" : node.version, String(node.replicaCount),
        String(node.leaderCount), String(node.entriesPerSecond),
        node.isLive ? String(node.diskFreeBytes >> 20) : "-", node.isLive ? String(node.clockOffsetMs) : "-",
      ])
    }
    return table
  }

  private static func up(_ node: ClusterNode) -> String {
    if node.isLive { return DurationText.show(milliseconds: node.uptime?.milliseconds ?? 0) }
    if !node.isMember { return "-" }
    return "DOWN" + (node.heardAgo?.milliseconds.map { " for \(DurationText.show(milliseconds: $0))" } ?? "")
  }

  package static func shards(_ shards: [ClusterShard]) -> Table {
    var table = Table([
      .number("SHARD"), .text("LEADER"), .text("REPLICAS"), .text("GOAL"), .number("APPLIED"), .number("ENTRIES/S"),
      .number("OUTBOX"), .number("OLDEST"), .number("WAITING"), .number("IN VAIN"), .text("COPIED"),
    ])
    for shard in shards {
      let across = shard.across ?? AcrossStatus()
      table.add([
        String(shard.shard), shard.leaderNodeID == 0 ? "NONE" : String(shard.leaderNodeID), members(shard.placed),
        shard.isGoalMet && shard.hasItsLeader ? "as it should be" : goal(shard), String(shard.appliedIndex),
        String(shard.entriesPerSecond), String(across.outboxCount),
        across.outboxAge?.milliseconds.map { DurationText.show(milliseconds: $0) } ?? "-", String(across.waitingCount),
        String(across.phantomCount), shard.progress.map { copied($0) }.joined(separator: " "),
      ])
    }
    return table
  }

  /// Nodes; a learner in brackets.
  private static func members(_ members: [ShardMember]) -> String {
    members.map { $0.isVoter ? String($0.nodeID) : "(\($0.nodeID))" }.joined(separator: " ")
  }

  private static func goal(_ shard: ClusterShard) -> String {
    let leader = shard.hasItsLeader ? "" : ", led by \(shard.preferredLeaderNodeID)"
    return "\(members(shard.goal))\(leader)"
  }

  private static func copied(_ progress: ReplicaProgress) -> String {
    guard progress.bytesTotal > 0 else { return "\(progress.nodeID): \(progress.bytesDone) bytes" }
    return "\(progress.nodeID): \(progress.bytesDone * 100 / max(1, max(progress.bytesTotal, progress.bytesDone)))%"
  }

  package static func changes(_ changes: [GoalChange]) -> Table {
    var table = Table([.number("SHARD"), .text("GETS"), .text("LOSES"), .text("LED BY"), .text("WHY")])
    for change in changes {
      table.add([
        String(change.shard), list(change.addedNodeIDs), list(change.removedNodeIDs),
        change.preferredLeaderNodeID == 0 ? "any" : String(change.preferredLeaderNodeID), change.reason,
      ])
    }
    return table
  }

  private static func list(_ nodes: [UInt64]) -> String {
    nodes.isEmpty ? "-" : nodes.map(String.init).joined(separator: " ")
  }
}
