internal import Basics
internal import Glibc
internal import Simulator

/// `holdfast-sim worker`: runs seeds for a supervisor, in a process that may well end in the middle. Before each run it
/// says which seed it is at, so that whoever reads knows what a crash belongs to.
enum WorkerTool {
  static func main(_ arguments: [String]) -> Int32 {
    let options: RunOptions
    do throws(RunOptions.Mistake) { options = try RunOptions(arguments) } catch {
      say("holdfast-sim worker: \(error.text)")
      return 2
    }
    if let mutant = options.mutant {
      #if MUTANTS
        guard let mutation = Mutation(rawValue: mutant) else {
          say("holdfast-sim worker: there is no mutant '\(mutant)'")
          return 2
        }
        unsafe Mutation.active = mutation
      #else
        say("holdfast-sim worker: no mutant '\(mutant)' in this build, which was made without -D MUTANTS")
        return 2
      #endif
    }
    for seed in options.seed..<(options.seed + options.seeds) {
      say("begin\t\(seed)")
      let result = Simulation.run(
        options.settings(seed: seed), sink: options.showsTrace ? { say("trace\t\($0)") } : nil)
      say(result.line)
      if result.violation != nil { return 1 }
    }
    return 0
  }

  /// Writes a line at once: what was said is heard, whatever comes next.
  private static func say(_ line: String) {
    var text = line
    text.append("\n")
    text.withUTF8 { bytes in
      var start = 0
      while start < bytes.count {
        let written = unsafe write(STDOUT_FILENO, bytes.baseAddress! + start, bytes.count - start)
        guard written > 0 else { return }
        start += written
      }
    }
  }
}
