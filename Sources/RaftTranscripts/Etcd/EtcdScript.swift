/// Runs a script of etcd's, whichever of the three kinds it is.
package enum EtcdScript {
  package enum Kind: Sendable {
    case story
    case quorumTable
    case configurationTable
  }

  package struct Verdict: Sendable {
    package var kind: Kind
    package var level: EtcdStory.Level
    package var mismatches: [EtcdStory.Mismatch]
    package var differences: [String]
    package var outputs: [[String]]
    package var endStates: [String]
    /// What is wanted of this script: tables exactly, stories as plain as they are.
    package var isAsWanted: Bool
    /// Directives and options that the runner does not know.
    package var unsupported: [String] = []
  }

  package static func kind(of script: Script) -> Kind {
    switch script.directives.first?.command.name {
    case "committed", "vote": .quorumTable
    case "simple", "enter-joint", "leave-joint": .configurationTable
    default: .story
    }
  }

  /// - Parameter wanted: the level that a story must reach.
  package static func run(_ script: Script, wanted: EtcdStory.Level) -> Verdict {
    let kind = kind(of: script)
    guard kind == .story else { return runTable(script, kind) }
    let story = EtcdStory(script)
    return Verdict(
      kind: kind, level: story.level, mismatches: story.mismatches, differences: story.differences,
      outputs: story.outputs, endStates: story.endStates,
      isAsWanted: story.level >= wanted && story.unsupported.isEmpty, unsupported: story.unsupported)
  }

  private static func runTable(_ script: Script, _ kind: Kind) -> Verdict {
    var table = ConfigurationTable()
    var mismatches: [EtcdStory.Mismatch] = []
    var outputs: [[String]] = []
    for directive in script.directives {
      let output = kind == .quorumTable ? QuorumTable.run(directive.command) : table.run(directive)
      outputs.append(output)
      if output != directive.expected, mismatches.isEmpty {
        mismatches.append(
          EtcdStory.Mismatch(
            level: .states, line: directive.line, directive: directive.command.text, expected: directive.expected,
            found: output))
      }
    }
    return Verdict(
      kind: kind, level: mismatches.isEmpty ? .lines : .none, mismatches: mismatches, differences: [],
      outputs: outputs, endStates: [], isAsWanted: mismatches.isEmpty)
  }
}
