package import Basics

extension ByteWriter {
  /// A varint field. Its value must have been found to differ from the default, here and below.
  package mutating func field(_ tag: UInt32, varint value: UInt64) {
    varint(UInt64(tag))
    varint(value)
  }

  package mutating func field(_ tag: UInt32, varint value: Int64) { field(tag, varint: UInt64(bitPattern: value)) }
  /// Negative numbers are ten bytes long, as if they were 64 bits wide.
  package mutating func field(_ tag: UInt32, varint value: Int32) { field(tag, varint: Int64(value)) }
  package mutating func field(_ tag: UInt32, varint value: UInt32) { field(tag, varint: UInt64(value)) }
  package mutating func field(_ tag: UInt32, varint value: Bool) { field(tag, varint: value ? 1 : 0 as UInt64) }

  package mutating func field(_ tag: UInt32, text value: String) {
    varint(UInt64(tag))
    prefixed(value)
  }

  package mutating func field(_ tag: UInt32, bytes value: [UInt8]) {
    varint(UInt64(tag))
    prefixed(value)
  }

  package mutating func field(_ tag: UInt32, bytes value: borrowing RawSpan) {
    varint(UInt64(tag))
    prefixed(value)
  }

  package mutating func field(_ tag: UInt32, message value: some ProtobufMessage) {
    let start = beginDelimited(tag)
    value.encode(into: &self)
    endDelimited(start)
  }

  /// The entries of a map from text to text, in the order of their keys. An entry has its key and its value even when
  /// they are empty, as other implementations write them.
  package mutating func field(_ tag: UInt32, map: [String: String]) {
    for (key, value) in map.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      let start = beginDelimited(tag)
      field(1 << 3 | 2, text: key)
      field(2 << 3 | 2, text: value)
      endDelimited(start)
    }
  }

  package mutating func zigzag32(_ value: Int32) { zigzag(Int64(value)) }

  /// Starts a length-delimited value whose length is not known yet, keeping one byte for it. Answers where the value
  /// starts, for ``endDelimited(_:)``.
  package mutating func beginDelimited(_ tag: UInt32) -> Int {
    varint(UInt64(tag))
    bytes.append(0)
    return bytes.count
  }

  /// Writes the length of what was appended since `start`. Most values are shorter than 128 bytes; a longer one is
  /// moved up to make room for the rest of its length.
  package mutating func endDelimited(_ start: Int) {
    let length = bytes.count &- start
    if length < 0x80 {
      bytes[start &- 1] = UInt8(truncatingIfNeeded: length)
    } else {
      patchLongLength(length, at: start)
    }
  }

  private mutating func patchLongLength(_ length: Int, at start: Int) {
    var room = 0
    while length >> (7 * (room + 1)) > 0 { room += 1 }
    for _ in 0..<room { bytes.append(0) }
    unsafe bytes.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe (base + start + room).copyMemory(from: base + start, byteCount: length)
    }
    for index in 0...room {
      let group = UInt8(truncatingIfNeeded: length >> (7 * index)) & 0x7F
      bytes[start - 1 + index] = index < room ? group | 0x80 : group
    }
  }
}
