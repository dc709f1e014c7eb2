import Basics
import Inventory

// What a hold or an order has of another slot moves to another location.
extension Twin {
  mutating func decide(_ decide: DecideMove) -> Change {
    let (move, item) = (decide.move, decide.line.item)
    if move.quantity < 0 || move.quantity > 1 << 53 || move.from == move.to {
      return .refused(.invalidQuantity(line: 0, quantity: move.quantity))
    }
    if let refusal = refusal(move.owner) {
      return refusal == .unknownHold(move.owner) ? moveOrder(decide) : .refused(refusal)
    }
    let hold = holds[move.owner]!
    let mine = hold.lines.indices.filter { hold.lines[$0].remote == item && hold.lines[$0].location == move.from }
    let there = mine.map { hold.lines[$0].granted }.reduce(0, +)
    let wanted = move.quantity == 0 ? there : move.quantity
    let version = shards.versions[move.owner] ?? 0
    let claim = ClaimKey(id: move.owner, slot: hold.home)
    if let wrong = wrong(decide, wanted, there, .held, version, claim) { return wrong }
    var (lines, left): ([Line], Int64) = ([], wanted)
    for (index, line) in hold.lines.enumerated() {
      let part = mine.contains(index) ? min(left, line.granted) : 0
      left -= part
      if part < line.granted || part == 0 {
        lines.append(line)
        lines[lines.count - 1].granted -= part
      }
      if part == 0 { continue }
      lines.append(line)
      lines[lines.count - 1].granted = part
      lines[lines.count - 1].location = move.to
      if part < line.granted { lines[lines.count - 1].asked = 0 }
    }
    if lines.count > 200 { return .refused(.tooManyLines(move.owner)) }
    holds[move.owner]!.lines = lines
    shards.versions[move.owner] = decide.version
    tell(move.owner, [item.slot], isOver: false, parts: decide.parts)
    return .done("moved \(move.owner)")
  }

  private mutating func moveOrder(_ decide: DecideMove) -> Change {
    let (move, item) = (decide.move, decide.line.item)
    guard let order = orders[move.owner] else { return .refused(.unknownOwner(move.owner)) }
    if [.shipped, .completed, .expired, .cancelled].contains(order.status) {
      return .refused(.order(move.owner, .closed(order.status)))
    }
    let mine = order.lines.indices.filter { order.lines[$0].remote == item && order.lines[$0].location == move.from }
    let there = mine.map { order.lines[$0].allocated }.reduce(0, +)
    let wanted = move.quantity == 0 ? there : move.quantity
    let claim = ClaimKey(id: order.claim, slot: order.home)
    if let wrong = wrong(decide, wanted, there, .allocated, order.claimVersion, claim) { return wrong }
    var (moved, left) = (order, wanted)
    for index in mine where left > 0 && moved.lines[index].allocated > 0 {
      let part = min(left, moved.lines[index].allocated)
      left -= part
      if part == moved.lines[index].allocated, moved.lines[index].shipped == 0, moved.lines[index].backordered == 0 {
        moved.lines[index].location = move.to
        continue
      }
      moved.lines[index].ordered -= part
      moved.lines[index].allocated -= part
      moved.lines.append(
        TwinOrder.Line(
          sku: moved.lines[index].sku, location: move.to, ordered: part, allocated: part, remote: item))
    }
    if moved.lines.count > 200 { return .refused(.order(move.owner, .tooManyLines)) }
    if let refusal = beyondMax(moved.lines) { return .refused(refusal) }
    change(move.owner) { $0 = moved }
    tellChange(move.owner, from: order, parts: decide.parts)
    return .done("moved \(move.owner)")
  }

  private func wrong(
    _ decide: DecideMove, _ quantity: Int64, _ there: Int64, _ account: Account, _ version: UInt64, _ claim: ClaimKey
  ) -> Change? {
    if quantity < 1 || quantity > there {
      return .refused(
        .insufficientElsewhere(
          item: decide.line.item, location: decide.move.from, account: account, asked: max(1, quantity), balance: there)
      )
    }
    let grants = decide.line.grants
    let isPrepared = grants.count == 1 && grants[0].location == decide.move.to && grants[0].granted == quantity
    let isPart = decide.parts.count == 1 && decide.parts[0].slot == decide.line.item.slot
    return ClaimVersion.follows(decide.version, version, of: decide.home) && isPrepared && isPart
      ? nil : .unsettled(claim, version)
  }
}
