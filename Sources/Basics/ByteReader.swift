/// Why bytes could not be read as what they claim to be.
public enum DecodeError: Error, Equatable, Sendable {
  /// Fewer bytes are left than the value needs.
  case truncated
  /// A variable-length integer is longer than ten bytes or does not fit its type.
  case malformedInteger
  /// A tag, version or enumeration value that this reader does not know.
  case unknownTag(UInt64)
  /// A claimed length is beyond the limit of its field.
  case tooLong(length: UInt64, limit: UInt64)
  /// More elements than the field may have.
  case tooManyElements(field: String, limit: Int)
  /// Text that is not UTF-8.
  case malformedText
  /// Bytes are left over after the value.
  case trailingBytes(Int)
  /// Well formed, but not a value that may stand here.
  case invalid(String)
}

/// Reads little-endian values in order from borrowed bytes. Every read is checked against the end; nothing traps and
/// nothing is allocated by a claimed length.
public struct ByteReader: ~Escapable {
  public let bytes: RawSpan
  @usableFromInline var position: Int = 0

  @inlinable
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { self.bytes = bytes }

  /// How many bytes were read so far.
  @inlinable public var offset: Int { position }
  @inlinable public var remaining: Int { bytes.byteCount &- position }
  @inlinable public var isAtEnd: Bool { position == bytes.byteCount }

  @inlinable
  @_lifetime(self: copy self)
  mutating func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) throws(DecodeError) -> T {
    let size = MemoryLayout<T>.size
    guard remaining >= size else { throw .truncated }
    let value = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: T.self)
    position &+= size
    return T(littleEndian: value)
  }

  @inlinable @_lifetime(self: copy self)
  public mutating func uint8() throws(DecodeError) -> UInt8 { try load(UInt8.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func uint16() throws(DecodeError) -> UInt16 { try load(UInt16.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func uint32() throws(DecodeError) -> UInt32 { try load(UInt32.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func uint64() throws(DecodeError) -> UInt64 { try load(UInt64.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func int64() throws(DecodeError) -> Int64 { try load(Int64.self) }

  /// Reads the eight bytes most significant first, as keys store them so that they sort.
  @inlinable @_lifetime(self: copy self)
  public mutating func bigEndianUInt64() throws(DecodeError) -> UInt64 { try load(UInt64.self).byteSwapped }
  @inlinable @_lifetime(self: copy self)
  public mutating func bigEndianUInt32() throws(DecodeError) -> UInt32 { try load(UInt32.self).byteSwapped }

  /// A LEB128 integer, as protobuf's `varint`: at most ten bytes.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func varint() throws(DecodeError) -> UInt64 {
    // Tags, lengths and small counts are one byte.
    let first = try load(UInt8.self)
    return first < 0x80 ? UInt64(first) : try varint(after: first)
  }

  /// The rest of an integer of several bytes.
  @inlinable @inline(never) @_lifetime(self: copy self)
  mutating func varint(after first: UInt8) throws(DecodeError) -> UInt64 {
    var value = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while true {
      let byte = try load(UInt8.self)
      if shift == 63 && byte > 1 { throw .malformedInteger }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
      if shift > 63 { throw .malformedInteger }
    }
  }

  /// A signed integer in zig-zag form: small magnitudes of either sign are short.
  @inlinable @_lifetime(self: copy self)
  public mutating func zigzag() throws(DecodeError) -> Int64 {
    let raw = try varint()
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  /// Sixteen bytes in network order.
  @inlinable @_lifetime(self: copy self)
  public mutating func uniqueID() throws(DecodeError) -> UniqueID {
    let high = try bigEndianUInt64()
    return UniqueID(high: high, low: try bigEndianUInt64())
  }

  /// The next `count` bytes, borrowed.
  @inlinable
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func span(count: Int) throws(DecodeError) -> RawSpan {
    guard count >= 0, remaining >= count else { throw .truncated }
    let start = position
    position &+= count
    return unsafe bytes.extracting(unchecked: start..<position)
  }

  /// Bytes behind a varint length, borrowed; a length above `limit` is refused before anything is read.
  @inlinable
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func prefixedSpan(limit: Int) throws(DecodeError) -> RawSpan {
    let length = try varint()
    guard length <= UInt64(limit) else { throw .tooLong(length: length, limit: UInt64(limit)) }
    return try span(count: Int(length))
  }

  /// UTF-8 text behind a varint length.
  @_lifetime(self: copy self)
  public mutating func prefixedText(limit: Int) throws(DecodeError) -> String {
    let span = try prefixedSpan(limit: limit)
    return try String(validating: span)
  }

  @inlinable @_lifetime(self: copy self)
  public mutating func skip(_ count: Int) throws(DecodeError) {
    guard count >= 0, remaining >= count else { throw .truncated }
    position &+= count
  }

  /// Throws unless everything was read.
  @inlinable
  public func finish() throws(DecodeError) {
    guard isAtEnd else { throw .trailingBytes(remaining) }
  }
}
