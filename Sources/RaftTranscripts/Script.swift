/// A story in a text file: directives, each with the output that is expected of it.
///
///     # A comment, up to the end of the line.
///     directive argument key=value key=(a,b)
///     input, line by line
///     ----
///     expected output, up to an empty line
///
/// A second `----` right behind the first allows empty lines in the output; the output then ends with two of them.
package struct Script: Sendable {
  package struct Directive: Equatable, Sendable {
    package var command: Command
    /// The lines between the directive and `----`.
    package var input: [String]
    package var expected: [String]
    /// Where the directive stands, from 1.
    package var line: Int
    /// What stands between the last directive and this one: comments and empty lines.
    var lead: [String]
    var text: [String]
  }

  package struct ParseError: Error, Equatable, Sendable {
    package var line: Int
    package var message: String

    package init(line: Int, message: String) {
      self.line = line
      self.message = message
    }
  }

  package private(set) var directives: [Directive] = []
  /// What stands behind the last directive.
  private var tail: [String] = []

  package init(_ text: String) throws(ParseError) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    if lines.last == "" { lines.removeLast() }
    var reader = LineReader(lines: lines)
    while true {
      let lead = reader.takeLead()
      guard !reader.isAtEnd else {
        tail = lead
        return
      }
      directives.append(try Self.directive(&reader, lead: lead))
    }
  }

  private static func directive(_ reader: inout LineReader, lead: [String]) throws(ParseError) -> Directive {
    let line = reader.number
    var text = [reader.take()]
    // A backslash at the end of a line continues it on the next.
    var whole = text[0]
    while whole.hasSuffix("\\"), !reader.isAtEnd {
      text.append(reader.take())
      whole = String(whole.dropLast()) + " " + text[text.count - 1]
    }
    let command: Command
    do throws(Command.ParseError) {
      command = try Command(whole)
    } catch {
      throw ParseError(line: line, message: error.message)
    }
    var input: [String] = []
    while true {
      guard !reader.isAtEnd else { throw ParseError(line: line, message: "no ---- behind '\(command.name)'") }
      let next = reader.take()
      if next == "----" { break }
      input.append(next)
      text.append(next)
    }
    return Directive(
      command: command, input: input, expected: try expected(&reader, line: line), line: line, lead: lead, text: text)
  }

  private static func expected(_ reader: inout LineReader, line: Int) throws(ParseError) -> [String] {
    var expected: [String] = []
    guard reader.next == "----" else {
      while let next = reader.next, !next.isEmpty { expected.append(reader.take()) }
      return expected
    }
    _ = reader.take()
    while let next = reader.next {
      _ = reader.take()
      if next == "----", reader.next == "----" {
        _ = reader.take()
        return expected
      }
      expected.append(next)
    }
    throw ParseError(line: line, message: "the output behind a doubled ---- does not end with one")
  }

  /// The story with other outputs, one for each directive.
  package func rewritten(_ outputs: [[String]]) -> String {
    var lines: [String] = []
    for (directive, output) in zip(directives, outputs) {
      lines += directive.lead + directive.text + ["----"]
      if output.contains("") {
        lines += ["----"] + output + ["----", "----"]
      } else {
        lines += output
      }
    }
    lines += tail
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Lines that are taken one by one.
private struct LineReader {
  let lines: [String]
  private var place = 0

  init(lines: [String]) { self.lines = lines }

  var isAtEnd: Bool { place == lines.count }
  var next: String? { isAtEnd ? nil : lines[place] }
  /// The number of the next line, from 1.
  var number: Int { place + 1 }

  mutating func take() -> String {
    defer { place += 1 }
    return lines[place]
  }

  /// Comments and empty lines.
  mutating func takeLead() -> [String] {
    var lead: [String] = []
    while let next, next.isBlank || next.first == "#" { lead.append(take()) }
    return lead
  }
}

extension String {
  var isBlank: Bool { allSatisfy { $0 == " " || $0 == "\t" || $0 == "\r" } }
}
