import Basics
import Testing

@Suite struct ByteReaderTests {
  private func expectEqual<T: Equatable>(_ read: T, _ written: T) { #expect(read == written) }

  @Test func `what was written is read again`() throws {
    var writer = ByteWriter()
    writer.uint8(7)
    writer.uint16(0x1234)
    writer.uint32(0xDEAD_BEEF)
    writer.uint64(.max)
    writer.int64(-5)
    writer.bigEndianUInt64(9)
    writer.bigEndianUInt32(8)
    writer.varint(300)
    writer.zigzag(-3)
    writer.uniqueID(UniqueID(high: 1, low: 2))
    writer.prefixed("grün")
    var reader = ByteReader(writer.bytes.rawSpan)
    expectEqual(try reader.uint8(), 7)
    expectEqual(try reader.uint16(), 0x1234)
    expectEqual(try reader.uint32(), 0xDEAD_BEEF)
    expectEqual(try reader.uint64(), .max)
    expectEqual(try reader.int64(), -5)
    expectEqual(try reader.bigEndianUInt64(), 9)
    expectEqual(try reader.bigEndianUInt32(), 8)
    expectEqual(try reader.varint(), 300)
    expectEqual(try reader.zigzag(), -3)
    expectEqual(try reader.uniqueID(), UniqueID(high: 1, low: 2))
    expectEqual(try reader.prefixedText(limit: 10), "grün")
    try reader.finish()
  }

  @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64(UInt32.max), .max - 1, .max])
  func `a varint survives, and no prefix of it does`(value: UInt64) throws {
    var writer = ByteWriter()
    writer.varint(value)
    var reader = ByteReader(writer.bytes.rawSpan)
    expectEqual(try reader.varint(), value)
    for length in 0..<writer.count {
      var error: DecodeError?
      let prefix = Array(writer.bytes[..<length])
      var short = ByteReader(prefix.rawSpan)
      do { _ = try short.varint() } catch let thrown { error = thrown }
      #expect(error == .truncated)
    }
  }

  @Test(arguments: [Int64.min, -1, 0, 1, .max])
  func `zig-zag covers both ends`(value: Int64) throws {
    var writer = ByteWriter()
    writer.zigzag(value)
    var reader = ByteReader(writer.bytes.rawSpan)
    expectEqual(try reader.zigzag(), value)
  }

  @Test(arguments: [
    [UInt8](repeating: 0x80, count: 10), [UInt8](repeating: 0xFF, count: 9) + [0x02],
    [UInt8](repeating: 0xFF, count: 11),
  ])
  func `an integer beyond 64 bits is refused`(bytes: [UInt8]) {
    var error: DecodeError?
    var reader = ByteReader(bytes.rawSpan)
    do { _ = try reader.varint() } catch let thrown { error = thrown }
    #expect(error == .malformedInteger)
  }

  @Test func `a length above the limit is refused before its bytes are looked for`() {
    var writer = ByteWriter()
    writer.varint(1 << 40)
    var error: DecodeError?
    var reader = ByteReader(writer.bytes.rawSpan)
    do { _ = try reader.prefixedText(limit: 100) } catch let thrown { error = thrown }
    #expect(error == .tooLong(length: 1 << 40, limit: 100))
  }

  @Test func `text that is not UTF-8 is refused`() {
    var error: DecodeError?
    let bytes: [UInt8] = [2, 0xC3, 0x28]
    var reader = ByteReader(bytes.rawSpan)
    do { _ = try reader.prefixedText(limit: 100) } catch let thrown { error = thrown }
    #expect(error == .malformedText)
  }

  @Test func `bytes left over are named`() {
    let bytes: [UInt8] = [1, 2, 3]
    let reader = ByteReader(bytes.rawSpan)
    var error: DecodeError?
    do { try reader.finish() } catch let thrown { error = thrown }
    #expect(error == .trailingBytes(3))
  }
}

@Suite struct RawSpanTests {
  @Test("spans are equal when every byte is, at each length and each place of the difference")
  func equality() {
    for count in 0...25 {
      let bytes = (0..<count).map { UInt8($0) }
      #expect(equal(bytes, bytes))
      #expect(!equal(bytes, bytes + [0]))
      for place in 0..<count {
        var other = bytes
        other[place] ^= 0x80
        #expect(!equal(bytes, other))
      }
    }
  }

  private func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.rawSpan.elementsEqual(right.rawSpan) }
}
