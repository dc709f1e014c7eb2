internal import API
internal import Client

/// What became of the rows of a file: a line for each, and a sum at the end. Rows are shown in blocks, as they are done.
struct ImportReport {
  private let output: Output
  private(set) var doneCount = 0
  private(set) var refusedCount = 0
  private var isFirst = true

  init(_ output: Output) { self.output = output }

  struct Row {
    var line: Int
    /// What the row is about, such as the SKU.
    var subject: String
    /// Why it was not done; `nil` when it was.
    var problem: String?
    var reason = ""
    /// An earlier run of the same file did it.
    var replayed = false
  }

  mutating func add(_ rows: [Row]) {
    for row in rows { if row.problem == nil { doneCount += 1 } else { refusedCount += 1 } }
    if output.isJSON {
      output.lines(
        rows.map {
          JSON.object([
            "line": .integer(Int64($0.line)), "sku": .text($0.subject), "ok": .bool($0.problem == nil),
            "replayed": .bool($0.replayed),
            "reason": .text($0.reason), "message": .text($0.problem ?? ""),
          ]).line
        })
      return
    }
    var table = Table([.number("LINE"), .text("SKU"), .text("RESULT")])
    for row in rows {
      table.add([String(row.line), row.subject, row.problem ?? (row.replayed ? "ok, was done before" : "ok")])
    }
    output.lines(Array(table.lines.dropFirst(isFirst ? 0 : 1)))
    isFirst = false
  }

  /// The sum, and the exit code that follows from it.
  func finish(_ verb: String) -> ExitCode {
    output.note("\(doneCount) \(verb), \(refusedCount) refused")
    return refusedCount == 0 ? .success : .refused
  }
}

extension ImportReport.Row {
  init(_ line: Int, _ subject: String, _ error: HoldfastError) {
    let failure = error.failure
    self.init(
      line: line, subject: subject, problem: failure.message,
      reason: failure.reason == .unspecified ? failure.status.name : failure.reason.name)
  }
}

extension CSV {
  /// Makes sure that the columns are those that are known, and that the needed ones are there.
  func check(needed: [String], known: [String], prefix: String? = nil) throws(ToolError) {
    for column in columns where !known.contains(column) {
      if let prefix, column.hasPrefix(prefix), column.count > prefix.count { continue }
      let near = NearestWord.of(column, among: known).map { "; did you mean '\($0)'?" } ?? ""
      throw .input("the first line names an unknown column '\(column)'\(near)")
    }
    for column in needed where !columns.contains(column) {
      throw .input("the first line must name the column '\(column)'; it names \(columns.joined(separator: ", "))")
    }
  }

  /// What is wrong with the number of a row's fields.
  func problem(of row: Row) -> String? {
    row.fields.count == columns.count
      ? nil : "the row has \(row.fields.count) fields, and the first line names \(columns.count) columns"
  }
}
