import Basics
import Raft

@testable import Replication

/// A log in memory: what a Store's log writer has made durable, and what recovery and slow followers read of it.
struct MemoryLog {
  private struct Shard {
    var hardState = HardState()
    var start = LogStart()
    /// Contiguous behind the start.
    var entries: [Entry] = []

    func term(at index: LogIndex) -> Term? {
      if index == start.index { return start.term }
      guard index > start.index, index - start.index <= entries.count else { return nil }
      return entries[Int(index - start.index) - 1].term
    }
  }

  private var shards: [ShardID: Shard] = [:]

  mutating func write(_ records: [LogBatch.Record]) {
    for record in records {
      switch record {
      case .entry(let shard, let entry): write(entry, &shards[shard, default: Shard()])
      case .hardState(let shard, let state): shards[shard, default: Shard()].hardState = state
      case .start(let shard, let start): begin(start, &shards[shard, default: Shard()])
      case .forget(let shard): shards[shard] = nil
      }
    }
  }

  private func write(_ entry: Entry, _ shard: inout Shard) {
    let place = Int(entry.index - shard.start.index) - 1
    precondition(place >= 0 && place <= shard.entries.count, "entry \(entry.index) leaves a gap")
    shard.entries.removeSubrange(place...)
    shard.entries.append(entry)
  }

  private func begin(_ start: LogStart, _ shard: inout Shard) {
    guard start.index > shard.start.index else { return }
    let keepsSuffix = shard.term(at: start.index) == start.term
    let dropped = keepsSuffix ? Int(start.index - shard.start.index) : shard.entries.count
    shard.entries.removeFirst(dropped)
    shard.start = start
  }

  /// What recovery gives back: without the entries that the state has applied.
  mutating func recover(_ shard: ShardID, applied: LogStart) -> RecoveredLog? {
    guard var log = shards[shard] else { return nil }
    var recovered = RecoveredLog(hardState: log.hardState, storedStart: log.start.index)
    if applied.index > log.start.index {
      let known = log.term(at: applied.index)
      if known == nil || (applied.term != .zero && known != applied.term) {
        // A snapshot whose log start did not get here: the log begins anew at it, for good.
        log = Shard(hardState: log.hardState, start: applied)
        shards[shard] = log
        recovered.storedStart = applied.index
      } else {
        log.entries.removeFirst(Int(applied.index - log.start.index))
        log.start = LogStart(index: applied.index, term: known ?? .zero)
      }
    }
    recovered.start = log.start
    recovered.entries = log.entries
    return recovered
  }

  /// What a slow follower's leader asks for.
  func read(_ request: LogRequest) -> LogAnswer {
    guard let log = shards[request.shard], request.fetch.from > log.start.index,
      let term = log.term(at: request.fetch.from.previous)
    else { return .compacted }
    let first = Int(request.fetch.from - log.start.index) - 1
    let entries = log.entries[min(first, log.entries.count)...].prefix(request.fetch.entriesMax)
    return .entries(
      previous: LogPosition(index: request.fetch.from.previous, term: term), Array(entries))
  }

  /// Cuts a shard's log behind an index.
  mutating func cut(_ shard: ShardID, through index: LogIndex) {
    guard var log = shards[shard], let term = log.term(at: index) else { return }
    begin(LogStart(index: index, term: term), &log)
    shards[shard] = log
  }

  func lastIndex(_ shard: ShardID) -> LogIndex {
    shards[shard].map { $0.start.index + UInt64($0.entries.count) } ?? .zero
  }
  func holds(_ shard: ShardID) -> Bool { shards[shard] != nil }
}
