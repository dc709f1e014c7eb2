internal import Simulator

/// quick
enum Worker {
  static func main(_ arguments: [String]) -> Int32 {
    let base = UInt64(arguments.first ?? "1") ?? 1
    let count = UInt64(arguments.dropFirst().first ?? "1") ?? 1
    let trace = arguments.contains("--trace")
    var settings = WorldSettings(seed: base)
    if arguments.contains("--none") { settings.faults = [] }
    for seed in base..<(base + count) {
      settings.seed = seed
      let result = Simulation.run(settings, sink: trace ? { print($0) } : nil)
      print("\(seed) events \(result.events) ms \(result.simulatedMilliseconds) digest \(result.digest) \(result.violation.map(\.description) ?? "ok") \(result.counts)")
      if result.violation != nil {
        for branch in Branch.allCases where result.coverage[branch] > 0 { print("   ", branch.name, result.coverage[branch]) }
        return 1
      }
    }
    return 0
  }
}
