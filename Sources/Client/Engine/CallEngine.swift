internal import API
internal import Basics
internal import HTTP2
internal import Reactor

/// Carries calls out: chooses a node and a connection for each attempt, and starts the next one when an attempt failed
/// and another is worth it. It lives on the client's loop and its thread.
final class CallEngine {
  /// How long a call for which no node is there waits at the most before it looks again.
  private static let lookAgainMilliseconds: UInt64 = 50

  let loop: EventLoop
  var router: Router
  var refresh = MapRefresh()
  private let settings: EngineSettings
  /// One for each of the router's nodes, at the same place.
  private var pools: [NodePool?] = []
  private var lastSerial: UInt64 = 0
  var calls: [UInt64: ActiveCall] = [:]
  private var random: SeededGenerator
  private var isClosed = false
  private let resolver: HostResolver

  init(_ router: Router, _ addresses: [[SocketAddress]], _ settings: EngineSettings, on loop: EventLoop, seed: UInt64) {
    self.loop = loop
    self.router = router
    self.settings = settings
    random = SeededGenerator(seed: seed)
    resolver = HostResolver(on: loop)
    resolver.resolved = { [unowned self] name, addresses in
      for pool in pools where pool?.name == name { pool?.resolved(addresses) }
    }
    for (place, node) in router.nodes.enumerated() {
      pools.append(node.map { makePool($0.name, addresses[place]) })
    }
  }

  private func makePool(_ name: NodeName, _ addresses: [SocketAddress]) -> NodePool {
    lastSerial += 1
    return NodePool(
      name, addresses, serial: lastSerial, connectionsMax: settings.connectionsPerNode, on: loop, seed: random.next(),
      delegate: self)
  }

  func handle(_ message: EngineMessage) {
    switch message {
    case .start(let order): start(order)
    case .cancel(let id): cancel(id)
    case .send(let id, let bytes): send(id, bytes)
    case .finishSending(let id): finishSending(id)
    case .resume(let id):
      if case .under(let connection, let call)? = calls[id]?.place { connection.resume(call) }
    case .close: close()
    }
  }

  func start(_ order: CallOrder) {
    let attempts = CallAttempts(
      settings.policy, deadline: order.deadline, seed: random.next(), isRepeatable: order.isRepeatable)
    let call = ActiveCall(order, attempts)
    calls[order.id] = call
    attempt(call)
  }

  // MARK: attempts

  /// Makes the next attempt now, or waits until there is a node for it.
  private func attempt(_ call: ActiveCall) {
    if settings.learnsNodes { refreshMap() }
    let turn = call.order.target == .namedNode ? call.attempts.count : Int(call.order.id & 0xFFFF) + call.attempts.count
    let places = router.places(for: call.order.target, turn: turn, avoiding: call.node)
    var soonest = loop.now.advanced(byMilliseconds: Self.lookAgainMilliseconds)
    // A node that is not known to be well gets the call only when no other is better.
    for insists in [false, true] {
      for place in places {
        guard let pool = pools[place] else { continue }
        let choice = pool.choose(insists: insists)
        if pool.wantsResolution { resolver.resolve(pool.name) }
        switch choice {
        case .connection(let connection): return begin(call, on: connection, of: place)
        case .notBefore(let instant): soonest = min(soonest, instant)
        }
      }
    }
    if soonest < min(call.order.deadline, call.order.patience) { return wait(call, until: soonest) }
    let reason = places.compactMap { pools[$0]?.lastFailure }.first { !$0.isEmpty } ?? "no node is there"
    let failure = CallFailure(status: .unavailable, message: reason)
    end(call, .failed(failure, mayHaveTakenEffect: call.attempts.mayHaveTakenEffect))
  }

  private func begin(_ call: ActiveCall, on connection: ClientConnection, of place: Int) {
    call.node = place
    guard let id = start(call, on: connection) else {
      return failed(call, .notDelivered, CallFailure(status: .unavailable, message: "too many calls are waiting"))
    }
    call.place = .under(connection, id)
    for message in call.outbox { connection.send(id, message: message.rawSpan) }
    call.outbox = []
    if call.finishesSending { connection.finishSending(id) }
  }

