internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// The gate for reservations over several shards, at the leader of the home's: lines of this shard are resolved here, the
/// others by the shards that have them.
extension StoreServer {
  /// Whether the cluster decides over several shards: when every node of it can.
  func checkAcross() throws(CallFailure) {
    guard cluster.settings.featureLevel < FeatureLevel.acrossShards else { return }
    throw CallFailure(
      .linesSpanShards,
      "the lines are in different shards; the cluster takes such requests when all of its nodes run a version that can")
  }

  /// Whether the cluster's claims have versions that name their home.
  var versionsNameHome: Bool { cluster.settings.featureLevel >= FeatureLevel.versionsNameHome }

  func reserveAcross(
    _ request: borrowing ReserveRequestView, tenant: RawSpan, _ home: ReserveHome, _ mode: Inventory.ReserveMode,
    _ sourcing: Sourcing, _ timeToLive: Int64, id known: UniqueID?, _ origin: CallOrigin
  ) throws(CallFailure) {
    try checkSplit(sourcing, isOverShards: true)
    let id = known ?? ids.next(at: store.readStamp)
    var split = SplitReserve(tenant: tenant.copied())
    var cursor = request.lines
    while let line = cursor.next() {
      let location = line.location.isEmpty ? nil : try location(tenant, line.location)
      let asked = AcrossLine(
        sku: line.sku.copied(), location: location, quantity: line.quantity, minimum: max(1, line.minimumQuantity))
      let slot = Slot(tenant: tenant, sku: line.sku)
      guard shardMap[slot] == home.shard else {
        split.add(asked, in: SlotNumber(slot.rawValue))
        continue
      }
      guard let sku = store.findSKU(tenant: tenant, sku: line.sku, in: home.shard) else {
        throw .unknownSKU(String(decoding: line.sku.copied(), as: UTF8.self))
      }
      split.add(asked, as: sku)
    }
    let (isFree, skus) = (!split.namesAllLocations, split.skus)
    let ranking = try self.ranking(of: request, sourcing, tenant: tenant) {
      isFree ? self.ranking(tenant: tenant, of: skus, in: home.shard) : []
    }
    let reserve = Reserve(
      mode: mode, sourcing: sourcing, timeToLiveMilliseconds: timeToLive,
      reference: String(decoding: request.reference.copied(), as: UTF8.self),
      rankedLocations: ranking, lines: split.lines)
    let header = RequestHeader(
      id: id, isGenerated: known == nil, actor: String(decoding: request.actor.copied(), as: UTF8.self))
    var across = split.request(header, reserve, home: SlotNumber(home.slot))
    across.versionsNameHome = versionsNameHome
    if isFree { across.ranked = sourcing.strategy == .ranked ? ranking : self.ranking(tenant: tenant) }
    do throws(StoreRefusal) {
      try store.begin(across, in: home.shard, for: PendingCall(origin: origin, method: .holdReserve).waiter)
    } catch {
      throw CallFailure(error)
    }
  }
}
