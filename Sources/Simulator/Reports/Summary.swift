/// What many runs came to together.
package struct Summary: Equatable, Sendable {
  package var runs = 0
  package var failures = 0
  package var events: UInt64 = 0
  package var simulatedMilliseconds: UInt64 = 0
  package var counts = WorldCounts()
  package var network = NetworkCounts()
  package var coverage = Coverage()
  package var faults: [Int] = Array(repeating: 0, count: FaultKind.allCases.count)

  package init() {}

  package mutating func add(_ result: RunResult) {
    runs += 1
    if result.violation != nil { failures += 1 }
    events += UInt64(result.events)
    simulatedMilliseconds += result.simulatedMilliseconds
    counts.add(result.counts)
    network.add(result.network)
    coverage.add(result.coverage)
    for index in faults.indices where index < result.faults.count { faults[index] += result.faults[index] }
  }

  /// The summary for people; `seconds` is the real time that it took, with `jobs` processes.
  package func text(seconds: Double, jobs: Int) -> String {
    let perSecond = seconds > 0 ? Double(events) / seconds : 0
    var lines = [
      "\(runs) runs, \(failures) failed; \(events) events, \(Self.rounded(perSecond)) a second"
        + (jobs > 1 ? " with \(jobs) processes" : "")
        + "; \(Self.rounded(Double(simulatedMilliseconds) / 3_600_000, 100)) simulated hours in"
        + " \(Self.rounded(seconds, 10)) s",
      "  \(counts.operations) operations, \(counts.answers) commands answered, \(counts.reads) reads answered,"
        + " \(counts.entriesCommitted) entries committed, \(counts.turns) turns, \(counts.frames) frames",
      "  frames: \(network.blocked) blocked, \(network.lost) lost, \(network.duplicated) duplicated,"
        + " \(network.reordered) reordered, \(network.corrupted) corrupted",
    ]
    let injected = zip(FaultKind.allCases, faults).filter { $0.1 > 0 }.map { "\($0.0.name) \($0.1)" }
    lines.append("  faults: " + (injected.isEmpty ? "none" : injected.joined(separator: ", ")))
    let reached = Branch.allCases.filter { coverage[$0] > 0 }.map { "\($0.name) \(coverage[$0])" }
    lines.append("  reached: " + reached.joined(separator: ", "))
    let missed = Branch.allCases.filter { coverage[$0] == 0 }.map(\.name)
    if !missed.isEmpty { lines.append("  not reached: " + missed.joined(separator: ", ")) }
    return lines.joined(separator: "\n")
  }

  /// The same as one line of JSON.
  package func json(seconds: Double) -> String {
    let injected = zip(FaultKind.allCases, faults).map { "\"\($0.0.name)\":\($0.1)" }.joined(separator: ",")
    let reached = Branch.allCases.map { "\"\($0.name)\":\(coverage[$0])" }.joined(separator: ",")
    return "{\"runs\":\(runs),\"failures\":\(failures),\"events\":\(events),\"seconds\":\(seconds),"
      + "\"simulatedMilliseconds\":\(simulatedMilliseconds),\"operations\":\(counts.operations),"
      + "\"entriesCommitted\":\(counts.entriesCommitted),\"frames\":\(counts.frames),"
      + "\"faults\":{\(injected)},\"reached\":{\(reached)}}"
  }

  private static func rounded(_ value: Double, _ parts: Double = 1) -> String {
    let rounded = (value * parts).rounded() / parts
    return parts == 1 ? String(UInt64(rounded)) : String(rounded)
  }
}
