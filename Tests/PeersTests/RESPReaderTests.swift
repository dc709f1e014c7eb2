import Basics
import Testing

@testable import Peers

@Suite struct RESPReaderTests {
  private static let answers = ":1\r\n+OK\r\n-ERR no such script\r\n$5\r\nab\r\nc\r\n$-1\r\n$0\r\n\r\n:-12\r\n"
  private static let values: [RESPValue] = [
    .integer(1), .simple("OK"), .error("ERR no such script"), .bulk(Array("ab\r\nc".utf8)), .bulk(nil), .bulk([]),
    .integer(-12),
  ]

  private func read(_ parts: [[UInt8]]) throws(DecodeError) -> [RESPValue] {
    var reader = RESPReader()
    var found: [RESPValue] = []
    for part in parts {
      reader.append(part.rawSpan)
      while let value = try reader.next() { found.append(value) }
    }
    return found
  }

  @Test func `answers are the same however the stream is cut`() throws {
    let bytes = Array(Self.answers.utf8)
    #expect(try read([bytes]) == Self.values)
    #expect(try read(bytes.map { [$0] }) == Self.values)
    for cut in bytes.indices { #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])]) == Self.values) }
  }

  @Test func `an unfinished answer is waited for`() throws {
    let bytes = Array("$5\r\nab\r\nc\r\n".utf8)
    for count in 0..<bytes.count { #expect(try read([Array(bytes[..<count])]) == []) }
  }

  @Test(arguments: ["?1\r\n", ":\r\n", ":1x\r\n", ":--1\r\n", "$-2\r\n", "$9999999999\r\n", "$1\r\nab\r\n", "\r\n"])
  func `what is no answer is refused`(text: String) {
    #expect(throws: DecodeError.self) { try read([Array(text.utf8)]) }
  }

  @Test func `random bytes neither crash nor are taken for an endless line`() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<2_000 {
      let bytes = (0..<40).map { _ in
        random.below(4) == 0 ? UInt8(random.below(256)) : Array(":+-$1\r\n".utf8)[random.below(7)]
      }
      _ = Result { try read([bytes]) }
    }
    let line = [UInt8](repeating: UInt8(ascii: ":"), count: RESPReader.lengthMax + 2)
    #expect(throws: DecodeError.tooLong(length: UInt64(line.count), limit: UInt64(RESPReader.lengthMax))) {
      try read([line])
    }
  }
}
