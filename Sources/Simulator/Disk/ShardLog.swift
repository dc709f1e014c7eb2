package import Basics
package import Raft
package import Replication

/// One shard's part of a log, as the records written so far make it: the meaning of a ``LogBatch``, without its bytes.
package struct ShardLog: Equatable, Sendable {
  package private(set) var hardState = HardState()
  package private(set) var start = LogStart()
  /// Entries from `start.index + 1` on, behind `dropped` that were forgotten.
  private var entries: [Entry] = []
  private var dropped = 0

  package init() {}

  package var lastIndex: LogIndex { start.index + UInt64(entries.count - dropped) }

  package var last: LogStart {
    entries.count == dropped ? start : LogStart(index: lastIndex, term: entries[entries.count - 1].term)
  }

  package func entry(at index: LogIndex) -> Entry? {
    guard index > start.index, index <= lastIndex else { return nil }
    return entries[dropped + Int(index - start.index) - 1]
  }

  package func term(at index: LogIndex) -> Term? {
    index == start.index ? start.term : entry(at: index)?.term
  }

  /// Why a record cannot follow what is there.
  package enum Gap: Error, Equatable, Sendable {
    case behindStart(LogIndex, start: LogIndex)
    case beyondEnd(LogIndex, last: LogIndex)
  }

  /// Applies one record. An entry at an index that exists replaces everything from there on.
  package mutating func apply(_ record: LogBatch.Record) throws(Gap) {
    switch record {
    case .entry(_, let entry): try append(entry)
    case .hardState(_, let state): hardState = state
    case .start(_, let start): restart(at: start)
    case .forget: self = ShardLog()
    }
  }

  private mutating func append(_ entry: Entry) throws(Gap) {
    guard entry.index > start.index else { throw .behindStart(entry.index, start: start.index) }
    guard entry.index <= lastIndex.next else { throw .beyondEnd(entry.index, last: lastIndex) }
    if entry.index <= lastIndex { entries.removeSubrange((dropped + Int(entry.index - start.index) - 1)...) }
    entries.append(entry)
  }

  /// The log begins behind `start`; what follows it stays only if the log holds that very entry (thesis §5.1).
  private mutating func restart(at start: LogStart) {
    guard start.index > self.start.index else { return }
    if term(at: start.index) == start.term {
      cut(through: start.index)
    } else {
      entries.removeAll()
      dropped = 0
      self.start = start
    }
  }

  /// Forgets entries up to and including `index`, which durable state covers.
  package mutating func cut(through index: LogIndex) {
    guard index > start.index, let term = term(at: index) else { return }
    dropped += Int(index - start.index)
    start = LogStart(index: index, term: term)
    if dropped >= 64, dropped * 2 >= entries.count {
      entries.removeFirst(dropped)
      dropped = 0
    }
  }

  /// Entries in `from..<end`, until they are `byteCountMax` together; at least one.
  package func entries(from: LogIndex, to end: LogIndex, byteCountMax: Int) -> [Entry] {
    var found: [Entry] = []
    var bytes = 0
    var index = from
    while index < end, let entry = entry(at: index) {
      bytes += entry.payload.count
      if !found.isEmpty, bytes > byteCountMax { break }
      found.append(entry)
      index = index.next
    }
    return found
  }

  /// What a recovery gives the core: what lies above `applied`.
  package func recovered(above applied: LogIndex) -> RecoveredLog {
    guard applied > start.index, let term = term(at: applied) else {
      return RecoveredLog(hardState: hardState, start: start, entries: Array(entries[dropped...]))
    }
    return RecoveredLog(
      hardState: hardState, start: LogStart(index: applied, term: term),
      entries: Array(entries[(dropped + Int(applied - start.index))...]), storedStart: start.index)
  }

  package static func == (left: ShardLog, right: ShardLog) -> Bool {
    left.hardState == right.hardState && left.start == right.start
      && left.entries[left.dropped...] == right.entries[right.dropped...]
  }
}

extension LogBatch.Record {
  package var shard: ShardID {
    switch self {
    case .entry(let shard, _), .hardState(let shard, _), .start(let shard, _), .forget(let shard): shard
    }
  }
}
