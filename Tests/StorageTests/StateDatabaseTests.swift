import Basics
import Glibc
import Raft
import Replication
import Testing

@testable import Storage

@Suite struct StateDatabaseTests {
  let folder = TemporaryFolder()
  let receipts = Receipts()

  func open(_ change: (inout StateConfiguration) -> Void = { _ in }) throws -> StateDatabase {
    var configuration = StateConfiguration()
    change(&configuration)
    return try StateDatabase(
      path: folder.path + "/state", name: "t", configuration: configuration, failed: receipts.failed)
  }

  func key(_ number: UInt32) -> [UInt8] {
    var writer = ByteWriter()
    writer.uint32(0)
    writer.bigEndianUInt32(number)
    return writer.bytes
  }

  func put(_ database: StateDatabase, _ pairs: [([UInt8], [UInt8])]) throws -> StateWriteOutcome {
    var changes = StateChanges()
    for (key, value) in pairs { changes.put(key: key.rawSpan, value: value.rawSpan) }
    return try database.write(changes, applied: [])
  }

  func scan(
    _ reader: any StateReader, _ from: UInt32, _ to: UInt32, descending: Bool = false, limit: Int = .max
  ) throws -> [[UInt8]] {
    var values: [[UInt8]] = []
    try reader.scan(from: key(from).rawSpan, to: key(to).rawSpan, descending: descending) { _, value in
      values.append(value.copied())
      return values.count < limit
    }
    return values
  }

  @Test("puts, deletes and range deletes of one batch take effect in order")
  func changes() throws {
    let database = try open()
    var changes = StateChanges()
    for number in UInt32(0)..<10 { changes.put(key: key(number).rawSpan, value: [UInt8(number)].rawSpan) }
    changes.delete(key: key(2).rawSpan)
    changes.deleteRange(from: key(5).rawSpan, to: key(8).rawSpan)
    changes.put(key: key(6).rawSpan, value: [66].rawSpan)
    changes.put(key: key(300).rawSpan, value: [UInt8](repeating: 3, count: 20_000).rawSpan)
    #expect(try database.write(changes, applied: []) == .written)
    #expect(try scan(database, 0, 100) == [[0], [1], [3], [4], [66], [8], [9]])
    #expect(try scan(database, 1, 9, descending: true) == [[8], [66], [4], [3], [1]])
    #expect(try scan(database, 0, 100, limit: 2) == [[0], [1]])
    #expect(try scan(database, 0, 100, descending: true, limit: 1) == [[9]])
    #expect(try scan(database, 301, 400) == [])
    var value: [UInt8] = [1, 2, 3]
    #expect(try database.read(key: key(300).rawSpan, into: &value))
    #expect(value == [UInt8](repeating: 3, count: 20_000))
    #expect(try !database.read(key: key(2).rawSpan, into: &value))
    #expect(value.isEmpty)
    try database.close()
  }

  @Test("random batches leave what a sorted dictionary of the same batches holds, also after a restart")
  func model() throws {
    var generator = SeededGenerator(seed: 21)
    var model: [UInt32: [UInt8]] = [:]
    for _ in 0..<4 {
      let database = try open()
      for _ in 0..<40 {
        var changes = StateChanges()
        for _ in 0..<generator.below(30) {
          let number = UInt32(generator.below(200))
          switch generator.below(8) {
          case 0:
            changes.delete(key: key(number).rawSpan)
            model[number] = nil
          case 1:
            let end = number + UInt32(generator.below(20))
            changes.deleteRange(from: key(number).rawSpan, to: key(end).rawSpan)
            for dead in number..<end { model[dead] = nil }
          default:
            let value = [UInt8](repeating: UInt8(generator.below(256)), count: generator.below(300))
            changes.put(key: key(number).rawSpan, value: value.rawSpan)
            model[number] = value
          }
        }
        #expect(try database.write(changes, applied: []) == .written)
        if generator.below(10) == 0 { database.flushSoon() }
      }
      #expect(try scan(database, 0, 1000) == model.keys.sorted().map { model[$0] ?? [] })
      try database.close()
    }
  }

  @Test("a write that would wait says so, writes nothing, and succeeds when the wait is over")
  func stall() throws {
    let database = try open {
      $0.writeBufferByteCount = 64 << 10
      $0.writeBufferCount = 2
    }
    let value = [UInt8](repeating: 5, count: 40 << 10)
    var stalls = 0
    for number in UInt32(0)..<20_000 where stalls == 0 {
      guard try put(database, [(key(number), value)]) == .stalled else { continue }
      stalls += 1
      #expect(try scan(database, number, number + 1) == [])
      #expect(eventually { (try? put(database, [(key(number), value)])) == .written })
      #expect(try scan(database, number, number + 1) == [value])
    }
    #expect(stalls == 1)
    try database.close()
  }

  @Test("a reader sees the state as it was when it was asked for")
  func snapshotReader() throws {
    let database = try open()
    #expect(try put(database, [(key(1), [1])]) == .written)
    let gate = Monitor(false)
    let seen = Monitor([[UInt8]]?.none)
    let accepted = database.readers.run { reader in
      _ = gate.wait { $0 ? true : nil }
      var values: [[UInt8]] = []
      do throws(StateReadError) {
        try reader.scan(from: [0].rawSpan, to: [255].rawSpan, descending: false) { _, value in
          values.append(value.copied())
          return true
        }
      } catch {}
      seen.broadcast { $0 = values }
    }
    #expect(accepted)
    #expect(try put(database, [(key(1), [9]), (key(2), [2])]) == .written)
    gate.broadcast { $0 = true }
    #expect(seen.wait(timeoutMilliseconds: 10_000) { $0 } == [[1]])
    try database.close()
  }

