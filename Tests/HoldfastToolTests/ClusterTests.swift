import API
import Testing

@testable import holdfast

/// Three nodes, each with a replica of two shards and of the meta shard, and nothing wrong.
private func healthy() -> GetClusterResponse {
  var cluster = GetClusterResponse(revision: 9, clusterID: "c", metaLeaderNodeID: 1, storeCount: 1)
  for number in 1...3 as ClosedRange<UInt64> {
    var node = ClusterNode(nodeID: number, state: .active, clientAddress: "h:\(number)", version: "1", featureLevel: 1)
    node.isLive = true
    cluster.nodes.append(node)
  }
  for number in 0...2 as ClosedRange<UInt32> {
    var shard = ClusterShard(shard: number, leaderNodeID: 1)
    shard.placed = (1...3).map { ShardMember(nodeID: $0, life: 0, isVoter: true) }
    shard.goal = shard.placed
    cluster.shards.append(shard)
  }
  cluster.settings = ClusterSettings(replicationFactor: 3, featureLevel: 1)
  return cluster
}

@Suite("What is wrong with a cluster")
struct ClusterCheckTests {
  private static func kinds(_ change: (inout GetClusterResponse) -> Void) -> [String] {
    var cluster = healthy()
    change(&cluster)
    return ClusterCheck.findings(cluster).map(\.kind)
  }

  @Test("nothing, when everything is as it should be")
  func nothing() {
    #expect(Self.kinds { _ in }.isEmpty)
    #expect(healthy().votersWanted == 3)
  }

  @Test("each thing under its name")
  func each() {
    #expect(
      Self.kinds { $0.nodes[2].isLive = false } == ["NODE_DOWN", "REPLICA_DOWN", "REPLICA_DOWN", "REPLICA_DOWN"])
    #expect(Self.kinds { $0.nodes[1].state = .draining }.first == "NODE_DRAINING")
    #expect(Self.kinds { $0.nodes[1].alarms = [Alarm(kind: "DISK_FULL", text: "t")] } == ["DISK_FULL"])
    #expect(Self.kinds { $0.alarms = [Alarm(kind: "STATE_DIVERGED", text: "t")] } == ["STATE_DIVERGED"])
    #expect(Self.kinds { $0.nodes[1].version = "2" } == ["MIXED_VERSIONS"])
    #expect(Self.kinds { for place in 0...2 { $0.nodes[place].featureLevel = 2 } } == ["FEATURE_LEVEL"])
    #expect(Self.kinds { $0.shards[1].leaderNodeID = 0 } == ["NO_LEADER"])
    #expect(Self.kinds { $0.shards[1].goal.removeLast() } == ["GOAL_UNMET"])
    #expect(Self.kinds { $0.shards[1].faultyNodeIDs = [2] } == ["REPLICA_FAULTY"])
    #expect(
      Self.kinds {
        $0.shards[1].placed.removeLast()
        $0.shards[1].goal.removeLast()
      } == ["UNDER_REPLICATED"])
    #expect(
      Self.kinds {
        $0.shards[1].placed[2].isVoter = false
        $0.shards[1].goal[2].isVoter = false
      } == ["UNDER_REPLICATED"])
  }

  @Test("a removed node is not missed, and fewer nodes want fewer replicas")
  func removed() {
    var cluster = healthy()
    cluster.nodes[2].state = .removed
    cluster.nodes[2].isLive = false
    #expect(cluster.votersWanted == 1)
    for place in cluster.shards.indices {
      cluster.shards[place].placed.removeLast()
      cluster.shards[place].goal.removeLast()
    }
    #expect(ClusterCheck.findings(cluster).isEmpty)
  }

  @Test("what is not as it should be is unsettled: replicas, or the leader")
  func unsettled() {
    var cluster = healthy()
    #expect(cluster.unsettled.isEmpty)
    cluster.shards[1].goal.removeLast()
    cluster.shards[2].preferredLeaderNodeID = 3
    #expect(cluster.unsettled.map(\.shard) == [1, 2])
  }
}

