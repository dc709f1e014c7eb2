internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication

/// Calls for slots that are on their way from shard to shard. The map says where a slot is looked for; whether it is there
/// only the state of the shard's leader says. While the two differ, for some milliseconds, its calls are parked.
extension StoreServer {
  /// A slot that the call speaks of and that the shard does not have, or not for long, although the map here says so.
  func movedSlot(in shard: ShardID) -> Slot? {
    guard store.hasMovedSlots(in: shard) else { return nil }
    return checkedSlots.first { shardMap[$0] == shard && !store.takesCommands(for: SlotNumber($0.rawValue), in: shard) }
  }

  /// Lets a call wait for the map.
  func awaitMove(of slot: Slot, _ method: Method, _ message: RawSpan, _ origin: CallOrigin, _ shard: ShardID) {
    if origin.kind == .held {
      held[origin.tag]?.shard = shard
      return park(origin.tag)
    }
    guard let method = RoutedMethod(method, isRow: origin.isRow) else { return fail(origin, StoreRefusal.noLeader) }
    guard let tag = hold(method, message.copied(), origin, shard) else { return fail(origin, StoreRefusal.backlogFull) }
    park(tag)
  }

  /// The map has changed: what waits for it is looked at again.
  func slotsHaveMoved() {
    for tag in held.takeAllParked() { sendOnItsWay(tag) }
  }

  /// Whether a refusal only says that the slot went away with an entry before this one: the gate had found it here.
  func isMoved(_ refusal: Refusal, _ call: PendingCall, in shard: ShardID) -> Bool {
    guard store.hasMovedSlots(in: shard) else { return false }
    if case .unknownSKU(_, let sku) = refusal { return !store.contains(sku, in: shard) }
    // A line was here when it was found out whom to ask.
    if case .needsConsent = refusal { return true }
    guard call.context != PendingCall.noContext else { return false }
    return !store.ownsSlot(SlotNumber(UInt16(truncatingIfNeeded: call.context)), in: shard)
  }

  /// Whether what was carried out cannot be told of, because it is not here any more.
  func isGone(_ failure: CallFailure, _ outcome: Outcome, in shard: ShardID) -> Bool {
    guard store.hasMovedSlots(in: shard), failure.status == .notFound else { return false }
    if case .refused = outcome.result { return false }
    return true
  }

  /// Looks whether a read that is being answered finds its slot here; by a replica that is behind it may not, yet.
  func checkOwner(of slot: Slot, in shard: ShardID) throws(CallFailure) {
    guard store.hasMovedSlots(in: shard) || shardMap[slot] != node.shardMap[slot] else { return }
    guard store.ownsSlot(SlotNumber(slot.rawValue), in: shard) else { throw CallFailure(StoreRefusal.noLeader) }
  }
}
