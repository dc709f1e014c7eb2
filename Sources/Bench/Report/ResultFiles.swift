internal import Basics
internal import Foundation
internal import Glibc

/// Results in files: JSON for programs and for merging, CSV for tables, HTML for people.
enum ResultFiles {
  static func write(_ result: RunResult, _ configuration: BenchConfiguration) throws(BenchError) {
    if let path = configuration.jsonPath { try write(try json(result), to: path) }
    if let path = configuration.csvPath { try write(ResultCSV.text(result), to: path) }
    if let path = configuration.htmlPath { try write(ResultPage.text(result), to: path) }
  }

  static func read(_ path: String) throws(BenchError) -> RunResult {
    do {
      return try JSONDecoder().decode(RunResult.self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .unreadableResult(path: path, reason: "\(error)")
    }
  }

  static func json(_ result: RunResult) throws(BenchError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do { return String(decoding: try encoder.encode(result), as: UTF8.self) + "\n" } catch {
      throw .system("the result cannot be written as JSON: \(error)")
    }
  }

  private static func write(_ text: String, to path: String) throws(BenchError) {
    if path == "-" { return StandardStreams.write(text, to: STDOUT_FILENO) }
    do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw .cannotWrite(path: path, reason: error.localizedDescription)
    }
  }
}
