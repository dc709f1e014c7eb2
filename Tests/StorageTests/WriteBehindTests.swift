import Basics
import Glibc
import Raft
import Replication
import Testing

@testable import Storage

/// Writing behind, with a background writer that the test steps where no thread is asked for.
@Suite struct WriteBehindTests {
  typealias Model = [[UInt8]: [UInt8]]

  let folder = TemporaryFolder()
  let receipts = Receipts()

  func open(
    _ path: String = "state", hasThread: Bool = false, _ change: (inout StateConfiguration) -> Void = { _ in }
  ) throws -> StateDatabase {
    var configuration = StateConfiguration()
    configuration.handOverByteCount = 2_000
    configuration.handOverChangeCount = 50
    configuration.handOverRangeDeleteCount = 6
    configuration.bufferByteCountMax = 8_000
    configuration.waitingBufferCountMax = 4
    change(&configuration)
    return try StateDatabase(
      path: folder.path + "/" + path, name: "t", configuration: configuration, hasWriterThread: hasThread,
      failed: receipts.failed)
  }

  /// Keys of several lengths: some begin with others, some differ only behind the first 24 bytes.
  static func key(_ number: Int) -> [UInt8] {
    let head: [[UInt8]] = [[], [0], [7], [UInt8](repeating: 7, count: 25), [UInt8](repeating: 7, count: 200)]
    return head[number % 5] + [UInt8(number >> 8), UInt8(number & 255)] + (number % 7 == 0 ? [0, 0] : [])
  }

  static func isBefore(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.lexicographicallyPrecedes(right) }

  static func randomChanges(_ generator: inout SeededGenerator, _ model: inout Model) -> StateChanges {
    var changes = StateChanges()
    for _ in 0..<generator.below(20) {
      let key = key(generator.below(150))
      switch generator.below(16) {
      case 0...3:
        changes.delete(key: key.rawSpan)
        model[key] = nil
      case 4:
        let (start, end) = randomRange(&generator, wide: generator.below(8) == 0)
        changes.deleteRange(from: start.rawSpan, to: end.rawSpan)
        for dead in model.keys where !isBefore(dead, start) && isBefore(dead, end) { model[dead] = nil }
      default:
        let value = (0..<generator.below(generator.below(10) == 0 ? 400 : 20)).map { _ in UInt8(generator.below(256)) }
        changes.put(key: key.rawSpan, value: value.rawSpan)
        model[key] = value
      }
    }
    return changes
  }

  static func randomRange(_ generator: inout SeededGenerator, wide: Bool) -> (start: [UInt8], end: [UInt8]) {
    let ordered = (0..<150).map(key).sorted(by: isBefore)
    let start = generator.below(150)
    return (ordered[start], ordered[min(149, start + generator.below(wide ? 150 : 12))])
  }

  static func pairs(
    _ reader: any StateReader, _ from: [UInt8], _ to: [UInt8], descending: Bool = false, limit: Int = .max
  )
    throws -> [[[UInt8]]]
  {
    var found: [[[UInt8]]] = []
    try reader.scan(from: from.rawSpan, to: to.rawSpan, descending: descending) { key, value in
      found.append([key.copied(), value.copied()])
      return found.count < limit
    }
    return found
  }

  static func pairs(_ model: Model, _ from: [UInt8] = [0], _ to: [UInt8] = [255]) -> [[[UInt8]]] {
    model.filter { !isBefore($0.key, from) && isBefore($0.key, to) }.sorted { isBefore($0.key, $1.key) }
      .map { [$0.key, $0.value] }
  }

  static func all(_ reader: any StateReader) throws -> [[[UInt8]]] { try pairs(reader, [0], [255]) }

  /// One key and one range, against the model.
  static func check(_ database: StateDatabase, _ model: Model, _ generator: inout SeededGenerator) throws {
    let key = key(generator.below(150))
    var value: [UInt8] = [1, 2, 3]
    #expect(try database.read(key: key.rawSpan, into: &value) == (model[key] != nil))
    #expect(value == model[key] ?? [])
    let (start, end) = randomRange(&generator, wide: true)
    let limit = generator.below(3) == 0 ? 1 + generator.below(5) : Int.max
    let expected = pairs(model, start, end)
    #expect(try pairs(database, start, end, limit: limit) == Array(expected.prefix(limit)))
    #expect(try pairs(database, start, end, descending: true, limit: limit) == Array(expected.reversed().prefix(limit)))
  }
}

