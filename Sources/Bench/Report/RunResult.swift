internal import Basics

/// What a run found out, in the form of its JSON. Names carry their units and are not to be changed: scripts read them.
struct RunResult: Codable, Sendable {
  /// Durations in microseconds.
  struct Latency: Codable, Equatable, Sendable {
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

  struct OperationResult: Codable, Sendable {
    var operation: String
    /// From the intended send time; all outcomes together.
    var latency: Latency
    /// From the real send time; only in an open loop.
    var service: Latency?
    var outcomes: [String: Latency]
  }

  struct Lateness: Codable, Sendable {
    var late: Latency
    var dropped: Int
    /// This program kept its schedule.
    var isKept: Bool
  }

  struct Client: Codable, Sendable {
    var processorSecondsUser: Double
    var processorSecondsSystem: Double
    var processorMicrosecondsPerCall: Double
    var threads: Int
    /// How much of the time its threads were at work: near 1 this program is the bottleneck.
    var processorShare = 0.0
  }

  /// What all workers measured in one second of the load, the warm-up included.
  struct Second: Codable, Equatable, Sendable {
    var calls: UInt64
    var p50Microseconds: Double
    var p99Microseconds: Double
    /// Calls that failed, up to then.
    var errors: Int

    init(calls: UInt64, p50Microseconds: Double, p99Microseconds: Double, errors: Int) {
      self.calls = calls
      self.p50Microseconds = p50Microseconds
      self.p99Microseconds = p99Microseconds
      self.errors = errors
    }

    init(_ progress: WorkerProgress) {
      calls = progress.latency.count
      p50Microseconds = Double(progress.latency.percentile(50)) / 1_000
      p99Microseconds = Double(progress.latency.percentile(99)) / 1_000
      errors = progress.errors
    }
  }

  /// How the load went, from its start on and with the warm-up.
  struct Course: Codable, Equatable, Sendable {
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
  struct NodeLoss: Codable, Equatable, Sendable {
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

  struct Check: Codable, Sendable {
    var isFine: Bool
    var seconds: Double
    var holdsChecked: Int
    var holdsExpired: Int
    var holdsUnknown: Int
    var ordersChecked = 0
    var ordersUnknown = 0
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
      ordersChecked = result.ordersChecked
      ordersUnknown = result.ordersUnknown
      skusChecked = result.skusChecked
      unitsAcknowledged = result.unitsAcknowledged
      unitsHeldOrAllocated = result.unitsHeldOrAllocated
      shardsVerified = result.shardsVerified
      findingCount = result.findingCount
      findings = result.findings
    }
  }

  /// Holds of SKUs in one shard beside holds of as many SKUs in as many shards.
  struct Across: Codable, Sendable {
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

  /// `run`, `flash-sale`, `across`, `verify` or `merge`.
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
  /// Calls that were answered as replayed although this program had no attempt that could have had the effect: a node had
  /// passed them on to another one twice.
  var repeatedByNodes = 0
  var nodeLosses: [NodeLoss] = []
  var timeline = Course()
  var isDisconnected = false
  /// How many programs' results this is made of.
  var processes = 1
  /// All that was measured, so that results can be merged.
  var histograms: [StoredHistogram] = []
  var feed: Feed?
  var search: Search?
  var chaos: [ChaosEvent] = []
  var across: Across?
  var verification: Check?
  var failures: [String] = []
  /// Why the exit code is not 0.
  var problems: [String] = []
}
