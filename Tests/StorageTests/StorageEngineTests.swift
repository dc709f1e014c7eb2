import Basics
import Glibc
import Raft
import Replication
import Testing

@testable import Storage

@Suite struct StorageEngineTests {
  let folder = TemporaryFolder()
  let cluster = UniqueID(high: 7, low: 9)

  func configuration() -> StorageConfiguration {
    var configuration = StorageConfiguration()
    configuration.log.segmentByteCount = 256 << 10
    configuration.log.freeByteCountMin = 1 << 20
    return configuration
  }

  func open(_ storeCount: Int = 1) throws -> StorageEngine {
    try open(folder.path + "/data", storeCount, configuration())
  }

  /// Opens a data directory, which is made first where there is none.
  func open(_ path: String, _ storeCount: Int, _ configuration: StorageConfiguration) throws -> StorageEngine {
    if try DirectoryFormat.read(directory: path) == nil {
      let identity = DirectoryIdentity(cluster: cluster, storeCount: storeCount, shardCount: 1, secret: .random())
      try StorageEngine.found(path, as: identity, log: configuration.log)
    }
    return try StorageEngine(path: path, configuration: configuration)
  }

  @Test("what was persisted and written is found again")
  func roundTrip() throws {
    let key: [UInt8] = [0, 0, 0, 5, 0, 1, 2, 9]
    do {
      let engine = try open()
      let receipts = Receipts()
      let store = engine.stores[0]
      let (log, shards) = try store.openLog(applied: [], persisted: receipts.persisted, failed: receipts.failed)
      #expect(shards.isEmpty)
      log.submit(
        batch(1) { batch in
          batch.records.append(.hardState(ShardID(5), HardState(term: Term(1), vote: MemberID(2), commit: .zero)))
          batch.append(ShardID(5), entry(1))
          batch.append(ShardID(5), entry(2, [9]))
        })
      #expect(receipts.wait(for: 1))
      var changes = StateChanges()
      changes.put(key: key.rawSpan, value: [42].rawSpan)
      #expect(try store.state.write(changes, applied: [(ShardID(5), LogIndex(1))]) == .written)
      try store.close(log)
    }
    let engine = try open()
    let receipts = Receipts()
    let store = engine.stores[0]
    var value: [UInt8] = []
    #expect(try store.state.read(key: key.rawSpan, into: &value))
    #expect(value == [42])
    let (log, shards) = try store.openLog(
      applied: [(ShardID(5), LogStart(index: LogIndex(1), term: Term(1)))], persisted: receipts.persisted,
      failed: receipts.failed)
    #expect(
      shards.map(\.log) == [
        RecoveredLog(
          hardState: HardState(term: Term(1), vote: MemberID(2), commit: .zero),
          start: LogStart(index: LogIndex(1), term: Term(1)), entries: [entry(2, [9])], storedStart: .zero)
      ])
    try store.close(log)
    #expect(engine.directory.format.cluster == cluster)
  }
}

extension StorageEngineTests {
  @Test("a flush tells the log, and after a kill the applied record agrees with the data")
  func flushAndKill() throws {
    let shard = ShardID(3)
    let keys = (data: [UInt8]([0, 0, 0, 3, 0, 1, 1]), applied: [UInt8]([0, 0, 0, 3, 0, 1, 0]))
    var configuration = configuration()
    configuration.state.flushByteCount = 20_000
    let path = folder.path + "/data"
    do {
      let engine = try open(path, 1, configuration)
      let store = engine.stores[0]
      let receipts = Receipts()
      let (log, _) = try store.openLog(applied: [], persisted: receipts.persisted, failed: receipts.failed)
      for index in UInt64(1)...400 {
        log.submit(batch(index) { $0.append(shard, entry(index, [UInt8](repeating: 1, count: 900))) })
        #expect(receipts.wait(for: index))
        var changes = StateChanges()
        for _ in 0..<3 {
          changes.put(key: keys.data.rawSpan, value: [UInt8](repeating: UInt8(index & 255), count: 90).rawSpan)
        }
        changes.put(key: keys.applied.rawSpan, value: [UInt8(index & 255), UInt8(index >> 8)].rawSpan)
        while try store.state.write(changes, applied: [(shard, LogIndex(index))]) == .stalled {}
      }
      #expect(eventually { log.contents.withLock { $0.table[shard]?.flushed ?? .zero } > LogIndex(100) })
      #expect(receipts.state.withLock { $0.errors.isEmpty })
      // What lies on the disk now, while the node runs, is what a kill leaves behind.
      try store.state.keepingFiles { try TemporaryFolder.copy(path, to: folder.path + "/copy") }
      try store.close(log)
    }
    let engine = try open(folder.path + "/copy", 1, configuration)
    let store = engine.stores[0]
    var value: [UInt8] = []
    #expect(try store.state.read(key: keys.applied.rawSpan, into: &value))
    let applied = LogIndex(UInt64(value[0]) | UInt64(value[1]) << 8)
    #expect(applied > .zero)
    #expect(try store.state.read(key: keys.data.rawSpan, into: &value))
    #expect(value == [UInt8](repeating: UInt8(applied.rawValue & 255), count: 90))
    let receipts = Receipts()
    let (log, shards) = try store.openLog(
      applied: [(shard, LogStart(index: applied, term: Term(1)))], persisted: receipts.persisted,
      failed: receipts.failed)
    let recovered = try #require(shards.first?.log)
    #expect(recovered.start == LogStart(index: applied, term: Term(1)))
    #expect(recovered.entries.map(\.index.rawValue) == Array(applied.rawValue + 1..<401))
    try store.close(log)
  }

  @Test("two stores keep their own logs and states")
  func twoStores() throws {
    do {
      let engine = try open(2)
      for (number, store) in engine.stores.enumerated() {
        let receipts = Receipts()
        let (log, _) = try store.openLog(applied: [], persisted: receipts.persisted, failed: receipts.failed)
        log.submit(batch(1) { $0.append(ShardID(UInt32(number)), entry(1, [UInt8(number)])) })
        #expect(receipts.wait(for: 1))
        try store.close(log)
      }
    }
    for (number, store) in try open(2).stores.enumerated() {
      let (log, shards) = try store.openLog(applied: [], persisted: { _ in }, failed: { _ in })
      #expect(shards.map(\.shard) == [ShardID(UInt32(number))])
      #expect(shards.map(\.log.entries) == [[entry(1, [UInt8(number)])]])
      try store.close(log)
    }
  }
}
