import Basics
import Raft
import Replication
import Testing

@testable import Storage

/// What becomes of the log of a replica that was destroyed.
@Suite struct LogForgetTests {
  private let shard = ShardID(7)
  private let other = ShardID(8)

  private func opened() throws -> LogBench {
    let bench = LogBench()
    try bench.create()
    try bench.open()
    return bench
  }

  private func hardState(_ term: UInt64) -> HardState { HardState(term: Term(term), vote: MemberID(2), commit: .zero) }

  @Test func `a forgotten shard is gone after a restart, and the others are not`() throws {
    let bench = try opened()
    #expect(bench.write([.hardState(shard, hardState(3)), .entry(shard, entry(1)), .entry(other, entry(1))]))
    #expect(bench.write([.forget(shard)]))
    try bench.close()
    for _ in 0..<2 {
      try bench.open()
      #expect(bench.recovered.filter { $0.log != RecoveredLog() }.map(\.shard) == [other])
      try bench.close()
    }
  }

  @Test func `a later replica of the shard begins at the first index again`() throws {
    let bench = try opened()
    #expect(bench.write((1...5).map { .entry(shard, entry($0, term: 4)) } + [.hardState(shard, hardState(4))]))
    #expect(bench.write([.forget(shard), .hardState(shard, hardState(1)), .entry(shard, entry(1, [42]))]))
    let slice = try bench.log?.entries(shard, from: LogIndex(1), to: LogIndex(9), byteCountMax: 1_000)
    #expect(slice == .entries([entry(1, [42])]))
    try bench.close()
    try bench.open()
    #expect(bench.recovered.map(\.log) == [RecoveredLog(hardState: hardState(1), entries: [entry(1, [42])])])
    try bench.close()
  }

  @Test func `forgetting frees the segments that only the forgotten shard was in`() throws {
    let bench = try opened()
    let payload = [UInt8](repeating: 1, count: 15_000)
    for index in UInt64(1)...40 { #expect(bench.write([.entry(shard, entry(index, payload))])) }
    #expect(bench.write([.forget(shard)]))
    for index in UInt64(1)...40 { #expect(bench.write([.entry(other, entry(index, payload))])) }
    let first = bench.log?.contents.withLock { $0.table.firstSegment }
    #expect((first ?? 0) > 1)
    try bench.close()
    try bench.open()
    #expect(bench.recovered.filter { $0.log != RecoveredLog() }.map(\.shard) == [other])
    try bench.close()
  }
}
