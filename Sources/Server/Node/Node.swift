internal import API
internal import Basics
import Foundation
internal import Placement
internal import Raft
internal import Reactor
internal import Replication
internal import Storage

/// A running node: opens the data directory, starts a thread for each Store, listens, and stops in order. Made and run by
/// the main thread, whose own loop takes signals and the Stores' events.
package final class Node {
  /// Why `run` came back.
  package enum End: Int32 {
    case stopped = 0
    case dataDirectory = 3
    case storageFailed = 4
    case cannotListen = 5
  }

  private let configuration: NodeConfiguration
  private let logger: Logger
  private let loop: EventLoop
  private let events: Mailbox<NodeEvent>
  private let inbox: EventInbox
  private var context: NodeContext?
  private var engine: StorageEngine?
  private var servers: [StoreThread] = []
  private var signals: SignalWatch?
  private var serving: Set<Int> = []
  private var listening: Set<Int> = []
  private var idle: Set<Int> = []
  private var drainDeadline = Instant.distantFuture
  private var end: End?

  /// Call before any other thread is started.
  package init(configuration: NodeConfiguration) throws {
    try Signal.prepareProcess(for: [.terminate, .interrupt, .hangUp])
    self.configuration = configuration
    logger = Logger(level: configuration.logLevel, format: configuration.logFormat)
    let loop = try EventLoop()
    let inbox = EventInbox()
    events = loop.makeMailbox(of: NodeEvent.self) { inbox.take(&$0) }
    self.loop = loop
    self.inbox = inbox
  }

  /// Serves until a signal or a failure ends it.
  package func run() -> End {
    do {
      signals = try SignalWatch(on: loop, [.terminate, .interrupt, .hangUp]) { [self] in take($0) }
      try open()
    } catch {
      logger.log(.error, "cannot start", ["error": "\(error)"])
      for server in servers { server.thread.stopAndJoin() }
      return .dataDirectory
    }
    while end == nil {
      loop.turn(until: drainDeadline)
      for event in inbox.takeAll() { take(event) }
      if loop.now >= drainDeadline { drainIsOver() }
    }
    return close()
  }

  private func open() throws {
    let existing = try DirectoryFormat.read(directory: configuration.dataDirectory)
    let processors = ProcessInfo.processInfo.activeProcessorCount
    let wanted = configuration.storeCount == 0 ? max(1, processors - 1) : configuration.storeCount
    let storeCount = existing?.storeCount ?? wanted
    if let existing, configuration.storeCount != 0, existing.storeCount != configuration.storeCount {
      logger.log(
        .warning, "the data directory keeps its number of stores",
        ["wanted": "\(configuration.storeCount)", "has": "\(existing.storeCount)"])
    }
    let engine = try StorageEngine(
      path: configuration.dataDirectory, storeCount: storeCount, shardCount: configuration.shardCount,
      cluster: UniqueID(high: .random(in: .min ... .max), low: .random(in: .min ... .max)),
      configuration: StorageConfiguration(configuration, storeCount: storeCount))
    self.engine = engine
    let format = engine.directory.format
    let context = NodeContext(
      configuration: configuration, logger: logger, nodeID: format.node, dataFormat: format.version,
      storeCount: storeCount, shardMap: ShardMap(dividedAmong: format.shardCount), started: EventLoop.clock,
      events: events)
    self.context = context
    let seed = UInt64.random(in: .min ... .max)
    for index in 0..<storeCount {
      let replicas = context.shards(ofStore: index).map {
        ReplicaSpecification(shard: $0, member: MemberID(node: context.number))
      }
      servers.append(
        try StoreThread(
          index: index, node: context, storage: engine.stores[index], replicas: replicas, hashSeed: seed))
    }
    logger.log(
      .info, "data directory is open",
      [
        "path": configuration.dataDirectory, "node": format.node.description, "stores": "\(storeCount)",
        "shards": "\(format.shardCount)", "version": holdfastVersion,
      ])
  }
}

// MARK: - Events

