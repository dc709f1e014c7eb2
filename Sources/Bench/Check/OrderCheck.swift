internal import API
internal import Basics

/// Judges what was read of one order. A pure function of that and what was asked for.
enum OrderCheck {
  /// What about a new order is not as it was asked for: every line must be allocated in full. A line that came from
  /// several locations is several lines of the order.
  static func faults(of order: API.Order, _ skus: some Collection<UInt32>, _ quantity: Int, _ names: SKUNames)
    -> [String]
  {
    var faults: [String] = []
    var allocated = [Int64](repeating: 0, count: skus.count)
    let wanted = skus.map { Int($0) }
    for line in order.lines {
      guard let sku = names.index(in: Array(line.sku.utf8).rawSpan), let place = wanted.firstIndex(of: sku) else {
        faults.append("it has a line of \(line.sku), which was not asked for")
        continue
      }
      allocated[place] &+= line.allocated
      if line.cancelled != 0 || line.backordered != 0 || line.shipped != 0 {
        faults.append("its line of \(line.sku) is not only allocated")
      }
    }
    for (place, units) in allocated.enumerated() where units != Int64(quantity) {
      faults.append("\(units) of \(names.name(wanted[place])) are allocated, \(quantity) were asked for")
    }
    if order.status != .ready { faults.append("it is \(order.status.name), expected is READY") }
    return faults
  }
}
