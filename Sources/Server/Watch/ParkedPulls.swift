internal import Basics
internal import Placement
internal import Reactor

/// Questions about what is new that nothing could be said to yet. Those for records wait for their shard's next entry, those
/// for a look until their pause is over. A value without a clock; owned by the Store's thread.
struct ParkedPulls {
  struct Parked {
    var pull: Pull
    var origin: CallOrigin
    /// Then it is answered with nothing.
    var deadline: Instant
    /// A look: not earlier.
    var next: Instant
    /// A look: the index that was looked at; 0 when none was.
    var seen: UInt64 = 0
  }

  /// How finely time is kept: what is due is looked for no more often, in milliseconds.
  private static let grainMilliseconds: UInt64 = 20

  private var records = SortedMap<ShardID, [Parked]>()
  private var looks: [Parked] = []
  private(set) var count = 0
  /// When something is to be done although nothing happens.
  private(set) var nextLook = Instant.distantFuture

  var isEmpty: Bool { count == 0 }
  var hasRecordPulls: Bool { !records.isEmpty }

  /// The shards whose records somebody waits for.
  var recordShards: [ShardID] {
    var shards: [ShardID] = []
    records.forEach { shard, _ in
      shards.append(shard)
      return true
    }
    return shards
  }

  mutating func park(_ parked: Parked) {
    count += 1
    switch parked.pull.subject {
    case .records:
      records.update(parked.pull.shard, default: []) { $0.append(parked) }
      nextLook = min(nextLook, parked.deadline)
    case .stock, .hold, .order:
      looks.append(parked)
      nextLook = min(nextLook, parked.next, parked.deadline)
    }
  }

  /// Takes those out that wait for records of a shard.
  mutating func takeRecordPulls(of shard: ShardID) -> [Parked] {
    guard let parked = records.removeValue(forKey: shard) else { return [] }
    count -= parked.count
    return parked
  }

  /// Takes those out whose pause or patience is over.
  mutating func takeDue(now: Instant) -> [Parked] {
    guard nextLook <= now else { return [] }
    var due: [Parked] = []
    var rest: [(ShardID, [Parked])] = []
    nextLook = .distantFuture
    records.forEach { shard, parked in
      due += parked.filter { $0.deadline <= now }
      rest.append((shard, parked.filter { $0.deadline > now }))
      return true
    }
    for (shard, parked) in rest {
      records[shard] = parked.isEmpty ? nil : parked
      for one in parked { nextLook = min(nextLook, one.deadline) }
    }
    due += looks.filter { min($0.next, $0.deadline) <= now }
    looks.removeAll { min($0.next, $0.deadline) <= now }
    for one in looks { nextLook = min(nextLook, one.next, one.deadline) }
    nextLook = max(nextLook, now.advanced(byMilliseconds: Self.grainMilliseconds))
    count -= due.count
    return due
  }

  /// Takes all out, when the Store stops.
  mutating func removeAll() -> [Parked] {
    var all = looks
    records.forEach { _, parked in
      all += parked
      return true
    }
    self = ParkedPulls()
    return all
  }
}
