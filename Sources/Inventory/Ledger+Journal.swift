package import Basics

// The journal's two ends: what is new, for those who follow it, and what is old enough to go.
extension Ledger {
  /// Keeps the newest entries in memory from now on.
  package mutating func keepTail(byteCountMax: Int) { tail.turnOn(byteCountMax: byteCountMax) }

  package mutating func dropTail() { tail.turnOff() }

  /// The movements from a sequence on, at most `limit`, if they are kept in memory. They may be ahead of what the storage
  /// has taken, but they are committed like everything that is applied.
  package func tailMovements(from sequence: UInt64, limit: Int) throws(StateReadError) -> [Movement]? {
    do throws(DecodeError) { return try tail.movements(from: sequence, limit: limit) } catch {
      throw Self.damage("the newest part of the journal", error)
    }
  }

  /// Bytes of all entries that the journal ever had.
  package var journalBytesEver: UInt64 { applied.journalBytes }

  /// The bytes that are there.
  package var journalBytes: UInt64 { applied.journalBytes - min(applied.journalBytes, journalStart.bytes) }

  /// Takes a step of cutting that was worked out from this replica's state.
  ///
  /// - Returns: `false`, and nothing is changed, when the state is another one by now.
  package mutating func take(_ cut: JournalCut, _ changes: inout StateChanges) -> Bool {
    guard cut.prefix.elementsEqual(key.bytes.prefix(key.prefixByteCount)), cut.before == journalStart,
      cut.after.cut > journalStart.cut, cut.after.cut < applied.nextSequence
    else { return false }
    for row in cut.rows {
      key.setStock(row.stock, .journalBase)
      value.removeAll()
      StockRecord(lastSequence: row.lastSequence, drainedThrough: 0, balances: row.balances).encode(to: &value)
      changes.put(key: key.bytes.rawSpan, value: value.bytes.rawSpan)
    }
    key.set(.journalStart)
    value.removeAll()
    cut.after.encode(to: &value)
    changes.put(key: key.bytes.rawSpan, value: value.bytes.rawSpan)
    var end = key
    key.set(.journal, cut.before.first)
    end.set(.journal, cut.after.first)
    changes.deleteRange(from: key.bytes.rawSpan, to: end.bytes.rawSpan)
    journalStart = cut.after
    return true
  }
}

extension JournalReader {
  /// Movements from a sequence on, of the state under a prefix; at most `limit`.
  package static func movements(
    prefix: [UInt8], from sequence: UInt64, limit: Int, _ reader: any StateReader
  ) throws(StateReadError) -> [Movement] {
    var journal = JournalReader(KeyBuffer(prefix: prefix), reader)
    return try journal.movements(from: sequence, limit: limit)
  }
}

/// What a SKU is called.
package struct SKUName: Equatable, Sendable {
  package var tenant: String
  package var sku: String

  package init(tenant: String, sku: String) {
    self.tenant = tenant
    self.sku = sku
  }
}

/// The names of SKUs as of the last batch written: for readers that have no ledger.
package struct SKUNames {
  private var key: KeyBuffer
  private let reader: any StateReader
  private var known: [SKUNumber: SKUName] = [:]

  package init(prefix: [UInt8], _ reader: any StateReader) {
    key = KeyBuffer(prefix: prefix)
    self.reader = reader
  }

  package mutating func name(of sku: SKUNumber) throws(StateReadError) -> SKUName {
    if let name = known[sku] { return name }
    key.setSKU(sku.rawValue)
    var bytes: [UInt8] = []
    guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else {
      throw StateReadError(message: "there is no SKU number \(sku)")
    }
    do throws(DecodeError) {
      let record = try SKURecord(bytes.rawSpan)
      let name = SKUName(tenant: record.tenant, sku: record.sku)
      known[sku] = name
      return name
    } catch { throw Ledger.damage("the definition of SKU number \(sku)", error) }
  }
}
