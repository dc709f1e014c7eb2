internal import Basics

// Lines of orders that wait for stock. Whatever comes to be available of a SKU goes to the orders that wait for it, oldest
// first, before anyone else can reserve it; at most ``Rules/backordersPerEntry`` lines an entry, and the rest with the
// entries that follow. Only what is due and not yet swept goes to whoever looks at its row first: a decision that drains a
// row may take in the same command what it found, as orders are not filled in the middle of another command.
extension Ledger {
  /// Lines of orders wait for stock that is there: the next entry goes on with them.
  var hasFillable: Bool { !fillable.isEmpty }

  /// Brings the queue to what the counters of an order's lines say. Before the record is written.
  mutating func syncBackorders(
    _ id: UniqueID, from old: OrderRecord?, to new: OrderRecord, _ changes: inout StateChanges
  ) {
    for (index, line) in new.lines.enumerated() {
      let before = old.flatMap { index < $0.lines.count ? $0.lines[index] : nil }
      guard (before?.backordered ?? 0) > 0 || line.backordered > 0, before != line else { continue }
      let place = BackorderPlace(line, index, of: id, new.created)
      if let left = before.flatMap({ BackorderPlace($0, index, of: id, new.created) }), left != place {
        store(left, 0, &changes)
      }
      store(place, line.backordered, &changes)
    }
  }

  private mutating func store(_ place: BackorderPlace?, _ quantity: Int64, _ changes: inout StateChanges) {
    guard let place else { return }
    let before = backorders[place]
    guard quantity != before else { return }
    skus[place.sku].backordered += quantity - before
    backorders[place] = quantity
    // Also when less is waited for, or nothing: what is there may do for that, or for whoever comes next.
    fillable.mark(place.sku)
    key.setBackorder(place)
    guard quantity > 0 else { return delete(&changes) }
    value.removeAll()
    value.uint8(recordVersion)
    value.varint(UInt64(quantity))
    put(&changes)
  }

  /// Gives what is available to the orders that wait for it.
  mutating func fillBackorders(
    _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    // Filling may give back what is due in a row that was looked at: then it is marked and looked at again.
    while fillsLeft > 0, looksLeft > 0, let sku = takeFillable(&changes) {
      looksLeft -= 1
      for location in locations(of: sku) where skus[sku].backordered > 0 {
        try fill(findRow(sku, location), reader, &changes)
      }
      if fillsLeft == 0 { fillable.mark(sku) }
    }
  }

  /// Ascending: the order of a SKU's rows in memory depends on when a replica was started.
  private mutating func locations(of sku: SKUNumber) -> [LocationNumber] {
    // Of a SKU on its way nothing is given.
    guard skus.contains(sku), skus[sku].backordered > 0 else { return [] }
    var locations: [LocationNumber] = []
    var row = skus[sku].firstRow
    while row != StockRows.none {
      if rows[row].balances[.available] > 0 { locations.append(rows[row].key.location) }
      looksLeft -= 1
      row = rows[row].nextOfSKU
    }
    return locations.sorted()
  }

  private mutating func fill(
    _ row: Int32, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    let stock = rows[row].key
    while fillsLeft > 0, takes(row), let place = backorders.oldest(stock.sku, at: stock.location) {
      // What is due here is not given back for this: it is swept in its turn.
      let (waiting, available) = (backorders[place], rows[row].balances[.available])
      let quantity = available >= waiting ? waiting : available - available % skus[stock.sku].lot
      guard quantity > 0 else { return }
      guard let order = try readOrder(place.order, reader) else {
        throw StateReadError(message: "order \(place.order) is missing, though it waits for stock")
      }
      fillsLeft -= 1
      var filled = order
      filled.fill(Int(place.line), quantity, at: stock.location)
      let change = OrderChange(id: place.order, old: order, new: filled, cause: .backorder, isRequested: false)
      try changeOrder(change, reader, &changes)
    }
  }
}

// Slots that move.
extension Ledger {
  /// Lines of an order that became claims are not filled by this shard's receipts any more.
  mutating func forgetBackorders(
    _ id: UniqueID, _ old: OrderRecord, _ new: OrderRecord, _ changes: inout StateChanges
  ) {
    for (index, line) in old.lines.enumerated() where line.backordered > 0 && new.lines[index].item != line.item {
      store(BackorderPlace(line, index, of: id, old.created), 0, &changes)
    }
  }

  /// Takes the first lines that wait for a SKU out, as the SKU goes away.
  mutating func takeBackorders(
    of sku: SKUNumber, limit: Int, _ changes: inout StateChanges
  ) -> [(place: BackorderPlace, quantity: Int64)] {
    guard skus[sku].backordered > 0 else { return [] }
    let taken = backorders.lines(of: sku, limit: limit)
    for (place, _) in taken { store(place, 0, &changes) }
    unmarkFillable(sku, &changes)
    return taken
  }

  /// A line waits here for a SKU that has come.
  mutating func addBackorder(_ place: BackorderPlace, _ quantity: Int64, _ changes: inout StateChanges) {
    store(place, quantity, &changes)
  }
}

// Coming back.
extension Ledger {
  mutating func loadBackorders(_ reader: any StateReader) throws(StateReadError) {
    try Self.forEach(.backorder, key, reader) { key, value throws(DecodeError) in
      let place = try BackorderPlace(&key)
      var reader = ByteReader(value)
      try reader.recordVersion()
      let quantity = try reader.quantity()
      try reader.finish()
      guard skus.isKnown(place.sku), quantity > 0 else { throw .invalid("backorder of SKU \(place.sku)") }
      backorders[place] = quantity
      skus[place.sku].backordered += quantity
    }
  }
}

extension BackorderPlace {
  /// `nil` for a line of another shard.
  init?(_ line: OrderLine, _ index: Int, of order: UniqueID, _ created: Stamp) {
    guard let sku = line.item.localSKU else { return nil }
    self.init(sku: sku, location: line.location, created: created, order: order, line: UInt16(index))
  }
}

extension OrderRecord {
  /// Turns a part of what a line waits for into stock at a location. A line that could have had it anywhere keeps only what
  /// it still waits for; what it has got becomes a line of that location.
  mutating func fill(_ index: Int, _ quantity: Int64, at location: LocationNumber) {
    lines[index].backordered -= quantity
    if lines[index].location == location || lines[index].backordered == 0 || lines.count >= Rules.orderLinesMax {
      // With no room for another line, the rest waits where the first part came.
      lines[index].location = location
      lines[index].allocated += quantity
      return
    }
    lines[index].ordered -= quantity
    lines.append(OrderLine(item: lines[index].item, location: location, ordered: quantity, allocated: quantity))
  }
}
