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
  /// An order at its home slot.
  private struct AtHome: Comparable, Sendable {
    var home: SlotNumber
    var order: UnpaidOrder

    static func < (left: AtHome, right: AtHome) -> Bool {
      left.home != right.home ? left.home < right.home : left.order < right.order
    }
  }

  /// With the home slot of each.
  private var orders = SortedMap<UnpaidOrder, SlotNumber>()
  private var homes = SortedMap<AtHome, Bool>()

  var count: Int { orders.count }
  var first: UnpaidOrder? { orders.first?.key }
  var homeOfFirst: SlotNumber? { orders.first?.value }

  mutating func insert(_ order: UnpaidOrder, home: SlotNumber) {
    orders[order] = home
    homes[AtHome(home: home, order: order)] = true
  }

  /// One with its home in some slots: of the lowest slot, and there the one that expires first.
  func first(of slots: ClosedRange<SlotNumber>) -> (order: UnpaidOrder, home: SlotNumber)? {
    var found: (order: UnpaidOrder, home: SlotNumber)?
    let start = AtHome(home: slots.lowerBound, order: UnpaidOrder(payBy: .min, order: .zero))
    homes.forEach(from: start) { place, _ in
      if slots.contains(place.home) { found = (place.order, place.home) }
      return false
    }
    return found
  }

  mutating func remove(_ order: UnpaidOrder) {
    guard let home = orders.removeValue(forKey: order) else {
      invariantViolated("order \(order.order) does not wait to be paid")
    }
    homes.removeValue(forKey: AtHome(home: home, order: order))
  }
}
