internal import Basics

/// Writes fields into the spare room of a ``ByteWriter``, whose size was reckoned before: one growth check for a group
/// of fields in place of one for each byte. Writing past that room is a bug and stops the process.
@safe
struct FieldPen: ~Copyable {
  private let start: UnsafeMutableRawPointer
  private var place: UnsafeMutableRawPointer
  private let end: UnsafeMutableRawPointer

  fileprivate init(_ room: UnsafeMutableRawBufferPointer) {
    guard let base = room.baseAddress else { invariantViolated("no room to write into") }
    unsafe start = base
    unsafe place = base
    unsafe end = base + room.count
  }

  /// How many bytes were written.
  var count: Int { unsafe place - start }

  private mutating func take(_ count: Int) -> UnsafeMutableRawPointer {
    invariant(unsafe end - place >= count, "more was written than was reckoned")
    let taken = unsafe place
    unsafe place += count
    return unsafe taken
  }

  mutating func byte(_ value: UInt8) { unsafe take(1).storeBytes(of: value, as: UInt8.self) }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      byte(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    byte(UInt8(truncatingIfNeeded: rest))
  }

  /// A varint field that is left out when it is zero. Tags here have one byte.
  mutating func field(_ tag: UInt8, varint value: UInt64) {
    guard value != 0 else { return }
    byte(tag)
    varint(value)
  }

  /// A text or message field that is left out when it is empty.
  mutating func field(_ tag: UInt8, bytes: RawSpan) {
    guard bytes.byteCount > 0 else { return }
    byte(tag)
    varint(UInt64(bytes.byteCount))
    append(bytes)
  }

  mutating func append(_ bytes: RawSpan) {
    guard bytes.byteCount > 0 else { return }
    let target = unsafe UnsafeMutableRawBufferPointer(start: take(bytes.byteCount), count: bytes.byteCount)
    unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
  }

  /// The text of an id, as ``ResourceID`` has it.
  mutating func field(_ tag: UInt8, id: ResourceID) {
    byte(tag)
    byte(UInt8(ResourceID.textLength))
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
    unsafe take(8).storeBytes(of: characters.littleEndian, as: UInt64.self)
  }

  private mutating func dashFour(_ characters: UInt32) {
    byte(UInt8(ascii: "-"))
    unsafe take(4).storeBytes(of: characters.littleEndian, as: UInt32.self)
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

extension ByteWriter {
  /// Lets `body` write up to `count` bytes without further growth.
  mutating func write(atMost count: Int, _ body: (inout FieldPen) -> Void) {
    bytes.append(addingCapacity: count) { span in
      unsafe span.withUnsafeMutableBufferPointer { buffer, initializedCount in
        let room = unsafe UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[initializedCount...])
        var pen = unsafe FieldPen(room)
        body(&pen)
        initializedCount += pen.count
      }
    }
  }
}
