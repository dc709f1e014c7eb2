internal import API
internal import Basics
internal import HTTP2
internal import Placement
internal import Reactor
internal import Replication

/// From a call to where its shard is led. A call that this Store can carry out is carried out from the bytes it came in;
/// only one that must go elsewhere, or wait, is copied and held.
extension StoreServer {
  /// Sends a write on to the Store that has its shard, or the node that leads it, or lets it wait for a leader.
  ///
  /// - Returns: `false` when it is to be carried out here.
  func passOn(_ method: Method, _ message: RawSpan, _ origin: CallOrigin, toOwnerOf shard: ShardID) -> Bool {
    let owner = node.storeIndex(of: shard)
    if owner == index {
      if store.leads(shard) {
        if let slot = movedSlot(in: shard) {
          awaitMove(of: slot, method, message, origin, shard)
          return true
        }
        checkedShard = shard
        loadSamples.note(checkedSlots)
        return false
      }
      route(method, message, origin, shard)
    } else if callsPassedOn < Self.callsPassedOnMax {
      send(method, message.copied(), origin, to: owner)
    } else {
      fail(origin, StoreRefusal.backlogFull)
    }
    return true
  }

  /// How many calls of this Store may wait at others: what keeps their mailboxes from ever being full.
  static let callsPassedOnMax = 100_000

  func send(_ method: Method, _ message: [UInt8], _ origin: CallOrigin, to owner: Int) {
    callsPassedOn += 1
    outboxes[owner].append(.call(method, message, origin))
  }

  /// Holds a call that is not for this Store's replica to decide now, and sends it on its way.
  func route(_ method: Method, _ message: RawSpan, _ origin: CallOrigin, _ shard: ShardID) {
    if origin.kind == .held {
      // It was tried before, when its slot was perhaps another shard's.
      held[origin.tag]?.shard = shard
      return sendOnItsWay(origin.tag)
    }
    guard let method = RoutedMethod(method, isRow: origin.isRow) else {
      invariantViolated("\(method) is answered by every node and was routed")
    }
    guard let tag = hold(method, message.copied(), origin, shard) else { return fail(origin, StoreRefusal.backlogFull) }
    sendOnItsWay(tag)
  }

  /// - Parameter arrived: when the call came, if it was not in this turn.
  /// - Returns: `nil` when too much is held.
  func hold(
    _ method: RoutedMethod, _ message: [UInt8], _ origin: CallOrigin, _ shard: ShardID, arrived: Instant? = nil
  ) -> UInt64? {
    let arrived = arrived ?? loop.now
    var patience = arrived.advanced(byMilliseconds: HeldCalls.patienceMilliseconds)
    var hops: UInt8 = 0
    if origin.kind == .peer, let call = peerCalls[origin.tag] {
      patience = min(patience, call.patience)
      hops = call.hops
    }
    return held.insert(
      HeldCall(
        method: method, message: message, origin: origin, shard: shard, hops: hops, arrived: arrived,
        patience: patience))
  }
}

// MARK: - The next step of a held call

extension StoreServer {
  func sendOnItsWay(_ tag: UInt64) {
    guard let call = held[tag] else { return }
    guard isWaitedFor(call.origin) else { return drop(tag, call) }
    if isFounding { return wait(tag) }
    guard call.attempts < HeldCall.attemptsMax else { return follow(call.gaveUp(knowing: nil), tag) }
    switch direction(of: call) {
    case .here: tryHere(tag)
    case .to(let peer): attempt(tag, at: peer)
    case .wait: wait(tag)
    }
  }

  /// The first node is still making the cluster. No other node could carry a call out, so it waits, for as long as its client
  /// does: it is not tried, and its patience has not begun.
  private var isFounding: Bool { node.number == NodeID(1) && !cluster.isFounded }

  private func direction(of call: HeldCall) -> Direction {
    let wayfinder = Wayfinder(
      leadership: leadership(for: call), reported: view.leader(of: call.shard), others: otherNodes(with: call.shard),
      hops: Int(call.hops), waitedMilliseconds: loop.now.nanoseconds(since: call.arrived) / 1_000_000,
      attempts: call.attempts)
    return wayfinder.direction { isReachable($0) }
  }

  /// Whether a call sent there may be answered. A node that has fallen silent is not asked, although its connections hold.
  private func isReachable(_ peer: NodeID) -> Bool { links?.takesCalls(peer) == true && !store.isSilent(peer) }

  /// What counts as leading depends on the call: while a leader hands over, it takes no commands and answers reads.
  private func leadership(for call: HeldCall) -> Leadership {
    let leadership = store.leadership(of: call.shard)
    guard leadership == .changing, call.method.goesOnDuringTransfer, store.answersReads(of: call.shard) else {
      return leadership
    }
    return .here
  }

  private func otherNodes(with shard: ShardID) -> [NodeID] {
    let known = store.neighbours(in: shard)
    return known.isEmpty ? placedNodes(of: shard) : known
  }

  /// Carries a held call out here. It stays held: if the leadership is lost on the way, it is tried again.
  private func tryHere(_ tag: UInt64) {
    guard var call = held[tag] else { return }
    call.attempts += 1
    held[tag] = call
    // What is proposed behind the collecting part of a turn belongs to the next one.
    loop.requestTurn()
    carryOut(call.method, call.message.rawSpan, .held(tag, isRow: call.method.isRow, store: UInt16(index)))
  }

