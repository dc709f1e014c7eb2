internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Orders that need stock or a name of other shards, at the leader of the home's. What is all here is one command, as ever.
extension StoreServer {
  /// The lines of an order, split by whose they are: those of this shard are resolved here, the others by the shards that
  /// have them.
  func split(
    _ lines: [NewOrderLine], _ split: inout SplitReserve, _ shard: ShardID
  ) throws(CallFailure) {
    for line in lines {
      let (sku, location) = (Array(line.sku.utf8), Array(line.location.utf8))
      let number: LocationNumber? =
        location.isEmpty ? nil : try self.location(split.tenant.rawSpan, location.rawSpan)
      let asked = AcrossLine(sku: sku, location: number, quantity: line.quantity)
      let slot = Slot(tenant: split.tenant.rawSpan, sku: sku.rawSpan)
      guard self.shard(of: slot) == shard else {
        split.add(asked, in: SlotNumber(slot.rawValue))
        continue
      }
      guard let known = store.findSKU(tenant: split.tenant.rawSpan, sku: sku.rawSpan, in: shard) else {
        throw .unknownSKU(line.sku)
      }
      split.add(asked, as: known)
    }
  }

  /// The locations that lines which name none may come from: the caller's, or those that the table ranks.
  func ranking(
    _ ids: [String], _ sourcing: Sourcing, of split: SplitReserve, in shard: ShardID
  ) throws(CallFailure) -> [LocationNumber] {
    try Self.checkRanking(ids.count, sourcing)
    guard sourcing.strategy == .ranked else {
      return split.namesAllLocations ? [] : ranking(tenant: split.tenant.rawSpan, of: split.skus, in: shard)
    }
    var ranking: [LocationNumber] = []
    for id in ids {
      let bytes = Array(id.utf8)
      ranking.append(try location(split.tenant.rawSpan, bytes.rawSpan))
    }
    return ranking
  }

  /// Adds the name of an order to what is asked of its slot, if another shard keeps it.
  func add(
    _ name: OrderName?, of order: UniqueID, _ home: SlotNumber, _ fingerprint: UInt64, to parts: inout [AcrossPart],
    in shard: ShardID
  ) {
    guard let name, let slot = Slot(rawValue: name.slot.rawValue), self.shard(of: slot) != shard else { return }
    let bytes = name.claimed(by: order, home: home, fingerprint: fingerprint)
    if let part = parts.firstIndex(where: { $0.slot == name.slot }) {
      parts[part].name = bytes
    } else {
      parts.append(AcrossPart(slot: name.slot, name: bytes))
    }
  }

  func begin(
    _ request: AcrossRequest, _ method: Method, _ origin: CallOrigin, in shard: ShardID
  ) throws(CallFailure) {
    try checkAcross()
    let call = PendingCall(origin: origin, method: method, context: UInt32(request.home.rawValue))
    do throws(StoreRefusal) { try store.begin(request, in: shard, for: call.waiter) } catch { throw CallFailure(error) }
  }
}

// MARK: - Confirming

extension StoreServer {
  /// What has to be asked of others before a hold becomes an order: its lines in other shards once more, if it has expired,
  /// and the name of the order.
  func partsToConfirm(
    _ hold: HoldView, _ terms: OrderTerms, _ header: RequestHeader, in shard: ShardID
  ) -> [AcrossPart] {
    var parts: [AcrossPart] = []
    for line in hold.lines where hold.state == .expired && line.granted > 0 {
      guard case .remote(let item) = hold.item(of: line) else { continue }
      let asked = AcrossLine(sku: Array(item.sku.utf8), location: line.location, quantity: line.granted)
      if let part = parts.firstIndex(where: { $0.slot == item.slot }) {
        parts[part].lines.append(asked)
      } else {
        parts.append(AcrossPart(slot: item.slot, lines: [asked]))
      }
    }
    add(terms.name, of: header.id, hold.home, terms.fingerprint(confirming: hold.id), to: &parts, in: shard)
    return parts
  }
}

extension [AcrossGrant] {
  /// What the participants know their parts by.
  var claimParts: [ClaimPart] {
    map { ClaimPart(slot: $0.slot, token: $0.token) }.filter { $0.token != 0 }
  }
}

// MARK: - Amending

extension StoreServer {
  /// What more is wanted of an order's lines in other shards.
  func addGrowth(of order: OrderRecord, _ changes: [LineQuantity], to split: inout SplitReserve) {
    for change in changes where order.lines.indices.contains(change.line) {
      let line = order.lines[change.line]
      guard case .remote(let item) = line.item, change.quantity > line.wanted else { continue }
      let more = AcrossLine(
        sku: Array(item.sku.utf8), location: line.location, quantity: change.quantity - line.wanted)
      split.add(more, in: item.slot)
    }
  }
}
