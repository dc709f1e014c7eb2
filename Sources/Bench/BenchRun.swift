internal import API
internal import Basics
internal import Client
internal import Glibc
internal import Reactor

/// One invocation of the program, from a configuration to a result. It belongs to the main thread.
final class BenchRun {
  private static let pumpConnectionsMax = 4

  private let configuration: BenchConfiguration
  private let loop: EventLoop
  private var line: ProgressLine
  private var generator: SeededGenerator
  private var ids: UniqueIDSequence
  private(set) var result: RunResult
  /// What was learned of the cluster; `nil` while calls go to the servers named and each is made once.
  private var router: Router?
  /// While the load runs.
  private var coordinator: Coordinator?
  private var signals: SignalWatch?

  init(_ configuration: BenchConfiguration) throws(BenchError) {
    self.configuration = configuration
    do throws(ReactorError) { loop = try EventLoop() } catch { throw .system("\(error)") }
    line = ProgressLine(isShown: !configuration.isQuiet)
    var random = SystemRandomNumberGenerator()
    // Made to survive scripts and JSON readers, which keep 53 bits of a number.
    let seed = configuration.seed ?? random.next() >> 11
    generator = SeededGenerator(seed: seed)
    // Ids must differ from those of every other run, whatever the seed: a repeated id would be answered, not decided.
    ids = UniqueIDSequence(seed: random.next())
    result = RunResult(
      command: configuration.command.rawValue, machine: .this, configuration: configuration.described,
      seed: configuration.command == .verify ? nil : seed, startedAtMilliseconds: EventLoop.wallClockMilliseconds)
    do throws(ReactorError) {
      signals = try SignalWatch(on: loop, [.interrupt, .terminate]) { [unowned self] _ in self.interrupted() }
    } catch { throw .system("\(error)") }
  }

  /// The first time the load is ended in good order; before it, after it and the second time it is meant at once.
  private func interrupted() {
    if let coordinator, !coordinator.isInterrupted { return coordinator.interrupt() }
    line.close()
    exit(ExitCode.interrupted)
  }

  // MARK: commands

  func run() throws(BenchError) {
    let targets = try resolve()
    try discover(targets)
    switch configuration.command {
    case .run, .flashSale: try load(targets)
    case .across: try compare(targets)
    case .verify: try verifyRecord(targets)
    }
  }

  private func verifyRecord(_ targets: [Target]) throws(BenchError) {
    guard let path = configuration.recordPath else { invariantViolated("verify has been given no record") }
    let contents: RecordContents
    do throws(RecordError) { contents = try RecordContents.read(path) } catch { throw .record(error) }
    let pump = try connectedPump(targets)
    try verify(pump, contents.subject, contents.book)
    pump.close()
  }

  /// Holds over several shards beside holds in one.
  private func compare(_ targets: [Target]) throws(BenchError) {
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
    if configuration.verifies { try check(stocking) }
  }

  /// The ledgers of all shards say themselves that they are sound.
  private func check(_ stocking: Stocking) throws(BenchError) {
    let subject = RecordSubject(
      tenant: configuration.tenant, prefix: stocking.names.prefix, skuCount: stocking.skuCount, isExclusive: false)
    try verify(stocking.pump, subject, HoldBook())
  }

  private func load(_ targets: [Target]) throws(BenchError) {
    let prefix = configuration.prefix ?? "bench-" + freshName()
    let names = SKUNames(prefix: prefix)
    let stocking = Stocking(
      pump: try connectedPump(targets), tenant: configuration.tenant, location: configuration.location, names: names,
      skuCount: skuCount)
    if configuration.setsUp { try setUp(stocking) }
    let subject = RecordSubject(
      tenant: configuration.tenant, prefix: prefix, skuCount: skuCount, isExclusive: try isUntouched(stocking))
    let record = try openRecord(subject)
    let results = try drive(plans(targets, names, record))
    let book = gather(results)
    try finish(stocking, subject, book)
    stocking.pump.close()
  }

  private var skuCount: Int { configuration.command == .flashSale ? 1 : configuration.skuCount }

  // MARK: before

  private func resolve() throws(BenchError) -> [Target] {
    var targets: [Target] = []
    for server in configuration.servers {
      do throws(ReactorError) {
        guard let address = try SocketAddress.resolve(host: server.host, port: server.port).first else {
          throw .unknownHost(server.host)
        }
        targets.append(Target(address: address, authority: server.description))
      } catch {
        throw .cannotConnect(server: server.description, reason: "\(error)")
      }
    }
    return targets
  }

