package import Basics
package import Raft
package import Replication

/// How a node's storage is set up.
package struct StorageConfiguration: Equatable, Sendable {
  package var log = LogConfiguration()
  package var state = StateConfiguration()
  package init() {}
}

/// A node's storage: one data directory with the storage of each Store. Opened by the main thread; each Store's part is
/// then handed to the Store's thread.
package final class StorageEngine {
  package let directory: DataDirectory
  package let stores: [StoreStorage]

  /// Opens a data directory that was made. The logs are opened later, Store by Store: see ``StoreStorage``.
  package init(path: String, configuration: StorageConfiguration) throws(StorageError) {
    if let problem = configuration.log.problem { throw .unusable(path: path, reason: problem) }
    directory = try DataDirectory(
      opening: path, fileSystem: PosixFileSystem(), makeStore: Self.maker(configuration.log))
    var stores: [StoreStorage] = []
    for store in 0..<directory.format.storeCount {
      stores.append(try StoreStorage(directory: directory, store: store, configuration: configuration))
    }
    self.stores = stores
  }
}

// MARK: - Making a data directory

extension StorageEngine {
  /// Makes the data directory of the first node of a new cluster; one that is made already is refused.
  package static func found(
    _ path: String, as identity: DirectoryIdentity, log: LogConfiguration
  ) throws(StorageError) {
    if let problem = log.problem { throw .unusable(path: path, reason: problem) }
    _ = try DataDirectory(founding: path, as: identity, fileSystem: PosixFileSystem(), makeStore: maker(log))
  }

  /// Begins the data directory of a node that joins a cluster, or finds one that was begun.
  package static func beginJoining(_ path: String) throws(StorageError) -> DataDirectory {
    try DataDirectory(joining: path, fileSystem: PosixFileSystem())
  }

  package static func finishJoining(
    _ directory: DataDirectory, as identity: DirectoryIdentity, log: LogConfiguration
  ) throws(StorageError) {
    if let problem = log.problem { throw .unusable(path: directory.path, reason: problem) }
    try directory.finishJoining(as: identity, makeStore: maker(log))
  }

  /// Makes the first segment of a Store's log.
  private static func maker(_ configuration: LogConfiguration) -> DataDirectory.StoreMaker {
    { (directory: DataDirectory, store: Int) throws(StorageError) in
      try LogOpening(
        fileSystem: directory.fileSystem, folder: LogFolder(path: directory.logPath(store)),
        owner: directory.format.node, store: UInt32(store), configuration: configuration, persisted: { _ in },
        failed: { _ in }
      ).create()
    }
  }
}

/// The storage of one Store. Recovery has two steps: the state opens first; the core reads from it how far each replica
/// has applied; then ``openLog(applied:persisted:failed:)`` reads the log and keeps only what lies above that in memory.
package final class StoreStorage {
  package let state: StateDatabase
  private let directory: DataDirectory
  private let store: Int
  private let configuration: StorageConfiguration
  private let failure: FailureHook

  init(directory: DataDirectory, store: Int, configuration: StorageConfiguration) throws(StorageError) {
    self.directory = directory
    self.store = store
    self.configuration = configuration
    let failure = FailureHook()
    self.failure = failure
    state = try StateDatabase(
      path: directory.statePath(store), name: "\(store)", configuration: configuration.state,
      failed: { failure.report($0) })
  }

  /// Recovers the log. `applied` gives, for each replica in the state, the last applied entry's index and term (a zero
  /// term when it is not known; then a state that is ahead of the log is refused). `persisted` and `failed` are called
  /// on threads of the storage; after `failed` the Store must stop.
  package func openLog(
    applied: [(shard: ShardID, applied: LogStart)], persisted: @escaping @Sendable (PersistToken) -> Void,
    failed: @escaping @Sendable (StorageError) -> Void
  ) throws(StorageError) -> (log: LogWriter, shards: [(shard: ShardID, log: RecoveredLog)]) {
    failure.connect(failed)
    let opening = LogOpening(
      fileSystem: directory.fileSystem, folder: LogFolder(path: directory.logPath(store)),
      owner: directory.format.node, store: UInt32(store), configuration: configuration.log, persisted: persisted,
      failed: { [failure] in failure.report($0) })
    var byShard: [ShardID: LogStart] = [:]
    for item in applied { byShard[item.shard] = item.applied }
    let (log, shards) = try opening.open(applied: byShard)
    state.attach(log, applied: byShard)
    return (log, shards)
  }

  /// Free bytes on the disk of the data directory, for those who may not use the reserve.
  package func availableByteCount() throws(StorageError) -> UInt64 {
    try directory.fileSystem.availableByteCount(directory.path)
  }

  /// Flushes the state, seals the log, ends all threads. Call once, when nothing is submitted any more.
  package func close(_ log: LogWriter?) throws(StorageError) {
    try state.close()
    try log?.close()
  }
}

/// Tells the Store of the first failure, and of no other. Any thread may report; the Store is known later.
private final class FailureHook: Sendable {
  private struct State {
    var failed: (@Sendable (StorageError) -> Void)?
    var first: StorageError?
  }

  private let state = Monitor(State())

  func report(_ error: StorageError) {
    let failed = state.withLock { state -> (@Sendable (StorageError) -> Void)? in
      if state.first != nil { return nil }
      state.first = error
      return state.failed
    }
    failed?(error)
  }

  func connect(_ failed: @escaping @Sendable (StorageError) -> Void) {
    let first = state.withLock { state -> StorageError? in
      state.failed = failed
      return state.first
    }
    if let first { failed(first) }
  }
}
