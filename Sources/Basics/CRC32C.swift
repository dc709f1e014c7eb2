internal import CChecksum

/// The Castagnoli cyclic redundancy check (RFC 3720, appendix B.4): reflected polynomial 0x82F63B78, initial value and
/// final exclusive-or of all ones. By the processor's instruction; where there is none, eight bytes a step by table
/// ("slicing by 8", Kounavis and Berry, 2005).
public struct CRC32C: Sendable {
  @usableFromInline var state: UInt32 = .max

  @inlinable public init() {}

  @inlinable public var value: UInt32 { ~state }

  public static func checksum(_ bytes: borrowing RawSpan) -> UInt32 {
    var crc = CRC32C()
    crc.update(bytes)
    return crc.value
  }

  /// As if a single zero byte had been given: a separator between two texts that hold none.
  public mutating func updateZeroByte() {
    state = state >> 8 ^ crcTables[Int(state & 0xFF)]
  }

  public mutating func update(_ bytes: borrowing RawSpan) {
    guard hasInstruction else { return updateByTable(bytes) }
    state = unsafe bytes.withUnsafeBytes { unsafe cchecksum_update(state, $0.baseAddress, $0.count) }
  }

  mutating func updateByTable(_ bytes: borrowing RawSpan) {
    let tables = crcTables.span
    var crc = state
    var offset = 0
    let count = bytes.byteCount
    while count &- offset >= 8 {
      let word = unsafe UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
      let mixed = word ^ UInt64(crc)
      crc = 0
      for lane in 0..<8 {
        let index = (7 &- lane) &* 256 &+ Int(mixed >> UInt64(lane &* 8) & 0xFF)
        crc ^= unsafe tables[unchecked: index]
      }
      offset &+= 8
    }
    while offset < count {
      let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
      crc = unsafe crc >> 8 ^ tables[unchecked: Int((crc ^ UInt32(byte)) & 0xFF)]
      offset &+= 1
    }
    state = crc
  }
}

private let hasInstruction = cchecksum_has_instruction() != 0

/// Table `k` (of 8, one behind the other) holds the effect of a byte followed by `k` zero bytes.
private let crcTables: [UInt32] = {
  var tables = [UInt32](repeating: 0, count: 8 * 256)
  for byte in 0..<256 {
    var value = UInt32(byte)
    for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    tables[byte] = value
  }
  for table in 1..<8 {
    for byte in 0..<256 {
      let previous = tables[(table - 1) * 256 + byte]
      tables[table * 256 + byte] = previous >> 8 ^ tables[Int(previous & 0xFF)]
    }
  }
  return tables
}()
