package import Basics

/// What an order is up to: always derived from the counters of its lines, its payment and its marks, never stored.
package enum OrderStatus: Sendable {
  case awaitingPayment
  /// Nothing of it is there yet: it waits for stock.
  case backordered
  case ready
  case partiallyShipped
  case shipped
  case completed
  case expired
  case cancelled

  /// Whether nothing is open: no stock is owed any more.
  package var isOver: Bool {
    switch self {
    case .awaitingPayment, .backordered, .ready, .partiallyShipped: false
    case .shipped, .completed, .expired, .cancelled: true
    }
  }

  /// Whether nothing that is done with the order can change the status any more.
  package var isFinal: Bool { isOver && self != .shipped }
}

extension OrderRecord {
  package var status: OrderStatus {
    var (allocated, backordered, shipped): (Int64, Int64, Int64) = (0, 0, 0)
    for line in lines {
      allocated += line.allocated
      backordered += line.backordered
      shipped += line.shipped
    }
    if allocated + backordered > 0 {
      if isAwaitingPayment { return .awaitingPayment }
      if shipped > 0 { return .partiallyShipped }
      return allocated > 0 ? .ready : .backordered
    }
    if shipped > 0 { return completed == nil ? .shipped : .completed }
    return expired == nil ? .cancelled : .expired
  }

  /// Whether it will expire unless it is paid.
  package var isAwaitingPayment: Bool { payBy != nil && paid == nil && expired == nil && isOpen }

  /// Whether stock is still owed.
  package var isOpen: Bool { lines.contains { $0.open > 0 } }

  /// Whether its time to pay is up; it may still wait to be swept.
  func isDue(at stamp: Stamp) -> Bool {
    guard isAwaitingPayment, let payBy else { return false }
    return payBy <= Rules.dueBucket(at: stamp)
  }

  /// The order as it is at a stamp: one that is due is expired, whether it was swept or not.
  package func seen(at stamp: Stamp) -> OrderRecord {
    guard isDue(at: stamp) else { return self }
    var seen = self
    seen.expire(at: stamp)
    return seen
  }

  /// Gives up all that is open.
  mutating func expire(at stamp: Stamp) {
    for index in lines.indices { lines[index].cancelOpen() }
    expired = stamp
  }
}
