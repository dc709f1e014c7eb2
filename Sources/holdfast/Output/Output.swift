internal import Foundation

/// Where the tool writes: standard output for what was asked for, standard error for everything else.
package struct Output: Sendable {
  /// For scripts: JSON in place of tables.
  package let isJSON: Bool

  package init(isJSON: Bool) { self.isJSON = isJSON }

  package func line(_ text: String) { write([text], to: .standardOutput) }
  package func lines(_ texts: [String]) { write(texts, to: .standardOutput) }
  package func note(_ text: String) { write([text], to: .standardError) }

  /// One answer, in the form that was asked for.
  func show(_ json: @autoclosure () -> JSON, _ text: @autoclosure () -> [String]) {
    if isJSON { line(json().line) } else { lines(text()) }
  }

  private func write(_ lines: [String], to handle: FileHandle) {
    if lines.isEmpty { return }
    let bytes = Data((lines.joined(separator: "\n") + "\n").utf8)
    do {
      try handle.write(contentsOf: bytes)
    } catch {
      // The reader is gone (a closed pipe, a full disk), and there is nobody left to tell.
      exit(ExitCode.failed.rawValue)
    }
  }
}
