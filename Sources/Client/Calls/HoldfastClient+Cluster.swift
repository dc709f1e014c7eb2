public import API

extension HoldfastClient {
  /// How the node that is asked is.
  public func status(timeout: Duration? = nil) async throws(HoldfastError) -> GetStatusResponse {
    try await call(ClusterService.getStatus, GetStatusRequest(), timeout: timeout)
  }

  /// Which shard has which slots, and which nodes have which shards.
  public func shardMap(timeout: Duration? = nil) async throws(HoldfastError) -> GetShardMapResponse {
    try await call(ClusterService.getShardMap, GetShardMapRequest(), timeout: timeout)
  }

  /// How the whole cluster is: its nodes, what every shard should be and is, and what is wrong.
  public func cluster(timeout: Duration? = nil) async throws(HoldfastError) -> GetClusterResponse {
    try await call(ClusterService.getCluster, GetClusterRequest(), timeout: timeout)
  }

  /// Has leaders and replicas leave a node. Like everything here that changes the cluster it may be repeated: the change
  /// is a goal that the nodes work towards, and ``cluster(timeout:)`` tells how far they are.
  ///
  /// - Parameter force: also when too few nodes are left for the replication factor.
  @discardableResult
  public func drainNode(
    _ node: UInt64, force: Bool = false, reason: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> ChangeClusterResponse {
    let request = DrainNodeRequest(actor: configuration.actor, reason: reason, nodeID: node, force: force)
    return try await call(ClusterService.drainNode, request, timeout: timeout)
  }

  /// Takes back that a node is to be drained.
  @discardableResult
  public func activateNode(
    _ node: UInt64, reason: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> ChangeClusterResponse {
    let request = ActivateNodeRequest(actor: configuration.actor, reason: reason, nodeID: node)
    return try await call(ClusterService.activateNode, request, timeout: timeout)
  }

  /// Removes a node from the cluster for good.
  ///
  /// - Parameters:
  ///   - force: also a dead node that has replicas.
  ///   - loseData: and although some shard has no majority without it, and will not serve again.
  @discardableResult
  public func decommissionNode(
    _ node: UInt64, force: Bool = false, loseData: Bool = false, reason: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> ChangeClusterResponse {
    let request = DecommissionNodeRequest(
      actor: configuration.actor, reason: reason, nodeID: node, force: force, loseData: loseData)
    return try await call(ClusterService.decommissionNode, request, timeout: timeout)
  }

  /// Moves a shard's replica from one node to another.
  public func moveReplica(
    of shard: UInt32, from: UInt64, to: UInt64, dryRun: Bool = false, reason: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> ChangeClusterResponse {
    let request = MoveReplicaRequest(
      actor: configuration.actor, reason: reason, shard: shard, fromNodeID: from, toNodeID: to, dryRun: dryRun)
    return try await call(ClusterService.moveReplica, request, timeout: timeout)
  }

  /// Has a node lead a shard, now and whenever it can.
  @discardableResult
  public func transferLeadership(
    of shard: UInt32, to node: UInt64, reason: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> ChangeClusterResponse {
    let request = TransferLeadershipRequest(
      actor: configuration.actor, reason: reason, shard: shard, toNodeID: node)
    return try await call(ClusterService.transferLeadership, request, timeout: timeout)
  }

  /// Spreads replicas and leaders evenly over the active nodes.
  public func rebalance(
    dryRun: Bool = false, leadersOnly: Bool = false, reason: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> ChangeClusterResponse {
    let request = RebalanceRequest(
      actor: configuration.actor, reason: reason, dryRun: dryRun, leadersOnly: leadersOnly)
    return try await call(ClusterService.rebalance, request, timeout: timeout)
  }

  /// Makes a new shard that takes a part of another one's slots while all of them are served.
  ///
  /// - Parameters:
  ///   - slots: which; `nil` for the upper half, or the half of what the shard has to do.
  public func splitShard(
    _ shard: UInt32, slots: ClosedRange<UInt32>? = nil, byLoad: Bool = false, dryRun: Bool = false, reason: String = "",
    timeout: Duration? = nil
  ) async throws(HoldfastError) -> MoveSlotsResponse {
    let range = slots.map { SlotRange(slotFirst: $0.lowerBound, slotLast: $0.upperBound) }
    let request = SplitShardRequest(
      actor: configuration.actor, reason: reason, shard: shard, slots: range, byLoad: byLoad, dryRun: dryRun)
    return try await call(ClusterService.splitShard, request, timeout: timeout)
  }

  /// Has slots of a shard go to another one while they are served.
  public func moveSlots(
    _ slots: ClosedRange<UInt32>, from: UInt32, to: UInt32, dryRun: Bool = false, reason: String = "",
    timeout: Duration? = nil
  ) async throws(HoldfastError) -> MoveSlotsResponse {
    let request = MoveSlotsRequest(
      actor: configuration.actor, reason: reason, fromShard: from, toShard: to, slotFirst: slots.lowerBound,
      slotLast: slots.upperBound, dryRun: dryRun)
    return try await call(ClusterService.moveSlots, request, timeout: timeout)
  }

  /// Lets a move of slots rest, go on or end early.
  @discardableResult
  public func changeSlotMove(
    _ move: UInt64, to state: SlotMoveState, reason: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> ChangeSlotMoveResponse {
    let request = ChangeSlotMoveRequest(actor: configuration.actor, reason: reason, moveID: move, state: state)
    return try await call(ClusterService.changeSlotMove, request, timeout: timeout)
  }

  /// Changes settings of the cluster; what is `nil` stays.
  public func updateSettings(
    replicationFactor: UInt32? = nil, snapshotBytesPerSecond: Int64? = nil, replaceDeadAfter: Duration? = nil,
    journalAge: Duration? = nil, journalBytes: Int64? = nil, reason: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> UpdateSettingsResponse {
    let request = UpdateSettingsRequest(
      actor: configuration.actor, reason: reason, replicationFactor: replicationFactor,
      snapshotBytesPerSecond: snapshotBytesPerSecond,
      replaceDeadAfter: replaceDeadAfter.map { .init(milliseconds: $0.wholeMilliseconds) },
      journalAgeMax: journalAge.map { .init(milliseconds: $0.wholeMilliseconds) }, journalBytesMax: journalBytes)
    return try await call(ClusterService.updateSettings, request, timeout: timeout)
  }

  /// Whether the node serves.
  ///
  /// - Parameter service: the full name of one service; empty for the node as a whole.
  /// - Throws: `.notFound` for a service that the node does not know.
  public func health(
    service: String = "", timeout: Duration? = nil
  ) async throws(HoldfastError) -> GRPCHealth.HealthCheckResponse.ServingStatus {
    let request = GRPCHealth.HealthCheckRequest(service: service)
    return try await call(GRPCHealth.Health.check, request, timeout: timeout).status
  }

  /// Whether the node serves, now and at each change, until the sequence is dropped or the connection ends.
  public func healthChanges(service: String = "") -> MessageStream<GRPCHealth.HealthCheckResponse> {
    stream(GRPCHealth.Health.watch, GRPCHealth.HealthCheckRequest(service: service), timeout: nil)
  }
}
