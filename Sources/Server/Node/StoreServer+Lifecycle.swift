internal import API
internal import Basics
internal import HTTP2
internal import Placement
internal import Raft
internal import Reactor
internal import Replication
internal import Storage

/// How a Store's thread begins and ends.
extension StoreServer {
  /// Opens a Store on its own thread: state, log, replicas; then starts the elections.
  static func open(
    index: Int, node: NodeContext, storage handover: StorageHandover, replicas: [ReplicaSpecification],
    hashSeed: UInt64, on loop: EventLoop
  ) throws -> StoreServer {
    let storage = handover.storage
    let holder = ServerHolder()
    let mailbox = loop.makeMailbox(of: StoreMessage.self) { holder.server?.receive(&$0) }
    node.register(mailbox, ofStore: index)
    var limits = StoreLimits()
    limits.retainedLogBytesMax = max(1 << 20, node.configuration.logRetainedBytesMax / node.storeCount)
    let loader = try StoreLoader(
      node: node.number, incarnation: .random(in: 1 ... .max), partitions: storage.state, replicas: replicas,
      hashSeed: hashSeed, limits: limits, storeIndex: index)
    let (log, recovered) = try storage.openLog(
      applied: loader.applied,
      persisted: { token in invariant(mailbox.post(.persisted(token)), "a Store's mailbox is full") },
      failed: { error in node.tell(.storeFailed(index, error.description)) })
    handover.log = log
    connect(storage.state, log, node, to: mailbox)
    let store = try loader.store(
      logs: recovered, now: EventLoop.clock, wall: Stamp(milliseconds: EventLoop.wallClockMilliseconds))
    let server = StoreServer(
      index: index, node: node, loop: loop, store: store, state: storage.state, log: log, storage: storage)
    holder.server = server
    loop.hook = server
    loop.spinning.nanosecondsMax = UInt64(node.configuration.spinMicrosecondsMax) * 1_000
    store.start()
    server.joinPeers()
    loop.requestTurn()
    return server
  }

  /// Begins to take connections.
  func listen(on address: ListenAddress) {
    do throws(ReactorError) {
      var options = Listener.Options()
      options.sharesPort = node.storeCount > 1
      options.connectionsMax = max(1, node.configuration.connectionsMax / node.storeCount)
      options.connectionsPerAddressMax = node.configuration.connectionsPerAddressMax
      let socket = try SocketAddress(address.host, port: address.port)
      let listener = try Listener(on: loop, address: socket, options: options, handler: self)
      self.listener = listener
      node.tell(.listens(index, ListenAddress(host: address.host, port: listener.address.port)))
    } catch {
      node.tell(.cannotListen("\(address): \(error)"))
    }
  }

  /// How long it may take to hand the leaderships over when the node stops.
  private static let handOverMillisecondsMax: UInt64 = 2_000
  private static let handOverPauseMilliseconds: UInt64 = 1_500

  /// Hands the leaderships over, then takes leave of the clients.
  func drain() {
    guard handOverDeadline == nil else { return }
    handOverDeadline = loop.now.advanced(byMilliseconds: Self.handOverMillisecondsMax)
    goOnDraining()
  }

  /// Nobody waits for an election when each group has its next leader before this one is gone; so long calls are taken
  /// and sent there. The other nodes' calls are taken for as long as there is a group that nobody else can lead yet: a
  /// leadership may also come back.
  func goOnDraining() {
    guard let handOverDeadline else { return }
    // While its leadership is handed over a group takes no commands: what does not succeed leaves it time between.
    let begins = !isDraining || loop.now >= nextHandOver
    if begins { nextHandOver = loop.now.advanced(byMilliseconds: Self.handOverPauseMilliseconds) }
    leadsToTheEnd = store.handOverLeadership(begins: begins) > 0
    if !isDraining, !leadsToTheEnd || loop.now >= handOverDeadline { takeLeave() }
    if isDraining, !leadsToTheEnd { links?.takeLeave() }
  }

  /// When draining is to be looked at again although nothing happens.
  var nextDrainStep: Instant { isDraining ? .distantFuture : handOverDeadline ?? .distantFuture }

  /// Takes no more connections; calls under way are answered.
  private func takeLeave() {
    isDraining = true
    listener?.close()
    tellHealthWatches()
    endHealthWatches()
    endFollowers()
    endWatchers()
    endPulls()
    endStreams()
    for connection in connections.all { connection.shutDown() }
  }

  /// Takes no more of streams that stay open; what they have asked is answered first.
  private func endStreams() {
    for (key, stream) in streams {
      guard let connection = connections[key.connection] else { continue }
      var stream = stream
      stream.isEnding = true
      streams[key] = stream
      connection.session.pause(key.stream)
      finishIfDone(key, stream, connection)
    }
  }

  /// Tells everyone who still waits that the outcome is unknown. The log may or may not have their commands.
  func abandon() {
    abandonWaiting()
    abandonHeldCalls()
    var waiters = store.abandonWaiters()
    while let read = confirmedReads.popFirst() { waiters.append(read.waiter) }
    for waiter in waiters {
      guard let call = PendingCall(waiter) else { continue }
      fail(
        call.origin,
        CallFailure(.deadline, "the node stopped before the outcome was known; ask again with the same request id"))
    }
    links?.close()
    node.tell(.storeAbandoned(index))
  }

  /// Tells the node at the end of a turn whether anybody is still waited for.
  func lookWhetherDrained() {
    guard isDraining else { return }
    let isLeft = !leadsToTheEnd && links?.isLeftAlone != false
    let isIdle = isLeft && connections.count == 0 && peerCalls.count == 0 && unsentAnswers.count == 0
    if isIdle != wasIdle { node.tell(.storeIsIdle(index, isIdle)) }
    wasIdle = isIdle
  }
}

/// Lets the mailbox be made before the server that reads it. Used on the Store's thread alone.
private final class ServerHolder {
  var server: StoreServer?
}
