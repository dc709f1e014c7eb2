internal import Basics
internal import Raft

/// An entry that a replica proposed, with the callers of its commands in their order.
struct ProposedEntry {
  var position: LogPosition
  var waiters: [Waiter]
}

/// Who waits for which entry: in the order of the log, so that the head is the next to be applied. Owned by the replica.
struct ProposedEntries {
  /// Invariant: indices ascend.
  private var entries = RingBuffer<ProposedEntry>()

  var isEmpty: Bool { entries.isEmpty }

  mutating func append(_ entry: ProposedEntry) {
    invariant(
      entries.last.map { $0.position.index < entry.position.index } ?? true, "proposals come in the order of the log")
    entries.append(entry)
  }

  /// An entry is being applied: takes those who waited for it. If they waited for another entry at its index, that one
  /// is lost: the same index holds the same entry on every member, for ever (thesis §3.6).
  mutating func take(at position: LogPosition, _ shard: ShardID, _ lost: inout [LostCall]) -> [Waiter]? {
    while let head = entries.first, head.position.index <= position.index {
      entries.popFirst()
      if head.position == position { return head.waiters }
      for waiter in head.waiters { lost.add(waiter, shard, .notApplied) }
    }
    return nil
  }

  /// Drops the entries in whose place the log has others, or nothing: they are lost. `term` tells the term of the log's
  /// entry at an index.
  mutating func dropReplaced(_ shard: ShardID, _ lost: inout [LostCall], _ term: (LogIndex) -> Term?) {
    while let last = entries.last, term(last.position.index) != last.position.term {
      entries.popLast()
      for waiter in last.waiters { lost.add(waiter, shard, .notApplied) }
    }
  }

  mutating func dropAll(_ shard: ShardID, _ fate: LostCall.Fate, _ lost: inout [LostCall]) {
    while let entry = entries.popFirst() {
      for waiter in entry.waiters { lost.add(waiter, shard, fate) }
    }
  }
}

extension [LostCall] {
  mutating func add(_ waiter: Waiter, _ shard: ShardID, _ fate: LostCall.Fate) {
    if waiter != .none { append(LostCall(waiter: waiter, shard: shard, fate: fate)) }
  }
}
