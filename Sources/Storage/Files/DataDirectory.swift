internal import Basics
internal import Glibc

/// A node's data directory: its lock, its identity, and the folders of its Stores. Owned by the thread that opened it.
///
///     LOCK  FORMAT  store-0/log  store-0/state  store-1/log …
package final class DataDirectory {
  package let path: String
  package private(set) var format: DirectoryFormat
  let fileSystem: any FileSystem
  private let lock: DirectoryLock

  /// Opens a directory, or makes one where there is none or an empty one. `shardCount` and `cluster` are for a new one.
  init(
    path: String, storeCount: Int, shardCount: Int = 1, cluster: UniqueID, fileSystem: any FileSystem,
    makeStore: (DataDirectory, Int) throws(StorageError) -> Void
  ) throws(StorageError) {
    guard storeCount >= 1 && storeCount <= 256 else {
      throw .unusable(path: path, reason: "a node has 1 to 256 stores, not \(storeCount)")
    }
    self.path = path
    self.fileSystem = fileSystem
    try fileSystem.makeDirectory(path)
    lock = try DirectoryLock(path: path + "/LOCK")
    let formatPath = path + "/FORMAT"
    if let bytes = try fileSystem.contents(formatPath) {
      format = try DirectoryFormat(bytes, path: formatPath)
    } else {
      let strangers = try fileSystem.list(path).filter { $0 != "LOCK" && $0 != "FORMAT.new" }
      guard strangers.isEmpty else {
        throw .unusable(path: path, reason: "it has no FORMAT, yet is not empty (\(strangers[0]))")
      }
      format = DirectoryFormat(
        isReady: false, node: Self.randomID(), cluster: cluster, storeCount: storeCount, shardCount: shardCount,
        created: Self.now())
      try writeFormat()
    }
    guard format.storeCount == storeCount else {
      throw .unusable(
        path: path, reason: "it was made for \(format.storeCount) stores and cannot be opened with \(storeCount)")
    }
    if !format.isReady { try makeStores(makeStore) }
  }

  func storePath(_ store: Int) -> String { path + "/store-\(store)" }
  func logPath(_ store: Int) -> String { storePath(store) + "/log" }
  func statePath(_ store: Int) -> String { storePath(store) + "/state" }

  private func makeStores(_ makeStore: (DataDirectory, Int) throws(StorageError) -> Void) throws(StorageError) {
    for store in 0..<format.storeCount {
      try fileSystem.makeDirectory(storePath(store))
      try fileSystem.makeDirectory(logPath(store))
      try fileSystem.makeDirectory(statePath(store))
      try makeStore(self, store)
      try fileSystem.syncDirectory(storePath(store))
    }
    try fileSystem.syncDirectory(path)
    format.isReady = true
    try writeFormat()
  }

  private func writeFormat() throws(StorageError) {
    try fileSystem.write(format.encoded(), toNewFile: path + "/FORMAT.new")
    try fileSystem.rename(path + "/FORMAT.new", to: path + "/FORMAT")
    try fileSystem.syncDirectory(path)
  }

  private static func randomID() -> UniqueID {
    UniqueID(high: UInt64.random(in: .min ... .max), low: UInt64.random(in: .min ... .max))
  }

  private static func now() -> Stamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Stamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
