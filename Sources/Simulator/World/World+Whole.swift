internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// Whole or not at all: what must be true of all shards together when nothing is under way any more.
extension World {
  /// Every hold and order that has lines in other shards has there just what it should, and nothing else is set aside
  /// anywhere; every external number is that of one order; what left for customers is what was shipped.
  func checkAtomicity() throws(Violation) {
    var owned = SortedMap<ClaimKey, Bool>()
    for history in stocked {
      for hold in history.model.holds where hold.hasRemoteStock { try check(hold, &owned) }
      for order in history.model.orders { try check(order, &owned) }
    }
    for history in stocked {
      try checkNoStrays(history, owned)
      try checkNames(history)
    }
    try checkShipped()
  }

  private var stocked: [ShardHistory] { histories.filter { $0.shard != .meta } }

  /// The stock that a line of another shard is of.
  private func stock(of item: RemoteItem, at location: LocationNumber) -> StockKey {
    let sku = UInt32(item.slot.rawValue) % RequestMaker.slotsPerShard
    return StockKey(sku: SKUNumber(sku), location: location)
  }

  private func claim(_ key: ClaimKey) -> ModelClaim? {
    histories[Int(RequestMaker.shard(of: key.slot).rawValue)].model.claims[key]
  }

  /// Of one that became an order the order is looked at.
  private func check(_ hold: StockModel.Hold, _ owned: inout SortedMap<ClaimKey, Bool>) throws(Violation) {
    guard hold.state != .confirmed else { return }
    for slot in hold.remotes.filter({ !$0.grants.isEmpty }).map(\.item.slot).sorted() {
      var wanted: [ModelClaim.Line] = []
      for line in hold.remotes where line.item.slot == slot && hold.state == .active {
        for grant in line.grants {
          wanted.add(stock(of: line.item, at: grant.location), Portion(held: grant.granted))
        }
      }
      let key = ClaimKey(id: hold.id, slot: slot)
      try check(key, has: wanted, "hold \(hold.id), \(hold.state)")
      owned[key] = true
    }
  }

  private func check(_ order: ModelOrder, _ owned: inout SortedMap<ClaimKey, Bool>) throws(Violation) {
    for slot in order.slots {
      var wanted: [ModelClaim.Line] = []
      for line in order.lines where !order.status.isOver {
        guard let item = line.item.remote, item.slot == slot else { continue }
        wanted.add(stock(of: item, at: line.location), line.portion)
      }
      let key = ClaimKey(id: order.claim, slot: slot)
      try check(key, has: wanted, "order \(order.id), \(order.status)")
      guard order.status.isOver || order.nameSlot != slot || claim(key)?.keepsName == true else {
        throw Violation(.atomicity, "order \(order.id) is open, and its number is not kept by \(key)")
      }
      owned[key] = true
    }
  }

  private func check(_ key: ClaimKey, has wanted: [ModelClaim.Line], _ owner: String) throws(Violation) {
    let claim = claim(key)
    let has = (claim?.lines ?? []).sorted { $0.stock < $1.stock }
    guard claim?.pending == nil, has == wanted.sorted(by: { $0.stock < $1.stock }) else {
      throw Violation(
        .atomicity,
        "\(key) of \(owner), has \(has), not \(wanted)\(claim?.pending == nil ? "" : "; it still waits to be told")")
    }
  }

  private func checkNoStrays(_ history: ShardHistory, _ owned: SortedMap<ClaimKey, Bool>) throws(Violation) {
    var stray: ClaimKey?
    history.model.claims.forEach { key, _ in
      if owned[key] == nil { stray = key }
      return stray == nil
    }
    if let stray { throw Violation(.atomicity, "\(stray) is there, and no hold and no order knows of it") }
  }

  /// The names that a shard keeps are of orders that have them, each of one; and each order's name is kept.
  private func checkNames(_ history: ShardHistory) throws(Violation) {
    for name in history.model.names {
      let home = histories[Int(RequestMaker.shard(of: name.home).rawValue)]
      guard name.pending == nil, home.model.order(name.order)?.name == name.name else {
        throw Violation(.atomicity, "number '\(name.name.number)' is taken for order \(name.order), which has it not")
      }
    }
    for order in history.model.orders {
      guard let name = order.name else { continue }
      let keeper = histories[Int(RequestMaker.shard(of: name.slot).rawValue)]
      guard keeper.model.names.first(where: { $0.name == name })?.order == order.id else {
        throw Violation(.atomicity, "order \(order.id) has number '\(name.number)', which is not kept for it")
      }
    }
  }

  /// What left each shard for customers is what orders, wherever their homes are, have shipped of it.
  private func checkShipped() throws(Violation) {
    for history in stocked {
      for row in history.model.rows {
        let shipped = stocked.reduce(0) { sum, home in
          home.model.orders.reduce(sum) { $0 + self.shipped(of: row.stock, in: history.shard, by: $1, of: home.shard) }
        }
        guard row.shipped == shipped else {
          throw Violation(
            .atomicity, "shard \(history.shard): \(row.shipped) of \(row.stock) left, and \(shipped) were shipped")
        }
      }
    }
  }

  private func shipped(of stock: StockKey, in shard: ShardID, by order: ModelOrder, of home: ShardID) -> Int64 {
    order.lines.reduce(0) { sum, line in
      let place: (ShardID, StockKey) =
        switch line.item {
        case .local(let sku): (home, StockKey(sku: sku, location: line.location))
        case .remote(let item): (RequestMaker.shard(of: item.slot), self.stock(of: item, at: line.location))
        }
      return place == (shard, stock) ? sum + line.shipped : sum
    }
  }

  /// Where nothing fails, no units are hidden from buyers for long by what comes to nothing. With faults the bound is that of
  /// doubt: see ``doubt(in:)``.
  func checkPhantoms() throws(Violation) {
    guard settings.faults.isEmpty else { return }
    for node in nodes {
      for shard in 1...UInt32(temper.shardCount) {
        let longest = node.store?.status(of: ShardID(shard))?.phantomLongestMilliseconds ?? 0
        guard longest <= Self.phantomMax.milliseconds else {
          throw Violation(
            .doubt, "shard \(shard): units were hidden for \(longest) ms by what came to nothing, and nothing failed")
        }
      }
    }
  }

  private static let phantomMax = WorldTime.Span.seconds(5)

  /// A replica shows an order as the specification has it.
  func check(
    _ id: UniqueID, _ shard: ShardID, at stamp: Stamp, _ node: SimulatedNode, _ store: Store
  ) throws(Violation) {
    let seen: OrderRecord?
    do throws(StateReadError) { seen = try store.order(id, in: shard) } catch {
      throw Violation(.read, "\(node.number) cannot read order \(id): \(error.message)")
    }
    let expected = histories[Int(shard.rawValue)].model.order(id)?.seen(at: stamp)
    let difference = expected.map { $0.difference(from: seen) } ?? (seen == nil ? nil : "is there")
    if let difference { throw Violation(.read, "\(node.number): order \(id) \(difference)") }
  }
}

extension [ModelClaim.Line] {
  fileprivate mutating func add(_ stock: StockKey, _ portion: Portion) {
    if portion.isZero { return }
    guard let place = firstIndex(where: { $0.stock == stock }) else {
      return append(ModelClaim.Line(stock: stock, portion: portion))
    }
    self[place].portion.held += portion.held
    self[place].portion.allocated += portion.allocated
    self[place].portion.shipped += portion.shipped
  }
}
