import Foundation
import Synchronization

/// Writes structured messages to standard error, one a line. Any thread may log; a line is written whole.
package final class Logger: Sendable {
  private let level: LogLevel
  private let format: LogFormat
  private let output = Mutex(FileHandle.standardError)

  package init(level: LogLevel, format: LogFormat) {
    self.level = level
    self.format = format
  }

  /// - Parameters:
  ///   - message: a fixed phrase, so that lines can be counted by it.
  ///   - facts: what varies, in the order given.
  package func log(_ level: LogLevel, _ message: String, _ facts: KeyValuePairs<String, String> = [:]) {
    guard level >= self.level else { return }
    let time = Date.now.formatted(.iso8601.time(includingFractionalSeconds: true))
    let line =
      switch format {
      case .json: Self.json([("time", time), ("level", level.rawValue), ("message", message)] + facts.map { ($0, $1) })
      case .text:
        "\(time) \(level.rawValue.uppercased()) \(message)" + facts.map { " \($0)=\($1)" }.joined()
      }
    output.withLock { handle in
      do { try handle.write(contentsOf: Data((line + "\n").utf8)) } catch {
        // Nobody is left to tell that standard error is gone.
      }
    }
  }

  private static func json(_ pairs: [(String, String)]) -> String {
    "{" + pairs.map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ",") + "}"
  }

  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        quoted += "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
        quoted += String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