  private func connectedPump(_ targets: [Target]) throws(BenchError) -> CallPump {
    let count = min(configuration.connections, Self.pumpConnectionsMax)
    let pump = CallPump(
      (0..<max(count, targets.count)).map { targets[$0 % targets.count] }, router, on: loop,
      deadlineMilliseconds: UInt64(configuration.deadlineMilliseconds))
    try pump.connect()
    return pump
  }

  private func discover(_ targets: [Target]) throws(BenchError) {
    let found = try ClusterDiscovery(
      targets, configuration.servers, follows: configuration.retries, on: loop,
      deadlineMilliseconds: UInt64(configuration.deadlineMilliseconds))
    result.serverVersion = found.serverVersion
    result.nodeCount = found.nodeCount
    router = found.router
  }

  /// The slots of the SKUs, by which calls find their leaders.
  private func cluster(_ names: SKUNames) -> ClusterPlan? {
    guard let router else { return nil }
    let slots = (0..<skuCount).map {
      CallTarget(sku: names.name($0), tenant: configuration.tenant).slotNumber ?? 0
    }
    return ClusterPlan(router: router, slotOfSKU: slots, endsOnDisconnect: configuration.endsOnDisconnect)
  }

  /// A name that no run had before: milliseconds and chance, in base 36.
  private func freshName() -> String {
    var random = SystemRandomNumberGenerator()
    return String(EventLoop.wallClockMilliseconds, radix: 36) + "-" + String(random.next() % 46_656, radix: 36)
  }

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

  // MARK: the load

  private func plans(_ targets: [Target], _ names: SKUNames, _ record: RecordFile?) -> [WorkerPlan] {
    let threads = configuration.threads
    var random = SystemRandomNumberGenerator()
    let cluster = cluster(names)
    let calls = callCount.map { count in (0..<threads).map { (count + $0) / threads * configuration.batch } }
    return (0..<threads).map { index in
      let connections = (0..<configuration.connections).filter { $0 % threads == index }
      let isMix = configuration.command == .run && configuration.workload == .mix
      let length: WorkerPlan.Length =
        calls.map { .count($0[index]) }
        ?? .time(
          warmup: UInt64(configuration.warmupSeconds * 1e9),
          total: UInt64((configuration.warmupSeconds + seconds) * 1e9))
      return WorkerPlan(
        index: index, targets: connections.map { targets[$0 % targets.count] }, cluster: cluster,
        inFlight: configuration.inFlight,
        deadlineMilliseconds: UInt64(configuration.deadlineMilliseconds), batch: configuration.batch,
        quantity: configuration.quantity, timeToLiveSeconds: configuration.timeToLiveSeconds,
        tenant: configuration.tenant, names: names,
        picker: SKUPicker(configuration.choice, count: skuCount, seed: generator.next()),
        confirmShare: isMix ? configuration.confirmShare : 0, releaseShare: isMix ? configuration.releaseShare : 0,
        duplicateShare: configuration.duplicateShare, length: length,
        openLoop: openLoop(index, seed: generator.next()), retries: configuration.retries || cluster != nil,
        seed: generator.next(), identitySeed: random.next(), record: record)
    }
  }

  private func openLoop(_ index: Int, seed: UInt64) -> WorkerPlan.OpenLoop? {
    guard let rate = configuration.ratePerSecond else { return nil }
    return WorkerPlan.OpenLoop(
      schedule: ArrivalSchedule(
        configuration.arrivals, ratePerSecond: rate, share: index, of: configuration.threads, seed: seed),
      queueMax: max(1, configuration.queueMax / configuration.threads))
  }

  /// How many calls are to be made, when that is what ends the load.
  private var callCount: Int? {
    if configuration.command == .flashSale { return configuration.buyers }
    guard case .count(let count) = configuration.length else { return nil }
    return count / configuration.batch
  }

  private var seconds: Double {
    guard case .seconds(let seconds) = configuration.length else { return 0 }
    return seconds
  }

