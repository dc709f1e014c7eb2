internal import Basics
internal import Raft

/// An entry that a replica proposed, with the callers of its commands in their order.
struct ProposedEntry {
  var position: LogPosition
  var waiters: [Waiter]
  /// The lower halves of the ids of the reservations in it; of an entry of the present leadership only.
  var reservations: [UInt64] = []
}

/// Who waits for which entry. Owned by the replica.
///
/// What an entry came to is certain when an entry is *applied* at its index, and not before: the same entry, and it has
/// its outcome; another one, and it never will (thesis §3.6). That another leader's entry stands in its place in a log
/// proves nothing: as long as that is not committed, a later leader's log may still have the first one.
struct ProposedEntries {
  /// Of the present leadership, in the order of the log. Invariant: indices ascend.
  private var entries = RingBuffer<ProposedEntry>()
  /// Of leaderships that were lost.
  private var doubtful: [ProposedEntry] = []
  /// How many commands the entries of the present leadership have.
  private(set) var commandCount = 0

  var areDoubtful: Bool { !doubtful.isEmpty }

  mutating func append(_ entry: ProposedEntry) {
    invariant(
      entries.last.map { $0.position.index < entry.position.index } ?? true, "proposals come in the order of the log")
    entries.append(entry)
    commandCount += entry.waiters.count
  }

  /// The leadership is lost: what becomes of its entries, other leaders decide.
  mutating func doubt() {
    while var entry = entries.popFirst() {
      entry.reservations = []
      doubtful.append(entry)
    }
    commandCount = 0
  }

  /// An entry is being applied: takes it with those who waited for it, if it was proposed here. Who waited for another
  /// entry at its index has lost it.
  mutating func take(at position: LogPosition, _ shard: ShardID, _ lost: inout [LostCall]) -> ProposedEntry? {
    let doubted = doubtful.isEmpty ? nil : takeDoubtful(position, shard, &lost)
    guard let head = entries.first, head.position.index == position.index else { return doubted }
    invariant(head.position == position, "a leader applied another entry than its own")
    entries.popFirst()
    commandCount -= head.waiters.count
    return head
  }

  private mutating func takeDoubtful(
    _ position: LogPosition, _ shard: ShardID, _ lost: inout [LostCall]
  ) -> ProposedEntry? {
    var found: ProposedEntry?
    var rest: [ProposedEntry] = []
    for entry in doubtful {
      if entry.position == position {
        found = entry
      } else if entry.position.index > position.index {
        rest.append(entry)
      } else {
        for waiter in entry.waiters { lost.add(waiter, shard, .notApplied) }
      }
    }
    doubtful = rest
    return found
  }

  /// Tells those who wait for entries of lost leaderships that nobody knows.
  mutating func dropDoubtful(_ shard: ShardID, _ lost: inout [LostCall]) {
    for entry in doubtful {
      for waiter in entry.waiters { lost.add(waiter, shard, .unknown) }
    }
    doubtful = []
  }

  /// Tells all who wait that nobody knows.
  mutating func dropAll(_ shard: ShardID, _ lost: inout [LostCall]) {
    doubt()
    dropDoubtful(shard, &lost)
  }
}

extension [LostCall] {
  mutating func add(_ waiter: Waiter, _ shard: ShardID, _ fate: LostCall.Fate) {
    if waiter != .none { append(LostCall(waiter: waiter, shard: shard, fate: fate)) }
  }
}
