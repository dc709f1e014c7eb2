internal import Basics

/// What the load knows of one order. A plain value.
struct OrderRecord: Equatable, Sendable {
  enum Knowledge: Sendable {
    /// The request was sent and never answered: there may be an order.
    case unknown
    /// The server acknowledged the order.
    case made
  }

  var id: UniqueID
  /// The four hexadecimal digits behind the request id in the order's id.
  var suffix: UInt16 = 0
  var knowledge = Knowledge.unknown
  /// Where its SKUs are in the book's list of them.
  var firstLine: Int
  var lineCount: Int
}

/// The orders of a load, all of them with the same quantity a line. Owned by one worker, then by the verification.
struct OrderBook: Sendable {
  private(set) var orders: [OrderRecord] = []
  private var skus: [UInt32] = []

  var count: Int { orders.count }
  subscript(place: Int) -> OrderRecord { orders[place] }

  func skus(of order: OrderRecord) -> ArraySlice<UInt32> {
    skus[order.firstLine..<order.firstLine + order.lineCount]
  }

  mutating func append(_ order: OrderRecord, _ lines: some Collection<UInt32>) {
    var order = order
    order.firstLine = skus.count
    order.lineCount = lines.count
    orders.append(order)
    skus.append(contentsOf: lines)
  }

  mutating func append(contentsOf other: OrderBook) {
    for order in other.orders { append(order, other.skus(of: order)) }
  }
}
