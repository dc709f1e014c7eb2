internal import Basics
internal import Inventory
internal import Placement
internal import Raft
internal import Replication

// What ops do in a world whose slots move: they order moves and splits, and pause, resume and cancel them.
extension World {
  /// Orders a move, or has one wait, go on or end early; answers whether there was anything to do.
  func orderMove(_ chance: inout Chance, _ table: ClusterTable, _ node: SimulatedNode) -> Bool {
    let open = table.moves.filter { !$0.isOver }
    if !open.isEmpty, chance.oneIn(3) {
      let move = chance.pick(open)
      let state: SlotMove.State =
        move.state == .paused ? .running : chance.oneIn(3) ? .cancelled : .paused
      if state == .cancelled { coverage.reach(.moveCancelled) }
      trace.say(time, "ops want move \(move.id) of slots \(move.slots) to be \(state)")
      send([.setMoveState(move: move.id, state)], to: node)
      return true
    }
    guard let order = moveOrder(&chance, table) else { return false }
    trace.say(time, "ops want slots \(order.ranges) of shard \(order.from) in shard \(order.to)")
    send([.beginMoves(order)], to: node)
    return true
  }

  private func moveOrder(_ chance: inout Chance, _ table: ClusterTable) -> MoveOrder? {
    let map = table.shardMap
    let from = chance.pick(map.inventoryShards)
    // Around a SKU, so that there is something in it: from a few slots to about a quarter of all.
    let own = slots.catalogue.skus.filter { shard(of: slots.catalogue.slot(of: $0), map) == from }
    guard !own.isEmpty else { return nil }
    let slot = slots.catalogue.slot(of: chance.pick(own)).rawValue
    guard let range = map.ranges(of: from).first(where: { $0.contains(slot) }) else { return nil }
    let width = UInt16(chance.pick([0, 20, 500, 4_000]))
    let first = max(range.lowerBound, slot > width ? slot - width : 0)
    let last = min(range.upperBound, slot + width)
    var others = table.shards.map(\.shard).filter { $0 != .meta && $0 != from }
    let made = table.shards.count - 1 - temper.shardCount
    if splitsOrdered < settings.splitsMax, made < WorldSettings.shardsMadeMax { others.append(.meta) }
    guard !others.isEmpty else { return nil }
    let to = chance.pick(others)
    var order = MoveOrder(from: from, to: to, ranges: [first...last])
    if to == .meta {
      order.founders = founders(&chance, table)
      guard !order.founders.isEmpty else { return nil }
      splitsOrdered += 1
      order.preferredLeader = chance.oneIn(2) ? chance.pick(order.founders) : .none
    }
    return order
  }

  private func founders(_ chance: inout Chance, _ table: ClusterTable) -> [NodeID] {
    var active = table.nodes.filter { $0.state == .active }.map(\.number)
    for place in active.indices.reversed() where place > 0 { active.swapAt(place, chance.below(place + 1)) }
    return active.prefix(chance.pick([1, 3, 3])).sorted()
  }

  /// While there are faults ops order moves all the time; without, nothing is left half way: they let everything go on.
  func goOnMoving(_ table: ClusterTable, _ node: SimulatedNode) -> Bool {
    if phase == .faulty { return slotChance.oneIn(3) && orderMove(&slotChance, table, node) }
    guard case .healing = phase, let move = table.moves.first(where: { $0.state == .paused }) else { return false }
    send([.setMoveState(move: move.id, .running)], to: node)
    return true
  }

  // MARK: Shards that are made

  /// Whether a shard is there: it was founded, or is in the table of whoever leads the meta shard.
  func isMade(_ shard: ShardID) -> Bool {
    guard Int(shard.rawValue) > temper.shardCount else { return true }
    return leader(of: .meta)?.store.cluster?.shard(shard) != nil
  }

  /// A node has made its replica of a shard that is new: the members that it begins with are in the table.
  func noteFounding(of shard: Int, _ node: SimulatedNode) {
    guard configurations[shard].isEmpty,
      let record = node.store?.cluster?.shard(ShardID(UInt32(shard))), !record.founders.isEmpty
    else { return }
    coverage.reach(.shardMade)
    let members = record.founders.map { MemberID(node: $0.node, life: $0.life) }.sorted()
    firstMembers[shard] = members
    configurations[shard] = [Configuration(voters: members)]
    trace.say(time, "shard \(shard) begins with the members \(members)")
  }

  // MARK: At the end

  /// Whether slots are on their way, as far as anyone can tell: without a leader of the table nobody can.
  var isMovingSlots: Bool {
    leader(of: .meta)?.store.cluster?.moves.contains { !$0.isOver } ?? true
  }

  /// What keeps the moves from being at rest; `nil` if nothing does.
  func missingMove() -> String? {
    guard let table = leader(of: .meta)?.store.cluster else { return "the cluster is not founded" }
    if let move = table.moves.first(where: { !$0.isOver }) {
      return "move \(move.id) of slots \(move.slots) is not over"
    }
    for slot in 0..<UInt16(Slot.count) {
      let (known, owner) = (shard(of: SlotNumber(slot), table.shardMap), slots.owner(of: SlotNumber(slot)))
      guard known == owner else { return "slot \(slot) is shard \(owner)'s, and not \(String(describing: known))'s" }
    }
    for shard in table.shards.map(\.shard) where shard != .meta {
      guard let (_, store, _) = leader(of: shard) else { return "shard \(shard) has no leader" }
      if store.hasLeftovers(in: shard) { return "shard \(shard) has records of slots that went away" }
    }
    return nil
  }

  /// Once all is at rest each SKU must take one more command, wherever it is.
  func probeSlots() -> String? {
    for (place, sku) in slots.catalogue.skus.enumerated() where place < clients.count {
      let operation = OperationNumber(rawValue: UInt32(operations.count))
      let id = operation.requestID(at: NodeClock.epochMilliseconds + Int64(time.nanoseconds / 1_000_000))
      let stock = StockKey(sku: sku, location: LocationNumber(1))
      let request = SlotRequest(
        header: RequestHeader(id: id), home: slots.catalogue.slot(of: sku), content: .receive(stock, 1))
      ask(operation, Int32(place), request)
    }
    return "the last commands are under way"
  }

  /// Whoever leads the shard of a SKU shows what the specification says, and every hold has in each slot what it should.
  func checkSlotsAtRest() throws(Violation) {
    for sku in slots.catalogue.skus {
      let shard = slots.owner(of: slots.catalogue.slot(of: sku))
      guard let (node, store, _) = leader(of: shard) else { continue }
      for location in 1...temper.workload.locations {
        let stock = StockKey(sku: sku, location: LocationNumber(UInt16(location)))
        let request = SlotRequest(
          header: RequestHeader(id: .zero), home: slots.catalogue.slot(of: sku), content: .readStock(stock))
        try checkContent(request, shard, node, store)
      }
    }
    if let text = slots.brokenClaim() { throw Violation(.atomicity, text) }
    if let text = slots.model.firstBrokenInvariant() { throw Violation(.ledger, text) }
  }
}
