internal import Basics
internal import Simulator

/// `holdfast-sim mutants`: switches on one seeded bug after the other and looks how many seeds it takes until a checker
/// finds it. Only a build with the flag `MUTANTS` has the bugs in it.
enum MutantsTool {
  private static let usage = """
    Usage: holdfast-sim mutants [--limit N] [--events N] [--seed S] [--jobs N] [--only NAME,…]

    Switches on each seeded bug in turn and runs seeds until a checker finds it. Prints a table, and ends with exit
    code 1 if a bug is not found within the limit. Scripts/mutants builds the program that can do this.

      --limit N    how many seeds a bug may take (10000)
      --events N   how many events the faults of each run last (12000)
      --seed S     the first seed (1)
      --jobs N     processes that work at a time (2)
      --only LIST  these bugs only, by name
      --quick yes  only those that are found within a few seeds

    """

  private struct Call {
    var limit: UInt64 = 10_000
    var events = 12_000
    var seed: UInt64 = 1
    var jobs = 2
    var mutations = Mutation.allCases
  }

  static func main(_ arguments: [String]) -> Int32 {
    guard let call = read(arguments) else {
      print(usage)
      return arguments.contains("--help") || arguments.contains("-h") ? 0 : 2
    }
    #if !MUTANTS
      print("holdfast-sim mutants: this build has no seeded bugs in it; Scripts/mutants makes one that has")
      return 2
    #else
      return run(call)
    #endif
  }

  private static func read(_ arguments: [String]) -> Call? {
    var call = Call()
    var rest = arguments[...]
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { return nil }
      switch option {
      case "--limit": call.limit = UInt64(value) ?? 0
      case "--events": call.events = Int(value) ?? 0
      case "--seed": call.seed = UInt64(value) ?? 0
      case "--jobs": call.jobs = Int(value) ?? 0
      case "--quick": call.mutations = Mutation.quick
      case "--only":
        let names = value.split(separator: ",").map(String.init)
        call.mutations = names.compactMap { Mutation(rawValue: $0) }
        guard call.mutations.count == names.count else { return nil }
      default: return nil
      }
    }
    guard call.limit > 0, call.events > 0, call.jobs > 0 else { return nil }
    return call
  }

  private static func run(_ call: Call) -> Int32 {
    var survivors = 0
    print(row("seeded bug", "seeds", "limit", "found by"))
    for mutation in call.mutations {
      var options = RunOptions()
      options.seed = call.seed
      options.seeds = call.limit
      options.events = call.events
      options.jobs = call.jobs
      options.mutant = mutation.rawValue
      options.usesGoals = Mutation.placement.contains(mutation)
      options.usesAcross = Mutation.acrossShards.contains(mutation)
      options.usesSlots = Mutation.slots.contains(mutation)
      var supervisor = Supervisor(options)
      supervisor.run()
      let seeds = supervisor.summary.runs
      if let violation = supervisor.failure?.violation {
        print(row(mutation.rawValue, String(seeds), String(call.limit), "\(violation)"))
      } else {
        survivors += 1
        print(row(mutation.rawValue, "-", String(call.limit), "NOT FOUND: \(mutation.sentence)"))
      }
    }
    print("\(call.mutations.count - survivors) passed, \(survivors) failed")
    return survivors == 0 ? 0 : 1
  }

  private static func row(_ name: String, _ seeds: String, _ limit: String, _ finding: String) -> String {
    func pad(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return pad(name, 32) + pad(seeds, 7) + pad(limit, 7) + String(finding.prefix(180))
  }
}