extension WriteBehindTests {
  @Test("reads and scans show every write at once, wherever the background writer is", arguments: [false, true])
  func model(hasThread: Bool) throws {
    var generator = SeededGenerator(seed: 5)
    var model: Model = [:]
    var stalls = 0
    for round in 0..<4 {
      do {
        let database = try open(hasThread: hasThread)
        for _ in 0..<150 {
          var next = model
          let changes = Self.randomChanges(&generator, &next)
          while try database.write(changes, applied: []) == .stalled {
            stalls += 1
            try Self.check(database, model, &generator)
            if !hasThread { #expect(database.writer.step()) }
          }
          model = next
          if generator.below(40) == 0 { database.flushSoon() }
          if !hasThread {
            for _ in 0..<generator.below(round + 1) where generator.below(4) == 0 { _ = database.writer.step() }
          }
          try Self.check(database, model, &generator)
        }
        try database.close()
      }
      let reopened = try open()
      #expect(try Self.all(reopened) == Self.pairs(model))
      try reopened.close()
    }
    if !hasThread { #expect(stalls > 5) }
    #expect(receipts.state.withLock { $0.errors.isEmpty })
  }

  @Test("what a crash leaves is the effect of all turns up to the applied record, and replay brings back the rest")
  func crash() throws {
    let record: [UInt8] = [200]
    var generator = SeededGenerator(seed: 9)
    for round in 0..<12 {
      let database = try open("state\(round)")
      var models: [Model] = [[:]]
      var turns: [StateChanges] = [StateChanges()]
      let crashAt = 10 + generator.below(80)
      for number in 1...crashAt + 10 {
        var model = models[number - 1]
        var changes = Self.randomChanges(&generator, &model)
        changes.put(key: record.rawSpan, value: [UInt8(number)].rawSpan)
        model[record] = [UInt8(number)]
        while try database.write(changes, applied: [(ShardID(1), LogIndex(UInt64(number)))]) == .stalled {
          #expect(database.writer.step())
        }
        models.append(model)
        turns.append(changes)
        if number == crashAt { database.flushSoon() }
      }
      for _ in 0..<generator.below(12) { _ = database.writer.step() }
      try database.keepingFiles {
        try TemporaryFolder.copy(folder.path + "/state\(round)", to: folder.path + "/copy\(round)")
      }
      let reopened = try open("copy\(round)")
      var value: [UInt8] = []
      let applied = try reopened.read(key: record.rawSpan, into: &value) ? Int(value[0]) : 0
      #expect(try Self.all(reopened) == Self.pairs(models[applied]))
      for number in applied + 1..<turns.count {
        while try reopened.write(turns[number], applied: []) == .stalled { #expect(reopened.writer.step()) }
      }
      #expect(try Self.all(reopened) == Self.pairs(models[turns.count - 1]))
      try reopened.close()
      try database.close()
    }
  }

  @Test("what waits for the writer in all buffers together is bounded, however often a read or a flush splits it")
  func bounded() throws {
    let database = try open()
    var taken = 0
    for number in 0..<400 {
      var changes = StateChanges()
      changes.put(key: Self.key(number).rawSpan, value: [UInt8](repeating: 1, count: 1_000).rawSpan)
      if try database.write(changes, applied: []) == .written { taken += changes.byteCount }
      // As flushes do on a disk that is slow, each comes behind what was written since the one before.
      if number % 7 == 6 { database.flushSoon() }
    }
    // A buffer that was just handed over leaves room for one more turn.
    #expect(taken > 7_000 && taken < 8_000 + 5 * 1_300)
    while database.writer.step() {}
    try database.close()
  }

  @Test("a buffer that grew while the writer was busy is not kept")
  func outgrown() throws {
    let database = try open { $0.bufferByteCountMax = 400_000 }
    let usual = database.pending.memoryByteCount
    func write() throws -> StateWriteOutcome {
      var changes = StateChanges()
      let value = [UInt8](repeating: 1, count: 99)
      for number in 0..<20 { changes.put(key: Self.key(number).rawSpan, value: value.rawSpan) }
      return try database.write(changes, applied: [])
    }
    while try write() == .written {}
    #expect(database.pending.memoryByteCount > 20 * usual)
    for _ in 0..<4 {
      while database.writer.step() {}
      #expect(try write() == .written)
    }
    #expect(database.pending.memoryByteCount <= 8 * usual)
    try database.close()
  }

  @Test("the log is told only of what the background writer had written when the flush began")
  func checkpoint() throws {
    let bench = LogBench()
    try bench.create()
    try bench.open()
    let shard = ShardID(1)
    #expect(bench.write(batch(1) { batch in for index in UInt64(1)...9 { batch.append(shard, entry(index)) } }.records))
    let log = try #require(bench.log)
    let database = try open()
    database.attach(log, applied: [:])
    func flushed() -> LogIndex { log.contents.withLock { $0.table[shard]?.flushed ?? .zero } }

    try Self.put(database, Self.key(1), [1], applied: [(shard, LogIndex(5))])
    database.flushSoon()
    try Self.put(database, Self.key(1), [2], applied: [(shard, LogIndex(9))])
    #expect(database.writer.step())
    #expect(flushed() == .zero)
    #expect(database.writer.step())
    #expect(eventually { flushed() == LogIndex(5) })
    #expect(!database.writer.step())
    try database.close()
    #expect(flushed() == LogIndex(9))
    try bench.close()
  }

  static func put(
    _ database: StateDatabase, _ key: [UInt8], _ value: [UInt8], applied: [(shard: ShardID, index: LogIndex)] = []
  ) throws {
    var changes = StateChanges()
    changes.put(key: key.rawSpan, value: value.rawSpan)
    #expect(try database.write(changes, applied: applied) == .written)
  }
}

extension WriteBehindTests {
  @Test("a write stalls only when the writer is behind and the buffer is full, and then nothing of it is taken")
  func stall() throws {
    let database = try open()
    let large = [UInt8](repeating: 1, count: 20_000)
    // A turn beyond every limit is taken by an empty buffer, and handed over.
    try Self.put(database, Self.key(0), large)
    // What waits counts, so the next buffer takes one turn beyond it.
    try Self.put(database, Self.key(1), [UInt8](repeating: 2, count: 1_500))
    var changes = StateChanges()
    changes.put(key: Self.key(1).rawSpan, value: [UInt8](repeating: 3, count: 2_500).rawSpan)
    changes.delete(key: Self.key(2).rawSpan)
    #expect(try database.write(changes, applied: []) == .stalled)
    #expect(try Self.all(database).map { $0[1].first } == [1, 2])
    #expect(database.writer.step())
    for number in 2...3 { try Self.put(database, Self.key(number), [UInt8](repeating: 2, count: 2_500)) }
    #expect(try database.write(changes, applied: []) == .stalled)
    try Self.put(database, Self.key(4), [4])
    #expect(try Self.all(database).map { $0[1].first } == [1, 2, 2, 2, 4])
    #expect(database.writer.step())
    #expect(try database.write(changes, applied: []) == .written)
    #expect(try Self.all(database).map { $0[1].first }.sorted { $0! < $1! } == [1, 2, 3, 4])
    try database.close()
  }

  @Test("a read over a snapshot sees every write before it and none after, however late the writer is")
  func snapshots() throws {
    let database = try open()
    let seen = Monitor([[[[UInt8]]]]())
    var expected: [[[[UInt8]]]] = []
    var model: Model = [:]
    var refusals = 0
    for number in 0..<12 {
      let value = [UInt8(number)]
      try Self.put(database, Self.key(number % 5), value)
      model[Self.key(number % 5)] = value
      let isAccepted = database.readers.run { reader in
        let found = (try? WriteBehindTests.all(reader)) ?? []
        seen.broadcast { $0.append(found) }
      }
      if isAccepted { expected.append(Self.pairs(model)) } else { refusals += 1 }
      // Falls behind, until as many buffers wait as may.
      if number == 8 { while database.writer.step() {} }
    }
    #expect(refusals > 0)
    try database.close()
    #expect(seen.withLock { $0 } == expected)
  }

  @Test("a failed background write is reported, ends writing, and nothing is flushed after it")
  func failure() throws {
    let database = try open()
    try Self.put(database, Self.key(1), [1])
    // Without its folder RocksDB cannot flush, and takes no writes after that.
    #expect(unsafe rename(folder.path + "/state", folder.path + "/elsewhere") == 0)
    database.flushSoon()
    while database.writer.step() {}
    #expect(receipts.waitForFailure() != nil)
    try Self.put(database, Self.key(2), [2])
    database.flushSoon()
    #expect(database.writer.failure == nil)
    while database.writer.step() {}
    #expect(database.writer.failure != nil)
    #expect(receipts.state.withLock { $0.errors.last } == database.writer.failure)
    #expect(throws: StateReadError.self) { try Self.put(database, Self.key(3), [3]) }
    #expect(try Self.all(database).map { $0[1] } == [[1], [2]])
    let reports = receipts.state.withLock { $0.errors.count }
    try database.close()
    #expect(receipts.state.withLock { $0.errors.count } == reports)
  }
}