  @Test("reads beyond the queue's limit are refused")
  func readerLimit() throws {
    let database = try open { $0.readerQueueMax = 2 }
    let gate = Monitor(false)
    let started = Monitor(false)
    #expect(
      database.readers.run { _ in
        started.broadcast { $0 = true }
        _ = gate.wait { $0 ? true : nil }
      })
    _ = started.wait { $0 ? true : nil }
    #expect(database.readers.run { _ in })
    #expect(database.readers.run { _ in })
    #expect(!database.readers.run { _ in })
    gate.broadcast { $0 = true }
    try database.close()
  }

  @Test("a read in slices lets others have their turn, sees one state throughout, and is dropped at the end")
  func slices() throws {
    let database = try open { $0.readerCount = 1 }
    #expect(try put(database, [(key(1), [1])]) == .written)
    let isOtherDone = Monitor(false)
    let seen = Monitor([[UInt8]]())
    let first = key(1)
    #expect(
      database.readers.runInSlices { reader in
        var value: [UInt8] = []
        do throws(StateReadError) { _ = try reader.read(key: first.rawSpan, into: &value) } catch {}
        seen.broadcast { $0.append(value) }
        // The one thread comes to the other read only between two slices.
        return !isOtherDone.withLock { $0 } || seen.withLock { $0.count } < 5
      })
    #expect(try put(database, [(key(1), [9])]) == .written)
    #expect(database.readers.run { _ in isOtherDone.broadcast { $0 = true } })
    #expect(isOtherDone.wait(timeoutMilliseconds: 10_000) { $0 ? true : nil } == true)
    #expect(seen.wait(timeoutMilliseconds: 10_000) { $0.count >= 5 ? true : nil } == true)
    #expect(seen.withLock { $0.allSatisfy { $0 == [1] } })
    #expect(database.readers.runInSlices { _ in true })
    try database.close()
  }

  @Test("a damaged table is refused, never read as something else")
  func damage() throws {
    let path = try closedTable(2000)
    let state = folder.path + "/state"
    let table = try PosixFileSystem().open(path, create: false)
    let size = Int(try table.byteCount())
    try table.close()
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<20 {
      let place = generator.below(size)
      try flip(path, at: place)
      defer { do { try flip(path, at: place) } catch { Issue.record("\(error)") } }
      do {
        let database = try open()
        do {
          let values = try scan(database, 0, 2000)
          #expect(values == [[UInt8]](repeating: [UInt8](repeating: 7, count: 100), count: 2000), "place \(place)")
        } catch let error as StateReadError {
          #expect(error.message.contains(state))
        }
      } catch let error as StorageError {
        #expect("\(error)".contains(state))
      }
    }
  }

  @Test("damage that nobody reads is found, and what is sound is read again and again")
  func scrubbing() throws {
    let path = try closedTable(20_000)
    func openScrubbed() throws -> StateDatabase {
      try open {
        ($0.scrubBytesPerSecond, $0.scrubDelayMilliseconds, $0.scrubIntervalMilliseconds) = (1 << 30, 1, 1)
      }
    }
    do {
      let sound = try openScrubbed()
      #expect(eventually { sound.scrubber.passCount >= 3 })
      try sound.close()
    }
    #expect(receipts.state.withLock { $0.errors.isEmpty })
    try flip(path, at: 1_000_000)
    let damaged = try openScrubbed()
    #expect("\(try #require(receipts.waitForFailure()))".contains(path))
    try? damaged.close()
  }

  @Test("what fails in RocksDB's background is told although nobody writes")
  func backgroundFailure() throws {
    try flip(try closedTable(20_000), at: 1_000_000)
    let database = try open { ($0.compactionTrigger, $0.scrubBytesPerSecond) = (2, 0) }
    // A second table over the same keys, and the two are merged.
    #expect(try put(database, [(key(0), [1]), (key(19_999), [1])]) == .written)
    database.flushSoon()
    #expect("\(try #require(receipts.waitForFailure()))".contains("state"))
    try? database.close()
  }

  /// Writes so many pairs and closes the database; answers where their table is.
  private func closedTable(_ count: UInt32) throws -> String {
    let database = try open()
    #expect(try put(database, (0..<count).map { (key($0), [UInt8](repeating: 7, count: 100)) }) == .written)
    try database.close()
    let state = folder.path + "/state"
    let name = try #require(try PosixFileSystem().list(state).first { $0.hasSuffix(".sst") })
    return state + "/" + name
  }

  private func flip(_ path: String, at place: Int) throws {
    guard let file = unsafe fopen(path, "r+") else {
      throw StorageError.system(call: "open", path: path, number: errno)
    }
    unsafe fseek(file, place, SEEK_SET)
    let byte = unsafe fgetc(file)
    unsafe fseek(file, place, SEEK_SET)
    unsafe fputc(byte ^ 0x10, file)
    #expect(unsafe fclose(file) == 0)
  }
}
