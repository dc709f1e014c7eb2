internal import Basics

/// Reads a command line against the tree of commands.
package struct ArgumentParser {
  /// What was asked for.
  package enum Request {
    case run(Command.Action, Arguments)
    case runOffline(Command.OfflineAction, Arguments)
    /// Print this and end well.
    case help(String)
  }

  private let global: [Flag]
  private var command: Command
  private var path: String
  private var flags: [Flag]
  private var arguments: Arguments
  private var endsFlags = false
  private var wantsHelp = false

  private init(_ root: Command) {
    global = root.flags
    command = root
    path = root.name
    flags = root.flags
    arguments = Arguments(command: root.name)
  }

  /// - Throws: ``UsageError`` that says what is wrong, and what was probably meant.
  package static func parse(_ words: [String], root: Command) throws(UsageError) -> Request {
    var parser = ArgumentParser(root)
    var rest = words[...]
    while let word = rest.popFirst() { try parser.take(word, &rest) }
    return try parser.finish()
  }

  private mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    if endsFlags { return try takeOperand(word) }
    switch word {
    case "--": endsFlags = true
    case "--help", "-h": wantsHelp = true
    case "help" where !command.isRunnable: wantsHelp = true
    default:
      if word.hasPrefix("--") { try takeFlag(word, &rest) } else { try takeWord(word) }
    }
  }

  private mutating func takeFlag(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let flag = flags.first(where: { $0.name == name }) else { throw unknown(flag: name) }
    guard flag.isRepeatable || arguments.values[name] == nil else { throw error("--\(name) is given twice") }
    let value: String
    if flag.isSwitch {
      guard parts.count == 1 else { throw error("--\(name) takes no value") }
      value = ""
    } else if parts.count == 2 {
      value = String(parts[1])
    } else if let next = rest.popFirst() {
      value = next
    } else {
      throw error("--\(name) needs a value: --\(name) \(flag.placeholder)")
    }
    arguments.values[name, default: []].append(value)
  }

  /// A word without dashes: the name of a command as long as there are commands to choose from, then an operand.
  private mutating func takeWord(_ word: String) throws(UsageError) {
    if command.isRunnable { return try takeOperand(word) }
    guard let next = command.commands.first(where: { $0.name == word }) else { throw unknown(command: word) }
    command = next
    path += " " + word
    flags = global + next.flags
    arguments.command = path
  }

  private mutating func takeOperand(_ word: String) throws(UsageError) {
    let room = command.operands.last?.isRepeatable == true ? Int.max : command.operands.count
    guard arguments.operands.count < room else { throw error("'\(word)' is one word too many") }
    arguments.operands.append(word)
  }

  private mutating func finish() throws(UsageError) -> Request {
    if wantsHelp { return .help(Help.text(command, path: path, global: global)) }
    guard command.isRunnable else {
      if path == "holdfast" { return .help(Help.text(command, path: path, global: global)) }
      throw error("say what to do: \(path) \(command.commands.map(\.name).joined(separator: " | "))")
    }
    let missing = command.operands.dropFirst(arguments.operands.count).filter(\.isRequired)
    if let first = missing.first { throw error("\(first.name) is missing: \(first.help)") }
    arguments.known = flags.map(\.name)
    if let offline = command.offline { return .runOffline(offline, arguments) }
    guard let action = command.action else { invariantViolated("a command that runs has an action") }
    return .run(action, arguments)
  }

  // MARK: errors

  private func error(_ message: String) -> UsageError { UsageError(message, command: path) }

  private func unknown(flag: String) -> UsageError {
    if let near = NearestWord.of(flag, among: flags.map(\.name) + ["help"]) {
      return error("there is no flag --\(flag) here; did you mean --\(near)?")
    }
    return error("there is no flag --\(flag) here")
  }

  private func unknown(command word: String) -> UsageError {
    let names = command.commands.map(\.name)
    if let near = NearestWord.of(word, among: names) {
      return error("there is no command '\(path) \(word)'; did you mean '\(path) \(near)'?")
    }
    return error("there is no command '\(path) \(word)'; there is \(names.joined(separator: ", "))")
  }
}
