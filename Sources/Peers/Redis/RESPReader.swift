internal import Basics

/// An answer of Redis, as far as a load looks at it. `RESP2`: https://redis.io/docs/latest/develop/reference/protocol-spec
enum RESPValue: Equatable, Sendable {
  case integer(Int64)
  case simple(String)
  case error(String)
  /// A bulk string; `nil` is Redis's null.
  case bulk([UInt8]?)
}

/// Takes the bytes of a connection as they come and gives the answers in them, in order. Arrays are not read: no command
/// that is sent answers with one.
///
///     answer := ":" integer CRLF | "+" text CRLF | "-" text CRLF | "$" length CRLF bytes CRLF | "$-1" CRLF
struct RESPReader {
  /// A line longer than this, or a bulk string, is no answer to anything that was asked.
  static let lengthMax = 1 << 20

  private var bytes: [UInt8] = []
  private var position = 0

  /// Adds what arrived.
  mutating func append(_ span: RawSpan) {
    if position == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      position = 0
    }
    unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// The next whole answer; `nil` until more arrives.
  mutating func next() throws(DecodeError) -> RESPValue? {
    guard let end = try lineEnd(from: position) else { return nil }
    let kind = bytes[position]
    let text = position + 1..<end
    switch kind {
    case UInt8(ascii: ":"):
      let value = try integer(text)
      position = end + 2
      return .integer(value)
    case UInt8(ascii: "+"):
      position = end + 2
      return .simple(String(decoding: bytes[text], as: UTF8.self))
    case UInt8(ascii: "-"):
      position = end + 2
      return .error(String(decoding: bytes[text], as: UTF8.self))
    case UInt8(ascii: "$"): return try bulk(length: try integer(text), from: end + 2)
    default: throw .unknownTag(UInt64(kind))
    }
  }

  private mutating func bulk(length: Int64, from start: Int) throws(DecodeError) -> RESPValue? {
    if length == -1 {
      position = start
      return .bulk(nil)
    }
    guard length >= 0, length <= Int64(Self.lengthMax) else { throw .malformedInteger }
    let end = start + Int(length)
    guard bytes.count >= end + 2 else { return nil }
    guard bytes[end] == UInt8(ascii: "\r"), bytes[end + 1] == UInt8(ascii: "\n") else {
      throw .invalid("a bulk string without its end")
    }
    position = end + 2
    return .bulk(Array(bytes[start..<end]))
  }

  /// Where the line that begins at `start` has its CRLF.
  private func lineEnd(from start: Int) throws(DecodeError) -> Int? {
    var place = start
    while place + 1 < bytes.count {
      if bytes[place] == UInt8(ascii: "\r"), bytes[place + 1] == UInt8(ascii: "\n") {
        guard place > start else { throw .invalid("an empty line") }
        return place
      }
      place += 1
    }
    guard bytes.count - start <= Self.lengthMax else {
      throw .tooLong(length: UInt64(bytes.count - start), limit: UInt64(Self.lengthMax))
    }
    return nil
  }

  private func integer(_ range: Range<Int>) throws(DecodeError) -> Int64 {
    let isNegative = bytes[range].first == UInt8(ascii: "-")
    let digits = isNegative ? range.dropFirst() : range
    guard !digits.isEmpty, digits.count <= 18 else { throw .malformedInteger }
    var value: Int64 = 0
    for place in digits {
      guard bytes[place] >= UInt8(ascii: "0"), bytes[place] <= UInt8(ascii: "9") else { throw .malformedInteger }
      value = value * 10 + Int64(bytes[place] - UInt8(ascii: "0"))
    }
    return isNegative ? -value : value
  }
}
