internal import Simulator

/// `holdfast-sim idle`: what a cluster sends that has nothing to do.
enum IdleTool {
  private static let usage = """
    Usage: holdfast-sim idle [--shards N] [--nodes N] [--seconds N] [--messages-max N]

    Stocks many shards on a few simulated nodes, leaves them alone for a while, and counts what the nodes still send
    each other. Ends with exit code 1 if that is not below the bound.

      --shards N        inventory shards (1000)
      --nodes N         nodes (3)
      --seconds N       how many simulated seconds are counted (120)
      --messages-max N  frames and Raft messages a second, of all nodes together, must stay below this (50)

    """

  static func main(_ arguments: [String]) -> Int32 {
    var values = ["--shards": 1_000, "--nodes": 3, "--seconds": 120, "--messages-max": 50]
    var rest = arguments[...]
    while let option = rest.popFirst() {
      guard values[option] != nil, let text = rest.popFirst(), let value = Int(text), value > 0 else {
        print(usage)
        return option == "--help" || option == "-h" ? 0 : 2
      }
      values[option] = value
    }
    var settings = WorldSettings(seed: 1)
    settings.faults = []
    settings.clientCount = 0
    settings.shardCount = values["--shards"]
    settings.nodeCount = values["--nodes"]
    let measure: IdleMeasure
    do throws(Violation) {
      measure = try World(settings).measureIdle(rest: .seconds(60), seconds: UInt64(values["--seconds"] ?? 0))
    } catch {
      print("\(error)")
      return 1
    }
    let (frames, messages) = (measure.framesPerSecond, measure.messagesPerSecond)
    let bound = Double(values["--messages-max"] ?? 0)
    print(
      "\(values["--shards"] ?? 0) idle shards on \(values["--nodes"] ?? 0) nodes: \(frames) frames and \(messages) Raft"
        + " messages a second in all; the bound is \(bound)")
    return frames + messages < bound ? 0 : 1
  }
}
