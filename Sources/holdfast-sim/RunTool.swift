internal import Simulator

/// `holdfast-sim run`.
enum RunTool {
  static func main(_ arguments: [String]) -> Int32 {
    if arguments.contains("--help") || arguments.contains("-h") {
      print(RunOptions.usage)
      return 0
    }
    let options: RunOptions
    do throws(RunOptions.Mistake) { options = try RunOptions(arguments) } catch {
      print("holdfast-sim run: \(error.text)\n\n\(RunOptions.usage)")
      return 2
    }
    if options.showsTrace { return trace(options) }
    var supervisor = Supervisor(options)
    let start = Clock.seconds
    supervisor.run()
    let seconds = Clock.seconds - start
    if options.json {
      print(supervisor.summary.json(seconds: seconds))
    } else {
      print(supervisor.summary.text(seconds: seconds, jobs: options.jobs))
    }
    if let failure = supervisor.failure {
      report(failure, supervisor)
      return 1
    }
    let missed = options.missedSteps(supervisor.summary)
    if !missed.isEmpty {
      print("\nsteps that no run has reached, of so many: \(missed.map(\.name).joined(separator: ", "))")
      return 1
    }
    if options.seeds == 1, !options.json { supervisor.rerun(options.seed, only: options.onlyFaults).map(sayDigest) }
    return 0
  }

  private static func sayDigest(_ result: RunResult) {
    print("seed \(result.seed): \(result.events) events, trace digest \(String(result.digest, radix: 16))")
  }

  /// Prints each seed's trace as it is made.
  private static func trace(_ options: RunOptions) -> Int32 {
    let supervisor = Supervisor(options)
    for seed in options.seed..<(options.seed + options.seeds) {
      guard let result = supervisor.rerun(seed, only: options.onlyFaults, trace: { print($0) }) else { return 2 }
      sayDigest(result)
      if let violation = result.violation {
        print("\(violation)")
        return 1
      }
    }
    return 0
  }

  /// All that there is to know about a failing seed: what was broken first, which faults it takes, and what happened at
  /// the end of the run with just those.
  private static func report(_ failure: RunResult, _ supervisor: Supervisor) {
    guard let violation = failure.violation else { return }
    print("\nseed \(failure.seed): \(violation)")
    // A process that ended in the middle could not say which faults there were: they are counted from the trace.
    var all = failure.happened
    if all.isEmpty { all = faultsOfTrace(failure.seed, supervisor) }
    let minimiser = Minimiser(runsMax: supervisor.options.minimiseRunsMax)
    let needed =
      supervisor.options.minimiseRunsMax == 0
      ? all
      : minimiser.minimise(all) { faults in
        supervisor.rerun(failure.seed, only: faults)?.violation?.checker == violation.checker
      }
    var lines: [String] = []
    var faults: [String] = []
    let last = supervisor.rerun(failure.seed, only: needed) { line in
      if line.split(separator: " ").dropFirst().first == "fault", !line.contains(" ends: ") { faults.append(line) }
      lines.append(line)
      if lines.count > supervisor.options.traceLines * 2 { lines.removeFirst(supervisor.options.traceLines) }
    }
    print("faults that it takes: \(needed.count) of \(all.count)" + (faults.isEmpty ? "" : ":"))
    for line in faults { print("  \(line)") }
    print("\nthe last \(min(lines.count, supervisor.options.traceLines)) lines of its trace with these faults:")
    for line in lines.suffix(supervisor.options.traceLines) { print("  \(line)") }
    if let last, let violation = last.violation { print("\n\(violation)") }
    let numbers = needed.isEmpty ? "none" : needed.map(String.init).joined(separator: ",")
    print("\nto run it again: holdfast-sim run \(again(failure.seed, supervisor.options)) --only \(numbers) --trace")
  }

  private static func again(_ seed: UInt64, _ options: RunOptions) -> String {
    options.arguments(seed: seed, seeds: 1, only: nil, showsTrace: false).joined(separator: " ")
  }

  private static func faultsOfTrace(_ seed: UInt64, _ supervisor: Supervisor) -> [Int] {
    var numbers: [Int] = []
    _ = supervisor.rerun(seed, only: supervisor.options.onlyFaults) { line in
      let words = line.split(separator: " ")
      guard words.count > 2, words[1] == "fault", let number = Int(words[2].dropLast()) else { return }
      numbers.append(number)
    }
    return numbers
  }
}
