package import Basics

/// Which movements a list of the journal shows. What is `nil` or empty does not matter.
package struct JournalFilter: Equatable, Sendable {
  package var tenant: String
  package var sku: SKUNumber?
  package var location: LocationNumber?
  package var causes: [Cause] = []
  /// A hold's or an order's id, say: of what made the movement.
  package var causeIDs: [UniqueID] = []
  package var requestID: UniqueID?
  package var actor: String?
  /// At or behind it, and before it.
  package var from: Stamp?
  package var before: Stamp?

  package init(tenant: String) { self.tenant = tenant }
}

/// Where a list of the journal goes on.
package enum JournalCursor: Equatable, Sendable {
  /// Newest first, at or below this sequence; `nil` from the newest movement on.
  case backward(UInt64?)
  /// Newest first along the rows of the one SKU; `nil` from its newest movements on.
  case rows([JournalPosition]?)
  /// Oldest first, from this sequence on.
  case forward(UInt64)
}

/// Some movements of a list of the journal.
package enum JournalList: Equatable, Sendable {
  /// And where to go on; `nil` at the end.
  case page([Movement], next: JournalCursor?)
  /// The journal does not reach back to the sequence that was asked for.
  case cut(JournalStart)
  /// No answer about these rows can have had such positions.
  case unknownPositions
}

extension LedgerReader {
  /// The journal as far as it reaches back.
  func journal() throws(StateReadError) -> (journal: JournalReader, begin: JournalStart) {
    let begin = try JournalStart.read(prefix: prefix, reader)
    return (JournalReader(key, reader, cut: begin.cut), begin)
  }

  /// The movements that pass a filter, and where to go on; `nil` at the end.
  ///
  /// A filter by SKU costs what its own movements cost, newest first; a time range is found by halving. All else looks at
  /// the movements of the time range one by one.
  ///
  /// From sequence 0 on it begins with what there is.
  package mutating func journal(
    _ filter: JournalFilter, _ cursor: JournalCursor, limit: Int, movementsMax: Int = LedgerReader.movementsMax
  ) throws(StateReadError) -> JournalList {
    switch cursor {
    case .rows(let positions): return try alongRows(filter, positions, limit, movementsMax)
    case .forward(let start): return try forward(filter, from: start, limit, movementsMax)
    case .backward(let start): return try backward(filter, from: start, limit, movementsMax)
    }
  }

  private mutating func forward(
    _ filter: JournalFilter, from start: UInt64, _ limit: Int, _ movementsMax: Int
  ) throws(StateReadError) -> JournalList {
    var (journal, begin) = try self.journal()
    guard start == 0 || start >= begin.first else { return .cut(begin) }
    var start = max(begin.first, start)
    if let from = filter.from { start = max(start, try journal.firstSequence(at: from)) }
    let looked = try journal.movements(from: start, limit: movementsMax)
    var found: [Movement] = []
    for movement in looked {
      if let before = filter.before, movement.stamp >= before { return .page(found, next: nil) }
      guard try passes(movement, filter) else { continue }
      if found.count == limit { return .page(found, next: .forward(movement.sequence)) }
      found.append(movement)
    }
    guard looked.count >= movementsMax, let last = looked.last else { return .page(found, next: nil) }
    return .page(found, next: .forward(last.sequence + 1))
  }

  private mutating func backward(
    _ filter: JournalFilter, from start: UInt64?, _ limit: Int, _ movementsMax: Int
  ) throws(StateReadError) -> JournalList {
    var (journal, _) = try self.journal()
    var place = start ?? .max
    if start == nil, let before = filter.before { place = try journal.firstSequence(at: before) - 1 }
    var (found, looked): ([Movement], Int) = ([], 0)
    while looked < movementsMax, place > 0, let entry = try journal.entry(through: place) {
      guard let first = entry.first else { break }
      for movement in entry.reversed() {
        if let from = filter.from, movement.stamp < from { return .page(found, next: nil) }
        guard try passes(movement, filter) else { continue }
        if found.count == limit { return .page(found, next: .backward(movement.sequence)) }
        found.append(movement)
      }
      looked += entry.count
      place = first.sequence - 1
    }
    return .page(found, next: looked >= movementsMax && place > 0 ? .backward(place) : nil)
  }

  /// Follows each row's movements to the ones before them.
  private mutating func alongRows(
    _ filter: JournalFilter, _ positions: [JournalPosition]?, _ limit: Int, _ movementsMax: Int
  ) throws(StateReadError) -> JournalList {
    guard let sku = filter.sku else { return .page([], next: nil) }
    let newest = try newestPositions(of: sku, at: filter.location)
    if let positions, !Ledger.arePositions(positions, atOrBehind: newest) { return .unknownPositions }
    var heads = positions ?? newest
    var (journal, _) = try self.journal()
    var (found, looked): ([Movement], Int) = ([], 0)
    while found.count < limit, looked < movementsMax, !heads.isEmpty {
      guard let part = try journal.newestMovements(of: sku, from: heads, areOurs: false, limit: limit - found.count)
      else { return .unknownPositions }
      for movement in part.movements {
        if let from = filter.from, movement.stamp < from { return .page(found, next: nil) }
        if let before = filter.before, movement.stamp >= before { continue }
        if try passes(movement, filter) { found.append(movement) }
      }
      heads = part.next
      looked += max(1, part.decodedCount)
    }
    return .page(found, next: heads.isEmpty ? nil : .rows(heads))
  }

  /// Where the journal of each row of a SKU begins, by location.
  mutating func newestPositions(
    of sku: SKUNumber, at location: LocationNumber?
  ) throws(StateReadError) -> [JournalPosition] {
    try rows(of: sku).compactMap { row in
      guard row.record.lastSequence > 0, location == nil || row.stock.location == location else { return nil }
      return JournalPosition(location: row.stock.location, sequence: row.record.lastSequence)
    }
  }

  /// Everything but the time range.
  private mutating func passes(_ movement: Movement, _ filter: JournalFilter) throws(StateReadError) -> Bool {
    if let sku = filter.sku, movement.stock.sku != sku { return false }
    if let location = filter.location, movement.stock.location != location { return false }
    if !filter.causes.isEmpty, !filter.causes.contains(movement.cause) { return false }
    if !filter.causeIDs.isEmpty, !(movement.causeID.map { filter.causeIDs.contains($0) } ?? false) { return false }
    if let requestID = filter.requestID, movement.requestID != requestID { return false }
    if let actor = filter.actor, movement.actor != actor { return false }
    if filter.sku != nil { return true }
    return try sku(movement.stock.sku)?.tenant == filter.tenant
  }
}
