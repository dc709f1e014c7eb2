internal import Foundation
internal import RaftTranscripts

/// `holdfast-sim transcript`: runs stories from files and says how each went.
enum TranscriptTool {
  private struct Options {
    var isEtcd = false
    var updates = false
    var printsTrace = false
    var printsStates = false
    var wanted = EtcdStory.Level.states
    var paths: [String] = []
  }

  /// What a whole run came to.
  private struct Totals {
    var passed = 0
    var failed = 0
    var stories = 0
    var states = 0
    var messages = 0
    var lines = 0
    var tables = 0
    var tablesExact = 0
    /// Each deliberate difference and in how many scripts it was met, in the order in which they came up.
    var differences: [(name: String, count: Int)] = []

    mutating func note(_ difference: String) {
      if let place = differences.firstIndex(where: { $0.name == difference }) {
        differences[place].count += 1
      } else {
        differences.append((difference, 1))
      }
    }
  }

  static func main(_ arguments: [String]) -> Int32 {
    var options = Options()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h":
        print(TranscriptHelp.text)
        return 0
      case "--format":
        guard let format = rest.popFirst(), ["own", "etcd"].contains(format) else { return wrong("--format own|etcd") }
        options.isEtcd = format == "etcd"
      case "--wanted":
        switch rest.popFirst() {
        case "L0": options.wanted = .states
        case "L1": options.wanted = .messages
        default: return wrong("--wanted L0|L1")
        }
      case "--update": options.updates = true
      case "--print": options.printsTrace = true
      case "--states": options.printsStates = true
      case let other where other.hasPrefix("-"): return wrong("no option \(other)")
      default: options.paths.append(argument)
      }
    }
    guard !options.paths.isEmpty else { return wrong("no PATH given") }
    guard !options.updates || !options.isEtcd else { return wrong("etcd's scripts say what etcd does: not updated") }
    return run(options)
  }

  private static func wrong(_ message: String) -> Int32 {
    print("holdfast-sim transcript: \(message); see --help")
    return 2
  }

  private static func run(_ options: Options) -> Int32 {
    var totals = Totals()
    for path in options.paths {
      let files = files(at: path)
      if files.isEmpty {
        print("FAIL  \(path): no such file, or a folder without .txt files")
        totals.failed += 1
      }
      for file in files { run(file, options, &totals) }
    }
    if options.isEtcd { printSummary(totals) }
    print("\(totals.passed) passed, \(totals.failed) failed")
    return totals.failed == 0 && totals.passed > 0 ? 0 : 1
  }

  /// The file itself, or the `.txt` files in and below a folder, in order.
  private static func files(at path: String) -> [String] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      guard type == .typeDirectory else { return [path] }
      return try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".txt") }.sorted()
        .map { "\(path)/\($0)" }
    } catch {
      print("\(path): \(error.localizedDescription)")
      return []
    }
  }

  private static func run(_ file: String, _ options: Options, _ totals: inout Totals) {
    let script: Script
    do {
      script = try Script(String(contentsOfFile: file, encoding: .utf8))
    } catch let error as Script.ParseError {
      print("FAIL  \(file):\(error.line): \(error.message)")
      totals.failed += 1
      return
    } catch {
      print("FAIL  \(file): \(error.localizedDescription)")
      totals.failed += 1
      return
    }
    if options.isEtcd { runEtcd(script, file, options, &totals) } else { runOwn(script, file, options, &totals) }
  }
}

// MARK: - Our own stories

extension TranscriptTool {
  private static func runOwn(_ script: Script, _ file: String, _ options: Options, _ totals: inout Totals) {
    let story = Story(script)
    if options.printsTrace { print(script.rewritten(story.outputs)) }
    if options.updates {
      do {
        try script.rewritten(story.outputs).write(toFile: file, atomically: true, encoding: .utf8)
      } catch {
        print("FAIL  \(file): \(error.localizedDescription)")
        totals.failed += 1
        return
      }
    }
    let isGood = story.violations.isEmpty && (options.updates || story.firstMismatch == nil)
    totals.passed += isGood ? 1 : 0
    totals.failed += isGood ? 0 : 1
    let updated = options.updates ? ", updated" : ""
    print("\(isGood ? "ok  " : "FAIL")  \(file)  \(script.directives.count) directives\(updated)")
    for violation in story.violations { print("      VIOLATION: \(violation)") }
    guard !options.updates, let place = story.firstMismatch else { return }
    let directive = script.directives[place]
    printDifference(file, directive.line, directive.command.name, directive.expected, story.outputs[place])
  }

  private static func printDifference(
    _ file: String, _ line: Int, _ title: String, _ expected: [String], _ found: [String]
  ) {
    print("      \(file):\(line): \(title)")
    let first = zip(expected, found).prefix { $0 == $1 }.count
    if first > 0 { print("        (\(first) lines agree)") }
    for line in expected.dropFirst(max(0, first - 2)).prefix(8) { print("        expected  \(line)") }
    for line in found.dropFirst(max(0, first - 2)).prefix(8) { print("        found     \(line)") }
  }
}

// MARK: - etcd's

extension TranscriptTool {
  /// Stories of plain Raft: ours is to send the very same messages.
  private static let plain = [
    "single_node", "campaign", "campaign_learner_must_vote", "checkquorum", "prevote", "prevote_checkquorum",
    "lagging_commit",
  ]

  private static func wanted(_ file: String, _ options: Options) -> EtcdStory.Level {
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    return plain.contains(name) || name.hasPrefix("confchange_") ? .messages : options.wanted
  }

  private static func runEtcd(_ script: Script, _ file: String, _ options: Options, _ totals: inout Totals) {
    let verdict = EtcdScript.run(script, wanted: wanted(file, options))
    if options.printsTrace { print(script.rewritten(verdict.outputs)) }
    totals.passed += verdict.isAsWanted ? 1 : 0
    totals.failed += verdict.isAsWanted ? 0 : 1
    let isTable = verdict.kind != .story
    if isTable {
      totals.tables += 1
      totals.tablesExact += verdict.isAsWanted ? 1 : 0
    } else {
      totals.stories += 1
      totals.states += verdict.level >= .states ? 1 : 0
      totals.messages += verdict.level >= .messages ? 1 : 0
      totals.lines += verdict.level >= .lines ? 1 : 0
    }
    let level = isTable ? (verdict.isAsWanted ? "exact" : "differs") : verdict.level.name
    print("\(verdict.isAsWanted ? "ok  " : "FAIL")  \(file)  \(level)")
    for message in verdict.unsupported { print("      not supported, \(message)") }
    for difference in verdict.differences {
      totals.note(difference)
      print("      on purpose: \(difference)")
    }
    if options.printsStates { for state in verdict.endStates { print("      \(state)") } }
    // The lowest level that differs says most. That not every line is etcd's is no failure.
    guard let mismatch = verdict.mismatches.min(by: { $0.level < $1.level }) else { return }
    if mismatch.level < .lines || !verdict.isAsWanted {
      printDifference(
        file, mismatch.line, "\(mismatch.directive) (\(mismatch.level))", mismatch.expected, mismatch.found)
    }
  }

  private static func printSummary(_ totals: Totals) {
    for (name, count) in totals.differences { print("on purpose in \(count) scripts: \(name)") }
    print(
      "\(totals.stories) stories: \(totals.states) at L0, \(totals.messages) at L1, \(totals.lines) in each line;"
        + " \(totals.tables) tables: \(totals.tablesExact) exact")
  }
}
