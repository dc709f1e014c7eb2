internal import Basics
internal import Raft

/// Linearizable reads of one replica, from being asked for to being answered (thesis §6.4): those of one turn share one
/// question to the group; then they wait until the index that it gives is applied. Owned by the replica.
struct WaitingReads {
  private struct Asked {
    var ticket: ReadTicket
    var waiter: Waiter
  }

  /// Not asked yet.
  private var gathered: [Waiter] = []
  /// In the order of the tickets.
  private var asked = RingBuffer<Asked>()
  /// In the order of the tickets, like the group gives them.
  private var outcomes = RingBuffer<ReadOutcome>()

  var count: Int { gathered.count + asked.count }
  var areGathered: Bool { !gathered.isEmpty }
  var isEmpty: Bool { gathered.isEmpty && asked.isEmpty }

  mutating func add(_ waiter: Waiter) { gathered.append(waiter) }

  /// What was gathered has this ticket.
  mutating func ask(_ ticket: ReadTicket) {
    for waiter in gathered { asked.append(Asked(ticket: ticket, waiter: waiter)) }
    gathered.removeAll(keepingCapacity: true)
  }

  mutating func take(_ outcomes: [ReadOutcome]) {
    for outcome in outcomes { self.outcomes.append(outcome) }
  }

  /// Answers the reads whose index is applied, and those that nobody can answer any more.
  ///
  /// - Parameter committed: where this replica does not lead any more. What lies behind it may have been lost with the
  ///   leadership, and is not waited for.
  mutating func complete(
    _ shard: ShardID, applied: LogIndex, committed: LogIndex?, completed: inout [ReadCompletion], lost: inout [LostCall]
  ) {
    while var outcome = outcomes.first {
      if let committed, let index = outcome.index, index > committed { outcome.index = nil }
      if let index = outcome.index, index > applied { return }
      outcomes.popFirst()
      while let read = asked.first, read.ticket <= outcome.ticket {
        invariant(read.ticket == outcome.ticket, "a read was passed over")
        asked.popFirst()
        if outcome.index == nil {
          lost.add(read.waiter, shard, .unread)
        } else {
          completed.append(ReadCompletion(waiter: read.waiter, shard: shard))
        }
      }
    }
  }

  mutating func dropGathered(_ shard: ShardID, _ lost: inout [LostCall]) {
    for waiter in gathered { lost.add(waiter, shard, .unread) }
    gathered.removeAll(keepingCapacity: true)
  }

  mutating func dropAll(_ shard: ShardID, _ lost: inout [LostCall]) {
    dropGathered(shard, &lost)
    while let read = asked.popFirst() { lost.add(read.waiter, shard, .unread) }
  }
}
