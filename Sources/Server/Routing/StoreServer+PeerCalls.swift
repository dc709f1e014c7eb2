internal import API
internal import Basics
internal import HTTP2
internal import Reactor
internal import Replication

/// A call that another node sent here. What it is answered with goes back to that node under the number that it chose.
struct PeerCall {
  var node: NodeID
  var number: UInt64
  /// How often it has been sent on, up to here.
  var hops: UInt8
  /// Until then its node lets it wait.
  var patience: Instant
}

/// Calls between this Store and the same Store of other nodes.
extension StoreServer {
  /// Calls of other nodes that may be under way here.
  static let peerCallsMax = 100_000

  func received(_ call: RemoteCall, from peer: NodeID) {
    let patience = loop.now.advanced(
      byMilliseconds: call.timeoutMilliseconds == 0
        ? HeldCalls.patienceMilliseconds : UInt64(call.timeoutMilliseconds))
    guard let method = RoutedMethod(rawValue: call.method) else {
      let failure = CallFailure(status: .unimplemented, message: "a node of another version asked for \(call.method)")
      return answer(peer, call.id, .failure(failure))
    }
    guard peerCalls.count < Self.peerCallsMax else {
      return answer(peer, call.id, .failure(CallFailure(StoreRefusal.backlogFull)))
    }
    let tag = peerCalls.insert(PeerCall(node: peer, number: call.id, hops: call.hops, patience: patience))
    take(method, call.message.rawSpan, .peer(tag, isRow: method.isRow, store: UInt16(index)), ofNode: peer)
  }

  func received(_ answer: RemoteAnswer, from peer: NodeID) {
    guard let tag = held.ended(answer.id, by: peer) else { return }
    switch answer.outcome {
    case .message(let bytes): deliver(.message(bytes), toHeld: tag)
    case .failure(let failure): deliver(.failure(failure), toHeld: tag)
    }
  }

  /// A node's answers will not come any more, and it does not wait for ours. What it asked for and was parked here is
  /// dropped: it may have asked another node meanwhile, and a late copy should find as little as possible to do.
  func peerLost(_ peer: NodeID) {
    peerCalls.removeAll { $0.node == peer }
    unsentAnswers.drop(for: peer)
    lost(held.endAttempts(at: peer))
  }

  /// An answer to a call of another node.
  func deliver(_ answer: StoreAnswer, toPeerCall tag: UInt64) {
    guard let call = peerCalls.remove(tag) else { return }
    self.answer(call.node, call.number, answer)
  }

  private func answer(_ peer: NodeID, _ number: UInt64, _ answer: StoreAnswer) {
    let outcome: RemoteAnswer.Outcome =
      switch answer {
      case .message(let bytes): .message(bytes)
      case .failure(let failure): .failure(failure)
      }
    let answer = RemoteAnswer(id: number, outcome: outcome)
    if links?.send(.answer(answer), to: peer) != true { unsentAnswers.append(answer, to: peer, now: loop.now) }
  }

  /// - Returns: when to look again although nothing happens.
  func offerUnsentAnswers() -> Instant {
    unsentAnswers.offer(now: loop.now) { links?.send(.answer($0), to: $1) ?? false }
    return unsentAnswers.nextLook
  }
}
