package import Basics
internal import Raft

/// Nodes whose entries are about to come, because their shards were just asked to prepare: what they send is to share this
/// Store's next durable write. Written one after the other, this Store's own entries and theirs would be two, and whoever
/// waits for the second waits for both. Owned by the Store.
struct AwaitedEntries {
  private var nodes: [NodeID] = []
  /// Until when what there is to write waits for them. It is the batch's: whoever comes meanwhile makes it no later.
  private var due: Instant?

  var isEmpty: Bool { nodes.isEmpty }

  /// When the wait is over, if there is one.
  var deadline: Instant { isEmpty ? .distantFuture : (due ?? .distantFuture) }

  mutating func expect(_ node: NodeID) {
    if !nodes.contains(node) { nodes.append(node) }
  }

  /// The node has sent some, or will not.
  mutating func drop(_ node: NodeID) { nodes.removeAll { $0 == node } }

  /// A batch was handed over: the next one has a wait of its own.
  mutating func handedOver() { due = nil }

  /// Whether a batch is still to wait. A wait that is over awaits nobody.
  mutating func makesWait(now: Instant, nanosecondsMax: UInt64) -> Bool {
    if isEmpty { return false }
    let limit = due ?? now.advanced(byNanoseconds: nanosecondsMax)
    due = limit
    if now < limit { return true }
    nodes = []
    return false
  }
}

extension Store {
  /// Tells that a question of this Store is about to leave for a shard. If it asks for an entry, and another node proposes it
  /// for a replica here, the next write waits for that a moment; not for a node that is silent.
  package func expectEntry(of call: AcrossCall, in shard: ShardID) {
    guard case .prepare = across.calls[call.number]?.use, case .at(let leader) = leadership(of: shard),
      !isSilent(leader)
    else { return }
    across.calls[call.number]?.awaited = leader
    awaited.expect(leader)
  }
}
