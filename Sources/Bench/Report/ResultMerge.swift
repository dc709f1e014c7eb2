internal import Basics

/// Adds up the results of programs that ran together. Histograms are added bucket by bucket, so that the percentiles are
/// those of all calls; rates are added, because the programs ran at the same time.
struct ResultMerge {
  /// How much of the longest run all must have run together.
  private static let overlapMin = 0.9

  private let results: [RunResult]

  init(_ results: [RunResult]) { self.results = results }

  func result() throws(BenchError) -> RunResult {
    guard let first = results.first else { throw .system("there are no results to merge") }
    var tally = Tally()
    for result in results {
      for stored in result.histograms where !tally.add(stored) {
        throw .system("a histogram of \(stored.operation), \(stored.outcome) is not to be understood")
      }
      for outcome in Outcome.allCases { tally.count(outcome, times: result.reservations[outcome.name] ?? 0) }
    }
    var merged = RunResult(
      command: BenchConfiguration.Command.merge.rawValue, machine: first.machine, configuration: configuration(),
      startedAtMilliseconds: results.map(\.startedAtMilliseconds).min() ?? 0)
    merged.serverVersion = first.serverVersion
    merged.nodeCount = results.map(\.nodeCount).max() ?? 1
    merged.enter(tally, nanoseconds: UInt64((results.map(\.seconds).max() ?? 0) * 1e9))
    merged.callsPerSecond = sum(\.callsPerSecond)
    merged.reservationsPerSecond = sum(\.reservationsPerSecond)
    merged.processes = results.reduce(0) { $0 + $1.processes }
    add(&merged)
    merged.openLoop = openLoop(tally)
    merged.timeline = timeline()
    merged.verification = verification()
    if let problem = overlap() { merged.problems.append(problem) }
    return merged
  }

  private func sum(_ path: KeyPath<RunResult, Double>) -> Double { results.reduce(0) { $0 + $1[keyPath: path] } }

  /// What all have in common, and what differs as a list.
  private func configuration() -> [String: String] {
    var merged: [String: String] = [:]
    for name in Set(results.flatMap(\.configuration.keys)) {
      var values: [String] = []
      for result in results {
        let value = result.configuration[name] ?? ""
        if !values.contains(value) { values.append(value) }
      }
      merged[name] = values.joined(separator: " | ")
    }
    return merged
  }

  private func add(_ merged: inout RunResult) {
    for (number, result) in results.enumerated() {
      merged.failedCalls += result.failedCalls
      merged.retried += result.retried
      merged.callsRetried += result.callsRetried
      merged.repeatedByNodes += result.repeatedByNodes
      for (name, count) in result.retriedAfter { merged.retriedAfter[name, default: 0] += count }
      merged.nodeLosses += result.nodeLosses
      merged.chaos += result.chaos
      merged.isDisconnected = merged.isDisconnected || result.isDisconnected
      for text in result.failures where !merged.failures.contains(text) { merged.failures.append(text) }
      merged.problems += result.problems.map { "result \(number + 1): \($0)" }
    }
    let clients = results.compactMap(\.client)
    let (user, system) = clients.reduce((0, 0)) {
      ($0.0 + $1.processorSecondsUser, $0.1 + $1.processorSecondsSystem)
    }
    merged.client = RunResult.Client(
      processorSecondsUser: user, processorSecondsSystem: system,
      processorMicrosecondsPerCall: (user + system) * 1e6 / Double(max(1, merged.callCount)),
      threads: clients.reduce(0) { $0 + $1.threads }, processorShare: clients.map(\.processorShare).max() ?? 0)
  }

  private func openLoop(_ tally: Tally) -> RunResult.Lateness? {
    let parts = results.compactMap(\.openLoop)
    if parts.isEmpty { return nil }
    return RunResult.Lateness(
      late: .init(tally.lateness), dropped: parts.reduce(0) { $0 + $1.dropped }, isKept: parts.allSatisfy(\.isKept))
  }

  /// Second by second from the first start on. A second's percentiles cannot be added up: the worst of them is told.
  private func timeline() -> RunResult.Course {
    var merged = RunResult.Course()
    let start = results.map(\.timeline.startedAtMilliseconds).min() ?? 0
    merged.startedAtMilliseconds = start
    for result in results {
      let late = result.timeline.startedAtMilliseconds - start
      add(result.timeline.successes, at: Int(late / Int64(max(1, merged.bucketMilliseconds))), to: &merged.successes)
      for (number, second) in result.timeline.seconds.enumerated() {
        let place = number + Int(late / 1_000)
        while merged.seconds.count <= place {
          merged.seconds.append(.init(calls: 0, p50Microseconds: 0, p99Microseconds: 0, errors: 0))
        }
        merged.seconds[place].calls += second.calls
        merged.seconds[place].errors += second.errors
        merged.seconds[place].p50Microseconds = max(merged.seconds[place].p50Microseconds, second.p50Microseconds)
        merged.seconds[place].p99Microseconds = max(merged.seconds[place].p99Microseconds, second.p99Microseconds)
      }
      if result.timeline.longestGapMilliseconds > merged.longestGapMilliseconds {
        merged.longestGapMilliseconds = result.timeline.longestGapMilliseconds
        merged.longestGapAtMilliseconds = result.timeline.longestGapAtMilliseconds + Double(late)
      }
    }
    return merged
  }

  private func add(_ counts: [UInt32], at place: Int, to merged: inout [UInt32]) {
    while merged.count < place + counts.count { merged.append(0) }
    for (offset, count) in counts.enumerated() { merged[place + offset] += count }
  }

  /// `nil` unless all were verified.
  private func verification() -> RunResult.Check? {
    let checks = results.compactMap(\.verification)
    guard checks.count == results.count, var merged = checks.first else { return nil }
    for check in checks.dropFirst() {
      merged.isFine = merged.isFine && check.isFine
      merged.seconds = max(merged.seconds, check.seconds)
      merged.holdsChecked += check.holdsChecked
      merged.holdsExpired += check.holdsExpired
      merged.holdsUnknown += check.holdsUnknown
      merged.ordersChecked += check.ordersChecked
      merged.ordersUnknown += check.ordersUnknown
      merged.skusChecked += check.skusChecked
      merged.unitsAcknowledged += check.unitsAcknowledged
      merged.unitsHeldOrAllocated += check.unitsHeldOrAllocated
      merged.shardsVerified = max(merged.shardsVerified, check.shardsVerified)
      merged.findingCount += check.findingCount
      merged.findings += check.findings
    }
    return merged
  }

  /// Rates can be added only for runs at the same time.
  private func overlap() -> String? {
    let starts = results.map { Double($0.timeline.startedAtMilliseconds) / 1_000 }
    let ends = zip(starts, results).map { $0 + Double($1.timeline.seconds.count) }
    guard let first = starts.min(), let lastStart = starts.max(), let firstEnd = ends.min(), let end = ends.max() else {
      return nil
    }
    if firstEnd - lastStart >= Self.overlapMin * (end - first) { return nil }
    return "the runs were not at the same time, so their rates do not add up; see --start-at"
  }
}
