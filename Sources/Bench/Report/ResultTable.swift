internal import Basics
internal import Foundation

/// The result as people read it.
enum ResultTable {
  static func text(_ result: RunResult) -> String {
    var lines: [String] = []
    if let across = result.across {
      lines += comparison(across)
    } else if result.command != BenchConfiguration.Command.verify.rawValue {
      lines += load(result)
    }
    if let check = result.verification { lines += verification(check) }
    for failure in result.failures { lines.append("  a failure: \(failure)") }
    lines.append(result.problems.isEmpty ? "ok" : "FAILED: " + result.problems.joined(separator: "; "))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func comparison(_ across: RunResult.Across) -> [String] {
    [
      pad("holds of \(across.shardCount) SKUs", 35) + right("holds/s", 11) + right("calls", 11) + right("p50 ms", 10)
        + right("p90 ms", 10) + right("p99 ms", 10) + right("p99.9 ms", 10) + right("max ms", 10),
      pad("in one shard", 35) + right(grouped(across.singlePerSecond), 11) + row(across.single),
      pad("in \(across.shardCount) shards", 35) + right(grouped(across.acrossPerSecond), 11) + row(across.across),
      "a hold over \(across.shardCount) shards takes \(decimal(across.ratio, 2)) times as long, by the medians",
    ]
  }

  private static func load(_ result: RunResult) -> [String] {
    var lines = [
      pad("operation", 21) + pad("outcome", 20) + right("calls", 11) + right("p50 ms", 10) + right("p90 ms", 10)
        + right("p99 ms", 10) + right("p99.9 ms", 10) + right("max ms", 10)
    ]
    for operation in result.operations {
      for outcome in Outcome.allCases {
        guard let latency = operation.outcomes[outcome.name] else { continue }
        lines.append(pad(operation.operation, 21) + pad(outcome.name, 20) + row(latency))
      }
      if let service = operation.service { lines.append(pad("", 21) + pad("(once sent)", 20) + row(service)) }
    }
    lines.append("")
    if !result.operations.isEmpty { lines += rates(result) }
    if let feed = result.feed { lines += follow(feed) }
    if let search = result.search { lines += trials(search) }
    for event in result.chaos {
      lines.append(
        "chaos: \(event.action) of node \(event.node) at \(decimal(event.seconds, 1)) s, done between"
          + " \(decimal(event.begunSeconds, 1)) and \(decimal(event.endedSeconds, 1)) s")
    }
    if let seed = result.seed { lines.append("seed \(seed)") }
    return lines
  }

  private static func rates(_ result: RunResult) -> [String] {
    var lines: [String] = []
    lines.append(
      "\(grouped(result.callsPerSecond)) calls/s, \(grouped(result.reservationsPerSecond)) reservations/s"
        + " over \(decimal(result.seconds, 2)) s")
    if let client = result.client {
      lines.append(
        "this program used \(decimal(client.processorMicrosecondsPerCall, 2)) µs of processor time a call"
          + " (\(decimal(client.processorSecondsUser, 2)) s user, \(decimal(client.processorSecondsSystem, 2)) s system:"
          + " \(decimal(client.processorShare * 100, 0)) % of its threads' time)")
    }
    if let open = result.openLoop {
      lines.append(
        "sent late: p50 \(milliseconds(open.late.p50Microseconds)) ms, p99"
          + " \(milliseconds(open.late.p99Microseconds)) ms, max \(milliseconds(open.late.maxMicroseconds)) ms;"
          + " \(open.dropped) dropped")
    }
    if result.retried > 0 {
      let ends = result.retriedAfter.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      lines.append(
        "\(result.callsRetried) calls were repeated, in \(result.retried) attempts that ended so:"
          + " \(ends.joined(separator: ", "))")
    }
    if result.repeatedByNodes > 0 {
      lines.append("\(result.repeatedByNodes) calls were repeated by the nodes among themselves")
    }
    if result.nodeCount > 1 {
      lines.append(
        "\(result.nodeCount) nodes; longest time without a success"
          + " \(decimal(result.timeline.longestGapMilliseconds, 0)) ms")
    }
    for loss in result.nodeLosses {
      lines.append(
        "node \(loss.node) at \(loss.address) was lost after \(decimal(loss.lostAtMilliseconds / 1_000, 1)) s, with"
          + " the lead of \(loss.shardCount) shards: first answer after \(gap(loss.gapMilliseconds)),"
          + " all of them after \(gap(loss.allBackMilliseconds))")
    }
    if result.isDisconnected { lines.append("the server went away; what it acknowledged before is recorded") }
    return lines
  }

  private static func follow(_ feed: RunResult.Feed) -> [String] {
    [
      "\(feed.followers) followers of the change feed were told of \(feed.delivered) holds"
        + " (\(grouped(feed.deliveredPerSecond))/s while measured), from the sending on p50"
        + " \(milliseconds(feed.latency.p50Microseconds)) ms, p99 \(milliseconds(feed.latency.p99Microseconds)) ms;"
        + " \(feed.gaps) gaps, \(feed.resumed) streams begun again"
    ]
  }

  private static func trials(_ search: RunResult.Search) -> [String] {
    var lines = search.trials.map { trial in
      right(grouped(trial.rate), 12) + " calls/s: p99" + right(milliseconds(trial.p99Microseconds), 10) + " ms"
        + (trial.isWithin ? "" : "  too much") + (trial.isKept ? "" : ", sent late by this program")
        + (trial.dropped > 0 ? ", \(trial.dropped) dropped" : "")
        + (trial.failedCalls > 0 ? ", \(trial.failedCalls) failed" : "")
    }
    if let rate = search.ratePerSecond {
      lines.append("the highest rate with a p99 of at most \(search.millisecondsMax) ms: \(grouped(rate)) calls/s")
    }
    return lines
  }

  private static func gap(_ milliseconds: Double?) -> String {
    milliseconds.map { decimal($0, 0) + " ms" } ?? "more than the run's time"
  }

  private static func verification(_ check: RunResult.Check) -> [String] {
    var lines = [
      "verified in \(decimal(check.seconds, 1)) s: \(check.holdsChecked) holds (\(check.holdsExpired) expired,"
        + " \(check.holdsUnknown) of unknown outcome)," + orders(check)
        + " \(check.skusChecked) SKUs with \(check.unitsHeldOrAllocated)"
        + " units held or allocated for \(check.unitsAcknowledged) acknowledged, ledger of"
        + " \(check.shardsVerified) shards: " + (check.isFine ? "all sound" : "\(check.findingCount) findings")
    ]
    for finding in check.findings { lines.append("  \(finding)") }
    if check.findingCount > check.findings.count {
      lines.append("  and \(check.findingCount - check.findings.count) more")
    }
    return lines
  }

  private static func orders(_ check: RunResult.Check) -> String {
    check.ordersChecked + check.ordersUnknown == 0
      ? "" : " \(check.ordersChecked) orders (\(check.ordersUnknown) of unknown outcome),"
  }

  private static func row(_ latency: RunResult.Latency) -> String {
    right("\(latency.count)", 11)
      + [
        latency.p50Microseconds, latency.p90Microseconds, latency.p99Microseconds, latency.p999Microseconds,
        latency.maxMicroseconds,
      ].map { right(milliseconds($0), 10) }.joined()
  }

  static func milliseconds(_ microseconds: Double) -> String { decimal(microseconds / 1_000, 3) }

  static func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

  /// A whole number with commas between thousands.
  static func grouped(_ value: Double) -> String {
    let digits = Array(decimal(value, 0))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
