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
    func word(_ offset: Int) -> UInt64 {
      unsafe UInt64(littleEndian: text.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }
    // The eight digits that begin at offsets 9 and 19 have a dash in their middle, at 13 and 23.
    let second = word(9)
    let fourth = word(19)
    let dashes = word(6) >> 16 & 0xFF | second >> 24 & 0xFF00 | word(14) >> 16 & 0xFF_0000 | fourth >> 8 & 0xFF00_0000
    guard dashes == 0x2D2D_2D2D,
      let a = hexadecimalValue(word(0)),
      let b = hexadecimalValue(second & 0xFFFF_FFFF | word(10) & 0xFFFF_FFFF_0000_0000),
      let c = hexadecimalValue(fourth & 0xFFFF_FFFF | word(20) & 0xFFFF_FFFF_0000_0000),
      let d = hexadecimalValue(word(28))
    else { return nil }
    self.init(high: UInt64(a) << 32 | UInt64(b), low: UInt64(c) << 32 | UInt64(d))
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

/// The value of eight ASCII hexadecimal digits in either case, the first in the lowest byte, or `nil`. All eight are
/// looked at together: every request carries an id, and a loop over its digits took a tenth of a microsecond.
@inlinable
func hexadecimalValue(_ text: UInt64) -> UInt32? {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let tops = ones << 7
  guard text & tops == 0 else { return nil }
  // Adding to a byte below 128 sets its highest bit when the sum reaches 128, and carries into no other byte.
  let fromZero = text ^ ones &* 0x30
  let isDigit = ~(fromZero &+ ones &* (128 - 10))
  let fromLetters = (text | ones &* 0x20) ^ ones &* 0x60
  let isLetter = (fromLetters &+ ones &* (128 - 1)) & ~(fromLetters &+ ones &* (128 - 7))
  guard (isDigit | isLetter) & tops == tops else { return nil }
  let digits = (text & (ones &* 0x0F)) &+ (text >> 6 & ones) &* 9
  let pairs = (digits << 4 | digits >> 8) & 0x00FF_00FF_00FF_00FF
  let halves = pairs << 8 | pairs >> 16
  return UInt32(truncatingIfNeeded: (halves & 0xFFFF) << 16 | halves >> 32 & 0xFFFF)
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
