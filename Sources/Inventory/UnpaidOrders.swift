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
  private var orders = SortedMap<UnpaidOrder, Void>()

  var count: Int { orders.count }
  var first: UnpaidOrder? { orders.first?.key }

  mutating func insert(_ order: UnpaidOrder) { orders[order] = () }

  mutating func remove(_ order: UnpaidOrder) {
    let removed: Void? = orders.removeValue(forKey: order)
    invariant(removed != nil, "order \(order.order) does not wait to be paid")
  }
}
