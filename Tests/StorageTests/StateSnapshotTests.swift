import Basics
import Raft
import Synchronization
import Testing

@testable import Replication
@testable import Storage

/// Frozen states, slices of them, and numbered flushes: what the core needs to send and to install snapshots.
@Suite struct StateSnapshotTests {
  private let folder = TemporaryFolder()
  private let receipts = Receipts()
  private let prefix = PartitionPrefix(shard: ShardID(3), generation: 1)

  private final class Answers: Sendable {
    let slices = Mutex<[SnapshotSlice]>([])
    let loaded = Mutex<MachineLoad?>(nil)
    let flushed = Mutex<FlushNumber?>(nil)
  }

  private func open(_ answers: Answers) throws -> StateDatabase {
    let database = try StateDatabase(
      path: folder.path + "/state", name: "t", configuration: StateConfiguration(), failed: receipts.failed)
    database.connect(
      slice: { slice in answers.slices.withLock { $0.append(slice) } },
      loaded: { load in answers.loaded.withLock { $0 = load } },
      flushed: { number in answers.flushed.withLock { $0 = number } })
    return database
  }

  private func put(_ database: StateDatabase, _ keys: Range<UInt8>, _ value: UInt8) throws {
    var changes = StateChanges()
    for key in keys { changes.put(key: (prefix.bytes + [key]).rawSpan, value: [value].rawSpan) }
    #expect(try database.write(changes, applied: []) == .written)
  }

  /// All pairs of a frozen state, by slices of a few.
  private func readAll(_ database: StateDatabase, _ cut: CutNumber, _ answers: Answers) -> [UInt8: UInt8] {
    var pairs: [UInt8: UInt8] = [:]
    var position: [UInt8] = []
    while true {
      answers.slices.withLock { $0 = [] }
      database.requestSlice(SliceRequest(cut: cut, prefix: prefix, position: position, byteCountMax: 12))
      guard eventually({ answers.slices.withLock { !$0.isEmpty } }) else { return [:] }
      let slice = answers.slices.withLock { $0[0] }
      var part = StateChanges()
      do { try SlicePairs.put(slice.pairs.rawSpan, under: prefix, into: &part) } catch { return [:] }
      part.forEach { _, key, value in pairs[key[byte: key.byteCount - 1]] = value[byte: 0] }
      position = slice.end
      if slice.isLast { return pairs }
    }
  }

  @Test func `a frozen state stays as it is while others are written over it`() throws {
    let answers = Answers()
    let database = try open(answers)
    try put(database, 0..<20, 1)
    #expect(database.freeze(CutNumber(1)))
    try put(database, 5..<30, 2)
    #expect(database.freeze(CutNumber(2)))
    var changes = StateChanges()
    changes.deleteRange(from: prefix.bytes.rawSpan, to: prefix.end.rawSpan)
    #expect(try database.write(changes, applied: []) == .written)
    #expect(readAll(database, CutNumber(1), answers) == Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, 1) }))
    let second = readAll(database, CutNumber(2), answers)
    #expect(second.count == 30 && second[4] == 1 && second[5] == 2)
    database.release(CutNumber(1))
    database.release(CutNumber(2))
    try database.close()
    #expect(receipts.state.withLock { $0.errors.isEmpty })
  }

  @Test func `a slice tells about how much is left, of what is in files`() throws {
    let answers = Answers()
    let database = try open(answers)
    var random = SeededGenerator(seed: 5)
    var changes = StateChanges()
    for key in UInt8(0)..<200 {
      let value = (0..<2_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      changes.put(key: (prefix.bytes + [key]).rawSpan, value: value.rawSpan)
    }
    #expect(try database.write(changes, applied: []) == .written)
    #expect(database.requestFlush(FlushNumber(1)))
    #expect(eventually { answers.flushed.withLock { $0 == FlushNumber(1) } })
    #expect(database.freeze(CutNumber(1)))
    var rests: [UInt64] = []
    for position in [[], [99], [199]] as [[UInt8]] {
      answers.slices.withLock { $0 = [] }
      database.requestSlice(SliceRequest(cut: CutNumber(1), prefix: prefix, position: position, byteCountMax: 100))
      #expect(eventually { answers.slices.withLock { !$0.isEmpty } })
      rests.append(answers.slices.withLock { $0[0].restByteCount })
    }
    #expect((300_000...500_000).contains(rests[0]) && (100_000...300_000).contains(rests[1]) && rests[2] < 50_000)
    try database.close()
  }

  @Test func `a released state is read no more`() throws {
    let answers = Answers()
    let database = try open(answers)
    try put(database, 0..<3, 1)
    #expect(database.freeze(CutNumber(1)))
    database.release(CutNumber(1))
    database.requestSlice(SliceRequest(cut: CutNumber(1), prefix: prefix, position: [], byteCountMax: 100))
    #expect(database.freeze(CutNumber(2)))
    #expect(readAll(database, CutNumber(2), answers).count == 3)
    #expect(answers.slices.withLock { $0.allSatisfy { $0.request.cut == CutNumber(2) } })
    try database.close()
  }

  @Test func `a machine is loaded from the state as it was when that was asked for`() throws {
    let answers = Answers()
    let database = try open(answers)
    try put(database, 0..<5, 7)
    let key = prefix.bytes + [4]
    let load = MachineLoad { reader throws(StateReadError) in
      var value: [UInt8] = []
      _ = try reader.read(key: key.rawSpan, into: &value)
      return (Answers(), LogIndex(UInt64(value.first ?? 0)))
    }
    #expect(database.loadsInBackground && database.requestLoad(load))
    try put(database, 0..<5, 8)
    #expect(eventually { answers.loaded.withLock { $0 === load } })
    guard case .success(let loaded)? = load.result else {
      Issue.record("it was not loaded")
      return
    }
    #expect(loaded.applied == LogIndex(7))
    try database.close()
  }

  @Test func `a numbered flush is answered when what was written before is in tables`() throws {
    let answers = Answers()
    let database = try open(answers)
    try put(database, 0..<20, 1)
    #expect(database.requestFlush(FlushNumber(1)))
    try put(database, 20..<40, 1)
    #expect(database.requestFlush(FlushNumber(2)))
    #expect(eventually { answers.flushed.withLock { $0 == FlushNumber(2) } })
    #expect(database.property("rocksdb.num-entries-active-mem-table") == "0")
    try database.close()
  }
}
