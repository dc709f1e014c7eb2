internal import Basics

/// What was measured: for every operation and outcome how long calls took, and how many reservations ended how. Each
/// worker fills its own.
struct Tally: Sendable {
  /// From the intended send time to the answer.
  private var latencies = [Histogram](repeating: Histogram(), count: Operation.allCases.count * Outcome.allCases.count)
  /// From the real send time to the answer; filled in an open loop only.
  private var services = [Histogram](repeating: Histogram(), count: Operation.allCases.count)
  /// How reservations ended, those inside batches one by one.
  private var reservations = [Int](repeating: 0, count: Outcome.allCases.count)
  /// How late calls of an open loop were sent although a place was free.
  private(set) var lateness = Histogram()

  init() {}

  mutating func record(_ operation: Operation, _ outcome: Outcome, latency: UInt64) {
    latencies[operation.rawValue &* Outcome.allCases.count &+ outcome.rawValue].record(latency)
  }

  mutating func record(_ operation: Operation, service: UInt64) { services[operation.rawValue].record(service) }
  mutating func count(_ outcome: Outcome) { reservations[outcome.rawValue] &+= 1 }
  mutating func record(lateness nanoseconds: UInt64) { lateness.record(nanoseconds) }

  mutating func merge(_ other: Tally) {
    for index in latencies.indices { latencies[index].merge(other.latencies[index]) }
    for index in services.indices { services[index].merge(other.services[index]) }
    for index in reservations.indices { reservations[index] += other.reservations[index] }
    lateness.merge(other.lateness)
  }

  mutating func merge(_ operation: Operation, _ outcome: Outcome, _ histogram: Histogram) {
    latencies[operation.rawValue * Outcome.allCases.count + outcome.rawValue].merge(histogram)
  }

  mutating func merge(_ operation: Operation, service: Histogram) { services[operation.rawValue].merge(service) }
  mutating func merge(lateness other: Histogram) { lateness.merge(other) }
  mutating func count(_ outcome: Outcome, times: Int) { reservations[outcome.rawValue] += times }

  func latency(_ operation: Operation, _ outcome: Outcome) -> Histogram {
    latencies[operation.rawValue * Outcome.allCases.count + outcome.rawValue]
  }

  /// All outcomes of an operation together.
  func latency(_ operation: Operation) -> Histogram {
    Outcome.allCases.reduce(into: Histogram()) { $0.merge(latency(operation, $1)) }
  }

  func service(_ operation: Operation) -> Histogram { services[operation.rawValue] }

  /// All calls together.
  var everything: Histogram { latencies.reduce(into: Histogram()) { $0.merge($1) } }

  func reservations(_ outcome: Outcome) -> Int { reservations[outcome.rawValue] }
  var reservationCount: Int { reservations.reduce(0, +) }

  /// Calls that ended in an error.
  var errorCount: Int {
    Operation.allCases.reduce(0) { sum, operation in
      Outcome.allCases.filter(\.isError).reduce(sum) { $0 + Int(latency(operation, $1).count) }
    } + (latency(.batch).count == 0 ? 0 : Outcome.allCases.filter(\.isError).reduce(0) { $0 + reservations($1) })
  }
}
