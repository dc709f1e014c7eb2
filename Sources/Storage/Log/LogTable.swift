internal import Basics
internal import Raft

/// Where the durable log has what: for each shard its hard state, its start, and which segment holds which entries.
/// Pure, and the one place that says what a record means, for recovery and for running. The log writer guards it by a
/// lock.
struct LogTable {
  /// Consecutive entries of one term in one segment, from `first` to the next run or the shard's last entry. Reading
  /// starts at the batch on page `page`; a run spans no more than ``runPagesMax`` pages, so that little is read in vain.
  struct Run: Equatable {
    var first: LogIndex
    var term: Term
    var segment: UInt64
    var page: UInt32
  }

  static let runPagesMax: UInt32 = 64

  struct Shard {
    var checkpoint = ShardCheckpoint()
    var runs: [Run] = []
    /// The first index that some segment read so far holds; between the start and it nothing may be missing in the end.
    var firstHeld: LogIndex = LogIndex(1)
    var flushed: LogIndex = .zero
    var retained: LogIndex = LogIndex(.max)

    var start: LogStart { checkpoint.start }
    var last: LogStart { checkpoint.last }
  }

  private(set) var shards: [Shard] = []
  private(set) var ids: [ShardID] = []
  private var slots: [ShardID: Int] = [:]
  /// For each segment from `firstSegment` on, how many runs lie in it.
  private var runCounts: [Int] = []
  private(set) var firstSegment: UInt64 = 1

  init(firstSegment: UInt64) { self.firstSegment = firstSegment }

  func slot(of shard: ShardID) -> Int? { slots[shard] }

  subscript(shard: ShardID) -> Shard? { slots[shard].map { shards[$0] } }

  /// The slot of a shard, which is new to the log if it has none.
  mutating func makeSlot(_ shard: ShardID) -> Int {
    if let slot = slots[shard] { return slot }
    slots[shard] = shards.count
    shards.append(Shard())
    ids.append(shard)
    return shards.count - 1
  }

  mutating func setHardState(_ shard: ShardID, _ state: HardState) {
    shards[makeSlot(shard)].checkpoint.hardState = state
  }

  /// An entry was written on `page` of `segment`. It replaces everything from its index on. Throws when it would leave a
  /// gap, which the core never asks for.
  mutating func append(
    _ shard: ShardID, index: LogIndex, term: Term, segment: UInt64, page: UInt32
  ) throws(LogGap) {
    let slot = makeSlot(shard)
    let last = shards[slot].last
    guard index > shards[slot].start.index, index.rawValue <= last.index.rawValue + 1 else {
      throw LogGap(shard: shard, index: index, last: last.index)
    }
    if index <= last.index { truncate(slot, from: index) }
    if index < shards[slot].firstHeld { shards[slot].firstHeld = index }
    shards[slot].checkpoint.last = LogStart(index: index, term: term)
    if let run = shards[slot].runs.last, run.segment == segment, run.term == term,
      page - run.page < Self.runPagesMax
    {
      return
    }
    shards[slot].runs.append(Run(first: index, term: term, segment: segment, page: page))
    count(segment, by: 1)
  }

  /// Everything up to `start` may be forgotten, and what follows as well unless the log `keepsSuffix`.
  mutating func setStart(_ shard: ShardID, _ start: LogStart, keepsSuffix: Bool) {
    let slot = makeSlot(shard)
    let known = shards[slot].start
    // At the same index only a snapshot brings another term, with what the log has there never committed.
    guard start.index > known.index || (start.index == known.index && start.term > known.term) else { return }
    shards[slot].checkpoint.start = start
    if shards[slot].last.index <= start.index || !keepsSuffix {
      truncate(slot, from: .zero)
      shards[slot].checkpoint.last = start
      shards[slot].firstHeld = start.index.next
    }
  }

  /// Forgets everything about a shard, whose replica is gone.
  mutating func forget(_ shard: ShardID) {
    let slot = makeSlot(shard)
    truncate(slot, from: .zero)
    shards[slot] = Shard()
  }

  /// The term of an entry whose run is known, or of the start.
  func term(_ shard: Shard, at index: LogIndex) -> Term? {
    if index == shard.start.index { return shard.start.term }
    if index == shard.last.index { return shard.last.term }
    guard index < shard.last.index, let run = runIndex(shard, of: index) else { return nil }
    return shard.runs[run].term
  }

