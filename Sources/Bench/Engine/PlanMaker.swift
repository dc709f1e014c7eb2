internal import API
internal import Basics
internal import Client
internal import Reactor

/// Makes the workers' plans from the configuration and what is known of the cluster.
struct PlanMaker {
  let names: SKUNames
  /// Added to the loops' time, in milliseconds, to have the wall clock's.
  let wallOffsetMilliseconds: Int64
  private let configuration: BenchConfiguration
  private let targets: [Target]
  private let cluster: ClusterPlan?
  private let orders: OrderShape?
  private let record: RecordFile?

  /// - Parameter targets: the servers that were named.
  init(
    _ configuration: BenchConfiguration, _ targets: [Target], _ names: SKUNames, router: Router?,
    shardOfSlot: [UInt16], record: RecordFile?
  ) throws(BenchError) {
    self.configuration = configuration
    self.targets = targets
    self.names = names
    self.record = record
    wallOffsetMilliseconds = EventLoop.wallClockMilliseconds - Int64(EventLoop.clock.nanoseconds / 1_000_000)
    let skuCount = configuration.command == .flashSale ? 1 : configuration.skuCount
    let isOrders = configuration.command == .run && configuration.workload == .orders
    let slots =
      router == nil && !isOrders
      ? [] : (0..<skuCount).map { CallTarget(sku: names.name($0), tenant: configuration.tenant).slotNumber ?? 0 }
    cluster = router.map {
      ClusterPlan(
        router: $0, slotOfSKU: slots, attemptsMax: configuration.attemptsMax,
        endsOnDisconnect: configuration.endsOnDisconnect)
    }
    orders = isOrders ? try Self.orders(configuration, slots, shardOfSlot) : nil
  }

  private static func orders(
    _ configuration: BenchConfiguration, _ slots: [UInt16], _ shardOfSlot: [UInt16]
  ) throws(BenchError) -> OrderShape {
    var shape = OrderShape(
      lineCounts: configuration.lineCounts, acrossShare: configuration.acrossShare ?? 0, slotOfSKU: slots,
      shardOfSlot: shardOfSlot)
    if configuration.acrossShare == nil, shape.canBeAcross { shape.acrossShare = 0.2 }
    if shape.acrossShare > 0, !shape.canBeAcross {
      throw .system("--across-share needs SKUs in several shards, these are all in one")
    }
    if shape.acrossShare > 0, configuration.lineCounts.lowerBound < 2 {
      throw .system("--lines 1-… and --across-share cannot both be given: one line is in one shard")
    }
    return shape
  }

  /// - Parameter rate: calls a second of an open loop; `nil` is a closed loop.
  func plans(_ rate: Double?, _ generator: inout SeededGenerator) -> [WorkerPlan] {
    let threads = configuration.threads
    var random = SystemRandomNumberGenerator()
    let calls = configuration.callCount.map { count in
      (0..<threads).map { (count + $0) / threads * configuration.batch }
    }
    var plans: [WorkerPlan] = []
    for index in 0..<threads {
      let length: WorkerPlan.Length =
        calls.map { .count($0[index]) }
        ?? .time(
          warmup: UInt64(configuration.warmupSeconds * 1e9),
          total: UInt64((configuration.warmupSeconds + configuration.secondsMeasured) * 1e9))
      plans.append(plan(index, length, rate, &generator, identitySeed: random.next()))
    }
    return plans
  }

  private func plan(
    _ index: Int, _ length: WorkerPlan.Length, _ rate: Double?, _ generator: inout SeededGenerator,
    identitySeed: UInt64
  ) -> WorkerPlan {
    let connections = (0..<configuration.connections).filter { $0 % configuration.threads == index }
    let workload = configuration.command == .run ? configuration.workload : .reserve
    return WorkerPlan(
      index: index, targets: connections.map { targets[$0 % targets.count] }, cluster: cluster,
      inFlight: configuration.inFlight, deadlineMilliseconds: UInt64(configuration.deadlineMilliseconds),
      workload: workload, batch: configuration.batch, quantity: configuration.quantity,
      timeToLiveSeconds: configuration.timeToLiveSeconds, tenant: configuration.tenant, names: names,
      picker: SKUPicker(
        configuration.choice, count: configuration.command == .flashSale ? 1 : configuration.skuCount,
        seed: generator.next()),
      confirmShare: configuration.confirmShare, releaseShare: configuration.releaseShare,
      extendShare: configuration.extendShare, duplicateShare: configuration.duplicateShare,
      writeShare: configuration.writeShare, readBatch: configuration.readBatch,
      stalenessMilliseconds: configuration.stalenessMilliseconds, orders: orders, length: length,
      openLoop: openLoop(index, rate, seed: generator.next()), seed: generator.next(), identitySeed: identitySeed,
      tellsSentTime: workload == .feed, wallOffsetMilliseconds: wallOffsetMilliseconds, record: record)
  }

  private func openLoop(_ index: Int, _ rate: Double?, seed: UInt64) -> WorkerPlan.OpenLoop? {
    guard let rate else { return nil }
    let curve = RateCurve(
      configuration.rateShape, rate: rate, warmupSeconds: configuration.warmupSeconds,
      seconds: configuration.secondsMeasured)
    return WorkerPlan.OpenLoop(
      schedule: ArrivalSchedule(configuration.arrivals, curve, share: index, of: configuration.threads, seed: seed),
      queueMax: max(1, configuration.queueMax / configuration.threads))
  }
}

extension BenchConfiguration {
  /// How many calls are to be made, when that is what ends the load.
  var callCount: Int? {
    if command == .flashSale { return buyers }
    guard case .count(let count) = length else { return nil }
    return count / batch
  }

  var secondsMeasured: Double {
    guard case .seconds(let seconds) = length else { return 0 }
    return seconds
  }
}
