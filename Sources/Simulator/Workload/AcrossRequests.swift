internal import Basics
internal import Inventory

/// A line of what goes over several shards.
struct ShardLine: Sendable {
  var shard: ShardID
  var line: ReserveLine
}

/// Stock of a shard.
struct ShardStock: Sendable {
  var shard: ShardID
  var sku: SKUNumber
  var location: LocationNumber
}

/// A hold whose lines are in several shards.
struct AcrossHold: Sendable {
  var header: RequestHeader
  var mode: ReserveMode
  var timeToLiveMilliseconds: Int64
  var lines: [ShardLine]

  var home: SlotNumber { RequestMaker.lowestSlot(lines) }
}

/// An order that is made directly, over any number of shards.
struct AcrossOrder: Sendable {
  var header: RequestHeader
  var home: SlotNumber
  var terms: OrderTerms
  var replaces: UniqueID?
  var lines: [ShardLine]

  /// Of what the client says, whatever id it says it under: a marketplace that repeats itself has the same one.
  var fingerprint: UInt64 {
    let text = Array("\(home) \(terms) \(String(describing: replaces)) \(lines)".utf8)
    return StableHash.hash(text.rawSpan)
  }
}

/// A change of how much is wanted of an order's lines.
struct AcrossAmendment: Sendable {
  var header: RequestHeader
  var order: UniqueID
  var changes: [LineQuantity]
  var added: [ShardLine]

  var fingerprint: UInt64 {
    let text = Array("\(order) \(changes) \(added)".utf8)
    return StableHash.hash(text.rawSpan)
  }
}

/// A hold or an order is to take what it has of a SKU, of whatever shard, from another location.
struct AcrossMove: Sendable {
  var header: RequestHeader
  var owner: UniqueID
  /// An order's.
  var home: SlotNumber?
  var from: ShardStock
  var to: LocationNumber
  var quantity: Int64
}

/// What all clients know of orders, so that they get into each other's way.
struct KnownOrders: Sendable {
  struct Known: Sendable {
    var id: UniqueID
    var home: SlotNumber
    var stock: [ShardStock]
  }

  private static let countMax = 16

  /// Orders that somebody was told of, the newest last.
  private(set) var orders: [Known] = []
  /// Requests with an external number, the newest last.
  private(set) var named: [AcrossOrder] = []

  mutating func learn(_ order: Known) {
    guard !orders.contains(where: { $0.id == order.id }) else { return }
    if orders.count == Self.countMax { orders.removeFirst() }
    orders.append(order)
  }

  mutating func asked(_ order: AcrossOrder) {
    guard order.terms.name != nil else { return }
    if named.count == Self.countMax { named.removeFirst() }
    named.append(order)
  }
}
