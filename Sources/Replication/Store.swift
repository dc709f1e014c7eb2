package import Basics
package import Inventory
package import Placement
internal import Raft

/// One event loop's share of the node: its replicas, stepped together in turns. Touched by one thread alone.
///
/// A turn, as the edge drives it:
///
/// 1. Everything that happened is stepped: ``propose(_:to:_:)``, ``proposeCluster(_:_:)``, ``read(_:from:)``,
///    ``persisted(_:)``.
/// 2. ``collectAppends(now:wall:)``, while the log writer has room: one batch for all shards, handed to the writer at
///    once so that its fsync runs while the rest of the turn does.
/// 3. ``applyCommitted()``: what is committed is applied and written to the partitions; ``effects`` says whom to answer.
///
/// Batches are whatever gathered during the last fsync; there is no timer.
package final class Store {
  let partitions: any StatePartitions
  private let limits: StoreLimits
  private(set) var meta: Replica<ClusterState>?
  /// Ascending by shard.
  private(set) var replicas: [Replica<Ledger>] = []
  /// The place in `replicas` of shard `i` at index `i`; -1 for a shard that is not here.
  private var places: [Int32] = []
  private(set) var clock: StampClock

  private var nextToken = PersistToken(1)
  private var batchInFlight: PersistToken?
  private var handedMeta: PersistReceipt?
  private var handed: [(place: Int, receipt: PersistReceipt)] = []

  private var changes = StateChanges()
  private var applied: [(shard: ShardID, index: LogIndex)] = []
  private var isStalled = false
  /// The answers of the last turn that applied; valid until the next call of `applyCommitted`.
  package private(set) var effects = TurnEffects()

  /// While set, commands are refused with this and reads go on.
  package var commandRefusal: StoreRefusal?
  /// Why commands are refused now. While the storage is stalled nothing is applied, so nothing more is taken: what is
  /// committed and not applied stays bounded by what was under way.
  private var refusal: StoreRefusal? { commandRefusal ?? (isStalled ? .backlogFull : nil) }
  /// State could not be read or written. The replicas may hold half an entry: nothing more is applied or answered.
  private var hasFailed = false

  init(
    partitions: any StatePartitions, meta: Replica<ClusterState>?, replicas: [Replica<Ledger>], clock: StampClock,
    limits: StoreLimits
  ) {
    self.partitions = partitions
    self.meta = meta
    self.replicas = replicas
    self.clock = clock
    self.limits = limits
    places = Array(repeating: -1, count: Int(replicas.last?.shard.rawValue ?? 0) + 1)
    for (place, replica) in replicas.enumerated() { places[Int(replica.shard.rawValue)] = Int32(place) }
  }

  /// Starts the elections; the groups lead once their votes and no-ops are durable.
  package func start() {
    meta?.raft.campaign()
    for replica in replicas { replica.raft.campaign() }
  }

  /// Whether every replica leads and knows what is committed.
  package var isServing: Bool {
    (meta.map { $0.raft.readIndex() != nil } ?? true) && replicas.allSatisfy { $0.raft.readIndex() != nil }
  }
}

// MARK: - Stepping events

extension Store {
  @inline(__always)
  func replica(of shard: ShardID) -> Replica<Ledger>? {
    guard shard.rawValue < places.count, places[Int(shard.rawValue)] >= 0 else { return nil }
    return replicas[Int(places[Int(shard.rawValue)])]
  }

  /// Adds one command to the shard's next entry; `encode` appends exactly one.
  @inline(__always)
  package func propose(_ waiter: Waiter, to shard: ShardID, _ encode: (inout EntryBuilder) -> Void) throws(StoreRefusal)
  {
    if let refusal { throw refusal }
    guard let replica = replica(of: shard) else { throw .notHere }
    try replica.add(waiter, encode)
  }

  package func proposeCluster(_ waiter: Waiter, _ command: ClusterCommand) throws(StoreRefusal) {
    if let refusal { throw refusal }
    guard let meta else { throw .notHere }
    try meta.add(waiter) { $0.append(command) }
  }

  /// Asks for a linearizable read of a shard; it is answered in the effects of this or a later turn.
  package func read(_ waiter: Waiter, from shard: ShardID) throws(StoreRefusal) {
    if shard == .meta {
      guard let meta else { throw .notHere }
      try meta.addRead(waiter)
    } else {
      guard let replica = replica(of: shard) else { throw .notHere }
      try replica.addRead(waiter)
    }
  }

