internal import Basics
internal import CRocksDB
internal import Raft
internal import Replication
internal import Synchronization

/// Writes buffers to RocksDB in the order in which they were handed over, and does between them what must come behind an
/// earlier write. Tasks are handed over by the Store's thread and carried out by a thread of its own.
///
/// Each buffer becomes one batch. RocksDB takes a batch into one memtable whole or not at all, and buffers begin and
/// end between turns. So RocksDB always holds the effect of all turns up to some point and of none after it, together
/// with the applied records of exactly that point: the newest of each, as they are changes of those turns like any other.
@safe final class BackgroundWriter: @unchecked Sendable {
  enum Task {
    case write(ChangeBuffer)
    /// Asks for a flush of all that was handed over before; the number is answered when it is durable.
    case flush(FlushNumber?)
    /// Is called when all that was handed over before is in RocksDB; never, if that failed.
    case job(@Sendable () -> Void)
  }

  private struct State {
    var tasks = RingBuffer<Task>()
    /// A task was taken and is not done.
    var isBusy = false
    var isStopping = false
    var failure: StorageError?
  }

  private let state = Monitor(State())
  private let thread = Monitor(WorkerThreadBox())
  private let written = Atomic<UInt64>(0)
  private let failed = Atomic<Bool>(false)
  private let standingBack = StandingBack()
  private let database: RocksDatabase
  private let checkpointer: Checkpointer
  private let report: @Sendable (StorageError) -> Void
  private let writeOptions: OpaquePointer?
  // The writer thread's.
  private var builder = BatchBuilder()
  private var applied: [(shard: ShardID, index: LogIndex)] = []

  /// Without a thread of its own, whoever made it calls ``step()``: for tests that decide when the writer proceeds.
  init(
    _ database: RocksDatabase, _ checkpointer: Checkpointer, name: String, hasThread: Bool,
    failed: @escaping @Sendable (StorageError) -> Void
  ) {
    self.database = database
    self.checkpointer = checkpointer
    report = failed
    // It may wait for RocksDB: it is not the loop.
    unsafe writeOptions = rocksdb_writeoptions_create()
    unsafe rocksdb_writeoptions_disable_WAL(writeOptions, 1)
    guard hasThread else { return }
    thread.withLock { $0.start(name: "state-\(name)", background: false) { [self] in run() } }
  }

  deinit { unsafe rocksdb_writeoptions_destroy(writeOptions) }

  /// How many buffers are in RocksDB and will not be looked at by the writer again. Any thread.
  var writtenCount: UInt64 { written.load(ordering: .acquiring) }
  /// Why nothing is written any more. Any thread.
  var failure: StorageError? { failed.load(ordering: .relaxed) ? state.withLock { $0.failure } : nil }

  func submit(_ task: Task) {
    let isAwaited = state.signal { state in
      state.tasks.append(task)
      return state.isBusy || state.tasks.count > 1
    }
    if isAwaited { hurry() }
  }

  /// Says that someone waits for what was handed over.
  func hurry() { standingBack.hurry() }

  /// Carries out what waits and ends the thread; answers what was written last.
  func close() -> [(shard: ShardID, index: LogIndex)] {
    state.signal { $0.isStopping = true }
    hurry()
    thread.withLock { $0.join() }
    while step() {}
    return applied
  }

  /// Carries out the next task, if there is one. The writer thread's.
  func step() -> Bool {
    guard let task = state.withLock({ $0.tasks.popFirst() }) else { return false }
    carryOut(task)
    return true
  }

  private func run() {
    // Counting comparisons, which nobody reads, is a look at thread-local memory for each of them.
    rocksdb_set_perf_level(Int32(rocksdb_disable))
    while true {
      let task = state.wait { state -> Task?? in
        state.isBusy = !state.tasks.isEmpty
        if let task = state.tasks.popFirst() { return .some(task) }
        return state.isStopping ? .some(nil) : nil
      }
      guard case .some(.some(let task)) = task else { return }
      carryOut(task)
    }
  }

  /// After a failure nothing is carried out: RocksDB lacks a batch, so nothing behind it may get in.
  private func carryOut(_ task: Task) {
    guard !failed.load(ordering: .relaxed) else { return }
    switch task {
    case .write(let buffer):
      do throws(StorageError) {
        if !buffer.isEmpty { try write(buffer) }
        applied = buffer.applied
        written.wrappingAdd(1, ordering: .releasing)
      } catch { fail(error) }
    case .flush(let number): checkpointer.request(applied, number)
    case .job(let body): body()
    }
  }

  private func fail(_ error: StorageError) {
    checkpointer.giveUp()
    state.withLock { $0.failure = error }
    failed.store(true, ordering: .relaxed)
    report(error)
  }

  private func write(_ buffer: ChangeBuffer) throws(StorageError) {
    let isAwaited = { [self] in state.withLock { !$0.tasks.isEmpty || $0.isStopping } }
    try standingBack.whileStandingBack(unless: isAwaited) { () throws(StorageError) in
      builder.build(buffer)
      try writeBatch()
    }
  }

  private func writeBatch() throws(StorageError) {
    let batch = unsafe builder.bytes.withUnsafeBytes { bytes in
      unsafe rocksdb_writebatch_create_from(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    defer { unsafe rocksdb_writebatch_destroy(batch) }
    var error: UnsafeMutablePointer<CChar>?
    unsafe rocksdb_write(database.handle, writeOptions, batch, &error)
    if let message = unsafe RocksDatabase.take(error) { throw .database(path: database.path, message: message) }
  }
}
