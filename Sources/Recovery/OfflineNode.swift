internal import Basics
internal import Foundation
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
    for (index, storage) in engine.stores.enumerated() { stores.append(try OfflineStore(storage, index)) }
  }

  /// Makes everything durable and gives the directory back. Call once, last.
  package func close() throws(RecoveryError) {
    for store in stores { try store.close() }
  }

  package func report() -> NodeReport {
    let replicas = stores.flatMap(\.reports).sorted { $0.shard < $1.shard }
    return NodeReport(
      cluster: format.cluster.description, directory: format.node.description, node: format.number.rawValue,
      path: path, replicas: replicas)
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
  private let records: [(shard: ShardID, record: ReplicaRecord)]
  private(set) var reports: [ReplicaReport] = []

  init(_ storage: StoreStorage, _ index: Int) throws(RecoveryError) {
    self.index = index
    self.storage = storage
    let progress = OfflineProgress()
    self.progress = progress
    records = try state { () throws(StateReadError) in try ReplicaRecord.all(storage.state) }
    let loader = try state { () throws(StateReadError) in
      try StoreLoader(partitions: storage.state, replicas: [], hashSeed: 0)
    }
    let applied = loader.applied
    let opened = try Recovery.storage { () throws(StorageError) in
      try storage.openLog(
        applied: applied, persisted: { progress.persisted($0) }, failed: { progress.failed($0.description) })
    }
    (log, logs) = (opened.log, opened.shards)
    storage.state.connect(slice: { _ in }, loaded: { _ in }, flushed: { progress.flushed($0) })
    let store: Store
    do throws(StateReadError) { store = try loader.store(logs: logs, now: .zero, wall: .zero) } catch {
      throw RecoveryError(error.message)
    }
    reports = store.status.map { report($0) }
  }

  func record(of shard: ShardID) -> ReplicaRecord? { records.first { $0.shard == shard }?.record }
  func log(of shard: ShardID) -> RecoveredLog { logs.first { $0.shard == shard }?.log ?? RecoveredLog() }
  func report(of shard: ShardID) -> ReplicaReport? { reports.first { $0.shard == shard.rawValue } }

  private func report(_ status: ReplicaStatus) -> ReplicaReport {
    let log = log(of: status.shard)
    let stamped = log.entries.last { !$0.payload.isEmpty && $0.kind == .normal }
    return ReplicaReport(
      shard: status.shard.rawValue, store: index, member: MemberName(status.member),
      voters: status.configuration.voters.map { MemberName($0) },
      votersOutgoing: status.configuration.votersOutgoing.map { MemberName($0) },
      learners: status.configuration.learners.map { MemberName($0) }, term: status.term.rawValue,
      lastTerm: (log.entries.last?.term ?? log.start.term).rawValue, lastIndex: status.lastIndex.rawValue,
      commitIndex: status.commitIndex.rawValue, appliedIndex: status.appliedIndex.rawValue,
      lastStamp: max(status.stamp.milliseconds, stamped.flatMap { EntryStamp.read($0.payload) }?.milliseconds ?? 0))
  }

  /// Writes changes of the state, and when they are durable, records of the log, and waits until those are.
  func write(_ changes: borrowing StateChanges, _ records: [LogBatch.Record]) throws(RecoveryError) {
    let outcome: StateWriteOutcome
    do throws(StateReadError) { outcome = try storage.state.write(changes, applied: []) } catch {
      throw RecoveryError(error.message)
    }
    guard outcome == .written, storage.state.requestFlush(nextFlush) else {
      throw RecoveryError("the state takes nothing more")
    }
    try progress.wait(forFlush: nextFlush)
    nextFlush = FlushNumber(nextFlush.rawValue + 1)
    var batch = LogBatch(token: nextToken)
    for record in records { batch.append(record) }
    log.submit(batch)
    try progress.wait(forToken: nextToken)
    nextToken = PersistToken(nextToken.rawValue + 1)
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
