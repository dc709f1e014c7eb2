internal import Basics
internal import Replication

/// The calls that a Store holds, each under a tag: parked until something is known of a leader, on their way at another
/// node, or being carried out here. Bounded in bytes and in number. A value without a clock; owned by the Store's thread.
///
/// Every attempt at another node has a number of its own, which comes back in the answer. So the answer to an attempt that
/// was given up never passes for that to a later one, whichever node gives it.
struct HeldCalls {
  /// What all Stores of a node together may hold.
  static let byteCountMax = 32 << 20
  /// Calls that one Store may hold. When their leader is found all are looked at in one turn, which must stay short.
  static let countMax = 20_000
  /// How long a call may wait for a leader, from when it came, in milliseconds.
  static let patienceMilliseconds: UInt64 = 1_500

  private struct Attempt {
    var tag: UInt64
    var node: NodeID
    /// Then nobody will answer it any more.
    var deadline: Instant
  }

  /// Calls of one shard that wait, in the order in which they came to wait.
  private struct Parked {
    var tags: [UInt64]
    /// What was known of the leader then.
    var seen: Leadership
    /// When to try again although nothing has changed.
    var next: Instant
  }

  let byteCountMax: Int
  private(set) var byteCount = 0
  private var calls = SlotTable<HeldCall>()
  private var parked = SortedMap<ShardID, Parked>()
  /// Ascending by number, which is the order in which they began.
  private var attempts = SortedMap<UInt64, Attempt>()
  private var nextAttempt: UInt64
  /// When the attempts are to be looked at again.
  private var attemptLook = Instant.zero

  /// - Parameter firstAttempt: random, so that an answer meant for an earlier process of this node finds nothing.
  init(byteCountMax: Int, firstAttempt: UInt64) {
    self.byteCountMax = byteCountMax
    nextAttempt = firstAttempt
  }

  var count: Int { calls.count }
  var isEmpty: Bool { calls.count == 0 }
  var parkedShardCount: Int { parked.count }
  var attemptCount: Int { attempts.count }

  // MARK: Coming and going

  /// - Returns: `nil` when that would be more than the bound.
  mutating func insert(_ call: HeldCall) -> UInt64? {
    guard byteCount + call.byteCount <= byteCountMax, count < Self.countMax else { return nil }
    byteCount += call.byteCount
    return calls.insert(call)
  }

  @discardableResult
  mutating func remove(_ tag: UInt64) -> HeldCall? {
    guard let call = calls.remove(tag) else { return nil }
    byteCount -= call.byteCount
    return call
  }

  /// `nil` for a call that is gone.
  subscript(tag: UInt64) -> HeldCall? {
    get { calls[tag] }
    set { calls[tag] = newValue }
  }

  /// Takes all of them, in the order of their tags.
  mutating func removeAll() -> [HeldCall] {
    let all = calls.all
    calls = SlotTable()
    parked.removeAll()
    attempts.removeAll()
    byteCount = 0
    return all
  }

  // MARK: Waiting

  /// Lets a call wait until another leader is known, or for a pause that grows with its attempts.
  mutating func park(_ tag: UInt64, seeing leadership: Leadership, now: Instant) {
    guard let call = calls[tag] else { return }
    let pause = now.advanced(byMilliseconds: Self.pauseMilliseconds(afterAttempts: call.attempts))
    // A call that has waited long enough is looked at once more, and then given up.
    let next = call.patience > now ? min(pause, call.patience) : now
    parked.update(call.shard, default: Parked(tags: [], seen: leadership, next: next)) { shard in
      shard.tags.append(tag)
      shard.next = min(shard.next, next)
    }
  }

  private static func pauseMilliseconds(afterAttempts attempts: Int) -> UInt64 { 25 << UInt64(min(attempts, 3)) }

  /// Takes the calls out that are to be looked at now: those of a shard of which something else is known than when the
  /// first of them came to wait, and those whose pause is over.
  mutating func takeDue(now: Instant, _ leadership: (ShardID) -> Leadership) -> [UInt64] {
    var due: [(shard: ShardID, tags: [UInt64])] = []
    parked.forEach { shard, waiting in
      if waiting.next <= now || leadership(shard) != waiting.seen { due.append((shard, waiting.tags)) }
      return true
    }
    for (shard, _) in due { parked.removeValue(forKey: shard) }
    return due.flatMap(\.tags)
  }

  /// Takes all that wait, in the order of their shards.
  mutating func takeAllParked() -> [UInt64] {
    var tags: [UInt64] = []
    parked.forEach { _, waiting in
      tags += waiting.tags
      return true
    }
    parked.removeAll()
    return tags
  }

  // MARK: Attempts at other nodes

  /// - Returns: the number that the answer will name.
  mutating func began(_ tag: UInt64, at node: NodeID, now: Instant) -> UInt64 {
    let number = nextAttempt
    nextAttempt &+= 1
    let answerMillisecondsMax = calls[tag]?.method.answerMillisecondsMax ?? 0
    attempts[number] = Attempt(
      tag: tag, node: node, deadline: now.advanced(byMilliseconds: answerMillisecondsMax))
    return number
  }

  /// An attempt has ended: answered by the node that was asked, or never sent.
  ///
  /// - Returns: the call; `nil` when nobody waits for that answer.
  mutating func ended(_ number: UInt64, by node: NodeID) -> UInt64? {
    guard let attempt = attempts[number], attempt.node == node else { return nil }
    attempts.removeValue(forKey: number)
    return attempt.tag
  }

  /// Ends all attempts at a node, which will not answer them any more.
  ///
  /// - Returns: their calls, in the order in which they were sent.
  mutating func endAttempts(at node: NodeID) -> [UInt64] { endAttempts { $0.node == node } }

  /// Ends the attempts that have taken too long.
  mutating func endLateAttempts(now: Instant) -> [UInt64] {
    endAttempts { $0.deadline <= now }
  }

  /// The nodes that attempts are under way at, ascending.
  var askedNodes: [NodeID] {
    var nodes: [NodeID] = []
    attempts.forEach { _, attempt in
      if !nodes.contains(attempt.node) { nodes.append(attempt.node) }
      return true
    }
    return nodes.sorted()
  }

  private mutating func endAttempts(where isOver: (Attempt) -> Bool) -> [UInt64] {
    var ended: [(number: UInt64, tag: UInt64)] = []
    attempts.forEach { number, attempt in
      if isOver(attempt) { ended.append((number, attempt.tag)) }
      return true
    }
    for (number, _) in ended { attempts.removeValue(forKey: number) }
    return ended.map(\.tag)
  }

  // MARK: Time

  /// How often the attempts are looked at, in milliseconds.
  private static let attemptLookMilliseconds: UInt64 = 50

  /// Whether it is time to look for attempts that nobody will answer.
  mutating func shouldLookAtAttempts(now: Instant) -> Bool {
    guard !attempts.isEmpty, attemptLook <= now else { return false }
    attemptLook = now.advanced(byMilliseconds: Self.attemptLookMilliseconds)
    return true
  }

  /// When to look again although nothing happens.
  var nextLook: Instant {
    var next = attempts.isEmpty ? Instant.distantFuture : attemptLook
    parked.forEach { _, waiting in
      next = min(next, waiting.next)
      return true
    }
    return next
  }
}
