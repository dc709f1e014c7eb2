internal import Basics

// Keys of the meta shard, each behind its replica's prefix; integers big-endian so that they sort. Never renumber.
//
//   applied   := 0x00                  -> version:u8 index:u64 stamp:i64 [digest:u64]     absent before there was one
//   location  := 0x01 number:u16       -> version:u8 revision:u64 location
//   identity  := 0x02                  -> version:u8 revision:u64 cluster:16 storeCount:u32     absent before the founding
//   settings  := 0x03                  -> version:u8 settings
//   map       := 0x04                  -> version:u8 revision:u64 map
//   node      := 0x05 number:u32       -> version:u8 node
//   shard     := 0x06 shard:u32        -> version:u8 shard
//   move      := 0x07 id:u64           -> version:u8 move

/// A key of the meta shard's state.
enum ClusterKey {
  static let version: UInt8 = 1
  static let applied: UInt8 = 0
  static let location: UInt8 = 1
  static let identity: UInt8 = 2
  static let settings: UInt8 = 3
  static let map: UInt8 = 4
  static let node: UInt8 = 5
  static let shard: UInt8 = 6
  static let move: UInt8 = 7
  static let end: UInt8 = 8

  static func key(_ prefix: [UInt8], _ kind: UInt8) -> [UInt8] { prefix + [kind] }

  static func location(_ prefix: [UInt8], _ number: LocationNumber) -> [UInt8] {
    var writer = ByteWriter(capacity: prefix.count + 3)
    writer.append(key(prefix, location))
    writer.uint16(number.rawValue.byteSwapped)
    return writer.bytes
  }

  static func move(_ prefix: [UInt8], _ id: UInt64) -> [UInt8] {
    var writer = ByteWriter(capacity: prefix.count + 9)
    writer.append(key(prefix, move))
    writer.uint64(id.byteSwapped)
    return writer.bytes
  }

  static func key(_ prefix: [UInt8], _ kind: UInt8, _ number: UInt32) -> [UInt8] {
    var writer = ByteWriter(capacity: prefix.count + 5)
    writer.append(key(prefix, kind))
    writer.bigEndianUInt32(number)
    return writer.bytes
  }
}

extension StateChanges {
  /// Writes a value behind its version.
  mutating func put(_ key: [UInt8], _ encode: (inout ByteWriter) -> Void) {
    var value = ByteWriter(capacity: 64)
    value.uint8(ClusterKey.version)
    encode(&value)
    put(key: key.rawSpan, value: value.bytes.rawSpan)
  }
}

extension ByteReader {
  /// Reads the version that every stored value begins with.
  @_lifetime(self: copy self)
  mutating func storedVersion() throws(DecodeError) {
    let version = try uint8()
    guard version == ClusterKey.version else { throw .unknownTag(UInt64(version)) }
  }
}
