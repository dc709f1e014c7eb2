package import Basics

/// What was typed after a command, checked against what the command takes.
package struct Arguments: Equatable, Sendable {
  /// The command's full name, such as `holdfast stock receive`.
  package var command: String
  var known: [String] = []
  var values: [String: [String]] = [:]
  package internal(set) var operands: [String] = []

  package init(command: String) { self.command = command }

  package func has(_ name: String) -> Bool { !texts(name).isEmpty }

  package func texts(_ name: String) -> [String] {
    invariant(known.contains(name), "the command has no flag --\(name)")
    return values[name] ?? []
  }

  package func text(_ name: String) -> String? { texts(name).first }

  package func operand(_ index: Int) -> String? { index < operands.count ? operands[index] : nil }

  /// An operand that the parser has made sure of.
  package func required(_ index: Int) -> String {
    invariant(index < operands.count, "the command requires too few operands")
    return operands[index]
  }

  // MARK: values with a form

  package func duration(_ name: String) throws(UsageError) -> Duration? {
    guard let text = text(name) else { return nil }
    guard let duration = DurationText.parse(text) else {
      throw error("--\(name) wants a duration such as 90s, 15m or 1h30m, not '\(text)'")
    }
    return duration
  }

  package func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = text(name) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw error("--\(name) wants a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return value
  }

  package func uniqueID(_ name: String) throws(UsageError) -> UniqueID? {
    guard let text = text(name) else { return nil }
    guard let id = UniqueID(text: text) else {
      throw error("--\(name) wants a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057, not '\(text)'")
    }
    return id
  }

  /// One of a list of words, as the flag's value.
  package func choice<Value>(_ name: String, _ choices: [(word: String, value: Value)]) throws(UsageError) -> Value? {
    guard let text = text(name) else { return nil }
    if let found = choices.first(where: { $0.word == text.lowercased() }) { return found.value }
    throw error("--\(name) wants one of \(choices.map(\.word).joined(separator: ", ")), not '\(text)'")
  }

  /// As ``choice(_:_:)``, of a flag that may be given several times.
  package func choices<Value>(_ name: String, _ choices: [(word: String, value: Value)]) throws(UsageError) -> [Value] {
    var values: [Value] = []
    for text in texts(name) {
      guard let found = choices.first(where: { $0.word == text.lowercased() }) else {
        throw error("--\(name) wants one of \(choices.map(\.word).joined(separator: ", ")), not '\(text)'")
      }
      values.append(found.value)
    }
    return values
  }

  /// A point in time: a date, a date with a time, or how long ago.
  ///
  /// - Parameter isAhead: a duration means from now on, and not ago.
  package func time(_ name: String, isAhead: Bool = false) throws(UsageError) -> Stamp? {
    guard let text = text(name) else { return nil }
    guard let stamp = TimeText.parse(text, isAhead: isAhead) else {
      throw error("--\(name) wants a time, \(TimeText.forms), not '\(text)'")
    }
    return stamp
  }

  package func error(_ message: String) -> UsageError { UsageError(message, command: command) }
}
