internal import Basics
internal import Foundation
internal import Placement
internal import Raft
internal import Replication
internal import Storage

/// A data directory whose node does not run, opened to be looked at or changed. Opening it recovers its log as a start
/// does; no group is started and nobody is talked to. Used by one thread.
package final class OfflineNode {
  let format: DirectoryFormat
  let path: String
  private let engine: StorageEngine
  private(set) var stores: [OfflineStore] = []

  /// Locks and opens a directory.
  ///
  /// - Throws: ``RecoveryError`` when there is none, a process has it, or it is damaged.
  package init(path: String) throws(RecoveryError) {
    self.path = path
    guard let format = try storage({ () throws(StorageError) in try DirectoryFormat.read(directory: path) }) else {
      throw RecoveryError("\(path) is not the data directory of a node: it has no FORMAT")
    }
    self.format = format
    engine = try storage { () throws(StorageError) in
      try StorageEngine(path: path, configuration: StorageConfiguration())
    }
    for (index, storage) in engine.stores.enumerated() {
      let beginning = ReplicaSpecification.beginning(
        of: format.number, store: index, storeCount: format.storeCount,
        shards: ShardMap(dividedAmong: format.shardCount).inventoryShards)
      stores.append(try OfflineStore(storage, index, format.number, beginning))
    }
  }

  /// Makes everything durable and gives the directory back. Call once, last.
  package func close() throws(RecoveryError) {
    for store in stores { try store.close() }
  }

  package func report() -> NodeReport {
    let replicas = stores.flatMap(\.reports).sorted { $0.shard < $1.shard }
    let table = stores.lazy.compactMap(\.table).first
    return NodeReport(
      cluster: format.cluster.description, directory: format.node.description, node: format.number.rawValue,
      path: path, replicas: replicas, shards: table?.shards.map(\.shard.rawValue) ?? [],
      tableRevision: table?.revision ?? 0)
  }
}

/// One Store of an offline node.
final class OfflineStore {
  let index: Int
  private let storage: StoreStorage
  private let log: LogWriter
  private let progress: OfflineProgress
  private var nextToken = PersistToken(1)
  private var nextFlush = FlushNumber(1)
  private let logs: [(shard: ShardID, log: RecoveredLog)]
  /// Those of replicas that are gone are there too.
  private let records: [(shard: ShardID, record: ReplicaRecord)]
  private let store: Store
  private(set) var reports: [ReplicaReport] = []

  init(
    _ storage: StoreStorage, _ index: Int, _ node: NodeID, _ beginning: [ReplicaSpecification]
  ) throws(RecoveryError) {
    self.index = index
    self.storage = storage
    let progress = OfflineProgress()
    self.progress = progress
    records = try state { () throws(StateReadError) in try ReplicaRecord.all(storage.state) }
    let loader = try state { () throws(StateReadError) in
      try StoreLoader(node: node, partitions: storage.state, replicas: beginning, hashSeed: 0, storeIndex: index)
    }
    let applied = loader.applied
    let opened = try Recovery.storage { () throws(StorageError) in
      try storage.openLog(
        applied: applied, persisted: { progress.persisted($0) }, failed: { progress.failed($0.description) })
    }
    (log, logs) = (opened.log, opened.shards)
    storage.state.connect(slice: { _ in }, loaded: { _ in }, flushed: { progress.flushed($0) })
    do throws(StateReadError) { store = try loader.store(logs: logs, now: .zero, wall: .zero) } catch {
      throw RecoveryError(error.message)
    }
    try replay()
    reports = store.status.map { report($0) }
  }

  /// What the log knows to be committed counts, also where the state had not got to it when the node died.
  private func replay() throws(RecoveryError) {
    while true {
      let isDone = try state { () throws(StateReadError) in try store.replayCommitted() }
      try flush()
      if isDone { return }
    }
  }

  /// What this node knows of the cluster; only the Store that has the meta shard does.
  var table: ClusterTable? { store.cluster }

  func record(of shard: ShardID) -> ReplicaRecord? {
    store.record(of: shard) ?? records.first { $0.shard == shard }?.record
  }

