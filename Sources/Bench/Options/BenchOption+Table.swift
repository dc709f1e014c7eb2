internal import Basics
internal import Client

extension BenchOption {
  /// Every option, in the order of the help.
  static let table: [BenchOption] = connecting + sending + stocking + timing + failing + showing

  /// The options that only some workloads have a use for.
  static let workloadsOfOption: [(name: String, workloads: [BenchConfiguration.Workload])] = [
    ("confirm-share", [.mix]), ("release-share", [.mix, .cartChurn]), ("extend-share", [.cartChurn]),
    ("lines", [.orders]), ("across-share", [.orders]), ("write-share", [.reads]), ("read-batch", [.reads]),
    ("staleness-ms", [.reads]), ("followers", [.feed]),
  ]

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
      "connections", "C", everyCommand, in: 1...10_000, \.connections, "Connections, over all threads. Default 16."),
    .number(
      "in-flight", "M", everyCommand, in: 1...1_024, \.inFlight,
      "Calls under way on each connection: so many buyers a connection in a closed loop, at most so many in an open"
        + " loop. Default 16."),
    .number(
      "threads", "N", load, in: 1...64, \.threads,
      "Event loops that share the connections. Default 1: one loop drives more than one node can answer."),
    .number(
      "deadline-ms", "MS", everyCommand, in: 1...600_000, \.deadlineMilliseconds,
      "A call unanswered for so long counts as DEADLINE_EXCEEDED: its outcome is unknown. It is the time for all"
        + " attempts together. Default 5000."),
  ]

  private static let sending: [BenchOption] = [
    .choice(
      "workload", [.run], \.workload,
      "reserve: makes holds and leaves them. mix: then confirms a share of them, releases another. reserve-confirm:"
        + " confirms all of them. cart-churn: extends a share, releases a share, and the rest expires. orders: makes"
        + " orders of several lines. reads: reads stock and holds beside a share of reservations. feed: reserve, with"
        + " followers of the change feed that must be told of every hold. Default reserve."),
    .decimal("confirm-share", "P", [.run], in: 0...1, "With mix: the share of holds confirmed. Default 0.5.") {
      $0.confirmShare = $1
    },
    .decimal(
      "release-share", "P", [.run], in: 0...1, "With mix and cart-churn: the share of holds released. Default 0.25."
    ) { $0.releaseShare = $1 },
    .decimal("extend-share", "P", [.run], in: 0...1, "With cart-churn: the share of holds extended. Default 0.5.") {
      $0.extendShare = $1
    },
    BenchOption(
      name: "lines", placeholder: "MIN-MAX", help: "With orders: how many lines an order has. Default 2-20.",
      commands: [.run]
    ) { configuration, value in
      let ends = value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      guard ends.count == 2, 1 <= ends[0], ends[0] <= ends[1], ends[1] <= 100 else {
        return Refusal(allowed: "two whole numbers from 1 to 100, as in 2-20")
      }
      configuration.lineCounts = ends[0]...ends[1]
      return nil
    },
    .decimal(
      "across-share", "P", [.run], in: 0...1,
      "With orders: the share of orders with lines in several shards; the others' are all in one. Default 0.2, with one"
        + " shard 0."
    ) { $0.acrossShare = $1 },
    .decimal("write-share", "P", [.run], in: 0...1, "With reads: the share of reservations. Default 0.1.") {
      $0.writeShare = $1
    },
    .number(
      "read-batch", "N", [.run], in: 1...500, \.readBatch, "With reads: SKUs a read of several asks for. Default 20."),
    BenchOption(
      name: "staleness-ms", placeholder: "MS",
      help: "With reads: what is read may be so old, and any replica may tell it. Default: linearizable reads.",
      commands: [.run]
    ) { configuration, value in
      guard let number = Int(value), (1...3_600_000).contains(number) else {
        return Refusal(allowed: "a whole number from 1 to 3600000")
      }
      configuration.stalenessMilliseconds = number
      return nil
    },
    .number("followers", "N", [.run], in: 1...1_000, \.followers, "With feed: followers, over all threads. Default 4."),
    .decimal(
      "duplicate-share", "P", load, in: 0...1,
      "Send this share of the requests that made a hold once more with the same id; the answer must be the same hold,"
        + " marked as replayed. Default 0."
    ) { $0.duplicateShare = $1 },
    .number(
      "batch", "N", [.run], in: 1...1_000, \.batch, "Reservations a call, with BatchReserve when over 1. Default 1."),
    .number("quantity", "N", [.run], in: 1...10_000, \.quantity, "Units a reservation asks for. Default 1."),
    .number(
      "ttl", "SECONDS", making, in: 1...86_400, \.timeToLiveSeconds,
      "How long the holds live. Default 900, with cart-churn 5."),
    .text("tenant", "NAME", everyCommand, bytes: 0...64, "Whose stock. Default: the server's default tenant.") {
      $0.tenant = $1
    },
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

  private static let timing: [BenchOption] = [
    .decimal("seconds", "S", [.run, .across], in: 0.1...86_400, "How long the load is measured. Default 10.") {
      $0.length = .seconds($1)
    },
    .decimal(
      "warmup", "W", [.run, .across], in: 0...3_600,
      "Load before that, which is verified but not measured. Default 2."
    ) { $0.warmupSeconds = $1 },
    BenchOption(
      name: "count", placeholder: "N", help: "Send exactly N reservations, without warm-up, instead of --seconds.",
      commands: [.run]
    ) { configuration, value in
      guard let count = Int(value), (1...10_000_000_000).contains(count) else {
        return Refusal(allowed: "a whole number from 1 to 10000000000")
      }
      configuration.length = .count(count)
      return nil
    },
    .decimal(
      "rate", "R", [.run], in: 0.01...10_000_000,
      "Open loop: R calls a second whether or not earlier ones were answered. Latency is counted from the moment a call"
        + " was meant to be sent. Default: closed loop, each buyer sends when its last call is answered."
    ) { $0.ratePerSecond = $1 },
    .choice("arrivals", [.run], \.arrivals, "With --rate: evenly spaced, or at random. Default constant."),
    BenchOption(
      name: "steps", placeholder: "R,R,...",
      help: "Open loop of several rates, each for the same part of --seconds; the warm-up has the first.",
      commands: [.run]
    ) { configuration, value in
      let rates = value.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? 0 }
      guard rates.count > 1, rates.allSatisfy({ (0.01...10_000_000).contains($0) }) else {
        return Refusal(allowed: "two or more numbers from 0.01 to 10000000 with commas between")
      }
      configuration.rateShape = .steps(rates)
      configuration.ratePerSecond = rates[0]
      return nil
    },
    .decimal(
      "ramp-to", "R", [.run], in: 0.01...10_000_000,
      "With --rate: the rate changes evenly from the one to the other while it is measured."
    ) { $0.rateShape = .ramp(to: $1) },
    .decimal(
      "search-p99", "MS", [.run], in: 0.01...60_000,
      "Look for the highest rate at which 99 of 100 calls take at most MS, in runs of --seconds each, from --rate"
        + " (1000) on. What is told is the best of them."
    ) { $0.rateShape = .search(millisecondsMax: $1) },
    .decimal(
      "start-at", "SECONDS", load, in: 0...1e11,
      "Begin the load at this time of the wall clock, in seconds since 1970, so that several programs begin together."
    ) { $0.startSeconds = $1 },
    .number(
      "queue", "N", [.run], in: 1...100_000_000, \.queueMax,
      "With --rate: calls that may wait for a free place; more are dropped, and the run fails. Default 1000000."),
    .decimal(
      "late-ms", "MS", [.run], in: 0.1...60_000,
      "With --rate: the run fails if more than one call in a hundred was sent so late although a place was free: then"
        + " this program is the bottleneck. Default 10."
    ) { $0.lateMillisecondsMax = $1 },
    BenchOption(
      name: "seed", placeholder: "N",
      help: "Decides the SKUs, shares and arrivals; ids differ all the same. Default: drawn, and told in the result.",
      commands: load
    ) { configuration, value in
      guard let seed = UInt64(value) else { return Refusal(allowed: "a whole number from 0 to \(UInt64.max)") }
      configuration.seed = seed
      return nil
    },
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
        "Do harm on a schedule, in seconds from the start of the load: kill, stop, start, pause, resume, partition or"
        + " heal a node, as in 5:kill:2,9:start:2. Needs --cluster.",
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
    .text("record", "FILE", everyCommand, bytes: 1...4_096, "Append every acknowledged hold to FILE, for verify.") {
      $0.recordPath = $1
    },
    .flag("no-verify", load, \.verifies, to: false, "Do not look up every hold after the load."),
    BenchOption(
      name: "verify-sample", placeholder: "N",
      help: "Look up only N holds, picked at random; sums and the ledger are checked all the same.",
      commands: everyCommand
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
