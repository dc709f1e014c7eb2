internal import Reactor
internal import Replication
internal import Storage

/// A Store's thread, and the storage that outlives it: opened before the thread starts and closed once it has ended.
struct StoreThread {
  let thread: LoopThread
  private let storage: StorageHandover

  init(
    index: Int, node: NodeContext, storage: StoreStorage, replicas: [ReplicaSpecification], hashSeed: UInt64
  ) throws {
    let handover = StorageHandover(storage)
    self.storage = handover
    thread = try LoopThread(name: "store-\(index)") { loop in
      try StoreServer.open(
        index: index, node: node, storage: handover, replicas: replicas, hashSeed: hashSeed, on: loop)
    }
  }

  /// Writes what is pending and closes the files. Only after the thread has ended.
  func closeStorage() throws(StorageError) { try storage.storage.close(storage.log) }
}

/// The storage of one Store on its way from the main thread to the Store's and back. Never used by both at once: the
/// start of the thread and its join are what passes it on.
final class StorageHandover: @unchecked Sendable {
  let storage: StoreStorage
  /// Set by the Store's thread when it opens the log.
  var log: LogWriter?

  init(_ storage: StoreStorage) { self.storage = storage }
}
