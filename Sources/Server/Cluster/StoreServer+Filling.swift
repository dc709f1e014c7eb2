internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Lines of orders that wait for stock of other shards: what comes there is asked for from time to time by whoever leads the
/// order's home, oldest id first, some orders at a time.
extension StoreServer {
  /// Orders of one shard that are looked at in one go.
  private static let ordersPerLook = 8
  /// A look costs the shards that are asked an entry each.
  private static let reportsPerLook: UInt64 = 5

  func fillOrdersFromElsewhere() {
    duties.reportCount &+= 1
    guard duties.reportCount % Self.reportsPerLook == 0 else { return }
    for shard in inventoryShards where node.storeIndex(of: shard) == index && store.leads(shard) {
      let last = duties.lastFilled[shard] ?? .zero
      let orders = store.ordersWaitingElsewhere(in: shard, after: last, limit: Self.ordersPerLook)
      duties.lastFilled[shard] = orders.count == Self.ordersPerLook ? orders.last : nil
      for order in orders { fill(order, in: shard) }
    }
  }

  private func fill(_ id: UniqueID, in shard: ShardID) {
    let nobody = CallOrigin.part(0, of: gatherings.insert(.unattended), store: UInt16(index))
    do throws(CallFailure) {
      let found = try reading { () throws(StateReadError) in try store.order(id, in: shard) }
      guard let order = found else { return fail(nobody, CallFailure.unknownOrder(id.description)) }
      try begin(request(filling: id, order), .orderAmendOrder, nobody, in: shard)
    } catch {
      fail(nobody, error)
    }
  }

  /// Asks for whatever there is of what the order's lines wait for.
  private func request(filling id: UniqueID, _ order: OrderRecord) -> AcrossRequest {
    var split = SplitReserve(tenant: Array(order.tenant.utf8))
    var changes: [LineQuantity] = []
    for (place, line) in order.lines.enumerated() where line.backordered > 0 {
      guard case .remote(let item) = line.item else { continue }
      split.add(
        AcrossLine(sku: Array(item.sku.utf8), location: line.location, quantity: line.backordered), in: item.slot)
      changes.append(LineQuantity(line: place, quantity: line.backordered))
    }
    let header = RequestHeader(id: ids.next(at: store.readStamp), isGenerated: true)
    let amend = AmendOrder(
      target: OrderTarget(id, tenant: order.tenant), fingerprint: 0, changes: changes, fills: true)
    var request = AcrossRequest.amending(order, amend, header, split)
    request.mode = .upTo
    if !split.namesAllLocations { request.ranked = locations.ranking(tenant: split.tenant.rawSpan) }
    return request
  }
}
