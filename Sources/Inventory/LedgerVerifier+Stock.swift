internal import Basics

// Journal and stock rows.
extension LedgerVerifier {
  /// Where the journal begins: what was cut off is to be behind what is there.
  mutating func checkJournalStart() throws(StateReadError) {
    key.set(.journalStart)
    var bytes: [UInt8] = []
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return }
    do throws(DecodeError) {
      let start = try JournalStart(bytes.rawSpan)
      (report.movements, report.movementsCut, lastStamp) = (start.cut, start.cut, start.stamp)
    } catch { find(.unreadable, "where the journal begins is unreadable: \(error)") }
  }

  /// A row's balances where the journal begins.
  mutating func begin(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let stock = try StockKey(key: &key)
    let record = try StockRecord(value)
    if !record.isSound { find(.balance, "\(name(stock)): the balances that its journal begins with cannot be") }
    if record.lastSequence == 0 || record.lastSequence > report.movementsCut {
      find(
        .journal,
        "\(name(stock)): its journal begins behind \(record.lastSequence), expected 1 to \(report.movementsCut)")
    }
    evidence.update(stock, default: Evidence()) { evidence in
      for account in Account.allCases { evidence.folded[Int(account.rawValue)] = record.balances[account] }
      evidence.lastSequence = record.lastSequence
    }
  }

  /// Adds up the movements of one entry, and compares each with what it says came of it.
  mutating func fold(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let entry = try JournalEntry(firstSequence: try key.bigEndianUInt64(), value: value)
    for movement in entry.movements {
      if movement.sequence != report.movements + 1 {
        find(.journal, "movement \(movement.sequence) follows \(report.movements)")
      }
      report.movements = movement.sequence
      if movement.stamp < lastStamp || movement.revision < lastRevision {
        find(.journal, "movement \(movement.sequence) is of an entry before that of the one before it")
      }
      (lastStamp, lastRevision) = (movement.stamp, movement.revision)
      let complaint = evidence.update(movement.stock, default: Evidence()) { $0.add(movement) }
      if let complaint {
        find(.journal, "movement \(movement.sequence) of \(name(movement.stock)): \(complaint)")
      }
    }
  }

  mutating func checkRow(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let sku = SKUNumber(try key.bigEndianUInt32())
    let high = UInt16(try key.uint8())
    let stock = StockKey(sku: sku, location: LocationNumber(high << 8 | UInt16(try key.uint8())))
    let record = try StockRecord(value)
    report.stockRows += 1
    if sku.rawValue < 1 || Int(sku.rawValue) > names.count {
      find(.catalogue, "there is stock of \(name(stock)), but no such SKU")
    }
    var sum: Int64 = 0
    for account in Account.allCases {
      let balance = record.balances[account]
      let (next, overflow) = sum.addingReportingOverflow(balance)
      sum = overflow ? .max : next
      if balance < 0, !account.isSigned { find(.negative, "\(name(stock)): \(account) is \(balance)") }
    }
    if record.balances[.shortfall] > 0 {
      find(.negative, "\(name(stock)): more is there than is missing: the shortfall is \(record.balances[.shortfall])")
    }
    if record.balances[.shortfall] < 0, record.balances[.available] > 0 {
      find(
        .balance,
        "\(name(stock)): \(record.balances[.available]) are available, though \(-record.balances[.shortfall]) that are"
          + " promised are missing")
    }
    if sum != 0 { find(.doubleEntry, "\(name(stock)): the accounts sum to \(sum), expected 0") }
    let known = evidence.update(stock, default: Evidence()) { evidence in
      evidence.stored = record
      return evidence
    }
    for account in Account.allCases
    where record.balances[account] != known.folded[Int(account.rawValue)] {
      find(
        .balance,
        "\(name(stock)): \(account) is \(record.balances[account]), expected \(known.folded[Int(account.rawValue)]) by the journal"
      )
    }
    if record.lastSequence != known.lastSequence {
      find(
        .journal,
        "\(name(stock)): its last movement is \(known.lastSequence), but the row says \(record.lastSequence)")
    }
  }

  /// Whether a SKU is of a slot that is on its way.
  func isForeign(_ sku: SKUNumber) -> Bool {
    let index = Int(sku.rawValue) - 1
    return slots.indices.contains(index) && foreign.contains(slots[index])
  }

  /// What can be said only when everything was seen.
  mutating func compareTotals() {
    compareBackorders()
    var findings: [(Finding.Kind, String)] = []
    evidence.forEach { stock, known in
      guard let stored = known.stored else {
        // It went away with its slot: its movements come to nothing.
        if known.isEmpty { return true }
        findings.append((.balance, "\(name(stock)): there are movements or lines, but no stock row"))
        return true
      }
      // What holds it has not come yet, or has left already.
      if isForeign(stock.sku) { return true }
      let (held, allocated) = (stored.balances[.held], stored.balances[.allocated])
      if held != known.heldByHolds {
        findings.append(
          (.held, "\(name(stock)): held is \(held), expected \(known.heldByHolds) by its live holds and claims"))
      }
      if allocated != known.allocatedByOrders {
        findings.append(
          (
            .allocated,
            "\(name(stock)): allocated is \(allocated), expected \(known.allocatedByOrders) by its orders and claims"
          ))
      }
      return true
    }
    for (kind, text) in findings { find(kind, text) }
    if applied.nextSequence != report.movements + 1 {
      find(.counter, "the next movement is to be \(applied.nextSequence), but the last was \(report.movements)")
    }
    if applied.liveHolds != UInt64(report.liveHolds) {
      find(.counter, "\(report.liveHolds) live holds, expected \(applied.liveHolds)")
    }
    if applied.orders != UInt64(report.orders) {
      find(.counter, "\(report.orders) orders, expected \(applied.orders)")
    }
  }
}

extension LedgerVerifier.Evidence {
  /// Adds a movement; answers what does not fit.
  mutating func add(_ movement: Movement) -> String? {
    let (from, to) = (Int(movement.from.rawValue), Int(movement.to.rawValue))
    guard movement.quantity > 0, from != to else { return "it moves \(movement.quantity)" }
    let wasEmpty = folded.allSatisfy { $0 == 0 }
    let (less, underflow) = folded[from].subtractingReportingOverflow(movement.quantity)
    let (more, overflow) = folded[to].addingReportingOverflow(movement.quantity)
    guard !underflow, !overflow else { return "it overflows" }
    folded[from] = less
    folded[to] = more
    defer { lastSequence = movement.sequence }
    // A row that went away with its slot and came back begins anew.
    let isOpening = movement.cause == .opening && movement.previousSequence == 0
    if movement.previousSequence != lastSequence, !(isOpening && wasEmpty) {
      return "it follows \(movement.previousSequence), expected \(lastSequence)"
    }
    if less != movement.fromBalance { return "\(movement.from) is \(movement.fromBalance), expected \(less)" }
    if more != movement.toBalance { return "\(movement.to) is \(movement.toBalance), expected \(more)" }
    let (available, held) = (folded[Int(Account.available.rawValue)], folded[Int(Account.held.rawValue)])
    if available != movement.available { return "available is \(movement.available), expected \(available)" }
    if held != movement.held { return "held is \(movement.held), expected \(held)" }
    if less < 0, !movement.from.isSigned { return "\(movement.from) falls to \(less)" }
    return nil
  }
}
