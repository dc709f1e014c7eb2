/// Options that exclude or need one another: what a table of single options cannot say.
struct OptionRules {
  private let configuration: BenchConfiguration
  /// The names of the options on the command line.
  private let given: [String]

  init(_ configuration: BenchConfiguration, _ given: [String]) {
    self.configuration = configuration
    self.given = given
  }

  func check() throws(UsageError) {
    try checkCommand()
    try checkTimes()
    try checkWorkload()
    try requires("no-setup", "prefix")
    if configuration.threads > configuration.connections {
      throw UsageError(message: "--threads is more than --connections")
    }
  }

  private func checkCommand() throws(UsageError) {
    if configuration.command == .verify && configuration.recordPath == nil {
      throw UsageError(message: "verify needs --record FILE, as written by a run")
    }
    if configuration.command == .merge, configuration.inputPaths.isEmpty {
      throw UsageError(message: "merge needs the results to merge, as written by --json")
    }
  }

  private func checkTimes() throws(UsageError) {
    try excludes("seconds", "count")
    try excludes("warmup", "count")
    if configuration.ratePerSecond == nil, !given.contains("search-p99") {
      for name in ["arrivals", "queue", "late-ms"] { try requires(name, "rate") }
    }
    try requires("ramp-to", "rate")
    try excludes("steps", "rate")
    let shapes = ["ramp-to", "search-p99", "steps"]
    for (place, name) in shapes.enumerated() {
      try excludes(name, "count")
      for other in shapes[..<place] { try excludes(name, other) }
    }
    try requires("chaos", "cluster")
    try excludes("chaos", "search-p99")
    guard configuration.command == .run, case .seconds(let seconds) = configuration.length else { return }
    if let last = configuration.chaos.last, last.seconds > configuration.warmupSeconds + seconds {
      throw UsageError(message: "--chaos has \(last), which is behind the end of the load")
    }
  }

  private func checkWorkload() throws(UsageError) {
    let workload = configuration.workload
    for (name, workloads) in BenchOption.workloadsOfOption where given.contains(name) && !workloads.contains(workload) {
      let names = workloads.map(\.rawValue).joined(separator: " or ")
      throw UsageError(message: "--\(name) has no meaning without --workload \(names)")
    }
    if workload != .reserve { try excludes("workload", "batch") }
    if workload == .mix, configuration.confirmShare + configuration.releaseShare > 1 {
      throw UsageError(message: "--confirm-share and --release-share add up to more than 1")
    }
    if workload == .orders { try excludes("workload", "record") }
    if workload == .feed { try excludes("workload", "search-p99") }
    if configuration.batch > 1 && configuration.duplicateShare > 0 {
      throw UsageError(message: "--duplicate-share and --batch cannot both be given")
    }
    if case .count(let count) = configuration.length, count % configuration.batch != 0 {
      throw UsageError(message: "--count is not a multiple of --batch")
    }
  }

  private func requires(_ name: String, _ needed: String) throws(UsageError) {
    if given.contains(name) && !given.contains(needed) {
      throw UsageError(message: "--\(name) has no meaning without --\(needed)")
    }
  }

  private func excludes(_ name: String, _ other: String) throws(UsageError) {
    if given.contains(name) && given.contains(other) {
      throw UsageError(message: "--\(name) and --\(other) cannot both be given")
    }
  }
}
