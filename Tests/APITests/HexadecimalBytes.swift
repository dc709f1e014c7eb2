import Basics

/// The bytes that hexadecimal digits stand for; blanks are passed over.
func bytes(_ digits: some StringProtocol) -> [UInt8] {
  var result: [UInt8] = []
  var high: UInt8?
  for character in digits.utf8 where character != UInt8(ascii: " ") {
    guard let digit = hexadecimalDigit(character) else { fatalError("not a hexadecimal digit in a test") }
    if let first = high {
      result.append(first << 4 | digit)
      high = nil
    } else {
      high = digit
    }
  }
  return result
}
