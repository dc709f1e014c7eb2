internal import API
internal import Basics
internal import HTTP2
internal import Reactor

/// Carries calls out: chooses a node and a connection for each attempt, and starts the next one when an attempt failed
/// and another is worth it. It lives on the client's loop and its thread.
final class CallEngine {
  let loop: EventLoop
  private let router: Router
  private let policy: RetryPolicy
  private var pools: [NodePool] = []
  var calls: [UInt64: ActiveCall] = [:]
  private var random: SeededGenerator
  private var isClosed = false

  init(_ router: Router, _ policy: RetryPolicy, connectionsPerNode: Int, on loop: EventLoop, seed: UInt64) {
    self.loop = loop
    self.router = router
    self.policy = policy
    random = SeededGenerator(seed: seed)
    for node in router.nodes {
      pools.append(
        NodePool(node, connectionsMax: connectionsPerNode, on: loop, seed: random.next(), delegate: self))
    }
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

  private func start(_ order: CallOrder) {
    let call = ActiveCall(order, CallAttempts(policy, deadline: order.deadline, seed: random.next()))
    calls[order.id] = call
    attempt(call)
  }

  /// Makes the next attempt now, or waits until its node may be tried again.
  private func attempt(_ call: ActiveCall) {
    let pool = pools[router.node(attempt: call.attempts.count)]
    switch pool.choose() {
    case .connection(let connection):
      guard let id = begin(call, on: connection) else {
        return failed(call, .notDelivered, CallFailure(status: .unavailable, message: "too many calls are waiting"))
      }
      call.place = .under(connection, id)
      for message in call.outbox { connection.send(id, message: message.rawSpan) }
      call.outbox = []
      if call.finishesSending { connection.finishSending(id) }
    case .notBefore(let instant):
      guard instant < call.order.deadline else {
        return end(
          call,
          .failed(
            CallFailure(status: .unavailable, message: pool.lastFailure),
            mayHaveTakenEffect: call.attempts.mayHaveTakenEffect))
      }
      wait(call, until: instant)
    }
  }

  private func begin(_ call: ActiveCall, on connection: ClientConnection) -> CallID? {
    let order = call.order
    guard let message = order.message else {
      return connection.open(order.method, deadline: order.deadline, tag: order.id)
    }
    return connection.start(order.method, message: message.rawSpan, deadline: order.deadline, tag: order.id)
  }

  private func wait(_ call: ActiveCall, until instant: Instant) {
    call.place = .waiting(loop.schedule(at: instant, self, token: call.order.id))
  }

  /// An attempt has failed: tries again, or tells the caller.
  func failed(_ call: ActiveCall, _ kind: CallAttempts.Failure, _ failure: CallFailure) {
    call.place = .nowhere
    if call.isCancelled { return end(call, .cancelled) }
    switch call.attempts.failed(kind, at: loop.now) {
    case .retry(let instant) where call.isRepeatable && !isClosed:
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

  func pool(of connection: ClientConnection) -> NodePool? { pools.first { $0.endpoint.address == connection.node } }

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
    for pool in pools { pool.closeAll() }
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
