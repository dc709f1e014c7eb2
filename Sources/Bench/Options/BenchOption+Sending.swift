internal import Basics

extension BenchOption {
  /// The options that only some workloads have a use for.
  static let workloadsOfOption: [(name: String, workloads: [BenchConfiguration.Workload])] = [
    ("confirm-share", [.mix]), ("release-share", [.mix, .cartChurn]), ("extend-share", [.cartChurn]),
    ("lines", [.orders]), ("across-share", [.orders]), ("write-share", [.reads]), ("read-batch", [.reads]),
    ("staleness-ms", [.reads]), ("followers", [.feed]),
  ]

  static let sending: [BenchOption] = [
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
}
