package import Basics

/// Works out one step of cutting the journal: folds its oldest entries into the balances that the rest begins with. It
/// reads keyed state alone, so it may run on another thread than the ledger's, over a snapshot.
///
/// What does not fold is not cut: a movement that contradicts the one before it is evidence of damage, and stays.
package struct JournalFolder {
  private var key: KeyBuffer
  private let reader: any StateReader
  private let retention: JournalRetention
  private let now: Stamp
  private let movementsMax: Int

  private var cut: JournalCut
  /// Bytes of the whole journal that are there before this step.
  private var present: UInt64
  private var rows = SortedMap<StockKey, StockRecord>()
  private var movementCount = 0

  /// - Parameters:
  ///   - bytesEver: of all entries that the journal ever had.
  ///   - movementsMax: the step ends with the entry that reaches it.
  package init(
    prefix: [UInt8], _ reader: any StateReader, _ retention: JournalRetention, now: Stamp, bytesEver: UInt64,
    movementsMax: Int
  ) throws(StateReadError) {
    key = KeyBuffer(prefix: prefix)
    self.reader = reader
    self.retention = retention
    self.now = now
    self.movementsMax = movementsMax
    let start = try JournalStart.read(prefix: prefix, reader)
    cut = JournalCut(prefix: prefix, before: start, after: start)
    present = bytesEver > start.bytes ? bytesEver - start.bytes : 0
  }

  package mutating func run() throws(StateReadError) -> JournalCut {
    let rest = key.prefixByteCount + 1
    var end = key
    key.set(.journal, cut.before.first)
    end.setEnd(of: .journal)
    let from = key.bytes
    var failure: StateReadError?
    try reader.scan(from: from.rawSpan, to: end.bytes.rawSpan, descending: false) { found, value in
      do throws(StateReadError) { return try take(found, rest, value) } catch { failure = error }
      return false
    }
    if let failure { throw failure }
    rows.forEach { stock, record in
      cut.rows.append(
        JournalCut.Row(stock: stock, balances: record.balances, lastSequence: record.lastSequence))
      return true
    }
    return cut
  }

  /// - Returns: whether to go on.
  private mutating func take(_ found: RawSpan, _ rest: Int, _ value: RawSpan) throws(StateReadError) -> Bool {
    let entry: JournalEntry
    do throws(DecodeError) {
      var key = ByteReader(found)
      try key.skip(rest)
      entry = try JournalEntry(firstSequence: try key.bigEndianUInt64(), value: value)
    } catch { throw Ledger.damage("the journal entry with key \(hexadecimal(found))", error) }
    guard let first = entry.movements.first, let last = entry.movements.last else {
      throw StateReadError(message: "the journal entry with key \(hexadecimal(found)) is empty")
    }
    guard mayGo(first.stamp), movementCount < movementsMax else {
      cut.firstStamp = first.stamp
      cut.hasMore = mayGo(first.stamp)
      return false
    }
    guard first.sequence == cut.after.first else {
      throw StateReadError(message: "movement \(first.sequence) of the journal follows \(cut.after.cut)")
    }
    for movement in entry.movements { try fold(movement) }
    let byteCount = UInt64(found.byteCount - rest + 1 + value.byteCount)
    cut.after.cut = last.sequence
    cut.after.stamp = last.stamp
    cut.after.bytes += byteCount
    present -= min(present, byteCount)
    movementCount += entry.movements.count
    return true
  }

  private func mayGo(_ stamp: Stamp) -> Bool {
    if let bytes = retention.bytesMax, present > bytes { return true }
    guard let age = retention.ageMilliseconds else { return false }
    return stamp < now.advanced(byMilliseconds: -age)
  }

  private mutating func fold(_ movement: Movement) throws(StateReadError) {
    if rows[movement.stock] == nil { rows[movement.stock] = try base(of: movement.stock) }
    let fits = rows.update(movement.stock, default: .nothing) { row in
      row.balances[movement.from] &-= movement.quantity
      row.balances[movement.to] &+= movement.quantity
      defer { row.lastSequence = movement.sequence }
      return row.lastSequence == movement.previousSequence && row.balances[movement.from] == movement.fromBalance
        && row.balances[movement.to] == movement.toBalance && row.balances[.available] == movement.available
        && row.balances[.held] == movement.held
    }
    guard fits else {
      throw StateReadError(
        message: "movement \(movement.sequence) of \(movement.stock) does not follow from those before it")
    }
  }

  private mutating func base(of stock: StockKey) throws(StateReadError) -> StockRecord {
    key.setStock(stock, .journalBase)
    var bytes: [UInt8] = []
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return .nothing }
    do { return try StockRecord(bytes.rawSpan) } catch { throw Ledger.damage("the base of \(stock)", error) }
  }
}

extension StockRecord {
  static let nothing = StockRecord(lastSequence: 0, drainedThrough: 0, balances: Balances())
}

/// The balances that a cut journal begins with, as read by one who follows it from there.
package struct JournalBase {
  package var rows: [JournalCut.Row] = []
  /// The row to go on behind; `nil` when these are the last ones.
  package var next: StockKey?

  /// Reads at most `limit` rows behind one; `nil` from the first.
  package init(
    prefix: [UInt8], behind last: StockKey?, limit: Int, _ reader: any StateReader
  ) throws(StateReadError) {
    var (start, end) = (KeyBuffer(prefix: prefix), KeyBuffer(prefix: prefix))
    start.set(.journalBase)
    if let last { start.setStock(last, .journalBase) }
    end.setEnd(of: .journalBase)
    let from = last == nil ? start.bytes : start.bytes + [0]
    let rest = start.prefixByteCount + 1
    var rows: [JournalCut.Row] = []
    var failure: StateReadError?
    try reader.scan(from: from.rawSpan, to: end.bytes.rawSpan, descending: false) { found, value in
      do throws(DecodeError) {
        var key = ByteReader(found)
        try key.skip(rest)
        let (stock, record) = (try StockKey(key: &key), try StockRecord(value))
        rows.append(
          JournalCut.Row(stock: stock, balances: record.balances, lastSequence: record.lastSequence))
      } catch { failure = Ledger.damage("the base with key \(hexadecimal(found))", error) }
      return failure == nil && rows.count <= limit
    }
    if let failure { throw failure }
    if rows.count > limit {
      rows.removeLast()
      next = rows.last?.stock
    }
    self.rows = rows
  }
}

extension StockKey {
  /// The rest of a stock row's key.
  @_lifetime(key: copy key)
  init(key: inout ByteReader) throws(DecodeError) {
    let sku = SKUNumber(try key.bigEndianUInt32())
    let high = UInt16(try key.uint8())
    self.init(sku: sku, location: LocationNumber(high << 8 | UInt16(try key.uint8())))
    try key.finish()
  }
}
