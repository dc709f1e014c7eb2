package import Basics
package import Raft
package import Replication

/// The keyed state of one Store's replicas: one RocksDB, one column family, without a write-ahead log. Owned by the
/// Store's thread.
///
/// Writes go behind: a turn's changes are kept in memory, in front of RocksDB, until a background thread has written
/// those of many turns in key order. Nothing is lost by that: RocksDB's memtables are as volatile, and a restart replays the
/// log. What a restart finds is the effect of all turns up to some point and of none after it (``BackgroundWriter`` says
/// why, and memtables reach the disk whole and in order); as each turn's changes hold the applied record of every
/// replica it touched, replaying the log from the applied record on is right for each replica, wherever that point was.
package final class StateDatabase: StatePartitions {
  let database: RocksDatabase
  private let newest: StateView
  let checkpointer: Checkpointer
  let pending: WriteBehind
  let writer: BackgroundWriter
  private let configuration: StateConfiguration
  /// Frozen states, and who is told what was read of them.
  let cuts: CutShelf
  /// Long reads over a snapshot, off the Store's thread.
  package let readers: ReaderPool
  let scrubber: StateScrubber
  private var bytesSinceFlush: UInt64 = 0
  private var logByteCountAtFlush: UInt64 = 0
  private var log: LogWriter?
  private var isScanning = false

  /// `hasWriterThread` is false in tests that step the background writer themselves.
  init(
    path: String, name: String, configuration: StateConfiguration, hasWriterThread: Bool = true,
    failed: @escaping @Sendable (StorageError) -> Void
  ) throws(StorageError) {
    database = try RocksDatabase(path: path, configuration: configuration)
    newest = StateView(database)
    checkpointer = Checkpointer(database, name: name, failed: failed)
    writer = BackgroundWriter(database, checkpointer, name: name, hasThread: hasWriterThread, failed: failed)
    pending = WriteBehind(writer, configuration)
    readers = ReaderPool(
      database, pending, name: name, threadCount: configuration.readerCount, queueMax: configuration.readerQueueMax)
    scrubber = StateScrubber(database, configuration, name: name, failed: failed)
    self.configuration = configuration
    cuts = CutShelf(path: path, failed: failed)
  }

  package func read(key: borrowing RawSpan, into value: inout [UInt8]) throws(StateReadError) -> Bool {
    if !pending.isEmpty, let found = findPending(key, &value) { return found }
    return try newest.read(key: key, into: &value)
  }

  package func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError) {
    if pending.isEmpty { return try newest.scan(from: start, to: end, descending: descending, body) }
    let wasScanning = isScanning
    isScanning = true
    defer { isScanning = wasScanning }
    try newest.scan(from: start, to: end, descending: descending, under: pending, body)
  }

  /// `.stalled`: the background writer is so far behind that the buffer is full.
  package func write(
    _ changes: borrowing StateChanges, applied: [(shard: ShardID, index: LogIndex)]
  ) throws(StateReadError) -> StateWriteOutcome {
    invariant(!isScanning, "a write would take the ground from under a scan")
    if let failure = writer.failure { throw StateReadError(message: "writing the state failed: \(failure)") }
    guard pending.take(changes, applied) == .written else { return .stalled }
    bytesSinceFlush += UInt64(changes.byteCount)
    flushIfDue()
    return .written
  }

  private func findPending(_ key: borrowing RawSpan, _ value: inout [UInt8]) -> Bool? {
    let found = unsafe key.withUnsafeBytes { unsafe pending.find($0) }
    switch unsafe found {
    case .unknown: return nil
    case .deleted:
      value.removeAll(keepingCapacity: true)
      return false
    case .put(let bytes):
      value.removeAll(keepingCapacity: true)
      unsafe value.append(contentsOf: bytes)
      return true
    }
  }
}

extension StateDatabase {
  /// The log whose entries a flush makes unnecessary. Set once the log is open, with what the state covers.
  func attach(_ log: LogWriter, applied: [ShardID: LogStart]) {
    self.log = log
    checkpointer.attach(log)
    for shard in applied.keys.sorted() {
      if let start = applied[shard] { pending.setApplied(shard, start.index) }
    }
  }

  /// Starts a flush in the background of everything written so far, behind the one under way. The log is told of the
  /// indexes that belong to what the background writer has written by then.
  package func flushSoon() {
    _ = pending.order(.flush(nil), isExact: false)
    bytesSinceFlush = 0
    logByteCountAtFlush = log?.submittedByteCount ?? 0
  }

  /// Starts a flush when a restart would have much to replay.
  private func flushIfDue() {
    let logBytes = (log?.submittedByteCount ?? 0) - logByteCountAtFlush
    if max(bytesSinceFlush, logBytes) >= configuration.flushByteCount { flushSoon() }
  }

  /// Writes what is pending, flushes and ends the threads. Call once, last.
  package func close() throws(StorageError) {
    let knownFailure = writer.failure
    pending.handOverAll()
    let applied = writer.close()
    readers.close()
    scrubber.close()
    try checkpointer.close(applied)
    if let failure = writer.failure, knownFailure == nil { throw failure }
  }

  /// What RocksDB says about itself, for status pages: a name as in RocksDB's `GetProperty`.
  package func property(_ name: String) -> String { database.text(name) }
}

/// The index that each replica of the Store has reached in the state.
struct AppliedIndexes {
  private(set) var all: [(shard: ShardID, index: LogIndex)] = []
  private var slots: [ShardID: Int] = [:]

  mutating func set(_ shard: ShardID, _ index: LogIndex) {
    if let slot = slots[shard] {
      all[slot].index = index
    } else {
      slots[shard] = all.count
      all.append((shard, index))
    }
  }
}
