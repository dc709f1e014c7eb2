/// The program's subcommands. Each is a file of its own in this folder.
enum SimulatorTool {
  static let usage = """
    Usage: holdfast-sim COMMAND [OPTIONS]

      run          runs whole clusters in a made-up world, with faults, and checks everything that they do
      idle         counts what a cluster sends that has nothing to do
      mutants      seeds bugs and looks whether the checkers find them
      transcript   runs Raft stories: scripts with the whole trace that is expected of them
      raft-bench   measures consensus alone, in memory

    holdfast-sim COMMAND --help says more about each.
    """

  /// Runs the program and returns its exit code: 0 if all went well, 1 if something was found, 2 for a wrong call.
  static func main(_ arguments: [String]) -> Int32 {
    guard let command = arguments.first else {
      print(usage)
      return 2
    }
    let rest = Array(arguments.dropFirst())
    switch command {
    case "transcript": return TranscriptTool.main(rest)
    case "run": return RunTool.main(rest)
    case "idle": return IdleTool.main(rest)
    case "mutants": return MutantsTool.main(rest)
    case "worker": return WorkerTool.main(rest)
    case "raft-bench": return RaftBenchTool.main(rest)
    case "--help", "-h", "help":
      print(usage)
      return 0
    default:
      print("holdfast-sim: unknown command '\(command)'\n\n\(usage)")
      return 2
    }
  }
}
