import Basics
import Inventory
import Testing

@testable import Replication

/// A world of several inventory shards, whose Stores ask one another. Slot `100 × shard` is in the shard, with SKU "s".
extension ClusterWorld {
  /// Shard `i` is led by node `i`, and has so many of its SKU.
  static func across(_ stock: [Int64], limits: StoreLimits = ClusterWorld.limits) throws -> ClusterWorld {
    let shards = (1...UInt32(stock.count)).map { $0 }
    let world = try ClusterWorld(shards: shards, limits: limits)
    for (shard, quantity) in zip(shards, stock) {
      try world.elect(shard, ShardID(shard))
      let store = world.store(shard)
      try store.propose(Waiter(origin: 0, call: 1), to: ShardID(shard)) {
        $0.append(
          .putSKU(
            RequestHeader(id: UniqueID(high: 9, low: UInt64(shard))),
            PutSKU(slot: world.slot(shard), tenant: "t", sku: "s\(shard)")))
      }
      try world.settle()
      try store.proposeStock(2, quantity: quantity, to: ShardID(shard))
      try world.settle()
    }
    try world.pass(milliseconds: 200)
    return world
  }

  func slot(_ shard: UInt32) -> SlotNumber { SlotNumber(UInt16(100 * shard)) }

  /// A reservation at home's leader: of each shard so many, the home's first. Its call is 100 and the id, if none is named.
  func reserveAcross(
    _ id: UInt64, _ quantities: [(shard: UInt32, quantity: Int64)], call: UInt64? = nil,
    mode: ReserveMode = .allOrNothing, milliseconds: Int64 = 60_000
  ) throws {
    let home = quantities[0].shard
    var split = SplitReserve(tenant: Array("t".utf8))
    for (shard, quantity) in quantities {
      let line = AcrossLine(sku: Array("s\(shard)".utf8), location: LocationNumber(0), quantity: quantity)
      if shard == home { split.add(line, as: SKUNumber(1)) } else { split.add(line, in: slot(shard)) }
    }
    let header = RequestHeader(id: UniqueID(high: 2, low: id))
    let reserve = Reserve(mode: mode, timeToLiveMilliseconds: milliseconds, lines: split.lines)
    let leader = try #require(self.leader(of: ShardID(home)))
    try store(leader).begin(
      split.request(header, reserve, home: slot(home)), in: ShardID(home),
      for: Waiter(origin: 0, call: call ?? 100 + id))
  }

  func releaseAcross(_ id: UInt64, home: UInt32) throws {
    let leader = try #require(self.leader(of: ShardID(home)))
    try store(leader).propose(Waiter(origin: 0, call: 200 + id), to: ShardID(home)) {
      $0.append(.releaseHold(RequestHeader(id: UniqueID(high: 9, low: 200 + id)), hold: UniqueID(high: 2, low: id)))
    }
    try settle()
  }

  /// Available and held of a shard's SKU, as its leader knows.
  func balances(_ shard: UInt32) -> [Int64] {
    guard let leader = leader(of: ShardID(shard)) else { return [] }
    let stock = store(leader).stock(
      StockKey(sku: SKUNumber(1), location: LocationNumber(0)), in: ShardID(shard))
    return [stock?.balances[.available] ?? -1, stock?.balances[.held] ?? -1]
  }

  /// Lets the ticks pass with which slots are told what nobody waits for, and their acknowledgements are written down.
  func tellAll() throws { try pass(milliseconds: 150) }

  /// The last index of a shard's log, as its leader knows.
  func lastIndex(of shard: UInt32) -> UInt64 {
    leader(of: ShardID(shard)).map { store($0).appliedIndex(of: ShardID(shard)) } ?? 0
  }

  /// Whether no shard has anything to tell or to ask.
  func isCertain(_ shards: [UInt32]) -> Bool {
    shards.allSatisfy { shard in
      guard let leader = leader(of: ShardID(shard)), let status = store(leader).status(of: ShardID(shard)) else {
        return false
      }
      return status.outboxCount == 0 && status.pendingClaimCount == 0
    }
  }
}
