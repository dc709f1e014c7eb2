internal import Basics
internal import Glibc

/// One change where it lies in a ``ChangeBuffer``; valid as long as that does not change. The bytes were checked when
/// they were added.
@unsafe struct BufferedChange {
  static let putTag: UInt8 = 0x01
  static let deleteRangeTag: UInt8 = 0x0F

  let start: UnsafeRawPointer
  let end: UnsafeRawPointer
  let tag: UInt8
  let key: UnsafeRawBufferPointer
  /// The value of a put, the end of a range delete.
  let value: UnsafeRawBufferPointer

  @inline(__always)
  init(at start: UnsafeRawPointer) {
    unsafe self.start = unsafe start
    unsafe tag = unsafe start.load(as: UInt8.self)
    var next = unsafe start + 1
    unsafe key = unsafe Self.prefixed(&next)
    unsafe value = unsafe tag == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : Self.prefixed(&next)
    unsafe end = unsafe next
  }

  var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: start.distance(to: end)) }

  /// Whether this range delete deletes the key.
  func covers(_ other: UnsafeRawBufferPointer) -> Bool {
    unsafe !other.isBefore(key) && other.isBefore(value)
  }

  /// Bytes behind a varint length.
  @inline(__always)
  private static func prefixed(_ next: inout UnsafeRawPointer) -> UnsafeRawBufferPointer {
    var count = Int(unsafe next.load(as: UInt8.self))
    unsafe next += 1
    if count >= 0x80 {
      count &= 0x7F
      var shift = 7
      while true {
        let byte = Int(unsafe next.load(as: UInt8.self))
        unsafe next += 1
        count |= (byte & 0x7F) << shift
        if byte < 0x80 { break }
        shift += 7
      }
    }
    defer { unsafe next += count }
    return unsafe UnsafeRawBufferPointer(start: next, count: count)
  }
}

extension UnsafeRawBufferPointer {
  /// Less than zero, zero or more, as this lies before, equals, or lies behind `other`: byte by byte, then by length.
  func order(to other: UnsafeRawBufferPointer) -> Int {
    let shared = Swift.min(count, other.count)
    if shared > 0, let left = baseAddress, let right = other.baseAddress {
      let order = unsafe memcmp(left, right, shared)
      if order != 0 { return Int(order) }
    }
    return count - other.count
  }

  func isBefore(_ other: UnsafeRawBufferPointer) -> Bool { unsafe order(to: other) < 0 }

  func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
    unsafe count == other.count && order(to: other) == 0
  }
}

/// A change to be sorted by its key, with the key's first bytes as numbers, because that is nearly all that comparing
/// looks at.
@unsafe struct SortableChange {
  let words: (UInt64, UInt64, UInt64)
  let start: UnsafeRawPointer

  init(_ change: BufferedChange) {
    unsafe start = unsafe change.start
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { words in
      unsafe words.copyMemory(from: UnsafeRawBufferPointer(rebasing: change.key.prefix(24)))
    }
    unsafe self.words = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian)
  }

  var change: BufferedChange { unsafe BufferedChange(at: start) }

  static func isBefore(_ left: SortableChange, _ right: SortableChange) -> Bool {
    if unsafe left.words.0 != right.words.0 { return unsafe left.words.0 < right.words.0 }
    if unsafe left.words.1 != right.words.1 { return unsafe left.words.1 < right.words.1 }
    if unsafe left.words.2 != right.words.2 { return unsafe left.words.2 < right.words.2 }
    return unsafe left.change.key.isBefore(right.change.key)
  }
}
