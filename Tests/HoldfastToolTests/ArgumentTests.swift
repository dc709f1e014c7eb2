import Testing

@testable import holdfast

@Suite("The command line")
struct ArgumentTests {
  private static func parse(_ line: String) throws(UsageError) -> Arguments {
    let request = try ArgumentParser.parse(line.split(separator: " ").map(String.init), root: .root)
    guard case .run(_, let arguments) = request else { throw UsageError("help") }
    return arguments
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var line: String
    var command: String
    var operands: [String] = []
    var flags: [String: [String]] = [:]
    var testDescription: String { line }
  }

  private static let goodLines: [Row] = [
    Row(line: "status", command: "holdfast status"),
    Row(line: "--json status", command: "holdfast status", flags: ["json": [""]]),
    Row(
      line: "--address h:1 sku get A --json", command: "holdfast sku get", operands: ["A"],
      flags: ["address": ["h:1"], "json": [""]]),
    Row(line: "sku put A --name=x=y", command: "holdfast sku put", operands: ["A"], flags: ["name": ["x=y"]]),
    Row(
      line: "sku put A --attribute a=1 --attribute b=2", command: "holdfast sku put", operands: ["A"],
      flags: ["attribute": ["a=1", "b=2"]]),
    Row(
      line: "stock adjust A B -3 --reason r", command: "holdfast stock adjust", operands: ["A", "B", "-3"],
      flags: ["reason": ["r"]]),
    Row(line: "sku put --csv -", command: "holdfast sku put", flags: ["csv": ["-"]]),
    Row(line: "sku get -- --odd", command: "holdfast sku get", operands: ["--odd"]),
    Row(line: "reserve A=1 B=2 C=3", command: "holdfast reserve", operands: ["A=1", "B=2", "C=3"]),
  ]

  @Test("command lines that are right", arguments: goodLines)
  func right(_ row: Row) throws {
    let arguments = try Self.parse(row.line)
    #expect(arguments.command == row.command)
    #expect(arguments.operands == row.operands)
    #expect(arguments.values == row.flags)
  }

  private static let mistakes: [(line: String, message: String)] = [
    ("skue list", "there is no command 'holdfast skue'; did you mean 'holdfast sku'?"),
    ("stock recieve A B 1", "there is no command 'holdfast stock recieve'; did you mean 'holdfast stock receive'?"),
    ("hold xyzzy", "there is no command 'holdfast hold xyzzy'; there is show, list, extend, release, move, confirm"),
    ("hold", "say what to do: holdfast hold show | list | extend | release | move | confirm"),
    ("reserve A=1 --tll 5m", "there is no flag --tll here; did you mean --ttl?"),
    ("status --name x", "there is no flag --name here"),
    ("sku get", "SKU is missing: Its id."),
    ("sku get A B", "'B' is one word too many"),
    ("sku put A --name", "--name needs a value: --name TEXT"),
    ("sku put A --name x --name y", "--name is given twice"),
    ("status --json=yes", "--json takes no value"),
  ]

  @Test("command lines that are wrong say how", arguments: mistakes)
  func wrong(_ row: (line: String, message: String)) {
    let error = #expect(throws: UsageError.self) { try Self.parse(row.line) }
    #expect(error?.message == row.message)
  }

  @Test("values with a form are checked")
  func values() throws {
    let arguments = try Self.parse("reserve A=1 --ttl 15 --id x --mode some")
    #expect(throws: UsageError.self) { try arguments.duration("ttl") }
    #expect(throws: UsageError.self) { try arguments.uniqueID("id") }
    #expect(throws: UsageError.self) { try arguments.choice("mode", [("all", 1)]) }
    let journal = try Self.parse("journal A --limit 0")
    #expect(throws: UsageError.self) { try journal.integer("limit", in: 1...10) }
    #expect(try Self.parse("journal A --limit 7").integer("limit", in: 1...10) == 7)
  }

  private static func all(_ command: Command, _ path: String = "holdfast") -> [(path: String, command: Command)] {
    [(path, command)] + command.commands.flatMap { all($0, path + " " + $0.name) }
  }

  @Test("every command has help with its usage and an example, in lines that fit a terminal")
  func help() throws {
    for (path, command) in Self.all(.root) {
      let words = path.split(separator: " ").dropFirst().map(String.init) + ["--help"]
      guard case .help(let text) = try ArgumentParser.parse(words, root: .root) else {
        Issue.record("\(path) has no help")
        continue
      }
      #expect(text.contains(path))
      #expect(command.summary.hasSuffix("."))
      if command.isRunnable { #expect(text.contains("Examples:"), "\(path)") }
      for line in text.split(separator: "\n") { #expect(line.count <= 120, "\(path): \(line)") }
    }
  }

  @Test("every example in the help can be parsed")
  func examples() throws {
    for (path, command) in Self.all(.root) {
      for example in command.examples {
        let line = example.line.prefix { !"|&>".contains($0) }
        #expect(line.hasPrefix(path))
        #expect(throws: Never.self, "\(line)") {
          _ = try ArgumentParser.parse(Self.words(String(line.dropFirst("holdfast ".count))), root: .root)
        }
      }
    }
  }

  /// As a shell splits a line with single quotes.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    for (index, part) in line.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 0 { words += part.split(separator: " ").map(String.init) } else { words.append(String(part)) }
    }
    return words
  }

  struct ReserveRow: Sendable {
    var text: String
    var sku: String
    var quantity: String
    var minimum: String?
    var location = ""
  }

  @Test(
    "lines of a reservation",
    arguments: [
      ReserveRow(text: "A=2", sku: "A", quantity: "2"),
      ReserveRow(text: "A=2@BER1", sku: "A", quantity: "2", location: "BER1"),
      ReserveRow(text: "A=B=2.50@X@Y", sku: "A=B", quantity: "2.50", location: "X@Y"),
      ReserveRow(text: "RICE=0.5..2", sku: "RICE", quantity: "2", minimum: "0.5"),
    ])
  func reserveLines(_ row: ReserveRow) throws {
    let line = try ReserveLineText(row.text, Arguments(command: "c"))
    #expect(line.sku == row.sku)
    #expect(line.quantity == row.quantity)
    #expect(line.minimum == row.minimum)
    #expect(line.location == row.location)
  }

  @Test("lines of a reservation that are wrong", arguments: ["A", "=2", "A=", "A=2@", "A=1..2..3"])
  func wrongLines(_ text: String) {
    #expect(throws: UsageError.self) { try ReserveLineText(text, Arguments(command: "c")) }
  }
}
