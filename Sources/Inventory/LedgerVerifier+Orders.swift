internal import Basics

// Orders, and what lists them.
extension LedgerVerifier {
  mutating func checkOrder(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let id = try key.uniqueID()
    let order = try OrderRecord(value)
    report.orders += 1
    if foreign.contains(order.home) { return }
    for (index, line) in order.lines.enumerated() {
      check(line, "order \(id), line \(index)")
      if let place = BackorderPlace(line, index, of: id, order.created), line.backordered > 0 {
        waiting[place] = line.backordered
      }
    }
    checkShipments(of: id, order)
    checkLinks(of: id, order)
    if let hold = order.hold {
      if isLive(hold) { find(.hold, "order \(id) was made from hold \(hold), which is live") }
      checkSource(of: id, hold, created: order.created)
    }
  }

  private mutating func check(_ line: OrderLine, _ place: String) {
    let parts = [line.cancelled, line.backordered, line.allocated, line.shipped]
    if parts.reduce(0, &+) != line.ordered {
      find(.order, "\(place): \(line.ordered) ordered, but its parts are \(parts)")
    }
    guard let sku = line.item.localSKU else { return }
    guard let location = line.location else {
      if line.allocated != 0 || line.shipped != 0 { find(.order, "\(place): it has stock, but from nowhere") }
      return
    }
    let stock = StockKey(sku: sku, location: location)
    evidence.update(stock, default: Evidence()) { $0.allocatedByOrders &+= line.allocated }
  }

  /// What was shipped is what the shipments shipped, and each has an id of its own.
  private mutating func checkShipments(of id: UniqueID, _ order: OrderRecord) {
    var shipped = [Int64](repeating: 0, count: order.lines.count)
    for (index, shipment) in order.shipments.enumerated() {
      if order.shipments[..<index].contains(where: { $0.id == shipment.id }) {
        find(.order, "order \(id) was shipped twice by shipment '\(shipment.id)'")
      }
      for part in shipment.lines where shipped.indices.contains(part.line) { shipped[part.line] &+= part.quantity }
    }
    for (index, line) in order.lines.enumerated() where line.shipped != shipped[index] {
      find(.order, "order \(id), line \(index): \(line.shipped) shipped, but \(shipped[index]) by its shipments")
    }
  }

  /// An order and the one in whose place it is name each other.
  private mutating func checkLinks(of id: UniqueID, _ order: OrderRecord) {
    if let replaced = order.replaces {
      let other = record(of: replaced)
      if other?.replacements.contains(id) != true {
        find(.order, "order \(id) replaces \(replaced), which does not say so")
      }
    }
    for replacement in order.replacements where record(of: replacement)?.replaces != id {
      find(.order, "order \(id) is replaced by \(replacement), which does not say so")
    }
    if order.isAwaitingPayment, let payBy = order.payBy {
      key.setUnpaid(payBy, id)
      if read() == nil { find(.order, "order \(id) waits to be paid, but is not listed as such") }
    }
  }

  /// The hold of an order is confirmed as that order, as long as it is remembered.
  private mutating func checkSource(of id: UniqueID, _ hold: UniqueID, created: Stamp) {
    do {
      guard let record = try settled(hold) else {
        if isRemembered(hold, settled: created) {
          find(.hold, "order \(id) was made from hold \(hold), of which there is no record")
        }
        return
      }
      guard case .closedHold(let closed) = record else {
        return find(.hold, "order \(id) was made from \(hold), which is not a hold")
      }
      if closed.state != .confirmed || closed.order != id {
        find(.hold, "order \(id) was made from hold \(hold), which is \(closed.state)")
      }
    } catch { find(.unreadable, "the record of hold \(hold): \(error.message)") }
  }

  /// The order of an external number says that it has it, if it is of this shard.
  mutating func checkName(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    try key.skip(2)
    let digest = try key.uniqueID()
    let known = try NameRecord(value)
    let number = "number '\(known.name.number)' in channel '\(known.name.channel)'"
    if digest != known.name.digest { find(.order, "\(number) is filed under another one") }
    if let order = record(of: known.order), order.name != known.name {
      find(.order, "\(number) is filed as that of order \(known.order), which has another")
    }
  }

  /// Only orders that wait to be paid are listed as such; that they all are was seen with the orders.
  mutating func checkUnpaid(_ key: inout ByteReader) throws(DecodeError) {
    let payBy = Int64(truncatingIfNeeded: try key.bigEndianUInt64())
    let id = try key.uniqueID()
    guard let order = record(of: id), order.isAwaitingPayment, order.payBy == payBy else {
      return find(.order, "order \(id) is listed as one that waits to be paid until \(payBy), and is none")
    }
  }

  private mutating func record(of order: UniqueID) -> OrderRecord? {
    key.set(.order, order)
    guard let bytes = read() else { return nil }
    do { return try OrderRecord(bytes.rawSpan) } catch {
      find(.unreadable, "order \(order): \(error)")
      return nil
    }
  }

  /// What is stored under `key`.
  private mutating func read() -> [UInt8]? {
    var bytes: [UInt8] = []
    do { return try reader.read(key: key.bytes.rawSpan, into: &bytes) ? bytes : nil } catch {
      find(.unreadable, "key \(hexadecimal(key.bytes.rawSpan)): \(error.message)")
      return nil
    }
  }
}

// Lines that wait for stock.
extension LedgerVerifier {
  mutating func checkBackorder(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let place = try BackorderPlace(&key)
    var reader = ByteReader(value)
    try reader.recordVersion()
    let quantity = try reader.quantity()
    try reader.finish()
    if isForeign(place.sku) { return }
    let expected = waiting.removeValue(forKey: place) ?? 0
    if quantity != expected {
      find(
        .order,
        "order \(place.order), line \(place.line): \(quantity) are listed as waiting for SKU \(place.sku), expected"
          + " \(expected) by the order")
    }
  }

  /// What is left when both the orders and the list were seen.
  mutating func compareBackorders() {
    while let (place, quantity) = waiting.popFirst() {
      find(
        .order,
        "order \(place.order), line \(place.line): \(quantity) of SKU \(place.sku) wait for stock, but are not listed")
    }
  }
}