  /// Carries out what a node may ask another for.
  func carryOut(_ method: RoutedMethod, _ message: RawSpan, _ origin: CallOrigin) {
    if let method = method.method { return dispatch(method, message, origin) }
    switch method {
    case .pull: answerPull(message, origin)
    case .across: receiveAcross(message, origin)
    case .setLocations: takeLocations(message, origin)
    case .claimStatements: answerClaimQuestion(message, origin)
    default: answerReadIndex(message, origin)
    }
  }

  private func attempt(_ tag: UInt64, at peer: NodeID) {
    guard var call = held[tag] else { return }
    if let failure = tooNew(call.method) { return finish(tag, .failure(failure)) }
    call.attempts += 1
    call.confirmed = []
    held[tag] = call
    let number = held.began(tag, at: peer, now: loop.now)
    let left = max(1, call.patience.nanoseconds(since: loop.now) / 1_000_000)
    let packet = PeerPacket.call(
      RemoteCall(
        id: number, method: call.method.rawValue, timeoutMilliseconds: UInt32(clamping: left), hops: call.hops + 1,
        message: call.message))
    if links?.send(packet, to: peer) == true { return }
    // Surely not sent.
    _ = held.ended(number, by: peer)
    wait(tag)
  }

  /// While some nodes may not know a call none is asked for it by another one: its caller finds the leader by itself.
  private func tooNew(_ method: RoutedMethod) -> CallFailure? {
    guard cluster.isFounded, method.featureLevel > cluster.settings.featureLevel else { return nil }
    return CallFailure(
      .noLeader, "another node leads the shard, and is not asked until all nodes run a version that knows the call",
      retryDelayMilliseconds: 100)
  }

  /// Parks a call that was tried here: its slot is on its way.
  func park(_ tag: UInt64) { wait(tag) }

  /// Parks a call, unless it has waited long enough.
  private func wait(_ tag: UInt64) {
    guard var call = held[tag] else { return }
    if isFounding { call.patience = loop.now.advanced(byMilliseconds: HeldCalls.patienceMilliseconds) }
    guard loop.now < call.patience else { return follow(call.gaveUp(knowing: knownLeader(of: call.shard)), tag) }
    call.confirmed = []
    held[tag] = call
    held.park(tag, seeing: store.leadership(of: call.shard), now: loop.now)
  }

  private func knownLeader(of shard: ShardID) -> NodeID? {
    if case .at(let leader) = store.leadership(of: shard) { return leader }
    return view.leader(of: shard)
  }
}

// MARK: - Answers to attempts

extension StoreServer {
  /// An attempt of a held call has ended, here or at another node.
  func deliver(_ answer: StoreAnswer, toHeld tag: UInt64) {
    guard case .failure(let failure) = answer else { return finish(tag, answer) }
    guard var call = held[tag] else { return }
    let verdict = call.failed(failure, now: loop.now)
    held[tag] = call
    // Who just refused would refuse again: only after a pause, or when another leader is known.
    if verdict == .again, failure.reason != .deadline { return wait(tag) }
    follow(verdict, tag)
  }

  /// Nobody will answer an attempt of these calls.
  func lost(_ tags: [UInt64]) {
    for tag in tags {
      guard var call = held[tag] else { continue }
      let verdict = call.lost()
      held[tag] = call
      follow(verdict, tag)
    }
  }

  private func follow(_ verdict: HeldCall.Verdict, _ tag: UInt64) {
    switch verdict {
    case .again: sendOnItsWay(tag)
    case .over(let failure): finish(tag, .failure(failure))
    }
  }

  private func finish(_ tag: UInt64, _ answer: StoreAnswer) {
    guard let call = held.remove(tag) else { return }
    deliver(answer, to: call.origin)
  }

  private func drop(_ tag: UInt64, _ call: HeldCall) {
    held.remove(tag)
    if call.origin.kind == .peer { peerCalls.remove(call.origin.tag) }
  }

  /// Whether anybody would hear the answer. What waits in other Stores or held here is told in any case: they count.
  func isWaitedFor(_ origin: CallOrigin) -> Bool {
    guard Int(origin.store) == index else { return true }
    switch origin.kind {
    case .stream: return connections[origin.tag]?.session.isUnanswered(origin.stream) ?? false
    case .peer: return peerCalls[origin.tag] != nil
    case .part: return gatherings[origin.tag] != nil
    case .held: return true
    }
  }
}

// MARK: - Time

extension StoreServer {
  /// Looks at the calls that wait, at the end of each turn.
  ///
  /// - Returns: when to look again although nothing happens.
  func lookAtHeldCalls() -> Instant {
    if held.isEmpty { return .distantFuture }
    if held.shouldLookAtAttempts(now: loop.now) {
      // A node that has fallen silent answers nobody; its links notice later, because they bear more.
      for peer in held.askedNodes where store.isSilent(peer) { lost(held.endAttempts(at: peer)) }
      lost(held.endLateAttempts(now: loop.now))
    }
    for tag in held.takeDue(now: loop.now, { store.leadership(of: $0) }) { sendOnItsWay(tag) }
    return held.nextLook
  }

  /// The Store stops: tells everybody who waits.
  func abandonHeldCalls() {
    for call in held.removeAll() {
      let isUncertain = call.isDoubtful || (call.attempts > 0 && !call.method.isRead)
      deliver(.failure(isUncertain ? .outcomeUnknown : CallFailure(StoreRefusal.shuttingDown)), to: call.origin)
    }
  }
}
