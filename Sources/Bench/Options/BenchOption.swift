internal import Basics

/// One option of the command line: a row of ``BenchOption/table``.
struct BenchOption: Sendable {
  typealias Commands = Set<BenchConfiguration.Command>

  let name: String
  /// How the value is named in the help; empty for an option that takes none.
  let placeholder: String
  let help: String
  let commands: Commands
  /// Puts the value into the configuration; answers what is allowed when it is not.
  let apply: @Sendable (_ configuration: inout BenchConfiguration, _ value: String) -> Refusal?

  /// What would have been allowed, for the message.
  struct Refusal: Equatable, Sendable {
    let allowed: String
  }

  static let everyCommand: Commands = [.run, .flashSale, .across, .verify]
  /// Those that end with a result.
  static let telling: Commands = [.run, .flashSale, .across, .verify, .merge]
  static let load: Commands = [.run, .flashSale]
  /// Those that know of each hold.
  static let recorded: Commands = [.run, .flashSale, .verify]
  /// Those that make SKUs and holds.
  static let making: Commands = [.run, .flashSale, .across]

  static func flag(
    _ name: String, _ commands: Commands, _ path: any WritableKeyPath<BenchConfiguration, Bool> & Sendable,
    to value: Bool,
    _ help: String
  ) -> BenchOption {
    BenchOption(name: name, placeholder: "", help: help, commands: commands) { configuration, _ in
      configuration[keyPath: path] = value
      return nil
    }
  }

  static func number(
    _ name: String, _ placeholder: String, _ commands: Commands, in range: ClosedRange<Int>,
    _ path: any WritableKeyPath<BenchConfiguration, Int> & Sendable, _ help: String
  ) -> BenchOption {
    BenchOption(name: name, placeholder: placeholder, help: help, commands: commands) { configuration, value in
      guard let number = Int(value), range.contains(number) else {
        return Refusal(allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      configuration[keyPath: path] = number
      return nil
    }
  }

  static func decimal(
    _ name: String, _ placeholder: String, _ commands: Commands, in range: ClosedRange<Double>, _ help: String,
    _ set: @escaping @Sendable (inout BenchConfiguration, Double) -> Void
  ) -> BenchOption {
    BenchOption(name: name, placeholder: placeholder, help: help, commands: commands) { configuration, value in
      guard let number = Double(value), range.contains(number) else {
        return Refusal(allowed: "a number from \(range.lowerBound) to \(range.upperBound)")
      }
      set(&configuration, number)
      return nil
    }
  }

  static func text(
    _ name: String, _ placeholder: String, _ commands: Commands, bytes: ClosedRange<Int>, _ help: String,
    _ set: @escaping @Sendable (inout BenchConfiguration, String) -> Void
  ) -> BenchOption {
    BenchOption(name: name, placeholder: placeholder, help: help, commands: commands) { configuration, value in
      guard bytes.contains(value.utf8.count) else {
        return Refusal(allowed: "text of \(bytes.lowerBound) to \(bytes.upperBound) bytes")
      }
      set(&configuration, value)
      return nil
    }
  }

  static func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
    _ name: String, _ commands: Commands, _ path: any WritableKeyPath<BenchConfiguration, Choice> & Sendable,
    _ help: String
  ) -> BenchOption {
    let names = Choice.allCases.map(\.rawValue)
    return BenchOption(name: name, placeholder: names.joined(separator: "|"), help: help, commands: commands) {
      configuration, value in
      guard let choice = Choice(rawValue: value) else { return Refusal(allowed: names.joined(separator: " or ")) }
      configuration[keyPath: path] = choice
      return nil
    }
  }
}
