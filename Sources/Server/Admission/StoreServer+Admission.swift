internal import API
internal import Basics
internal import HTTP2
internal import Reactor
internal import Replication

/// Where calls come in: of a connection, of another Store, of another node.
extension StoreServer {
  static let crowded = CallFailure(
    .backlogFull, "there is more to do than this node can; retry with the same id after the delay",
    retryDelayMilliseconds: 100)
  private static let crowdedAnswer = PreparedRefusal(
    StatusCode(crowded.status), message: crowded.message, details: crowded.statusDetails())

  /// Begins a call, lets it wait, or refuses it.
  @inline(__always)
  func take(_ method: Method, _ message: RawSpan, _ origin: CallOrigin, of caller: WaitingCall.Caller) {
    if admission.isBegunAtOnce(message.byteCount) { return dispatch(method, message, origin) }
    takeCrowded(.method(method), message, origin, caller)
  }

  /// The same of another node's call.
  func take(_ method: RoutedMethod, _ message: RawSpan, _ origin: CallOrigin, ofNode node: NodeID) {
    if admission.isBegunAtOnce(message.byteCount) { return carryOut(method, message, origin) }
    takeCrowded(.routed(method), message, origin, .node(node))
  }

  @inline(never)
  private func takeCrowded(
    _ work: WaitingCall.Work, _ message: RawSpan, _ origin: CallOrigin, _ caller: WaitingCall.Caller
  ) {
    switch admission.decide(work.priority, message.byteCount, of: caller) {
    case .begin: begin(work, message, origin)
    case .wait:
      admission.append(
        WaitingCall(work: work, message: message.copied(), origin: origin, caller: caller, arrived: loop.now))
    case .refuse: refuseCrowded(origin)
    }
  }

  private func begin(_ work: WaitingCall.Work, _ message: RawSpan, _ origin: CallOrigin) {
    switch work {
    case .method(let method): dispatch(method, message, origin)
    case .routed(let method): carryOut(method, message, origin)
    }
  }

  private func refuseCrowded(_ origin: CallOrigin) {
    guard origin.kind == .stream, Int(origin.store) == index else { return fail(origin, Self.crowded) }
    guard let connection = connections[origin.tag] else { return }
    connection.session.refuse(origin.stream, Self.crowdedAnswer)
    connection.outputChanged()
  }

  /// Begins what waits, as far as this turn may. Before the turn's entries are made, so that it joins them.
  func beginWaiting() {
    guard admission.isAnyWaiting else { return }
    while let call = admission.nextLate(now: loop.now) { refuseCrowded(call.origin) }
    while let call = admission.next() {
      if isWaitedFor(call.origin) { begin(call.work, call.message.rawSpan, call.origin) }
    }
  }

  /// - Returns: when to look again although nothing happens.
  func admitAnew() -> Instant {
    admission.turnEnded(hasRoom: store.hasRoom, hasRoomForReads: hasRoomForReads)
    switch refusals.noted(admission.refusedCount, now: loop.now) {
    case .begin:
      node.logger.log(.info, "the Store has more to do than it can and refuses calls", ["store": "\(index)"])
    case .end:
      node.logger.log(
        .info, "the Store keeps up again", ["store": "\(index)", "refused": "\(admission.refusedCount)"])
    case nil: break
    }
    return admission.nextLook(now: loop.now)
  }

  /// The Store stops: tells everybody who waits.
  func abandonWaiting() {
    for call in admission.removeAll() { fail(call.origin, StoreRefusal.shuttingDown) }
  }
}
