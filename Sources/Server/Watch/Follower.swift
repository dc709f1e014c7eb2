internal import API
internal import Basics
internal import HTTP2
internal import Placement

/// One stream of the change feed: where it is in each shard, and what waits to be sent. Owned by the thread of the Store
/// that has the connection.
///
/// Of each shard one question is under way at a time. A page is either sent, and the position moves behind it, or dropped,
/// and asked for again: so whatever becomes of a question, no record is left out and none comes twice.
final class Follower {
  /// What is kept for a stream that does not take it yet. A page that does not fit is dropped.
  static let heldByteCountMax = 512 << 10
  /// Shards that are known to have more are asked so many at a time; those that have nothing only wait.
  static let catchingUpMax = 8
  /// A shard that cannot be read for so long ends the stream, so that its caller looks for a better node.
  static let failingMillisecondsMax: UInt64 = 10_000
  static let waitMilliseconds: UInt32 = 10_000

  struct Shard {
    var position: FeedPosition
    var isAsked = false
    /// Nothing is asked before.
    var notBefore = Instant.zero
    /// The replica that answered had no more.
    var isAtEnd = false
    /// The last record there was at some moment of the stream, as the shard's leader knew: a replica may be behind it.
    var end: UInt64?
    /// Since when it could not be read.
    var failingSince: Instant?
    /// The last record that is there, as far as is known, and when the next one to send was made.
    var last: UInt64 = 0
    var stamp = Stamp.zero

    /// All that had been acknowledged when the stream began was sent, and the last answer had all there was.
    var isCaughtUp: Bool {
      guard case .next(let sequence) = position, let end else { return false }
      return isAtEnd && sequence > end
    }

    /// All of a replica's records were sent, and what is waited for are new ones.
    var waitsForNews: Bool { isAtEnd && end != nil }

    /// What to ask for: where it begins or goes on, or, with all of a replica's records, where its leader ends.
    var question: FeedPosition { isAtEnd && end == nil ? .now : position }

    /// The question under way is where the leader ends.
    var asksEnd: Bool { isAsked && question == .now }

    mutating func came(to next: FeedPosition, isLast: Bool) { (isAsked, position, isAtEnd) = (false, next, isLast) }
  }

  struct Held {
    var shard: ShardID
    var page: FeedPage
  }

  let key: StreamKey
  let address: String
  let began: Instant
  let heartbeatMilliseconds: UInt64
  let cluster: UniqueID
  let isSelection: Bool
  private(set) var shards = SortedMap<ShardID, Shard>()
  /// How many shards there were when that was looked at last; they only become more.
  private var shardCountSeen = 0
  /// Pages that came and were not sent.
  private(set) var held: [Held] = []
  private var heldByteCount = 0
  /// The stream takes nothing more for now.
  var isCongested = false
  var lastSent: Instant
  /// What the caller was told last.
  var wasCaughtUp = false
  private(set) var recordsSent: UInt64 = 0
  /// Why it ends, when what is held was sent.
  var failure: CallFailure?

  init(
    key: StreamKey, address: String, now: Instant, heartbeatMilliseconds: UInt64, token: FeedToken
  ) {
    self.key = key
    self.address = address
    began = now
    lastSent = now
    self.heartbeatMilliseconds = heartbeatMilliseconds
    cluster = token.cluster
    isSelection = token.isSelection
    token.positions.forEach { shard, position in
      shards[shard] = Shard(position: position)
      return true
    }
  }

  // MARK: Positions

  /// Follows the shards that there are, if it follows all: a new one from its beginning.
  func follow(_ all: [ShardID]) {
    guard !isSelection, all.count != shardCountSeen else { return }
    shardCountSeen = all.count
    for shard in all where shards[shard] == nil { shards[shard] = Shard(position: .beginning) }
  }

  /// Whether it is known where each shard begins.
  var knowsBeginning: Bool {
    var isKnown = true
    shards.forEach { _, state in
      isKnown = state.position != .now
      return isKnown
    }
    return isKnown
  }

  /// Where a caller goes on behind all that was sent.
  var token: FeedToken {
    var positions = SortedMap<ShardID, FeedPosition>()
    shards.forEach { shard, state in
      positions[shard] = state.position
      return true
    }
    return FeedToken(cluster: cluster, isSelection: isSelection, positions: positions)
  }

  var isCaughtUp: Bool {
    var isCaughtUp = held.isEmpty
    shards.forEach { _, state in
      isCaughtUp = isCaughtUp && state.isCaughtUp
      return isCaughtUp
    }
    return isCaughtUp
  }

  // MARK: Asking

