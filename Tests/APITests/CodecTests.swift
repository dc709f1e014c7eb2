import API
import Basics
import Testing

private typealias Every = TestMessages.Every
private typealias Inner = TestMessages.Inner

@Suite("The protobuf codec")
struct CodecTests {
  /// `protoc --decode` reads these bytes as these fields, and `protoc --encode` writes them so.
  private static let known: [(String, Every, String)] = [
    ("nothing", Every(), ""),
    ("double", Every(doubleValue: -1.5), "09 000000000000f8bf"),
    ("double -0", Every(doubleValue: -0.0), "09 0000000000000080"),
    ("float", Every(floatValue: 2.25), "15 00001040"),
    ("int64 -1", Every(int64Value: -1), "18 ffffffffffffffffff01"),
    ("int64 min", Every(int64Value: .min), "18 80808080808080808001"),
    ("uint64 max", Every(uint64Value: .max), "20 ffffffffffffffffff01"),
    ("int32 -2", Every(int32Value: -2), "28 feffffffffffffffff01"),
    ("fixed64", Every(fixed64Value: 1), "31 0100000000000000"),
    ("fixed32", Every(fixed32Value: 0x0102_0304), "3d 04030201"),
    ("bool", Every(boolValue: true), "40 01"),
    ("string", Every(stringValue: "Grüße"), "4a 07 4772c3bcc39f65"),
    ("bytes", Every(bytesValue: [0, 255]), "62 02 00ff"),
    ("uint32 max", Every(uint32Value: .max), "68 ffffffff0f"),
    ("enum", Every(color: .green), "70 02"),
    ("enum -1", Every(color: .infraRed), "70 ffffffffffffffffff01"),
    ("unknown enum", Every(color: .unrecognized(77)), "70 4d"),
    ("sfixed32", Every(sfixed32Value: -1), "7d ffffffff"),
    ("sfixed64", Every(sfixed64Value: -1), "8101 ffffffffffffffff"),
    ("sint32 min", Every(sint32Value: .min), "8801 ffffffff0f"),
    ("sint64 -1", Every(sint64Value: -1), "9001 01"),
    ("empty message", Every(inner: Inner()), "9a01 00"),
    ("nested", Every(inner: Inner(innermost: .init(in: 5))), "9a01 04 1a 02 08 05"),
    ("optional 0", Every(optionalInt64: 0), "a001 00"),
    ("optional empty", Every(optionalString: ""), "aa01 00"),
    ("optional false", Every(optionalBool: false), "b001 00"),
    ("packed", Every(manyInt64: [1, 128, -1]), "f201 0d 01 8001 ffffffffffffffffff01"),
    ("packed zig-zag", Every(manySint32: [-1, 1]), "fa01 02 01 02"),
    ("packed fixed", Every(manyFixed32: [7]), "8202 04 07000000"),
    ("packed enum", Every(manyColor: [.red, .infraRed]), "9a02 0b 01 ffffffffffffffffff01"),
    ("strings", Every(manyString: ["", "a"]), "a202 00 a202 01 61"),
    ("messages", Every(manyInner: [Inner(), Inner(value: 1)]), "b202 00 b202 02 08 01"),
    ("map", Every(facts: ["b": "2", "a": ""]), "ba02 05 0a 01 61 12 00 ba02 06 0a 01 62 12 01 32"),
    ("oneof 0", Every(choice: .number(0)), "c002 00"),
    ("oneof message", Every(choice: .message(Inner())), "d202 00"),
    ("largest number", Every(last: true), "f8ffffff0f 01"),
  ]

  @Test("each kind of field has its known bytes, both ways", arguments: known.indices)
  func knownBytes(index: Int) throws {
    let (name, message, digits) = Self.known[index]
    #expect(message.encoded() == bytes(digits), "\(name)")
    #expect(try Every(decoding: bytes(digits)) == message, "\(name)")
  }

  @Test(
    "what another encoder may write is read",
    arguments: [
      ("unpacked", "f001 01 f001 02", Every(manyInt64: [1, 2])),
      ("packed and not, in turn", "f001 01 f201 01 02", Every(manyInt64: [1, 2])),
      ("the last of a scalar wins", "18 01 18 02", Every(int64Value: 2)),
      ("a message given twice is merged", "9a01 02 08 01 9a01 03 12 01 61", Every(inner: Inner(value: 1, text: "a"))),
      (
        "an alternative given twice is merged", "d202 02 08 01 d202 03 12 01 61",
        Every(choice: .message(Inner(value: 1, text: "a")))
      ),
      ("another alternative replaces", "d202 02 08 01 c002 05", Every(choice: .number(5))),
      ("a 32-bit number is cut", "28 ffffffff9f01", Every(int32Value: -1)),
      ("any number but 0 is true", "40 8002", Every(boolValue: true)),
      ("a longer varint than needed", "18 8100", Every(int64Value: 1)),
      ("a longer tag than needed", "9800 05", Every(int64Value: 5)),
      ("the last of a key wins", "ba02 06 0a0161 120131 ba02 06 0a0161 120132", Every(facts: ["a": "2"])),
      ("an entry without key and value", "ba02 00", Every(facts: ["": ""])),
      ("unknown fields", "a03f 05 a13f 0102030405060708 a23f 02 0102 a53f 01020304 18 01", Every(int64Value: 1)),
      ("unknown groups", "a33f ab3f 08 01 ac3f a43f 18 01", Every(int64Value: 1)),
      ("a known number with another wire type", "1a 01 00 18 01", Every(int64Value: 1)),
    ])
  private func lenient(name: String, digits: String, message: Every) throws {
    #expect(try Every(decoding: bytes(digits)) == message, "\(name)")
  }

