internal import Basics
internal import Foundation

/// What became of each row, in a file beside the imported one: written as the answers come, so that an import that was
/// interrupted can be resumed. A row that was tried again has several lines; the last one counts.
struct ImportResults {
  static let columns = ["import_id", "line", "result", "reason", "message"]

  struct Row: Equatable, Sendable {
    var line: Int
    /// `nil` when it was done.
    var problem: ImportKind.Problem?
    /// An earlier run did it.
    var replayed = false

    var result: String { problem != nil ? "refused" : replayed ? "done before" : "done" }
  }

  private let path: String?
  private let importID: UniqueID
  private let handle: FileHandle?

  /// Begins a file that is not there yet, or goes on with one that is. One that is there may be all that is left of an
  /// import that was interrupted, whose id it has: under a new id its rows would be carried out twice.
  ///
  /// - Parameter path: `nil` for none.
  init(_ path: String?, _ importID: UniqueID, isResumed: Bool) throws(ToolError) {
    self.path = path
    self.importID = importID
    guard let path else {
      handle = nil
      return
    }
    do {
      let url = URL(filePath: path)
      if !isResumed { try Data((CSV.line(Self.columns) + "\n").utf8).write(to: url, options: .withoutOverwriting) }
      handle = try FileHandle(forWritingTo: url)
      try handle?.seekToEnd()
    } catch CocoaError.fileWriteFileExists {
      throw .input(
        "\(path) is there already: go on with that import by --resume, or name another file by --results to import anew"
      )
    } catch {
      throw .input("\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  func add(_ rows: [Row]) throws(ToolError) {
    guard let handle, let path, !rows.isEmpty else { return }
    let lines = rows.map {
      CSV.line([
        importID.description, String($0.line), $0.result, $0.problem?.reason ?? "",
        // A line each: what is behind the last line's end was torn.
        String(($0.problem?.text ?? "").map { $0.isNewline ? " " : $0 }),
      ])
    }
    do { try handle.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8)) } catch {
      throw .input("\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  /// Cuts a last line off that was torn when an import was interrupted.
  static func mend(_ path: String) throws(ToolError) {
    do {
      let bytes = try Data(contentsOf: URL(filePath: path))
      let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      let handle = try FileHandle(forWritingTo: URL(filePath: path))
      try handle.truncate(atOffset: UInt64(end))
      try handle.close()
    } catch {
      throw .input("\(path) cannot be resumed: \(error.localizedDescription)")
    }
  }

  /// The import that a results file is of, and the lines that were done.
  static func read(_ csv: CSV, _ path: String) throws(ToolError) -> (importID: UniqueID, done: Set<Int>) {
    guard csv.columns == columns else { throw .input("\(path) is no results file of an import") }
    var importID: UniqueID?
    var done: Set<Int> = []
    for row in csv.rows where row.fields.count == columns.count {
      guard let id = UniqueID(text: row.fields[0]), let line = Int(row.fields[1]) else { continue }
      guard importID == nil || importID == id else { throw .input("\(path) has results of several imports") }
      importID = id
      if row.fields[2] == "refused" { done.remove(line) } else { done.insert(line) }
    }
    guard let importID else { throw .input("\(path) has no results: leave --resume out") }
    return (importID, done)
  }
}
