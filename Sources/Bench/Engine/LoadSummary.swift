internal import Basics

/// What all workers of a load found out, together.
struct LoadSummary {
  var tally = Tally()
  var processorTime = ProcessorTime()
  var timeline = Timeline()
  var dropped = 0
  var measuredNanoseconds: UInt64 = 0
  var isDisconnected = false
  var wrongUnmeasured = 0

  init(_ workers: [WorkerResult]) {
    for worker in workers {
      tally.merge(worker.tally)
      processorTime = processorTime + worker.processorTime
      timeline.merge(worker.timeline)
      dropped += worker.dropped
      wrongUnmeasured += worker.wrongUnmeasured
      measuredNanoseconds = max(measuredNanoseconds, worker.measuredNanoseconds)
      if worker.isDisconnected { isDisconnected = true }
    }
  }

  /// Answers that contradict their requests, the warm-up's included.
  var wrongCount: Int {
    Operation.allCases.reduce(wrongUnmeasured) { $0 + Int(tally.latency($1, .wrong).count) }
  }

  /// This program kept its schedule: no call was dropped, and at most one in a hundred was sent later than that.
  func keptSchedule(lateMillisecondsMax: Double) -> Bool {
    dropped == 0 && wasOnTime(lateMillisecondsMax: lateMillisecondsMax)
  }

  /// At most one call in a hundred was sent later than that although a place was free.
  func wasOnTime(lateMillisecondsMax: Double) -> Bool {
    tally.lateness.percentile(99) <= UInt64(lateMillisecondsMax * 1e6)
  }
}
