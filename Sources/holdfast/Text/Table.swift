/// A table for people: columns as wide as their widest cell, two spaces between them.
package struct Table: Equatable, Sendable {
  package struct Column: Equatable, Sendable {
    var title: String
    var isNumber: Bool

    package static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
    /// Set flush right.
    package static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  package var columns: [Column]
  package private(set) var rows: [[String]] = []

  package init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; what would break the layout is shown as a question mark.
  package mutating func add(_ cells: [String]) {
    rows.append(cells.map { String($0.map { $0.isNewline || $0 == "\t" || $0.isControl ? "?" : $0 }) })
  }

  package var lines: [String] {
    let titles = columns.map(\.title)
    let widths = columns.indices.map { column in
      ([titles] + rows).map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return ([titles] + rows).map { line($0, widths) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (column, cell) in cells.enumerated() {
      let gap = String(repeating: " ", count: max(0, widths[column] - cell.count))
      text += (column == 0 ? "" : "  ") + (columns[column].isNumber ? gap + cell : cell + gap)
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension Character {
  /// Would move the cursor or change the terminal's state instead of being shown.
  var isControl: Bool { unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) } }
}
