internal import Basics
internal import Glibc

/// A node's data directory: its lock, its identity, and the folders of its Stores. Owned by the thread that opened it.
///
///     LOCK  FORMAT  SECRET  SEEDS  store-0/log  store-0/state  store-1/log …
package final class DataDirectory {
  /// Makes the files of one Store of a new directory.
  typealias StoreMaker = (DataDirectory, Int) throws(StorageError) -> Void

  package let path: String
  package private(set) var format: DirectoryFormat
  let fileSystem: any FileSystem
  private let lock: DirectoryLock

  /// Takes the lock, and reads what the directory says or begins one that has nothing in it.
  private init(
    path: String, beginning: DirectoryFormat?, fileSystem: any FileSystem
  ) throws(StorageError) {
    self.path = path
    self.fileSystem = fileSystem
    if beginning != nil { try fileSystem.makeDirectory(path) }
    lock = try DirectoryLock(path: path + "/LOCK")
    let formatPath = path + "/FORMAT"
    if let bytes = try fileSystem.contents(formatPath) {
      format = try DirectoryFormat(bytes, path: formatPath)
      return
    }
    guard let beginning else { throw .unusable(path: path, reason: "it has no FORMAT file") }
    let strangers = try fileSystem.list(path).filter { !Self.namesBeforeFormat.contains($0) }
    guard strangers.isEmpty else {
      throw .unusable(path: path, reason: "it has no FORMAT, yet is not empty (\(strangers[0]))")
    }
    format = beginning
  }

  private static let namesBeforeFormat = ["LOCK", "FORMAT.new", "SECRET", "SECRET.new", "SEEDS", "SEEDS.new"]

  func storePath(_ store: Int) -> String { path + "/store-\(store)" }
  func logPath(_ store: Int) -> String { storePath(store) + "/log" }
  func statePath(_ store: Int) -> String { storePath(store) + "/state" }
}

// MARK: - The ways to have one

extension DataDirectory {
  /// Opens a directory that was made.
  convenience init(
    opening path: String, fileSystem: any FileSystem, makeStore: StoreMaker
  ) throws(StorageError) {
    try self.init(path: path, beginning: nil, fileSystem: fileSystem)
    guard format.state != .joining else {
      throw .unusable(path: path, reason: "it was made to join a cluster and has not: run holdfastd join again")
    }
    if format.state == .initialising { try makeStores(makeStore) }
  }

  /// Makes the directory of the first node of a new cluster. One whose making was interrupted is made anew.
  convenience init(
    founding path: String, as identity: DirectoryIdentity, fileSystem: any FileSystem, makeStore: StoreMaker
  ) throws(StorageError) {
    try self.init(path: path, beginning: Self.newFormat(.initialising), fileSystem: fileSystem)
    guard format.state == .initialising, format.number <= NodeID(1) else { throw Self.isMade(path, format) }
    try take(identity)
    try makeStores(makeStore)
  }

  /// Gives a directory its id, by which its cluster will know it again; ``finishJoining(as:makeStore:)`` does the rest.
  convenience init(joining path: String, fileSystem: any FileSystem) throws(StorageError) {
    try self.init(path: path, beginning: Self.newFormat(.joining), fileSystem: fileSystem)
    // The id is durable before the cluster hears of it: after a crash the same directory asks under the same id.
    switch format.state {
    case .joining: try writeFormat()
    case .initialising where format.number != NodeID(1): break
    case .initialising, .ready: throw Self.isMade(path, format)
    }
  }

  /// Makes the directory that of the node that the cluster says it is.
  func finishJoining(as identity: DirectoryIdentity, makeStore: StoreMaker) throws(StorageError) {
    invariant(format.state != .ready, "a directory joins once")
    try take(identity)
    try makeStores(makeStore)
  }

  private static func isMade(_ path: String, _ format: DirectoryFormat) -> StorageError {
    .unusable(
      path: path,
      reason: format.state == .joining
        ? "it was begun by holdfastd join: go on with that, or remove it"
        : "it is the data directory of node \(format.number) of cluster \(format.cluster) already")
  }

  private static func newFormat(_ state: DirectoryFormat.State) -> DirectoryFormat {
    DirectoryFormat(
      state: state, node: randomID(), number: .none, cluster: .zero, storeCount: 0, shardCount: 0,
      created: now())
  }
}

// MARK: - What is in it

extension DataDirectory {
  /// What the nodes of the cluster prove to each other.
  package func secret() throws(StorageError) -> ClusterSecret {
    let file = path + "/SECRET"
    guard let bytes = try fileSystem.contents(file) else { throw .unusable(path: file, reason: "it is not there") }
    guard let secret = ClusterSecret(text: String(decoding: bytes, as: UTF8.self)) else {
      throw .damaged(path: file, offset: 0, reason: "it should hold 64 hexadecimal digits")
    }
    return secret
  }

  /// Nodes to call before the meta shard's state has come; none on the first node of a cluster.
  package func seeds() throws(StorageError) -> [ClusterSeed] {
    let file = path + "/SEEDS"
    guard let bytes = try fileSystem.contents(file) else { return [] }
    guard let seeds = ClusterSeed.seeds(String(decoding: bytes, as: UTF8.self)) else {
      throw .damaged(path: file, offset: 0, reason: "each line should be a node's number and its HOST:PORT")
    }
    return seeds
  }

  /// Gives this start of the node's program its id. It is durable before any other node hears of it: so the next start
  /// follows it, and one on a copy of the directory that was made before does not.
  package func beginStart() throws(StorageError) {
    invariant(format.state == .ready, "a node starts on a directory that is made")
    format.starts = format.starts.next(Self.randomID())
    try writeFormat()
  }

  /// Writes who the node is. What the directory needs besides is durable before FORMAT says that it is there.
  private func take(_ identity: DirectoryIdentity) throws(StorageError) {
    guard identity.storeCount >= 1 && identity.storeCount <= 256 else {
      throw .unusable(path: path, reason: "a node has 1 to 256 stores, not \(identity.storeCount)")
    }
    try replace("SECRET", identity.secret.text, isPrivate: true)
    try replace("SEEDS", ClusterSeed.text(identity.seeds))
    format.state = .initialising
    format.number = identity.number
    format.cluster = identity.cluster
    format.storeCount = identity.storeCount
    format.shardCount = identity.shardCount
    try writeFormat()
  }

  private func makeStores(_ makeStore: StoreMaker) throws(StorageError) {
    for store in 0..<format.storeCount {
      try fileSystem.makeDirectory(storePath(store))
      try fileSystem.makeDirectory(logPath(store))
      try fileSystem.makeDirectory(statePath(store))
      try makeStore(self, store)
      try fileSystem.syncDirectory(storePath(store))
    }
    try fileSystem.syncDirectory(path)
    format.state = .ready
    try writeFormat()
  }

  private func writeFormat() throws(StorageError) {
    try fileSystem.write(format.encoded(), toNewFile: path + "/FORMAT.new", isPrivate: false)
    try fileSystem.rename(path + "/FORMAT.new", to: path + "/FORMAT")
    try fileSystem.syncDirectory(path)
  }

  private func replace(_ name: String, _ text: String, isPrivate: Bool = false) throws(StorageError) {
    try fileSystem.write(Array(text.utf8), toNewFile: path + "/\(name).new", isPrivate: isPrivate)
    try fileSystem.rename(path + "/\(name).new", to: path + "/\(name)")
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
