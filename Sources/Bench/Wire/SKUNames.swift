internal import Basics

/// What the SKUs of a run are called: a prefix, a dash and the index in eight digits. All names are equally long, so a
/// request for another SKU differs in eight bytes.
struct SKUNames: Equatable, Sendable {
  static let digits = 8

  let prefix: String
  let byteCount: Int

  init(prefix: String) {
    self.prefix = prefix
    byteCount = prefix.utf8.count + 1 + Self.digits
  }

  func name(_ index: Int) -> String {
    let number = String(index)
    return prefix + "-" + String(repeating: "0", count: max(0, Self.digits - number.count)) + number
  }

  /// Whether a name begins with this prefix and has this form.
  func isOurs(_ name: borrowing RawSpan) -> Bool {
    guard name.byteCount == byteCount else { return false }
    var offset = 0
    for byte in prefix.utf8 {
      guard unsafe name.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) == byte else { return false }
      offset += 1
    }
    return true
  }

  /// The index in a name, or `nil` for a name of another form. The prefix is not compared, except for its length.
  func index(in name: borrowing RawSpan) -> Int? {
    guard name.byteCount == byteCount else { return nil }
    var index = 0
    for offset in (byteCount - Self.digits)..<byteCount {
      let digit = unsafe name.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      index = index &* 10 &+ Int(digit)
    }
    return index
  }
}
