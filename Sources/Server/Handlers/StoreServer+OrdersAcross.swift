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
    parts.add(name, of: order, home: home, fingerprint: fingerprint)
  }

  func begin(
    _ request: AcrossRequest, _ method: Method, _ origin: CallOrigin, in shard: ShardID, marks: UInt32 = 0
  ) throws(CallFailure) {
    try checkAcross()
    let call = PendingCall(origin: origin, method: method, context: UInt32(request.home.rawValue) | marks)
    var request = request
    request.versionsNameHome = versionsNameHome
    do throws(StoreRefusal) { try store.begin(request, in: shard, for: call.waiter) } catch { throw CallFailure(error) }
  }
}

// MARK: - Confirming

extension StoreServer {
  /// What has to be asked of others before a hold becomes an order: its lines in other shards once more, if it has expired,
  /// and the name of the order. The name also when the hold is not known here: it may be on its way through the log, and an
  /// order that is made without asking would have its name kept where nobody looks for it.
  func partsToConfirm(
    _ view: HoldView?, _ hold: UniqueID, _ home: SlotNumber, _ terms: OrderTerms, _ header: RequestHeader,
    in shard: ShardID
  ) -> [AcrossPart] {
    var parts = view.map { [AcrossPart](confirming: $0) } ?? []
    add(terms.name, of: header.id, home, terms.fingerprint(confirming: hold), to: &parts, in: shard)
    return parts
  }
}
