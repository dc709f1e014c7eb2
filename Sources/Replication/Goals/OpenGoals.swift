internal import Basics
internal import Placement

/// Which shards' replicas are not known to be where the meta shard wants them, and what was done about it. Owned by the
/// Store; empty when everything is in its place, so that an idle Store has nothing to look at.
struct OpenGoals {
  /// What was done about a shard, so that it is not done again at once.
  struct Pursuit {
    /// When to look at it again, in the Store's ticks.
    var dueTick: UInt64 = 0
    /// When its leader's report may be repeated.
    var reportTick: UInt64 = 0
  }

  /// The newest that this Store has seen; `nil` before the cluster was founded, or before anybody told.
  var table: ClusterTable?
  /// What the meta shard's leader said of the meta shard, where the replica here is of no use any more.
  var toldMeta: ShardRecord?
  private var pursuits = SortedMap<ShardID, Pursuit>()
  /// The earliest tick at which one is due.
  private(set) var dueTick = UInt64.max
  /// For the meta shard's leader.
  var commands: [ClusterCommand] = []

  var areOpen: Bool { !pursuits.isEmpty }

  /// Something happened to a shard's replica or to its goal: it is to be looked at.
  mutating func reopen(_ shard: ShardID) {
    guard table != nil else { return }
    pursuits.update(shard, default: Pursuit()) { $0.dueTick = 0 }
    dueTick = 0
  }

  /// Takes the shards that are due, ascending.
  mutating func takeDue(at tick: UInt64) -> [(shard: ShardID, pursuit: Pursuit)] {
    var due: [(shard: ShardID, pursuit: Pursuit)] = []
    var next = UInt64.max
    pursuits.forEach { shard, pursuit in
      if pursuit.dueTick <= tick {
        due.append((shard, pursuit))
      } else {
        next = min(next, pursuit.dueTick)
      }
      return true
    }
    for (shard, _) in due { pursuits[shard] = nil }
    dueTick = next
    return due
  }

  /// A shard is to be looked at again at `pursuit.dueTick`, or when something happens to it.
  mutating func keep(_ shard: ShardID, _ pursuit: Pursuit) {
    // What happened while it was looked at counts.
    guard pursuits[shard] == nil else { return }
    pursuits[shard] = pursuit
    dueTick = min(dueTick, pursuit.dueTick)
  }
}
