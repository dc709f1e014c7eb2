/// A 128-bit identifier (RFC 9562), in network byte order: `high` holds the first eight bytes. Ordering is that of the
/// bytes, so version 7 identifiers sort by the time they carry.
public struct UniqueID: Hashable, Comparable, Sendable {
  public var high: UInt64
  public var low: UInt64

  @inlinable public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  public static let zero = UniqueID(high: 0, low: 0)

  @inlinable public static func < (left: UniqueID, right: UniqueID) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }

  /// A version 7 identifier: 48 bits of milliseconds since 1970, 74 random bits.
  @inlinable public init(version7At milliseconds: UInt64, randomHigh: UInt64, randomLow: UInt64) {
    high = milliseconds << 16 | 0x7000 | (randomHigh & 0x0FFF)
    low = 0x8000_0000_0000_0000 | (randomLow & 0x3FFF_FFFF_FFFF_FFFF)
  }

  /// The time a version 7 identifier carries, or `nil` for an identifier of another version.
  @inlinable public var version7Milliseconds: Int64? {
    guard high >> 12 & 0xF == 7, low >> 62 == 0b10 else { return nil }
    return Int64(high >> 16)
  }
}

extension UniqueID {
  /// The number of characters in the canonical text form.
  public static let textLength = 36

  /// Reads the canonical form, `8-4-4-4-12` hexadecimal digits in either case; `nil` for anything else.
  public init?(text: borrowing RawSpan) {
    guard text.byteCount == Self.textLength else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    var digits = 0
    for offset in 0..<Self.textLength {
      let byte = unsafe text.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
      if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = hexadecimalDigit(byte) else { return nil }
      if digits < 16 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
      digits += 1
    }
    self.init(high: words.0, low: words.1)
  }

  public init?(text: String) {
    var text = text
    let parsed: UniqueID? = text.withUTF8 { unsafe UniqueID(text: RawSpan(_unsafeBytes: UnsafeRawBufferPointer($0))) }
    guard let parsed else { return nil }
    self = parsed
  }

  /// Appends the canonical lower-case text form, 36 bytes.
  public func appendText(to bytes: inout [UInt8]) {
    for position in 0..<16 {
      if position == 4 || position == 6 || position == 8 || position == 10 { bytes.append(UInt8(ascii: "-")) }
      let word = position < 8 ? high : low
      let byte = UInt8(truncatingIfNeeded: word >> UInt64(56 - (position & 7) * 8))
      bytes.append(hexadecimalCharacter(byte >> 4))
      bytes.append(hexadecimalCharacter(byte & 15))
    }
  }
}

extension UniqueID: CustomStringConvertible {
  public var description: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.textLength)
    appendText(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The value of an ASCII hexadecimal digit in either case, or `nil`.
@inlinable
public func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// The lower-case ASCII digit for a value below 16.
@inlinable
public func hexadecimalCharacter(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
