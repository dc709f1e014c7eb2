internal import API
internal import Basics
internal import Placement
internal import Replication

/// Changes of goals by ops. Whoever leads the meta shard makes a plan from what it knows once a read has shown that it
/// still leads, so that a plan is made from a state that nobody has overtaken; and the goals carry the revisions that the
/// plan was made from.
extension StoreServer {
  func moveReplica(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(MoveReplicaRequest.self, message)
    _ = try Self.node(request.fromNodeID, "from_node_id")
    _ = try Self.node(request.toNodeID, "to_node_id")
    if passOn(.clusterMoveReplica, message, origin, toOwnerOf: .meta) { return }
    try read(.clusterMoveReplica, message, origin, from: .meta, nil)
  }

  func transferLeadership(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(TransferLeadershipRequest.self, message)
    _ = try Self.node(request.toNodeID, "to_node_id")
    if passOn(.clusterTransferLeadership, message, origin, toOwnerOf: .meta) { return }
    try read(.clusterTransferLeadership, message, origin, from: .meta, nil)
  }

  func rebalance(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    _ = try RequestFields.decode(RebalanceRequest.self, message)
    if passOn(.clusterRebalance, message, origin, toOwnerOf: .meta) { return }
    try read(.clusterRebalance, message, origin, from: .meta, nil)
  }

  func answerMoveReplica(_ call: PendingCall, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(MoveReplicaRequest.self, message.rawSpan)
    let (shard, from, to) = (
      ShardID(request.shard), try Self.node(request.fromNodeID, "from_node_id"),
      try Self.node(request.toNodeID, "to_node_id")
    )
    // Asked once more, or by hand beforehand: there is nothing left to change.
    if let record = cluster.shard(shard), record.goalMember(on: from) == nil, record.goalMember(on: to) != nil {
      return answer(call.origin, ChangeClusterResponse(revision: cluster.revision))
    }
    let change = try planned { planner throws(PlanRefusal) in try planner.move(shard, from: from, to: to) }
    let line = AuditLine(
      what: "move shard \(shard) from node \(from) to node \(to)", actor: request.actor, reason: request.reason)
    try carryOut([change], isDry: request.dryRun, call, line)
  }

  func answerTransferLeadership(_ call: PendingCall, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(TransferLeadershipRequest.self, message.rawSpan)
    let (shard, to) = (ShardID(request.shard), try Self.node(request.toNodeID, "to_node_id"))
    let change = try planned { planner throws(PlanRefusal) in try planner.transfer(shard, to: to) }
    let line = AuditLine(
      what: "have node \(to) lead shard \(shard)", actor: request.actor, reason: request.reason)
    try carryOut([change], isDry: false, call, line)
  }

  func answerRebalance(_ call: PendingCall, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(RebalanceRequest.self, message.rawSpan)
    let changes = try planned { planner throws(PlanRefusal) in planner.rebalance(leadersOnly: request.leadersOnly) }
    let line = AuditLine(
      what: "rebalance \(changes.count) shards", actor: request.actor, reason: request.reason)
    // Shards that one command has no room for come with the next call.
    try carryOut(
      request.dryRun ? changes : Array(changes.prefix(Self.goalsInCommandMax)), isDry: request.dryRun, call,
      line)
  }

  func planned<Plan>(
    _ body: (Planner) throws(PlanRefusal) -> Plan
  ) throws(CallFailure) -> Plan {
    guard cluster.isFounded else { throw CallFailure(StoreRefusal.noLeader) }
    do throws(PlanRefusal) { return try body(Planner(cluster, observations(view))) } catch { throw CallFailure(error) }
  }

  /// Sets the goals, and answers with what changes once they are set.
  private func carryOut(
    _ changes: [Placement.GoalChange], isDry: Bool, _ call: PendingCall, _ line: AuditLine
  ) throws(CallFailure) {
    var response = ChangeClusterResponse()
    response.changes = changes.map { API.GoalChange($0, was: cluster.shard($0.goal.shard)) }
    if isDry { return answer(call.origin, response) }
    if changes.isEmpty {
      response.revision = cluster.revision
      return answer(call.origin, response)
    }
    note(changes)
    let tag = gatherings.insert(.goals(GoalsChange(origin: call.origin, response: response, line: line)))
    let part = CallOrigin.part(0, of: tag, store: UInt16(index))
    do throws(CallFailure) {
      try propose(.setGoals(changes.map(\.goal)), call.method, part)
    } catch {
      gatherings.remove(tag)
      audit(line, .failure(error))
      throw error
    }
  }

  /// The goals were set, or the call has failed.
  func deliver(_ answer: StoreAnswer, to change: GoalsChange) {
    audit(change.line, answer)
    guard case .message = answer else { return deliver(answer, to: change.origin) }
    var response = change.response
    response.revision = cluster.revision
    self.answer(change.origin, response)
  }
}

/// A call that waits until the goals of its plan are set.
struct GoalsChange {
  var origin: CallOrigin
  var response: ChangeClusterResponse
  var line: AuditLine
}

extension API.GoalChange {
  init(_ change: Placement.GoalChange, was record: ShardRecord?) {
    let (old, new) = (record?.goal.map(\.node) ?? [], change.goal.places.map(\.node))
    self.init(
      shard: change.goal.shard.rawValue, reason: change.reason,
      addedNodeIDs: new.filter { !old.contains($0) }.map { UInt64($0.rawValue) },
      removedNodeIDs: old.filter { !new.contains($0) }.map { UInt64($0.rawValue) },
      preferredLeaderNodeID: UInt64(change.goal.preferredLeader.rawValue))
  }
}

extension CallFailure {
  init(_ refusal: PlanRefusal) {
    switch refusal {
    case .unknownShard(let shard):
      self = .invalidField("shard", found: "\(shard)", allowed: "a shard of the cluster")
    case .unknownNode(let node): self = .unknownNode(node)
    case .nodeTakesNothing(let node):
      self.init(.placementRefused, "node \(node) is not active: it takes nothing", metadata: ["node": "\(node)"])
    case .nodeIsSilent(let node):
      self.init(
        .placementRefused, "node \(node) is not heard of: start it first", metadata: ["node": "\(node)"])
    case .metaIsEverywhere:
      self.init(.placementRefused, "the meta shard is on every node and cannot be moved", metadata: ["shard": "0"])
    case .noReplica(let shard, let node):
      self.init(
        .placementRefused, "shard \(shard) has no voting replica on node \(node)",
        metadata: ["shard": "\(shard)", "node": "\(node)"])
    case .shardIsMoving(let shard, let move): self = .shardIsMoving(shard, move)
    case .slotsNotOwned(let shard): self = .slotsNotOwned(shard)
    case .nothingToSplit(let shard):
      self.init(
        .placementRefused, "shard \(shard) must keep a slot and give one away", metadata: ["shard": "\(shard)"])
    case .noNodes: self.init(.placementRefused, "no node takes a shard: none is active and heard of")
    case .alreadyThere(let shard, let node):
      self.init(
        .placementRefused, "shard \(shard) has a replica on node \(node) already",
        metadata: ["shard": "\(shard)", "node": "\(node)"])
    }
  }

  static func unknownNode(_ node: NodeID) -> CallFailure {
    CallFailure(.unknownNode, "there is no node \(node)", metadata: ["node": "\(node)"])
  }
}
