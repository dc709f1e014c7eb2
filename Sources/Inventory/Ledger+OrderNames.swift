internal import Basics

// External numbers of orders, kept by the shard that has the slot of the name.
//
//   key kind 16 := slot:u16be digest:16      the first half of the SHA-256 of the texts
//   value       := 1 order:16 home slot:u16 fingerprint:u64 tenant:text slot:u16 channel:text number:text
//
// Never renumber.

/// The order that has a name.
struct NamedOrder: Equatable, Sendable {
  var order: UniqueID
  var home: SlotNumber
  /// Of the request that made the order.
  var fingerprint: UInt64

  init(order: UniqueID, home: SlotNumber, fingerprint: UInt64) {
    self.order = order
    self.home = home
    self.fingerprint = fingerprint
  }

  init(_ id: UniqueID, _ record: OrderRecord) {
    order = id
    home = record.home
    fingerprint = record.fingerprint
  }
}

/// A name as stored.
struct NameRecord: Equatable, Sendable {
  var named: NamedOrder
  var name: OrderName

  init(_ name: OrderName, _ named: NamedOrder) {
    self.name = name
    self.named = named
  }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    named = NamedOrder(
      order: try reader.uniqueID(), home: SlotNumber(try reader.uint16()), fingerprint: try reader.uint64())
    let tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
    name = try OrderName(from: &reader, tenant: tenant)
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.uniqueID(named.order)
    writer.uint16(named.home.rawValue)
    writer.uint64(named.fingerprint)
    writer.prefixed(name.tenant)
    name.encode(to: &writer)
  }
}

extension Ledger {
  mutating func putName(_ name: OrderName, _ named: NamedOrder, _ changes: inout StateChanges) {
    key.setName(name)
    value.removeAll()
    NameRecord(name, named).encode(to: &value)
    overlay.setName(name.digest, value.bytes)
    put(&changes)
  }

  /// The order that has a name; `nil` when it is free.
  func readName(_ name: OrderName, _ reader: any StateReader) throws(StateReadError) -> NamedOrder? {
    var bytes: [UInt8] = []
    if !overlay.readName(name.digest, into: &bytes) {
      var key = self.key
      key.setName(name)
      guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return nil }
    }
    do throws(DecodeError) {
      let record = try NameRecord(bytes.rawSpan)
      guard record.name == name else { throw .invalid("external number") }
      return record.named
    } catch { throw Self.damage("the order of number '\(name.number)' in channel '\(name.channel)'", error) }
  }
}
