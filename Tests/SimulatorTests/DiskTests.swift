import Basics
import Raft
import Replication
import Testing

@testable import Simulator

@Suite struct DiskTests {
  private let shard = ShardID(0)

  private func batch(_ token: UInt64, _ indexes: ClosedRange<UInt64>, term: UInt64 = 1) -> LogBatch {
    var batch = LogBatch(token: PersistToken(token))
    batch.records = [.hardState(shard, HardState(term: Term(term), vote: MemberID(1), commit: .zero))]
    for index in indexes {
      batch.append(shard, Entry(term: Term(term), index: LogIndex(index), kind: .normal, payload: [1, 2, 3]))
    }
    return batch
  }

  @Test func `a power loss takes nothing that was acknowledged, and of the rest leaves some beginning`() throws {
    var (whole, nothing, part) = (0, 0, 0)
    for seed in 0..<300 {
      var chance = Chance(seed: UInt64(seed), concern: 1)
      let log = SimulatedLog(shardCount: 1)
      try log.submit(batch(1, 1...4))
      #expect(log.finishSync() == PersistToken(1))
      try log.submit(batch(2, 3...8, term: 2))
      let loss = log.losePower(&chance)
      #expect(loss.recordsWritten + loss.recordsLost == 7)
      let last = log.durable[0].last
      #expect(log.current == log.durable && log.underWay.isEmpty)
      switch loss.recordsWritten {
      case 0, 1:
        nothing += 1
        #expect(last == LogStart(index: LogIndex(4), term: Term(1)))
      case 7:
        whole += 1
        #expect(last == LogStart(index: LogIndex(8), term: Term(2)))
      default:
        part += 1
        #expect(last == LogStart(index: LogIndex(UInt64(loss.recordsWritten + 1)), term: Term(2)))
      }
    }
    #expect(whole > 20 && nothing > 20 && part > 20)
  }

  @Test func `a disk that lies loses what it acknowledged, an honest one does not`() throws {
    var chance = Chance(seed: 1, concern: 1)
    let log = SimulatedLog(shardCount: 1)
    log.isLying = true
    var wasLost = false
    for _ in 0..<40 where !wasLost {
      let next = log.durable[0].lastIndex.rawValue + 1
      try log.submit(batch(1, next...next))
      #expect(log.finishSync() != nil)
      _ = log.losePower(&chance)
      wasLost = log.durable[0].lastIndex.rawValue < next
      log.isLying = true
    }
    #expect(wasLost)
    try log.submit(batch(1, log.current[0].lastIndex.next.rawValue...log.current[0].lastIndex.next.rawValue))
    _ = log.finishSync()
    log.stopLying()
    let last = log.durable[0].lastIndex
    _ = log.losePower(&chance)
    #expect(log.durable[0].lastIndex == last)
  }

  @Test func `every turned bit of a record is uncovered by its checksum`() throws {
    let log = SimulatedLog(shardCount: 1)
    var chance = Chance(seed: 2, concern: 1)
    #expect(log.rot(&chance) == nil, "nothing to rot")
    try log.submit(batch(1, 1...9))
    _ = log.finishSync()
    for _ in 0..<2_000 { #expect(log.rot(&chance) == true) }
  }

  @Test func `records come back from their bytes, and any cut leaves only whole ones`() {
    let records = batch(1, 1...3).records + [.start(shard, LogStart(index: LogIndex(2), term: Term(9)))]
    let bytes = LogRecordCodec.encode(records)
    #expect(LogRecordCodec.decode(bytes).records.count == records.count)
    for end in 0..<bytes.count {
      let (found, isWhole) = LogRecordCodec.decode(Array(bytes[..<end]))
      #expect(found.count < records.count)
      #expect(isWhole == (LogRecordCodec.encode(Array(records.prefix(found.count))).count == end))
    }
  }

  @Test func `a log that is cut keeps what follows, and begins where it was cut`() throws {
    let log = SimulatedLog(shardCount: 1)
    try log.submit(batch(1, 1...200))
    _ = log.finishSync()
    log.cut(shard, through: LogIndex(150))
    #expect(log.durable[0].start == LogStart(index: LogIndex(150), term: Term(1)))
    #expect(log.durable[0].entry(at: LogIndex(150)) == nil)
    #expect(log.current[0].entry(at: LogIndex(151))?.index == LogIndex(151))
    #expect(log.durable[0].recovered(above: LogIndex(160)).entries.first?.index == LogIndex(161))
    log.cut(shard, through: LogIndex(500))
    #expect(log.durable[0].lastIndex == LogIndex(200))
  }

  @Test func `state that was not flushed is gone after a power loss`() throws {
    let state = SimulatedState(shardCount: 2)
    func put(_ byte: UInt8, _ index: UInt64) throws {
      var changes = StateChanges()
      changes.put(key: [byte].rawSpan, value: [byte].rawSpan)
      #expect(try state.write(changes, applied: [(ShardID(1), LogIndex(index))]) == .written)
    }
    let early = state.beginFlush(nil)
    try put(1, 1)
    state.finish(state.beginFlush(nil))
    state.finish(early)
    try put(2, 2)
    #expect(state.appliedIndexes[1] == LogIndex(2) && state.flushedIndexes[1] == LogIndex(1))
    state.losePower()
    var value: [UInt8] = []
    #expect(try state.read(key: [1].rawSpan, into: &value))
    #expect(try !state.read(key: [2].rawSpan, into: &value))
    #expect(state.appliedIndexes[1] == LogIndex(1))
    try put(3, 2)
    #expect(state.flushed.count == 1 && state.current.count == 2)
  }
}
