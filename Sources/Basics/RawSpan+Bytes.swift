extension RawSpan {
  /// The byte at an offset that the caller has checked.
  @inlinable
  public subscript(byte offset: Int) -> UInt8 {
    invariant(offset >= 0 && offset < byteCount, "offset outside the span")
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// A copy of the bytes.
  @inlinable
  public func copied() -> [UInt8] {
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }

  @inlinable
  public func elementsEqual(_ other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    var offset = 0
    while offset &+ 8 <= byteCount {
      let mine = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
      guard unsafe mine == other.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self) else {
        return false
      }
      offset &+= 8
    }
    while offset < byteCount {
      guard self[byte: offset] == other[byte: offset] else { return false }
      offset &+= 1
    }
    return true
  }

  /// Whether the bytes are the same, found out in a time that tells nothing about them but their number. For secrets.
  public func equalsInConstantTime(_ other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    var difference: UInt8 = 0
    for offset in 0..<byteCount { difference |= self[byte: offset] ^ other[byte: offset] }
    return difference == 0
  }
}

extension Array where Element == UInt8 {
  /// The array's bytes, borrowed for as long as the array is.
  @inlinable
  public var rawSpan: RawSpan {
    @_lifetime(borrow self)
    get { unsafe span.bytes }
  }
}

extension String {
  /// The text in `bytes`, which must be valid UTF-8.
  public init(validating bytes: borrowing RawSpan) throws(DecodeError) {
    let text = unsafe bytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
    guard let text else { throw .malformedText }
    self = text
  }
}
