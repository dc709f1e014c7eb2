internal import Basics

/// Places in a message whose text changes from call to call while its length stays. Writing there is all that a call
/// costs to encode.
extension Array where Element == UInt8 {
  /// Writes an id's canonical text.
  mutating func replace(at offset: Int, with id: UniqueID) {
    invariant(offset >= 0 && offset + UniqueID.textLength <= count, "an id outside its message")
    unsafe withUnsafeMutableBufferPointer { buffer in
      guard var place = buffer.baseAddress else { return }
      unsafe place += offset
      unsafe writeHexadecimal(id.high >> 32, digits: 8, to: place)
      unsafe writeHexadecimal(id.high >> 16, digits: 4, to: place + 9)
      unsafe writeHexadecimal(id.high, digits: 4, to: place + 14)
      unsafe writeHexadecimal(id.low >> 48, digits: 4, to: place + 19)
      unsafe writeHexadecimal(id.low, digits: 12, to: place + 24)
    }
  }

  /// Writes a SKU's index in eight digits.
  mutating func replace(at offset: Int, withSKU index: Int) {
    var rest = UInt32(truncatingIfNeeded: index)
    for place in (offset..<(offset + SKUNames.digits)).reversed() {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      self[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
  }

  /// Writes the four hexadecimal digits at the end of a hold's id.
  mutating func replace(at offset: Int, withSuffix suffix: UInt16) {
    for digit in 0..<4 {
      self[offset + digit] = hexadecimalCharacter(UInt8(truncatingIfNeeded: suffix >> UInt16(12 - 4 * digit)) & 15)
    }
  }

  /// Where two encodings of the same length begin to differ: the place of the one text that differs.
  static func firstDifference(_ first: [UInt8], _ second: [UInt8]) -> Int {
    invariant(first.count == second.count, "texts of one length make messages of different lengths")
    guard let offset = first.indices.first(where: { first[$0] != second[$0] }) else {
      invariantViolated("two messages that should differ do not")
    }
    return offset
  }
}

@inline(__always)
private func writeHexadecimal(_ value: UInt64, digits: Int, to place: UnsafeMutablePointer<UInt8>) {
  var rest = value
  var digit = digits
  while digit > 0 {
    digit &-= 1
    unsafe place[digit] = hexadecimalCharacter(UInt8(truncatingIfNeeded: rest) & 15)
    rest >>= 4
  }
}
