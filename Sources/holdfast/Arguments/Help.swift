/// The help of a command: what it does, how it is written, and examples that can be typed as they stand.
package enum Help {
  private static let width = 100

  package static func text(_ command: Command, path: String, global: [Flag]) -> String {
    var lines = [command.summary, ""]
    lines.append("  " + usage(command, path))
    if !command.details.isEmpty { lines += [""] + wrap(command.details, indent: "") }
    lines += commands(command)
    lines += operands(command)
    if command.isRunnable { lines += list("Flags:", command.flags) }
    lines += list(!command.isRunnable && path == "holdfast" ? "Flags of every command:" : "General flags:", global)
    lines += examples(command)
    if path == "holdfast" { lines += exitCodes }
    if !command.isRunnable { lines += ["", "\(path) COMMAND --help tells more about a command."] }
    return lines.joined(separator: "\n")
  }

  static func usage(_ command: Command, _ path: String) -> String {
    if !command.isRunnable { return "\(path) COMMAND ..." }
    var words = [path] + command.operands.map(\.shown)
    if !command.flags.isEmpty { words.append("[flags]") }
    return words.joined(separator: " ")
  }

  private static func commands(_ command: Command) -> [String] {
    guard !command.commands.isEmpty else { return [] }
    let longest = command.commands.map(\.name.count).max() ?? 0
    return ["", "Commands:"]
      + command.commands.map { "  \(padded($0.name, longest))  \($0.summary)" }
  }

  private static func operands(_ command: Command) -> [String] {
    guard !command.operands.isEmpty else { return [] }
    let longest = command.operands.map(\.name.count).max() ?? 0
    let indent = String(repeating: " ", count: longest + 4)
    var lines = [""]
    for operand in command.operands {
      var text = wrap(operand.help, indent: indent)
      text[0] = "  \(padded(operand.name, longest))  " + text[0].dropFirst(indent.count)
      lines += text
    }
    return lines
  }

  private static func list(_ title: String, _ flags: [Flag]) -> [String] {
    guard !flags.isEmpty else { return [] }
    var lines = ["", title]
    for flag in flags {
      lines.append("  --\(flag.name)\(flag.isSwitch ? "" : " " + flag.placeholder)")
      lines += wrap(flag.help, indent: "      ")
    }
    return lines
  }

  private static func examples(_ command: Command) -> [String] {
    guard !command.examples.isEmpty else { return [] }
    var lines = ["", "Examples:"]
    for example in command.examples {
      lines += wrap(example.text, indent: "  # ")
      lines.append("  \(example.line)")
    }
    return lines
  }

  private static var exitCodes: [String] {
    ["", "Exit codes:"] + ExitCode.allCases.map { "  \($0.rawValue)  \($0.meaning)" }
  }

  private static func padded(_ text: String, _ length: Int) -> String {
    text + String(repeating: " ", count: max(0, length - text.count))
  }

  /// Breaks a text into lines; always at least one.
  static func wrap(_ text: String, indent: String) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = indent
      for word in paragraph.split(separator: " ") {
        if line.count + word.count + 1 > width, line.count > indent.count {
          lines.append(line)
          line = indent
        }
        line += (line.count > indent.count ? " " : "") + word
      }
      lines.append(line)
    }
    return lines
  }
}
