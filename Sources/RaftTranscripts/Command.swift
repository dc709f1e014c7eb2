/// One line of a script: a name, and arguments `value`, `key=value` or `key=(value, value)`.
package struct Command: Equatable, Sendable {
  package struct Argument: Equatable, Sendable {
    package var key: String
    /// Empty for an argument without `=`.
    package var values: [String]
  }

  package struct ParseError: Error, Equatable, Sendable {
    package var message: String
  }

  package var name: String
  package var arguments: [Argument]

  package init(_ line: String) throws(ParseError) {
    var scanner = Scanner(Array(line))
    name = scanner.word()
    arguments = []
    guard !name.isEmpty else { throw ParseError(message: "'\(line)' does not begin with a command") }
    while scanner.skipSpace() {
      let key = scanner.word()
      guard !key.isEmpty else { throw ParseError(message: "cannot read the arguments of '\(line)'") }
      var values: [String] = []
      if scanner.skip("=") {
        guard let read = scanner.values() else { throw ParseError(message: "a list in '\(line)' does not end") }
        values = read
      }
      arguments.append(Argument(key: key, values: values))
    }
  }

  /// The arguments without `=`.
  package var plain: [String] { arguments.filter(\.values.isEmpty).map(\.key) }

  package func values(of key: String) -> [String]? {
    arguments.first { $0.key == key && !$0.values.isEmpty }?.values
  }

  package func value(of key: String) -> String? { values(of: key)?.first }
}

private struct Scanner {
  private let characters: [Character]
  private var place = 0

  init(_ characters: [Character]) { self.characters = characters }

  private var next: Character? { place < characters.count ? characters[place] : nil }

  /// - Returns: whether anything but space is left.
  mutating func skipSpace() -> Bool {
    while let next, next == " " || next == "\t" || next == "\r" { place += 1 }
    return next != nil
  }

  mutating func skip(_ character: Character) -> Bool {
    guard next == character else { return false }
    place += 1
    return true
  }

  mutating func word() -> String {
    _ = skipSpace()
    var word = ""
    while let next, next != " ", next != "\t", next != "\r", next != "=" {
      word.append(next)
      place += 1
    }
    return word
  }

  mutating func values() -> [String]? {
    guard skip("(") else {
      var word = ""
      while let next, next != " ", next != "\t", next != "\r" {
        word.append(next)
        place += 1
      }
      return [word]
    }
    var values: [String] = []
    var value = ""
    while let next {
      place += 1
      switch next {
      case ")":
        if !value.isEmpty { values.append(value) }
        return values
      case ",", " ":
        if !value.isEmpty { values.append(value) }
        value = ""
      default: value.append(next)
      }
    }
    return nil
  }
}
