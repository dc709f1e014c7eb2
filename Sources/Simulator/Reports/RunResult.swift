/// What became of one run.
package struct RunResult: Equatable, Sendable {
  package var seed: UInt64
  package var events = 0
  package var simulatedMilliseconds: UInt64 = 0
  /// Of everything that happened, in order.
  package var digest: UInt64 = 0
  package var violation: Violation?
  package var counts = WorldCounts()
  package var network = NetworkCounts()
  package var coverage = Coverage()
  /// By kind, in the order of ``FaultKind``.
  package var faults: [Int] = Array(repeating: 0, count: FaultKind.allCases.count)
  /// The numbers of the faults that happened.
  package var happened: [Int] = []

  package init(seed: UInt64) { self.seed = seed }
}

package enum Simulation {
  /// Runs one world to its end or to the first violation.
  ///
  /// - Parameter sink: takes each line of the trace as it is made; without it no lines are made.
  package static func run(_ settings: WorldSettings, sink: ((String) -> Void)? = nil) -> RunResult {
    let world = World(settings, trace: Trace(sink: sink))
    var result = RunResult(seed: settings.seed)
    do throws(Violation) { try world.run() } catch { result.violation = error }
    result.events = world.eventCount
    result.simulatedMilliseconds = world.time.nanoseconds / 1_000_000
    result.digest = world.trace.digest
    result.counts = world.counts
    result.network = world.network.counts
    result.coverage = world.coverage
    result.faults = world.faultCounts
    result.happened = world.happened
    return result
  }
}