  @Test(
    "what is not a message is refused",
    arguments: [
      ("field number 0", "00 01", DecodeError.invalid("field number 0")),
      ("wire type 6", "1e", .unknownTag(0x1E)),
      ("wire type 7", "1f", .unknownTag(0x1F)),
      ("an end without a group", "1c", .unknownTag(0x1C)),
      ("another group's end", "a33f ac3f", .unknownTag(0x1FAC)),
      ("a group without end", "a33f 08 01", .truncated),
      ("a tag of six bytes", "988080808000 01", .malformedInteger),
      ("a tag of more than 32 bits", "98808080 10 01", .malformedInteger),
      ("a varint of eleven bytes", "18 8080808080808080808001", .malformedInteger),
      ("a varint of more than 64 bits", "18 80808080808080808002", .malformedInteger),
      ("text that is not UTF-8", "4a 02 c328", .malformedText),
      ("a surrogate as text", "4a 03 eda080", .malformedText),
      ("a key that is not UTF-8", "ba02 03 0a01ff", .malformedText),
      ("a length beyond the end", "4a 05 61", .truncated),
      ("a length of 2^63", "4a 80808080808080808001", .truncated),
      ("a length of 2^64 - 1", "62 ffffffffffffffffff01", .truncated),
      ("a packed number that is cut", "f201 01 80", .truncated),
      ("a packed fixed that is cut", "8202 03 000000", .truncated),
      ("one element too many", "b20200 b20200 b20200 b20200", .tooManyElements(field: "Every.many_inner", limit: 3)),
      (
        "one entry too many", "ba02030a0161 ba02030a0162 ba02030a0163 ba02030a0164 ba02030a0165",
        .tooManyElements(field: "Every.facts", limit: 4)
      ),
    ])
  func refused(name: String, digits: String, error: DecodeError) {
    #expect(throws: error, "\(name)") { try Every(decoding: bytes(digits)) }
  }

  @Test("packed elements are bounded like others")
  func packedBound() throws {
    let hundred = [UInt8](repeating: 1, count: 100)
    #expect(try Every(decoding: [0xF2, 0x01, 100] + hundred).manyInt64.count == 100)
    #expect(throws: DecodeError.tooManyElements(field: "Every.many_int64", limit: 100)) {
      try Every(decoding: [0xF2, 0x01, 101] + hundred + [1])
    }
  }

  @Test("groups nested beyond the bound are refused, and a million of them do no harm")
  func depthBomb() throws {
    let limit = ProtobufLimits.groupDepthMax
    let open: [UInt8] = [0xA3, 0x3F]
    let close: [UInt8] = [0xA4, 0x3F]
    func nested(_ depth: Int) -> [UInt8] {
      Array(repeatElement(open, count: depth).joined()) + Array(repeatElement(close, count: depth).joined())
    }
    #expect(try Every(decoding: nested(limit)) == Every())
    for depth in [limit + 1, 1_000_000] {
      #expect(throws: DecodeError.invalid("groups are nested too deep")) { try Every(decoding: nested(depth)) }
    }
  }

  @Test("a message cut at any byte is refused or is one of fewer fields, and never more")
  func truncation() {
    let whole = Every(
      doubleValue: 1, stringValue: "text", inner: Inner(value: 300, text: "x", innermost: .init(in: 7)),
      optionalString: "", manyInt64: [1, 300], manyString: ["a", "b"], manyInner: [Inner(value: 1)],
      facts: ["key": "value"], choice: .text("chosen"), last: true
    ).encoded()
    for count in 0..<whole.count {
      let cut = Array(whole.prefix(count))
      guard let message = try? Every(decoding: cut) else { continue }
      #expect(message.encoded() == cut, "cut at \(count)")
    }
  }

  @Test("lengths around each power of 128 are patched", arguments: [0, 1, 127, 128, 129, 16_383, 16_384, 2_097_152])
  func longLengths(count: Int) throws {
    let message = Every(inner: Inner(text: String(repeating: "x", count: count)))
    let encoded = message.encoded()
    #expect(try Every(decoding: encoded) == message)
    // One tag and length for the text, two tags and a length for the message.
    let textField = count == 0 ? 0 : 1 + varintBytes(count) + count
    #expect(encoded.count == 2 + varintBytes(textField) + textField)
  }

  private func varintBytes(_ value: Int) -> Int { value < 128 ? 1 : 1 + varintBytes(value / 128) }

  @Test("random bytes never trap, and what is accepted is stable under another round")
  func randomBytes() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<30_000 {
      let input = (0..<generator.below(40)).map { _ in
        generator.below(2) == 0 ? UInt8(truncatingIfNeeded: generator.next()) : UInt8(generator.below(24))
      }
      guard let message = try? Every(decoding: input) else { continue }
      let canonical = message.encoded()
      #expect(try Every(decoding: canonical).encoded() == canonical)
    }
  }

  @Test("an enumeration keeps what it does not know, and finds its names")
  func enumerations() {
    #expect(HoldState(rawValue: 2) == .active)
    #expect(HoldState(rawValue: 99) == .unrecognized(99))
    #expect(HoldState.unrecognized(99).name == "99")
    for state in HoldState.known {
      #expect(HoldState(rawValue: state.rawValue) == state)
      #expect(HoldState(name: state.name) == state)
    }
    #expect(ErrorReason.outOfStock.name == "OUT_OF_STOCK")
    #expect(ErrorReason(name: "NO_SUCH_REASON") == nil)
  }
}
