package import Basics
internal import CRocksDB
package import Raft
package import Replication

/// The keyed state of one Store's replicas: one RocksDB, one column family, without a write-ahead log. Owned by the
/// Store's thread.
///
/// A batch goes into one memtable whole, and memtables reach the disk whole and in order. So what a restart finds is the
/// effect of all batches up to some point and of none after it; as each batch holds the applied record of every replica
/// it touched, replaying the log from the applied record on is right for each replica, wherever that point was.
@safe package final class StateDatabase: StatePartitions {
  private let database: RocksDatabase
  private let newest: StateView
  private let checkpointer: Checkpointer
  private let configuration: StateConfiguration
  /// Long reads over a snapshot, off the Store's thread.
  package let readers: ReaderPool
  private let writeOptions: OpaquePointer?
  private var buffer: [UInt8] = []
  private var applied = AppliedIndexes()
  private var bytesSinceFlush: UInt64 = 0
  private var logByteCountAtFlush: UInt64 = 0
  private var log: LogWriter?

  init(
    path: String, name: String, configuration: StateConfiguration, failed: @escaping @Sendable (StorageError) -> Void
  ) throws(StorageError) {
    database = try RocksDatabase(path: path, configuration: configuration)
    newest = StateView(database)
    checkpointer = Checkpointer(database, name: name, failed: failed)
    readers = ReaderPool(
      database, name: name, threadCount: configuration.readerCount, queueMax: configuration.readerQueueMax)
    self.configuration = configuration
    unsafe writeOptions = rocksdb_writeoptions_create()
    unsafe rocksdb_writeoptions_disable_WAL(writeOptions, 1)
    unsafe rocksdb_writeoptions_set_no_slowdown(writeOptions, 1)
  }

  deinit { unsafe rocksdb_writeoptions_destroy(writeOptions) }

  package func read(key: borrowing RawSpan, into value: inout [UInt8]) throws(StateReadError) -> Bool {
    try newest.read(key: key, into: &value)
  }

  package func scan(
    from start: borrowing RawSpan, to end: borrowing RawSpan, descending: Bool,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StateReadError) {
    try newest.scan(from: start, to: end, descending: descending, body)
  }

  package func write(
    _ changes: borrowing StateChanges, applied: [(shard: ShardID, index: LogIndex)]
  ) throws(StateReadError) -> StateWriteOutcome {
    if !changes.isEmpty {
      // The grammar of `StateChanges` is that of a RocksDB write batch behind its head (sequence:u64 count:u32), so the
      // batch crosses into C as one piece of memory.
      buffer.removeAll(keepingCapacity: true)
      buffer.append(contentsOf: repeatElement(0, count: 8))
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        buffer.append(UInt8(truncatingIfNeeded: UInt32(changes.count) >> shift))
      }
      unsafe changes.bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
      guard try writeBuffer() == .written else { return .stalled }
      bytesSinceFlush += UInt64(changes.byteCount)
    }
    for (shard, index) in applied { self.applied.set(shard, index) }
    flushIfDue()
    return .written
  }

  private func writeBuffer() throws(StateReadError) -> StateWriteOutcome {
    let batch = unsafe buffer.withUnsafeBytes { bytes in
      unsafe rocksdb_writebatch_create_from(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    defer { unsafe rocksdb_writebatch_destroy(batch) }
    var error: UnsafeMutablePointer<CChar>?
    unsafe rocksdb_write(database.handle, writeOptions, batch, &error)
    guard let message = unsafe RocksDatabase.take(error) else { return .written }
    if message.hasPrefix("Result incomplete") { return .stalled }
    throw StateReadError(message: "writing the state in \(database.path) failed: \(message)")
  }
}

extension StateDatabase {
  /// The log whose entries a flush makes unnecessary. Set once the log is open, with what the state covers.
  func attach(_ log: LogWriter, applied: [ShardID: LogStart]) {
    self.log = log
    checkpointer.attach(log)
    for shard in applied.keys.sorted() {
      if let start = applied[shard] { self.applied.set(shard, start.index) }
    }
  }

  /// Starts a flush in the background, unless one is under way. The indexes are those of now: everything written before
  /// is in the memtables that the flush takes.
  package func flushSoon() {
    guard checkpointer.request(applied.all) else { return }
    bytesSinceFlush = 0
    logByteCountAtFlush = log?.submittedByteCount ?? 0
  }

  /// Starts a flush when a restart would have much to replay.
  private func flushIfDue() {
    let logBytes = (log?.submittedByteCount ?? 0) - logByteCountAtFlush
    if max(bytesSinceFlush, logBytes) >= configuration.flushByteCount { flushSoon() }
  }

  /// Flushes and ends the threads. Call once, last.
  package func close() throws(StorageError) {
    readers.close()
    try checkpointer.close(applied.all)
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
