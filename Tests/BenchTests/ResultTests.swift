import Basics
import Testing

@testable import Bench

/// Results that are merged, and the forms they are written in.
@Suite struct ResultTests {
  private func tally(_ milliseconds: ClosedRange<UInt64>, _ outcome: Outcome = .done) -> Tally {
    var tally = Tally()
    for value in milliseconds {
      tally.record(.reserve, outcome, latency: value * 1_000_000)
      tally.record(.reserve, service: value * 500_000)
      tally.record(lateness: value * 1_000)
      tally.count(outcome)
    }
    return tally
  }

  private func result(_ tally: Tally, startedAt: Int64 = 1_000, seconds: Int = 10) -> RunResult {
    var result = RunResult(
      command: "run", machine: .this, configuration: ["skus": "7", "prefix": "p\(startedAt)"],
      startedAtMilliseconds: startedAt)
    result.enter(tally, nanoseconds: UInt64(seconds) * 1_000_000_000)
    result.client = RunResult.Client(
      processorSecondsUser: 2, processorSecondsSystem: 1, processorMicrosecondsPerCall: 1, threads: 1,
      processorShare: 0.3)
    result.timeline.startedAtMilliseconds = startedAt
    result.timeline.seconds = (0..<seconds).map {
      .init(calls: 10, p50Microseconds: Double($0) * 100, p99Microseconds: Double($0) * 1_000, errors: 0)
    }
    result.timeline.successes = Array(repeating: 1, count: seconds * 10)
    return result
  }

  @Test func `merged results have the percentiles of all calls, and the sum of the rates`() throws {
    let merged = try ResultMerge([result(tally(1...50)), result(tally(51...100))]).result()
    let whole = tally(1...100)
    #expect(merged.problems == [])
    #expect(merged.operations.first?.latency == RunResult.Latency(whole.latency(.reserve)))
    #expect(merged.operations.first?.service == RunResult.Latency(whole.service(.reserve)))
    #expect(merged.reservations == ["done": 100])
    #expect(merged.callsPerSecond == 10)
    #expect(merged.processes == 2)
    #expect(merged.client?.processorSecondsUser == 4)
    #expect(merged.client?.threads == 2)
    #expect(merged.configuration == ["skus": "7", "prefix": "p1000"])
    #expect(merged.timeline.seconds.map(\.calls) == Array(repeating: 20, count: 10))
    #expect(merged.timeline.successes.reduce(0, +) == 200)
    #expect(merged.histograms.count == result(whole).histograms.count)
  }

  @Test func `a merged result can be merged again, in any order`() throws {
    let parts = [result(tally(1...30)), result(tally(31...60, .outOfStock)), result(tally(61...90))]
    let pair = try ResultMerge([parts[0], parts[1]]).result()
    let one = try ResultMerge([pair, parts[2]]).result()
    let other = try ResultMerge([parts[2], parts[1], parts[0]]).result()
    #expect(one.operations.first?.latency == other.operations.first?.latency)
    #expect(one.reservations == other.reservations)
    #expect(one.processes == 3)
    #expect(Set(one.histograms.map(\.counts)) == Set(other.histograms.map(\.counts)))
  }

  @Test func `runs one after the other do not add up`() throws {
    let late = try ResultMerge([result(tally(1...9)), result(tally(1...9), startedAt: 6_000)]).result()
    #expect(late.problems.contains { $0.contains("not at the same time") })
    #expect(late.timeline.seconds.count == 15)
    let near = try ResultMerge([result(tally(1...9)), result(tally(1...9), startedAt: 1_300)]).result()
    #expect(near.problems == [])
    #expect(near.configuration["prefix"] == "p1000 | p1300")
  }

  @Test func `problems of a part are problems of the whole`() throws {
    var bad = result(tally(1...9))
    bad.problems = ["3 calls failed"]
    #expect(try ResultMerge([result(tally(1...9)), bad]).result().problems == ["result 2: 3 calls failed"])
    bad.histograms[0].counts = "1:2 x"
    #expect(throws: BenchError.self) { try ResultMerge([bad]).result() }
  }

  @Test(arguments: [[], [0], [1, 1, 2_047, 2_048, 5_000_000, 61_000_000_000]] as [[UInt64]])
  func `a stored histogram is read again exactly`(values: [UInt64]) throws {
    var histogram = Histogram()
    for value in values { histogram.record(value) }
    #expect(StoredHistogram("reserve", "done", histogram).histogram == histogram)
  }

  @Test(arguments: ["1", "x:1", "1:x", "999999999:1", "-1:1", "1:0"])
  func `a text that is no histogram is refused`(counts: String) {
    var stored = StoredHistogram("reserve", "done", Histogram())
    stored.counts = counts
    #expect(stored.histogram == nil)
  }

  @Test func `a result is read from its file as it was written`() throws {
    let path = temporaryPath("result.json")
    defer { removeFile(path) }
    let whole = result(tally(1...100))
    try writeFile(Array(ResultFiles.json(whole).utf8), to: path)
    let read = try ResultFiles.read(path)
    #expect(try ResultFiles.json(read) == ResultFiles.json(whole))
    try writeFile(Array("{}".utf8), to: path)
    #expect(throws: BenchError.self) { try ResultFiles.read(path) }
  }

  @Test func `the table of a result has a row for each outcome and each second`() {
    let lines = ResultCSV.text(result(tally(1...100), seconds: 2)).split(separator: "\n")
    #expect(
      lines == [
        "row,operation,outcome,second,calls,p50_ms,p90_ms,p99_ms,p999_ms,max_ms,errors",
        "latency,reserve,done,,100,50.004,90.046,99.025,100.000,100.000,",
        "service,reserve,,,100,25.002,45.023,49.512,50.000,50.000,",
        "second,,,1,10,0.000,,0.000,,,0",
        "second,,,2,10,0.100,,1.000,,,0",
      ])
    #expect(lines.allSatisfy { $0.count { $0 == "," } == 10 })
  }

  @Test func `the page of a result is whole, escaped and self-contained`() throws {
    var whole = result(tally(1...100))
    whole.problems = ["<b>&\"x\""]
    let harm = try #require(ChaosEvent(text: "3:kill:2"))
    whole.chaos = [.init(harm, begunSeconds: 3.1, endedSeconds: 3.4, exitCode: 0)]
    let page = ResultPage.text(whole)
    #expect(page.hasPrefix("<!doctype html>"))
    #expect(page.contains("<li>&lt;b&gt;&amp;&quot;x&quot;</li>"))
    for part in [
      "Calls a second over time", "Latency over time", "Latency by percentile", "99.9", "--skus", ">kill 2<",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(page.components("<svg viewBox") == 3)
    #expect(page.components("<svg") == page.components("</svg>"))
    #expect(!page.contains("http"))
    #expect(!page.contains("nan"))
    #expect(ResultPage.text(result(Tally(), seconds: 0)).contains("Nothing was verified"))
  }

  @Test(arguments: [(7.0, 8), (10, 11), (13, 7), (99_999, 10), (0.4, 9)])
  func `ticks are round and few`(end: Double, count: Int) {
    let ticks = Plot.ticks(to: end)
    #expect(ticks.count == count)
    #expect(Set(ticks.map(\.1)).count == ticks.count)
    #expect(ticks.allSatisfy { $0.0 <= end })
  }
}

extension String {
  /// How often a part stands in it.
  fileprivate func components(_ part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
