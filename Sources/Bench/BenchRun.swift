internal import API
internal import Basics
internal import Client
internal import Glibc
internal import Reactor

/// One invocation of the program, from a configuration to a result. It belongs to the main thread.
final class BenchRun {
  private static let pumpConnectionsMax = 4

  let configuration: BenchConfiguration
  let loop: EventLoop
  var line: ProgressLine
  var generator: SeededGenerator
  var ids: UniqueIDSequence
  var result: RunResult
  /// What was learned of the cluster; `nil` while calls go to the servers named and each is made once.
  private(set) var router: Router?
  /// The shard of each slot; empty where nobody tells.
  private(set) var shardOfSlot: [UInt16] = []
  /// While the load runs.
  var coordinator: Coordinator?
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
    case .merge: invariantViolated("merging asks no server")
    }
  }

  private func verifyRecord(_ targets: [Target]) throws(BenchError) {
    guard let path = configuration.recordPath else { invariantViolated("verify has been given no record") }
    let contents: RecordContents
    do throws(RecordError) { contents = try RecordContents.read(path) } catch { throw .record(error) }
    let pump = try connectedPump(targets)
    try verify(pump, contents.subject, contents.book, OrderBook())
    pump.close()
  }

  // MARK: the cluster

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

  func connectedPump(_ targets: [Target]) throws(BenchError) -> CallPump {
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
    shardOfSlot = found.shardOfSlot
  }

  /// A name that no run had before: milliseconds and chance, in base 36.
  func freshName() -> String {
    var random = SystemRandomNumberGenerator()
    return String(EventLoop.wallClockMilliseconds, radix: 36) + "-" + String(random.next() % 46_656, radix: 36)
  }

  func verify(
    _ pump: CallPump, _ subject: RecordSubject, _ book: HoldBook, _ orders: OrderBook
  ) throws(BenchError) {
    let stocking = Stocking(
      pump: pump, tenant: subject.tenant, location: configuration.location, names: SKUNames(prefix: subject.prefix),
      skuCount: subject.skuCount)
    pump.progress = { [unowned self] done, count in line.show("verifying: \(done) of \(count) …") }
    let check = try Verification(
      stocking, subject, book, orders, quantity: configuration.quantity, sample: configuration.verifySample,
      seed: generator.next()
    ).run()
    line.close()
    result.verification = RunResult.Check(check)
    if !check.isFine { result.problems.append("the verification found \(check.findingCount) faults") }
  }
}
