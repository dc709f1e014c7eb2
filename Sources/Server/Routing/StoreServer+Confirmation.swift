internal import API
internal import Basics
internal import HTTP2
internal import Placement
internal import Reactor
internal import Replication

/// Refusals that say what is not there. The gate makes them from the state of this replica, and a leader that was cut off
/// may not know yet that it leads no more: such a refusal would be a read of a stale state. So it is given only after the
/// group has confirmed that the state was up to date; else the call is looked at again.
extension StoreServer {
  /// Refuses a call that the gate has found wrong.
  func refuse(_ failure: CallFailure, _ method: Method, _ message: RawSpan, _ origin: CallOrigin) {
    guard let shard = checkedShard, let subject = Self.subject(of: failure.reason, shard),
      !store.decidesAlone(subject), let tag = unconfirmed(subject, method, message, origin, shard)
    else { return fail(origin, failure) }
    if subject == shard {
      confirm(.held(tag, isRow: origin.isRow, store: UInt16(index)), by: shard)
    } else {
      awaitLocations(tag)
    }
  }

  /// The shard whose state such a refusal speaks of; `nil` for one that needs none.
  private static func subject(of reason: ErrorReason, _ shard: ShardID) -> ShardID? {
    switch reason {
    case .unknownSKU, .unknownHold: shard
    case .unknownLocation: .meta
    default: nil
    }
  }

  /// The call as a held one; `nil` when the subject was confirmed before, or too much is held.
  private func unconfirmed(
    _ subject: ShardID, _ method: Method, _ message: RawSpan, _ origin: CallOrigin, _ shard: ShardID
  ) -> UInt64? {
    if origin.kind == .held { return held[origin.tag]?.confirmed.contains(subject) == false ? origin.tag : nil }
    guard let method = RoutedMethod(method, isRow: origin.isRow) else { return nil }
    return hold(method, message.copied(), origin, shard)
  }

  /// The state of a shard that the call is checked against is now known to be no older than the call.
  func tryConfirmed(_ tag: UInt64, by shard: ShardID) {
    held[tag]?.confirmed.append(shard)
    sendOnItsWay(tag)
  }
}

// MARK: - The locations, which are the meta shard's

extension StoreServer {
  /// Has the call looked at again when this Store's copy of the locations is up to date.
  func awaitLocations(_ tag: UInt64) {
    let gathering = gatherings.insert(.locations(held: tag))
    bringTableUpToDate(for: CallOrigin.part(0, of: gathering, store: UInt16(index)))
  }

  /// Answers a part of a gathering when this node has all of the meta shard's state that was acknowledged until now.
  func bringTableUpToDate(for part: CallOrigin) {
    let owner = node.storeIndex(of: .meta)
    if owner == index { return bringLocationsUpToDate(for: part) }
    guard callsPassedOn < Self.callsPassedOnMax else { return fail(part, StoreRefusal.backlogFull) }
    callsPassedOn += 1
    outboxes[owner].append(.bringLocationsUpToDate(part))
  }

  /// Answers when all Stores of this node have, or are sent before the answer, every location that was acknowledged until
  /// now. Asked of the Store that has the meta shard.
  func bringLocationsUpToDate(for origin: CallOrigin) {
    askReadIndex(of: .meta, for: .part(0, of: gatherings.insert(.metaIndex(origin)), store: UInt16(index)))
  }

  /// The meta shard's leader answered how far it is.
  func metaIndexCame(_ answer: StoreAnswer, for origin: CallOrigin) {
    guard let index = Self.readIndex(answer) else { return fail(origin, StoreRefusal.noLeader) }
    let patience = loop.now.advanced(byMilliseconds: HeldCalls.patienceMilliseconds)
    metaWaits.append(MetaWait(index: index, origin: origin, patience: patience))
    answerMetaWaits()
  }

  /// Tells other Stores of new locations, and then those who waited for them.
  ///
  /// - Returns: when to look again although nothing happens.
  @discardableResult
  func answerMetaWaits() -> Instant {
    let applied = store.appliedIndex(of: .meta)
    if applied != sharedMetaIndex {
      sharedMetaIndex = applied
      if store.locations?.locations != locations.locations { shareLocations() }
    }
    guard !metaWaits.isEmpty else { return .distantFuture }
    let waits = metaWaits
    metaWaits = waits.filter { $0.index > applied && $0.patience > loop.now }
    for wait in waits {
      if wait.index <= applied {
        deliver(.message([]), to: wait.origin)
      } else if wait.patience <= loop.now {
        fail(wait.origin, StoreRefusal.noLeader)
      }
    }
    return metaWaits.reduce(.distantFuture) { min($0, $1.patience) }
  }
}

/// Somebody who waits until this node has applied an index of the meta shard.
struct MetaWait {
  var index: UInt64
  var origin: CallOrigin
  var patience: Instant
}
