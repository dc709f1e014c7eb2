import Testing

@testable import Basics

@Suite struct CRC32CTests {
  private static let known: [(bytes: [UInt8], checksum: UInt32)] = [
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
    ([UInt8](0..<32), 0x46DD_794E),
    ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
    (Array("123456789".utf8), 0xE306_9283),
  ]

  @Test(arguments: known)
  func `known checksums of RFC 3720 B4`(bytes: [UInt8], checksum: UInt32) {
    #expect(CRC32C.checksum(bytes.rawSpan) == checksum)
  }

  @Test func `a checksum in parts is the checksum of the whole`() {
    let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    for split in 0...bytes.count {
      var crc = CRC32C()
      crc.update(Array(bytes[..<split]).rawSpan)
      crc.update(Array(bytes[split...]).rawSpan)
      #expect(crc.value == CRC32C.checksum(bytes.rawSpan))
    }
  }

  @Test func `the processor's instruction and the table agree, at every length and offset`() {
    let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 61 &+ 7) }
    for start in 0..<16 {
      for end in start...bytes.count {
        let span = bytes.rawSpan.extracting(start..<end)
        var byTable = CRC32C()
        byTable.updateByTable(span)
        #expect(byTable.value == CRC32C.checksum(span))
      }
    }
  }

  @Test func `a zero byte by itself is a zero byte`() {
    var one = CRC32C()
    one.update([1, 2].rawSpan)
    one.updateZeroByte()
    #expect(one.value == CRC32C.checksum([1, 2, 0].rawSpan))
  }
}
