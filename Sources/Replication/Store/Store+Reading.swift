package import Basics
package import Inventory
package import Placement
internal import Raft

/// Looking at the state of this Store's shards, as it is after the last turn. Who wants a linearizable answer first asks
/// with ``Store/read(_:from:)`` and looks when told. A ledger is looked at in its place, never through an optional chain:
/// that would copy it, which was 10 % of a Store's time.
extension Store {
  /// The stamp at which a read of this turn looks at the state.
  package var readStamp: Stamp { clock.stamp }

  /// The wall clock's lead over the stamps, in milliseconds.
  package func clockOffsetMilliseconds(wall: Stamp) -> Int64 { clock.offsetMilliseconds(of: wall) }

  /// What the keys of a replica's state begin with; `nil` for a shard that is not here.
  package func statePrefix(of shard: ShardID) -> [UInt8]? {
    replica(of: shard).map { PartitionPrefix(shard: shard, generation: $0.record.generation).bytes }
  }

  package var locations: LocationTable? { meta?.machine.locations }

  /// Every replica of this Store, the meta shard's first.
  package var status: [ReplicaStatus] { places.indices.compactMap { status(of: ShardID(UInt32($0))) } }

  /// `nil` for a shard that is not here.
  package func status(of shard: ShardID) -> ReplicaStatus? {
    guard let replica = replica(of: shard) else { return nil }
    var status = ReplicaStatus(replica)
    if let ledger = ledgers[replica.place] {
      status.skuCount = ledger.machine.presentSKUCount
      status.liveHoldCount = ledger.machine.liveHoldCount
      status.alarmCount = ledger.machine.alarmCount
      status.outboxCount = ledger.machine.outboxCount
      status.oldestOutbox = ledger.machine.oldestOutboxStamp
      status.pendingClaimCount = ledger.machine.pendingClaimCount
      let phantoms = ledger.machine.phantomShortage
      status.phantomCount = phantoms.count
      status.phantomUnitMilliseconds = phantoms.unitMilliseconds
      status.phantomLongestMilliseconds = phantoms.longestMilliseconds
    }
    return status
  }

  /// Equal on replicas that have applied the same entries; `nil` for a shard that is not here.
  package func stateDigest(of shard: ShardID) -> UInt64? { replica(of: shard)?.machine.stateDigest }

  /// The index that a replica has applied; 0 for a shard that is not here.
  package func appliedIndex(of shard: ShardID) -> UInt64 {
    if let ledger = ledger(of: shard) { return ledger.machine.appliedIndex }
    return shard == .meta ? meta?.machine.appliedIndex ?? 0 : 0
  }

  /// What a replica's state is called outside; 0 for a shard that is not here.
  package func revision(of shard: ShardID) -> UInt64 {
    // Asked for each answer: the way of the inventory shards is the short one.
    if let ledger = ledger(of: shard) { return ledger.machine.revision }
    return shard == .meta ? meta?.machine.appliedIndex ?? 0 : 0
  }

  package func findSKU(tenant: RawSpan, sku: RawSpan, in shard: ShardID) -> SKUNumber? {
    guard let look = look(at: shard) else { return nil }
    return look.findSKU(tenant: tenant, sku: sku)
  }

  package func text(of sku: SKUNumber, in shard: ShardID) -> String {
    guard let ledger = ledger(of: shard) else { return "" }
    return ledger.machine.text(of: sku) ?? ""
  }

  package func tenant(of sku: SKUNumber, in shard: ShardID) -> String? {
    guard let ledger = ledger(of: shard) else { return nil }
    return ledger.machine.tenant(of: sku)
  }

  package func scale(of sku: SKUNumber, in shard: ShardID) -> UInt8 {
    guard let ledger = ledger(of: shard) else { return 0 }
    return ledger.machine.scale(of: sku) ?? 0
  }

  package func skuCount(of shard: ShardID) -> Int {
    guard let ledger = ledger(of: shard) else { return 0 }
    return ledger.machine.skuCount
  }

  /// The tenant of a hold that is not settled; `nil` for any other hold.
  package func tenant(ofLiveHold id: UniqueID, in shard: ShardID) -> [UInt8]? {
    guard let ledger = ledger(of: shard), let sku = ledger.machine.firstSKU(ofLiveHold: id) else { return nil }
    var (tenant, text): ([UInt8], [UInt8]) = ([], [])
    ledger.machine.appendTexts(of: sku, tenant: &tenant, sku: &text)
    return tenant
  }

  package func sku(_ number: SKUNumber, in shard: ShardID) throws(StateReadError) -> SKUView? {
    guard let ledger = ledger(of: shard) else { return nil }
    return try ledger.machine.sku(number, partitions)
  }

  package func stock(_ stock: StockKey, in shard: ShardID) -> StockView? {
    guard let ledger = ledger(of: shard) else { return nil }
    return ledger.machine.stock(stock, at: readStamp)
  }

  package func stock(of sku: SKUNumber, in shard: ShardID) -> [StockView] {
    guard let ledger = ledger(of: shard) else { return [] }
    return ledger.machine.stock(of: sku, at: readStamp)
  }

  package func hold(_ id: UniqueID, in shard: ShardID) throws(StateReadError) -> HoldView? {
    guard let ledger = ledger(of: shard) else { return nil }
    return try ledger.machine.hold(id, at: readStamp, partitions)
  }

  package func order(_ id: UniqueID, in shard: ShardID) throws(StateReadError) -> OrderRecord? {
    guard let ledger = ledger(of: shard) else { return nil }
    return try ledger.machine.order(id, at: readStamp, partitions)
  }

  /// The order of an external number, its home slot, and whether this shard knows that it is decided.
  package func order(
    named name: OrderName, in shard: ShardID
  ) throws(StateReadError) -> (id: UniqueID, home: SlotNumber, isDecided: Bool)? {
    guard let ledger = ledger(of: shard) else { return nil }
    return try ledger.machine.order(named: name, partitions)
  }
}

extension Store {
  /// Which locations take nothing new, as a shard knows it here, and of which revision of the table.
  package func knownLocations(in shard: ShardID) -> SetLocations {
    guard let ledger = ledger(of: shard) else { return SetLocations(revision: 0, closed: []) }
    return SetLocations(revision: ledger.machine.locationsRevision, closed: ledger.machine.closedLocations)
  }
}
