internal import Basics
internal import Inventory

// A hold or an order takes what it has of a SKU from another location: the sequential specification. Of a SKU of another
// shard its slot has set the quantity aside where it goes to.
extension StockModel {
  mutating func moveAllocation(_ id: UniqueID, _ move: MoveAllocation) -> ExpectedAnswer {
    once(id) { $0.move(move, .local(move.sku)) }
  }

  mutating func decideMove(_ id: UniqueID, _ decide: DecideMove) -> ExpectedAnswer {
    let order = orders.first { $0.id == decide.move.owner }
    return once(id, claim: order?.claim ?? decide.move.owner, decide.version, decide.parts) { model in
      model.move(decide.move, .remote(decide.line.item), decide)
    }
  }

  private mutating func move(_ move: MoveAllocation, _ item: LineItem, _ decide: DecideMove? = nil) -> Change {
    guard move.from != move.to else { return .refused(.invalidQuantity(line: 0, quantity: move.quantity)) }
    switch find(move.owner) {
    case .active(let number): return moveHold(Int(number), move, item, decide)
    case .other(.unknownHold): return moveOrder(move, item, decide)
    case .other(let refusal): return .refused(refusal)
    }
  }

  private mutating func moveHold(
    _ number: Int, _ move: MoveAllocation, _ item: LineItem, _ decide: DecideMove?
  ) -> Change {
    var (lines, remotes): ([GrantedLine], [DecidedLine]) = ([], [])
    let mine = zip(holds[number].lines, holds[number].items)
    let there = mine.reduce(0) { $0 + ($1.1.item == item && $1.0.location == move.from ? $1.0.granted : 0) }
    let quantity = move.quantity == 0 ? there : move.quantity
    if let wrong = wrong(move, item, quantity, there: there, .held, claim: move.owner, decide) { return wrong }
    var left = quantity
    for (line, its) in mine {
      let part = its.item == item && line.location == move.from ? min(left, line.granted) : 0
      left -= part
      var (rest, moved) = (line, line)
      rest.granted -= part
      (moved.granted, moved.location) = (part, move.to)
      if part > 0, rest.granted > 0 { moved.asked = 0 }
      for piece in part == 0 ? [line] : rest.granted == 0 ? [moved] : [rest, moved] {
        lines.append(piece)
        guard case .remote(let remote) = its.item else { continue }
        let grants = piece.location.map { [LocationGrant(location: $0, granted: piece.granted)] } ?? []
        remotes.append(DecidedLine(item: remote, grants: grants))
      }
    }
    (holds[number].lines, holds[number].remotes) = (lines, remotes)
    carryOut(move, item, quantity, \.held, claim: move.owner)
    return .done(.allocationMoved)
  }

  private mutating func moveOrder(_ move: MoveAllocation, _ item: LineItem, _ decide: DecideMove?) -> Change {
    guard let place = orders.firstIndex(where: { $0.id == move.owner }) else {
      return .refused(.unknownOwner(move.owner))
    }
    var order = orders[place]
    let status = order.seen(at: now).status
    if status.isOver { return .refused(.order(order.id, .closed(status))) }
    let mine = order.lines.indices.filter { order.lines[$0].item == item && order.lines[$0].location == move.from }
    let there = mine.reduce(0) { $0 + order.lines[$1].allocated }
    let quantity = move.quantity == 0 ? there : move.quantity
    if let wrong = wrong(move, item, quantity, there: there, .allocated, claim: order.claim, decide) { return wrong }
    var left = quantity
    for index in mine {
      let part = min(left, order.lines[index].allocated)
      left -= part
      if part == 0 { continue }
      if part == order.lines[index].allocated, order.lines[index].shipped == 0 {
        order.lines[index].location = move.to
      } else {
        order.lines[index].ordered -= part
        order.lines[index].allocated -= part
        order.lines.append(ModelOrder.Line(item, move.to, part))
      }
    }
    carryOut(move, item, quantity, \.allocated, claim: order.claim)
    order.revision += 1
    orders[place] = order
    return .done(.allocationMoved)
  }

  /// Why it does not move.
  private func wrong(
    _ move: MoveAllocation, _ item: LineItem, _ quantity: Int64, there: Int64, _ account: Account, claim: UniqueID,
    _ decide: DecideMove?
  ) -> Change? {
    guard case .local(let sku) = item, decide == nil else { return wrong(decide, quantity, there, account, claim) }
    let (from, to) = (StockKey(sku: sku, location: move.from), StockKey(sku: sku, location: move.to))
    guard quantity > 0, quantity <= there else {
      return .refused(.insufficient(stock: from, account: account, asked: max(1, quantity), balance: there))
    }
    let available = row(to).map { rows[$0].available } ?? 0
    guard available >= quantity else {
      return .refused(.insufficient(stock: to, account: .available, asked: quantity, balance: available))
    }
    return nil
  }

  private func wrong(
    _ decide: DecideMove?, _ quantity: Int64, _ there: Int64, _ account: Account, _ claim: UniqueID
  ) -> Change? {
    guard let decide else { return nil }
    guard quantity > 0, quantity <= there else {
      return .refused(
        .insufficientElsewhere(
          item: decide.line.item, location: decide.move.from, account: account, asked: max(1, quantity), balance: there)
      )
    }
    let (version, slot) = (versions[claim] ?? 0, decide.line.item.slot)
    let isPrepared =
      decide.parts.map(\.slot) == [slot]
      && decide.line.grants.elementsEqual([(decide.move.to, quantity)]) { ($0.location, $0.granted) == $1 }
    return ClaimVersion.follows(decide.version, version, of: decide.home) && isPrepared ? nil : .unsettled(version)
  }

  private mutating func carryOut(
    _ move: MoveAllocation, _ item: LineItem, _ quantity: Int64, _ account: WritableKeyPath<Row, Int64>, claim: UniqueID
  ) {
    guard case .local(let sku) = item else { return raise(claim) }
    let (source, target) = (StockKey(sku: sku, location: move.from), StockKey(sku: sku, location: move.to))
    guard let from = row(source), let to = row(target) else { return }
    rows[to].available -= quantity
    rows[to][keyPath: account] += quantity
    rows[from][keyPath: account] -= quantity
    rows[from].available += quantity
  }
}
