/// Appends little-endian values to a byte array that it owns. The counterpart of ``ByteReader``.
///
/// A writer is reused: `removeAll()` keeps the capacity, so a warm writer allocates nothing.
public struct ByteWriter: Sendable {
  public var bytes: [UInt8]

  @inlinable public init(capacity: Int = 0) {
    bytes = []
    if capacity > 0 { bytes.reserveCapacity(capacity) }
  }

  @inlinable public var count: Int { bytes.count }
  @inlinable public var isEmpty: Bool { bytes.isEmpty }
  @inlinable public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// What was written, in an array of just that size; the writer can be used again without a copy.
  @inlinable public func copiedBytes() -> [UInt8] { bytes.rawSpan.copied() }

  @inlinable
  mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  @inlinable public mutating func uint8(_ value: UInt8) { bytes.append(value) }
  @inlinable public mutating func uint16(_ value: UInt16) { store(value) }
  @inlinable public mutating func uint32(_ value: UInt32) { store(value) }
  @inlinable public mutating func uint64(_ value: UInt64) { store(value) }
  @inlinable public mutating func int64(_ value: Int64) { store(value) }

  /// Most significant byte first, as keys are stored so that they sort.
  @inlinable public mutating func bigEndianUInt64(_ value: UInt64) { store(value.byteSwapped) }
  @inlinable public mutating func bigEndianUInt32(_ value: UInt32) { store(value.byteSwapped) }

  /// LEB128, as protobuf's `varint`.
  @inlinable
  public mutating func varint(_ value: UInt64) {
    if value < 0x80 { return bytes.append(UInt8(truncatingIfNeeded: value)) }
    write(atMost: BytePen.varintMax) { $0.varint(value) }
  }

  /// Signed, zig-zag: small magnitudes of either sign are short.
  @inlinable
  public mutating func zigzag(_ value: Int64) { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

  @inlinable
  public mutating func uniqueID(_ id: UniqueID) {
    bigEndianUInt64(id.high)
    bigEndianUInt64(id.low)
  }

  @inlinable
  public mutating func append(_ span: borrowing RawSpan) {
    unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  @inlinable
  public mutating func append(_ array: [UInt8]) { bytes.append(contentsOf: array) }

  /// A varint length, then the bytes.
  @inlinable
  public mutating func prefixed(_ span: borrowing RawSpan) {
    varint(UInt64(span.byteCount))
    append(span)
  }

  @inlinable
  public mutating func prefixed(_ array: [UInt8]) {
    varint(UInt64(array.count))
    append(array)
  }

  public mutating func prefixed(_ text: String) {
    varint(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Overwrites four bytes written before, for a length or checksum known only afterwards.
  @inlinable
  public mutating func patchUInt32(_ value: UInt32, at offset: Int) {
    invariant(offset >= 0 && offset + 4 <= bytes.count, "patch outside the written bytes")
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(index * 8)) }
  }
}
