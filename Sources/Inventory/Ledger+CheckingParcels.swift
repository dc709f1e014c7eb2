internal import Basics

// Whether everything of a part of a batch can be taken in, looked at before any of it is.
extension Ledger {
  func canTakeIn(_ part: ParcelPart, _ reader: any StateReader) throws(StateReadError) -> Bool {
    var orders: [UniqueID] = []
    for item in part.records {
      do throws(DecodeError) {
        if item.kind == .order { orders.append(try item.id) }
        try check(item, part.names)
      } catch { return false }
    }
    if try hasClash(part, reader) { return false }
    for item in part.records {
      guard let order = Self.order(neededBy: item), !orders.contains(order) else { continue }
      guard try readOrder(order, reader) != nil else { return false }
    }
    return true
  }

  private func check(_ item: ParcelRecord, _ names: [ParcelName]) throws(DecodeError) {
    for sku in try item.skuNumbers where !names.contains(where: { $0.number == sku }) { throw .invalid("SKU \(sku)") }
    var reader = ByteReader(item.body.rawSpan)
    switch item.kind {
    case .sku: try checkSKU(&reader, names)
    case .outbox:
      _ = try reader.claim()
      _ = try OutboxRecord(try reader.span(count: reader.remaining))
    case .name:
      guard try reader.prefixedSpan(limit: 64).copied().first == KeyKind.orderName.rawValue else {
        throw .invalid("the key of an external number")
      }
      _ = try NameRecord(try reader.prefixedSpan(limit: EntryBuilder.bodyByteCountMax))
      try reader.finish()
    case .closures:
      _ = try SetLocations(from: &reader)
      try reader.finish()
    case .unpaid, .waiting:
      guard Self.order(neededBy: item) != nil else { throw .invalid("what waits for an order") }
    // Read as a whole for the numbers in them.
    case .hold, .settled, .order, .claim: break
    }
  }

  private func checkSKU(_ reader: inout ByteReader, _ names: [ParcelName]) throws(DecodeError) {
    let number = try reader.skuNumber()
    _ = try SKURecord(try reader.prefixedSpan(limit: EntryBuilder.bodyByteCountMax))
    for name in names where name.number == number {
      let (tenant, text) = (Array(name.tenant.utf8), Array(name.sku.utf8))
      let known = skus.findKnown(tenant: tenant.rawSpan, sku: text.rawSpan)
      if let known, skus[known].presence != .absent { throw .invalid("a SKU that is here already") }
    }
    for _ in 0..<(try reader.varint()) {
      _ = try reader.location()
      _ = try reader.varint()
      let record = try StockRecord(try reader.prefixedSpan(limit: EntryBuilder.bodyByteCountMax))
      guard record.isSound else { throw .invalid("a stock row that does not add up") }
    }
    try reader.finish()
  }

  /// The order that has to be there for what waits: without it, time or stock would find nothing when it comes.
  private static func order(neededBy item: ParcelRecord) -> UniqueID? {
    var reader = ByteReader(item.body.rawSpan)
    do throws(DecodeError) {
      switch item.kind {
      case .unpaid: return try reader.uniqueID()
      case .waiting:
        _ = try reader.skuNumber()
        _ = try reader.optionalLocation()
        _ = try reader.stamp()
        return try reader.uniqueID()
      case .sku, .hold, .settled, .order, .claim, .outbox, .name, .closures: return nil
      }
    } catch { return nil }
  }
}

extension ParcelRecord {
  /// Of a record that begins with one.
  fileprivate var id: UniqueID {
    get throws(DecodeError) {
      var reader = ByteReader(body.rawSpan)
      return try reader.uniqueID()
    }
  }
}
