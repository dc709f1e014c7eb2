internal import API
internal import Basics
internal import HTTP2
internal import Inventory
internal import Placement
internal import Reactor
internal import Replication

/// The side that knows what is new: this Store's replicas, for streams of this Store, of other Stores of the node, and of
/// other nodes. Any replica will do that is in touch with its leader: what it has applied is committed, in the same order
/// everywhere, and each question says how far the state must be.
extension StoreServer {
  func answerPull(_ message: RawSpan, _ origin: CallOrigin) {
    let pull: Pull
    do throws(DecodeError) { pull = try Pull(decoding: message) } catch { return fail(origin, CallFailure(error)) }
    let owner = node.storeIndex(of: pull.shard)
    guard owner == index else {
      guard callsPassedOn < Self.callsPassedOnMax else { return fail(origin, StoreRefusal.backlogFull) }
      callsPassedOn += 1
      return outboxes[owner].append(.pull(message.copied(), origin))
    }
    if isDraining { return fail(origin, StoreRefusal.shuttingDown) }
    guard isInTouch(pull.shard) else { return pullElsewhere(pull, origin) }
    if pulls.isFull { return fail(origin, StoreRefusal.backlogFull) }
    let deadline = loop.now.advanced(byMilliseconds: UInt64(pull.waitMilliseconds))
    if let look = pull.look {
      let pause = loop.now.advanced(byMilliseconds: UInt64(look.pauseMilliseconds))
      let parked = ParkedPulls.Parked(pull: pull, origin: origin, deadline: deadline, next: pause)
      if look.leastIndex == Pull.leastIndexNow { confirm(parked) } else { take(parked) }
    } else {
      var parked = ParkedPulls.Parked(pull: pull, origin: origin, deadline: deadline, next: deadline)
      guard pull.subject == .records(.now) else { return take(parked) }
      // Who says that it can wait wants the leader's end, however far this replica is.
      if pull.waitMilliseconds > 0, !store.leads(pull.shard) { return pullElsewhere(pull, origin) }
      // It waits for this replica, and not for news.
      parked.deadline = loop.now.advanced(byMilliseconds: UInt64(Pull.waitMillisecondsMax))
      confirm(parked)
    }
  }

  /// Whether the replica here knows who leads. One that does not may have been cut off, and would be silent for ever.
  private func isInTouch(_ shard: ShardID) -> Bool {
    guard store.showsOwnState(of: shard) else { return false }
    switch store.leadership(of: shard) {
    case .here, .changing, .at: return true
    case .unknown, .notHere: return false
    }
  }

  /// Asks the shard's leader, by the way that all calls take.
  private func pullElsewhere(_ pull: Pull, _ origin: CallOrigin) {
    if origin.kind == .held { return sendOnItsWay(origin.tag) }
    guard let tag = hold(.pull, pull.encoded, origin, pull.shard) else { return fail(origin, StoreRefusal.backlogFull) }
    sendOnItsWay(tag)
  }

  /// Asks the leader first how far it is: what this replica shows then is no older than the question.
  private func confirm(_ parked: ParkedPulls.Parked) {
    let gathering = gatherings.insert(.pullIndex(parked))
    askReadIndex(of: parked.pull.shard, for: .part(0, of: gathering, store: UInt16(index)))
  }

  /// The leader has answered, or has not.
  func pullIndexCame(_ answer: StoreAnswer, for parked: ParkedPulls.Parked) {
    if case .failure(let failure) = answer { return fail(parked.origin, failure) }
    guard let index = Self.readIndex(answer) else { return fail(parked.origin, StoreRefusal.noLeader) }
    var parked = parked
    if parked.pull.look == nil {
      parked.leastIndex = index
    } else {
      parked.pull = parked.pull.looking(atLeastAt: index)
    }
    take(parked)
  }

  /// Answers, or parks what nothing can be said to yet.
  private func take(_ parked: ParkedPulls.Parked) {
    do throws(CallFailure) {
      switch parked.pull.subject {
      case .records(let position): try answerRecords(position, parked)
      case .stock, .hold, .order: try look(parked)
      }
    } catch {
      fail(parked.origin, error)
    }
  }

  /// At the end of a turn: whatever has become new, and whatever has waited long enough.
  ///
  /// - Returns: when to look again although nothing happens.
  func lookAtPulls() -> Instant {
    lookAtTails()
    if pulls.isEmpty { return nextTailLook }
    if pulls.hasRecordPulls {
      var shards: [ShardID] = []
      store.forEachApplied { shards.append($0) }
      for shard in shards { for parked in pulls.takeRecordPulls(of: shard) { take(parked) } }
    }
    for parked in pulls.takeDue(now: loop.now) {
      if isInTouch(parked.pull.shard) { take(parked) } else { fail(parked.origin, StoreRefusal.noLeader) }
    }
    return min(pulls.nextLook, nextTailLook)
  }

  /// A stream is over: forgets what it has asked for, here and in the node's other Stores.
  func dropPulls(of gathering: UInt64) {
    dropPulls(of: gathering, from: UInt16(index))
    for place in outboxes.indices where place != index {
      outboxes[place].append(.dropPulls(gathering, from: UInt16(index)))
    }
  }

  func dropPulls(of gathering: UInt64, from asker: UInt16) {
    let dropped = pulls.drop(gathering, of: asker)
    // Who passed a call on counts it until it is answered.
    guard asker != index else { return }
    for parked in dropped { fail(parked.origin, StoreRefusal.shuttingDown) }
  }

