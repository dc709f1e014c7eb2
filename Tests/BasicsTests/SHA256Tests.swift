import Basics
import Testing

@Suite struct SHA256Tests {
  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static let known: [(text: String, digest: String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ]

  @Test(arguments: known)
  func `known digests of FIPS 180-2, appendix B`(text: String, digest: String) {
    #expect(Self.hex(SHA256.digest(Array(text.utf8).rawSpan)) == digest)
  }

  @Test func `a million times the letter a`() {
    let digest = SHA256.digest([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000).rawSpan)
    #expect(Self.hex(digest) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `a digest in parts is the digest of the whole, across each block's end`() {
    let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for split in 0...bytes.count {
      var hash = SHA256()
      hash.update(Array(bytes[..<split]).rawSpan)
      hash.update(Array(bytes[split...]).rawSpan)
      #expect(hash.finish() == SHA256.digest(bytes.rawSpan))
    }
  }

  private static let codes: [(key: [UInt8], message: [UInt8], code: String)] = [
    (
      [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ]

  @Test(arguments: codes)
  func `known codes of RFC 4231`(key: [UInt8], message: [UInt8], code: String) {
    #expect(Self.hex(HMAC.sha256(key: key.rawSpan, message: message.rawSpan)) == code)
  }

  private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.rawSpan.equalsInConstantTime(right.rawSpan)
  }

  @Test func `equality in constant time is equality`() {
    let bytes: [UInt8] = [1, 2, 3, 4]
    #expect(Self.areEqual(bytes, [1, 2, 3, 4]))
    #expect(!Self.areEqual(bytes, [1, 2, 3]))
    for place in bytes.indices {
      var other = bytes
      other[place] ^= 0x80
      #expect(!Self.areEqual(bytes, other))
    }
  }
}
