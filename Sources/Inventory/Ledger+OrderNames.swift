package import Basics

// External numbers of orders, kept by the shard that has the slot of the name. That of an order with another home is taken
// together with a claim on the slot: pending until home has decided.
//
//   key kind 16 := slot:u16be digest:16      the first half of the SHA-256 of the texts
//   value       := 1 order:16 home:u16 fingerprint:u64 tenant:text slot:u16 channel:text number:text
//                  pending:u8 [claim id:16]
//
// A claim carries the same bytes, with nothing pending. Never renumber.

/// A name, and whose it is.
struct NameRecord: Equatable, Sendable {
  var name: OrderName
  var order: UniqueID
  var home: SlotNumber
  /// Of the request that made the order.
  var fingerprint: UInt64
  /// The claim that took it, until home has decided.
  var pending: UniqueID?

  init(_ name: OrderName, order: UniqueID, home: SlotNumber, fingerprint: UInt64) {
    self.name = name
    self.order = order
    self.home = home
    self.fingerprint = fingerprint
  }

  init(_ name: OrderName, _ id: UniqueID, _ record: OrderRecord) {
    self.init(name, order: id, home: record.home, fingerprint: record.fingerprint)
  }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    order = try reader.uniqueID()
    home = try reader.slotNumber()
    fingerprint = try reader.uint64()
    let tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
    name = try OrderName(from: &reader, tenant: tenant)
    pending = try reader.flag() ? try reader.uniqueID() : nil
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.uniqueID(order)
    writer.slotNumber(home)
    writer.uint64(fingerprint)
    writer.prefixed(name.tenant)
    name.encode(to: &writer)
    writer.uint8(pending == nil ? 0 : 1)
    if let pending { writer.uniqueID(pending) }
  }
}

extension Ledger {
  mutating func putName(_ record: NameRecord, _ changes: inout StateChanges) {
    key.setName(record.name)
    value.removeAll()
    record.encode(to: &value)
    putCold(&changes)
  }

  /// Whose a name is; `nil` when it is free.
  func readName(_ name: OrderName, _ reader: any StateReader) throws(StateReadError) -> NameRecord? {
    var key = self.key
    key.setName(name)
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else { return nil }
    do throws(DecodeError) {
      let record = try NameRecord(bytes.rawSpan)
      guard record.name == name else { throw .invalid("external number") }
      return record
    } catch { throw Self.damage("the order of number '\(name.number)' in channel '\(name.channel)'", error) }
  }

  /// Why an order may not have a name that another one has.
  func refusal(_ name: OrderName, _ known: NameRecord, _ fingerprint: UInt64) -> Refusal {
    .externalNumberTaken(
      NameTaken(
        name: name, order: known.order, home: known.home, isSame: known.fingerprint == fingerprint,
        isPending: known.pending != nil))
  }
}

// What a claim does with the name that goes with it.
extension Ledger {
  /// Takes a name for an order, until home has decided.
  mutating func takeName(
    _ prepare: PrepareClaim, for record: ClaimRecord, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Refusal? {
    guard var wanted = Self.name(prepare.name), wanted.name.slot == prepare.claim.slot else { return .invalidName }
    // A claim has one name for ever: a hold that is an order already does not become another one.
    if record.keepsName, let kept = Self.name(record.name), kept.name != wanted.name {
      return refusal(kept.name, kept, wanted.fingerprint)
    }
    if let known = try readName(wanted.name, reader) {
      guard known.isOrder(of: wanted, claimedBy: prepare) || isMutated(.takesNumbersTwice) else {
        return refusal(wanted.name, known, wanted.fingerprint)
      }
      if known.pending == nil { return nil }
    }
    wanted.pending = prepare.claim.id
    putName(wanted, &changes)
    return nil
  }

  /// Home decided that the name is taken.
  mutating func keepName(
    _ name: [UInt8], _ claim: ClaimKey, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    guard var known = try pendingName(name, claim, reader) else { return }
    known.pending = nil
    putName(known, &changes)
  }

  /// Home decided that it is not: gives a name back that was taken and not kept.
  mutating func dropName(
    _ name: [UInt8], _ claim: ClaimKey, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    guard let known = try pendingName(name, claim, reader) else { return }
    key.setName(known.name)
    deleteCold(&changes)
  }

  /// What is known of a name that a claim took and nobody has decided about.
  private func pendingName(
    _ bytes: [UInt8], _ claim: ClaimKey, _ reader: any StateReader
  ) throws(StateReadError) -> NameRecord? {
    guard let wanted = Self.name(bytes), let known = try readName(wanted.name, reader) else { return nil }
    return known.pending == claim.id && known.order == wanted.order ? known : nil
  }

  private static func name(_ bytes: [UInt8]) -> NameRecord? {
    do throws(DecodeError) { return try NameRecord(bytes.rawSpan) } catch { return nil }
  }
}

extension NameRecord {
  /// Whether a name that is known is that of the very order which a claim wants it for. Two orders have one id when their
  /// homes differ; and two holds that are confirmed by one request have one order's id until home has decided.
  fileprivate func isOrder(of wanted: NameRecord, claimedBy prepare: PrepareClaim) -> Bool {
    if order != wanted.order { return false }
    if ClaimVersion.home(of: prepare.version) == nil { return true }
    return home == wanted.home && (pending == nil || pending == prepare.claim.id)
  }
}

/// A name as a claim carries it: for whoever checks from outside what becomes of it.
package struct ClaimedName: Equatable, Sendable {
  package var name: OrderName
  package var order: UniqueID
  package var home: SlotNumber
  package var fingerprint: UInt64

  /// `nil` for what is none.
  package init?(_ bytes: [UInt8]) {
    do throws(DecodeError) {
      let record = try NameRecord(bytes.rawSpan)
      (name, order, home, fingerprint) = (record.name, record.order, record.home, record.fingerprint)
    } catch { return nil }
  }
}

extension OrderName {
  /// The name of an order that is to be made, as a claim carries it.
  package func claimed(by order: UniqueID, home: SlotNumber, fingerprint: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    NameRecord(self, order: order, home: home, fingerprint: fingerprint).encode(to: &writer)
    return writer.bytes
  }
}
