import Basics
import Raft
import Replication
import Testing

@testable import Storage

@Suite struct LogCrashTests {
  /// A random batch: entries that continue or replace, and now and then a hard state, over three shards.
  func records(_ bench: LogBench, _ generator: inout SeededGenerator) -> [LogBatch.Record] {
    var records: [LogBatch.Record] = []
    var model = bench.model
    for _ in 0...generator.below(4) {
      let shard = ShardID(UInt32(generator.below(3)))
      let log = model[shard] ?? LogBench.Expected()
      let floor = max(bench.applied[shard]?.index ?? .zero, log.start.index)
      var index = log.last.next
      var term = max(1, log.entries.last?.term.rawValue ?? 1)
      if generator.below(6) == 0, log.last > floor {
        index = floor + UInt64(1 + generator.below(Int(log.last - floor)))
        term += 1
      }
      let payload = [UInt8](
        repeating: UInt8(truncatingIfNeeded: index.rawValue &* 7 &+ term), count: generator.below(900))
      var record = LogBatch.Record.entry(
        shard, Entry(term: Term(term), index: index, kind: .normal, payload: payload))
      if generator.below(5) == 0 {
        record = .hardState(shard, HardState(term: Term(term), vote: MemberID(2), commit: floor))
      }
      LogBench.apply(record, to: &model)
      records.append(record)
    }
    return records
  }

  /// Writes until the disk fails or `count` batches are durable.
  func work(_ bench: LogBench, _ generator: inout SeededGenerator, count: Int) {
    for _ in 0..<count {
      guard bench.write(records(bench, &generator)) else { return }
      let shard = ShardID(UInt32(generator.below(3)))
      if generator.below(2) == 0, let last = bench.model[shard]?.last, last.rawValue > 4 {
        bench.flush(shard, LogIndex(last.rawValue - UInt64(generator.below(4))))
      }
    }
  }

  @Test(
    "nothing acknowledged is lost, wherever the power goes", arguments: [PowerLossDisk.Fault.powerLoss, .processKill])
  func crashAnywhere(fault: PowerLossDisk.Fault) throws {
    for number in 1...500 {
      var generator = SeededGenerator(seed: UInt64(number))
      let bench = LogBench(seed: UInt64(number))
      try bench.create()
      bench.disk.arm(fault, after: number)
      do throws(StorageError) {
        try bench.open()
        work(bench, &generator, count: 300)
        try bench.close()
      } catch { bench.abandon() }
      bench.abandon()
      bench.disk.restart()
      try bench.open()
      #expect(bench.settle(), "after operation \(number)")
      bench.abandon()
      bench.disk.losePower()
      try bench.open()
      #expect(bench.settle(), "what was recovered after operation \(number) is durable")
      work(bench, &generator, count: 5)
      try bench.close()
      try bench.open()
      #expect(bench.settle(), "the log goes on after operation \(number)")
      bench.abandon()
    }
  }
}
