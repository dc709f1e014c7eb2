internal import Basics

/// `grpc-timeout`: one to eight decimal digits and a unit, H, M, S, m, u or n.
package enum GRPCTimeout {
  /// The time in nanoseconds (saturating), or `nil` when it is malformed.
  package static func parse(_ text: RawSpan) -> UInt64? {
    let count = text.byteCount
    guard count >= 2, count <= 9 else { return nil }
    var value: UInt64 = 0
    for offset in 0..<count - 1 {
      let digit = text[byte: offset] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + UInt64(digit)
    }
    let unit: UInt64
    switch text[byte: count - 1] {
    case UInt8(ascii: "H"): unit = 3_600_000_000_000
    case UInt8(ascii: "M"): unit = 60_000_000_000
    case UInt8(ascii: "S"): unit = 1_000_000_000
    case UInt8(ascii: "m"): unit = 1_000_000
    case UInt8(ascii: "u"): unit = 1_000
    case UInt8(ascii: "n"): unit = 1
    default: return nil
    }
    let (product, overflow) = value.multipliedReportingOverflow(by: unit)
    return overflow ? .max : product
  }

  /// Writes a time in the coarsest unit that tells it exactly or, where eight digits do not suffice, rounded up.
  /// Answers how many bytes it wrote, at most nine; `target` has room for them.
  static func write(_ nanoseconds: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let second: UInt64 = 1_000_000_000
    let millisecond: UInt64 = 1_000_000
    let microsecond: UInt64 = 1_000
    if nanoseconds % second == 0 { return unsafe write(nanoseconds / second, UInt8(ascii: "S"), to: target) }
    if nanoseconds % millisecond == 0, nanoseconds / millisecond <= countMax {
      return unsafe write(nanoseconds / millisecond, UInt8(ascii: "m"), to: target)
    }
    if nanoseconds / microsecond < countMax {
      let roundedUp = (nanoseconds + microsecond - 1) / microsecond
      return unsafe write(roundedUp, UInt8(ascii: "u"), to: target)
    }
    if nanoseconds / millisecond < countMax {
      return unsafe write(nanoseconds / millisecond + 1, UInt8(ascii: "m"), to: target)
    }
    return unsafe write(nanoseconds / second + 1, UInt8(ascii: "S"), to: target)
  }

  private static let countMax: UInt64 = 99_999_999

  private static func write(_ value: UInt64, _ unit: UInt8, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let value = min(value, countMax)
    var digits = 1
    var power: UInt64 = 10
    while value >= power {
      digits += 1
      power *= 10
    }
    var rest = value
    for offset in (0..<digits).reversed() {
      unsafe target[offset] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    unsafe target[digits] = unit
    return digits + 1
  }
}
