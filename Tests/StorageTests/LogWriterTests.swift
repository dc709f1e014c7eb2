import Basics
import Raft
import Replication
import Testing

@testable import Storage

@Suite struct LogWriterTests {
  let shard = ShardID(4)

  func opened(_ bench: LogBench) throws -> LogBench {
    try bench.create()
    try bench.open()
    return bench
  }

  @Test("an append at an index that exists replaces everything from there on")
  func overwrite() throws {
    let bench = try opened(LogBench())
    #expect(bench.write((1...5).map { .entry(shard, entry($0)) }))
    #expect(bench.write([.entry(shard, entry(3, term: 2, [9]))]))
    try bench.close()
    try bench.open()
    #expect(bench.recovered.map(\.log.entries) == [[entry(1), entry(2), entry(3, term: 2, [9])]])
    try bench.close()
  }

  @Test(
    "a log start keeps what follows only when the terms agree",
    arguments: [(1, true), (2, false)] as [(UInt64, Bool)])
  func start(term: UInt64, keeps: Bool) throws {
    let bench = try opened(LogBench())
    #expect(bench.write((1...5).map { .entry(shard, entry($0)) }))
    let start = LogStart(index: LogIndex(3), term: Term(term))
    #expect(bench.write([.start(shard, start)]))
    for _ in 0..<2 {
      try bench.close()
      try bench.open()
      let log = try #require(bench.recovered.first?.log)
      #expect(log.start == start)
      #expect(log.entries == (keeps ? [entry(4), entry(5)] : []))
    }
    try bench.close()
  }

  @Test("a log start beyond the end restarts the log behind it")
  func startBeyondEnd() throws {
    let bench = try opened(LogBench())
    let start = LogStart(index: LogIndex(100), term: Term(7))
    #expect(bench.write([.entry(shard, entry(1)), .start(shard, start), .entry(shard, entry(101, term: 7))]))
    try bench.close()
    try bench.open()
    #expect(bench.recovered.map(\.log) == [RecoveredLog(start: start, entries: [entry(101, term: 7)])])
    try bench.close()
  }

  @Test("a batch larger than a write is split, and larger than a segment spread over several")
  func largeBatch() throws {
    let bench = LogBench(segmentPages: 8)
    bench.configuration.batchByteCountMax = 2 * DiskPage.byteCount
    _ = try opened(bench)
    #expect(bench.write((1...60).map { .entry(shard, entry($0, [UInt8](repeating: UInt8($0), count: 1500))) }))
    try bench.close()
    try bench.open()
    #expect(bench.settle())
    try bench.close()
  }

  @Test("batches submitted together are durable by fewer writes, in order, and told by the last token")
  func coalescing() throws {
    let bench = try opened(LogBench(segmentPages: 64))
    let before = bench.disk.with { $0.writeCount }
    for token in UInt64(1)...50 {
      bench.log?.submit(batch(token) { $0.append(shard, entry(token)) })
    }
    #expect(bench.receipts.wait(for: 50))
    #expect(bench.receipts.state.withLock { $0.calls } <= 50)
    #expect(bench.disk.with { $0.writeCount } - before <= 50 + 3 * 64)
    try bench.close()
    try bench.open()
    #expect(bench.recovered.first?.log.entries == (1...50).map { entry($0) })
    try bench.close()
  }

  @Test("a failed write stops the log: one error, no later write, no later receipt")
  func failedWrite() throws {
    let bench = try opened(LogBench(segmentPages: 64))
    #expect(bench.write([.entry(shard, entry(1))]))
    // The helper thread may still be writing spares; wait until only the log itself writes.
    #expect(eventually { bench.log?.pool.isFull == true })
    bench.disk.with { $0.faultOn = (.write, .failure(ErrorNumber.inputOutput)) }
    #expect(!bench.write([.entry(shard, entry(2))]))
    let operations = bench.disk.with { $0.log.filter { $0 == .write || $0 == .sync }.count }
    bench.log?.submit(batch(3) { $0.append(shard, entry(3)) })
    bench.abandon()
    #expect(bench.receipts.state.withLock { $0.token } == PersistToken(1))
    #expect(bench.receipts.state.withLock { $0.errors.count } == 1)
    #expect(bench.disk.with { $0.log.filter { $0 == .write || $0 == .sync }.count } == operations)
  }

