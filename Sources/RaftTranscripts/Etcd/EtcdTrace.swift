/// What can be read from the output of one directive of an etcd story, expected or ours.
struct EtcdTrace {
  /// Without etcd's log lines, which are not ours to write; `ok` stands for nothing.
  let lines: [String]

  init(_ output: [String]) {
    let spoken = output.filter { !Self.isLog($0) }
    lines = [["ok"], ["ok (quiet)"], [""]].contains(spoken) ? [] : spoken
  }

  static func isLog(_ line: String) -> Bool {
    let text = line.drop { $0 == " " || $0 == "\t" }
    return ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"].contains { text.hasPrefix($0) }
  }

  /// The messages that left, each as one line, sorted: a multiset.
  var sent: [String] {
    var sent: [String] = []
    var isList = false
    var place = 0
    while place < lines.count {
      let line = lines[place].trimmed
      place += 1
      if line == "Messages:" {
        isList = true
      } else if isList, Self.isMessage(line) {
        var whole = line
        // A message of several entries, and one with a snapshot, takes several lines.
        if line.hasSuffix("[") {
          var open = 1
          while open > 0, place < lines.count {
            let part = lines[place].trimmed
            place += 1
            whole += " " + part
            if part.hasSuffix("[") { open += 1 }
            if part == "]" { open -= 1 }
          }
        } else if place < lines.count, lines[place].trimmed.hasPrefix("Snapshot:") {
          whole += " " + lines[place].trimmed
          place += 1
        }
        // What a node tells its own disk is no message between nodes.
        if !line.contains("Thread ") { sent.append(whole) }
      } else {
        isList = false
      }
    }
    return sent.sorted()
  }

  private static func isMessage(_ line: String) -> Bool {
    guard let arrow = line.firstIndex(of: ">"), line.contains(" Msg") else { return false }
    return line[..<arrow].hasSuffix("-") && line.first?.isNumber == true
  }
}

extension String {
  var trimmed: String {
    let start = drop { $0 == " " || $0 == "\t" }
    return String(start)
  }
}

/// What an etcd story shows of each node's state, as far as nothing is hidden afterwards.
struct EtcdFacts {
  struct Node: Equatable {
    /// The last `HardState` line.
    var hardState: String?
    /// The last `switched to configuration`.
    var configuration: String?
    /// The last entry under `Entries:`, or the snapshot that took the log's place.
    var last: String?
  }

  private(set) var nodes: [Node] = []

  /// Changes of the configuration are told in etcd's log only, and that was off.
  mutating func forgetConfigurations() { for place in nodes.indices { nodes[place].configuration = nil } }

  /// Nothing is known any more: output was kept quiet while something happened.
  mutating func forget() { nodes = nodes.map { _ in Node() } }

  mutating func read(_ directive: Script.Directive) {
    guard !isAmbiguous(directive) else { return forget() }
    var node = readies(of: directive).first?.plain.first.flatMap { Int($0) }
    var isEntries = false
    for line in directive.expected {
      let text = line.trimmed
      let words = text.split(separator: " ")
      if text.hasPrefix("> "), words.count > 1 { node = Int(words[1]) }
      if text.hasPrefix("INFO "), text.contains(" switched to configuration "), words.count > 4 {
        let configuration = words[5...].joined(separator: " ")
        set(Int(words[1])) { $0.configuration = configuration }
      }
      if text.hasPrefix("HardState ") { set(node) { $0.hardState = text } }
      if text.hasPrefix("Snapshot Index:"), words.count > 2, let index = words[1].split(separator: ":").last,
        let term = words[2].split(separator: ":").last
      {
        set(node) { $0.last = "\(term)/\(index)" }
      }
      if isEntries, let place = words.first, place.contains("/") {
        set(node) { $0.last = String(place) }
      } else {
        isEntries = text == "Entries:"
      }
    }
  }

  /// The commands of a directive, its own and those behind it, in whose output Readies are shown.
  private func readies(of directive: Script.Directive) -> [Command] {
    let behind = directive.input.compactMap { line in
      do throws(Command.ParseError) { return try Command(line) } catch { return nil }
    }
    return ([directive.command] + behind).filter { ["process-ready", "stabilize"].contains($0.name) }
  }

  /// Whether its output does not say which node shows what.
  private func isAmbiguous(_ directive: Script.Directive) -> Bool {
    let commands = readies(of: directive)
    return commands.contains { $0 != commands[0] }
  }

  private mutating func set(_ number: Int?, _ change: (inout Node) -> Void) {
    guard let number, number > 0, number < 1_000 else { return }
    while nodes.count < number { nodes.append(Node()) }
    change(&nodes[number - 1])
  }
}
