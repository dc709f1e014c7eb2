internal import API
internal import Basics
internal import Placement

/// Where a list goes on. Callers treat its text as opaque: base64url of
///
///     token := 1 list:u32 map:u32 shard:varint position
///
/// `list` is a hash of the request without the fields that may change from page to page, so that a token goes on with the
/// list that it came from and no other. `map` is a hash of which shard has which slots: where that has changed, elements
/// may have gone from a shard that is still to come to one that was listed, and the list has to begin again. A list of
/// one shard has 0 there. What a position is, each list says for itself; empty is the shard's beginning.
struct PageToken: Equatable {
  static let version: UInt8 = 1
  /// A position along the rows of a SKU names each of its locations.
  static let bytesMax = 65_536

  var list: UInt32
  var map: UInt32
  var shard: ShardID
  var position: [UInt8]

  var text: String {
    var writer = ByteWriter()
    writer.uint8(Self.version)
    writer.uint32(list)
    writer.uint32(map)
    writer.varint(UInt64(shard.rawValue))
    writer.append(position)
    return Base64URL.encode(writer.bytes)
  }
}

extension PageToken {
  /// `nil` for a text that no token has.
  init?(_ text: String) {
    guard text.utf8.count <= Self.bytesMax, let bytes = Base64URL.decode(Array(text.utf8)) else { return nil }
    var reader = ByteReader(bytes.rawSpan)
    do throws(DecodeError) {
      guard try reader.uint8() == Self.version else { return nil }
      list = try reader.uint32()
      map = try reader.uint32()
      guard let number = UInt32(exactly: try reader.varint()) else { return nil }
      shard = ShardID(number)
      position = try reader.span(count: reader.remaining).copied()
    } catch { return nil }
  }
}

/// Base64 with the alphabet that needs no escaping anywhere (RFC 4648, section 5), without padding.
enum Base64URL {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 4 + 2) / 3)
    var (bits, count): (UInt32, Int) = (0, 0)
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(alphabet[Int(bits >> UInt32(count) & 63)])
      }
    }
    if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// `nil` for what no bytes are written as.
  static func decode(_ text: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, count): (UInt32, Int) = (0, 0)
    for character in text {
      guard let value = value(character) else { return nil }
      bits = bits << 6 | value
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    // What is left over holds no byte and no bit: each text is that of one token.
    guard count < 6, bits & (1 << UInt32(count) - 1) == 0 else { return nil }
    return bytes
  }

  private static func value(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
