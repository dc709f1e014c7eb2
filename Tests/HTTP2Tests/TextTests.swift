import Basics
import Testing

@testable import HTTP2

@Suite("gRPC's texts")
struct TextTests {
  @Test(
    "grpc-timeout is read in every unit",
    arguments: [
      ("1H", 3_600_000_000_000), ("2M", 120_000_000_000), ("5S", 5_000_000_000), ("100m", 100_000_000), ("7u", 7_000),
      ("9n", 9), ("0S", 0), ("00000001S", 1_000_000_000), ("99999999H", UInt64.max),
    ] as [(String, UInt64)])
  func timeouts(text: String, nanoseconds: UInt64) {
    let value = GRPCTimeout.parse(Array(text.utf8).rawSpan)
    #expect(value == nanoseconds)
  }

  @Test(
    "a malformed grpc-timeout is refused",
    arguments: ["", "S", "5", "5s", "-1S", "+1S", " 1S", "1 S", "1.5S", "123456789S", "１S"])
  func malformedTimeouts(text: String) {
    let value = GRPCTimeout.parse(Array(text.utf8).rawSpan)
    #expect(value == nil)
  }

  @Test("a timeout that is written is read back, never shorter and hardly longer")
  func timeoutRoundTrip() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<10_000 {
      let nanoseconds = random.next() >> UInt64(random.below(64))
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
        unsafe count = buffer.baseAddress.map { unsafe GRPCTimeout.write(nanoseconds, to: $0) } ?? 0
      }
      #expect(bytes.count <= 9)
      let back = GRPCTimeout.parse(bytes.rawSpan)
      let value = try #require(back)
      let capped = min(nanoseconds, 99_999_999_000_000_000)
      #expect(value >= capped && value <= capped + max(1_000, capped / 50))
    }
  }

  @Test("a message survives percent-encoding, and only printable bytes are sent")
  func percentRoundTrip() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<2_000 {
      let bytes = (0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var encoded = StreamBuffer()
      GRPCText.percentEncode(bytes.rawSpan, into: &encoded)
      let text = unsafe [UInt8](encoded.bytes)
      #expect(text.allSatisfy { $0 >= 0x20 && $0 <= 0x7E })
      let back = GRPCText.percentDecode(text.rawSpan)
      #expect(back == bytes)
    }
  }

  @Test(
    "a percent sign that encodes nothing stands for itself",
    arguments: [("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("a%20b", "a b"), ("%41%", "A%")])
  func percentLiteral(text: String, expected: String) {
    let decoded = GRPCText.percentDecode(Array(text.utf8).rawSpan)
    #expect(decoded == Array(expected.utf8))
  }

  @Test("binary values survive base64, with padding or without")
  func base64RoundTrip() {
    var random = SeededGenerator(seed: 9)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var encoded = StreamBuffer()
      GRPCText.base64Encode(bytes.rawSpan, into: &encoded)
      let text = unsafe [UInt8](encoded.bytes)
      let back = GRPCText.base64Decode(text.rawSpan)
      #expect(back == bytes)
      let padded = text + [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
      let backPadded = GRPCText.base64Decode(padded.rawSpan)
      #expect(backPadded == bytes)
    }
  }

  @Test("known base64", arguments: [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
  func base64Known(text: String, expected: String) {
    var encoded = StreamBuffer()
    GRPCText.base64Encode(Array(text.utf8).rawSpan, into: &encoded)
    let bytes = unsafe [UInt8](encoded.bytes)
    #expect(bytes == Array(expected.utf8))
  }

  @Test("what is not base64 is refused", arguments: ["A", "A===", "Zm9v!", "Z g", "Zg=a"])
  func base64Malformed(text: String) {
    let decoded = GRPCText.base64Decode(Array(text.utf8).rawSpan)
    #expect(decoded == nil)
  }

  @Test("a method is found by its bytes and nothing else is")
  func methods() {
    let table = MethodTable((0..<300).map { .init("/holdfast.v1.Service\($0 / 10)/Method\($0)", .unary) })
    for index in 0..<300 {
      let path = Array("/holdfast.v1.Service\(index / 10)/Method\(index)".utf8)
      let found = table.find(path.rawSpan)
      #expect(found == MethodID(rawValue: UInt16(index)))
      let longer = table.find((path + [0]).rawSpan)
      let shorter = table.find(Array(path.dropLast(4)).rawSpan)
      #expect(longer == nil && shorter == nil)
    }
    let nothing: [UInt8] = []
    let found = MethodTable([]).find(nothing.rawSpan)
    #expect(found == nil)
  }
}
