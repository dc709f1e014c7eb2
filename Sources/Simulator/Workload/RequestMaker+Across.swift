internal import Basics
internal import Inventory

// What clients ask for where half of the load goes over several shards: holds and orders, and all that is done with them.
extension RequestMaker {
  typealias Made = (shard: ShardID, request: Operation.Request)

  static func shard(of slot: SlotNumber) -> ShardID { ShardID(UInt32(slot.rawValue) / slotsPerShard) }

  static func lowestSlot(_ lines: [ShardLine]) -> SlotNumber {
    lines.map { slot($0.line.sku, of: $0.shard) }.min() ?? SlotNumber(0)
  }

  func acrossRequest(
    _ client: Client, _ known: KnownOrders, _ header: RequestHeader, _ chance: inout Chance
  ) -> Made {
    let shard = ShardID(UInt32(1 + chance.below(shardCount)))
    switch chance.below(100) {
    case 0..<8: return (shard, .readStock(stock(&chance)))
    case 8..<18: return (shard, receipt(header, upTo: 20, &chance))
    case 18..<20: return (shard, adjustment(header, &chance))
    case 20..<42 where !client.knownHolds.isEmpty:
      let hold = chance.pick(client.knownHolds)
      return chance.oneIn(6)
        ? (hold.shard, move(hold.id, nil, hold.stock, header, &chance)) : onHold(hold, header, &chance)
    case 42..<70 where !known.orders.isEmpty: return onOrder(chance.pick(known.orders), header, &chance)
    case 70..<84: return createOrder(known, header, &chance)
    default:
      if chance.oneIn(3) { return (shard, .command(.reserve(header, reserve(&chance)))) }
      let hold = AcrossHold(
        header: header, mode: chance.oneIn(2) ? .allOrNothing : chance.oneIn(2) ? .wholeLines : .upTo,
        timeToLiveMilliseconds: timeToLive(&chance), lines: shardLines(&chance))
      return (Self.shard(of: hold.home), .reserveAcross(hold))
    }
  }

  /// Lines of one to five shards, mostly of several.
  private func shardLines(_ chance: inout Chance) -> [ShardLine] {
    let first = chance.below(shardCount)
    let count = chance.oneIn(5) ? 1 : chance.within(2...min(5, shardCount))
    return (0..<count).flatMap { place in
      (0..<(chance.oneIn(6) ? 2 : 1)).map { _ in
        let stock = stock(&chance)
        return ShardLine(
          shard: ShardID(UInt32(1 + (first + place) % shardCount)),
          line: ReserveLine(sku: stock.sku, location: stock.location, quantity: Int64(chance.within(1...6))))
      }
    }
  }

  private func createOrder(_ known: KnownOrders, _ header: RequestHeader, _ chance: inout Chance) -> Made {
    if !known.named.isEmpty, chance.oneIn(4) {
      // What a marketplace has said once it says again, under another id.
      var again = chance.pick(known.named)
      again.header = header
      if chance.oneIn(6) { again.lines = shardLines(&chance) }
      return (Self.shard(of: again.home), .createOrder(again))
    }
    let lines = shardLines(&chance)
    var order = AcrossOrder(header: header, home: Self.lowestSlot(lines), terms: terms(&chance), lines: lines)
    if !known.orders.isEmpty, chance.oneIn(10) {
      let replaced = chance.pick(known.orders)
      order.replaces = replaced.id
      order.home = replaced.home
    }
    return (Self.shard(of: order.home), .createOrder(order))
  }

  func terms(_ chance: inout Chance) -> OrderTerms {
    var terms = OrderTerms(tenant: "t", payWithinMilliseconds: chance.oneIn(2) ? 0 : timeToLive(&chance))
    if chance.oneIn(4) {
      let number = UInt32(chance.below(40))
      let slot = (1 + number % UInt32(shardCount)) * Self.slotsPerShard + 50 + number % 3
      terms.name = OrderName(tenant: "t", channel: "shop", number: "N-\(number)", slot: SlotNumber(UInt16(slot)))
    }
    return terms
  }

  private func onOrder(_ known: KnownOrders.Known, _ header: RequestHeader, _ chance: inout Chance) -> Made {
    let shard = Self.shard(of: known.home)
    func change(_ step: OrderStep, _ reason: String = "") -> Made {
      (shard, .command(.changeOrder(header, OrderTarget(known.id, tenant: "t", reason: reason), step)))
    }
    switch chance.below(22) {
    case 20..<22: return (shard, move(known.id, known.home, known.stock, header, &chance))
    case 0..<3: return change(.pay(reference: chance.oneIn(8) ? "p2" : "p1"))
    case 3: return change(.hold, "because")
    case 4: return change(.resume)
    case 5: return change(.complete)
    case 6: return change(.cancel([]))
    case 7..<9:
      let quantity = Int64(chance.below(3))
      return change(.cancel([LineQuantity(line: chance.below(3), quantity: quantity)]))
    case 9..<14: return change(ship(&chance))
    case 14..<18: return (shard, .amendOrder(amendment(of: known.id, header, &chance)))
    default: return (shard, .readOrder(known.id))
    }
  }

  /// Mostly of what the owner had once; else of any SKU.
  private func move(
    _ owner: UniqueID, _ home: SlotNumber?, _ known: [ShardStock], _ header: RequestHeader, _ chance: inout Chance
  ) -> Operation.Request {
    let any = stock(&chance)
    var from = ShardStock(shard: ShardID(UInt32(1 + chance.below(shardCount))), sku: any.sku, location: any.location)
    if !known.isEmpty, !chance.oneIn(8) { from = chance.pick(known) }
    var to = stock(&chance).location
    if to == from.location, !chance.oneIn(8) { to = LocationNumber(to.rawValue % UInt16(settings.locations) + 1) }
    return .moveAcross(
      AcrossMove(header: header, owner: owner, home: home, from: from, to: to, quantity: Int64(chance.below(4))))
  }

  /// What a shipment says follows from its id, mostly, so that it is replayed.
  private func ship(_ chance: inout Chance) -> OrderStep {
    let number = chance.below(5)
    let said = chance.oneIn(8) ? chance.below(5) : number
    let parts: [[LineQuantity]] = [
      [LineQuantity(line: 0, quantity: 1)], [LineQuantity(line: 1, quantity: 1), LineQuantity(line: 0, quantity: 0)],
      [], [LineQuantity(line: 1, quantity: 0)], [LineQuantity(line: 2, quantity: 2)],
    ]
    return .ship(shipment: "s\(number)", parts[said])
  }

  private func amendment(
    of order: UniqueID, _ header: RequestHeader, _ chance: inout Chance
  ) -> AcrossAmendment {
    let first = chance.below(3)
    let changes = (0..<chance.within(0...2)).map { place in
      LineQuantity(line: (first + place) % 3, quantity: Int64(chance.within(1...9)))
    }
    let added = changes.isEmpty || chance.oneIn(3) ? Array(shardLines(&chance).prefix(2)) : []
    return AcrossAmendment(header: header, order: order, changes: changes, added: added)
  }
}
