internal import API
internal import Basics
internal import Client
internal import Reactor

/// A load from its SKUs to its verification.
extension BenchRun {
  func load(_ targets: [Target]) throws(BenchError) {
    let prefix = configuration.prefix ?? "bench-" + freshName()
    let names = SKUNames(prefix: prefix)
    let stocking = Stocking(
      pump: try connectedPump(targets), tenant: configuration.tenant, location: configuration.location, names: names,
      skuCount: skuCount)
    defer { stocking.pump.close() }
    if configuration.setsUp { try setUp(stocking) }
    let subject = RecordSubject(
      tenant: configuration.tenant, prefix: prefix, skuCount: skuCount, isExclusive: try isUntouched(stocking))
    let maker = try PlanMaker(
      configuration, targets, names, router: router, shardOfSlot: shardOfSlot, record: try openRecord(subject))
    let books: LoadBooks
    if case .search(let limit) = configuration.rateShape {
      books = try search(maker, millisecondsMax: limit)
    } else {
      books = try loadOnce(maker, targets)
    }
    if result.isDisconnected || !configuration.verifies { return }
    try verify(stocking.pump, subject, books.holds, books.orders)
  }

  private func loadOnce(_ maker: PlanMaker, _ targets: [Target]) throws(BenchError) -> LoadBooks {
    var fan: FeedFan?
    if configuration.workload == .feed, configuration.command == .run {
      fan = try FeedFan(
        count: configuration.followers, try feedTargets(targets), maker.names,
        wallOffsetMilliseconds: maker.wallOffsetMilliseconds, on: loop)
    }
    let results = try drive(maker.plans(configuration.ratePerSecond, &generator), fan)
    let books = LoadBooks(results)
    enter(LoadSummary(results), results)
    if let fan { judge(fan, books) }
    return books
  }

  var skuCount: Int { configuration.command == .flashSale ? 1 : configuration.skuCount }

  // MARK: before

  private func setUp(_ stocking: Stocking) throws(BenchError) {
    line.show("making \(skuCount) SKUs with stock …")
    try stocking.makeLocation(ids.next(atMilliseconds: EventLoop.wallClockMilliseconds))
    try stocking.makeSKUs(&ids)
    try stocking.receive(
      units: configuration.command == .flashSale ? configuration.stock : configuration.unitsPerSKU, &ids)
  }

  /// Whether nobody else holds anything of these SKUs. With names made for this run nobody will.
  private func isUntouched(_ stocking: Stocking) throws(BenchError) -> Bool {
    if configuration.prefix == nil { return true }
    var untouched = true
    try stocking.readStock { _, stock in
      if (stock.total?.held ?? 0) + (stock.total?.allocated ?? 0) > 0 { untouched = false }
    }
    return untouched
  }

  private func openRecord(_ subject: RecordSubject) throws(BenchError) -> RecordFile? {
    guard let path = configuration.recordPath else { return nil }
    do throws(RecordError) { return try RecordFile(path: path, subject: subject) } catch { throw .record(error) }
  }

  /// Every node that is known, so that the followers are spread over all of them.
  private func feedTargets(_ targets: [Target]) throws(BenchError) -> [Target] {
    guard let router else { return targets }
    var found: [Target] = []
    for case let node? in router.nodes where node.number != 0 {
      do throws(ReactorError) {
        if let address = try node.name.resolve().first {
          found.append(Target(address: address, authority: node.name.description))
        }
      } catch { throw .cannotConnect(server: node.name.description, reason: "\(error)") }
    }
    return found.isEmpty ? targets : found
  }

  // MARK: the load

  func drive(_ plans: [WorkerPlan], _ fan: FeedFan? = nil) throws(BenchError) -> [WorkerResult] {
    let coordinator = Coordinator(on: loop, startsAt: configuration.startSeconds)
    self.coordinator = coordinator
    defer { self.coordinator = nil }
    let chaos = configuration.clusterFolder.map {
      Chaos(configuration.chaos, script: configuration.clusterScript, folder: $0, on: loop)
    }
    coordinator.began = { [configuration] instant in
      let warmup = configuration.callCount == nil ? configuration.warmupSeconds : 0
      fan?.measure(from: instant.nanoseconds + UInt64(warmup * 1e9))
      chaos?.begin(at: instant)
    }
    let results = try coordinator.run(plans) { elapsed, second, errors in
      line.show(progressText(elapsed, second, errors))
    }
    line.close()
    result.timeline.startedAtMilliseconds = coordinator.startedAtMilliseconds
    result.timeline.seconds = coordinator.seconds
    if coordinator.isInterrupted { result.problems.append("the run was interrupted") }
    if let chaos {
      result.chaos = chaos.finish()
      for event in result.chaos where event.exitCode != 0 {
        result.problems.append("\(event.action) of node \(event.node) ended with \(event.exitCode)")
      }
    }
    return results
  }

  private func progressText(_ elapsed: Double, _ second: WorkerProgress, _ errors: Int) -> String {
    let count = configuration.batch > 1 ? Double(second.reservations) : Double(second.latency.count)
    var text =
      "\(ResultTable.grouped(count))/s"
      + "  p50 \(ResultTable.milliseconds(Double(second.latency.percentile(50)) / 1_000)) ms"
      + "  p99 \(ResultTable.milliseconds(Double(second.latency.percentile(99)) / 1_000)) ms  errors \(errors)"
    if configuration.callCount == nil {
      let left = max(0, configuration.warmupSeconds + configuration.secondsMeasured - elapsed)
      text += "  \(ResultTable.decimal(left.rounded(), 0)) s left"
      if elapsed <= configuration.warmupSeconds { text += " (warm-up)" }
    }
    return text
  }
}

/// All that a load did, for the verification.
struct LoadBooks {
  var holds = HoldBook()
  var orders = OrderBook()

  init(_ results: [WorkerResult] = []) { for result in results { append(result) } }

  mutating func append(_ result: WorkerResult) {
    holds.append(contentsOf: result.book)
    orders.append(contentsOf: result.orders)
  }
}
