internal import Basics

/// The part of a group's log that is in memory: every entry that is not yet both durable and applied, and the newest of
/// the rest for followers that lag a little. Owned by its ``RaftGroup``.
struct RaftLog {
  /// What lies before the first entry in memory.
  private(set) var start: LogStart
  private var entries: [Entry] = []
  /// Entries of `entries` that were dropped from the front but not yet moved out of the array.
  private var dropped = 0
  /// The bytes of the entries in memory.
  private(set) var byteCount = 0
  /// The last index that was handed out to be persisted.
  private(set) var handedOut: LogIndex
  /// The last index known to be on disk. Invariant: `persisted <= handedOut <= lastIndex`.
  private(set) var persisted: LogIndex
  /// Where the entries in memory are that change the configuration; ascending.
  private(set) var changes: [LogIndex] = []
  /// The last slice that was made: a leader sends the same entries to several followers.
  private var slice: (from: LogIndex, entries: [Entry])?

  init(start: LogStart, entries: [Entry]) {
    self.start = start
    handedOut = start.index
    persisted = start.index
    var last = LogPosition(start)
    for entry in entries {
      invariant(entry.index == last.index.next, "a recovered log has a gap at \(entry.index)")
      invariant(entry.term >= last.term, "a recovered log goes back a term at \(entry.index)")
      last = LogPosition(index: entry.index, term: entry.term)
      append(entry)
    }
    handedOut = lastIndex
    persisted = lastIndex
  }

  var count: Int { entries.count - dropped }
  var lastIndex: LogIndex { start.index + UInt64(count) }
  var last: LogPosition {
    count == 0 ? LogPosition(start) : LogPosition(index: lastIndex, term: entries[entries.count - 1].term)
  }

  subscript(index: LogIndex) -> Entry {
    invariant(index > start.index && index <= lastIndex, "entry \(index) is not in memory")
    return entries[place(of: index)]
  }

  /// The term of an entry in memory or of the start; `nil` for any other index.
  func term(at index: LogIndex) -> Term? {
    if index == start.index { return start.term }
    guard index > start.index && index <= lastIndex else { return nil }
    return entries[place(of: index)].term
  }

  private func place(of index: LogIndex) -> Int { dropped + Int(index - start.index) - 1 }

  /// Whether the log has this very entry, and so everything before it (thesis §3.5).
  func matches(_ position: LogPosition) -> Bool { term(at: position.index) == position.term }

  /// The last position at or before `index` whose term is at most `term`: two logs cannot agree behind it if one of them
  /// has `term` at `index`. If memory does not reach that far back, where it begins.
  func lastPosition(atMost index: LogIndex, term: Term) -> LogPosition {
    var index = min(index, lastIndex)
    while index > start.index {
      let here = entries[place(of: index)].term
      if here <= term { return LogPosition(index: index, term: here) }
      index = index.previous
    }
    return LogPosition(start)
  }

  /// Entries from `from` on, as many as a message may have; the first always. Empty if there is none.
  mutating func entries(from: LogIndex, bytesMax: Int, countMax: Int) -> [Entry] {
    invariant(from > start.index, "entry \(from) is not in memory")
    guard from <= lastIndex else { return [] }
    if let slice, slice.from == from { return slice.entries }
    let first = place(of: from)
    var end = first
    var bytes = 0
    while end < entries.count && end - first < countMax {
      bytes += entries[end].byteCount
      if bytes > bytesMax && end > first { break }
      end += 1
    }
    let made = Array(entries[first..<end])
    slice = (from, made)
    return made
  }
}

// MARK: - Growing and being replaced

extension RaftLog {
  mutating func append(term: Term, kind: Entry.Kind, payload: [UInt8]) -> LogIndex {
    let index = lastIndex.next
    append(Entry(term: term, index: index, kind: kind, payload: payload))
    return index
  }

  mutating func append(_ entry: Entry) {
    slice = nil
    if entry.kind == .configuration { changes.append(entry.index) }
    byteCount += entry.byteCount
    entries.append(entry)
  }

  /// Takes what a leader sent behind an entry that matches. Only where an entry contradicts one of the log's own is the
  /// log cut: an old or short message takes nothing away (thesis §3.5).
  ///
  /// - Returns: the first index that was replaced, if one was.
  mutating func merge(_ sent: [Entry]) -> LogIndex? {
    var replaced: LogIndex?
    if isMutated(.cutsForShortAppends), let first = sent.first, first.index > start.index {
      truncate(from: first.index)
    }
    for entry in sent where entry.index > start.index {
      if entry.index <= lastIndex {
        if entries[place(of: entry.index)].term == entry.term { continue }
        replaced = entry.index
        truncate(from: entry.index)
      }
      append(entry)
    }
    return replaced
  }

  private mutating func truncate(from index: LogIndex) {
    slice = nil
    while lastIndex >= index {
      byteCount -= entries[entries.count - 1].byteCount
      entries.removeLast()
    }
    while let change = changes.last, change >= index { changes.removeLast() }
    // What is on disk there will be overwritten, and until then proves nothing.
    handedOut = min(handedOut, index.previous)
    persisted = min(persisted, index.previous)
  }

  /// Begins anew behind a snapshot.
  mutating func restart(at start: LogStart) { self = RaftLog(start: start, entries: []) }
}

// MARK: - Disk and memory

extension RaftLog {
  /// The entries not yet handed out for persisting; afterwards they are.
  mutating func handOut() -> Range<LogIndex> {
    let range = handedOut.next..<lastIndex.next
    handedOut = lastIndex
    return range
  }

  /// A log that ended at `position` is on disk, handed out in the term that is still the present one.
  ///
  /// If another entry stands there now, a later batch is under way that overwrites it on disk, and the log there is not
  /// what it will be: nothing is known to be persisted until that batch is.
  mutating func markPersisted(through position: LogPosition) {
    guard position.index > persisted, matches(position) else { return }
    invariant(position.index <= handedOut, "entry \(position.index) was persisted before it was handed out")
    persisted = position.index
  }

  /// Forgets entries up to and including `index`, which the caller no longer needs in memory.
  mutating func drop(through index: LogIndex) {
    guard index > start.index else { return }
    invariant(index <= persisted, "entry \(index) would be forgotten before it is durable")
    slice = nil
    let end = place(of: index) + 1
    let term = entries[end - 1].term
    for place in dropped..<end {
      byteCount -= entries[place].byteCount
      entries[place].payload = []
    }
    dropped = end
    start = LogStart(index: index, term: term)
    if let kept = changes.firstIndex(where: { $0 > index }) {
      changes.removeSubrange(0..<kept)
    } else {
      changes.removeAll(keepingCapacity: true)
    }
    if dropped >= 64 && dropped * 2 >= entries.count {
      entries.removeSubrange(0..<dropped)
      dropped = 0
    }
  }

  /// Forgets the oldest entries up to and including `index`, as far as the rest is more than `bytesMax`.
  mutating func drop(through index: LogIndex, keepingBytes bytesMax: Int) {
    var end = start.index
    var bytes = byteCount
    while end < index && bytes > bytesMax {
      end = end.next
      bytes -= entries[place(of: end)].byteCount
    }
    drop(through: end)
  }
}

extension Entry {
  /// What an entry counts for in bounds: its payload, and roughly what it takes beside it.
  package var byteCount: Int { payload.count + 32 }
}
