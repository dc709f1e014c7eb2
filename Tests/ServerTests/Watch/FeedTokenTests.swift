import Basics
import Placement
import Testing

@testable import Server

@Suite struct FeedTokenTests {
  private let cluster = UniqueID(high: 0x0189_0A5D_AC96_774B, low: 0xBCCE_B302_099A_8057)

  private func token(_ positions: [(UInt32, FeedPosition)], isSelection: Bool = false) -> FeedToken {
    var map = SortedMap<ShardID, FeedPosition>()
    for (shard, position) in positions { map[ShardID(shard)] = position }
    return FeedToken(cluster: cluster, isSelection: isSelection, positions: map)
  }

  private var samples: [FeedToken] {
    [
      token([]), token([(1, .next(1))]),
      token([(1, .beginning), (2, .next(.max - 1)), (70_000, .base(cut: 9, row: 65_537))]),
      token([(3, .next(5))], isSelection: true), token((1...300).map { ($0, .next(UInt64($0) * 1_000)) }),
    ]
  }

  @Test func `what is written is read back`() throws {
    for token in samples { #expect(try FeedToken(text: token.text) == token) }
  }

  @Test func `a token is text that goes anywhere`() {
    for token in samples {
      let isPlain = token.text.utf8.allSatisfy { byte in
        let character = Character(UnicodeScalar(byte))
        return character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
      }
      #expect(isPlain, "\(token.text)")
    }
  }

  @Test func `a token that was cut short, changed or made up is refused`() {
    let text = token([(1, .next(77)), (2, .next(9))]).text
    for length in 0..<text.count {
      #expect(throws: DecodeError.self) { try FeedToken(text: String(text.prefix(length))) }
    }
    for place in text.indices {
      var changed = text
      changed.replaceSubrange(place...place, with: text[place] == "A" ? "B" : "A")
      #expect(throws: DecodeError.self, "\(changed)") { try FeedToken(text: changed) }
    }
    for made in ["", "x", "beginning", "ä", String(repeating: "A", count: 4_000)] {
      #expect(throws: DecodeError.self) { try FeedToken(text: made) }
    }
  }

  @Test func `a token of more shards than there can be is refused before they are read`() {
    var writer = ByteWriter()
    writer.uint8(1)
    writer.uniqueID(cluster)
    writer.uint8(0)
    writer.varint(1 << 17)
    for shard in 1...(1 << 17) as ClosedRange<UInt64> {
      writer.varint(shard)
      writer.varint(0)
    }
    writer.uint32(CRC32C.checksum(writer.bytes.rawSpan))
    #expect(throws: DecodeError.tooLong(length: 1 << 17, limit: 1 << 16)) { try FeedToken(text: base64(writer.bytes)) }
  }

  @Test func `bytes that no token has are refused and never crash`() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<2_000 {
      var bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      var writer = ByteWriter()
      writer.append(bytes)
      writer.uint32(CRC32C.checksum(bytes.rawSpan))
      bytes = writer.bytes
      _ = Result { try FeedToken(text: base64(bytes)) }
    }
  }

  private func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var (text, bits, count) = ("", UInt32(0), 0)
    for byte in bytes {
      (bits, count) = (bits << 8 | UInt32(byte), count + 8)
      while count >= 6 {
        text.append(alphabet[Int(bits >> UInt32(count - 6) & 63)])
        count -= 6
      }
      bits &= 0xFF
    }
    if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    return text
  }
}

@Suite struct PullTests {
  private var samples: [Pull] {
    let look = Pull.Look(
      leastIndex: 7, pauseMilliseconds: 1_000, intervalMilliseconds: 9, tenant: "default", known: [0])
    var two = look
    (two.known, two.first) = ([1, .max], 1)
    let id = UniqueID(high: 5, low: 6)
    return [
      Pull(shard: ShardID(1), waitMilliseconds: 3_000, subject: .records(.next(9))),
      Pull(shard: ShardID(2), waitMilliseconds: 0, subject: .records(.now)),
      Pull(shard: ShardID(2), waitMilliseconds: 0, subject: .records(.base(cut: 3, row: 1 << 47))),
      Pull(shard: ShardID(3), waitMilliseconds: 9, subject: .stock(two, location: "BER1", skus: ["A", "B"])),
      Pull(shard: ShardID(3), waitMilliseconds: 9, subject: .hold(look, id)),
      Pull(shard: ShardID(3), waitMilliseconds: 9, subject: .order(look, id)),
    ]
  }

  @Test func `what is written is read back, and nothing shorter is`() throws {
    for pull in samples {
      let bytes = pull.encoded
      #expect(try Pull(decoding: bytes.rawSpan) == pull)
      for length in 0..<bytes.count {
        let part = Array(bytes[..<length])
        #expect(throws: DecodeError.self, "\(pull) cut to \(length)") { try Pull(decoding: part.rawSpan) }
      }
    }
  }

  @Test func `known bytes`() {
    let pull = Pull(shard: ShardID(2), waitMilliseconds: 258, subject: .records(.next(300)))
    #expect(pull.encoded == [1, 1, 2, 0, 0, 0, 2, 1, 0, 0, 1, 0xAC, 2])
  }

  @Test func `pages and sights are read back`() throws {
    let page = FeedPage(last: 9, stamp: Stamp(milliseconds: 77), count: 2, next: .next(8), changes: [1, 2, 3])
    let bytes = page.encoded
    #expect(try FeedPage(decoding: bytes.rawSpan) == page && !page.isLast)
    #expect(FeedPage(last: 9, stamp: .zero, next: .next(10)).isLast)
    var sight = Sight(index: 5)
    sight.changes = [Sight.Change(place: 3, hash: 99)]
    (sight.response, sight.next) = ([8], 4)
    let seen = sight.encoded
    #expect(try Sight(decoding: seen.rawSpan) == sight)
  }
}