  private func start(_ call: ActiveCall, on connection: ClientConnection) -> CallID? {
    let order = call.order
    guard let message = order.message else {
      return connection.open(order.method, deadline: order.deadline, tag: order.id)
    }
    // A stream of answers may take its time; only a call that gets one answer can be said to be overdue.
    let deadline =
      order.method.descriptor.kind == .unary ? call.attempts.attemptDeadline(at: loop.now) : order.deadline
    return connection.start(order.method, message: message.rawSpan, deadline: deadline, tag: order.id)
  }

  private func wait(_ call: ActiveCall, until instant: Instant) {
    call.place = .waiting(loop.schedule(at: instant, self, token: call.order.id))
  }

  /// An attempt has failed: tries again, or tells the caller.
  func failed(_ call: ActiveCall, _ kind: CallAttempts.Failure, _ failure: CallFailure) {
    call.place = .nowhere
    if call.isCancelled { return end(call, .cancelled) }
    learn(from: kind, failure, of: call)
    // Others would only pass the call on to the leader, which has too much to do already.
    if case .answered(.resourceExhausted, _) = kind, call.node == router.leader(of: call.order.target) {
      call.node = nil
    }
    switch call.attempts.failed(kind, at: loop.now) {
    case .retry(let instant) where call.canRepeat && !isClosed && instant < call.order.patience:
      call.answer = []
      wait(call, until: instant)
    case .retry, .giveUp:
      end(call, .failed(failure, mayHaveTakenEffect: call.attempts.mayHaveTakenEffect))
    }
  }

  func end(_ call: ActiveCall, _ ending: CallEnding) {
    calls[call.order.id] = nil
    call.order.sink.ended(ending)
  }

  func pool(of connection: ClientConnection) -> NodePool? {
    for pool in pools where pool?.serial == connection.tag { return pool }
    return nil
  }

  // MARK: the cluster

  /// Has the pools follow the router's nodes.
  func nodesChanged() {
    for (place, node) in router.nodes.enumerated() {
      if place == pools.count { pools.append(nil) }
      if pools[place]?.name == node?.name { continue }
      pools[place]?.retire()
      pools[place] = node.map { makePool($0.name, $0.name.address.map { [$0] } ?? []) }
    }
  }

  // MARK: what the caller wants meanwhile

  private func cancel(_ id: UInt64) {
    guard let call = calls[id] else { return }
    call.isCancelled = true
    switch call.place {
    case .under(let connection, let wireID): connection.cancel(wireID)
    case .waiting(let timer):
      loop.cancel(timer)
      end(call, .cancelled)
    case .nowhere: break
    }
  }

  private func send(_ id: UInt64, _ bytes: [UInt8]) {
    guard let call = calls[id] else { return }
    if case .under(let connection, let wireID) = call.place {
      connection.send(wireID, message: bytes.rawSpan)
    } else {
      call.outbox.append(bytes)
    }
  }

  private func finishSending(_ id: UInt64) {
    guard let call = calls[id] else { return }
    call.finishesSending = true
    if case .under(let connection, let wireID) = call.place { connection.finishSending(wireID) }
  }

  private func close() {
    isClosed = true
    for pool in pools { pool?.closeAll() }
    // What had a connection was told as lost; what waited for one is told here, in the order of the calls.
    for id in calls.keys.sorted() {
      guard let call = calls[id] else { continue }
      if case .waiting(let timer) = call.place { loop.cancel(timer) }
      let failure = CallFailure(status: .unavailable, message: "the client was closed")
      end(call, .failed(failure, mayHaveTakenEffect: call.attempts.mayHaveTakenEffect))
    }
    loop.remote.stop()
  }
}

extension CallEngine: TimerHandler {
  func timerFired(_ id: TimerID, token: UInt64) {
    guard let call = calls[token] else { return }
    call.place = .nowhere
    attempt(call)
  }
}
