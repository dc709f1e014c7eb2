internal import Basics
internal import Inventory
internal import Placement
internal import Raft
internal import Replication

// What a gate does in a world whose slots move: it goes by its node's map, and asks the state of the leader whether the slot
// is there. While the two differ the client is to try again.
extension World {
  func begin(
    _ request: SlotRequest, _ operation: OperationNumber, _ waiter: Waiter, _ store: Store
  ) throws(StoreRefusal) {
    guard let map = store.cluster?.shardMap, let shard = shard(of: request.home, map) else { throw .noLeader }
    operations[Int(operation.rawValue)].shard = shard
    if request.isRead { return try store.read(waiter, from: shard) }
    guard store.leads(shard) else { throw .noLeader }
    for slot in request.slots(slots.catalogue) where self.shard(of: slot, map) == shard {
      guard store.takesCommands(for: slot, in: shard) else { throw .noLeader }
    }
    if case .reserve(let mode, let time, let lines) = request.content {
      return try reserve(request, mode, time, lines, map, waiter, store)
    }
    guard let command = command(request, in: shard, store) else { throw .noLeader }
    try propose(command, to: shard, waiter, store)
  }

  func shard(of slot: SlotNumber, _ map: ShardMap) -> ShardID? { Slot(rawValue: slot.rawValue).map { map[$0] } }

  private func command(_ request: SlotRequest, in shard: ShardID, _ store: Store) -> Command? {
    func of(_ stock: StockKey) -> StockKey? {
      number(of: stock.sku, in: shard, store).map { StockKey(sku: $0, location: stock.location) }
    }
    let header = request.header
    switch request.content {
    case .put(let sku):
      let text = slots.catalogue.text(of: sku)
      return .putSKU(header, PutSKU(slot: request.home, tenant: SlotCatalogue.tenant, sku: text))
    case .receive(let stock, let quantity):
      return of(stock).map { .receive(header, Receive(stock: $0, quantity: quantity)) }
    case .adjust(let stock, let delta): return of(stock).map { .adjust(header, Adjust(stock: $0, delta: delta)) }
    case .extend(let hold, let time): return .extendHold(header, hold: hold, timeToLiveMilliseconds: time)
    case .release(let hold): return .releaseHold(header, hold: hold)
    case .confirm(let hold): return .confirmHold(header, hold: hold)
    case .reserve, .readStock, .readHold: return nil
    }
  }

  private func number(of sku: SKUNumber, in shard: ShardID, _ store: Store) -> SKUNumber? {
    let (tenant, text) = (Array(SlotCatalogue.tenant.utf8), Array(slots.catalogue.text(of: sku).utf8))
    return store.findSKU(tenant: tenant.rawSpan, sku: text.rawSpan, in: shard)
  }

  private func reserve(
    _ request: SlotRequest, _ mode: ReserveMode, _ time: Int64, _ lines: [ReserveLine], _ map: ShardMap,
    _ waiter: Waiter, _ store: Store
  ) throws(StoreRefusal) {
    guard let shard = shard(of: request.home, map) else { throw .noLeader }
    var split = SplitReserve(tenant: Array(SlotCatalogue.tenant.utf8))
    for line in lines {
      let asked = AcrossLine(
        sku: Array(slots.catalogue.text(of: line.sku).utf8), location: line.location, quantity: line.quantity)
      let slot = slots.catalogue.slot(of: line.sku)
      if self.shard(of: slot, map) != shard {
        split.add(asked, in: slot)
      } else if let number = number(of: line.sku, in: shard, store) {
        split.add(asked, as: number)
      } else {
        throw .noLeader
      }
    }
    let reserve = Reserve(mode: mode, timeToLiveMilliseconds: time, lines: split.lines)
    guard split.parts.isEmpty else {
      return try store.begin(split.request(request.header, reserve, home: request.home), in: shard, for: waiter)
    }
    try store.propose(waiter, to: shard) { $0.append(.reserve(request.header, reserve)) }
  }

  // MARK: Reads

  /// Whether what a replica says of a slot may be told: it has the slot, by the state that it shows.
  func mayTell(_ request: SlotRequest, _ shard: ShardID, _ store: Store) -> Bool {
    store.ownsSlot(request.home, in: shard)
  }

  /// Holds what a read shows against the specification, where the replica is as far as anybody is.
  func checkContent(
    _ request: SlotRequest, _ shard: ShardID, _ node: SimulatedNode, _ store: Store
  ) throws(Violation) {
    let stamp = max(store.readStamp, slots.stamp(of: shard))
    switch request.content {
    case .put, .receive, .adjust, .reserve, .extend, .release, .confirm: return
    case .readStock(let stock):
      let number = number(of: stock.sku, in: shard, store) ?? SKUNumber(0)
      let seen = store.stock(StockKey(sku: number, location: stock.location), in: shard)?.balances
      let row = slots.view(of: stock, at: stamp, in: shard)
      guard seen?[.available] ?? 0 == row.available, seen?[.held] ?? 0 == row.held,
        seen?[.allocated] ?? 0 == row.allocated
      else {
        throw Violation(
          .read,
          "\(node.number) shows \(seen?[.available] ?? 0), \(seen?[.held] ?? 0) and \(seen?[.allocated] ?? 0) of"
            + " \(stock) in shard \(shard), not \(row.available), \(row.held) and \(row.allocated)")
      }
    case .readHold(let id):
      let seen: HoldView?
      do throws(StateReadError) { seen = try store.hold(id, in: shard) } catch {
        throw Violation(.read, "\(node.number) cannot read hold \(id): \(error.message)")
      }
      let hold = slots.model.hold(id)
      let state = hold.map { $0.state == .active && $0.expiry <= stamp ? .expired : $0.state }
      guard seen?.state == state, seen?.expiry == hold?.expiry else {
        throw Violation(
          .read,
          "\(node.number) shows hold \(id) in shard \(shard) as \(String(describing: seen?.state)), not"
            + " \(String(describing: state))")
      }
    }
  }
}