  private func drive(_ plans: [WorkerPlan]) throws(BenchError) -> [WorkerResult] {
    let coordinator = Coordinator(on: loop)
    self.coordinator = coordinator
    defer { self.coordinator = nil }
    let results = try coordinator.run(plans) { elapsed, second, errors in
      line.show(progressText(elapsed, second, errors))
    }
    line.close()
    result.timeline.startedAtMilliseconds = coordinator.startedAtMilliseconds
    result.timeline.seconds = coordinator.seconds
    if coordinator.isInterrupted { result.problems.append("the run was interrupted") }
    return results
  }

  private func progressText(_ elapsed: Double, _ second: WorkerProgress, _ errors: Int) -> String {
    var text =
      "\(ResultTable.grouped(Double(second.reservations)))/s"
      + "  p50 \(ResultTable.milliseconds(Double(second.latency.percentile(50)) / 1_000)) ms"
      + "  p99 \(ResultTable.milliseconds(Double(second.latency.percentile(99)) / 1_000)) ms  errors \(errors)"
    if callCount == nil {
      let left = max(0, configuration.warmupSeconds + seconds - elapsed)
      text += "  \(ResultTable.decimal(left.rounded(), 0)) s left"
      if elapsed <= configuration.warmupSeconds { text += " (warm-up)" }
    }
    return text
  }

  // MARK: after

  private func gather(_ results: [WorkerResult]) -> HoldBook {
    var tally = Tally()
    var book = HoldBook()
    var time = ProcessorTime()
    var timeline = Timeline()
    var dropped = 0
    for worker in results {
      tally.merge(worker.tally)
      book.append(contentsOf: worker.book)
      time = time + worker.processorTime
      dropped += worker.dropped
      timeline.merge(worker.timeline)
      result.enter(worker)
      if worker.isDisconnected { result.isDisconnected = true }
      for text in worker.failures.texts where !result.failures.contains(text) { result.failures.append(text) }
      if let error = worker.recordError { result.problems.append("\(error)") }
    }
    result.enter(tally, nanoseconds: results.map(\.measuredNanoseconds).max() ?? 0)
    result.enter(timeline)
    result.failedCalls = tally.errorCount
    result.client = RunResult.Client(
      processorSecondsUser: time.user, processorSecondsSystem: time.system,
      processorMicrosecondsPerCall: (time.user + time.system) * 1e6 / Double(max(1, result.callCount)),
      threads: configuration.threads)
    if configuration.ratePerSecond != nil { judgeSchedule(tally, dropped) }
    judge(tally, book)
    return book
  }

  private func judgeSchedule(_ tally: Tally, _ dropped: Int) {
    let limit = UInt64(configuration.lateMillisecondsMax * 1e6)
    let isKept = dropped == 0 && tally.lateness.percentile(99) <= limit
    result.openLoop = RunResult.Lateness(late: .init(tally.lateness), dropped: dropped, isKept: isKept)
    if dropped > 0 {
      result.problems.append("\(dropped) calls were dropped, because no place became free for them in time")
    }
    if tally.lateness.percentile(99) > limit {
      result.problems.append("this program could not keep the rate: more than 1 in 100 calls were sent late")
    }
  }

  private func judge(_ tally: Tally, _ book: HoldBook) {
    if result.isDisconnected {
      if !configuration.endsOnDisconnect { result.problems.append("the connection to the server was lost") }
      return
    }
    if tally.errorCount > 0 { result.problems.append("\(tally.errorCount) calls failed") }
    if configuration.command == .flashSale {
      let expected = min(configuration.buyers, configuration.stock)
      let got = tally.reservations(.done)
      if got != expected { result.problems.append("\(got) buyers got a unit, exactly \(expected) should have") }
    }
  }

  private func finish(_ stocking: Stocking, _ subject: RecordSubject, _ book: HoldBook) throws(BenchError) {
    if result.isDisconnected || !configuration.verifies { return }
    try verify(stocking.pump, subject, book)
  }

  private func verify(_ pump: CallPump, _ subject: RecordSubject, _ book: HoldBook) throws(BenchError) {
    let stocking = Stocking(
      pump: pump, tenant: subject.tenant, location: configuration.location, names: SKUNames(prefix: subject.prefix),
      skuCount: subject.skuCount)
    pump.progress = { [unowned self] done, count in line.show("verifying: \(done) of \(count) …") }
    let check = try Verification(
      stocking, subject, book, sample: configuration.verifySample, seed: generator.next()
    ).run()
    line.close()
    result.verification = RunResult.Check(check)
    if !check.isFine { result.problems.append("the verification found \(check.findingCount) faults") }
  }
}