  @Test("segments that flushed state covers are recycled, and the folder stops growing")
  func recycling() throws {
    let bench = try opened(LogBench())
    for index in UInt64(1)...400 {
      #expect(
        bench.write([.entry(shard, entry(index, [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 2000)))]))
      bench.flush(shard, LogIndex(index))
    }
    #expect(try bench.disk.list("/log").count <= 8)
    try bench.close()
    let first = try #require(try bench.disk.list("/log").compactMap(LogFolder.sequence(ofName:)).first)
    #expect(first > 20)
    try bench.open()
    #expect(bench.settle())
    try bench.close()
  }

  @Test("a segment whose name a full disk would not change goes before any later one does")
  func recyclingOnAFullDisk() throws {
    let bench = try opened(LogBench())
    for index in UInt64(1)...200 {
      if index == 100 {
        bench.disk.with {
          $0.faultPlace = "/log/0000"
          $0.faultOn = (.rename, .failure(ErrorNumber.noSpace))
        }
      }
      #expect(bench.write([.entry(shard, entry(index, [UInt8](repeating: 1, count: 2000)))]))
      bench.flush(shard, LogIndex(index))
    }
    #expect(eventually { bench.log?.pool.isFull == true })
    #expect(bench.disk.with { $0.faultOn == nil })
    try bench.close()
    let sequences = try bench.disk.list("/log").compactMap(LogFolder.sequence(ofName:)).sorted()
    #expect(sequences == Array(try #require(sequences.first)...(try #require(sequences.last))))
    #expect(try #require(sequences.first) > 15)
    try bench.open()
    #expect(bench.settle())
    try bench.close()
  }

  @Test("what a segment's earlier life left is never read as part of this one")
  func noResurrection() throws {
    let bench = try opened(LogBench())
    for index in UInt64(1)...60 {
      #expect(bench.write([.entry(shard, entry(index, [UInt8](repeating: 1, count: 3000)))]))
      bench.flush(shard, LogIndex(index))
    }
    // Every file is full of whole batches of earlier lives now. A crash right after each next batch finds only those
    // of this life.
    for index in UInt64(61)...90 {
      #expect(bench.write([.entry(shard, entry(index, [UInt8](repeating: 2, count: 100)))]))
      bench.disk.with { $0.isDown = true }
      bench.abandon()
      bench.disk.restart()
      try bench.open()
      #expect(bench.settle(), "after entry \(index)")
    }
    try bench.close()
  }

  @Test("entries that a follower needs are kept, flushed or not, and read back")
  func retention() throws {
    let bench = try opened(LogBench())
    bench.applied[shard] = nil
    for index in UInt64(1)...60 {
      #expect(bench.write([.entry(shard, entry(index, [UInt8(index)]))]))
      if index == 5 { bench.log?.retain(shard, from: LogIndex(3)) }
      bench.log?.flushed([(shard, LogIndex(index))])
    }
    let log = try #require(bench.log)
    #expect(
      try log.entries(shard, from: LogIndex(3), to: LogIndex(60), byteCountMax: .max)
        == .entries((3...60).map { entry($0, [UInt8($0)]) }))
    #expect(
      try log.entries(shard, from: LogIndex(10), to: LogIndex(60), byteCountMax: 4)
        == .entries((10...13).map { entry($0, [UInt8($0)]) }))
    #expect(try log.entries(shard, from: LogIndex(61), to: LogIndex(70), byteCountMax: 4) == .pastEnd)
    bench.log?.retain(shard, from: LogIndex(61))
    for index in UInt64(61)...90 {
      #expect(bench.write([.entry(shard, entry(index, [UInt8](repeating: 1, count: 3000)))]))
      bench.log?.flushed([(shard, LogIndex(index))])
    }
    #expect(try log.entries(shard, from: LogIndex(3), to: LogIndex(60), byteCountMax: .max) == .compacted)
    try bench.close()
  }

  @Test("replaced entries are read back as what replaced them")
  func readingReplaced() throws {
    let bench = try opened(LogBench(segmentPages: 32))
    #expect(bench.write((1...6).map { .entry(shard, entry($0)) }))
    #expect(
      bench.write([
        .entry(shard, entry(4, term: 2)), .entry(shard, entry(5, term: 3)), .entry(shard, entry(5, term: 4)),
      ]))
    let log = try #require(bench.log)
    #expect(
      try log.entries(shard, from: LogIndex(2), to: LogIndex(9), byteCountMax: .max)
        == .entries([entry(2), entry(3), entry(4, term: 2), entry(5, term: 4)]))
    try bench.close()
  }

  @Test("a full disk is told, the log waits, and goes on when there is space")
  func fullDisk() throws {
    let bench = LogBench()
    bench.configuration.spaceCheckMilliseconds = 1
    bench.configuration.freeByteCountMin = 1000
    _ = try opened(bench)
    let receipts = bench.receipts
    let log = try #require(bench.log)
    #expect(log.spaceState == .ok)
    bench.disk.with { state in
      state.capacity = 0
      state.available = 0
    }
    for token in UInt64(1)...40 {
      log.submit(batch(token) { $0.append(shard, entry(token, [UInt8](repeating: 1, count: 3000))) })
    }
    #expect(eventually { log.spaceState == .low })
    #expect(receipts.state.withLock { $0.token < PersistToken(40) && $0.errors.isEmpty })
    bench.disk.with { state in
      state.capacity = .max
      state.available = .max
    }
    #expect(receipts.wait(for: 40))
    #expect(eventually { log.spaceState == .ok })
    try bench.close()
  }

  @Test("a log that waits for space can be closed")
  func closingWhenFull() throws {
    let bench = LogBench()
    bench.configuration.spaceCheckMilliseconds = 1
    _ = try opened(bench)
    bench.disk.with { $0.capacity = 0 }
    bench.log?.submit(
      batch(1) { batch in
        for index in UInt64(1)...40 { batch.append(shard, entry(index, [UInt8](repeating: 1, count: 3000))) }
      })
    #expect(bench.log.map { log in eventually { log.spaceState == .low } } ?? false)
    bench.abandon()
    #expect(bench.receipts.state.withLock { $0.token } == .zero)
  }

  @Test("a state ahead of the log moves the log's start, and the start lasts")
  func stateAhead() throws {
    let bench = try opened(LogBench())
    #expect(bench.write([.entry(shard, entry(1))]))
    try bench.close()
    bench.applied[shard] = LogStart(index: LogIndex(9), term: Term(3))
    for _ in 0..<2 {
      try bench.open()
      #expect(bench.recovered.map(\.log) == [RecoveredLog(start: LogStart(index: LogIndex(9), term: Term(3)))])
      try bench.close()
    }
  }

  @Test("a state of a later term than the log's entry came with a snapshot: the log begins anew behind it")
  func stateReplaces() throws {
    let bench = try opened(LogBench())
    #expect(bench.write([.entry(shard, entry(1)), .entry(shard, entry(2)), .entry(shard, entry(3))]))
    try bench.close()
    bench.applied[shard] = LogStart(index: LogIndex(2), term: Term(4))
    for _ in 0..<2 {
      try bench.open()
      #expect(bench.recovered.map(\.log) == [RecoveredLog(start: LogStart(index: LogIndex(2), term: Term(4)))])
      try bench.close()
    }
  }

  @Test("a state of a later term than the log's start replaces that too, and no entry behind it stays")
  func stateReplacesStart() throws {
    let bench = try opened(LogBench())
    #expect(bench.write((1...3).map { .entry(shard, entry($0)) }))
    #expect(bench.write([.start(shard, LogStart(index: LogIndex(2), term: Term(1)))]))
    try bench.close()
    bench.applied[shard] = LogStart(index: LogIndex(2), term: Term(4))
    for _ in 0..<2 {
      try bench.open()
      #expect(bench.recovered.map(\.log) == [RecoveredLog(start: LogStart(index: LogIndex(2), term: Term(4)))])
      try bench.close()
    }
  }

  @Test("a state of an earlier term than the log's entry is refused")
  func stateDisagrees() throws {
    let bench = try opened(LogBench())
    #expect(bench.write([.entry(shard, entry(1, term: 3)), .entry(shard, entry(2, term: 3))]))
    try bench.close()
    bench.applied[shard] = LogStart(index: LogIndex(1), term: Term(2))
    #expect(throws: StorageError.self) { try bench.open() }
  }
}

/// Whether something becomes true within ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
  let deadline = MonotonicClock.now().advanced(byMilliseconds: 10_000)
  while !condition() {
    if MonotonicClock.now() > deadline { return false }
  }
  return true
}
