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
