import Basics
import Inventory

@testable import Replication

/// The commands that the tests propose: one SKU in shard 1, or in the shard named.
extension Store {
  func proposeSKU(_ call: UInt64, to shard: ShardID = ShardID(1)) throws {
    try propose(Waiter(origin: 0, call: call), to: shard) {
      $0.append(.putSKU(RequestHeader(id: UniqueID(high: 0, low: 1)), PutSKU(tenant: "t", sku: "s")))
    }
  }

  func proposeStock(_ call: UInt64, quantity: Int64, to shard: ShardID = ShardID(1)) throws {
    try propose(Waiter(origin: 0, call: call), to: shard) {
      $0.append(
        .receive(
          RequestHeader(id: UniqueID(high: 0, low: 2)),
          Receive(stock: StockKey(sku: SKUNumber(1), location: LocationNumber(0)), quantity: quantity)))
    }
  }

  func proposeHold(
    _ call: UInt64, quantity: Int64 = 1, milliseconds: Int64 = 60_000, id: UInt64? = nil, to shard: ShardID = ShardID(1)
  ) throws {
    try propose(Waiter(origin: 0, call: call), to: shard) {
      $0.append(
        .reserve(
          RequestHeader(id: UniqueID(high: 1, low: id ?? call)),
          Reserve(
            timeToLiveMilliseconds: milliseconds,
            lines: [ReserveLine(sku: SKUNumber(1), location: LocationNumber(0), quantity: quantity)])))
    }
  }

  func available(in shard: ShardID = ShardID(1)) -> Int64 {
    stock(StockKey(sku: SKUNumber(1), location: LocationNumber(0)), in: shard)?.balances[.available] ?? -1
  }
}
