internal import Basics
internal import Client

extension BenchOption {
  /// Every option, in the order of the help.
  static let table: [BenchOption] = connecting + sending + stocking + timing + failing + showing

  private static let connecting: [BenchOption] = [
    BenchOption(
      name: "server", placeholder: "HOST:PORT[,HOST:PORT]",
      help: "Nodes to ask about the cluster; one is enough, more are better for when it is down. With several nodes in"
        + " the cluster, connections are made to all of them, each call goes to its shard's leader, and is repeated with"
        + " the same id until its deadline when it fails for the moment. Default 127.0.0.1:7400.",
      commands: everyCommand
    ) { configuration, value in
      let endpoints = value.split(separator: ",", omittingEmptySubsequences: false).map { NodeName(String($0)) }
      let valid = endpoints.compactMap { $0 }
      guard valid.count == endpoints.count else { return Refusal(allowed: "HOST:PORT, several with commas between") }
      configuration.servers = valid
      return nil
    },
    .number(
      "connections", "C", everyCommand, in: 1...10_000, \.connections,
      "Connections, over all threads. Default 16, with across 1."),
    .number(
      "in-flight", "M", everyCommand, in: 1...1_024, \.inFlight,
      "Calls under way on each connection: so many buyers a connection in a closed loop, at most so many in an open"
        + " loop. Default 16, with across 1."),
    .number(
      "threads", "N", load, in: 1...64, \.threads,
      "Event loops that share the connections. Default 1: one loop drives more than one node can answer."),
    .number(
      "deadline-ms", "MS", everyCommand, in: 1...600_000, \.deadlineMilliseconds,
      "A call unanswered for so long counts as DEADLINE_EXCEEDED: its outcome is unknown. It is the time for all"
        + " attempts together. Default 5000."),
  ]

  private static let stocking: [BenchOption] = [
    .number("skus", "N", [.run], in: 1...10_000_000, \.skuCount, "How many SKUs are reserved from. Default 10000."),
    BenchOption(
      name: "choice", placeholder: "uniform|zipf:THETA|hot-set:COUNT:SHARE|hot|one",
      help: "Which SKU a request asks for; zipf:0.99 is a usual shop, hot-set:10:0.9 asks 9 times out of 10 for one of"
        + " the first 10, hot (or one) is always the first. Default uniform.",
      commands: [.run]
    ) { configuration, value in
      guard let choice = SKUChoice(text: value) else {
        return Refusal(
          allowed: "uniform, hot, one, zipf: with an exponent above 0 and at most 10, such as zipf:0.99, or hot-set:"
            + " with a count and a share, such as hot-set:10:0.9")
      }
      configuration.choice = choice
      return nil
    },
    .number(
      "units", "N", [.run], in: 0...1_000_000_000_000, \.unitsPerSKU,
      "Units of each SKU that are received before the load. Default 1000000000: they never run out."),
    .number("buyers", "B", [.flashSale], in: 1...100_000_000, \.buyers, "Each tries once for one unit. Default 10000."),
    .number("stock", "K", [.flashSale], in: 0...100_000_000, \.stock, "Units of the one SKU. Default 1000."),
    .number(
      "shards", "N", [.across], in: 2...100, \.shardCount,
      "Compare holds of N SKUs in one shard with holds of N SKUs in N shards. Default 5."),
    .text("location", "NAME", making, bytes: 1...64, "Where the stock lies; made when missing. Default bench.") {
      $0.location = $1
    },
    .text(
      "prefix", "TEXT", load, bytes: 1...64,
      "SKUs are called TEXT-00000000 and so on. Default: new names for each run, which nobody else touches, so that"
        + " verification can also tell that nothing was held twice."
    ) { $0.prefix = $1 },
    .flag(
      "no-setup", load, \.setsUp, to: false, "Make no location, SKUs or stock: they are there from a run with --prefix."
    ),
  ]

  private static let failing: [BenchOption] = [
    .flag(
      "retry", load, \.retries, to: true,
      "With one node too: repeat what was refused as UNAVAILABLE or RESOURCE_EXHAUSTED, was lost or had no answer, with"
        + " the same id, until the deadline."),
    .flag(
      "continue-on-disconnect", load, \.endsOnDisconnect, to: true,
      "When the server goes away, end the run in good order with exit code 0: what was acknowledged is in --record."),
    BenchOption(
      name: "chaos", placeholder: "SECONDS:ACTION:NODE,...",
      help:
        "Do harm on a schedule, in seconds from the start of the load: kill, stop, start, pause or resume a"
        + " node, as in 5:kill:2,9:start:2. What is left at the end is done then. Needs --cluster.",
      commands: load
    ) { configuration, value in
      let events = value.split(separator: ",", omittingEmptySubsequences: false).map { ChaosEvent(text: String($0)) }
      guard let events = events as? [ChaosEvent], !events.isEmpty else {
        return Refusal(allowed: "SECONDS:ACTION:NODE with \(ChaosEvent.Action.names), several with commas between")
      }
      configuration.chaos = events.sorted { $0.seconds < $1.seconds }
      return nil
    },
    .text("cluster", "DIR", load, bytes: 1...4_096, "With --chaos: the folder of the cluster of Scripts/cluster.") {
      $0.clusterFolder = $1
    },
    .text(
      "cluster-script", "FILE", load, bytes: 1...4_096, "With --chaos: what does the harm. Default Scripts/cluster."
    ) { $0.clusterScript = $1 },
  ]

  private static let showing: [BenchOption] = [
    .text(
      "record", "FILE", recorded, bytes: 1...4_096,
      "Append every acknowledged hold to FILE, for verify, which reads it."
    ) { $0.recordPath = $1 },
    .flag("no-verify", load, \.verifies, to: false, "Do not look up every hold after the load."),
    BenchOption(
      name: "verify-sample", placeholder: "N",
      help: "Look up only N holds, picked at random; sums and the ledger are checked all the same.",
      commands: recorded
    ) { configuration, value in
      guard let count = Int(value), count >= 1 else { return Refusal(allowed: "a whole number from 1") }
      configuration.verifySample = count
      return nil
    },
    .text("json", "FILE", telling, bytes: 1...4_096, "Write the result to FILE as JSON; - is standard output.") {
      $0.jsonPath = $1
    },
    .text("csv", "FILE", telling, bytes: 1...4_096, "Write operations and seconds to FILE as CSV.") {
      $0.csvPath = $1
    },
    .text("html", "FILE", telling, bytes: 1...4_096, "Write the result to FILE as one HTML page with plots.") {
      $0.htmlPath = $1
    },
    .flag("quiet", telling, \.isQuiet, to: true, "No progress line and no table."),
  ]
}
