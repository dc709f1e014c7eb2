internal import Basics

// Fields of messages, as the hot answers write them.
extension BytePen {
  /// A varint field that is left out when it is zero. Tags here have one byte.
  mutating func field(_ tag: UInt8, varint value: UInt64) {
    guard value != 0 else { return }
    uint8(tag)
    varint(value)
  }

  /// A text or message field that is left out when it is empty.
  mutating func field(_ tag: UInt8, bytes: RawSpan) {
    guard bytes.byteCount > 0 else { return }
    uint8(tag)
    varint(UInt64(bytes.byteCount))
    append(bytes)
  }

  /// The text of an id, as ``ResourceID`` has it.
  mutating func field(_ tag: UInt8, id: ResourceID) {
    uint8(tag)
    uint8(UInt8(ResourceID.textLength))
    let (first, second) = (hexadecimal(UInt32(id.id.high >> 32)), hexadecimal(UInt32(truncatingIfNeeded: id.id.high)))
    let (third, fourth) = (hexadecimal(UInt32(id.id.low >> 32)), hexadecimal(UInt32(truncatingIfNeeded: id.id.low)))
    eight(first)
    dashFour(UInt32(truncatingIfNeeded: second))
    dashFour(UInt32(second >> 32))
    dashFour(UInt32(truncatingIfNeeded: third))
    dashFour(UInt32(third >> 32))
    eight(fourth)
    dashFour(UInt32(hexadecimal(UInt32(id.homeSlot)) >> 32))
  }

  private mutating func eight(_ characters: UInt64) {
    store(characters)
  }

  private mutating func dashFour(_ characters: UInt32) {
    uint8(UInt8(ascii: "-"))
    store(characters)
  }
}

/// The eight hexadecimal digits of a number, the most significant one in the lowest byte. All eight are made at once:
/// the nibbles are spread to a byte each, and those above nine are lifted from behind "9" to "a".
func hexadecimal(_ value: UInt32) -> UInt64 {
  var spread = UInt64(value)
  spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
  spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
  spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
  let aboveNine = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
  let characters = spread &+ 0x3030_3030_3030_3030 &+ aboveNine &* 0x27
  return characters.byteSwapped
}
