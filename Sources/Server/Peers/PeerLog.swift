internal import Basics

/// Says what happens to the links, each thing at most once in a while: whoever dials again and again fills no log. Owned
/// by its Store's thread.
struct PeerLog {
  private struct Line {
    var text: String
    var next: Instant
    var leftOut: Int
  }

  static let millisecondsBetween: UInt64 = 5_000
  /// Texts are fixed phrases and reasons, so there are few.
  private static let lineCountMax = 64

  private let logger: Logger?
  private var lines: [Line] = []

  init(_ logger: Logger?) { self.logger = logger }

  /// What counts as the same line. Numbers do not tell lines apart: they are the other side's, who can think of as many
  /// as it likes.
  static func key(_ text: String, _ reason: String) -> String { text + reason.filter { !$0.isNumber } }

  /// Logs unless the same text for the same reason was logged just now.
  mutating func log(
    _ level: LogLevel, _ text: String, reason: String, node: NodeID?, address: String, now: Instant
  ) {
    let key = Self.key(text, reason)
    let next = now.advanced(byMilliseconds: Self.millisecondsBetween)
    var leftOut = 0
    if let place = lines.firstIndex(where: { $0.text == key }) {
      guard now >= lines[place].next else {
        lines[place].leftOut += 1
        return
      }
      leftOut = lines[place].leftOut
      lines[place] = Line(text: key, next: next, leftOut: 0)
    } else {
      if lines.count == Self.lineCountMax { lines.removeFirst() }
      lines.append(Line(text: key, next: next, leftOut: 0))
    }
    logger?.log(
      level, text,
      [
        "node": node?.description ?? "unknown", "address": address, "reason": reason, "left_out": "\(leftOut)",
      ])
  }
}
