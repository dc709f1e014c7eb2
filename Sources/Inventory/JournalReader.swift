package import Basics

/// Where the journal of one row of a SKU goes on: at the movement of this very sequence.
package struct JournalPosition: Equatable, Sendable {
  package var location: LocationNumber
  package var sequence: UInt64

  package init(location: LocationNumber, sequence: UInt64) {
    self.location = location
    self.sequence = sequence
  }
}

/// Movements of a SKU, newest first, and where each row goes on behind them.
package struct NewestMovements: Equatable, Sendable {
  package var movements: [Movement] = []
  /// By location; a row without older movements is left out.
  package var next: [JournalPosition] = []
  /// A row has older movements, but the journal does not reach back to them.
  package var isCut = false
  /// How many movements were read for it.
  package var decodedCount = 0

  package init() {}
}

/// Reads movements from keyed state. Owned by whoever reads; it may be another thread than the ledger's, over a
/// snapshot.
package struct JournalReader {
  /// How many movements a walk may decode before it ends with fewer than it was asked for. A row's next movement may lie
  /// far inside an entry of tens of thousands, and all before it there has to be read.
  static let decodedMax = 10_000

  var key: KeyBuffer
  let reader: any StateReader
  /// The sequence of the last movement that was cut off: whoever goes back ends there.
  let cut: UInt64

  init(_ key: KeyBuffer, _ reader: any StateReader, cut: UInt64 = 0) {
    self.key = key
    self.reader = reader
    self.cut = cut
  }

  /// The movements from a sequence on, in order, at most `limit`.
  mutating func movements(from sequence: UInt64, limit: Int) throws(StateReadError) -> [Movement] {
    var movements: [Movement] = []
    guard limit > 0 else { return movements }
    let start = try firstSequence(ofEntryAtOrBefore: sequence) ?? sequence
    var end = key
    end.setEnd(of: .journal)
    key.set(.journal, start)
    var failure: StateReadError?
    let rest = key.prefixByteCount + 1
    try reader.scan(from: key.bytes.rawSpan, to: end.bytes.rawSpan, descending: false) { found, value in
      do throws(StateReadError) {
        let missing = limit - movements.count
        movements += try Self.decode(found, rest, value, from: sequence, limit: missing).movements
      } catch { failure = error }
      return failure == nil && movements.count < limit
    }
    if let failure { throw failure }
    return movements
  }

  /// The movements of rows of a SKU, newest first, by following each row's to the one before it: at most `limit`, and
  /// fewer once ``decodedMax`` were decoded.
  ///
  /// - Parameter areOurs: the positions are the ledger's own. What it did since the last batch was written is not in the
  ///   journal yet, and such a row is left out.
  /// - Returns: `nil` if the walk comes to a position that is no movement of its row.
  mutating func newestMovements(
    of sku: SKUNumber, from positions: [JournalPosition], areOurs: Bool, limit: Int
  ) throws(StateReadError) -> NewestMovements? {
    var heads = positions
    var isStart = [Bool](repeating: true, count: heads.count)
    var (found, decoded) = (NewestMovements(), 0)
    var entry: JournalEntry?
    while found.movements.count < limit, decoded < Self.decodedMax {
      guard let place = heads.indices.max(by: { heads[$0].sequence < heads[$1].sequence }) else { break }
      let (head, stock) = (heads[place], StockKey(sku: sku, location: heads[place].location))
      guard head.sequence > cut else { break }
      if entry?.contains(head.sequence) != true {
        entry = try self.entry(containing: head.sequence)
        decoded += entry?.movements.count ?? 0
      }
      if let movement = entry?.movement(head.sequence), movement.stock == stock {
        found.movements.append(movement)
        heads[place].sequence = movement.previousSequence
        isStart[place] = false
      } else if isStart[place] && !areOurs {
        return nil
      } else if isStart[place] && entry == nil {
        heads[place].sequence = 0
      } else {
        throw StateReadError(message: "the journal of \(stock) has no movement \(head.sequence)")
      }
    }
    found.next = heads.filter { $0.sequence > cut }
    found.isCut = heads.contains { $0.sequence > 0 && $0.sequence <= cut }
    found.decodedCount = decoded
    return found
  }

  /// The first sequence of the entry that a sequence is in, or of the one before it.
  private mutating func firstSequence(ofEntryAtOrBefore sequence: UInt64) throws(StateReadError) -> UInt64? {
    try last(through: sequence) { found, rest, _ throws(StateReadError) in try Self.sequence(found, rest) }
  }

  /// The movements of the last entry that begins at or before a sequence, up to that sequence.
  mutating func entry(through sequence: UInt64) throws(StateReadError) -> [Movement]? {
    try last(through: sequence) { found, rest, value throws(StateReadError) in
      try Self.decode(found, rest, value, through: sequence).movements
    }
  }

  /// The entry that a sequence is in, up to that sequence, if the journal has it.
  private mutating func entry(containing sequence: UInt64) throws(StateReadError) -> JournalEntry? {
    let entry = try last(through: sequence) { found, rest, value throws(StateReadError) in
      try Self.decode(found, rest, value, through: sequence)
    }
    guard let entry, entry.contains(sequence) else { return nil }
    return entry
  }

  /// Looks at the last entry that begins at or before a sequence.
  mutating func last<Result>(
    through sequence: UInt64, _ body: (RawSpan, Int, RawSpan) throws(StateReadError) -> Result
  ) throws(StateReadError) -> Result? {
    var end = key
    key.set(.journal)
    end.set(.journal, sequence == .max ? .max : sequence + 1)
    let rest = key.prefixByteCount + 1
    var result: Swift.Result<Result, StateReadError>?
    try reader.scan(from: key.bytes.rawSpan, to: end.bytes.rawSpan, descending: true) { found, value in
      do throws(StateReadError) { result = .success(try body(found, rest, value)) } catch { result = .failure(error) }
      return false
    }
    return try result?.get()
  }

  static func sequence(_ key: RawSpan, _ rest: Int) throws(StateReadError) -> UInt64 {
    do throws(DecodeError) {
      var reader = ByteReader(key)
      try reader.skip(rest)
      return try reader.bigEndianUInt64()
    } catch { throw StateReadError(message: "journal key \(hexadecimal(key)) is unreadable: \(error)") }
  }

  static func decode(
    _ key: RawSpan, _ rest: Int, _ value: RawSpan, from start: UInt64 = 0, through end: UInt64 = .max,
    limit: Int = .max
  ) throws(StateReadError) -> JournalEntry {
    let first = try sequence(key, rest)
    do throws(DecodeError) {
      return try JournalEntry(firstSequence: first, value: value, from: start, through: end, limit: limit)
    } catch { throw StateReadError(message: "journal entry \(hexadecimal(key)) is unreadable: \(error)") }
  }
}

extension JournalEntry {
  fileprivate func contains(_ sequence: UInt64) -> Bool { movement(sequence) != nil }

  fileprivate func movement(_ sequence: UInt64) -> Movement? {
    guard let first = movements.first, let last = movements.last, first.sequence <= sequence,
      sequence <= last.sequence
    else { return nil }
    return movements[Int(sequence - first.sequence)]
  }
}
