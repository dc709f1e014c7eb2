internal import Basics

// Claims and the outbox.
extension LedgerVerifier {
  mutating func checkClaim(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let claim = try key.claimOfSlot()
    let record = try ClaimRecord(value)
    report.claims += 1
    if let pending = record.pending, pending.version <= record.version {
      find(.claim, "\(claim): version \(pending.version) is pending, though \(record.version) was decided")
    }
    if record.lines.isEmpty, record.pending == nil, !record.keepsName {
      find(.claim, "\(claim) has nothing, and is kept")
    }
    var before: StockKey?
    for line in record.lines {
      if let before, before >= line.stock { find(.claim, "\(claim): its rows are not in order") }
      before = line.stock
      checkSlot(of: line.stock.sku, claim)
      evidence.update(line.stock, default: Evidence()) {
        $0.heldByHolds &+= line.portion.held
        $0.allocatedByOrders &+= line.portion.allocated
      }
    }
    for line in record.pending?.lines ?? [] {
      guard let location = line.location else { continue }
      checkSlot(of: line.sku, claim)
      evidence.update(StockKey(sku: line.sku, location: location), default: Evidence()) {
        $0.heldByHolds &+= line.granted
      }
    }
  }

  private mutating func checkSlot(of sku: SKUNumber, _ claim: ClaimKey) {
    let index = Int(sku.rawValue) - 1
    guard slots.indices.contains(index) else {
      return find(.claim, "\(claim) has stock of SKU \(sku), which is not there")
    }
    if slots[index] != claim.slot {
      find(.claim, "\(claim) has stock of \(names[index]), which is in slot \(slots[index])")
    }
  }

  mutating func checkOutbox(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let id = try key.uniqueID()
    let claim = ClaimKey(id: id, slot: try key.bigEndianSlot())
    let record = try OutboxRecord(value)
    report.outboxRows += 1
    if record.version == 0 { find(.claim, "the outbox tells \(claim) version 0") }
    if record.since > applied.stamp { find(.claim, "the outbox tells \(claim) something of the future") }
  }
}
