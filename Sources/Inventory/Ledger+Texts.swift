package import Basics

// Texts without strings, for answers that are written from parts.
extension Ledger {
  /// Appends the tenant and the text of a SKU; nothing for a number that is not there.
  package func appendTexts(of sku: SKUNumber, tenant: inout [UInt8], sku text: inout [UInt8]) {
    guard skus.isKnown(sku) else { return }
    skus.appendTexts(of: sku, tenant: &tenant, sku: &text)
  }

  /// Appends the reference of a hold that is not settled, and answers when it was made; `nil` for any other hold.
  package func appendReference(ofLiveHold id: UniqueID, to text: inout [UInt8]) -> Stamp? {
    let hold = holds.find(id)
    guard hold != LiveHolds.none else { return nil }
    holds.copyReference(hold, into: &text)
    return Stamp(milliseconds: holds[hold].created)
  }

  /// The SKU of the first line of a hold that is not settled; `nil` when it has no line in this shard.
  package func firstSKU(ofLiveHold id: UniqueID) -> SKUNumber? {
    let hold = holds.find(id)
    return hold == LiveHolds.none || holds[hold].lineCount == 0 ? nil : holds[hold].firstLine.sku
  }
}

extension Ledger {
  /// Whether a request of this id was carried out and is remembered: it will be answered as before. Asks no keyed state
  /// about a fresh version 7 id.
  package func wasUsed(_ id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> Bool {
    if holds.find(id) != LiveHolds.none { return true }
    if recent.isFresh(id) { return false }
    switch try readSettled(id, at: applied.stamp, reader) {
    // Versions of the id were given up; the request was not carried out.
    case .tombstone, nil: return false
    case .closedHold, .request: return true
    }
  }
}
