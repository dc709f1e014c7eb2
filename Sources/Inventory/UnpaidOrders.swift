internal import Basics

/// An order that expires unless it is paid.
struct UnpaidOrder: Comparable, Sendable {
  var payBy: Int64
  var order: UniqueID

  static func < (left: UnpaidOrder, right: UnpaidOrder) -> Bool {
    left.payBy != right.payBy ? left.payBy < right.payBy : left.order < right.order
  }
}

/// The orders that wait to be paid, by when they expire: what key kind 17 lists, in memory.
struct UnpaidOrders: Sendable {
  /// With the home slot of each.
  private var orders = SortedMap<UnpaidOrder, SlotNumber>()

  var count: Int { orders.count }
  var first: UnpaidOrder? { orders.first?.key }

  mutating func insert(_ order: UnpaidOrder, home: SlotNumber) { orders[order] = home }

  /// Those with their home in some slots, in the order in which they expire.
  func orders(of slots: ClosedRange<SlotNumber>) -> [(order: UnpaidOrder, home: SlotNumber)] {
    var found: [(order: UnpaidOrder, home: SlotNumber)] = []
    orders.forEach { order, home in
      if slots.contains(home) { found.append((order, home)) }
      return true
    }
    return found
  }

  mutating func remove(_ order: UnpaidOrder) {
    let removed = orders.removeValue(forKey: order)
    invariant(removed != nil, "order \(order.order) does not wait to be paid")
  }
}
