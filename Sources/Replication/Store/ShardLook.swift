package import Basics
package import Inventory

/// The state of one shard, for what looks at it several times in a call: it is found once. Not to be kept, for the replica
/// may leave in a later turn.
package struct ShardLook: ~Copyable {
  private let ledger: MachineHost<Ledger>

  init(_ ledger: MachineHost<Ledger>) { self.ledger = ledger }

  package var revision: UInt64 { ledger.machine.revision }

  package func findSKU(tenant: RawSpan, sku: RawSpan) -> SKUNumber? { ledger.machine.findSKU(tenant: tenant, sku: sku) }

  /// The same in four steps of one turn; see the ledger's.
  package func beginLookup(tenant: RawSpan, sku: RawSpan) -> SKULookup {
    ledger.machine.beginLookup(tenant: tenant, sku: sku)
  }
  package func goOn(_ lookup: inout SKULookup) { ledger.machine.goOn(&lookup) }
  package func prefetchText(_ lookup: SKULookup) { ledger.machine.prefetchText(lookup) }
  package func end(_ lookup: SKULookup, tenant: RawSpan, sku: RawSpan) -> SKUNumber? {
    ledger.machine.end(lookup, tenant: tenant, sku: sku)
  }

  /// Whether a reservation of this id was proposed here and may not be applied yet; `false` is certain.
  package func mayBeUnderWay(_ id: UniqueID) -> Bool { ledger.mayBeUnderWay(id) }

  /// Whether an id was surely used for nothing that is applied; see the ledger's.
  package func isUnused(_ id: UniqueID, at stamp: Stamp) -> Bool { ledger.machine.isUnused(id, at: stamp) }

  /// Whether it is worth looking for a shortage of a SKU that is there; see the ledger's.
  package func wasShort(of sku: SKUNumber) -> Bool { ledger.machine.wasShort(of: sku) }

  /// The refusal that a reservation of one line would get from an entry of this stamp; see the ledger's.
  package func shortage(
    of line: ReserveLine, _ mode: ReserveMode, _ sourcing: Sourcing, ranked: Span<LocationNumber>, at stamp: Stamp,
    refusals: inout [LocationRefusal]
  ) -> Shortage? {
    ledger.machine.shortage(of: line, mode, sourcing, ranked: ranked, at: stamp, refusals: &refusals)
  }

  /// Begins to load what a reservation that comes through the gate will look at when it is applied.
  package func prefetchRow(of sku: SKUNumber) { ledger.machine.prefetchRow(of: sku) }

  /// As ``prefetchRow(of:)``, when the row has had time to come.
  package func prefetchExpiry(of sku: SKUNumber) { ledger.machine.prefetchExpiry(of: sku) }

  package func prefetch(_ id: UniqueID) { ledger.machine.prefetch(id) }

  /// Replaces the buffers' contents by the texts of a SKU; by nothing for one that is not there.
  package func copyTexts(of sku: SKUNumber, tenant: inout [UInt8], sku text: inout [UInt8]) {
    tenant.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    ledger.machine.appendTexts(of: sku, tenant: &tenant, sku: &text)
  }

  /// Replaces the buffer's contents by the reference of a hold that is not settled, and answers when it was made; `nil`
  /// for any other hold.
  package func copyReference(ofLiveHold id: UniqueID, into reference: inout [UInt8]) -> Stamp? {
    reference.removeAll(keepingCapacity: true)
    return ledger.machine.appendReference(ofLiveHold: id, to: &reference)
  }
}

extension Store {
  /// `nil` for a shard that is not here.
  package func look(at shard: ShardID) -> ShardLook? {
    guard let ledger = ledger(of: shard) else { return nil }
    return ShardLook(ledger)
  }
}
