internal import Basics

/// What `--help` says, made from the table of options.
enum HelpText {
  static func text(for command: BenchConfiguration.Command?) -> String {
    guard let command else { return overview }
    let options = BenchOption.table.filter { $0.commands.contains(command) }
    return introduction(command) + "\n\nOptions:\n" + options.map(describe).joined()
  }

  private static let overview = """
    holdfast-bench loads a Holdfast node or cluster, measures it, and then proves that nothing was oversold or lost.

    Usage:
      holdfast-bench run [OPTIONS]          Reserve for a while and measure.
      holdfast-bench flash-sale [OPTIONS]   Many buyers, one SKU, few units: who gets one?
      holdfast-bench across [OPTIONS]       Holds over several shards beside holds in one.
      holdfast-bench verify --record FILE   Look up again what earlier runs recorded.
      holdfast-bench merge FILE FILE ...    Add up the results of programs that ran together.
      holdfast-bench COMMAND --help         All options of a command.
      holdfast-bench --version

    Begin with:
      holdfast-bench run --connections 64 --in-flight 1 --seconds 10
      holdfast-bench run --choice hot --json result.json
      holdfast-bench run --rate 20000 --arrivals poisson --html result.html
      holdfast-bench run --search-p99 5 --seconds 5
      holdfast-bench run --workload orders --lines 2-20 --across-share 0.2

    After the load each acknowledged hold is looked up, the stock of each SKU is compared with the holds, and the
    ledger is verified.

    Exit codes: 0 all is well; 1 the verification failed, calls failed, or this program could not keep the rate;
    2 wrong usage; 3 the server could not be reached or went away; 130 interrupted.

    """

  private static func introduction(_ command: BenchConfiguration.Command) -> String {
    switch command {
    case .run:
      """
      Usage: holdfast-bench run [OPTIONS]

      Makes SKUs and stock, reserves from them, prints how many reservations a second were acknowledged and how long
      they took, and verifies all of them.

      Workloads (--workload): reserve, reserve-confirm, mix, cart-churn, orders, reads, feed.

      Closed loop (the default): C connections with M buyers each, who send their next request when the last one is
      answered. A slow server is asked less, so read the rate, and the latency at that rate.
      Open loop (--rate, --steps, --ramp-to, --search-p99): requests come when they come. A slow server gets a queue,
      and the latency, counted from the moment a call was meant to be sent, shows it.

      Out of stock is an answer, not an error.
      """
    case .flashSale:
      """
      Usage: holdfast-bench flash-sale [--buyers B] [--stock K] [OPTIONS]

      B buyers each try once for one unit of a SKU with K units. Exactly K of them must get one (or B, if there are
      fewer), and the rest must hear that it is sold out.
      """
    case .across:
      """
      Usage: holdfast-bench across [--shards N] [OPTIONS]

      Measures, by turns, holds of N SKUs that are all in one shard and holds of N SKUs in N shards, and prints both and
      the ratio of their medians: of a lone caller, unless --connections and --in-flight ask for more. Where the calls
      of many wait for a processor the ratio is that of the work. The cluster must have N shards at the least.
      """
    case .merge:
      """
      Usage: holdfast-bench merge FILE FILE ... [OPTIONS]

      Adds up results that were written with --json by programs that ran together, each with its own SKUs: rates are
      added, percentiles are those of all calls together. Give the programs the same --start-at.
      """
    case .verify:
      """
      Usage: holdfast-bench verify --record FILE [OPTIONS]

      Looks up every hold that runs with --record FILE were told is theirs: it must exist with its SKU and quantity, be
      active until its time is over and expired afterwards. Then it compares the stock of every SKU with the sum of
      its holds, and verifies the ledger. Made for use after a crash of the server.
      """
    }
  }

  private static func describe(_ option: BenchOption) -> String {
    let head = "  --\(option.name)" + (option.placeholder.isEmpty ? "" : " \(option.placeholder)")
    var lines: [String] = []
    var line = "     "
    for word in option.help.split(separator: " ") {
      if line.count + 1 + word.count > 100 {
        lines.append(line)
        line = "     "
      }
      line += " " + word
    }
    lines.append(line)
    return head + "\n" + lines.joined(separator: "\n") + "\n"
  }
}
