package import Basics

/// Long reads of one shard's keyed state: lists, the journal, history. It looks at a state that does not change meanwhile
/// (a snapshot) and needs no ledger, so it runs on any one thread. Owned by one read.
///
/// No read goes on without end: each looks at a bounded number of records and then answers where to go on, so that a
/// page may be short, or empty, although more come.
package struct LedgerReader {
  /// How many records under ids a page looks at: some 30 ms of a reader's thread.
  package static let recordsMax = 20_000
  /// How many movements a page of the journal looks at.
  package static let movementsMax = 50_000

  let reader: any StateReader
  let prefix: [UInt8]
  var key: KeyBuffer
  /// Definitions that were read before, by number; looked up, never gone through.
  private var definitions: [UInt32: SKUView] = [:]

  package init(prefix: [UInt8], reader: any StateReader) {
    self.prefix = prefix
    key = KeyBuffer(prefix: prefix)
    self.reader = reader
  }

  /// How far the state is.
  package mutating func applied() throws(StateReadError) -> (revision: UInt64, stamp: Stamp) {
    var bytes: [UInt8] = []
    key.set(.applied)
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return (0, .zero) }
    do {
      let record = try AppliedRecord(bytes.rawSpan)
      return (record.revision, record.stamp)
    } catch { throw Ledger.damage("the applied record", error) }
  }

  /// What became of the shard's slots.
  mutating func slotStates() throws(StateReadError) -> SlotStates {
    var bytes: [UInt8] = []
    key.set(.slotStates)
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return SlotStates() }
    do { return try SlotStates(bytes.rawSpan) } catch { throw Ledger.damage("the record of the slots", error) }
  }

  /// Since when a slot is here, if it came.
  mutating func arrival(of slot: SlotNumber) throws(StateReadError) -> SlotArrival? {
    guard try slotStates()[slot] == .here else { return nil }
    var bytes: [UInt8] = []
    key.setArrival(of: slot)
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else {
      throw StateReadError(message: "slot \(slot) came, and it is not known when")
    }
    do { return try SlotArrival(bytes.rawSpan) } catch { throw Ledger.damage("since when slot \(slot) is here", error) }
  }

  /// The definition of a SKU; `nil` for a number that is not there.
  package mutating func sku(_ number: SKUNumber) throws(StateReadError) -> SKUView? {
    if let known = definitions[number.rawValue] { return known }
    var bytes: [UInt8] = []
    key.setSKU(number.rawValue)
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return nil }
    do {
      let view = SKUView(number, try SKURecord(bytes.rawSpan))
      definitions[number.rawValue] = view
      return view
    } catch { throw Ledger.damage("the definition of SKU \(number)", error) }
  }

  mutating func tenant(of item: LineItem) throws(StateReadError) -> String? {
    switch item {
    case .local(let number): try sku(number)?.tenant
    case .remote(let item): item.tenant
    }
  }

  /// Definitions of SKUs that are here, in the order of their numbers, from behind `last` on. At most `recordsMax` are looked
  /// at.
  ///
  /// - Parameter isWanted: which ones are taken.
  /// - Returns: also the number to go on behind; `nil` at the end.
  package mutating func skus(
    behind last: SKUNumber, limit: Int, _ isWanted: (SKUView) -> Bool
  ) throws(StateReadError) -> (skus: [SKUView], next: SKUNumber?) {
    guard last.rawValue < .max else { return ([], nil) }
    var found: [SKUView] = []
    let foreign = try ForeignSlots(prefix: prefix, reader: reader)
    var (seen, next, failure): (Int, SKUNumber?, StateReadError?) = (0, nil, nil)
    key.setSKU(last.rawValue + 1)
    var end = key
    end.setEnd(of: .sku)
    let rest = key.prefixByteCount + 1
    try reader.scan(from: key.bytes.rawSpan, to: end.bytes.rawSpan, descending: false) { foundKey, value in
      do throws(DecodeError) {
        var bytes = ByteReader(foundKey)
        try bytes.skip(rest)
        let record = try SKURecord(value)
        let view = SKUView(SKUNumber(try bytes.bigEndianUInt32()), record)
        if record.isPresent, !foreign.contains(view.slot), isWanted(view) { found.append(view) }
        seen += 1
        next = view.number
      } catch { failure = Ledger.damage("the definition with key \(hexadecimal(foundKey))", error) }
      return failure == nil && found.count < limit && seen < Self.recordsMax
    }
    if let failure { throw failure }
    let isFull = found.count >= limit || seen >= Self.recordsMax
    return (found, isFull ? next : nil)
  }
}
