internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// After the faults: everything heals, and all must come to rest within a bound. Safety alone would be kept by nodes that
// never answer anything.
extension World {
  func heal() throws(Violation) {
    guard phase == .faulty || phase == .stocking else { return }
    trace.say(time, "everything heals")
    phase = .healing(since: time)
    for fault in active { try end(fault.number) }
    for node in nodes {
      node.failsNextSync = false
      node.diskSlowness = 1
      if !node.isUp { try restart(node) }
    }
    add(.convergenceCheck, after: .milliseconds(500))
  }

  func checkConvergence() throws(Violation) {
    guard case .healing(let since) = phase else { return }
    let missing = try whatIsMissing()
    guard let missing else { return try finish() }
    guard time.since(since) < settings.convergenceMax else {
      for line in standing { trace.say(time, line) }
      throw Violation(
        .liveness, "\(settings.convergenceMax.milliseconds / 1_000) s after everything healed: \(missing)")
    }
    add(.convergenceCheck, after: .milliseconds(500))
  }

  /// Where every replica stands, for the trace.
  private var standing: [String] {
    nodes.flatMap { node in
      (0..<UInt32(allShardCount)).compactMap { shard in
        guard let status = node.store?.status(of: ShardID(shard)) else { return nil }
        let members = status.configuration
        return "\(node.number) shard \(shard) member \(status.member): \(status.role) in term \(status.term), leader"
          + " \(status.leader), last \(status.lastIndex), commit \(status.commitIndex), applied \(status.appliedIndex);"
          + " voters \(members.voters) outgoing \(members.votersOutgoing) learners \(members.learners)"
          + (status.outboxCount > 0 ? "; \(status.outboxCount) claims to tell of" : "")
          + (status.pendingClaimCount > 0 ? "; \(status.pendingClaimCount) claims wait" : "")
          + (status.isReceivingSnapshot ? "; receiving a snapshot" : "")
          + (status.fault.map { "; out of service: \($0)" } ?? "")
      }
    }
  }

  /// What still keeps the world from being at rest; `nil` if nothing does.
  private func whatIsMissing() throws(Violation) -> String? {
    if settings.usesAcross, openOperations == 0 {
      for shard in 1..<UInt32(allShardCount) where isMade(ShardID(shard)) {
        if let text = try doubt(in: ShardID(shard)) { return text }
      }
    }
    if openOperations > 0 {
      let open = operations.first { $0.state == .pending }
      return "\(openOperations) operations have no answer" + (open.map { ", the first of shard \($0.shard)" } ?? "")
    }
    if let repairing { return "\(repairing) has not got its replicas back" }
    for shard in 0..<UInt32(allShardCount) where isMade(ShardID(shard)) {
      if let text = missing(of: ShardID(shard)) { return text }
    }
    return probe()
  }

  private func missing(of shard: ShardID) -> String? {
    guard let (node, store, status) = leader(of: shard) else { return "shard \(shard) has no leader" }
    if let text = missingGoal(of: shard) { return text }
    if status.configuration.isJoint {
      if !status.configuration.leavesAutomatically { propose(.leaveJoint, shard, node, store) }
      return "shard \(shard) is in a joint configuration"
    }
    let last = histories[Int(shard.rawValue)].lastIndex
    guard status.appliedIndex == last else {
      return "shard \(shard): its leader is at \(status.appliedIndex), not \(last)"
    }
    for member in status.configuration.members {
      let found = nodes[Int(member.node.rawValue) - 1].store?.status(of: shard)
      guard let found, found.member == member else { return "shard \(shard): member \(member) is nowhere" }
      guard found.appliedIndex == last else {
        return "shard \(shard): member \(member) is at entry \(found.appliedIndex), not \(last)"
      }
    }
    return nil
  }

  /// Once all is at rest each shard must take one more command, and show it.
  private func probe() -> String? {
    guard !hasProbed else { return nil }
    hasProbed = true
    if settings.usesSlots { return probeSlots() }
    for shard in 1...temper.shardCount {
      let operation = OperationNumber(rawValue: UInt32(operations.count))
      let id = operation.requestID(at: NodeClock.epochMilliseconds + Int64(time.nanoseconds / 1_000_000))
      let stock = StockKey(sku: SKUNumber(1), location: LocationNumber(1))
      invoke(
        operation, Int32(shard - 1), ShardID(UInt32(shard)),
        .command(.receive(RequestHeader(id: id), Receive(stock: stock, quantity: 1))))
    }
    return "the last commands are under way"
  }

  /// The last word: every replica's whole state, read back from its storage, is sound, and says what the specification
  /// says.
  private func finish() throws(Violation) {
    phase = .done
    if settings.usesSlots {
      try checkSlotsAtRest()
    } else if settings.usesAcross {
      try checkAtomicity()
      try checkPhantoms()
    }
    for node in nodes {
      for shard in 1..<UInt32(allShardCount) {
        guard let store = node.store, let status = store.status(of: ShardID(shard)), status.appliedIndex > .zero else {
          continue
        }
        try verify(ShardID(shard), node, store)
      }
    }
  }

  private func verify(_ shard: ShardID, _ node: SimulatedNode, _ store: Store) throws(Violation) {
    let report = try report(on: shard, node, store, node.state.current)
    let history = histories[Int(shard.rawValue)]
    guard let report, LogIndex(report.appliedIndex) == history.lastIndex else { return }
    let stamp = history.model.now
    for row in history.model.rows {
      let seen = store.stock(row.stock, in: shard)?.balances
      let wanted = history.model.view(of: row.stock, at: max(store.readStamp, stamp))
      guard seen?[.available] == wanted.available, seen?[.held] == wanted.held, seen?[.allocated] == wanted.allocated,
        seen?[.customer] == wanted.shipped
      else { throw Violation(.history, "\(node.number) shard \(shard) ends with other stock of \(row.stock)") }
    }
    for order in history.model.orders { try check(order.id, shard, at: max(store.readStamp, stamp), node, store) }
  }

  /// Has the ledger's own verifier go through a replica's state.
  private func report(
    on shard: ShardID, _ node: SimulatedNode, _ store: Store, _ state: MemoryState
  ) throws(Violation) -> VerificationReport? {
    guard let partition = store.partition(of: shard) else { return nil }
    var verifier = LedgerVerifier(prefix: partition.bytes, reader: state)
    let report: VerificationReport
    do throws(StateReadError) { report = try verifier.run() } catch {
      throw Violation(.ledger, "\(node.number) cannot read shard \(shard): \(error.message)")
    }
    guard report.isSound else {
      throw Violation(.ledger, "\(node.number) shard \(shard): \(report.findings[0].text)")
    }
    return report
  }

  /// Goes through everything that a flush will make durable.
  func verify(_ flush: SimulatedState.Flush, _ node: SimulatedNode, _ store: Store) throws(Violation) {
    for shard in 1..<UInt32(allShardCount) where store.status(of: ShardID(shard))?.appliedIndex ?? .zero > .zero {
      _ = try report(on: ShardID(shard), node, store, flush.state)
    }
  }
}
