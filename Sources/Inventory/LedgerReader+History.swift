package import Basics

/// A moment of a shard's past.
package enum HistoryMoment: Equatable, Sendable {
  case revision(UInt64)
  case time(Stamp)

  fileprivate func includes(_ movement: Movement) -> Bool {
    switch self {
    case .revision(let revision): movement.revision <= revision
    case .time(let stamp): movement.stamp <= stamp
    }
  }
}

/// What the stock of a SKU was.
package enum StockHistory: Equatable, Sendable {
  /// Every row that had moved by then, by location.
  case rows([StockView])
  /// The journal does not reach back so far; the first moments that can be asked for.
  case cut(revision: UInt64, stamp: Stamp)
  /// More has moved since than one read may look at.
  case tooFar
}

extension LedgerReader {
  /// How many movements a look into the past may read: some tenths of a second of a reader's thread.
  package static let undoneMax = 1_000_000

  /// The stock of a SKU as it was: the present balances, and every later movement undone, newest first. A hold that was due
  /// then and not swept counts as held, as the journal has it.
  package mutating func stock(
    of sku: SKUNumber, asOf moment: HistoryMoment, undoneMax: Int = LedgerReader.undoneMax
  ) throws(StateReadError) -> StockHistory {
    if let cut = try isHere(sku, moment) { return cut }
    var views = try rows(of: sku).map {
      StockView(stock: $0.stock, balances: $0.record.balances, lastSequence: $0.record.lastSequence)
    }
    var heads = views.filter { $0.lastSequence > 0 }.map {
      JournalPosition(location: $0.stock.location, sequence: $0.lastSequence)
    }
    var (journal, begin) = try self.journal()
    var undone = 0
    while !heads.isEmpty {
      guard undone < undoneMax else { return .tooFar }
      guard let part = try journal.newestMovements(of: sku, from: heads, areOurs: false, limit: 1_000) else {
        throw StateReadError(message: "the rows of SKU \(sku) name movements that are not theirs")
      }
      for movement in part.movements {
        // Merged by sequence: all that is left of every row is of that moment or before it.
        if moment.includes(movement) { return .rows(Self.moved(views)) }
        Self.undo(movement, in: &views)
      }
      undone += max(1, part.decodedCount)
      heads = part.next
      // All that is left was cut. What there still is goes back to the journal's first entry, with no more of this SKU in it.
      if part.isCut { return try isKnown(moment, begin, &journal) ?? .rows(Self.moved(views)) }
    }
    return .rows(Self.moved(views))
  }

  /// Whether the journal reaches back to a moment; else where it begins.
  private mutating func isKnown(
    _ moment: HistoryMoment, _ begin: JournalStart, _ journal: inout JournalReader
  ) throws(StateReadError) -> StockHistory? {
    let (applied, _) = try applied()
    let first = try journal.firstEntry()?.revision ?? applied + 1
    switch moment {
    // Nothing lies between the entry before the first one and it.
    case .revision(let revision) where revision + 1 >= first: return nil
    case .time(let stamp) where stamp >= begin.stamp: return nil
    case .revision, .time: return .cut(revision: first - 1, stamp: begin.stamp)
    }
  }

  /// Whether a SKU was in this shard at a moment; else since when it is. What it was before is in the journal of another.
  private mutating func isHere(_ sku: SKUNumber, _ moment: HistoryMoment) throws(StateReadError) -> StockHistory? {
    guard let slot = try self.sku(sku)?.slot, let arrival = try arrival(of: slot) else { return nil }
    switch moment {
    case .revision(let revision) where revision >= arrival.revision: return nil
    case .time(let stamp) where stamp >= arrival.stamp: return nil
    case .revision, .time: return .cut(revision: arrival.revision, stamp: arrival.stamp)
    }
  }

  /// The rows that had moved by then.
  private static func moved(_ views: [StockView]) -> [StockView] { views.filter { $0.lastSequence > 0 } }

  private static func undo(_ movement: Movement, in views: inout [StockView]) {
    guard let place = views.firstIndex(where: { $0.stock == movement.stock }) else { return }
    views[place].balances[movement.from] += movement.quantity
    views[place].balances[movement.to] -= movement.quantity
    views[place].lastSequence = movement.previousSequence
  }

  /// The stock rows of a SKU, by location.
  mutating func rows(of sku: SKUNumber) throws(StateReadError) -> [(stock: StockKey, record: StockRecord)] {
    key.setStock(StockKey(sku: sku, location: LocationNumber(0)))
    var end = key
    end.setStock(StockKey(sku: sku, location: LocationNumber(.max)))
    let rest = key.prefixByteCount + 1
    var rows: [(stock: StockKey, record: StockRecord)] = []
    var failure: StateReadError?
    // Location 65,535 is never assigned, so that the end need not be included.
    try reader.scan(from: key.bytes.rawSpan, to: end.bytes.rawSpan, descending: false) { found, value in
      do throws(DecodeError) {
        var bytes = ByteReader(found)
        try bytes.skip(rest + 4)
        let high = UInt16(try bytes.uint8())
        let location = LocationNumber(high << 8 | UInt16(try bytes.uint8()))
        rows.append((StockKey(sku: sku, location: location), try StockRecord(value)))
      } catch { failure = Ledger.damage("the row with key \(hexadecimal(found))", error) }
      return failure == nil
    }
    if let failure { throw failure }
    return rows
  }
}
