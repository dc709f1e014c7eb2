internal import Foundation

/// `holdfast-sim raft-bench`.
enum RaftBenchTool {
  static let usage = """
    Usage: holdfast-sim raft-bench [--entries N] [--command-bytes B]

    Measures consensus alone: three members in one thread, disks that are done at once, no network, no state machine. Each
    entry is proposed, sent, persisted and acknowledged by all three, committed and applied. For entries of 1 and of 100
    commands, one at a time and 64 at a time, by value and through the bytes of every message. The payload is made once,
    so its allocation is not counted. Only a release build says anything.

      --entries N         entries a line (200000)
      --command-bytes B   bytes a command (100)
    """

  static func main(_ arguments: [String]) -> Int32 {
    var entries = 200_000
    var commandBytes = 100
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h":
        print(usage)
        return 0
      case "--entries":
        guard let number = rest.popFirst().flatMap({ Int($0) }), number >= 100 else { return wrong("--entries N") }
        entries = number
      case "--command-bytes":
        guard let number = rest.popFirst().flatMap({ Int($0) }), number > 0, number <= 10_000 else {
          return wrong("--command-bytes B")
        }
        commandBytes = number
      default: return wrong("no option \(argument)")
      }
    }
    print("commands  at a time  messages   entries/s   commands/s   ns/entry  allocations/entry")
    for commands in [1, 100] {
      for depth in [1, 64] {
        for encodes in [false, true] {
          measure(commands, depth, encodes, entries: entries, byteCount: commands * commandBytes)
        }
      }
    }
    return 0
  }

  private static func wrong(_ message: String) -> Int32 {
    print("holdfast-sim raft-bench: \(message); see --help")
    return 2
  }

  private static func measure(_ commands: Int, _ depth: Int, _ encodes: Bool, entries: Int, byteCount: Int) {
    var bench = RaftBench(encodes: encodes)
    let result = bench.run(entries: entries, byteCount: byteCount, depth: depth)
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    print(
      right("\(commands)", 8), right("\(depth)", 10), right(encodes ? "bytes" : "values", 9),
      right("\(Int(result.entriesPerSecond))", 11), right("\(Int(result.entriesPerSecond) * commands)", 12),
      right("\(Int(1e9 / result.entriesPerSecond))", 10),
      right(String(format: "%.2f", result.allocationsPerEntry), 18))
  }
}
