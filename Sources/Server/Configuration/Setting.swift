/// One thing that can be set: by the flag `--name`, by the variable `HOLDFAST_NAME`, or by the key `name` of the JSON
/// file. The table of settings is the only place that knows them, so help, flags, variables and file cannot disagree.
struct Setting: Sendable {
  var name: String
  /// What stands for the value in the help; empty for a switch that needs none.
  var placeholder: String
  var help: String
  /// Puts a value into the configuration; throws what is wrong with it and what is allowed.
  var apply: @Sendable (inout NodeConfiguration, String) throws(SettingError) -> Void
  /// The value as it is in a configuration, for `--print-config`.
  var show: @Sendable (NodeConfiguration) -> String

  var isSwitch: Bool { placeholder.isEmpty }
  var variable: String { "HOLDFAST_" + name.uppercased().replacing("-", with: "_") }
}

/// What is wrong with a value.
struct SettingError: Error {
  var expected: String
}

extension Setting {
  static func text(
    _ name: String, _ placeholder: String, _ help: String,
    _ path: any WritableKeyPath<NodeConfiguration, String> & Sendable
  ) -> Setting {
    Setting(
      name: name, placeholder: placeholder, help: help,
      apply: { configuration, value throws(SettingError) in
        guard !value.isEmpty else { throw SettingError(expected: "a value that is not empty") }
        configuration[keyPath: path] = value
      },
      show: { $0[keyPath: path] })
  }

  static func number(
    _ name: String, _ placeholder: String, _ help: String, in range: ClosedRange<Int>,
    _ path: any WritableKeyPath<NodeConfiguration, Int> & Sendable
  ) -> Setting {
    Setting(
      name: name, placeholder: placeholder, help: help,
      apply: { configuration, value throws(SettingError) in
        guard let number = Int(value), range.contains(number) else {
          throw SettingError(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        configuration[keyPath: path] = number
      },
      show: { String($0[keyPath: path]) })
  }

  /// A size in bytes, with an optional binary suffix: `64MiB`.
  static func bytes(
    _ name: String, _ help: String, in range: ClosedRange<Int>,
    _ path: any WritableKeyPath<NodeConfiguration, Int> & Sendable
  ) -> Setting {
    Setting(
      name: name, placeholder: "BYTES", help: help,
      apply: { configuration, value throws(SettingError) in
        guard let number = byteCount(value), range.contains(number) else {
          throw SettingError(
            expected: "a size from \(range.lowerBound) to \(range.upperBound) bytes, such as 65536, 64KiB or 1GiB")
        }
        configuration[keyPath: path] = number
      },
      show: { String($0[keyPath: path]) })
  }

  static func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, _ help: String, _ path: any WritableKeyPath<NodeConfiguration, Value> & Sendable
  ) -> Setting where Value.RawValue == String, Value: Sendable {
    let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return Setting(
      name: name, placeholder: "NAME", help: "\(help) One of: \(names).",
      apply: { configuration, value throws(SettingError) in
        guard let choice = Value(rawValue: value) else { throw SettingError(expected: "one of \(names)") }
        configuration[keyPath: path] = choice
      },
      show: { $0[keyPath: path].rawValue })
  }

  private static func byteCount(_ text: String) -> Int? {
    let suffixes: [(String, Int)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]
    for (suffix, factor) in suffixes where text.hasSuffix(suffix) {
      guard let count = Int(text.dropLast(suffix.count)) else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: factor)
      return overflow ? nil : product
    }
    return Int(text)
  }
}
