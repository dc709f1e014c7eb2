import Basics
import Raft
import Replication
import Testing

@testable import Simulator
@testable import Storage

/// The log of the simulator and the real one keep one contract: whatever is written to both is found in both.
@Suite struct LogContractTests {
  private let shards = (0..<3).map { ShardID(UInt32($0)) }

  /// A batch that a Store may write: entries that continue or replace, hard states, starts at and beyond the end.
  private func records(_ logs: [ShardLog], _ generator: inout SeededGenerator) -> [LogBatch.Record] {
    var logs = logs
    return (0...generator.below(4)).map { _ in
      let slot = generator.below(shards.count)
      let log = logs[slot]
      let record: LogBatch.Record
      switch generator.below(12) {
      case 0: record = .hardState(shards[slot], HardState(term: log.last.term.next, vote: MemberID(2), commit: .zero))
      case 1:
        let index = log.start.index + UInt64(1 + generator.below(Int(log.lastIndex - log.start.index) + 3))
        let term = log.term(at: index).flatMap { generator.below(2) == 0 ? $0 : nil } ?? log.last.term.next
        record = .start(shards[slot], LogStart(index: index, term: term))
      case 2 where log.lastIndex > log.start.index:
        let index = log.start.index + UInt64(1 + generator.below(Int(log.lastIndex - log.start.index)))
        record = entry(shards[slot], index, log.last.term.next, &generator)
      default: record = entry(shards[slot], log.lastIndex.next, max(log.last.term, Term(1)), &generator)
      }
      do { try logs[slot].apply(record) } catch { Issue.record("\(error)") }
      return record
    }
  }

  private func entry(
    _ shard: ShardID, _ index: LogIndex, _ term: Term, _ generator: inout SeededGenerator
  ) -> LogBatch.Record {
    let payload = (0..<generator.below(40)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    return .entry(shard, Entry(term: term, index: index, kind: .normal, payload: payload))
  }

  @Test("what is written to both logs is found in both after a restart", arguments: 1...12)
  func agreement(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let bench = LogBench(seed: seed)
    try bench.create()
    try bench.open()
    let simulated = SimulatedLog(shardCount: shards.count)
    for round in 0..<40 {
      let records = records(simulated.current, &generator)
      var batch = LogBatch(token: PersistToken(UInt64(round + 1)))
      batch.records = records
      try simulated.submit(batch)
      #expect(simulated.finishSync() == batch.token)
      #expect(bench.write(records))
      guard round % 10 == 9 else { continue }
      try bench.close()
      try bench.open()
      for shard in shards {
        let real = bench.recovered.first { $0.shard == shard }?.log ?? RecoveredLog()
        let made = simulated.durable[Int(shard.rawValue)].recovered(above: .zero)
        #expect(real == made, "shard \(shard) after batch \(round)")
      }
    }
    try bench.close()
  }
}
