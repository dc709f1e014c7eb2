internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// The checkers, as they are fed after every turn.
extension World {
  /// Follows what a turn applied: every entry against the history, every outcome against the specification, the state
  /// against that of other replicas.
  func follow(_ node: SimulatedNode, _ store: Store) throws(Violation) {
    outcomeIndexes.removeAll(keepingCapacity: true)
    for (shard, index) in node.state.written { try follow(shard, through: index, node, store) }
    node.state.forgetWritten()
    guard outcomeIndexes.count == store.effects.outcomes.count else {
      throw Violation(
        .outcome, "\(node.number) made \(store.effects.outcomes.count) outcomes of \(outcomeIndexes.count) commands")
    }
  }

  private func follow(
    _ shard: ShardID, through index: LogIndex, _ node: SimulatedNode, _ store: Store
  ) throws(Violation) {
    let place = Int(shard.rawValue)
    // The replica was destroyed.
    guard index > .zero else {
      node.followed[place] = .zero
      return
    }
    // A shard that is made begins behind an entry that nobody has.
    if place > temper.shardCount, node.followed[place] == .zero { node.followed[place] = LogIndex(1) }
    let digest = store.stateDigest(of: shard)
    if wasInstalled(shard, index, node, digest) {
      coverage.reach(.snapshotInstalled)
      trace.say(time, "\(node.number) has installed a snapshot of shard \(shard) at entry \(index)")
    } else {
      var next = node.followed[place].next
      while next <= index {
        try apply(next, of: shard, node, store)
        next = next.next
      }
    }
    node.followed[place] = index
    if let digest { try histories[place].reached(index, digest: digest) }
  }

  /// Whether a replica came to its index by a snapshot: its log does not lead there, and the state is one that is known.
  private func wasInstalled(_ shard: ShardID, _ index: LogIndex, _ node: SimulatedNode, _ digest: UInt64?) -> Bool {
    let place = Int(shard.rawValue)
    let log = node.log.current[place]
    guard index > node.followed[place] else { return true }
    var next = node.followed[place].next
    while next <= index {
      if log.term(at: next) != histories[place].entry(at: next)?.term, next <= histories[place].lastIndex {
        return digest == histories[place].entry(at: index)?.digest
      }
      next = next.next
    }
    return false
  }

  private func apply(_ index: LogIndex, of shard: ShardID, _ node: SimulatedNode, _ store: Store) throws(Violation) {
    let place = Int(shard.rawValue)
    guard let entry = node.log.current[place].entry(at: index) else {
      throw Violation(.log, "\(node.number) applied entry \(index) of shard \(shard), which its log does not have")
    }
    let isNew = index > histories[place].lastIndex
    try histories[place].applied(entry, at: time) { askedTime(of: $0) }
    if isNew {
      counts.entriesCommitted += 1
      histories[place].noteCommitted(by: store.status(of: shard)?.term ?? entry.term)
      trace.note(time, index.rawValue, entry.term.rawValue)
      if let known = histories[place].entry(at: index), known.answers.contains(where: { isTick($0, place) }) {
        coverage.reach(.holdTickProposed)
      }
      try checkMajority(index, of: shard, term: entry.term)
      noteConfiguration(entry, shard)
      if settings.usesAcross { probe(shard, node) }
    }
    guard shard != .meta, let known = histories[place].entry(at: index) else { return }
    if settings.usesSlots { return try followSlots(entry, known.answers.count, isNew: isNew, of: shard, node, store) }
    for offset in 0..<known.answers.count {
      let outcome = outcomeIndexes.count
      outcomeIndexes.append(index)
      guard outcome < store.effects.outcomes.count else { continue }
      try histories[place].check(
        store.effects.outcomes[outcome], lines: store.effects.outcomes.lines, of: index, at: offset)
    }
  }

  private func isTick(_ answer: Int, _ place: Int) -> Bool { histories[place].expected[answer].answer == .ticked }

  private func askedTime(of id: UniqueID) -> WorldTime? {
    let number = Int(OperationNumber(of: id).rawValue)
    guard number < operations.count, !operations[number].isSurelyWithoutEffect else { return nil }
    return operations[number].invoked
  }

  // MARK: Leaders

  func checkReplicas(_ node: SimulatedNode, _ store: Store) throws(Violation) {
    for shard in 0..<UInt32(allShardCount) {
      guard let status = store.status(of: ShardID(shard)) else { continue }
      if let fault = status.fault {
        throw Violation(.fault, "\(node.number) takes shard \(shard) member \(status.member) out of service: \(fault)")
      }
      guard status.role == .leader else { continue }
      try checkLeaderCommit(status, node)
      let isFirst = try leaders.note(ShardID(shard), status.term, status.member)
      guard isFirst else { continue }
      coverage.reach(.leaderElected)
      if leaders.hadAnother(than: status.member, before: status.term, of: ShardID(shard)) {
        coverage.reach(.leaderReplaced)
      }
      trace.say(time, "\(node.number) leads shard \(shard) in term \(status.term)")
    }
    store.checkInvariants()
  }

  // MARK: Committed entries stay

  /// For each shard whose log a batch replaces a part of: up to where the log agreed with what is committed.
  func holdCommitted(_ node: SimulatedNode, _ batch: LogBatch) throws(Violation) -> [(shard: ShardID, index: LogIndex)]
  {
    var held: [(shard: ShardID, index: LogIndex)] = []
    for record in batch.records {
      guard case .entry(let shard, let entry) = record else { continue }
      let log = node.log.current[Int(shard.rawValue)]
      guard entry.index <= log.lastIndex, !held.contains(where: { $0.shard == shard }) else { continue }
      coverage.reach(.conflictTruncated)
      let history = histories[Int(shard.rawValue)]
      var index = min(log.lastIndex, history.lastIndex)
      while index > log.start.index, log.term(at: index) != history.entry(at: index)?.term { index = index.previous }
      held.append((shard, index))
    }
    return held
  }

  /// What is committed is in the log of every leader of a later term (thesis §3.6.3, leader completeness): so none of these
  /// has a log replace it. A leader of an earlier term may, where nobody has heard of the later one yet, as that log did not
  /// count for the commitment (seed 5236 of 12,000 events over shards: a learner).
  func checkHeld(
    _ held: [(shard: ShardID, index: LogIndex)], _ node: SimulatedNode, _ store: Store
  ) throws(Violation) {
    for (shard, index) in held {
      let (log, history) = (node.log.current[Int(shard.rawValue)], histories[Int(shard.rawValue)])
      guard index > log.start.index else { continue }
      let known = history.entry(at: index)
      if let term = store.status(of: shard)?.term, let committed = known?.committedBy, term < committed { continue }
      guard log.term(at: index) == known?.term else {
        throw Violation(
          .committedOverwritten, "\(node.number) replaces entry \(index) of shard \(shard), which is committed")
      }
    }
  }
}
