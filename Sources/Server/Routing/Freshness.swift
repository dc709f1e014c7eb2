internal import Basics

/// How old the states of this Store's replicas can be at the most, of those that it does not lead. A value without a
/// clock; owned by the Store's thread.
///
/// A leader that is asked answers with an index at which a read is linearizable: it covers every write that was
/// acknowledged before the question left (thesis §6.4). A replica that has applied that index therefore lacks nothing that
/// is older than the question, whatever has become of the leader since. Only this node's monotonic clock is read.
struct Freshness {
  private struct Known {
    /// When the question left that was last answered, and the answer.
    var asked = Instant.zero
    var index: UInt64 = 0
    /// When the question left that is not answered yet.
    var asking: Instant?
  }

  private var shards = SortedMap<ShardID, Known>()

  /// A question that was not answered for so long is put again.
  static let answerMillisecondsMax: UInt64 = 2_000

  /// Whether a state that has applied an index lacks nothing that is older than `staleness`.
  func isFresh(_ shard: ShardID, applied: UInt64, staleness milliseconds: UInt64, now: Instant) -> Bool {
    guard let known = shards[shard], known.asked > .zero, applied >= known.index else { return false }
    return known.asked.advanced(byMilliseconds: milliseconds) >= now
  }

  /// Whether to ask now, so that the answer is there before states of this age are too old; then it counts as asked.
  mutating func shouldAsk(_ shard: ShardID, staleness milliseconds: UInt64, now: Instant) -> Bool {
    shards.update(shard, default: Known()) { known in
      if let asking = known.asking, asking.advanced(byMilliseconds: Self.answerMillisecondsMax) > now { return false }
      if known.asked > .zero, known.asked.advanced(byMilliseconds: milliseconds / 2) > now { return false }
      known.asking = now
      return true
    }
  }

  /// The leader answered the question that left at `asked`; `nil` when it did not.
  mutating func answered(_ shard: ShardID, asked: Instant, index: UInt64?) {
    shards.update(shard, default: Known()) { known in
      if known.asking == asked { known.asking = nil }
      guard let index, asked > known.asked else { return }
      known.asked = asked
      known.index = index
    }
  }
}
