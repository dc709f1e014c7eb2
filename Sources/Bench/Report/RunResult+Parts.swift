internal import Basics

extension RunResult {
  /// What the followers of the change feed were told.
  struct Feed: Codable, Equatable, Sendable {
    var followers: Int
    /// Records of this run's holds, over all followers.
    var delivered: Int
    var deliveredPerSecond: Double
    /// From the sending of a reservation to a follower's being told of the hold.
    var latency: Latency
    var gaps: Int
    /// Streams that ended and were begun again.
    var resumed: Int

    init(_ told: [FeedTold], seconds: Double) {
      followers = told.count
      delivered = told.reduce(0) { $0 + $1.records }
      let latency = told.reduce(into: Histogram()) { $0.merge($1.latency) }
      self.latency = Latency(latency)
      deliveredPerSecond = seconds > 0 ? Double(latency.count) / seconds : 0
      gaps = told.reduce(0) { $0 + $1.gaps }
      resumed = told.reduce(0) { $0 + $1.resumed }
    }
  }

  /// A run at one rate, while the highest is looked for.
  struct Trial: Codable, Equatable, Sendable {
    var rate: Double
    var callsPerSecond: Double
    var p99Microseconds: Double
    /// This program kept its schedule, no call failed, and 99 of 100 took no longer than the limit.
    var isWithin: Bool
    /// Otherwise it was too much for this program, which says nothing of the servers.
    var isKept: Bool
    var dropped: Int
    var failedCalls: Int

    init(rate: Double, _ summary: LoadSummary, _ configuration: BenchConfiguration, millisecondsMax: Double) {
      let everything = summary.tally.everything
      self.rate = rate
      callsPerSecond = Double(everything.count) * 1e9 / Double(max(1, summary.measuredNanoseconds))
      p99Microseconds = Double(everything.percentile(99)) / 1_000
      dropped = summary.dropped
      failedCalls = summary.tally.errorCount
      isKept = summary.wasOnTime(lateMillisecondsMax: configuration.lateMillisecondsMax)
      isWithin =
        everything.count > 0 && failedCalls == 0 && p99Microseconds <= millisecondsMax * 1_000 && isKept
        && dropped == 0 && !summary.isDisconnected
    }
  }

  /// The search for the highest rate under a limit.
  struct Search: Codable, Equatable, Sendable {
    var millisecondsMax: Double
    /// The highest rate that was within the limit.
    var ratePerSecond: Double?
    var trials: [Trial]
  }

  /// Harm that was done.
  struct ChaosEvent: Codable, Equatable, Sendable {
    /// As it was meant, from the start of the load.
    var seconds: Double
    var action: String
    var node: Int
    /// When the script that did it really began, and when it had ended: it was done somewhere between.
    var begunSeconds: Double
    var endedSeconds: Double
    /// Of the script.
    var exitCode: Int

    init(_ event: Bench.ChaosEvent, begunSeconds: Double, endedSeconds: Double, exitCode: Int) {
      self.begunSeconds = begunSeconds
      self.endedSeconds = endedSeconds
      seconds = event.seconds
      action = event.action.rawValue
      node = event.node
      self.exitCode = exitCode
    }
  }
}
