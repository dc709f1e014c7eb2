internal import Basics
internal import Placement
internal import Reactor

/// Questions about what is new that nothing could be said to yet. Those for records wait for their shard's next entry, those
/// for a look until their pause is over and the Store has time for them. A value without a clock; owned by the Store's
/// thread.
struct ParkedPulls {
  struct Parked {
    var pull: Pull
    var origin: CallOrigin
    /// Then it is answered with nothing.
    var deadline: Instant
    /// A look: not earlier.
    var next: Instant
    /// Of a feed that begins now, or is ahead: how far the leader was when it was asked; nothing is said by a replica that is
    /// not. 0 before.
    var leastIndex: UInt64 = 0
    /// A look: the index that was looked at; 0 when none was.
    var seen: UInt64 = 0
    /// A look at more than is looked at in one go: the index at which it began with the first; 0 before.
    var begun: UInt64 = 0

    /// A look found nothing new: the next one goes on behind what was looked at. When all was, it is known to be as of the
    /// index at which that began; what came before the pull's own first place is not known to be so.
    mutating func looked(at index: UInt64, upTo next: Int?) {
      if begun == 0 { begun = (pull.look?.first ?? 0) > 0 ? 1 : index }
      pull = pull.looking(from: next ?? 0)
      guard next == nil else { return }
      (seen, begun) = (begun, 0)
    }
  }

  /// How finely time is kept: what is due is looked for no more often, in milliseconds.
  private static let grainMilliseconds: UInt64 = 20
  /// What all that is parked may name, and so about how much memory it takes: a quarter of a kilobyte for each.
  static let subjectCountMax = 1 << 18

  private var records = SortedMap<ShardID, [Parked]>()
  private var looks: [Parked] = []
  private(set) var count = 0
  private var subjectCount = 0
  var budget = LookBudget()
  /// When something is to be done although nothing happens.
  private(set) var nextLook = Instant.distantFuture

  var isEmpty: Bool { count == 0 }
  var hasRecordPulls: Bool { !records.isEmpty }
  /// Nothing new is taken: who asks is refused.
  var isFull: Bool { subjectCount >= Self.subjectCountMax }

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
    subjectCount += parked.pull.subjectCount
    switch parked.pull.subject {
    case .records:
      records.update(parked.pull.shard, default: []) { $0.append(parked) }
      nextLook = min(nextLook, parked.deadline)
    case .stock, .hold, .order:
      looks.append(parked)
      nextLook = min(nextLook, max(min(parked.next, parked.deadline), budget.notBefore))
    }
  }

  /// Takes those out that wait for records of a shard.
  mutating func takeRecordPulls(of shard: ShardID) -> [Parked] {
    guard let parked = records.removeValue(forKey: shard) else { return [] }
    forget(parked)
    return parked
  }

  /// Takes those out whose patience is over, and those whose pause is, in the order in which they came, as long as the
  /// budget is open: who takes them spends it.
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
    due += takeDueLooks(now: now)
    nextLook = max(nextLook, now.advanced(byMilliseconds: Self.grainMilliseconds))
    if looks.contains(where: { min($0.next, $0.deadline) <= now }) {
      nextLook = min(nextLook, max(budget.notBefore, now.advanced(byMilliseconds: LookBudget.refillMilliseconds)))
    }
    forget(due)
    return due
  }

  /// As many as the budget has room for at the least: one that names many counts for all of them.
  private mutating func takeDueLooks(now: Instant) -> [Parked] {
    var due: [Parked] = []
    var room = budget.isOpen(now: now) ? LookBudget.rowsMax : 0
    looks.removeAll { one in
      guard room > 0, min(one.next, one.deadline) <= now else { return false }
      room -= one.pull.subjectCount
      due.append(one)
      return true
    }
    for one in looks { nextLook = min(nextLook, one.next, one.deadline) }
    return due
  }

  /// Takes those out that a gathering of some Store has asked for: nobody waits for them any more.
  mutating func drop(_ gathering: UInt64, of store: UInt16) -> [Parked] {
    func isItsOwn(_ one: Parked) -> Bool {
      one.origin.kind == .part && one.origin.tag == gathering && one.origin.store == store
    }
    var dropped = looks.filter(isItsOwn)
    looks.removeAll(where: isItsOwn)
    for shard in recordShards {
      guard let parked = records[shard], parked.contains(where: isItsOwn) else { continue }
      dropped += parked.filter(isItsOwn)
      let rest = parked.filter { !isItsOwn($0) }
      records[shard] = rest.isEmpty ? nil : rest
    }
    forget(dropped)
    return dropped
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

  private mutating func forget(_ parked: [Parked]) {
    count -= parked.count
    for one in parked { subjectCount -= one.pull.subjectCount }
  }
}

extension Pull {
  /// How much it names.
  var subjectCount: Int {
    switch subject {
    case .records, .hold, .order: 1
    case .stock(_, _, let skus): skus.count
    }
  }
}
