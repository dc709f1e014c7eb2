// CSV as RFC 4180 has it: fields between commas, a line for each record, the first line naming the columns. A field in
// double quotes may hold commas, line ends, and double quotes written twice. Lines end with LF or CRLF. A byte order
// mark at the start is skipped, and so are empty lines.

/// A file of comma-separated values.
package struct CSV: Equatable, Sendable {
  package struct Row: Equatable, Sendable {
    /// The line where the row begins, from 1.
    package var line: Int
    package var fields: [String]
  }

  /// Why a file could not be read at all; the line is where it went wrong.
  package struct Failure: Error, Equatable, Sendable {
    package var line: Int
    package var message: String
  }

  package var columns: [String]
  package var rows: [Row]

  package init(_ bytes: [UInt8]) throws(Failure) {
    var reader = Reader(bytes)
    var rows = try reader.rows()
    guard !rows.isEmpty else { throw Failure(line: 1, message: "the file is empty; its first line names the columns") }
    columns = rows.removeFirst().fields.map { $0.lowercased().trimmed }
    self.rows = rows
    for (index, column) in columns.enumerated() where columns[..<index].contains(column) {
      throw Failure(line: 1, message: "the column '\(column)' is there twice")
    }
  }

  /// The field of a column in a row; `nil` when there is no such column or the row is too short.
  package func field(_ column: String, of row: Row) -> String? {
    guard let index = columns.firstIndex(of: column), index < row.fields.count else { return nil }
    return row.fields[index]
  }

  private struct Reader {
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    }

    mutating func rows() throws(Failure) -> [Row] {
      var rows: [Row] = []
      while offset < bytes.count {
        let row = Row(line: line, fields: try record())
        if row.fields != [""] { rows.append(row) }
      }
      return rows
    }

    private mutating func record() throws(Failure) -> [String] {
      var fields: [String] = []
      while true {
        fields.append(try field())
        guard offset < bytes.count else { return fields }
        let byte = bytes[offset]
        offset += 1
        if byte == UInt8(ascii: ",") { continue }
        if byte == UInt8(ascii: "\r"), offset < bytes.count, bytes[offset] == UInt8(ascii: "\n") { offset += 1 }
        line += 1
        return fields
      }
    }

    /// Reads up to a comma, a line's end or the end of the file, and leaves it there.
    private mutating func field() throws(Failure) -> String {
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") { return try quoted() }
      let start = offset
      while offset < bytes.count, !isEnd(bytes[offset]) {
        if bytes[offset] == UInt8(ascii: "\"") {
          throw Failure(line: line, message: "a quote stands in the middle of a field; put the whole field in quotes")
        }
        offset += 1
      }
      return try text(bytes[start..<offset]).trimmed
    }

    private mutating func quoted() throws(Failure) -> String {
      let begin = line
      var content: [UInt8] = []
      offset += 1
      while offset < bytes.count {
        let byte = bytes[offset]
        offset += 1
        if byte == UInt8(ascii: "\"") {
          guard offset < bytes.count, bytes[offset] == byte else { return try closed(content) }
          offset += 1
        }
        if byte == UInt8(ascii: "\n") { line += 1 }
        content.append(byte)
      }
      throw Failure(line: begin, message: "a quote is opened and never closed")
    }

    private func closed(_ content: [UInt8]) throws(Failure) -> String {
      guard offset == bytes.count || isEnd(bytes[offset]) else {
        throw Failure(line: line, message: "something follows a closing quote; write a quote inside a field twice")
      }
      return try text(content[...])
    }

    private func isEnd(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private func text(_ content: ArraySlice<UInt8>) throws(Failure) -> String {
      guard let text = String(validating: content, as: UTF8.self) else {
        throw Failure(line: line, message: "a field is not UTF-8")
      }
      return text
    }
  }
}

extension String {
  /// Without spaces and tabs at both ends.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
