internal import API
internal import Basics
internal import Client
internal import Reactor

extension BenchRun {
  /// Holds over several shards beside holds in one.
  func compare(_ targets: [Target]) throws(BenchError) {
    let names = SKUNames(prefix: configuration.prefix ?? "bench-" + freshName())
    let count = 64 * configuration.shardCount
    let pump = CallPump(
      (0..<configuration.connections).map { targets[$0 % targets.count] }, router, on: loop,
      deadlineMilliseconds: UInt64(configuration.deadlineMilliseconds),
      inFlightPerConnection: configuration.inFlight)
    try pump.connect()
    defer { pump.close() }
    let stocking = Stocking(
      pump: pump, tenant: configuration.tenant, location: configuration.location, names: names, skuCount: count)
    line.show("making \(count) SKUs with stock …")
    try stocking.makeLocation(ids.next(atMilliseconds: EventLoop.wallClockMilliseconds))
    try stocking.makeSKUs(&ids)
    try stocking.receive(units: configuration.unitsPerSKU, &ids)
    line.close()
    let slots = (0..<count).map { CallTarget(sku: names.name($0), tenant: configuration.tenant).slotNumber ?? 0 }
    let map = try pump.call(ClusterService.getShardMap, GetShardMapRequest())
    let shards = slots.map { slot in
      map.ranges.first { $0.slotFirst <= UInt32(slot) && UInt32(slot) <= $0.slotLast }?.shard ?? 0
    }
    guard
      var comparison = AcrossComparison(
        pump, configuration, names: names, slots: slots, shards: shards,
        ids: UniqueIDSequence(seed: generator.next()))
    else {
      result.problems.append("the cluster has fewer than \(configuration.shardCount) shards")
      return
    }
    result.across = try comparison.run()
    try check(stocking)
  }

  /// The ledgers of all shards say themselves that they are sound.
  private func check(_ stocking: Stocking) throws(BenchError) {
    let subject = RecordSubject(
      tenant: configuration.tenant, prefix: stocking.names.prefix, skuCount: stocking.skuCount, isExclusive: false)
    try verify(stocking.pump, subject, HoldBook(), OrderBook())
  }
}