  /// The shards to ask now, which count as asked from now on.
  func takeQuestions(now: Instant) -> [Pull] {
    guard !isCongested, failure == nil else { return [] }
    var pulls: [Pull] = []
    var catchingUp = catchingUp
    shards.forEach { shard, state in
      guard !state.isAsked, state.notBefore <= now, state.waitsForNews || catchingUp < Self.catchingUpMax else {
        return true
      }
      if !state.waitsForNews { catchingUp += 1 }
      pulls.append(
        // Whether there is more is to be known at once; only behind all there is one waits for news.
        Pull(
          shard: shard, waitMilliseconds: state.isAtEnd ? Self.waitMilliseconds : 0,
          subject: .records(state.question)))
      return true
    }
    for pull in pulls { update(pull.shard) { $0.isAsked = true } }
    return pulls
  }

  /// How many shards are asked that are known to have more.
  private var catchingUp: Int {
    var count = 0
    shards.forEach { _, state in
      if state.isAsked, !state.waitsForNews { count += 1 }
      return true
    }
    return count
  }

  /// When a shard is to be asked again although nothing happens. One that has more waits for the answer of another where so
  /// many are asked as may be.
  var nextQuestion: Instant {
    let mayAsk = catchingUp < Self.catchingUpMax
    var next = Instant.distantFuture
    shards.forEach { _, state in
      if !state.isAsked, state.waitsForNews || mayAsk { next = min(next, state.notBefore) }
      return true
    }
    return isCongested ? .distantFuture : next
  }

  // MARK: Answers

  /// An answer came. A page with news is held until it is sent.
  func take(_ page: FeedPage, of shard: ShardID, now: Instant) {
    if shards[shard]?.asksEnd == true { return noteEnd(page, of: shard) }
    guard page.count > 0 || !page.changes.isEmpty else { return noteNothing(page, of: shard, now: now) }
    guard heldByteCount + page.changes.count <= Self.heldByteCountMax || held.isEmpty else {
      return update(shard) { state in
        (state.isAsked, state.isAtEnd, state.last, state.stamp) = (false, false, page.last, page.stamp)
      }
    }
    heldByteCount += page.changes.count
    held.append(Held(shard: shard, page: page))
    update(shard) { ($0.failingSince, $0.last, $0.stamp) = (nil, page.last, page.stamp) }
  }

  private func noteNothing(_ page: FeedPage, of shard: ShardID, now: Instant) {
    update(shard) { state in
      state.came(to: page.next, isLast: page.isLast)
      state.failingSince = nil
      (state.last, state.stamp) = (page.last, page.stamp)
      // There is more, but it could not be read yet.
      if !page.isLast { state.notBefore = now.advanced(byMilliseconds: 20) }
    }
  }

  /// A leader has said where its journal ends. A stream that begins there begins behind it.
  private func noteEnd(_ page: FeedPage, of shard: ShardID) {
    update(shard) { state in
      (state.isAsked, state.end, state.failingSince) = (false, page.last, nil)
      if state.position == .now { (state.position, state.isAtEnd) = (page.next, true) }
      state.last = max(state.last, page.last)
    }
  }

  /// A question was not answered. It is put again after a pause.
  ///
  /// - Returns: whether the shard could not be read for too long.
  func failed(_ shard: ShardID, pauseMilliseconds: UInt64, now: Instant) -> Bool {
    var isOver = false
    update(shard) { state in
      // What has come to the replica meanwhile is sent before its leader is asked again.
      (state.isAsked, state.isAtEnd) = (false, false)
      state.notBefore = now.advanced(byMilliseconds: pauseMilliseconds)
      let since = state.failingSince ?? now
      state.failingSince = since
      isOver = now.nanoseconds(since: since) >= Self.failingMillisecondsMax * 1_000_000
    }
    return isOver
  }

  /// Takes the next pages of those that are held, of about `byteCountMax` at the most but at least one. They are sent now:
  /// the positions move behind them.
  func takeHeld(byteCountMax: Int) -> [Held] {
    var taken: [Held] = []
    var byteCount = 0
    while let next = held.first, taken.isEmpty || byteCount + next.page.changes.count <= byteCountMax {
      held.removeFirst()
      byteCount += next.page.changes.count
      taken.append(next)
    }
    heldByteCount -= byteCount
    for one in taken {
      recordsSent += UInt64(one.page.count)
      update(one.shard) { state in
        state.came(to: one.page.next, isLast: one.page.isLast)
      }
    }
    return taken
  }

  /// Records that are there and were not sent, as far as is known, and when the oldest of them was made.
  var lag: (records: UInt64, oldest: Stamp?) {
    var (records, oldest): (UInt64, Stamp?) = (0, nil)
    shards.forEach { _, state in
      guard case .next(let sequence) = state.position, sequence <= state.last else { return true }
      records += state.last + 1 - sequence
      oldest = min(oldest ?? state.stamp, state.stamp)
      return true
    }
    return (records, oldest)
  }

  private func update(_ shard: ShardID, _ body: (inout Shard) -> Void) {
    guard var state = shards[shard] else { return }
    body(&state)
    shards[shard] = state
  }
}
