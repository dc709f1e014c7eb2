internal import Basics

/// The search for the highest rate that the servers bear.
extension BenchRun {
  private static let trialsMax = 24
  /// The highest rate is known to this factor.
  private static let precision = 1.05

  /// Doubles the rate until it is too much, then halves the distance. Every trial's holds are verified; the result tells
  /// the best trial.
  func search(_ maker: PlanMaker, millisecondsMax: Double) throws(BenchError) -> LoadBooks {
    var search = RateSearch(from: configuration.ratePerSecond ?? 1_000, precision: Self.precision)
    var books = LoadBooks()
    var best: (summary: LoadSummary, results: [WorkerResult], course: RunResult.Course)?
    var trials: [RunResult.Trial] = []
    while let rate = search.next, trials.count < Self.trialsMax {
      var results = try drive(maker.plans(rate, &generator))
      for result in results { books.append(result) }
      // They are in the books now, and may be large.
      for place in results.indices { (results[place].book, results[place].orders) = (HoldBook(), OrderBook()) }
      let summary = LoadSummary(results)
      let trial = RunResult.Trial(rate: rate, summary, configuration, millisecondsMax: millisecondsMax)
      trials.append(trial)
      line.show(
        "\(ResultTable.grouped(rate)) calls/s: p99 \(ResultTable.milliseconds(trial.p99Microseconds)) ms,"
          + (trial.isWithin ? " within the limit" : " too much"))
      if summary.wrongCount > 0 { result.problems.append("\(summary.wrongCount) answers were wrong") }
      if trial.isWithin { best = (summary, results, result.timeline) }
      if summary.isDisconnected || !result.problems.isEmpty { break }
      search.tried(isWithin: trial.isWithin)
    }
    line.close()
    result.search = RunResult.Search(
      millisecondsMax: millisecondsMax, ratePerSecond: best == nil ? nil : search.highest, trials: trials)
    if let trial = trials.first(where: { !$0.isKept }) {
      result.problems.append(
        "this program could not keep \(ResultTable.grouped(trial.rate)) calls/s: the servers may bear more than was found"
      )
    }
    guard let best else {
      result.problems.append("not even \(ResultTable.grouped(trials.last?.rate ?? 0)) calls/s are within the limit")
      return books
    }
    result.timeline = best.course
    enter(best.summary, best.results)
    return books
  }
}
