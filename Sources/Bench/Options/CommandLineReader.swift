internal import Basics

/// A command line that cannot be understood; the message is for the person who wrote it.
struct UsageError: Error, Equatable, Sendable {
  let message: String
}

/// What a command line asks for.
enum CommandLineRequest: Equatable, Sendable {
  case perform(BenchConfiguration)
  case help(BenchConfiguration.Command?)
  case version
}

/// Reads `holdfast-bench COMMAND [--option VALUE | --option=VALUE | --flag]…` by the table of options.
enum CommandLineReader {
  static func read(_ arguments: [String]) throws(UsageError) -> CommandLineRequest {
    guard let first = arguments.first else {
      throw UsageError(message: "say what to do: run, flash-sale, across, verify or merge")
    }
    switch first {
    case "help", "--help", "-h":
      guard arguments.count > 1 else { return .help(nil) }
      return .help(try command(arguments[1]))
    case "version", "--version": return .version
    default: break
    }
    let command = try command(first)
    let rest = Array(arguments.dropFirst())
    if rest.contains("--help") || rest.contains("-h") { return .help(command) }
    return .perform(try configuration(command, rest))
  }

  private static func command(_ name: String) throws(UsageError) -> BenchConfiguration.Command {
    guard let command = BenchConfiguration.Command(rawValue: name) else {
      throw UsageError(message: "\"\(name)\" is no command; there are run, flash-sale, across, verify and merge")
    }
    return command
  }

  private static func configuration(
    _ command: BenchConfiguration.Command, _ arguments: [String]
  ) throws(UsageError) -> BenchConfiguration {
    var configuration = BenchConfiguration(command)
    var given: [String] = []
    var index = 0
    while index < arguments.count {
      if command == .merge, !arguments[index].hasPrefix("--") {
        configuration.inputPaths.append(arguments[index])
        index += 1
        continue
      }
      let (name, attached) = try split(arguments[index])
      let option = try option(name, of: command)
      guard !given.contains(name) else { throw UsageError(message: "--\(name) is given twice") }
      given.append(name)
      index += 1
      var value = ""
      if option.placeholder.isEmpty {
        guard attached == nil else { throw UsageError(message: "--\(name) takes no value") }
      } else if let attached {
        value = attached
      } else {
        guard index < arguments.count else {
          throw UsageError(message: "--\(name) needs a value: \(option.placeholder)")
        }
        value = arguments[index]
        index += 1
      }
      if let refusal = option.apply(&configuration, value) {
        throw UsageError(message: "--\(name) is \"\(value)\"; allowed is \(refusal.allowed)")
      }
    }
    try OptionRules(configuration, given).check()
    // Carts are to come and go within the run.
    if configuration.workload == .cartChurn, !given.contains("ttl") { configuration.timeToLiveSeconds = 5 }
    if case .search = configuration.rateShape, !given.contains("rate") { configuration.ratePerSecond = 1_000 }
    return configuration
  }

  private static func split(_ argument: String) throws(UsageError) -> (name: String, attached: String?) {
    guard argument.hasPrefix("--"), argument.count > 2 else {
      throw UsageError(message: "\"\(argument)\" is not an option; options begin with --")
    }
    let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0]), parts.count == 2 ? String(parts[1]) : nil)
  }

  private static func option(
    _ name: String, of command: BenchConfiguration.Command
  ) throws(UsageError) -> BenchOption {
    guard let option = BenchOption.table.first(where: { $0.name == name }) else {
      throw UsageError(message: "--\(name) is no option; see holdfast-bench \(command.rawValue) --help")
    }
    guard option.commands.contains(command) else {
      throw UsageError(message: "--\(name) has no meaning for \(command.rawValue)")
    }
    return option
  }
}
