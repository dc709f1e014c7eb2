package import API

// Answers of ClusterService for scripts, under the names of the contract.

extension JSON {
  package init(_ cluster: GetClusterResponse) {
    self = .object([
      "revision": .unsigned(cluster.revision), "cluster_id": .text(cluster.clusterID),
      "meta_leader_node_id": .unsigned(cluster.metaLeaderNodeID), "store_count": .integer(Int64(cluster.storeCount)),
      "nodes": .array(cluster.nodes.map { JSON($0) }), "shards": .array(cluster.shards.map { JSON($0) }),
      "settings": cluster.settings.map { JSON($0) } ?? .null, "alarms": JSON(cluster.alarms),
      "moves": .array(cluster.moves.map { JSON($0) }),
      "unsettled_shard_count": .integer(Int64(cluster.unsettled.count)),
    ])
  }

  package init(_ node: ClusterNode) {
    self = .object([
      "node_id": .unsigned(node.nodeID), "directory_id": .text(node.directoryID), "state": .text(node.state.name),
      "client_address": .text(node.clientAddress), "peer_address": .text(node.peerAddress), "zone": .text(node.zone),
      "version": .text(node.version), "feature_level": .integer(Int64(node.featureLevel)),
      "is_live": .bool(node.isLive),
      "heard_ago_milliseconds": node.heardAgo?.milliseconds.map { .integer($0) } ?? .null,
      "uptime_milliseconds": node.uptime?.milliseconds.map { .integer($0) } ?? .null,
      "disk_free_bytes": .integer(node.diskFreeBytes), "clock_offset_ms": .integer(node.clockOffsetMs),
      "replica_count": .integer(Int64(node.replicaCount)), "leader_count": .integer(Int64(node.leaderCount)),
      "entries_per_second": .unsigned(node.entriesPerSecond), "alarms": JSON(node.alarms),
    ])
  }

  package init(_ shard: ClusterShard) {
    self = .object([
      "shard": .integer(Int64(shard.shard)), "leader_node_id": .unsigned(shard.leaderNodeID),
      "preferred_leader_node_id": .unsigned(shard.preferredLeaderNodeID), "goal": JSON(shard.goal),
      "placed": JSON(shard.placed), "is_goal_met": .bool(shard.isGoalMet),
      "progress": .array(
        shard.progress.map {
          .object([
            "node_id": .unsigned($0.nodeID), "bytes_done": .integer($0.bytesDone),
            "bytes_total": .integer($0.bytesTotal),
          ])
        }),
      "applied_index": .unsigned(shard.appliedIndex), "entries_per_second": .unsigned(shard.entriesPerSecond),
      "faulty_node_ids": .array(shard.faultyNodeIDs.map { .unsigned($0) }),
      "across": JSON(shard.across ?? AcrossStatus()),
    ])
  }

  private init(_ across: AcrossStatus) {
    self = .object([
      "outbox_count": .integer(across.outboxCount),
      "outbox_age_milliseconds": across.outboxAge?.milliseconds.map { .integer($0) } ?? .null,
      "waiting_count": .integer(across.waitingCount), "phantom_count": .integer(across.phantomCount),
      "phantom_unit_ms": .integer(across.phantomUnitMs),
      "phantom_longest_milliseconds": .integer(across.phantomLongest?.milliseconds ?? 0),
    ])
  }

  package init(_ settings: ClusterSettings) {
    self = .object([
      "replication_factor": .integer(Int64(settings.replicationFactor)),
      "snapshot_bytes_per_second": .integer(settings.snapshotBytesPerSecond),
      "replace_dead_after_milliseconds": .integer(settings.replaceDeadAfter?.milliseconds ?? 0),
      "feature_level": .integer(Int64(settings.featureLevel)),
      "journal_age_max_milliseconds": .integer(settings.journalAgeMax?.milliseconds ?? 0),
      "journal_bytes_max": .integer(settings.journalBytesMax),
    ])
  }

  package init(_ answer: ChangeClusterResponse) {
    self = .object([
      "revision": .unsigned(answer.revision),
      "changes": .array(
        answer.changes.map {
          .object([
            "shard": .integer(Int64($0.shard)), "reason": .text($0.reason),
            "added_node_ids": .array($0.addedNodeIDs.map { .unsigned($0) }),
            "removed_node_ids": .array($0.removedNodeIDs.map { .unsigned($0) }),
            "preferred_leader_node_id": .unsigned($0.preferredLeaderNodeID),
          ])
        }),
    ])
  }

  private init(_ members: [ShardMember]) {
    self = .array(
      members.map {
        .object([
          "node_id": .unsigned($0.nodeID), "life": .integer(Int64($0.life)), "is_voter": .bool($0.isVoter),
        ])
      })
  }

  private init(_ alarms: [Alarm]) {
    self = .array(alarms.map { .object(["kind": .text($0.kind), "text": .text($0.text)]) })
  }
}
