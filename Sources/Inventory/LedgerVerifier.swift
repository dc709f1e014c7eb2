package import Basics

/// What is wrong in a ledger, in words that a person can act on.
package struct Finding: Equatable, Sendable {
  package enum Kind: Sendable {
    case unreadable
    case counter
    case journal
    case balance
    case doubleEntry
    case negative
    case held
    case allocated
    case hold
    case order
    case catalogue
    case claim
  }

  package var kind: Kind
  package var text: String
}

/// What a verification looked at, and what it found.
package struct VerificationReport: Equatable, Sendable {
  package var appliedIndex: UInt64 = 0
  package var revision: UInt64 = 0
  package var stamp = Stamp.zero
  package var skus = 0
  package var stockRows = 0
  /// The sequence of the last movement.
  package var movements: UInt64 = 0
  /// The sequence of the last movement that was cut off; the rest were checked.
  package var movementsCut: UInt64 = 0
  package var liveHolds = 0
  package var settledRecords = 0
  package var orders = 0
  package var claims = 0
  package var outboxRows = 0
  /// All that is wrong; only the first hundred are described.
  package var findingCount = 0
  package var findings: [Finding] = []

  package var isSound: Bool { findingCount == 0 }
}

/// Checks the whole state of one replica from the outside: it folds the journal to balances, sums live holds and open
/// orders, and compares all of it with the stock rows. It shares nothing with the code that applies commands but the
/// grammars of the records, so that an error there cannot hide itself.
///
/// It needs one unchanging view of the state (a snapshot), works in bounded steps, and may run on any one thread.
package struct LedgerVerifier {
  enum Stage {
    case applied, catalogue, journalBase, journal, stock, liveHolds, settledByTime, settledOther, orders, orderNames
    case unpaidOrders, backorders, claims, outbox, totals, done
  }

  /// What is known of one stock row from the records around it.
  struct Evidence {
    /// The balances that the journal folds to, by account.
    var folded = [Int64](repeating: 0, count: Balances.accountCount)
    var lastSequence: UInt64 = 0
    var stored: StockRecord?
    /// By live holds of this shard and by claims.
    var heldByHolds: Int64 = 0
    /// By orders of this shard and by claims.
    var allocatedByOrders: Int64 = 0

    var isEmpty: Bool { heldByHolds == 0 && allocatedByOrders == 0 && folded.allSatisfy { $0 == 0 } }
  }

  static let findingsMax = 100

  package internal(set) var report = VerificationReport()
  let reader: any StateReader
  var key: KeyBuffer
  var stage = Stage.applied
  /// Where the scan of the stage goes on; `nil` at its start.
  var cursor: [UInt8]?
  var applied = AppliedRecord()
  var evidence = SortedMap<StockKey, Evidence>()
  var names: [String] = []
  /// What lines of orders wait for, less what is listed as waiting: nothing, once both were seen.
  var waiting = SortedMap<BackorderPlace, Int64>()
  /// The slot of each SKU, by number.
  var slots: [SlotNumber] = []
  /// Ascending, because that is how they are stored.
  var liveIDs: [UniqueID] = []
  /// Slots whose records are here although they are another shard's.
  var foreign = ForeignSlots(states: SlotStates(), coming: [])
  var lastStamp = Stamp.zero
  var lastRevision: UInt64 = 0

  package init(prefix: [UInt8], reader: any StateReader) {
    key = KeyBuffer(prefix: prefix)
    self.reader = reader
  }

  package var isDone: Bool {
    switch stage {
    case .done: true
    case .applied, .catalogue, .journalBase, .journal, .stock, .liveHolds, .settledByTime, .settledOther, .orders,
      .orderNames, .unpaidOrders, .backorders, .claims, .outbox, .totals:
      false
    }
  }

  /// Runs to the end.
  package mutating func run() throws(StateReadError) -> VerificationReport {
    while !isDone { try step(recordsMax: 4096) }
    return report
  }

  /// Looks at up to `recordsMax` more records.
  package mutating func step(recordsMax: Int) throws(StateReadError) {
    switch stage {
    case .applied:
      try checkApplied()
      foreign = try ForeignSlots(prefix: key.prefix, reader: reader)
      stage = .catalogue
    case .catalogue: try scan(.sku, recordsMax, then: .journalBase)
    case .journalBase: try scan(.journalBase, recordsMax, then: .journal)
    case .journal: try scan(.journal, recordsMax, then: .stock)
    case .stock: try scan(.stock, recordsMax, then: .liveHolds)
    case .liveHolds: try scan(.liveHold, recordsMax, then: .settledByTime)
    case .settledByTime: try scan(.settledByTime, recordsMax, then: .settledOther)
    case .settledOther: try scan(.settledOther, recordsMax, then: .orders)
    case .orders: try scan(.order, recordsMax, then: .orderNames)
    case .orderNames: try scan(.orderName, recordsMax, then: .unpaidOrders)
    case .unpaidOrders: try scan(.unpaidOrder, recordsMax, then: .backorders)
    case .backorders: try scan(.backorder, recordsMax, then: .claims)
    case .claims: try scan(.claim, recordsMax, then: .outbox)
    case .outbox: try scan(.outbox, recordsMax, then: .totals)
    case .totals:
      compareTotals()
      stage = .done
    case .done: break
    }
  }

  mutating func find(_ kind: Finding.Kind, _ text: String) {
    report.findingCount += 1
    if report.findings.count < Self.findingsMax { report.findings.append(Finding(kind: kind, text: text)) }
  }

  /// A row as people know it.
  func name(_ stock: StockKey) -> String {
    let index = Int(stock.sku.rawValue) - 1
    let sku = names.indices.contains(index) ? names[index] : "unknown SKU"
    return "\(sku) (number \(stock.sku)) at location \(stock.location)"
  }

  private mutating func checkApplied() throws(StateReadError) {
    key.set(.applied)
    var bytes: [UInt8] = []
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return }
    do { applied = try AppliedRecord(bytes.rawSpan) } catch {
      find(.unreadable, "the record of what was applied is unreadable: \(error)")
    }
    report.appliedIndex = applied.index
    report.revision = applied.revision
    report.stamp = applied.stamp
    try checkJournalStart()
    if applied.alarms > 0 {
      find(.counter, "\(applied.alarms) commands could not be read or carried out when they were applied")
    }
  }

  /// Goes through a part of the records of one kind.
  private mutating func scan(_ kind: KeyKind, _ recordsMax: Int, then next: Stage) throws(StateReadError) {
    key.set(kind)
    let start = cursor ?? key.bytes
    var end = key
    end.setEnd(of: kind)
    var records: [(key: [UInt8], value: [UInt8])] = []
    try reader.scan(from: start.rawSpan, to: end.bytes.rawSpan, descending: false) { key, value in
      records.append((key.copied(), value.copied()))
      return records.count < recordsMax
    }
    for (key, value) in records {
      do throws(DecodeError) {
        var reader = ByteReader(key.rawSpan)
        try reader.skip(self.key.prefixByteCount + 1)
        try check(kind, &reader, value.rawSpan)
      } catch {
        find(.unreadable, "the record with key \(hexadecimal(key.rawSpan)) is unreadable: \(error)")
      }
    }
    if records.count < recordsMax {
      stage = next
      cursor = nil
    } else if let last = records.last {
      cursor = last.key + [0]
    }
  }

  private mutating func check(
    _ kind: KeyKind, _ key: inout ByteReader, _ value: RawSpan
  ) throws(DecodeError) {
    switch kind {
    case .sku: try checkSKU(&key, value)
    case .journalBase: try begin(&key, value)
    case .journal: try fold(&key, value)
    case .stock: try checkRow(&key, value)
    case .liveHold: try checkLiveHold(&key, value)
    case .settledByTime, .settledOther: try checkSettled(&key, value, isByTime: kind == .settledByTime)
    case .order: try checkOrder(&key, value)
    case .orderName: try checkName(&key, value)
    case .unpaidOrder: try checkUnpaid(&key)
    case .claim: try checkClaim(&key, value)
    case .outbox: try checkOutbox(&key, value)
    case .backorder: try checkBackorder(&key, value)
    case .applied, .settledIndex, .claimOwner, .journalStart, .closures, .fillable, .moveQueue, .slotStates, .leaving,
      .parcel, .coming, .staged, .waitingElsewhere, .slotArrival, .endedMove:
      throw .unknownTag(UInt64(kind.rawValue))
    }
  }

  private mutating func checkSKU(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let number = try key.bigEndianUInt32()
    let record = try SKURecord(value)
    if Int(number) != names.count + 1 {
      find(.catalogue, "SKU number \(number) follows \(names.count): one is missing")
    }
    report.skus += record.isPresent ? 1 : 0
    slots.append(record.slot)
    names.append(record.tenant.isEmpty ? record.sku : "\(record.tenant)/\(record.sku)")
  }
}
