import API
import Basics
import Testing

@Suite("The codec beside Google's")
struct CodecDifferentialTests {
  @Test("440 whole, merged and damaged messages are read as Google's library reads them")
  func fixtures() throws {
    var refused = 0
    for line in codecFixtures.split(separator: "\n") {
      let parts = line.split(separator: " ")
      let input = parts[1] == "." ? [] : bytes(parts[1])
      let expected: [UInt8]? = parts[2] == "-" ? nil : parts[2] == "." ? [] : bytes(parts[2])
      let canonical =
        parts[0] == "every"
        ? try? TestMessages.Every(decoding: input).encoded() : try? ReserveRequest(decoding: input).encoded()
      #expect(canonical == expected, "\(line)")
      if expected == nil { refused += 1 }
    }
    #expect(refused > 100)
  }
}
