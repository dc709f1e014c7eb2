internal import API
internal import Basics
internal import HTTP2
internal import Reactor
internal import Replication

/// Reads: linearizable at the leader, or from this node's own replica when the caller says that this will do.
extension StoreServer {
  /// Sends a read to the Store that has its shard; there, has it answered from this replica if that is fresh enough for
  /// it, else by the leader.
  func read(
    _ method: Method, _ message: RawSpan, _ origin: CallOrigin, from shard: ShardID, _ consistency: ReadConsistency?
  ) throws(CallFailure) {
    let staleness = try Self.stalenessMilliseconds(consistency)
    let owner = node.storeIndex(of: shard)
    if owner != index {
      _ = passOn(method, message, origin, toOwnerOf: shard)
    } else if store.answersReads(of: shard) {
      try readLinearizably(method, message, origin, from: shard)
    } else if ownStateWillDo(shard, consistency, staleness) {
      try readOwnState(method, message, origin, of: shard)
    } else {
      route(method, message, origin, shard)
    }
  }

  /// The request is kept and answered once the read is confirmed; on one node that is often in this very turn.
  func readLinearizably(
    _ method: Method, _ message: RawSpan, _ origin: CallOrigin, from shard: ShardID
  ) throws(CallFailure) {
    try ask(method, message, origin) { waiter throws(StoreRefusal) in try store.read(waiter, from: shard) }
  }

  private func readOwnState(
    _ method: Method, _ message: RawSpan, _ origin: CallOrigin, of shard: ShardID
  ) throws(CallFailure) {
    try ask(method, message, origin) { waiter throws(StoreRefusal) in try store.readOwnState(waiter, of: shard) }
  }

  private func ask(
    _ method: Method, _ message: RawSpan, _ origin: CallOrigin, _ body: (Waiter) throws(StoreRefusal) -> Void
  ) throws(CallFailure) {
    if contexts.isFull { throw CallFailure(StoreRefusal.backlogFull) }
    let context = contexts.insert(message.copied(), at: loop.now)
    do throws(StoreRefusal) {
      try body(PendingCall(origin: origin, method: method, context: context).waiter)
    } catch {
      _ = contexts.take(context)
      throw CallFailure(error)
    }
  }

  private func ownStateWillDo(_ shard: ShardID, _ consistency: ReadConsistency?, _ staleness: UInt64?) -> Bool {
    guard store.showsOwnState(of: shard) else { return false }
    if case .revisionMin(let minimum) = consistency?.level {
      return minimum >= 0 && store.revision(of: shard) >= UInt64(minimum)
    }
    let applied = store.appliedIndex(of: shard)
    guard let staleness else { return false }
    if freshness.shouldAsk(shard, staleness: staleness, now: loop.now) { askFreshness(of: shard) }
    return freshness.isFresh(shard, applied: applied, staleness: staleness, now: loop.now)
  }

  private static func stalenessMilliseconds(_ consistency: ReadConsistency?) throws(CallFailure) -> UInt64? {
    guard case .stalenessMax(let span) = consistency?.level else { return nil }
    let range = Limits.stalenessMillisecondsMin...Limits.stalenessMillisecondsMax
    guard let milliseconds = span.milliseconds, range.contains(milliseconds) else {
      throw .invalidField("consistency.staleness_max", found: "out of range", allowed: "1 ms to 1 h")
    }
    return UInt64(milliseconds)
  }
}

// MARK: - Asking a leader how far it is

extension StoreServer {
  /// Asks the leader of a shard for an index at which a read is linearizable now; it is answered to `origin`.
  func askReadIndex(of shard: ShardID, for origin: CallOrigin) {
    var request = ByteWriter()
    request.uint32(shard.rawValue)
    guard let tag = hold(.readIndex, request.bytes, origin, shard) else {
      return fail(origin, StoreRefusal.backlogFull)
    }
    sendOnItsWay(tag)
  }

  /// Somebody asks this Store for a shard's index.
  func answerReadIndex(_ message: RawSpan, _ origin: CallOrigin) {
    var reader = ByteReader(message)
    do throws(DecodeError) {
      let shard = ShardID(try reader.uint32())
      guard store.answersReads(of: shard) else {
        if origin.kind == .held { return sendOnItsWay(origin.tag) }
        return askReadIndex(of: shard, for: origin)
      }
      confirm(origin, by: shard)
    } catch {
      fail(origin, CallFailure(error))
    }
  }

  /// Asks the group for a read without a request: ``readConfirmed(_:_:)`` follows.
  func confirm(_ origin: CallOrigin, by shard: ShardID) {
    do throws(StoreRefusal) {
      try store.read(PendingCall(origin: origin, method: .clusterGetStatus).waiter, from: shard)
    } catch {
      fail(origin, error)
    }
  }

  /// A read without a request is confirmed: what this replica has applied by now is an index for whoever asked.
  func readConfirmed(_ origin: CallOrigin, _ shard: ShardID) {
    if origin.kind == .held, let call = held[origin.tag], call.method != .readIndex {
      return tryConfirmed(origin.tag, by: shard)
    }
    answer(origin) { $0.uint64(store.appliedIndex(of: shard)) }
  }

  static func readIndex(_ answer: StoreAnswer) -> UInt64? {
    guard case .message(let bytes) = answer else { return nil }
    var reader = ByteReader(bytes.rawSpan)
    do throws(DecodeError) { return try reader.uint64() } catch { return nil }
  }

  private func askFreshness(of shard: ShardID) {
    let asked = loop.now
    let gathering = gatherings.insert(.freshness(shard, asked: asked))
    askReadIndex(of: shard, for: .part(0, of: gathering, store: UInt16(index)))
  }
}
