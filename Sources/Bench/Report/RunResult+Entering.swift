internal import Basics

extension RunResult {
  /// Enters what the workers measured.
  mutating func enter(_ tally: Tally, nanoseconds: UInt64) {
    seconds = Double(nanoseconds) / 1e9
    histograms = StoredHistogram.all(of: tally)
    var calls = 0.0
    for operation in Operation.allCases {
      let all = tally.latency(operation)
      if all.count == 0 { continue }
      calls += Double(all.count)
      var outcomes: [String: Latency] = [:]
      for outcome in Outcome.allCases {
        let histogram = tally.latency(operation, outcome)
        if histogram.count > 0 { outcomes[outcome.name] = Latency(histogram) }
      }
      let service = tally.service(operation)
      operations.append(
        OperationResult(
          operation: operation.name, latency: Latency(all), service: service.count == 0 ? nil : Latency(service),
          outcomes: outcomes))
    }
    for outcome in Outcome.allCases where tally.reservations(outcome) > 0 {
      reservations[outcome.name] = tally.reservations(outcome)
    }
    if seconds > 0 {
      callsPerSecond = calls / seconds
      reservationsPerSecond = Double(tally.reservationCount) / seconds
    }
  }

  /// Enters what one worker went through.
  mutating func enter(_ worker: WorkerResult) {
    retried += worker.retried
    callsRetried += worker.callsRetried
    repeatedByNodes += worker.repeatedByNodes
    for outcome in Outcome.allCases where worker.retriedAfter[outcome.rawValue] > 0 {
      retriedAfter[outcome.name, default: 0] += worker.retriedAfter[outcome.rawValue]
    }
    nodeLosses += worker.outages.map { NodeLoss($0) }
    nodeLosses.sort { $0.lostAtMilliseconds < $1.lostAtMilliseconds }
  }

  mutating func enter(_ timeline: Timeline) {
    self.timeline.successes = timeline.successes
    self.timeline.longestGapMilliseconds = Double(timeline.longestGapNanoseconds) / 1e6
    self.timeline.longestGapAtMilliseconds = Double(timeline.longestGapAtNanoseconds) / 1e6
  }

  var callCount: UInt64 { operations.reduce(0) { $0 + $1.latency.count } }
}