@Suite("How far a cluster is")
struct ClusterProgressTests {
  private func cluster(unsettled: [UInt32], copies: [(shard: UInt32, done: Int64, total: Int64)] = [])
    -> GetClusterResponse
  {
    var cluster = healthy()
    cluster.shards = (1...6).map { ClusterShard(shard: $0) }
    for place in cluster.shards.indices {
      if unsettled.contains(cluster.shards[place].shard) {
        cluster.shards[place].goal = [ShardMember(nodeID: 9, life: 0, isVoter: true)]
      }
      for copy in copies where copy.shard == cluster.shards[place].shard {
        cluster.shards[place].progress = [
          ReplicaProgress(nodeID: 9, bytesDone: copy.done, bytesTotal: copy.total)
        ]
      }
    }
    return cluster
  }

  @Test("shards are counted as they come up and as they are done")
  func shards() {
    var progress = ClusterProgress()
    for (now, unsettled) in [(0, [1, 2, 3, 4]), (2_000, [2, 3, 4]), (4_000, [4, 5])] as [(Int64, [UInt32])] {
      let cluster = cluster(unsettled: unsettled)
      progress.take(cluster, pending: cluster.unsettled, atMilliseconds: now)
    }
    #expect(progress.shardsTotal == 5 && progress.shardsDone == 3)
    #expect(progress.bytesTotal == 0)
    #expect(progress.millisecondsLeft == Int64(2_666))
    #expect(progress.text == "3 of 5 shards, 2s left")
  }

  @Test("bytes are counted over all copies, also those that are complete")
  func bytes() {
    var progress = ClusterProgress()
    let steps: [(Int64, [(shard: UInt32, done: Int64, total: Int64)])] = [
      (0, [(1, 0, 4 << 20)]), (1_000, [(1, 2 << 20, 4 << 20), (2, 0, 4 << 20)]), (2_000, [(2, 2 << 20, 4 << 20)]),
    ]
    for (now, copies) in steps {
      let cluster = cluster(unsettled: [1, 2], copies: copies)
      progress.take(cluster, pending: cluster.unsettled, atMilliseconds: now)
    }
    #expect(progress.bytesDone == 6 << 20 && progress.bytesTotal == 8 << 20)
    #expect(progress.bytesPerSecond == 3 << 20)
    #expect(progress.text == "0 of 2 shards, 6.0 of 8.0 MiB, 3.0 MiB/s, 666ms left")
  }

  @Test("nothing to do is done")
  func nothing() {
    var progress = ClusterProgress()
    progress.take(healthy(), pending: [], atMilliseconds: 0)
    #expect(progress.text == "0 of 0 shards")
    #expect(progress.millisecondsLeft == nil)
  }
}

@Suite("A cluster for people")
struct ClusterTextTests {
  @Test("status, nodes and shards fit a terminal and name what is wrong")
  func status() {
    var cluster = healthy()
    cluster.nodes[2].isLive = false
    cluster.shards[1].preferredLeaderNodeID = 2
    let lines = ClusterText.status(cluster)
    #expect(lines.contains { $0.contains("2 of 3 are up") })
    #expect(lines.contains { $0.contains("2 of 3 are as they should be") })
    #expect(lines.contains { $0.hasPrefix("NODE_DOWN") })
    let shards = Table.shards(cluster.shards).lines
    #expect(shards[1].contains("as it should be"))
    #expect(shards[2].contains("1 2 3, led by 2"))
    #expect((lines + shards).allSatisfy { $0.count <= 140 })
  }

  @Test("a cluster that was never founded says so")
  func empty() { #expect(ClusterText.status(GetClusterResponse()) == ["the cluster is not founded yet"]) }

  @Test("changes say what moves where, and why")
  func changes() {
    let change = GoalChange(
      shard: 4, reason: "drains", addedNodeIDs: [5], removedNodeIDs: [2], preferredLeaderNodeID: 0)
    #expect(Table.changes([change]).lines[1].split(separator: " ") == ["4", "5", "2", "any", "drains"])
  }
}
