internal import Basics

/// The two encodings that gRPC uses in header values: percent-encoding for `grpc-message`, and base64 for binary
/// fields. Both decoders take any bytes.
enum GRPCText {
  private static let hexadecimal: StaticString = "0123456789ABCDEF"
  private static let base64: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  /// Everything outside space...~, and `%` itself, becomes %XX.
  static func percentEncode(_ text: RawSpan, into target: inout StreamBuffer) {
    unsafe text.withUnsafeBytes { bytes in
      unsafe target.append(atMost: 3 * bytes.count) { place in
        var written = 0
        for index in 0..<bytes.count {
          let byte = unsafe bytes[index]
          if byte >= 0x20, byte <= 0x7E, byte != UInt8(ascii: "%") {
            unsafe place[written] = byte
            written &+= 1
          } else {
            unsafe place[written] = UInt8(ascii: "%")
            unsafe place[written &+ 1] = hexadecimal.utf8Start[Int(byte >> 4)]
            unsafe place[written &+ 2] = hexadecimal.utf8Start[Int(byte & 15)]
            written &+= 3
          }
        }
        return written
      }
    }
  }

  /// A `%` that no two hexadecimal digits follow stands for itself.
  static func percentDecode(_ text: RawSpan) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.byteCount)
    var offset = 0
    while offset < text.byteCount {
      let byte = text[byte: offset]
      if byte == UInt8(ascii: "%"), offset + 2 < text.byteCount,
        let high = hexadecimalValue(text[byte: offset + 1]), let low = hexadecimalValue(text[byte: offset + 2])
      {
        decoded.append(high << 4 | low)
        offset += 3
      } else {
        decoded.append(byte)
        offset += 1
      }
    }
    return decoded
  }

  private static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// Without padding, as gRPC recommends.
  static func base64Encode(_ bytes: RawSpan, into target: inout StreamBuffer) {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe target.append(atMost: (bytes.count + 2) / 3 * 4) { place in
        let digits = unsafe base64.utf8Start
        var (read, written) = (0, 0)
        while bytes.count &- read >= 3 {
          let bits = unsafe UInt32(bytes[read]) << 16 | UInt32(bytes[read &+ 1]) << 8 | UInt32(bytes[read &+ 2])
          unsafe place[written] = digits[Int(bits >> 18)]
          unsafe place[written &+ 1] = digits[Int(bits >> 12 & 63)]
          unsafe place[written &+ 2] = digits[Int(bits >> 6 & 63)]
          unsafe place[written &+ 3] = digits[Int(bits & 63)]
          read &+= 3
          written &+= 4
        }
        guard read < bytes.count else { return written }
        let isLast = read + 1 == bytes.count
        let bits = unsafe UInt32(bytes[read]) << 16 | (isLast ? 0 : UInt32(bytes[read + 1]) << 8)
        unsafe place[written] = digits[Int(bits >> 18)]
        unsafe place[written + 1] = digits[Int(bits >> 12 & 63)]
        if isLast { return written + 2 }
        unsafe place[written + 2] = digits[Int(bits >> 6 & 63)]
        return written + 3
      }
    }
  }

  /// With or without padding; `nil` when it is not base64.
  static func base64Decode(_ text: RawSpan) -> [UInt8]? {
    var end = text.byteCount
    while end > 0, text.byteCount - end < 2, text[byte: end - 1] == UInt8(ascii: "=") { end -= 1 }
    if end % 4 == 1 { return nil }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(end * 3 / 4)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for offset in 0..<end {
      guard let value = base64Value(text[byte: offset]) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        decoded.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    return decoded
  }

  private static func base64Value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
