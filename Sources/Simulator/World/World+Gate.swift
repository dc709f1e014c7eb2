internal import Basics
internal import Inventory
internal import Raft
internal import Replication

// What an edge does with what goes over several shards, at the leader of the home's: it looks whose the lines are, and makes
// its requests where the edge makes them.
extension World {
  private static let tenant = Array("t".utf8)

  /// Begins a hold.
  func begin(_ hold: AcrossHold, _ waiter: Waiter, _ store: Store) throws(StoreRefusal) {
    let shard = RequestMaker.shard(of: hold.home)
    let split = split(hold.lines, of: shard)
    let reserve = Reserve(
      mode: hold.mode, timeToLiveMilliseconds: hold.timeToLiveMilliseconds, lines: split.lines)
    try store.begin(split.request(hold.header, reserve, home: hold.home), in: shard, for: waiter)
  }

  /// Begins an order. One that is all in one shard is a command.
  func begin(_ order: AcrossOrder, _ waiter: Waiter, _ store: Store) throws(StoreRefusal) {
    let shard = RequestMaker.shard(of: order.home)
    let split = split(order.lines, of: shard)
    let create = CreateOrder(
      home: order.home, fingerprint: order.fingerprint, terms: order.terms, replaces: order.replaces, lines: split.lines
    )
    let parts = add(order.terms.name, of: order.header.id, order.home, create.fingerprint, to: split.parts, in: shard)
    guard !parts.isEmpty else {
      return try store.propose(waiter, to: shard) { $0.append(.createOrder(order.header, create)) }
    }
    try store.begin(AcrossRequest.creating(create, order.header, split, parts), in: shard, for: waiter)
  }

  func begin(
    _ amendment: AcrossAmendment, _ shard: ShardID, _ waiter: Waiter, _ store: Store
  ) throws(StoreRefusal) {
    let known = order(amendment.order, in: shard, store)
    var split = SplitReserve(tenant: Self.tenant)
    if let known { split.addGrowth(of: known, amendment.changes) }
    let growth = split.lines.count
    add(amendment.added, to: &split, of: shard)
    let amend = AmendOrder(
      target: OrderTarget(amendment.order, tenant: "t"), fingerprint: amendment.fingerprint,
      changes: amendment.changes, added: Array(split.lines.dropFirst(growth)))
    guard let known, !split.parts.isEmpty else {
      return try store.propose(waiter, to: shard) { $0.append(.amendOrder(amendment.header, amend)) }
    }
    try store.begin(AcrossRequest.amending(known, amend, amendment.header, split), in: shard, for: waiter)
  }

  /// Moves what a hold or an order has of a SKU. What is all of one shard is a command.
  func begin(_ move: AcrossMove, _ shard: ShardID, _ waiter: Waiter, _ store: Store) throws(StoreRefusal) {
    var command = MoveAllocation(
      owner: move.owner, sku: move.from.sku, from: move.from.location, to: move.to, quantity: move.quantity)
    guard move.from.shard != shard else {
      return try store.propose(waiter, to: shard) { $0.append(.moveAllocation(move.header, command)) }
    }
    command.sku = SKUNumber(0)
    let item = RemoteItem(
      slot: RequestMaker.slot(move.from.sku, of: move.from.shard), tenant: "t",
      sku: maker.text(move.from.sku, of: move.from.shard))
    let order = order(move.owner, in: shard, store)
    let there =
      order?.allocated(.remote(item), at: move.from.location)
      ?? view(of: move.owner, in: shard, store)?.held(.remote(item), at: move.from.location) ?? 0
    let request = AcrossRequest.moving(
      command, of: item, claim: order?.claim(of: move.owner) ?? move.owner, home: move.home ?? home(ofHold: move.owner),
      there: there, move.header)
    try store.begin(request, in: shard, for: waiter)
  }

  /// Proposes a command. A confirmation may need the consent of other shards: see ``AcrossRequest``.
  func propose(
    _ command: Command, to shard: ShardID, _ waiter: Waiter, _ store: Store
  ) throws(StoreRefusal) {
    if settings.usesAcross, case .confirmHold(let header, let hold, let terms) = command {
      let view = view(of: hold, in: shard, store)
      var parts = view.map { [AcrossPart](confirming: $0) } ?? []
      let home = view?.home ?? (terms.name == nil ? SlotNumber(0) : home(ofHold: hold))
      parts = add(terms.name, of: header.id, home, terms.fingerprint(confirming: hold), to: parts, in: shard)
      if !parts.isEmpty {
        let request = AcrossRequest.confirming(hold, home: home, terms, header, tenant: Self.tenant, parts)
        return try store.begin(request, in: shard, for: waiter)
      }
    }
    try store.propose(waiter, to: shard) { $0.append(command) }
  }

  /// The home that the id of a hold names.
  private func home(ofHold hold: UniqueID) -> SlotNumber {
    let asked = operations[Int(OperationNumber(of: hold).rawValue)]
    switch asked.request {
    case .reserveAcross(let hold): return hold.home
    case .command(.reserve(_, let reserve)):
      return RequestMaker.lowestSlot(reserve.lines.map { ShardLine(shard: asked.shard, line: $0) })
    case .command, .createOrder, .amendOrder, .moveAcross, .readStock, .readHold, .readOrder, .ofSlots:
      invariantViolated("no hold's id")
    }
  }

  // MARK: What the leader's state says

  private func order(_ id: UniqueID, in shard: ShardID, _ store: Store) -> OrderRecord? {
    guard store.leads(shard) else { return nil }
    do throws(StateReadError) { return try store.order(id, in: shard) } catch { return nil }
  }

  private func view(of id: UniqueID, in shard: ShardID, _ store: Store) -> HoldView? {
    guard store.leads(shard) else { return nil }
    do throws(StateReadError) { return try store.hold(id, in: shard) } catch { return nil }
  }

  // MARK: Whose the lines are

  private func split(_ lines: [ShardLine], of home: ShardID) -> SplitReserve {
    var split = SplitReserve(tenant: Self.tenant)
    add(lines, to: &split, of: home)
    return split
  }

  private func add(_ lines: [ShardLine], to split: inout SplitReserve, of home: ShardID) {
    for line in lines {
      let asked = AcrossLine(
        sku: Array(maker.text(line.line.sku, of: line.shard).utf8), location: line.line.location,
        quantity: line.line.quantity)
      if line.shard == home {
        split.add(asked, as: line.line.sku)
      } else {
        split.add(asked, in: RequestMaker.slot(line.line.sku, of: line.shard))
      }
    }
  }

  private func add(
    _ name: OrderName?, of order: UniqueID, _ home: SlotNumber, _ fingerprint: UInt64, to parts: [AcrossPart],
    in shard: ShardID
  ) -> [AcrossPart] {
    guard let name, RequestMaker.shard(of: name.slot) != shard else { return parts }
    var parts = parts
    parts.add(name, of: order, home: home, fingerprint: fingerprint)
    return parts
  }
}