  /// The batch of this token, and all before it, are durable.
  package func persisted(_ token: PersistToken) {
    guard let batchInFlight else { invariantViolated("a batch was persisted that nobody handed out") }
    invariant(token == batchInFlight, "batches are persisted in order, one at a time")
    self.batchInFlight = nil
    if let handedMeta { meta?.persisted(handedMeta) }
    handedMeta = nil
    for (place, receipt) in handed { replicas[place].persisted(receipt) }
    handed.removeAll(keepingCapacity: true)
  }
}

// MARK: - Turns

extension Store {
  /// Everything that is to be durable, if the log writer is free and there is something: one batch for all shards.
  package func collectAppends(now: Instant, wall: Stamp) -> LogBatch? {
    let stamp = clock.advance(to: now, wall: wall)
    guard batchInFlight == nil else { return nil }
    var batch = LogBatch(token: nextToken)
    handedMeta = meta?.collectAppends(stamp: stamp, into: &batch)
    for place in replicas.indices {
      let replica = replicas[place]
      if commandRefusal == nil { replica.addTickIfDue(at: stamp) }
      guard replica.wantsAppend, let one = replica.collectAppends(stamp: stamp, into: &batch) else { continue }
      handed.append((place, one))
    }
    guard !batch.isEmpty else { return nil }
    batchInFlight = nextToken
    nextToken = PersistToken(nextToken.rawValue + 1)
    return batch
  }

  /// Applies what is committed and writes it to the partitions.
  ///
  /// - Returns: whether ``effects`` holds answers. While the storage is stalled it does not, and nothing more is applied.
  package func applyCommitted() throws(StateReadError) -> Bool {
    if hasFailed { return false }
    hasFailed = true
    let hasAnswers = try applyAndWrite()
    hasFailed = false
    return hasAnswers
  }

  private func applyAndWrite() throws(StateReadError) -> Bool {
    if !isStalled {
      try applyReplicas(into: &effects)
    }
    if !changes.isEmpty {
      isStalled = try partitions.write(changes, applied: applied) == .stalled
      if isStalled { return false }
      changes.removeAll()
      if let meta { clock.raise(to: meta.stamp) }
      meta?.changesWritten()
      for replica in replicas {
        replica.changesWritten()
        clock.raise(to: replica.stamp)
      }
    }
    meta?.completeReads(into: &effects.reads)
    for replica in replicas { replica.completeReads(into: &effects.reads) }
    return true
  }

  private func applyReplicas(into effects: inout TurnEffects) throws(StateReadError) {
    effects.removeAll()
    applied.removeAll(keepingCapacity: true)
    if let meta, meta.wantsApply {
      try meta.applyCommitted(
        reader: partitions, changes: &changes, outcomes: &effects.clusterOutcomes,
        completions: &effects.clusterCompletions)
      if let index = meta.appliedInTurn { applied.append((.meta, index)) }
    }
    for replica in replicas where replica.wantsApply {
      try replica.applyCommitted(
        reader: partitions, changes: &changes, outcomes: &effects.outcomes, completions: &effects.completions)
      if let index = replica.appliedInTurn { applied.append((replica.shard, index)) }
    }
  }

  /// When the next turn is due although nothing happens: a hold falls due, or a stalled write is to be offered again.
  package func nextDeadline(now: Instant) -> Instant {
    if isStalled { return now.advanced(byMilliseconds: limits.stallRetryMilliseconds) }
    var due = Stamp.distantFuture
    // While commands are refused nothing can be done about what is due, and a tick under way does it already.
    guard commandRefusal == nil else { return .distantFuture }
    for replica in replicas { if let next = replica.nextDue { due = min(due, next) } }
    guard due != .distantFuture else { return .distantFuture }
    return now.advanced(byMilliseconds: UInt64(max(0, due.milliseconds - clock.stamp.milliseconds)))
  }

  /// Takes everyone who still waits, when the Store stops.
  package func abandonWaiters() -> [Waiter] {
    var abandoned = meta?.abandonWaiters() ?? []
    for replica in replicas { abandoned += replica.abandonWaiters() }
    return abandoned
  }
}
