internal import Basics
internal import Glibc

/// The line on standard error that shows how a run goes: rewritten in place on a terminal, a line each elsewhere.
struct ProgressLine {
  private let isShown: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var isOpen = false

  init(isShown: Bool) { self.isShown = isShown }

  mutating func show(_ text: String) {
    guard isShown else { return }
    // Back to the start of the line, and what is left of the old text is cleared.
    write(isTerminal ? "\r\(text)\u{1B}[K" : text + "\n")
    isOpen = isTerminal
  }

  /// Ends the line, so that what comes next has its own.
  mutating func close() {
    if isOpen { write("\n") }
    isOpen = false
  }

  private func write(_ text: String) { StandardStreams.write(text, to: STDERR_FILENO) }
}

/// Whole texts to standard output and standard error. What cannot be written there can be told nowhere.
enum StandardStreams {
  static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
