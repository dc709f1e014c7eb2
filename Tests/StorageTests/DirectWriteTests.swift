import Basics
import CLinux
import Raft
import Replication
import Testing

@testable import Storage

/// Batches that the Store's thread writes itself.
@Suite struct DirectWriteTests {
  let shard = ShardID(4)

  func opened(_ bench: LogBench) throws -> LogWriter {
    try bench.create()
    try bench.open()
    // The first batch of a segment carries checkpoints and is never written directly.
    #expect(bench.write([.entry(shard, entry(1))]))
    return try #require(bench.log)
  }

  @Test("a small batch is durable when the call returns, and no receipt comes for it")
  func durable() throws {
    let bench = LogBench(segmentPages: 64)
    let log = try opened(bench)
    #expect(eventually { log.persistNow(batch(2) { $0.append(shard, entry(2)) }) })
    #expect(bench.receipts.state.withLock { $0.token } == PersistToken(1))
    bench.disk.with { $0.isDown = true }
    bench.abandon()
    bench.disk.restart()
    try bench.open()
    #expect(bench.recovered.first?.log.entries == [entry(1), entry(2)])
    try bench.close()
  }

  @Test("direct writes and those of the writer's thread keep their order")
  func order() throws {
    let bench = LogBench(segmentPages: 64)
    // A thread that was not run for a while must not make the disk look slow: this is about order.
    bench.configuration.directNanosecondsMax = .max
    let log = try opened(bench)
    var direct = 0
    for index in UInt64(2)...200 {
      let next = batch(index) { $0.append(shard, entry(index)) }
      if log.persistNow(next) {
        direct += 1
      } else {
        log.submit(next)
        if index % 5 == 0 { #expect(bench.receipts.wait(for: index)) }
      }
    }
    #expect(direct > 20)
    try bench.close()
    try bench.open()
    #expect(bench.recovered.first?.log.entries == (1...200).map { entry($0) })
    try bench.close()
  }

  @Test("a batch is handed over when it is large, when the segment is full, and for a while after a slow write")
  func declined() throws {
    let bench = LogBench(segmentPages: 8)
    bench.configuration.directByteCountMax = 100
    bench.configuration.slowFactor = 1_000_000_000
    let log = try opened(bench)
    #expect(!log.persistNow(batch(2) { $0.append(shard, entry(2, [UInt8](repeating: 1, count: 101))) }))
    var index: UInt64 = 2
    while log.persistNow(batch(index) { $0.append(shard, entry(index)) }) { index += 1 }
    // A header and seven pages: one for what opening wrote, one for the first entry.
    #expect(index == 2 + 5)
    #expect(log.contents.withLock { $0.places.count } == 1)
    try bench.close()

    bench.configuration.directNanosecondsMax = 0
    try bench.open()
    let slow = try #require(bench.log)
    #expect(bench.write([.entry(shard, entry(index))]))
    #expect(eventually { slow.persistNow(batch(1) { $0.append(shard, entry(index + 1)) }) })
    #expect(!slow.persistNow(batch(1) { $0.append(shard, entry(index + 2)) }))
    try bench.close()
  }

  @Test("a small batch right behind a large one is handed over, and the next one is not")
  func behindLarge() throws {
    let bench = LogBench(segmentPages: 64)
    bench.configuration.directByteCountMax = 100
    let log = try opened(bench)
    log.submit(batch(2) { $0.append(shard, entry(2, [UInt8](repeating: 1, count: 101))) })
    #expect(!log.isForThisThread(batch(3) { $0.append(shard, entry(3)) }))
    log.submit(batch(3) { $0.append(shard, entry(3)) })
    #expect(log.isForThisThread(batch(4) { $0.append(shard, entry(4)) }))
    try bench.close()
  }

  @Test("a batch of several records is small if each of them is, on the average, and they are few")
  func severalRecords() throws {
    let bench = LogBench(segmentPages: 64)
    bench.configuration.directByteCountMax = 100
    bench.configuration.directRecordCountMax = 3
    let log = try opened(bench)
    func isSmall(_ byteCounts: [Int]) -> Bool {
      log.isForThisThread(
        batch(2) { batch in
          for (place, count) in byteCounts.enumerated() {
            batch.append(shard, entry(UInt64(2 + place), [UInt8](repeating: 1, count: count)))
          }
        })
    }
    #expect(isSmall([100]) && isSmall([140, 60]) && isSmall([100, 100, 100]))
    #expect(
      !isSmall([101]) && !isSmall([150, 60]) && isSmall([60, 60, 60, 60, 60]) && !isSmall([61, 60, 60, 60, 60]))
    try bench.close()
  }

  @Test("a log that was written to directly is sealed once it is quiet")
  func sealed() throws {
    let bench = LogBench(segmentPages: 64)
    bench.configuration.sealDelayMilliseconds = 20
    let log = try opened(bench)
    // The writer's thread sleeps without a limit behind a seal, and must hear of a direct write.
    #expect(eventually { log.queue.withLock { $0.sleepsForLong } })
    #expect(log.persistNow(batch(2) { $0.append(shard, entry(2)) }))
    #expect(!log.queue.withLock { $0.isSealed })
    #expect(eventually { log.queue.withLock { $0.isSealed } })
    try bench.close()
  }

  @Test("a direct write that fails stops the log: one error, no later write")
  func failed() throws {
    let bench = LogBench(segmentPages: 64)
    let log = try opened(bench)
    #expect(eventually { log.pool.isFull })
    bench.disk.with { $0.faultOn = (.write, .failure(ErrorNumber.inputOutput)) }
    #expect(!log.persistNow(batch(2) { $0.append(shard, entry(2)) }))
    func writes() -> Int { bench.disk.with { $0.log.filter { $0 == .write || $0 == .sync }.count } }
    let before = writes()
    #expect(!log.persistNow(batch(2) { $0.append(shard, entry(2)) }))
    log.submit(batch(2) { $0.append(shard, entry(2)) })
    bench.abandon()
    #expect(bench.receipts.state.withLock { $0.errors.count } == 1)
    #expect(bench.receipts.state.withLock { $0.token } == PersistToken(1))
    #expect(writes() == before)
  }
}

/// Threads that give way while nobody waits for them.
@Suite struct StandingBackTests {
  private func policy() -> Int32 { clinux_thread_policy() }

  @Test(
    "the work is done while standing back, and the thread is like any other behind it and once someone hurries it",
    .enabled(if: clinux_thread_can_stand_back() != 0))
  func policies() {
    let standingBack = StandingBack()
    let usual = policy()
    var during: [Int32] = []
    standingBack.whileStandingBack(unless: { false }) {
      during.append(policy())
      standingBack.hurry()
      during.append(policy())
    }
    #expect(during[0] != usual)
    #expect(during[1] == usual)
    #expect(policy() == usual)
    standingBack.whileStandingBack(unless: { true }) { #expect(policy() == usual) }
  }

  @Test(
    "whoever hurries a thread that is about to step back is heard, although nothing else shows that it waits",
    .enabled(if: clinux_thread_can_stand_back() != 0))
  func hurriedEarly() {
    let standingBack = StandingBack()
    let usual = policy()
    var isFirst = true
    standingBack.whileStandingBack(unless: {
      if isFirst { standingBack.hurry() }
      isFirst = false
      return false
    }) { #expect(policy() == usual) }
  }
}
