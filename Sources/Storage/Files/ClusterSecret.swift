// The file SECRET: 64 hexadecimal digits and a line feed; readable by its owner alone.

/// What the nodes of a cluster know and nobody else: 32 random bytes. Never written to a log, never sent.
package struct ClusterSecret: Equatable, Sendable {
  package static let byteCount = 32

  package let bytes: [UInt8]

  /// A new one, from the system's source of randomness.
  package static func random() -> ClusterSecret {
    var generator = SystemRandomNumberGenerator()
    return ClusterSecret(bytes: (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads 64 hexadecimal digits; white space around them does not matter.
  package init?(text: String) {
    let digits = text.filter { !$0.isWhitespace }.utf8.compactMap { Self.value(ofDigit: $0) }
    guard digits.count == 2 * Self.byteCount, text.filter({ !$0.isWhitespace }).utf8.count == digits.count else {
      return nil
    }
    bytes = (0..<Self.byteCount).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
  }

  /// The contents of its file.
  package var text: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n"
  }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension ClusterSecret: CustomStringConvertible {
  /// So that none ever gets into a log.
  package var description: String { "a secret" }
}
