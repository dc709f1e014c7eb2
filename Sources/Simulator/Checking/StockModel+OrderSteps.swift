internal import Basics
internal import Inventory

// What may happen to an order: the sequential specification.
extension StockModel {
  mutating func changeOrder(_ id: UniqueID, _ target: OrderTarget, _ step: OrderStep) -> ExpectedAnswer {
    once(id) { model in
      guard let place = model.orders.firstIndex(where: { $0.id == target.order }) else {
        return .refused(.order(target.order, .unknown))
      }
      var order = model.orders[place]
      switch Self.carryOut(step, &order, target.reason, at: model.now) {
      case .refused(let refusal): return .refused(.order(order.id, refusal))
      case .again: return .again(.orderChanged(order.id))
      case .changed:
        model.become(place, order)
        return .done(.orderChanged(order.id))
      }
    }
  }

  private enum Done {
    case changed
    case again
    case refused(OrderRefusal)
  }

  private static func carryOut(
    _ step: OrderStep, _ order: inout ModelOrder, _ reason: String, at stamp: Stamp
  ) -> Done {
    let status = order.seen(at: stamp).status
    switch step {
    case .pay(let reference):
      if let paid = order.paid { return paid == reference ? .again : .refused(.paid(reference: paid)) }
      if status == .expired || status == .cancelled { return .refused(.closed(status)) }
      order.paid = reference
    case .hold:
      if status.isOver { return .refused(.closed(status)) }
      order.onHold = reason
    case .resume:
      if status.isOver { return .refused(.closed(status)) }
      order.onHold = nil
    case .cancel(let parts):
      if status.isOver { return .refused(.closed(status)) }
      return take(parts, &order) { $0.cancel($1, $2) } ?? .changed
    case .ship(let shipment, let parts): return ship(shipment, parts, &order, status)
    case .complete:
      if status == .shipped {
        order.isCompleted = true
      } else if status.isOver {
        return .refused(.closed(status))
      } else {
        return .refused(.notShipped(open: order.lines.reduce(0) { $0 + $1.allocated }))
      }
    }
    return .changed
  }

  /// Does something with parts of lines, 0 being all that is left of one, and no parts all that is left of all.
  private static func take(
    _ parts: [LineQuantity], _ order: inout ModelOrder, _ body: (inout ModelOrder, Int, Int64) -> Void
  ) -> Done? {
    for part in parts.isEmpty ? order.lines.indices.map({ LineQuantity(line: $0, quantity: 0) }) : parts {
      guard order.lines.indices.contains(part.line) else { return .refused(.unknownLine(part.line)) }
      let open = order.lines[part.line].allocated
      let quantity = part.quantity == 0 ? open : part.quantity
      guard quantity <= open, quantity > 0 || parts.isEmpty else { return .refused(.notOpen(part, open: open)) }
      if quantity > 0 { body(&order, part.line, quantity) }
    }
    return nil
  }

  private static func ship(
    _ shipment: String, _ parts: [LineQuantity], _ order: inout ModelOrder, _ status: OrderStatus
  ) -> Done {
    if let known = order.shipments.first(where: { $0.id == shipment }) {
      return known.asked == parts || known.lines == parts ? .again : .refused(.shipmentIDReused(shipment))
    }
    if status.isOver { return .refused(.closed(status)) }
    if status == .awaitingPayment { return .refused(.notPaid) }
    if let reason = order.onHold { return .refused(.onHold(reason: reason)) }
    if order.shipments.count == Rules.shipmentsMax { return .refused(.tooManyShipments) }
    var shipped: [LineQuantity] = []
    let wrong = take(parts, &order) { order, line, quantity in
      order.lines[line].allocated -= quantity
      order.lines[line].shipped += quantity
      shipped.append(LineQuantity(line: line, quantity: quantity))
    }
    if let wrong { return wrong }
    order.shipments.append(ModelOrder.Shipment(id: shipment, asked: parts, lines: shipped))
    return .changed
  }

  // MARK: Amendments

  mutating func amendOrder(_ id: UniqueID, _ amend: AmendOrder) -> ExpectedAnswer {
    once(id) { $0.amend(amend, [], []) }
  }

  mutating func decideAmend(_ id: UniqueID, _ decide: DecideAmend) -> ExpectedAnswer {
    let order = orders.first { $0.id == decide.amend.target.order }
    return once(id, claim: order?.claim, decide.version, decide.parts) { model in
      guard let order else { return .refused(.order(decide.amend.target.order, .unknown)) }
      let version = model.versions[order.claim] ?? 0
      guard ClaimVersion.follows(decide.version, version, of: order.home) else { return .unsettled(version) }
      return model.amend(decide.amend, decide.remote, decide.parts)
    }
  }

