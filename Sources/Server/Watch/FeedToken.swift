internal import Basics
internal import Placement

// Where a follower of the change feed goes on. Callers treat the token as opaque; it is base64url, without padding, of
//
//   token    := version:u8(=1) cluster:16 flags:u8 count:varint (shard:varint position)* crc32c:u32
//   flags    := 1 only these shards
//   position := 0                                 the beginning
//             | 1 next:varint                     the record of this sequence
//             | 2 cut:varint row:varint           the balances at the cut, behind this row
//             | 3                                 now; only from store to store
//
// Shards are ascending. The checksum is over everything before it. Never renumber.

/// Where a follower goes on in one shard.
enum FeedPosition: Equatable, Sendable {
  /// With the oldest that is there.
  case beginning
  case next(UInt64)
  /// In the middle of the balances that a cut journal begins with: behind a row, packed as a `StockKey` is.
  case base(cut: UInt64, row: UInt64)
  /// With what happens from now on.
  case now

  func encode(into writer: inout ByteWriter) {
    switch self {
    case .beginning: writer.varint(0)
    case .next(let sequence):
      writer.varint(1)
      writer.varint(sequence)
    case .base(let cut, let row):
      writer.varint(2)
      writer.varint(cut)
      writer.varint(row)
    case .now: writer.varint(3)
    }
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    let kind = try reader.varint()
    switch kind {
    case 0: self = .beginning
    case 1:
      self = .next(try reader.varint())
      if self == .next(0) { throw .invalid("sequence") }
    case 2:
      let cut = try reader.varint()
      let row = try reader.varint()
      guard row < 1 << 48 else { throw .invalid("row") }
      self = .base(cut: cut, row: row)
    case 3: self = .now
    default: throw .unknownTag(kind)
    }
  }
}

/// What a follower stores to go on later.
struct FeedToken: Equatable, Sendable {
  private static let version: UInt8 = 1
  /// No cluster has more: each shard has a slot at least, or had.
  private static let shardsMax = 1 << 16

  var cluster: UniqueID
  /// Whether only these shards are followed; else those are too that are added later, from their beginning.
  var isSelection: Bool
  var positions: SortedMap<ShardID, FeedPosition>

  init(cluster: UniqueID, isSelection: Bool, positions: SortedMap<ShardID, FeedPosition>) {
    self.cluster = cluster
    self.isSelection = isSelection
    self.positions = positions
  }

  static func == (left: FeedToken, right: FeedToken) -> Bool { left.bytes == right.bytes }

  var text: String { Base64URL.encode(bytes) }

  private var bytes: [UInt8] {
    var writer = ByteWriter(capacity: 32 + 8 * positions.count)
    writer.uint8(Self.version)
    writer.uniqueID(cluster)
    writer.uint8(isSelection ? 1 : 0)
    writer.varint(UInt64(positions.count))
    positions.forEach { shard, position in
      writer.varint(UInt64(shard.rawValue))
      position.encode(into: &writer)
      return true
    }
    writer.uint32(CRC32C.checksum(writer.bytes.rawSpan))
    return writer.bytes
  }

  /// Reads a token that a caller gave.
  init(text: String) throws(DecodeError) {
    guard let all = Base64URL.decode(Array(text.utf8)), all.count > 4 else { throw .invalid("base64") }
    let body = Array(all.dropLast(4))
    var checksum = ByteReader(all.rawSpan)
    try checksum.skip(body.count)
    guard try checksum.uint32() == CRC32C.checksum(body.rawSpan) else { throw .invalid("checksum") }
    var reader = ByteReader(body.rawSpan)
    let version = try reader.uint8()
    guard version == Self.version else { throw .unknownTag(UInt64(version)) }
    cluster = try reader.uniqueID()
    isSelection = try reader.uint8() & 1 == 1
    let count = try reader.varint()
    positions = SortedMap()
    guard count <= UInt64(Self.shardsMax) else { throw .tooLong(length: count, limit: UInt64(Self.shardsMax)) }
    for _ in 0..<count {
      let number = try reader.varint()
      let position = try FeedPosition(&reader)
      guard let shard = UInt32(exactly: number), shard > 0, position != .now else { throw .invalid("position") }
      positions[ShardID(shard)] = position
    }
    try reader.finish()
    guard UInt64(positions.count) == count else { throw .invalid("count") }
  }
}
