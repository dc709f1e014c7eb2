internal import Basics

extension BenchOption {
  static let timing: [BenchOption] = [
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
    .number(
      "attempts", "N", load, in: 1...1_000, \.attemptsMax,
      "With several nodes: how often a call is made at most, if it fails for the moment. Default: as often as its deadline"
        + " lets."),
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
}
