internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication

/// Looks at stock, holds and orders for those who watch them.
extension StoreServer {
  /// Looks if it is time to and something may have changed; else parks.
  func look(_ parked: ParkedPulls.Parked) throws(CallFailure) {
    guard let look = parked.pull.look else { invariantViolated("a pull for records looks at nothing") }
    let (shard, now) = (parked.pull.shard, loop.now)
    let index = store.appliedIndex(of: shard)
    var parked = parked
    let isNew = index != parked.seen || parked.begun > 0 || store.hasDue(in: shard)
    if parked.next <= now, index >= look.leastIndex, isNew {
      guard pulls.budget.isOpen(now: now) else { return pulls.park(parked) }
      let sight = try sight(of: parked.pull, index)
      if !sight.changes.isEmpty { return deliver(.message(sight.encoded), to: parked.origin) }
      parked.looked(at: index, upTo: sight.next)
      if sight.next != nil { return pulls.park(parked) }
    }
    if parked.deadline <= now {
      // A replica that stays behind what was told already is no use to who asks.
      guard index >= look.leastIndex else { throw CallFailure(StoreRefusal.noLeader) }
      return deliver(.message(Sight(index: index).encoded), to: parked.origin)
    }
    let pause = max(Self.pauseMillisecondsMin, UInt64(look.intervalMilliseconds))
    if parked.next <= now {
      parked.next = now.advanced(byMilliseconds: index < look.leastIndex ? Self.pauseMillisecondsMin : pause)
    }
    pulls.park(parked)
  }

  private static let pauseMillisecondsMin: UInt64 = 20
  /// What a hold or an order costs, which is read from the state: as much as so many rows of stock in memory.
  private static let rowsOfRecord = 20

  private func sight(of pull: Pull, _ index: UInt64) throws(CallFailure) -> Sight {
    switch pull.subject {
    case .records: invariantViolated("records are not looked at")
    case .stock(let look, let location, let skus): return try sight(of: skus, location, look, pull.shard, index)
    case .hold(let look, let id):
      guard let hold = try hold(id, in: pull.shard), hold.tenant == look.tenant else {
        throw .unknownHold(id.description)
      }
      // What is left of one that has moved is told by nobody.
      try checkOwner(of: RequestFields.resourceID(hold.holdID, "hold_id").slot, in: pull.shard)
      return sight(hold, look, index) { WatchHoldResponse(hold: hold, revision: revision(of: pull.shard)).encoded() }
    case .order(let look, let id):
      guard let order = try order(id, in: pull.shard), order.tenant == look.tenant else {
        throw .unknownOrder(id.description)
      }
      try checkOwner(of: RequestFields.resourceID(order.orderID, "order_id").slot, in: pull.shard)
      return sight(order, look, index) {
        WatchOrderResponse(order: order, revision: revision(of: pull.shard)).encoded()
      }
    }
  }

  private func sight(
    _ message: some ProtobufMessage, _ look: Pull.Look, _ index: UInt64, _ response: () -> [UInt8]
  ) -> Sight {
    let bytes = message.encoded()
    pulls.budget.spend(Self.rowsOfRecord)
    let hash = max(1, StableHash.hash(bytes.rawSpan))
    var sight = Sight(index: index)
    guard hash != look.known[0] else { return sight }
    sight.changes = [Sight.Change(place: 0, hash: hash)]
    sight.response = response()
    return sight
  }

  /// Messages are made only of SKUs that have changed; of the others balances are read in memory and nothing else. One
  /// look ends with so many rows, or so much to tell: the next one goes on behind it.
  private func sight(
    of skus: [String], _ location: String, _ look: Pull.Look, _ shard: ShardID, _ index: UInt64
  ) throws(CallFailure) -> Sight {
    let location = try self.location(look.tenant, location)
    var sight = Sight(index: index)
    var (response, rows) = (PageWriter(), 0)
    defer { pulls.budget.spend(rows) }
    for place in look.first..<skus.count {
      guard rows < LookBudget.rowsMax, !response.isFull else {
        sight.next = place
        break
      }
      let number = try findSKU(look.tenant, skus[place], in: shard)
      let stock = store.stock(of: number, in: shard)
      rows += 1 + stock.count
      let hash = Self.hash(of: stock, location)
      guard hash != look.known[place] else { continue }
      sight.changes.append(Sight.Change(place: place, hash: hash))
      response.append(skuStock(number, in: shard, at: location))
      rows += 1 + stock.count
    }
    if !sight.changes.isEmpty { sight.response = response.finished("") }
    return sight
  }

  private static func hash(of stock: [StockView], _ location: LocationNumber?) -> UInt64 {
    var hash = StableHash()
    for view in stock where location == nil || view.stock.location == location {
      hash.combine(UInt64(view.stock.location.rawValue))
      for account in Inventory.Account.allCases { hash.combine(UInt64(bitPattern: view.balances[account])) }
    }
    return max(1, hash.value)
  }
}
