package import Basics

/// What an order is called by where it comes from: its number, unique in its channel for a tenant. One that was used is
/// never free again, whatever became of its order, because whoever replays it means that order.
package struct OrderName: Equatable, Sendable {
  package var tenant: String
  /// Where it was bought: a marketplace, a shop; may be empty.
  package var channel: String
  package var number: String
  /// The slot whose shard keeps the name: it follows from the texts, as the gate knows.
  package var slot: SlotNumber

  package init(tenant: String, channel: String, number: String, slot: SlotNumber) {
    self.tenant = tenant
    self.channel = channel
    self.number = number
    self.slot = slot
  }

  /// Reads what is behind the tenant.
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader, tenant: String) throws(DecodeError) {
    self.tenant = tenant
    slot = try reader.slotNumber()
    channel = try reader.prefixedText(limit: Rules.channelBytesMax)
    number = try reader.prefixedText(limit: Rules.externalNumberBytesMax)
  }

  /// Writes what is behind the tenant.
  func encode(to writer: inout ByteWriter) {
    writer.slotNumber(slot)
    writer.prefixed(channel)
    writer.prefixed(number)
  }

  /// Under what it is kept. Texts are chosen by strangers, so that a hash which can be computed backwards would let them
  /// make two that meet.
  var digest: UniqueID {
    var text: [UInt8] = []
    for part in [tenant, channel, number] {
      text.append(UInt8(truncatingIfNeeded: part.utf8.count))
      text.append(contentsOf: part.utf8)
    }
    let digest = SHA256.digest(text.rawSpan)
    var words: (high: UInt64, low: UInt64) = (0, 0)
    for index in 0..<8 {
      words.high = words.high << 8 | UInt64(digest[index])
      words.low = words.low << 8 | UInt64(digest[index + 8])
    }
    return UniqueID(high: words.high, low: words.low)
  }
}

// How shards tell one another that a name is taken. Never renumber.
//
//   taken := order:16 home:u16 flags:u8 tenant:text slot:u16 channel:text number:text
//   flags := 0x01 the request for that order said the same | 0x02 it is not decided yet
extension NameTaken {
  @_lifetime(reader: copy reader)
  package init(from reader: inout ByteReader) throws(DecodeError) {
    order = try reader.uniqueID()
    home = try reader.slotNumber()
    let flags = try reader.uint8()
    guard flags <= 3 else { throw .unknownTag(UInt64(flags)) }
    (isSame, isPending) = (flags & 1 != 0, flags & 2 != 0)
    let tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
    name = try OrderName(from: &reader, tenant: tenant)
  }

  package func encode(to writer: inout ByteWriter) {
    writer.uniqueID(order)
    writer.slotNumber(home)
    writer.uint8((isSame ? 1 : 0) | (isPending ? 2 : 0))
    writer.prefixed(name.tenant)
    name.encode(to: &writer)
  }
}
