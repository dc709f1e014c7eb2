/// What a call of `holdfast-sim run` asks for.
package struct RunOptions: Equatable, Sendable {
  package var seed: UInt64 = 1
  package var seeds: UInt64 = 1
  package var events = 20_000
  /// Simulated hours of faults in each run, instead of a number of events.
  package var hours: Double?
  /// Real minutes, after which no further seed is begun.
  package var minutes: Double?
  package var untilFailure = false
  package var nodes: Int?
  package var shards: Int?
  package var clients: Int?
  package var faults = FaultKind.survivable
  /// Worlds are clusters that grow from one node.
  package var usesGoals = false
  /// There are orders, and most of what is asked for goes over several shards.
  package var usesAcross = false
  /// Slots move between shards, and shards are split.
  package var usesSlots = false
  /// Only these of a run's faults happen; `nil` for all.
  package var onlyFaults: [Int]?
  /// How many lines of the trace a failure shows.
  package var traceLines = 60
  /// Every line of the trace is printed as it is made.
  package var showsTrace = false
  package var minimiseRunsMax = 200
  package var jobs = 1
  package var json = false
  package var mutant: String?

  package init() {}

  /// Why a call cannot be understood.
  package struct Mistake: Error, Equatable, Sendable {
    package var text: String
  }

  package static let usage = """
    Usage: holdfast-sim run [OPTIONS]

    Runs whole clusters in a made-up world, with faults, from a seed each, and checks everything that they do.
    Ends with exit code 0 if nothing was found, 1 with the failing seed, what was broken, the end of its trace and
    the faults that it takes.

      --seed S            the first seed (1)
      --seeds N           how many seeds, one after the other (1)
      --until-failure     seeds without end
      --minutes N         no further seed after this many minutes of real time
      --events N          how many events each run has until its faults end (20000)
      --hours H           how many simulated hours instead
      --nodes N           nodes, at most 9; drawn from the seed if not given
      --shards N          inventory shards; drawn from the seed if not given
      --clients N         clients; drawn from the seed if not given
      --goals             each world is a cluster that grows from one node, whose meta shard says where replicas are to be
      --across            there are orders, and most of what is asked for goes over several shards; 1000 runs or more must
                          reach each step of the protocol
      --slots             slots move between shards of such a cluster, and shards are split
      --faults LIST       all, none, or names parted by commas: what may happen (all)
      --only LIST         only the faults of these numbers happen, as a failure report names them; `none` for none
      --trace             prints the whole trace of each run
      --trace-lines N     how many lines of the trace a failure report shows (60)
      --minimise N        how many runs may be spent on leaving faults out (200; 0: none)
      --jobs N            processes that work on seeds at a time (1)
      --json              the summary as one line of JSON
      --help              this text

    """

  package init(_ arguments: [String]) throws(Mistake) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      switch option {
      case "--until-failure": untilFailure = true
      case "--trace": showsTrace = true
      case "--json": json = true
      case "--goals": usesGoals = true
      case "--across": usesAcross = true
      case "--slots": usesSlots = true
      default:
        guard let value = rest.popFirst() else { throw Mistake(text: "\(option) is unknown, or needs a value") }
        try set(option, value)
      }
    }
    if untilFailure || minutes != nil, seeds == 1 { seeds = .max / 2 }
  }

  private mutating func set(_ option: String, _ value: String) throws(Mistake) {
    switch option {
    case "--seed": seed = try Self.number(option, value, in: 0...UInt64.max / 2)
    case "--seeds": seeds = try Self.number(option, value, in: 1...UInt64.max / 2)
    case "--events": events = try Self.number(option, value, in: 100...1_000_000_000)
    case "--nodes": nodes = try Self.number(option, value, in: 1...9)
    case "--shards": shards = try Self.number(option, value, in: 1...100_000)
    case "--clients": clients = try Self.number(option, value, in: 0...10_000)
    case "--trace-lines": traceLines = try Self.number(option, value, in: 0...1_000_000)
    case "--minimise": minimiseRunsMax = try Self.number(option, value, in: 0...100_000)
    case "--jobs": jobs = try Self.number(option, value, in: 1...256)
    case "--hours": hours = try Self.span(option, value)
    case "--minutes": minutes = try Self.span(option, value)
    case "--mutant": mutant = value
    case "--faults": faults = try Self.kinds(value)
    case "--only": onlyFaults = value == "none" ? [] : try Self.numbers(option, value)
    default: throw Mistake(text: "\(option) is unknown")
    }
  }

  private static func number<Number: FixedWidthInteger>(
    _ option: String, _ value: String, in range: ClosedRange<Number>
  ) throws(Mistake) -> Number {
    guard let number = Number(value), range.contains(number) else {
      throw Mistake(text: "\(option) wants a number from \(range.lowerBound) to \(range.upperBound), not '\(value)'")
    }
    return number
  }

  private static func span(_ option: String, _ value: String) throws(Mistake) -> Double {
    guard let number = Double(value), number > 0, number <= 100_000 else {
      throw Mistake(text: "\(option) wants a number above 0, not '\(value)'")
    }
    return number
  }

  private static func numbers(_ option: String, _ value: String) throws(Mistake) -> [Int] {
    var numbers: [Int] = []
    for part in value.split(separator: ",") { numbers.append(try number(option, String(part), in: 0...Int.max)) }
    return numbers
  }

  private static func kinds(_ value: String) throws(Mistake) -> [FaultKind] {
    if value == "all" { return FaultKind.survivable }
    if value == "none" { return [] }
    var kinds: [FaultKind] = []
    for name in value.split(separator: ",") {
      guard let kind = FaultKind(name: String(name)) else {
        let known = FaultKind.allCases.map(\.name).joined(separator: ", ")
        throw Mistake(text: "'\(name)' is no fault; there are \(known)")
      }
      kinds.append(kind)
    }
    return kinds
  }

  /// The steps across shards that so many runs should have reached, and have not.
  package func missedSteps(_ summary: Summary) -> [Branch] {
    guard usesAcross, summary.runs >= 1_000, faults == FaultKind.survivable, onlyFaults == nil else { return [] }
    return Branch.acrossSteps.filter { summary.coverage[$0] == 0 }
  }

  /// The world of one seed.
  package func settings(seed: UInt64) -> WorldSettings {
    var settings = WorldSettings(seed: seed)
    settings.nodeCount = nodes
    settings.shardCount = shards
    settings.clientCount = clients
    settings.faults = faults
    settings.usesGoals = usesGoals || usesSlots
    settings.usesAcross = usesAcross || usesSlots
    settings.usesSlots = usesSlots
    settings.onlyFaults = onlyFaults
    settings.eventsMax = events
    if let hours { settings.faultyTime = .milliseconds(UInt64(hours * 3_600_000)) }
    return settings
  }

  /// The arguments that make a worker do a part of this.
  package func arguments(seed: UInt64, seeds: UInt64, only: [Int]?, showsTrace: Bool) -> [String] {
    var arguments = ["--seed", String(seed), "--seeds", String(seeds), "--events", String(events)]
    if let hours { arguments += ["--hours", String(hours)] }
    if let nodes { arguments += ["--nodes", String(nodes)] }
    if let shards { arguments += ["--shards", String(shards)] }
    if let clients { arguments += ["--clients", String(clients)] }
    if let mutant { arguments += ["--mutant", mutant] }
    arguments += ["--faults", faults.isEmpty ? "none" : faults.map(\.name).joined(separator: ",")]
    if let only { arguments += ["--only", only.isEmpty ? "none" : only.map(String.init).joined(separator: ",")] }
    if usesGoals { arguments.append("--goals") }
    if usesAcross { arguments.append("--across") }
    if usesSlots { arguments.append("--slots") }
    if showsTrace { arguments.append("--trace") }
    return arguments
  }
}
