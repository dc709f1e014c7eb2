internal import Basics
import Foundation

/// Makes a ``NodeConfiguration`` from flags, environment variables and a JSON file; a flag wins over a variable, a
/// variable over the file.
package enum ConfigurationReader {
  /// What the command line asks for.
  package enum Request: Equatable {
    /// Run the node of a data directory.
    case serve(NodeConfiguration)
    /// Make the data directory of the first node of a new cluster, and end.
    case found(NodeConfiguration)
    /// Make the data directory of a node that joins a cluster, and end.
    case join(NodeConfiguration)
    /// Print this and end well.
    case print(String)
  }

  /// - Throws: ``ConfigurationError`` that names the flag, variable or key and what it allows.
  package static func read(arguments: [String], environment: [String: String]) throws(ConfigurationError) -> Request {
    if arguments.contains("--help") || arguments.contains("-h") { return .print(help) }
    if arguments.contains("--version") { return .print("holdfastd \(holdfastVersion)") }
    let command = arguments.first.flatMap { DaemonCommand(rawValue: $0) }
    let flags = try parse(command == nil ? arguments : Array(arguments.dropFirst()))
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
    switch command {
    case nil: return .serve(configuration)
    case .initialise: return .found(configuration)
    case .join:
      try validateJoining(configuration)
      return .join(configuration)
    }
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
        throw ConfigurationError("'\(argument)' is neither init or join nor a flag; holdfastd --help lists them")
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
    for address in [configuration.listen, configuration.peerListenAddress] {
      guard address.isLoopback || configuration.allowsUnprotected else {
        throw ConfigurationError(
          "\(address) is reachable from other machines, and the port has no encryption and no"
            + " authentication yet: listen on 127.0.0.1, or say --allow-unprotected if the network is trusted")
      }
    }
    guard configuration.listen.port == 0 || configuration.listen != configuration.peerListenAddress else {
      throw ConfigurationError("--listen and --peer-listen are both \(configuration.listen)")
    }
    guard configuration.listen.port < .max || configuration.peerListen != nil else {
      throw ConfigurationError("there is no port behind \(configuration.listen): say --peer-listen")
    }
  }

  private static func validateJoining(_ configuration: NodeConfiguration) throws(ConfigurationError) {
    guard !configuration.cluster.isEmpty else {
      throw ConfigurationError("--cluster is required: HOST:PORT of a node of the cluster to join")
    }
    guard configuration.secretFile != nil else {
      throw ConfigurationError(
        "--secret-file is required: a copy of the file SECRET in the data directory of a node of the cluster")
    }
  }

  private static func show(_ configuration: NodeConfiguration) -> String {
    Setting.table.map { "\($0.name) = \($0.show(configuration))" }.joined(separator: "\n")
  }

  private static var help: String {
    var lines = [
      "holdfastd: one node of Holdfast, the inventory and order service.",
      "",
      "  holdfastd init --data-dir DIR [flags]     make the first node of a new cluster",
      "  holdfastd join --data-dir DIR --cluster HOST:PORT --secret-file FILE [flags]",
      "                                            make a further node of a cluster that runs",
      "  holdfastd --data-dir DIR [flags]          run the node that was made in DIR",
      "",
      "A cluster begins once, with init. Its data directory then has a file SECRET; copy it to whatever machine is to",
      "join, and nowhere else. join may be repeated until it succeeds: it stays one node. A node that has joined runs",
      "without replicas of its own until it is given its share: holdfast cluster add NODE. Three nodes on one machine:",
      "",
      "  holdfastd init --data-dir n1",
      "  holdfastd --data-dir n1 &",
      "  holdfastd join --data-dir n2 --listen 127.0.0.1:7410 --cluster 127.0.0.1:7400 --secret-file n1/SECRET",
      "  holdfastd --data-dir n2 --listen 127.0.0.1:7410 &",
      "  holdfastd join --data-dir n3 --listen 127.0.0.1:7420 --cluster 127.0.0.1:7400 --secret-file n1/SECRET",
      "  holdfastd --data-dir n3 --listen 127.0.0.1:7420 &",
      "  holdfast cluster rebalance --wait",
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
      "4 when the disk failed while serving, 5 when it cannot listen on the address, 6 when the cluster did not take",
      "the node that wants to join.",
    ]
    return lines.joined(separator: "\n")
  }
}

/// The words that `holdfastd` takes before its flags.
private enum DaemonCommand: String {
  case initialise = "init"
  case join
}

/// What is wrong with the configuration, for a person.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  package var description: String
  init(_ description: String) { self.description = description }
}