extension Node {
  private func take(_ event: NodeEvent) {
    switch event {
    case .storeServes(let index):
      serving.insert(index)
      if serving.count == servers.count { post(.listen(configuration.listen), to: 0) }
    case .listens(let index, let address): storeListens(index, address)
    case .listensForPeers(let address): context?.listenAddressForPeers = address
    case .cannotListen(let reason):
      logger.log(.error, "cannot listen", ["address": configuration.listen.description, "error": reason])
      end = .cannotListen
    case .storeIsIdle(let index):
      idle.insert(index)
      if idle.count == servers.count { drainIsOver() }
    case .storeAbandoned: break
    case .storeFailed(let index, let reason):
      logger.log(.error, "a store's disk failed, the node stops", ["store": "\(index)", "error": reason])
      end = .storageFailed
    }
  }

  /// The first Store binds the port, which the system may have picked; the others then share it.
  private func storeListens(_ index: Int, _ address: ListenAddress) {
    listening.insert(index)
    if index == 0 { for other in 1..<max(1, servers.count) { post(.listen(address), to: other) } }
    guard listening.count == servers.count, let context else { return }
    context.listenAddress = address
    context.servingState = .serving
    for place in servers.indices { post(.servingStateChanged, to: place) }
    if let path = configuration.portFile { writePortFile(path, address) }
    let milliseconds = EventLoop.clock.nanoseconds(since: context.started) / 1_000_000
    logger.log(.info, "serving", ["address": address.description, "start_ms": "\(milliseconds)"])
  }

  private func writePortFile(_ path: String, _ address: ListenAddress) {
    do { try Data((address.description + "\n").utf8).write(to: URL(filePath: path), options: .atomic) } catch {
      logger.log(.error, "the port file cannot be written", ["path": path, "error": error.localizedDescription])
    }
  }

  private func take(_ signal: Signal) {
    switch signal {
    case .hangUp: logger.log(.info, "nothing to reload: settings are read at the start")
    case .terminate, .interrupt:
      guard drainDeadline == .distantFuture else {
        logger.log(.warning, "a second signal: stopping without waiting for calls")
        return drainIsOver()
      }
      logger.log(.info, "draining", ["signal": "\(signal)", "seconds_max": "\(configuration.drainSecondsMax)"])
      drainDeadline = EventLoop.clock.advanced(byMilliseconds: UInt64(configuration.drainSecondsMax) * 1_000)
      context?.servingState = .draining
      for place in servers.indices { post(.drain, to: place) }
    }
  }

  private func drainIsOver() { end = end ?? .stopped }

  private func post(_ message: StoreMessage, to place: Int) {
    if context?.post([message], toStore: place) != true {
      logger.log(.error, "a store does not take messages", ["store": "\(place)"])
    }
  }

  /// Ends the threads, then the storage. After a failure of the disk nothing more is written.
  private func close() -> End {
    let end = end ?? .stopped
    abandonCalls()
    for server in servers { server.thread.stopAndJoin() }
    if end != .storageFailed {
      for server in servers {
        do { try server.closeStorage() } catch {
          logger.log(.error, "the storage did not close", ["error": "\(error)"])
          return .storageFailed
        }
      }
    }
    context?.resolver.close()
    logger.log(.info, "stopped", ["code": "\(end.rawValue)"])
    return end
  }
}

extension Node {
  /// Has the Stores tell those who still wait; a Store that hangs does not hold up the others.
  private func abandonCalls() {
    for place in servers.indices { post(.abandon, to: place) }
    let deadline = EventLoop.clock.advanced(byMilliseconds: 1_000)
    var told: Set<Int> = []
    while told.count < servers.count, EventLoop.clock < deadline {
      loop.turn(until: deadline)
      for event in inbox.takeAll() { if case .storeAbandoned(let index) = event { told.insert(index) } }
    }
  }
}

/// Events between the mailbox and the node. Used on the node's thread alone.
private final class EventInbox {
  private var events: [NodeEvent] = []

  func take(_ batch: inout [NodeEvent]) { events += batch }

  func takeAll() -> [NodeEvent] {
    let all = events
    events = []
    return all
  }
}
