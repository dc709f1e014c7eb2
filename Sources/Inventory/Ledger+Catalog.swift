internal import Basics

extension Ledger {
  mutating func putSKU(_ put: PutSKU, _ changes: inout StateChanges) -> Answer {
    guard !put.sku.isEmpty else { return .refused(.invalidSKUText) }
    guard put.scale <= Rules.scaleMax else { return .refused(.invalidScale(put.scale)) }
    guard 1...Rules.quantityMax ~= put.lot else { return .refused(.invalidLot(put.lot)) }
    guard 0...Rules.quantityMax ~= put.backorderLimit else {
      return .refused(.invalidQuantity(line: 0, quantity: put.backorderLimit))
    }
    var record = SKURecord()
    record.slot = put.slot
    record.tenant = put.tenant
    record.sku = put.sku
    record.name = put.name
    record.scale = put.scale
    record.lot = put.lot
    record.backorderLimit = put.backorderLimit
    record.attributes = put.attributes
    guard let sku = findSKU(tenant: put.tenant, sku: put.sku) else { return create(record, put, &changes) }
    return update(sku, record, put, &changes)
  }

  /// The number of a SKU by its text.
  package func findSKU(tenant: String, sku: String) -> SKUNumber? {
    skus.find(tenant: Array(tenant.utf8).rawSpan, sku: Array(sku.utf8).rawSpan)
  }

  private mutating func create(_ record: SKURecord, _ put: PutSKU, _ changes: inout StateChanges) -> Answer {
    guard skus.nextNumber <= Rules.skuNumberMax else { return .refused(.tooManySKUs) }
    guard put.expectedRevision == 0 else {
      return .refused(.revisionMismatch(SKUNumber(0), current: 0))
    }
    // Nothing is made in a slot that was given away; the gate sees to it that the caller is told where it is.
    if slots.isGone(put.slot) { return .refused(.unknownSKU(line: 0, sku: SKUNumber(0))) }
    var record = record
    record.created = applied.stamp
    let (tenant, text) = (Array(put.tenant.utf8), Array(put.sku.utf8))
    let sku: SKUNumber
    if let known = skus.findKnown(tenant: tenant.rawSpan, sku: text.rawSpan) {
      skus.arrive(known, record)
      sku = known
    } else {
      sku = skus.insert(tenant: tenant.rawSpan, sku: text.rawSpan, record: record)
    }
    return write(sku, record, .created, &changes)
  }

  private mutating func update(
    _ sku: SKUNumber, _ record: SKURecord, _ put: PutSKU, _ changes: inout StateChanges
  ) -> Answer {
    let entry = skus[sku]
    guard put.expectedRevision == 0 || put.expectedRevision == entry.revision else {
      return .refused(.revisionMismatch(sku, current: entry.revision))
    }
    guard put.scale == entry.scale || entry.firstRow == StockRows.none else {
      return .refused(.scaleIsFixed(sku, scale: entry.scale))
    }
    guard record.contentHash != entry.contentHash else {
      request.home = entry.slot
      let put = SKUPut(sku: sku, revision: entry.revision, change: .unchanged)
      return .done(.skuPut(put), .skuPut(put))
    }
    guard entry.revision < .max else { return .refused(.revisionMismatch(sku, current: entry.revision)) }
    var record = record
    record.slot = entry.slot
    record.revision = entry.revision + 1
    record.created = Stamp(milliseconds: entry.created)
    skus[sku].revision = record.revision
    skus[sku].scale = record.scale
    skus[sku].contentHash = record.contentHash
    skus[sku].lot = record.lot
    skus[sku].backorderLimit = record.backorderLimit
    // What was too little for a lot may be enough for one now.
    if skus[sku].backordered > 0 { fillable[sku] = true }
    return write(sku, record, .updated, &changes)
  }

  mutating func putDefinition(_ sku: SKUNumber, _ record: SKURecord, _ changes: inout StateChanges) {
    key.setSKU(sku.rawValue)
    value.removeAll()
    record.encode(to: &value)
    putCold(&changes)
  }

  /// Writes a SKU that is not here: its texts.
  mutating func putAbsent(_ sku: SKUNumber, _ changes: inout StateChanges) {
    var record = SKURecord()
    record.slot = skus[sku].slot
    record.tenant = skus.tenant(of: sku)
    record.sku = skus.text(of: sku)
    record.isPresent = false
    putDefinition(sku, record, &changes)
  }

  private mutating func write(
    _ sku: SKUNumber, _ record: SKURecord, _ change: SKUPut.Change, _ changes: inout StateChanges
  ) -> Answer {
    request.home = record.slot
    putDefinition(sku, record, &changes)
    let put = SKUPut(sku: sku, revision: record.revision, change: change)
    return .done(.skuPut(put), .skuPut(put))
  }
}
