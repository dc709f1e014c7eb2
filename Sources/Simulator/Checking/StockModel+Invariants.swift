internal import Basics
internal import Inventory

extension StockModel {
  /// What must hold between any two commands, whatever they were.
  package func firstBrokenInvariant() -> String? {
    if let overdrawn { return "\(overdrawn) was to have more than it had" }
    var (held, allocated) = (
      Array(repeating: Int64(0), count: rows.count), Array(repeating: Int64(0), count: rows.count)
    )
    for number in live {
      for line in holds[Int(number)].lines where line.granted > 0 {
        if let place = place(of: line) { held[place] += line.granted }
      }
    }
    for order in orders {
      for line in order.lines {
        guard case .local(let sku) = line.item, let place = row(StockKey(sku: sku, location: line.location)) else {
          continue
        }
        allocated[place] += line.allocated
      }
    }
    claims.forEach { _, claim in
      for line in claim.lines {
        guard let place = row(line.stock) else { continue }
        held[place] += line.portion.held
        allocated[place] += line.portion.allocated
      }
      for line in claim.pending?.lines ?? [] where line.granted > 0 {
        if let place = place(of: line) { held[place] += line.granted }
      }
      return true
    }
    for (place, row) in rows.enumerated() {
      if row.available < 0 || row.held < 0 || row.allocated < 0 { return "\(row.stock) has a balance below zero" }
      if row.held != held[place] { return "\(row.stock) holds \(row.held), its live holds \(held[place])" }
      if row.allocated != allocated[place] {
        return "\(row.stock) has \(row.allocated) allocated, its orders \(allocated[place])"
      }
      if row.onHand + row.shipped != row.brought { return "\(row.stock): \(row.brought) came, and went elsewhere" }
    }
    return orders.lazy.compactMap(\.brokenInvariant).first
  }
}

extension ModelOrder {
  fileprivate var brokenInvariant: String? {
    for (index, line) in lines.enumerated() {
      let shipped = shipments.reduce(0) { sum, shipment in
        sum + shipment.lines.reduce(0) { $0 + ($1.line == index ? $1.quantity : 0) }
      }
      if line.ordered != line.cancelled + line.allocated + line.shipped || line.shipped != shipped {
        return "line \(index) of order \(id) does not add up"
      }
    }
    return nil
  }
}
