public import Basics

/// The id of a hold or an order: what the creating request was called, and the home slot, by which any node finds the
/// shard that has it. In the contract it is text that callers treat as opaque.
///
///   text = uuid "-" 4 hexadecimal digits          41 characters, digits in lower case when written, in either when read
public struct ResourceID: Hashable, Sendable {
  public var id: UniqueID
  public var homeSlot: UInt16

  /// The number of characters of the text.
  public static let textLength = UniqueID.textLength + 5

  public init(id: UniqueID, homeSlot: UInt16) {
    self.id = id
    self.homeSlot = homeSlot
  }

  /// Reads the text form; `nil` for anything else.
  public init?(text: RawSpan) {
    guard text.byteCount == Self.textLength, text[byte: UniqueID.textLength] == UInt8(ascii: "-") else { return nil }
    guard let id = UniqueID(text: text.extracting(first: UniqueID.textLength)) else { return nil }
    var slot: UInt16 = 0
    for offset in UniqueID.textLength + 1..<Self.textLength {
      guard let digit = hexadecimalDigit(text[byte: offset]) else { return nil }
      slot = slot << 4 | UInt16(digit)
    }
    self.init(id: id, homeSlot: slot)
  }

  public init?(text: String) {
    let bytes = Array(text.utf8)
    self.init(text: bytes.rawSpan)
  }

  /// Appends the text form.
  public func appendText(to bytes: inout [UInt8]) {
    id.appendText(to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    for digit in 0..<4 {
      bytes.append(hexadecimalCharacter(UInt8(truncatingIfNeeded: homeSlot >> (12 - 4 * digit)) & 15))
    }
  }
}

extension ResourceID: CustomStringConvertible {
  public var description: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.textLength)
    appendText(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
