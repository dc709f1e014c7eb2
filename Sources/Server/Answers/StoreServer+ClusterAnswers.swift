internal import API
internal import Basics
internal import Placement
internal import Replication

/// Outcomes of the meta shard's commands in the words of the contract.
extension StoreServer {
  func answerCluster(_ call: PendingCall, _ outcome: ClusterOutcome) {
    // The answer speaks of the state with the change.
    shareCluster()
    switch outcome {
    case .location(_, let location, let isNew): answerPut(call, location, isNew: isNew)
    case .tooManyLocations:
      fail(
        call.origin,
        CallFailure(status: .resourceExhausted, message: "there are \(LocationTable.countMax) locations already"))
    case .node(let record, metaLife: _):
      if call.method == .clusterAddNode { answerAddedNode(call, record) } else { answerChanged(call) }
    case .goals(set: _, let refused): answerGoals(call, refused)
    case .moves(let moves): answerMoves(call, moves)
    case .done:
      if call.method == .clusterUpdateSettings {
        answer(
          call.origin,
          UpdateSettingsResponse(revision: cluster.revision, settings: API.ClusterSettings(cluster.settings)))
      } else {
        answerChanged(call)
      }
    case .refused(let refusal): fail(call.origin, CallFailure(refusal))
    }
  }

  private func answerChanged(_ call: PendingCall) {
    answer(call.origin, ChangeClusterResponse(revision: cluster.revision))
  }

  private func answerAddedNode(_ call: PendingCall, _ record: NodeRecord) {
    var response = AddNodeResponse()
    response.nodeID = UInt64(record.number.rawValue)
    response.clusterID = cluster.cluster.description
    response.storeCount = cluster.storeCount
    response.shardCount = UInt32(node.shardMap.inventoryShards.count)
    response.seeds = cluster.nodes
      .filter { $0.number != record.number && $0.state != .removed && !$0.peerAddress.isEmpty }
      .map { API.ClusterSeed(nodeID: UInt64($0.number.rawValue), peerAddress: $0.peerAddress) }
    answer(call.origin, response)
  }

  private func answerGoals(_ call: PendingCall, _ refused: [GoalRefusal]) {
    guard let refusal = refused.first else { return answer(call.origin) { _ in } }
    let shard = ["shard": "\(refusal.shard)"]
    switch refusal.reason {
    case .staleRevision:
      fail(
        call.origin,
        CallFailure(
          .goalChanged, "the goal of shard \(refusal.shard) was changed meanwhile; look again", metadata: shard))
    case .unknownShard, .unusableNode, .malformed, .leaderIsNoVoter:
      fail(
        call.origin,
        CallFailure(.placementRefused, "shard \(refusal.shard): \(refusal.reason)", metadata: shard))
    }
  }
}

extension CallFailure {
  init(_ refusal: ClusterRefusal) {
    switch refusal {
    case .notFounded: self.init(.noLeader, "the cluster is being founded", retryDelayMilliseconds: 200)
    case .alreadyFounded(let cluster):
      self.init(.placementRefused, "this is the cluster \(cluster) already")
    case .unknownNode(let node): self = .unknownNode(node)
    case .otherDirectory(let node):
      self.init(
        .placementRefused, "node \(node) has another data directory: join with the new one as a new node",
        metadata: ["node": "\(node)"])
    case .otherStart(let node):
      self.init(
        .placementRefused, "another process with a copy of its data directory has been taken for node \(node)",
        metadata: ["node": "\(node)"])
    case .nodeIsRemoved(let node):
      self.init(
        .placementRefused, "node \(node) was removed for good: join with an empty data directory as a new node",
        metadata: ["node": "\(node)"])
    case .nodeHasReplicas(let node, let count):
      self.init(
        .nodeHasReplicas, "node \(node) has replicas of \(count) shards: drain it first",
        metadata: ["node": "\(node)", "replicas": "\(count)"])
    case .nodeIsNeeded(let node, let shards):
      let named = shards.prefix(10).map { $0 == .meta ? "meta" : "\($0)" }.joined(separator: ", ")
      self.init(
        .placementRefused,
        "without node \(node) there are too few replicas of shards \(named)\(shards.count > 10 ? ", …" : "")"
          + " for a majority, or nowhere to put them",
        metadata: ["node": "\(node)", "shards": "\(shards.count)"])
    case .tooManyNodes:
      self.init(status: .resourceExhausted, message: "a cluster has at most \(ClusterTable.nodesMax) nodes")
    case .featureLevelTooLow(let node, let needed):
      self.init(
        .placementRefused, "the cluster uses feature level \(needed), which the program of node \(node) does not know",
        metadata: ["node": "\(node)"])
    case .unknownShard(let shard):
      self = .invalidField("shard", found: "\(shard)", allowed: "a shard of the cluster with slots")
    case .shardIsMoving(let shard, let move): self = .shardIsMoving(shard, move)
    case .slotsNotOwned(let shard): self = .slotsNotOwned(shard)
    case .tooManyShards:
      self.init(status: .resourceExhausted, message: "a cluster has at most \(ClusterTable.shardsMax) shards")
    case .noFounders: self.init(.placementRefused, "the nodes of the new shard are not active any more; ask again")
    case .unknownMove(let move):
      self.init(.unknownMove, "there is no move \(move) of slots", metadata: ["move_id": "\(move)"])
    case .moveIsOver(let move):
      self.init(.moveIsOver, "move \(move) has ended, or was cancelled", metadata: ["move_id": "\(move)"])
    case .settingsOutOfRange:
      self = .invalidField("settings", found: "out of range", allowed: "what ClusterSettings says")
    }
  }
}
