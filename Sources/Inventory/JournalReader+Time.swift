internal import Basics

/// What is at the head of an entry of the journal, read without its movements.
struct JournalHead: Equatable, Sendable {
  /// Of its first movement.
  var sequence: UInt64
  /// That of the entry.
  var revision: UInt64
  var stamp: Stamp
  var count: UInt64

  init(_ sequence: UInt64, _ value: RawSpan) throws(DecodeError) {
    var reader = ByteReader(value)
    try reader.recordVersion()
    self.sequence = sequence
    revision = try reader.varint()
    stamp = try reader.stamp()
    count = try reader.varint()
  }
}

// Entries are in order of sequence, revision and stamp at once, so that a time is found by halving the sequences.
extension JournalReader {
  /// The first entry that is there; `nil` for an empty journal.
  mutating func firstEntry() throws(StateReadError) -> JournalHead? {
    key.set(.journal)
    var end = key
    end.setEnd(of: .journal)
    let rest = key.prefixByteCount + 1
    var result: Result<JournalHead, StateReadError>?
    try reader.scan(from: key.bytes.rawSpan, to: end.bytes.rawSpan, descending: false) { found, value in
      result = Self.head(found, rest, value)
      return false
    }
    return try result?.get()
  }

  /// The sequence of the first movement at or behind a stamp; the next one to come if there is none.
  mutating func firstSequence(at stamp: Stamp) throws(StateReadError) -> UInt64 {
    guard let first = try firstEntry() else { return 1 }
    guard let newest = try entryHead(through: .max) else { return 1 }
    if first.stamp >= stamp { return first.sequence }
    // Invariant: what begins at or before `low` is before the stamp; `high` is at or behind it, or the end.
    var (low, high) = (first.sequence, newest.sequence + newest.count)
    while low + 1 < high {
      let middle = low + (high - low) / 2
      guard let head = try entryHead(through: middle) else { break }
      if head.stamp >= stamp {
        high = head.sequence
      } else {
        low = max(middle, head.sequence + head.count - 1)
      }
    }
    return high
  }

  /// The last entry that begins at or before a sequence.
  private mutating func entryHead(through sequence: UInt64) throws(StateReadError) -> JournalHead? {
    try last(through: sequence) { found, rest, value throws(StateReadError) in
      try Self.head(found, rest, value).get()
    }
  }

  private static func head(_ key: RawSpan, _ rest: Int, _ value: RawSpan) -> Result<JournalHead, StateReadError> {
    do throws(StateReadError) {
      let sequence = try sequence(key, rest)
      do throws(DecodeError) { return .success(try JournalHead(sequence, value)) } catch {
        throw StateReadError(message: "journal entry \(hexadecimal(key)) is unreadable: \(error)")
      }
    } catch { return .failure(error) }
  }
}
