internal import Basics

/// The part of a group's log that is in memory: every entry that is not yet both durable and applied, and whatever the
/// owner chose to keep of the rest. Owned by its ``RaftGroup``.
struct RaftLog {
  /// What lies before the first entry in memory.
  private(set) var start: LogStart
  private var entries: [Entry] = []
  /// Entries of `entries` that were dropped from the front but not yet moved out of the array.
  private var dropped = 0
  /// The last index that was handed out to be persisted.
  private(set) var handedOut: LogIndex
  /// The last index known to be on disk. Invariant: `persisted <= handedOut <= lastIndex`.
  private(set) var persisted: LogIndex

  init(start: LogStart, entries: [Entry]) {
    self.start = start
    self.entries = entries
    handedOut = start.index
    persisted = start.index
    for (offset, entry) in entries.enumerated() {
      invariant(entry.index == start.index + UInt64(offset + 1), "a recovered log has a gap at \(entry.index)")
    }
    handedOut = lastIndex
    persisted = lastIndex
  }

  var count: Int { entries.count - dropped }
  var lastIndex: LogIndex { start.index + UInt64(count) }
  var lastTerm: Term { count == 0 ? start.term : entries[entries.count - 1].term }

  subscript(index: LogIndex) -> Entry {
    invariant(index > start.index && index <= lastIndex, "entry \(index) is not in memory")
    return entries[dropped + Int(index - start.index) - 1]
  }

  /// The term of an entry in memory or of the start; `nil` for any other index.
  func term(at index: LogIndex) -> Term? {
    if index == start.index { return start.term }
    guard index > start.index && index <= lastIndex else { return nil }
    return self[index].term
  }

  mutating func append(term: Term, kind: Entry.Kind, payload: [UInt8]) -> LogIndex {
    let index = lastIndex.next
    entries.append(Entry(term: term, index: index, kind: kind, payload: payload))
    return index
  }

  /// The entries not yet handed out for persisting; afterwards they are.
  mutating func handOut() -> Range<LogIndex> {
    let range = handedOut.next..<lastIndex.next
    handedOut = lastIndex
    return range
  }

  mutating func markPersisted(through index: LogIndex) {
    invariant(index <= handedOut, "entry \(index) was persisted before it was handed out")
    if index > persisted { persisted = index }
  }

  /// Forgets entries up to and including `index`, which the caller no longer needs in memory.
  mutating func drop(through index: LogIndex) {
    guard index > start.index else { return }
    invariant(index <= persisted, "entry \(index) would be forgotten before it is durable")
    start = LogStart(index: index, term: self[index].term)
    dropped = entries.count - entriesBehind(index)
    if dropped >= 64 && dropped * 2 >= entries.count {
      entries.removeSubrange(0..<dropped)
      dropped = 0
    }
  }

  private func entriesBehind(_ index: LogIndex) -> Int {
    guard let last = entries.last else { return 0 }
    return Int(last.index - index)
  }
}
