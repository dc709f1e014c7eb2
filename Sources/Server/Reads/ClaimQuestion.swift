internal import Basics
internal import Inventory
internal import Placement

/// A question of one shard's verification to another shard: what it says of some claims.
///
///     question := shard:u32 as home:u8 count:varint (id:16 slot:u16 at:u16)*
///     answer   := count:varint statement*
struct ClaimQuestion {
  var shard: ShardID
  /// Whether the shard that is asked is the home of the claims, or has their slots.
  var asHome: Bool
  var claims: [ClaimKey]
  /// Of each claim the slot for which the shard is asked, its own or its home's: a shard that does not have it (any more)
  /// has nothing to say.
  var slots: [SlotNumber]

  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.uint32(shard.rawValue)
    writer.uint8(asHome ? 1 : 0)
    writer.varint(UInt64(claims.count))
    for (claim, slot) in zip(claims, slots) {
      writer.uniqueID(claim.id)
      writer.uint16(claim.slot.rawValue)
      writer.uint16(slot.rawValue)
    }
    return writer.bytes
  }

  static func answer(_ statements: [ClaimStatement]) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(UInt64(statements.count))
    for statement in statements { statement.encode(to: &writer) }
    return writer.bytes
  }

  static func statements(
    _ answer: [UInt8], countMax: UInt64 = UInt64(ClaimCheck.claimsPerQuestion)
  ) throws(DecodeError) -> [ClaimStatement] {
    var reader = ByteReader(answer.rawSpan)
    var statements: [ClaimStatement] = []
    let count = try reader.varint()
    guard count <= countMax else { throw .invalid("count") }
    for _ in 0..<count { statements.append(try ClaimStatement(&reader)) }
    try reader.finish()
    return statements
  }
}

extension ClaimQuestion {
  init(_ message: RawSpan) throws(DecodeError) {
    var reader = ByteReader(message)
    shard = ShardID(try reader.uint32())
    asHome = try reader.uint8() != 0
    let count = try reader.varint()
    guard count <= UInt64(ClaimCheck.claimsPerQuestion) else { throw .invalid("count") }
    (claims, slots) = ([], [])
    for _ in 0..<count {
      let id = try reader.uniqueID()
      claims.append(ClaimKey(id: id, slot: SlotNumber(try reader.uint16())))
      slots.append(SlotNumber(try reader.uint16()))
    }
    try reader.finish()
  }
}
