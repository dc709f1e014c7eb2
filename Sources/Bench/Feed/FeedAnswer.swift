internal import API
internal import Basics

/// What a follower needs of one record of the change feed.
struct FeedRecord {
  var shard: UInt32 = 0
  var sequence: Int64 = 0
  var quantity: Int64 = 0
  /// Available stock became held.
  var isHeld = false
  /// The SKU is one of this run's.
  var isOurs = false
  var requestID: UniqueID?
}

/// Reads StreamChangesResponse where it lies: no text, no array, no message is made. Field numbers are those of
/// `watch_service.proto` and `audit_service.proto`.
enum FeedAnswer {
  /// Calls `each` for every record in order; answers the token, and whether nothing further was there.
  static func read(
    _ bytes: RawSpan, _ names: SKUNames, _ each: (FeedRecord) -> Void
  ) throws(DecodeError) -> (token: [UInt8], isCaughtUp: Bool) {
    var reader = ByteReader(bytes)
    var token: [UInt8] = []
    var isCaughtUp = false
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 1 << 3 | 2: try readShard(reader.delimited(), names, each)
      case 2 << 3 | 2: token = try reader.delimited().copied()
      case 3 << 3: isCaughtUp = try reader.varint() != 0
      default: try reader.skipValue(of: tag)
      }
    }
    return (token, isCaughtUp)
  }

  private static func readShard(
    _ bytes: RawSpan, _ names: SKUNames, _ each: (FeedRecord) -> Void
  ) throws(DecodeError) {
    var reader = ByteReader(bytes)
    var shard: UInt32 = 0
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 1 << 3: shard = UInt32(truncatingIfNeeded: try reader.varint())
      case 2 << 3 | 2: each(try record(reader.delimited(), shard, names))
      default: try reader.skipValue(of: tag)
      }
    }
  }

  private static func record(_ bytes: RawSpan, _ shard: UInt32, _ names: SKUNames) throws(DecodeError) -> FeedRecord {
    var reader = ByteReader(bytes)
    var record = FeedRecord(shard: shard)
    var (from, to): (UInt64, UInt64) = (0, 0)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 1 << 3: record.sequence = Int64(bitPattern: try reader.varint())
      case 3 << 3 | 2: record.isOurs = names.isOurs(try reader.delimited())
      case 5 << 3: from = try reader.varint()
      case 6 << 3: to = try reader.varint()
      case 7 << 3: record.quantity = Int64(bitPattern: try reader.varint())
      case 13 << 3 | 2: record.requestID = UniqueID(text: try reader.delimited())
      default: try reader.skipValue(of: tag)
      }
    }
    record.isHeld = from == UInt64(Account.available.rawValue) && to == UInt64(Account.held.rawValue)
    return record
  }
}
