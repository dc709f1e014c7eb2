internal import Raft

/// Runs one etcd story and says how far ours agrees with it.
package struct EtcdStory {
  /// How much agrees; each level includes the one before.
  package enum Level: Int, Comparable, Sendable {
    /// Some answer or some end state differs.
    case none = -1
    /// Every `raft-state`, `raft-log` and `status`, and each node's state at the end.
    case states = 0
    /// Also the messages sent for each directive.
    case messages = 1
    /// Also every line that is not etcd's own log.
    case lines = 2

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    package var name: String {
      switch self {
      case .none: "differs"
      case .states: "L0"
      case .messages: "L1"
      case .lines: "L1, and each line"
      }
    }
  }

  /// The first place where ours is another, at one level.
  package struct Mismatch: Sendable {
    package var level: Level
    package var line: Int
    package var directive: String
    package var expected: [String]
    package var found: [String]
  }

  package private(set) var level = Level.lines
  /// At most one for each level.
  package private(set) var mismatches: [Mismatch] = []
  package private(set) var differences: [String] = []
  package private(set) var outputs: [[String]] = []
  /// Each node at the end.
  package private(set) var endStates: [String] = []
  /// What the runner did not know, with the line; such a story is no evidence.
  package private(set) var unsupported: [String] = []

  private static let looks = ["raft-state", "raft-log", "status"]

  package init(_ script: Script) {
    var world = EtcdWorld()
    var facts = EtcdFacts()
    for directive in script.directives {
      let output = world.run(directive)
      outputs.append(output)
      unsupported += world.unsupported.dropFirst(unsupported.count).map { "line \(directive.line): \($0)" }
      compare(directive, output)
      let isHidden = world.isQuiet || directive.command.value(of: "log-level") == "none"
      if isHidden && !Self.looks.contains(directive.command.name) { facts.forget() } else { facts.read(directive) }
      if world.hidesChanges { facts.forgetConfigurations() }
    }
    compareEnd(world, facts, line: script.directives.last?.line ?? 0)
    endStates = world.nodes.map(Self.endState)
    differences = world.differences.map(\.rawValue)
  }

  private mutating func compare(_ directive: Script.Directive, _ output: [String]) {
    let expected = EtcdTrace(directive.expected)
    let found = EtcdTrace(output)
    if Self.looks.contains(directive.command.name) {
      differ(.states, directive, expected.lines, found.lines)
    }
    differ(.messages, directive, expected.sent, found.sent)
    differ(.lines, directive, expected.lines, found.lines)
  }

  /// Notes a difference at a level, if it is one and the first.
  private mutating func differ(
    _ needed: Level, _ directive: Script.Directive, _ expected: [String], _ found: [String]
  ) {
    guard expected != found, !mismatches.contains(where: { $0.level == needed }) else { return }
    mismatches.append(
      Mismatch(
        level: needed, line: directive.line, directive: directive.command.text, expected: expected, found: found))
    lower(below: needed)
  }

  private mutating func lower(below needed: Level) {
    level = min(level, Level(rawValue: needed.rawValue - 1) ?? .none)
  }

  private mutating func compareEnd(_ world: EtcdWorld, _ facts: EtcdFacts, line: Int) {
    var expected: [String] = []
    var found: [String] = []
    for (node, fact) in zip(world.nodes, facts.nodes) {
      let member = node.group.member
      if let hardState = fact.hardState {
        expected.append("\(member): \(hardState)")
        found.append("\(member): \(EtcdText.hardState(node.hardStateShown))")
      }
      if let configuration = fact.configuration {
        expected.append("\(member): \(configuration)")
        found.append("\(member): \(EtcdText.configuration(node.group.configuration))")
      }
      if let last = fact.last {
        expected.append("\(member): last \(last)")
        found.append("\(member): last \(EtcdText.position(node.lastShown))")
      }
    }
    guard expected != found, !mismatches.contains(where: { $0.level == .states }) else { return }
    mismatches.append(
      Mismatch(level: .states, line: line, directive: "the end of the story", expected: expected, found: found))
    lower(below: .states)
  }

  private static func endState(_ node: EtcdNode) -> String {
    let state = node.group.hardState
    return "\(node.group.member): Term:\(state.term) Vote:\(state.vote) Commit:\(state.commit)"
      + " \(EtcdText.configuration(node.group.configuration)) Log:[\(node.stored.start.term)/\(node.stored.start.index)]"
      + node.stored.entries.map { " \(EtcdText.entry($0))" }.joined()
  }
}

extension Command {
  var text: String {
    let parts = arguments.map { argument in
      argument.values.isEmpty ? argument.key : "\(argument.key)=(\(argument.values.joined(separator: ",")))"
    }
    return ([name] + parts).joined(separator: " ")
  }
}
