import Basics
import Testing

@testable import Raft
@testable import Replication
@testable import Storage

/// What the log answers the core for followers that are behind.
@Suite struct LogFetchTests {
  private final class Answers: Sendable {
    struct Answer {
      var request: LogRequest
      var answer: LogAnswer
      var damage: StorageError?
    }

    let all = Monitor([Answer]())

    func wait(for count: Int) -> [Answer]? {
      all.wait(timeoutMilliseconds: 10_000) { $0.count >= count ? $0 : nil }
    }
  }

  private let shard = ShardID(4)
  private let answers = Answers()

  /// A log of 60 entries, retained from the 20th on and flushed to the end, over several segments.
  private func makeLog() throws -> LogBench {
    let bench = LogBench()
    try bench.create()
    try bench.open()
    let answers = answers
    bench.log?.connect(fetched: { request, answer, damage in
      answers.all.broadcast { $0.append(Answers.Answer(request: request, answer: answer, damage: damage)) }
    })
    bench.log?.retain(shard, from: LogIndex(20))
    for index in UInt64(1)...60 {
      #expect(bench.write([.entry(shard, entry(index, term: index / 10 + 1, [UInt8](repeating: 7, count: 1_000)))]))
      bench.log?.flushed([(shard, LogIndex(index))])
    }
    return bench
  }

  private func request(_ from: UInt64, bytesMax: Int = .max, entriesMax: Int = 1_000) -> LogRequest {
    LogRequest(
      shard: shard,
      fetch: LogFetch(
        member: MemberID(2), term: Term(9), from: LogIndex(from), bytesMax: bytesMax, entriesMax: entriesMax))
  }

  private func read(_ bench: LogBench, _ request: LogRequest) throws -> Answers.Answer {
    let count = answers.all.withLock { $0.count }
    bench.log?.fetch(request)
    let answer = try #require(answers.wait(for: count + 1)?.last)
    #expect(answer.request == request)
    return answer
  }

  @Test func `entries come with the position before them, within both bounds`() throws {
    let bench = try makeLog()
    for (request, last) in [
      (request(25), 60), (request(25, entriesMax: 4), 28), (request(25, bytesMax: 2_500), 27),
      (request(25, bytesMax: 1), 25), (request(60), 60),
    ] as [(LogRequest, UInt64)] {
      guard case .entries(let previous, let entries) = try read(bench, request).answer else {
        Issue.record("\(request) found nothing")
        continue
      }
      let from = request.fetch.from.rawValue
      #expect(previous == LogPosition(index: LogIndex(from - 1), term: Term((from - 1) / 10 + 1)))
      #expect(entries.map(\.index.rawValue) == Array(from...last))
      #expect(entries.map(\.term.rawValue) == (from...last).map { $0 / 10 + 1 })
    }
    try bench.close()
  }

  @Test func `what was cut away is said to be gone`() throws {
    let bench = try makeLog()
    let answer = try read(bench, request(2))
    guard case .compacted = answer.answer else {
      Issue.record("cut entries were answered")
      return
    }
    #expect(answer.damage == nil)
    try bench.close()
  }

  @Test func `damaged entries are said to be gone, and the damage is told`() throws {
    let bench = try makeLog()
    for path in try bench.disk.list("/log") where path.hasSuffix(".log") {
      let count = bench.disk.bytes("/log/" + path).count
      for offset in stride(from: 4_096 + 200, to: count, by: 4_096) {
        bench.disk.damage("/log/" + path, at: offset, xor: 1)
      }
    }
    let answer = try read(bench, request(25))
    guard case .compacted = answer.answer, case .damaged = answer.damage else {
      Issue.record("damaged entries were answered: \(answer)")
      return
    }
    bench.abandon()
  }

  @Test func `closing waits for nobody who asked`() throws {
    let bench = try makeLog()
    for _ in 0..<100 { bench.log?.fetch(request(20)) }
    try bench.close()
    #expect(answers.all.withLock { $0.count } <= 100)
  }
}
