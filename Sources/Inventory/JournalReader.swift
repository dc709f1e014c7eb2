internal import Basics

/// Reads movements from keyed state. Owned by whoever reads; it may be another thread than the ledger's, over a
/// snapshot.
struct JournalReader {
  private var key: KeyBuffer
  private let reader: any StateReader

  init(_ key: KeyBuffer, _ reader: any StateReader) {
    self.key = key
    self.reader = reader
  }

  /// The movements from a sequence on, in order, by whole entries until there are `limit`.
  mutating func movements(from sequence: UInt64, limit: Int) throws(StateReadError) -> [Movement] {
    var movements: [Movement] = []
    let inside = try entry(containing: sequence)?.movements.first?.sequence ?? sequence
    var end = key
    end.setEnd(of: .journal)
    key.set(.journal, inside)
    var failure: StateReadError?
    let rest = key.prefixByteCount + 1
    try reader.scan(from: key.bytes.rawSpan, to: end.bytes.rawSpan, descending: false) { found, value in
      do throws(StateReadError) {
        for movement in try Self.decode(found, rest, value).movements where movement.sequence >= sequence {
          movements.append(movement)
        }
      } catch { failure = error }
      return failure == nil && movements.count < limit
    }
    if let failure { throw failure }
    return movements
  }

  /// The movements of a row, newest first, by following each to the one before it.
  mutating func movements(
    of stock: StockKey, newest: UInt64, before bound: UInt64?, limit: Int
  ) throws(StateReadError) -> [Movement] {
    var movements: [Movement] = []
    var sequence = newest
    var current: JournalEntry?
    // A page goes on where the one before it ended, not at the newest movement.
    if let bound, let entry = try entry(containing: bound), entry[bound].stock == stock {
      (sequence, current) = (entry[bound].previousSequence, entry)
    }
    while sequence > 0, movements.count < limit {
      if current?.contains(sequence) != true { current = try entry(containing: sequence) }
      guard let entry = current, entry.contains(sequence) else { break }
      let movement = entry[sequence]
      guard movement.stock == stock else {
        throw StateReadError(message: "movement \(sequence) is of \(movement.stock), expected \(stock)")
      }
      if bound.map({ sequence < $0 }) ?? true { movements.append(movement) }
      sequence = movement.previousSequence
    }
    return movements
  }

  /// The entry that a sequence is in, if the journal has it.
  private mutating func entry(containing sequence: UInt64) throws(StateReadError) -> JournalEntry? {
    var end = key
    key.set(.journal)
    end.set(.journal, sequence == .max ? .max : sequence + 1)
    let rest = key.prefixByteCount + 1
    var result: Result<JournalEntry, StateReadError>?
    try reader.scan(from: key.bytes.rawSpan, to: end.bytes.rawSpan, descending: true) { found, value in
      do throws(StateReadError) { result = .success(try Self.decode(found, rest, value)) } catch {
        result = .failure(error)
      }
      return false
    }
    guard let entry = try result?.get(), entry.contains(sequence) else { return nil }
    return entry
  }

  private static func decode(
    _ key: RawSpan, _ rest: Int, _ value: RawSpan
  ) throws(StateReadError) -> JournalEntry {
    do throws(DecodeError) {
      var reader = ByteReader(key)
      try reader.skip(rest)
      return try JournalEntry(firstSequence: try reader.bigEndianUInt64(), value: value)
    } catch { throw StateReadError(message: "journal entry \(hexadecimal(key)) is unreadable: \(error)") }
  }
}

extension JournalEntry {
  func contains(_ sequence: UInt64) -> Bool {
    guard let first = movements.first, let last = movements.last else { return false }
    return first.sequence <= sequence && sequence <= last.sequence
  }

  /// Requires a sequence that is contained.
  subscript(sequence: UInt64) -> Movement { movements[Int(sequence - movements[0].sequence)] }
}
