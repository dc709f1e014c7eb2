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

  /// `run`, `flash-sale` or `verify`.
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
  var retried = 0
  var isDisconnected = false
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

  var callCount: UInt64 { operations.reduce(0) { $0 + $1.latency.count } }
}
