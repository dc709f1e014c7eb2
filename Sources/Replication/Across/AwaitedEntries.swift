package import Basics
internal import Raft

/// Nodes whose entries are about to come, because their shards were just asked to prepare: what they send is to share this
/// Store's next durable write. Written one after the other, this Store's own entries and theirs would be two, and whoever
/// waits for the second waits for both. Owned by the Store.
struct AwaitedEntries {
  private var nodes: [NodeID] = []
  /// Until when what there is to write waits for them; set by the turn that follows.
  private var due: Instant?

  var isEmpty: Bool { nodes.isEmpty }

  /// When the wait is over, if there is one.
  var deadline: Instant { isEmpty ? .distantFuture : due ?? .distantFuture }

  mutating func expect(_ node: NodeID) {
    if !nodes.contains(node) { nodes.append(node) }
  }

  mutating func came(from node: NodeID) {
    nodes.removeAll { $0 == node }
    if nodes.isEmpty { due = nil }
  }

  /// Whether to wait on. A wait that is over awaits nobody.
  mutating func holdsBack(now: Instant, nanosecondsMax: UInt64) -> Bool {
    if isEmpty { return false }
    let limit = due ?? now.advanced(byNanoseconds: nanosecondsMax)
    due = limit
    if now < limit { return true }
    self = AwaitedEntries()
    return false
  }
}

extension Store {
  /// Tells that a question of this Store is on its way to a shard. If it asks for an entry, and another node proposes it for a
  /// replica here, the next write waits for that a moment.
  package func carries(_ call: AcrossCall, to shard: ShardID) {
    guard case .prepare = across.calls[call.number]?.use, case .at(let leader) = leadership(of: shard) else { return }
    awaited.expect(leader)
  }
}
