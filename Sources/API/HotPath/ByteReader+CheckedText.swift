package import Basics

extension ByteReader {
  /// A text, borrowed, after a check that it is UTF-8.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  package mutating func checkedText() throws(DecodeError) -> RawSpan {
    let text = try delimited()
    guard text.isUTF8 else { throw .malformedText }
    return text
  }
}

extension RawSpan {
  /// Whether the bytes are UTF-8. Plain ASCII, the common case, is found out eight bytes at a time.
  package var isUTF8: Bool {
    var offset = 0
    var high: UInt64 = 0
    while byteCount &- offset >= 8 {
      high |= unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
      offset &+= 8
    }
    while offset < byteCount {
      high |= UInt64(unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
      offset &+= 1
    }
    return high & 0x8080_8080_8080_8080 == 0 || isGeneralUTF8
  }

  @inline(never)
  private var isGeneralUTF8: Bool {
    let units = Span<UInt8>(_bytes: self)
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: units)
      return true
    } catch {
      return false
    }
  }
}
