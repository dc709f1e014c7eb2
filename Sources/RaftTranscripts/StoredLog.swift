internal import Basics
internal import Raft

/// A node's disk in a story: what survives a crash.
struct StoredLog {
  var hardState = HardState()
  private(set) var start = LogStart()
  private(set) var entries: [Entry] = []

  init(start: LogStart = LogStart()) { self.start = start }

  var firstIndex: LogIndex { start.index.next }
  var lastIndex: LogIndex { start.index + UInt64(entries.count) }

  func term(at index: LogIndex) -> Term? {
    if index == start.index { return start.term }
    guard index > start.index, index <= lastIndex else { return nil }
    return entries[Int(index - start.index) - 1].term
  }

  /// Appends at the first entry's index; what is there and behind it is replaced.
  mutating func append(_ new: [Entry]) {
    guard let first = new.first else { return }
    invariant(first.index > start.index && first.index <= lastIndex.next, "a gap before entry \(first.index)")
    entries.removeSubrange(Int(first.index - start.index) - 1..<entries.count)
    entries += new
  }

  mutating func install(_ position: LogPosition) {
    start = LogStart(index: position.index, term: position.term)
    entries = []
  }

  /// Forgets entries up to and including `index`.
  mutating func compact(through index: LogIndex) {
    guard index > start.index, let term = term(at: index) else { return }
    entries.removeSubrange(0..<Int(index - start.index))
    start = LogStart(index: index, term: term)
  }

  func entries(from index: LogIndex, bytesMax: Int, countMax: Int) -> [Entry] {
    guard index > start.index, index <= lastIndex else { return [] }
    var taken: [Entry] = []
    var bytes = 0
    for entry in entries[Int(index - start.index - 1)...] {
      bytes += entry.byteCount
      if taken.count == countMax || (bytes > bytesMax && !taken.isEmpty) { break }
      taken.append(entry)
    }
    return taken
  }
}
