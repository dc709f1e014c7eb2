internal import API
internal import Basics
internal import Placement
internal import Reactor
internal import Replication

/// Slots that are to change their shard, by the will of ops. Like changes of goals, they are planned by whoever leads the
/// meta shard once a read has shown that it still leads.
extension StoreServer {
  func splitShard(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(SplitShardRequest.self, message)
    try checkSlotsMayMove()
    _ = try Self.slots(request.slots)
    if passOn(.clusterSplitShard, message, origin, toOwnerOf: .meta) { return }
    try read(.clusterSplitShard, message, origin, from: .meta, nil)
  }

  func moveSlots(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(MoveSlotsRequest.self, message)
    try checkSlotsMayMove()
    _ = try Self.slots(request.slotFirst, request.slotLast)
    if passOn(.clusterMoveSlots, message, origin, toOwnerOf: .meta) { return }
    try read(.clusterMoveSlots, message, origin, from: .meta, nil)
  }

  /// A node that knows nothing of moves would serve slots that are another shard's.
  private func checkSlotsMayMove() throws(CallFailure) {
    guard cluster.settings.featureLevel < FeatureLevel.movingSlots else { return }
    throw CallFailure(
      .placementRefused, "slots may move when all nodes of the cluster run a version that knows of it",
      metadata: ["feature_level": "\(cluster.settings.featureLevel)"])
  }

  func changeSlotMove(_ message: RawSpan, _ origin: CallOrigin) throws(CallFailure) {
    let request = try RequestFields.decode(ChangeSlotMoveRequest.self, message)
    let state: Placement.SlotMove.State
    switch request.state {
    case .running: state = .running
    case .paused: state = .paused
    case .cancelled: state = .cancelled
    case .unspecified, .finished, .unrecognized:
      throw .invalidField("state", found: "\(request.state)", allowed: "RUNNING, PAUSED or CANCELLED")
    }
    if passOn(.clusterChangeSlotMove, message, origin, toOwnerOf: .meta) { return }
    let line = AuditLine(
      what: "have move \(request.moveID) of slots \(state)", actor: request.actor, reason: request.reason)
    try propose(.setMoveState(move: request.moveID, state), .clusterChangeSlotMove, origin, line)
  }

  func answerSplitShard(_ call: PendingCall, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(SplitShardRequest.self, message.rawSpan)
    let (shard, slots) = (ShardID(request.shard), try Self.slots(request.slots))
    let middle = request.byLoad ? loadMiddle(of: shard) : nil
    var plan = try planned { planner throws(PlanRefusal) in
      try planner.split(shard, slots: slots, middle: middle)
    }
    if request.byLoad, middle == nil { plan.reason += "; the shard's work is not known, so its slots are halved" }
    let line = AuditLine(what: "split shard \(shard): \(plan.reason)", actor: request.actor, reason: request.reason)
    try carryOut(plan, isDry: request.dryRun, line, call)
  }

  func answerMoveSlots(_ call: PendingCall, _ message: [UInt8]) throws(CallFailure) {
    let request = try RequestFields.decode(MoveSlotsRequest.self, message.rawSpan)
    let slots = try Self.slots(request.slotFirst, request.slotLast)
    let plan = try planned { planner throws(PlanRefusal) in
      try planner.moveSlots(slots, from: ShardID(request.fromShard), to: ShardID(request.toShard))
    }
    let line = AuditLine(what: "move slots: \(plan.reason)", actor: request.actor, reason: request.reason)
    try carryOut(plan, isDry: request.dryRun, line, call)
  }

  /// The last slot of the half that stays, as the leader of a shard said last; `nil` when nobody has said anything.
  private func loadMiddle(of shard: ShardID) -> UInt16? {
    guard let leader = view.leader(of: shard) else { return nil }
    return duties.health?[leader]?.report.replicas.first { $0.shard == shard }?.loadMiddle
  }

