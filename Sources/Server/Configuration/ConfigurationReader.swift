internal import Basics
import Foundation

/// Makes a ``NodeConfiguration`` from flags, environment variables and a JSON file; a flag wins over a variable, a
/// variable over the file.
package enum ConfigurationReader {
  /// What the command line asks for.
  package enum Request: Equatable {
    case serve(NodeConfiguration)
    /// Print this and end well.
    case print(String)
  }

  /// - Throws: ``ConfigurationError`` that names the flag, variable or key and what it allows.
  package static func read(arguments: [String], environment: [String: String]) throws(ConfigurationError) -> Request {
    if arguments.contains("--help") || arguments.contains("-h") { return .print(help) }
    if arguments.contains("--version") { return .print("holdfastd \(holdfastVersion)") }
    let flags = try parse(arguments)
    var configuration = NodeConfiguration()
    if let path = flags["config"] ?? environment["HOLDFAST_CONFIG"] { try readFile(path, into: &configuration) }
    for setting in Setting.table {
      if let value = environment[setting.variable] {
        try apply(setting, value, source: "the variable \(setting.variable)", to: &configuration)
      }
      if let value = flags[setting.name] {
        try apply(setting, value, source: "the flag --\(setting.name)", to: &configuration)
      }
    }
    if flags["print-config"] != nil { return .print(show(configuration)) }
    try validate(configuration)
    return .serve(configuration)
  }

  private static func apply(
    _ setting: Setting, _ value: String, source: String, to configuration: inout NodeConfiguration
  ) throws(ConfigurationError) {
    do throws(SettingError) {
      try setting.apply(&configuration, value)
    } catch {
      throw ConfigurationError("\(source) wants \(error.expected), not '\(value)'")
    }
  }

  private static func parse(_ arguments: [String]) throws(ConfigurationError) -> [String: String] {
    var flags: [String: String] = [:]
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--") else {
        throw ConfigurationError("'\(argument)' is not a flag; holdfastd --help lists them")
      }
      let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      let setting = Setting.table.first { $0.name == name }
      guard setting != nil || name == "config" || name == "print-config" else {
        throw ConfigurationError("there is no flag --\(name); holdfastd --help lists them")
      }
      guard flags[name] == nil else { throw ConfigurationError("the flag --\(name) is given twice") }
      if parts.count == 2 {
        flags[name] = String(parts[1])
      } else if setting?.isSwitch == true || name == "print-config" {
        flags[name] = "true"
      } else if let value = rest.popFirst() {
        flags[name] = value
      } else {
        throw ConfigurationError("the flag --\(name) needs a value")
      }
    }
    return flags
  }

  private static func readFile(_ path: String, into configuration: inout NodeConfiguration) throws(ConfigurationError) {
    let object: Any
    do {
      object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
    } catch {
      throw ConfigurationError("the configuration file \(path) cannot be read: \(error.localizedDescription)")
    }
    guard let keys = object as? [String: Any] else {
      throw ConfigurationError("the configuration file \(path) must hold one JSON object")
    }
    for name in keys.keys.sorted() {
      guard let setting = Setting.table.first(where: { $0.name == name }) else {
        throw ConfigurationError("the configuration file \(path) has an unknown key '\(name)'")
      }
      let value: String
      switch keys[name] {
      case let text as String: value = text
      case let number as NSNumber: value = setting.isSwitch ? String(number.boolValue) : number.stringValue
      default: throw ConfigurationError("the key '\(name)' of \(path) must be a text, a number, true or false")
      }
      try apply(setting, value, source: "the key '\(name)' of \(path)", to: &configuration)
    }
  }

  private static func validate(_ configuration: NodeConfiguration) throws(ConfigurationError) {
    guard !configuration.dataDirectory.isEmpty else {
      throw ConfigurationError("--data-dir is required: the folder for the node's log and state")
    }
    guard configuration.listen.isLoopback || configuration.allowsUnprotected else {
      throw ConfigurationError(
        "\(configuration.listen) is reachable from other machines, and the port has no encryption and no"
          + " authentication yet: listen on 127.0.0.1, or say --allow-unprotected if the network is trusted")
    }
  }

  private static func show(_ configuration: NodeConfiguration) -> String {
    Setting.table.map { "\($0.name) = \($0.show(configuration))" }.joined(separator: "\n")
  }

  private static var help: String {
    var lines = [
      "holdfastd: one node of Holdfast, the inventory and order service.",
      "",
      "  holdfastd --data-dir DIR [flags]",
      "",
      "Each flag --some-name can also be set by the variable HOLDFAST_SOME_NAME or by the key \"some-name\" of the JSON",
      "file that --config FILE names. A flag wins over a variable, a variable over the file.",
      "",
    ]
    let defaults = NodeConfiguration()
    for setting in Setting.table {
      lines.append("  --\(setting.name)\(setting.isSwitch ? "" : " " + setting.placeholder)")
      let shown = setting.show(defaults)
      lines.append("      \(setting.help)" + (shown.isEmpty ? "" : " Default: \(shown)."))
    }
    lines += [
      "  --config FILE", "      A JSON file with settings.",
      "  --print-config", "      Print the settings as they would be used, and end.",
      "  --version, --help", "",
      "Exit codes: 0 after a clean stop, 2 for a wrong configuration, 3 when the data directory cannot be used,",
      "4 when the disk failed while serving, 5 when it cannot listen on the address.",
    ]
    return lines.joined(separator: "\n")
  }
}

/// What is wrong with the configuration, for a person.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  package var description: String
  init(_ description: String) { self.description = description }
}
