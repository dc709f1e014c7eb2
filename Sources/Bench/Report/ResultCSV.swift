internal import Basics

/// The result as one table: a row for each operation and outcome, and one for each second of the load. Durations are in
/// milliseconds; a field that a row has nothing to say of is empty.
enum ResultCSV {
  private static let header = "row,operation,outcome,second,calls,p50_ms,p90_ms,p99_ms,p999_ms,max_ms,errors"

  static func text(_ result: RunResult) -> String {
    var lines = [header]
    for operation in result.operations {
      for outcome in Outcome.allCases {
        guard let latency = operation.outcomes[outcome.name] else { continue }
        lines.append("latency,\(operation.operation),\(outcome.name),," + durations(latency))
      }
      if let service = operation.service {
        lines.append("service,\(operation.operation),,," + durations(service))
      }
    }
    for (number, second) in result.timeline.seconds.enumerated() {
      lines.append(
        "second,,,\(number + 1),\(second.calls),\(milliseconds(second.p50Microseconds)),,"
          + "\(milliseconds(second.p99Microseconds)),,,\(second.errors)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func durations(_ latency: RunResult.Latency) -> String {
    "\(latency.count),"
      + [
        latency.p50Microseconds, latency.p90Microseconds, latency.p99Microseconds, latency.p999Microseconds,
        latency.maxMicroseconds,
      ].map(milliseconds).joined(separator: ",") + ","
  }

  private static func milliseconds(_ microseconds: Double) -> String { ResultTable.milliseconds(microseconds) }
}
