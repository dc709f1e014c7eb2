/// What a load measured, as it is written to JSON.
package struct LoadResult: Codable, Equatable, Sendable {
  package var reservationsPerSecond: Double
  package var p50Microseconds: Double
  package var p99Microseconds: Double
  package var seconds: Double
  package var granted: Int
  package var refused: Int
  package var failed: Int
  /// Holds that the peer has acknowledged in the whole run, warm-up included.
  package var grantedInAll: Int
  /// Swaps that came too late and were made again (etcd).
  package var conflicts = 0
  /// Processor seconds of this program in the measured span.
  package var processorSeconds: Double
  /// What the peer said of the first reservations that failed.
  package var complaints: [String]

  init(_ plan: LoadPlan, _ meter: LoadMeter, _ complaints: [String]) {
    let sorted = meter.latencies.sorted()
    let decided = meter.measured.granted + meter.measured.refused
    reservationsPerSecond = meter.seconds == 0 ? 0 : Double(decided) / meter.seconds
    p50Microseconds = Double(percentile(50, of: sorted)) / 1_000
    p99Microseconds = Double(percentile(99, of: sorted)) / 1_000
    seconds = meter.seconds
    granted = meter.measured.granted
    refused = meter.measured.refused
    failed = meter.measured.failed
    grantedInAll = meter.grantedInAll
    processorSeconds = meter.processorSeconds
    self.complaints = complaints
  }
}
