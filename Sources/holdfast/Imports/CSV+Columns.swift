internal import Client

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

  /// One record, without a line's end: what has a comma, a quote or a line end in it stands in quotes.
  package static func line(_ fields: [String]) -> String {
    fields.map { field in
      let isPlain = !field.contains { $0 == "," || $0 == "\"" || $0.isNewline } && field.trimmed == field
      return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",")
  }
}
