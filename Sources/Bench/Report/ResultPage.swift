internal import Basics

/// The result as one page that needs nothing else: figures, plots as SVG, and what it was measured with.
enum ResultPage {
  static func text(_ result: RunResult) -> String {
    let title = "holdfast-bench \(result.command)" + (result.configuration["workload"].map { " · \($0)" } ?? "")
    let body = [
      "<h1>\(escape(title))</h1>", verdict(result), summary(result), plots(result), operations(result),
      verification(result), settings(result),
    ]
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>\(escape(title))</title><style>\(style)</style></head>
      <body>\(body.joined(separator: "\n"))</body></html>

      """
  }

  private static let style = """
    body{font:14px/1.5 system-ui,sans-serif;max-width:960px;margin:2em auto;padding:0 1em;color:#222}
    table{border-collapse:collapse;margin:.5em 0 1.5em}td,th{padding:.2em .8em;text-align:right;border-bottom:1px solid #ddd}
    td:first-child,th:first-child,td.t{text-align:left}.ok{color:#187a2f}.bad{color:#b3261e}
    svg{display:block;margin:0 0 1.5em;background:#fafafa}svg text{font:11px system-ui,sans-serif;fill:#555}
    """

  private static func verdict(_ result: RunResult) -> String {
    if result.problems.isEmpty { return "<p class=ok><b>All is well.</b></p>" }
    return "<ul class=bad>" + result.problems.map { "<li>\(escape($0))</li>" }.joined() + "</ul>"
  }

  private static func summary(_ result: RunResult) -> String {
    guard !result.operations.isEmpty else { return "" }
    var text =
      "<p>\(ResultTable.grouped(result.callsPerSecond)) calls/s,"
      + " \(ResultTable.grouped(result.reservationsPerSecond)) reservations/s over"
      + " \(ResultTable.decimal(result.seconds, 1)) s"
    if result.processes > 1 { text += ", from \(result.processes) programs" }
    if let client = result.client {
      text +=
        "; this program used \(ResultTable.decimal(client.processorMicrosecondsPerCall, 2)) µs of processor time a call,"
        + " \(ResultTable.decimal(client.processorShare * 100, 0)) % of its threads' time"
    }
    return text + ".</p>"
  }

  private static func plots(_ result: RunResult) -> String {
    let seconds = result.timeline.seconds
    let marks = result.chaos.map { (x: $0.endedSeconds, name: "\($0.action) \($0.node)") }
    var parts: [String] = []
    if seconds.count > 1 {
      parts.append(
        Plot(
          title: "Calls a second over time", xName: "s", yName: "calls/s",
          curves: [.init("calls", seconds.enumerated().map { (Double($0 + 1), Double($1.calls)) })],
          marks: marks
        ).svg)
      parts.append(
        Plot(
          title: "Latency over time", xName: "s", yName: "ms",
          curves: [
            .init("p50", seconds.enumerated().map { (Double($0 + 1), $1.p50Microseconds / 1_000) }),
            .init("p99", seconds.enumerated().map { (Double($0 + 1), $1.p99Microseconds / 1_000) }),
          ], marks: marks
        ).svg)
    }
    let curves = percentileCurves(result)
    if !curves.isEmpty {
      parts.append(
        Plot(
          title: "Latency by percentile", xName: "percentile", yName: "ms", curves: curves,
          xTicks: [(0, "0"), (1, "90"), (2, "99"), (3, "99.9"), (4, "99.99"), (5, "99.999")]
        ).svg)
    }
    return parts.joined(separator: "\n")
  }

  /// Against the number of nines, so that the tail has room: 1 is 90 %, 2 is 99 %.
  private static func percentileCurves(_ result: RunResult) -> [Plot.Curve] {
    var histograms: [(name: String, Histogram)] = []
    for stored in result.histograms where stored.operation != StoredHistogram.late {
      guard stored.outcome != StoredHistogram.service, let histogram = stored.histogram else { continue }
      if histograms.last?.name == stored.operation {
        histograms[histograms.count - 1].1.merge(histogram)
      } else {
        histograms.append((stored.operation, histogram))
      }
    }
    return histograms.map { name, histogram in
      var points: [(Double, Double)] = []
      var share = 1.0
      for step in 0...50 {
        // Beyond one call in all there is nothing more to tell.
        if Double(histogram.count) * share < 1 { break }
        points.append((Double(step) / 10, Double(histogram.percentile(100 * (1 - share))) / 1e6))
        share *= 0.794_328_234_724_281_5
      }
      return Plot.Curve(name, points)
    }
  }

  // MARK: tables

  private static func operations(_ result: RunResult) -> String {
    let all = Double(max(1, result.callCount))
    var rows = ""
    for operation in result.operations {
      for outcome in Outcome.allCases {
        guard let latency = operation.outcomes[outcome.name] else { continue }
        let share = Double(latency.count) / all
        rows += row(
          [operation.operation, outcome.name], latency,
          bar: "<svg width=120 height=10><rect width=\(Int(120 * share)) height=10 fill=\"\(Plot.colours[0])\"/></svg>")
      }
      if let service = operation.service {
        rows += row([operation.operation, "from its sending on"], service, bar: "")
      }
    }
    guard !rows.isEmpty else { return "" }
    return "<h2>Outcomes</h2><table><tr><th>operation<th>outcome<th>calls<th><th>p50 ms<th>p90 ms<th>p99 ms<th>p99.9 ms"
      + "<th>max ms</tr>\(rows)</table>"
  }

  private static func row(_ names: [String], _ latency: RunResult.Latency, bar: String) -> String {
    let durations = [
      latency.p50Microseconds, latency.p90Microseconds, latency.p99Microseconds, latency.p999Microseconds,
      latency.maxMicroseconds,
    ]
    return "<tr>" + names.map { "<td class=t>\(escape($0))" }.joined() + "<td>\(latency.count)<td>\(bar)"
      + durations.map { "<td>\(ResultTable.milliseconds($0))" }.joined() + "</tr>"
  }

  private static func verification(_ result: RunResult) -> String {
    guard let check = result.verification else { return "<p>Nothing was verified.</p>" }
    let findings = check.findings.map { "<li>\(escape($0))</li>" }.joined()
    return "<h2>Verification</h2><p class=\(check.isFine ? "ok" : "bad")>\(check.holdsChecked) holds,"
      + " \(check.ordersChecked) orders, \(check.skusChecked) SKUs, the ledger of \(check.shardsVerified) shards:"
      + " \(check.isFine ? "all sound" : "\(check.findingCount) findings").</p><ul>\(findings)</ul>"
  }

  private static func settings(_ result: RunResult) -> String {
    var rows = [
      ("version", result.version), ("server", result.serverVersion ?? "unknown"), ("nodes", "\(result.nodeCount)"),
      ("seed", result.seed.map { "\($0)" } ?? ""), ("processor", result.machine.processor),
      ("cores", "\(result.machine.cores)"), ("kernel", result.machine.kernel),
      ("memory", "\(result.machine.memoryBytes >> 20) MiB"),
      ("started at, ms since 1970", "\(result.startedAtMilliseconds)"),
    ]
    rows += result.configuration.sorted { $0.key < $1.key }.map { ("--" + $0.key, $0.value) }
    let text = rows.map { "<tr><td class=t>\(escape($0.0))<td class=t>\(escape($0.1))</tr>" }.joined()
    return "<h2>Measured with</h2><table>\(text)</table>"
  }

  static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