  /// The number of the run that holds an index.
  func runIndex(_ shard: Shard, of index: LogIndex) -> Int? {
    var low = 0
    var high = shard.runs.count
    while low < high {
      let middle = (low + high) / 2
      if shard.runs[middle].first <= index { low = middle + 1 } else { high = middle }
    }
    return low > 0 && index <= shard.last.index ? low - 1 : nil
  }

  private mutating func truncate(_ slot: Int, from index: LogIndex) {
    while let run = shards[slot].runs.last, run.first >= index {
      shards[slot].runs.removeLast()
      count(run.segment, by: -1)
    }
  }

  private mutating func count(_ segment: UInt64, by change: Int) {
    let place = Int(segment - firstSegment)
    while runCounts.count <= place { runCounts.append(0) }
    runCounts[place] += change
  }
}

/// An entry that does not continue its shard's log.
struct LogGap: Error, Equatable {
  var shard: ShardID
  var index: LogIndex
  var last: LogIndex
}

extension LogTable {
  /// What a new segment begins with, in the order of ``ids``.
  func checkpoint(_ slot: Int) -> ShardCheckpoint { shards[slot].checkpoint }

  /// A checkpoint was read. Answers `false` if it contradicts what the segments before it said.
  mutating func apply(_ shard: ShardID, _ checkpoint: ShardCheckpoint) -> Bool {
    guard let slot = slots[shard] else {
      let slot = makeSlot(shard)
      shards[slot].checkpoint = checkpoint
      shards[slot].firstHeld = checkpoint.last.index.next
      return checkpoint.start.index <= checkpoint.last.index
    }
    let known = shards[slot].checkpoint
    guard known.hardState == checkpoint.hardState, known.last == checkpoint.last,
      known.start.index <= checkpoint.start.index, checkpoint.start.index <= checkpoint.last.index
    else { return false }
    setStart(shard, checkpoint.start, keepsSuffix: true)
    return true
  }

  mutating func setFlushed(_ shard: ShardID, _ index: LogIndex) {
    let slot = makeSlot(shard)
    shards[slot].flushed = max(shards[slot].flushed, index)
  }

  /// Entries from `index` on are kept for followers.
  mutating func setRetained(_ shard: ShardID, from index: LogIndex) {
    shards[makeSlot(shard)].retained = index
  }

  /// Moves every shard's start as far as flushed state and followers allow. The segments below are free only when a
  /// checkpoint with these starts is durable: that is when to call ``dropBelowStarts()``.
  mutating func advanceStarts() {
    for slot in shards.indices {
      let shard = shards[slot]
      let kept = shard.retained.rawValue == 0 ? LogIndex.zero : shard.retained.previous
      let index = min(shard.flushed, kept, shard.last.index)
      guard index > shard.start.index, let term = term(shard, at: index) else { continue }
      shards[slot].checkpoint.start = LogStart(index: index, term: term)
    }
  }

  /// Forgets where entries below the starts lie.
  mutating func dropBelowStarts() {
    for slot in shards.indices {
      let start = shards[slot].start.index
      var dropped = 0
      let runs = shards[slot].runs
      while dropped < runs.count {
        let end = dropped + 1 < runs.count ? runs[dropped + 1].first : shards[slot].last.index.next
        guard end <= start.next else { break }
        count(runs[dropped].segment, by: -1)
        dropped += 1
      }
      shards[slot].runs.removeFirst(dropped)
    }
  }

  /// Whether no live entry lies in the oldest segment.
  var isFirstSegmentFree: Bool { runCounts.first.map { $0 == 0 } ?? true }

  /// The oldest segment is gone.
  mutating func removeFirstSegment() {
    if !runCounts.isEmpty {
      let count = runCounts.removeFirst()
      invariant(count == 0, "a segment with live entries was recycled")
    }
    firstSegment += 1
  }

  /// The entries that should be there and are not, for the first shard that misses some.
  func missingEntries() -> (shard: ShardID, from: LogIndex, to: LogIndex)? {
    for slot in shards.indices where shards[slot].firstHeld > shards[slot].start.index.next {
      guard shards[slot].last.index > shards[slot].start.index else { continue }
      return (ids[slot], shards[slot].start.index.next, shards[slot].firstHeld.previous)
    }
    return nil
  }
}
