internal import Basics

/// What a run found out, in the form of its JSON. Names carry their units and are not to be changed: scripts read them.
struct RunResult: Encodable, Sendable {
  /// Durations in microseconds.
  struct Latency: Encodable, Equatable, Sendable {
    var count: UInt64
    var meanMicroseconds: Double
    var p50Microseconds: Double
    var p90Microseconds: Double
    var p99Microseconds: Double
    var p999Microseconds: Double
    var maxMicroseconds: Double

    init(_ histogram: Histogram) {
      func micro(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1_000 }
      count = histogram.count
      meanMicroseconds = (histogram.mean / 10).rounded() / 100
      p50Microseconds = micro(histogram.percentile(50))
      p90Microseconds = micro(histogram.percentile(90))
      p99Microseconds = micro(histogram.percentile(99))
      p999Microseconds = micro(histogram.percentile(99.9))
      maxMicroseconds = micro(histogram.greatest)
    }
  }

  struct OperationResult: Encodable, Sendable {
    var operation: String
    /// From the intended send time; all outcomes together.
    var latency: Latency
    /// From the real send time; only in an open loop.
    var service: Latency?
    var outcomes: [String: Latency]
  }

  struct Lateness: Encodable, Sendable {
    var late: Latency
    var dropped: Int
    /// This program kept its schedule.
    var isKept: Bool
  }

  struct Client: Encodable, Sendable {
    var processorSecondsUser: Double
    var processorSecondsSystem: Double
    var processorMicrosecondsPerCall: Double
    var threads: Int
  }

  /// What all workers measured in one second of the load, the warm-up included.
  struct Second: Encodable, Equatable, Sendable {
    var calls: UInt64
    var p50Microseconds: Double
    var p99Microseconds: Double
    /// Calls that failed, up to then.
    var errors: Int

    init(_ progress: WorkerProgress) {
      calls = progress.latency.count
      p50Microseconds = Double(progress.latency.percentile(50)) / 1_000
      p99Microseconds = Double(progress.latency.percentile(99)) / 1_000
      errors = progress.errors
    }
  }

  /// How the load went, from its start on and with the warm-up.
  struct Course: Encodable, Equatable, Sendable {
    /// The wall clock's time of the start.
    var startedAtMilliseconds: Int64 = 0
    var bucketMilliseconds = Timeline.bucketNanoseconds / 1_000_000
    /// Calls that succeeded in each bucket.
    var successes: [UInt32] = []
    var seconds: [Second] = []
    /// The longest time without a success, and its beginning from the start on.
    var longestGapMilliseconds = 0.0
    var longestGapAtMilliseconds = 0.0
  }

  /// A node that went away. Durations are from the last success of a call to it.
  struct NodeLoss: Encodable, Equatable, Sendable {
    var node: UInt64
    var address: String
    /// From the start of the load.
    var lostAtMilliseconds: Double
    /// Shards that it led.
    var shardCount: Int
    /// Until a call to one of these shards succeeded again; and until one had to each of them.
    var gapMilliseconds: Double?
    var allBackMilliseconds: Double?

    init(_ outage: Outage) {
      node = outage.node
      address = outage.address
      lostAtMilliseconds = Double(outage.lostAt) / 1e6
      shardCount = outage.shardCount
      gapMilliseconds = outage.firstBack.map { Double($0) / 1e6 }
      allBackMilliseconds = outage.allBack.map { Double($0) / 1e6 }
    }
  }

  struct Check: Encodable, Sendable {
    var isFine: Bool
    var seconds: Double
    var holdsChecked: Int
    var holdsExpired: Int
    var holdsUnknown: Int
    var skusChecked: Int
    var unitsAcknowledged: Int64
    var unitsHeldOrAllocated: Int64
    var shardsVerified: Int
    var findingCount: Int
    var findings: [String]

    init(_ result: VerificationResult) {
      isFine = result.isFine
      seconds = result.seconds
      holdsChecked = result.holdsChecked
      holdsExpired = result.holdsExpired
      holdsUnknown = result.holdsUnknown
      skusChecked = result.skusChecked
      unitsAcknowledged = result.unitsAcknowledged
      unitsHeldOrAllocated = result.unitsHeldOrAllocated
      shardsVerified = result.shardsVerified
      findingCount = result.findingCount
      findings = result.findings
    }
  }

  /// Holds of SKUs in one shard beside holds of as many SKUs in as many shards.
  struct Across: Encodable, Sendable {
    var shardCount: Int
    var single: Latency
    var across: Latency
    var singlePerSecond: Double
    var acrossPerSecond: Double
    /// Of the medians.
    var ratio: Double

    init(
      shardCount: Int, single: Latency, across: Latency, singlePerSecond: Double, acrossPerSecond: Double
    ) {
      self.shardCount = shardCount
      self.single = single
      self.across = across
      self.singlePerSecond = singlePerSecond
      self.acrossPerSecond = acrossPerSecond
      ratio = single.p50Microseconds == 0 ? 0 : across.p50Microseconds / single.p50Microseconds
    }
  }

  /// `run`, `flash-sale`, `across` or `verify`.
  var command: String
  var version = holdfastVersion
  var serverVersion: String?
  var machine: Machine
  /// The options by their names, defaults included.
  var configuration: [String: String]
  var seed: UInt64?
  var startedAtMilliseconds: Int64
  var seconds = 0.0
  var callsPerSecond = 0.0
  var reservationsPerSecond = 0.0
  /// How reservations ended; `done` ones are holds.
  var reservations: [String: Int] = [:]
  var operations: [OperationResult] = []
  var openLoop: Lateness?
  var client: Client?
  /// Nodes of the cluster when the load began.
  var nodeCount = 1
  /// Calls that ended in an error, after all their attempts.
  var failedCalls = 0
  /// Attempts that were followed by another; by how they ended; and calls that had any.
  var retried = 0
  var retriedAfter: [String: Int] = [:]
  var callsRetried = 0
  var nodeLosses: [NodeLoss] = []
  var timeline = Course()
  var isDisconnected = false
  var across: Across?
  var verification: Check?
  var failures: [String] = []
  /// Why the exit code is not 0.
  var problems: [String] = []
}

extension RunResult {
  /// Enters what the workers measured.
  mutating func enter(_ tally: Tally, nanoseconds: UInt64) {
    seconds = Double(nanoseconds) / 1e9
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