  /// Orders the moves, and answers with them once they are ordered.
  private func carryOut(
    _ plan: MovePlan, isDry: Bool, _ line: AuditLine, _ call: PendingCall
  ) throws(CallFailure) {
    var response = MoveSlotsResponse()
    response.slotCount = UInt32(plan.order.slotCount)
    response.reason = plan.reason
    response.ranges = plan.order.ranges.map {
      SlotRange(slotFirst: UInt32($0.lowerBound), slotLast: UInt32($0.upperBound), shard: plan.order.to.rawValue)
    }
    if isDry { return answer(call.origin, response) }
    let waiting = MovesOrdered(origin: call.origin, response: response, isSplit: plan.order.to == .meta, line: line)
    let tag = gatherings.insert(.moves(waiting))
    do throws(CallFailure) {
      try propose(.beginMoves(plan.order), call.method, .part(0, of: tag, store: UInt16(index)))
    } catch {
      gatherings.remove(tag)
      audit(line, .failure(error))
      throw error
    }
  }

  /// A command about moves was carried out: to the answer of the call that made it.
  func answerMoves(_ call: PendingCall, _ moves: [Placement.SlotMove]) {
    if call.origin.kind == .part, case .moves(var waiting) = gatherings[call.origin.tag] {
      gatherings.remove(call.origin.tag)
      audit(waiting.line, .message([]))
      waiting.response.revision = cluster.revision
      waiting.response.moves = moves.map { slotMove($0) }
      let target = moves.first?.to.rawValue ?? 0
      if waiting.isSplit { waiting.response.newShard = target }
      for place in waiting.response.ranges.indices { waiting.response.ranges[place].shard = target }
      return answer(waiting.origin, waiting.response)
    }
    var response = ChangeSlotMoveResponse()
    response.revision = cluster.revision
    response.move = moves.first.map { slotMove($0) }
    answer(call.origin, response)
  }

  func slotMove(_ move: Placement.SlotMove) -> API.SlotMove {
    var entry = API.SlotMove()
    entry.moveID = move.id
    entry.slots = SlotRange(
      slotFirst: UInt32(move.slots.lowerBound), slotLast: UInt32(move.slots.upperBound), shard: move.to.rawValue)
    entry.fromShard = move.from.rawValue
    entry.toShard = move.to.rawValue
    entry.state = SlotMoveState(move.state)
    entry.phase = SlotMovePhase(move.phase)
    entry.slotCount = UInt32(move.slots.count)
    entry.slotsMoved = move.movedCount
    entry.recordsCopied = move.recordsCopied
    entry.bytesCopied = move.bytesCopied
    let left = move.secondsLeft(now: store.readStamp)
    entry.timeLeft = left.map { WellKnown.Duration(milliseconds: Int64(clamping: $0) * 1_000) }
    return entry
  }

  private static func slots(_ range: SlotRange?) throws(CallFailure) -> ClosedRange<UInt16>? {
    guard let range else { return nil }
    return try slots(range.slotFirst, range.slotLast)
  }

  private static func slots(_ first: UInt32, _ last: UInt32) throws(CallFailure) -> ClosedRange<UInt16> {
    guard first <= last, last < UInt32(Slot.count) else {
      throw .invalidField("slots", found: "\(first) to \(last)", allowed: "a range of 0 to \(Slot.count - 1)")
    }
    return UInt16(first)...UInt16(last)
  }
}

/// A call that waits until the moves of its plan are ordered.
struct MovesOrdered {
  var origin: CallOrigin
  var response: MoveSlotsResponse
  var isSplit: Bool
  var line: AuditLine
}

extension SlotMoveState {
  init(_ state: Placement.SlotMove.State) {
    switch state {
    case .running: self = .running
    case .paused: self = .paused
    case .cancelled: self = .cancelled
    case .finished: self = .finished
    }
  }
}

extension SlotMovePhase {
  init(_ phase: Placement.SlotMove.Phase) {
    switch phase {
    case .waiting: self = .waiting
    case .copying: self = .copying
    case .handingOver: self = .handingOver
    }
  }
}

extension CallFailure {
  static func shardIsMoving(_ shard: ShardID, _ move: UInt64) -> CallFailure {
    CallFailure(
      .shardIsMoving, "slots of shard \(shard) are moving already: move \(move)",
      metadata: ["shard": "\(shard)", "move_id": "\(move)"])
  }

  static func slotsNotOwned(_ shard: ShardID) -> CallFailure {
    CallFailure(.slotsNotOwned, "not all of these slots are shard \(shard)'s", metadata: ["shard": "\(shard)"])
  }
}
