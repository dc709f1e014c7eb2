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
  /// Where every Store listens.
  private var boundAddress: ListenAddress?
  private var hasServed = false
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
      if end == nil, loop.now >= drainDeadline {
        logger.log(.warning, "the time to drain is over", ["stores_busy": "\(servers.count - idle.count)"])
        drainIsOver()
      }
    }
    return close()
  }

  private func open() throws {
    let format = try existingFormat()
    let engine = try StorageEngine(
      path: configuration.dataDirectory,
      configuration: StorageConfiguration(configuration, storeCount: format.storeCount))
    self.engine = engine
    try engine.directory.beginStart()
    let context = NodeContext(
      configuration: configuration, logger: logger, identity: try identity(engine.directory),
      shardMap: ShardMap(dividedAmong: format.shardCount), started: EventLoop.clock, events: events)
    self.context = context
    let seed = UInt64.random(in: .min ... .max)
    for index in 0..<format.storeCount {
      servers.append(
        try StoreThread(
          index: index, node: context, storage: engine.stores[index], replicas: context.replicas(ofStore: index),
          hashSeed: seed))
    }
    post(.listen(configuration.listen), to: 0)
    logger.log(
      .info, "data directory is open",
      [
        "path": configuration.dataDirectory, "node": format.number.description, "cluster": format.cluster.description,
        "stores": "\(format.storeCount)", "shards": "\(format.shardCount)", "version": holdfastVersion,
      ])
  }

  /// What the data directory says it is. A node never makes its own: a start on the wrong folder, or on a disk that was
  /// not mounted, would be a second cluster.
  private func existingFormat() throws -> DirectoryFormat {
    let path = configuration.dataDirectory
    guard let format = try DirectoryFormat.read(directory: path), format.state != .joining else {
      throw ConfigurationError(
        "\(path) is no data directory yet: holdfastd init makes the first node of a new cluster there, holdfastd join a"
          + " further node of one that runs")
    }
    if configuration.storeCount != 0, format.state == .ready, format.storeCount != configuration.storeCount {
      logger.log(
        .warning, "the data directory keeps its number of stores",
        ["wanted": "\(configuration.storeCount)", "has": "\(format.storeCount)"])
    }
    return format
  }

  private func identity(_ directory: DataDirectory) throws -> NodeIdentity {
    let secret = try configuration.secretFile.map { try DirectoryMaking.readSecret($0) } ?? directory.secret()
    return NodeIdentity(format: directory.format, secret: secret, seeds: try directory.seeds())
  }
}

// MARK: - Events

extension Node {
  private func take(_ event: NodeEvent) {
    switch event {
    case .storeServes(let index, let isServing):
      if isServing { serving.insert(index) } else { serving.remove(index) }
      updateServingState()
    case .listens(let index, let address): storeListens(index, address)
    case .listensForPeers(let address):
      logger.log(.info, "takes connections of other nodes", ["address": address.description])
    case .cannotListen(let reason):
      logger.log(.error, "cannot listen", ["error": reason])
      end = .cannotListen
    case .storeIsIdle(let index, let isIdle):
      if isIdle { idle.insert(index) } else { idle.remove(index) }
      if idle.count == servers.count { drainIsOver() }
    case .storeAbandoned: break
    case .isExcluded(let reason): endExcluded(reason)
    case .storeFailed(let index, let reason):
      logger.log(.error, "a store's disk failed, the node stops", ["store": "\(index)", "error": reason])
      end = .storageFailed
    }
  }

  /// The first Store binds the port, which the system may have picked; the others then share it.
  private func storeListens(_ index: Int, _ address: ListenAddress) {
    listening.insert(index)
    if index == 0 { for other in 1..<max(1, servers.count) { post(.listen(address), to: other) } }
    if listening.count == servers.count {
      context?.listens(on: address)
      boundAddress = address
      post(.addressIsKnown, to: 0)
    }
    updateServingState()
  }

  /// The node serves while it can be reached, knows the cluster, and every replica knows its leader. Other calls are
  /// answered all the same: whoever looks for what is wrong with a cluster must be able to ask.
  private func updateServingState() {
    guard let context, let boundAddress, context.servingState != .draining else { return }
    let state: NodeContext.ServingState = serving.count == servers.count ? .serving : .starting
    guard state != context.servingState else { return }
    context.servingState = state
    for place in servers.indices { post(.servingStateChanged, to: place) }
    if state == .starting {
      logger.log(.warning, "not serving: a replica does not know its leader")
    } else if hasServed {
      logger.log(.info, "serving again")
    } else {
      hasServed = true
      if let path = configuration.portFile { writePortFile(path, boundAddress) }
      let milliseconds = EventLoop.clock.nanoseconds(since: context.started) / 1_000_000
      logger.log(.info, "serving", ["address": boundAddress.description, "start_ms": "\(milliseconds)"])
    }
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

  /// A node that was removed while it served ends in good order; every other one has no business on its data directory.
  private func endExcluded(_ reason: PeerRefusal) {
    guard end == nil else { return }
    logger.log(
      .error, "the node ends, the cluster does not know it any more",
      ["reason": reason.description, "path": configuration.dataDirectory])
    end = reason == .removed && hasServed ? .stopped : .dataDirectory
  }

  private func drainIsOver() { end = end ?? .stopped }

  private func post(_ message: StoreMessage, to place: Int) {
    if context?.post([message], toStore: place) != true {
      logger.log(.error, "a store does not take messages", ["store": "\(place)"])
    }
  }

  /// Ends the threads, then the storage. After a failure of the disk the storage is left as it is, and nothing else is
  /// waited for: until the process has ended RocksDB's threads may write.
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
      context?.resolver.close()
    }
    // Somebody may have waited: who does is told that nobody knows.
    let isCutOff = idle.count < servers.count
    logger.log(.info, "stopped", ["code": "\(end.rawValue)", "cut_off": "\(isCutOff)"])
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