  private mutating func amend(_ amend: AmendOrder, _ remote: [DecidedLine], _ parts: [ClaimPart]) -> Change {
    guard let place = orders.firstIndex(where: { $0.id == amend.target.order }) else {
      return .refused(.order(amend.target.order, .unknown))
    }
    var order = orders[place]
    func refused(_ refusal: OrderRefusal) -> Change { .refused(.order(order.id, refusal)) }
    let status = order.seen(at: now).status
    if status.isOver { return refused(.closed(status)) }
    if amend.expectedRevision != 0, amend.expectedRevision != order.revision {
      return refused(.changed(revision: order.revision))
    }
    var (wanted, grown): ([ReserveLine], [Int]) = ([], [])
    for change in amend.changes {
      guard order.lines.indices.contains(change.line) else { return refused(.unknownLine(change.line)) }
      let line = order.lines[change.line]
      let more = change.quantity - line.wanted
      if -more > line.allocated { return refused(.notOpen(change, open: line.allocated)) }
      if more < 0 {
        order.lines[change.line].ordered += more
        order.lines[change.line].allocated += more
      } else if more > 0 {
        grown.append(change.line)
        var sku = SKUNumber(0)
        if case .local(let own) = line.item { sku = own }
        wanted.append(ReserveLine(sku: sku, location: line.location, quantity: more))
      }
    }
    // What was prepared is for the order as it was when that was asked for.
    let remoteGrown = grown.compactMap { order.lines[$0].item.remote == nil ? nil : order.lines[$0] }
    let addedCount = amend.added.count { $0.sku.rawValue == 0 }
    let isFor = zip(remoteGrown, remote).allSatisfy { $0.item == .remote($1.item) && $1.isAt($0.location) }
    guard remote.count == remoteGrown.count + addedCount, isFor else {
      return refused(.changed(revision: order.revision))
    }
    switch lines(wanted + amend.added, remote, parts) {
    case .failure(let failure): return .refused(failure.refusal)
    case .success(let lines):
      for (index, line) in lines.enumerated() {
        guard index < grown.count else {
          order.lines.append(line)
          continue
        }
        order.lines[grown[index]].ordered += line.ordered
        order.lines[grown[index]].allocated += line.allocated
      }
      become(place, order, parts: parts)
      return .done(.orderChanged(order.id))
    }
  }

  // MARK: What follows

  /// An order becomes what it is to be: its stock here at once, that of other slots by being told, under a new version.
  private mutating func become(_ place: Int, _ new: ModelOrder, parts: [ClaimPart] = []) {
    let old = orders[place]
    var isTold = !parts.isEmpty
    for (index, line) in new.lines.enumerated() {
      let before = index < old.lines.count ? old.lines[index].portion : Portion()
      if line.item.remote != nil, before != line.portion { isTold = true }
      move(line, by: line.allocated - before.allocated, to: \.allocated, from: \.available)
      move(line, by: line.shipped - before.shipped, to: \.shipped, from: \.available)
    }
    if new.status.isOver, !old.status.isOver, !new.slots.isEmpty { isTold = true }
    if isTold { raise(new.claim) }
    orders[place] = new
    orders[place].revision += 1
  }

  /// Orders whose time to pay is up, as many as one entry expires. Answers how many of them have stock in other shards.
  mutating func expireOrders() -> Int {
    guard nextPayBy <= now else { return 0 }
    let waiting = orders.indices.filter { orders[$0].isAwaitingPayment }
      .sorted { (orders[$0].payBy ?? now, orders[$0].id) < (orders[$1].payBy ?? now, orders[$1].id) }
    let due = waiting.prefix { orders[$0].payBy ?? now <= now }.prefix(Rules.sweepOrdersPerEntry)
    var across = 0
    for place in due {
      var order = orders[place]
      order.expire()
      if !order.slots.isEmpty { across += 1 }
      become(place, order)
    }
    nextPayBy = waiting.dropFirst(due.count).first.flatMap { orders[$0].payBy } ?? Stamp.distantFuture
    return across
  }
}

extension DecidedLine {
  fileprivate func isAt(_ location: LocationNumber) -> Bool { grants.allSatisfy { $0.location == location } }
}
