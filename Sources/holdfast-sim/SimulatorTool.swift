/// The program's subcommands. Each is a file of its own in this folder.
enum SimulatorTool {
  static let usage = """
    Usage: holdfast-sim COMMAND [OPTIONS]

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