  /// The node goes down: who asks here asks elsewhere.
  func endPulls() {
    for parked in pulls.removeAll() { fail(parked.origin, StoreRefusal.shuttingDown) }
    while let reading = feedReadings.waiting.popFirst() { fail(reading.origin, StoreRefusal.shuttingDown) }
  }
}

// MARK: - Records

extension StoreServer {
  /// Movements in one answer: from memory, which takes the Store's time, and from a reader thread.
  private static let tailMovementsMax = 400
  static let readMovementsMax = 800
  static let baseRowsMax = 800

  private func answerRecords(_ position: FeedPosition, _ parked: ParkedPulls.Parked) throws(CallFailure) {
    let shard = parked.pull.shard
    let (start, last) = (store.journalStart(of: shard), store.journalEnd(of: shard))
    keepTail(of: shard)
    switch position {
    case .now:
      // A replica that lags would begin with what was acknowledged before the feed was asked for.
      guard store.appliedIndex(of: shard) >= parked.leastIndex else {
        guard parked.deadline > loop.now else { throw CallFailure(StoreRefusal.noLeader) }
        return pulls.park(parked)
      }
      answer(parked, FeedPage(last: last, stamp: store.stamp(of: shard), next: .next(last + 1)))
    case .beginning:
      if start.cut > 0 { return try read(.base(behind: nil), parked) }
      try answerRecords(from: 1, last, parked)
    case .base(let cut, let row):
      // The balances of an earlier cut are of no use beside those of this one: begin with these anew.
      try read(.base(behind: cut == start.cut ? row : nil), parked)
    case .next(let sequence):
      if sequence <= start.cut { throw .feedGap(shard, sequence, first: start.first) }
      try answerRecords(from: sequence, last, parked)
    }
  }

  private func answerRecords(
    from sequence: UInt64, _ last: UInt64, _ parked: ParkedPulls.Parked
  ) throws(CallFailure) {
    let shard = parked.pull.shard
    if sequence > last + 1 {
      // Another replica has told more than this one has applied. Only the leader can say that there is no such record; and
      // one that was replaced, and does not know it yet, has to find out first.
      guard store.leads(shard) else { return pullElsewhere(parked.pull, parked.origin) }
      if parked.leastIndex == 0 { return confirm(parked) }
      guard store.appliedIndex(of: shard) >= parked.leastIndex else { throw CallFailure(StoreRefusal.noLeader) }
      throw .feedAhead(shard, sequence, last: last)
    }
    if sequence == last + 1 {
      if parked.deadline > loop.now { return pulls.park(parked) }
      return answer(parked, FeedPage(last: last, stamp: store.stamp(of: shard), next: .next(sequence)))
    }
    let found = try reading { () throws(StateReadError) in
      try store.tailMovements(from: sequence, limit: Self.tailMovementsMax, of: shard)
    }
    guard let found else { return try read(.records(sequence), parked) }
    answer(parked, try FeedPage(of: found, shard, last: last, locations, names(of: found, in: shard)))
  }

  private func names(of movements: [Movement], in shard: ShardID) -> [SKUName] {
    movements.map { movement in
      SKUName(
        tenant: store.tenant(of: movement.stock.sku, in: shard) ?? "",
        sku: store.text(of: movement.stock.sku, in: shard))
    }
  }

  private func answer(_ parked: ParkedPulls.Parked, _ page: FeedPage) {
    deliver(.message(page.encoded), to: parked.origin)
  }
}

// MARK: - The newest records, in memory

extension StoreServer {
  /// What all tails of a Store take together, about.
  private static let tailByteCount = 16 << 20
  private static let tailMillisecondsMax: UInt64 = 30_000

  private func keepTail(of shard: ShardID) {
    let share = Self.tailByteCount / max(1, inventoryShards.count / node.storeCount)
    store.keepTail(of: shard, byteCountMax: max(32 << 10, share))
    tails[shard] = loop.now
  }

  /// Once a second: gives up the tails that nobody has asked for lately, and tells who waits for records of a replica that
  /// has lost touch, for its silence says nothing.
  private func lookAtTails() {
    guard nextTailLook <= loop.now else { return }
    for shard in pulls.recordShards where !isInTouch(shard) {
      for parked in pulls.takeRecordPulls(of: shard) { fail(parked.origin, StoreRefusal.noLeader) }
    }
    var unused: [ShardID] = []
    tails.forEach { shard, asked in
      if loop.now.nanoseconds(since: asked) > Self.tailMillisecondsMax * 1_000_000 { unused.append(shard) }
      return true
    }
    for shard in unused {
      tails.removeValue(forKey: shard)
      store.dropTail(of: shard)
    }
    tailsLookedAt = loop.now
  }

  private var nextTailLook: Instant {
    tails.isEmpty ? .distantFuture : tailsLookedAt.advanced(byMilliseconds: 1_000)
  }
}

extension CallFailure {
  static func feedGap(_ shard: ShardID, _ sequence: UInt64, first: UInt64) -> CallFailure {
    CallFailure(
      .feedGap,
      "the journal of shard \(shard) was cut: it begins with record \(first), the token goes on with \(sequence)",
      metadata: ["shard": "\(shard)", "sequence": "\(sequence)", "first_available": "\(first)"])
  }

  static func feedAhead(_ shard: ShardID, _ sequence: UInt64, last: UInt64) -> CallFailure {
    CallFailure(
      .feedAhead, "the journal of shard \(shard) ends with record \(last), the token goes on with \(sequence)",
      metadata: ["shard": "\(shard)", "sequence": "\(sequence)", "last": "\(last)"])
  }
}
