internal import Basics

/// From what the workers found out to the result, and to why the exit code is not 0.
extension BenchRun {
  func enter(_ summary: LoadSummary, _ results: [WorkerResult]) {
    for worker in results {
      result.enter(worker)
      for text in worker.failures.texts where !result.failures.contains(text) { result.failures.append(text) }
      if let error = worker.recordError { result.problems.append("\(error)") }
    }
    if summary.isDisconnected { result.isDisconnected = true }
    result.enter(summary.tally, nanoseconds: summary.measuredNanoseconds)
    result.enter(summary.timeline)
    result.failedCalls = summary.tally.errorCount
    let time = summary.processorTime
    result.client = RunResult.Client(
      processorSecondsUser: time.user, processorSecondsSystem: time.system,
      processorMicrosecondsPerCall: (time.user + time.system) * 1e6 / Double(max(1, result.callCount)),
      threads: configuration.threads,
      processorShare: result.seconds > 0
        ? (time.user + time.system) / result.seconds / Double(configuration.threads) : 0)
    if configuration.ratePerSecond != nil { judgeSchedule(summary) }
    judge(summary)
  }

  private func judgeSchedule(_ summary: LoadSummary) {
    let isKept = summary.keptSchedule(lateMillisecondsMax: configuration.lateMillisecondsMax)
    result.openLoop = RunResult.Lateness(late: .init(summary.tally.lateness), dropped: summary.dropped, isKept: isKept)
    if summary.dropped > 0 {
      result.problems.append("\(summary.dropped) calls were dropped, because no place became free for them in time")
    } else if !isKept {
      result.problems.append("this program could not keep the rate: more than 1 in 100 calls were sent late")
    }
  }

  private func judge(_ summary: LoadSummary) {
    if result.isDisconnected {
      if !configuration.endsOnDisconnect { result.problems.append("the connection to the server was lost") }
      return
    }
    if summary.wrongUnmeasured > 0 {
      result.problems.append("\(summary.wrongUnmeasured) answers were wrong that were not measured")
    }
    if summary.tally.errorCount > 0 { result.problems.append("\(summary.tally.errorCount) calls failed") }
    if configuration.command == .flashSale {
      let expected = min(configuration.buyers, configuration.stock)
      let got = summary.tally.reservations(.done)
      if got != expected { result.problems.append("\(got) buyers got a unit, exactly \(expected) should have") }
    }
  }

  /// Every follower must have been told of every acknowledged hold once, and of nothing that nobody asked for.
  func judge(_ fan: FeedFan, _ books: LoadBooks) {
    var (least, uncertain): (Int64, Int64) = (0, 0)
    for place in 0..<books.holds.count {
      let hold = books.holds[place]
      if hold.knowledge == .reserveUnknown { uncertain += Int64(hold.quantity) } else { least += Int64(hold.quantity) }
    }
    let told = fan.settle(units: least)
    result.feed = RunResult.Feed(told, seconds: result.seconds)
    for (number, follower) in told.enumerated() {
      if follower.units < least || follower.units > least + uncertain {
        result.problems.append(
          "follower \(number) of the change feed was told of \(follower.units) units, \(least) were acknowledged")
      }
      if follower.gaps > 0 {
        result.problems.append("follower \(number) found \(follower.gaps) gaps in the change feed")
      }
    }
  }
}