  /// The log above what is applied.
  func log(of shard: ShardID) -> RecoveredLog {
    var log = logs.first { $0.shard == shard }?.log ?? RecoveredLog()
    let applied = store.status(of: shard)?.appliedIndex ?? .zero
    log.entries.removeAll { $0.index <= applied }
    return log
  }

  func report(of shard: ShardID) -> ReplicaReport? { reports.first { $0.shard == shard.rawValue } }

  private func report(_ status: ReplicaStatus) -> ReplicaReport {
    let log = logs.first { $0.shard == status.shard }?.log ?? RecoveredLog()
    return ReplicaReport(
      shard: status.shard.rawValue, store: index, member: MemberName(status.member),
      voters: status.configuration.voters.map { MemberName($0) },
      votersOutgoing: status.configuration.votersOutgoing.map { MemberName($0) },
      learners: status.configuration.learners.map { MemberName($0) }, term: status.term.rawValue,
      lastTerm: (log.entries.last?.term ?? log.start.term).rawValue, lastIndex: status.lastIndex.rawValue,
      commitIndex: status.commitIndex.rawValue, appliedIndex: status.appliedIndex.rawValue,
      committedStamp: status.stamp.milliseconds)
  }

  /// Writes changes of the state, and when they are durable, records of the log, and waits until those are.
  ///
  /// - Parameter emptied: shards whose log begins anew: nothing of it counts as applied any more.
  func write(
    _ changes: borrowing StateChanges, _ records: [LogBatch.Record], emptied: [ShardID] = []
  ) throws(RecoveryError) {
    let outcome: StateWriteOutcome
    do throws(StateReadError) {
      outcome = try storage.state.write(changes, applied: emptied.map { ($0, LogIndex.zero) })
    } catch {
      throw RecoveryError(error.message)
    }
    guard outcome == .written else { throw RecoveryError("the state takes nothing more") }
    try flush()
    if records.isEmpty { return }
    var batch = LogBatch(token: nextToken)
    for record in records { batch.append(record) }
    log.submit(batch)
    try progress.wait(forToken: nextToken)
    nextToken = PersistToken(nextToken.rawValue + 1)
  }

  private func flush() throws(RecoveryError) {
    guard storage.state.requestFlush(nextFlush) else { throw RecoveryError("the state takes nothing more") }
    try progress.wait(forFlush: nextFlush)
    nextFlush = FlushNumber(nextFlush.rawValue + 1)
  }

  func close() throws(RecoveryError) {
    try Recovery.storage { () throws(StorageError) in try storage.close(log) }
  }
}

/// How far the storage's threads have come, and the wait for it.
private final class OfflineProgress: @unchecked Sendable {
  private let condition = NSCondition()
  private var token = PersistToken.zero
  private var flush = FlushNumber(0)
  private var failure: String?

  func persisted(_ token: PersistToken) { change { self.token = token } }
  func flushed(_ number: FlushNumber) { change { flush = number } }
  func failed(_ text: String) { change { failure = failure ?? text } }

  func wait(forToken token: PersistToken) throws(RecoveryError) { try wait { self.token >= token } }
  func wait(forFlush number: FlushNumber) throws(RecoveryError) { try wait { flush >= number } }

  private func change(_ body: () -> Void) {
    condition.lock()
    body()
    condition.broadcast()
    condition.unlock()
  }

  private func wait(_ isDone: () -> Bool) throws(RecoveryError) {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let failure { throw RecoveryError(failure) }
      if isDone() { return }
      condition.wait()
    }
  }
}

/// Why nothing could be recovered, for a person.
package struct RecoveryError: Error, Equatable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}

/// Calls the storage, whose errors are for people.
private func storage<Value>(_ body: () throws(StorageError) -> Value) throws(RecoveryError) -> Value {
  do throws(StorageError) { return try body() } catch { throw RecoveryError(error.description) }
}

/// Reads the state.
private func state<Value>(_ body: () throws(StateReadError) -> Value) throws(RecoveryError) -> Value {
  do throws(StateReadError) { return try body() } catch { throw RecoveryError(error.message) }
}
