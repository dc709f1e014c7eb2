import Basics
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
    try StorageEngine(
      path: folder.path + "/data", storeCount: storeCount, cluster: cluster, configuration: configuration())
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
          start: LogStart(index: LogIndex(1), term: Term(1)), entries: [entry(2, [9])])
      ])
    try store.close(log)
    #expect(engine.directory.format.cluster == cluster)
  }
}
