internal import Basics

/// The SKUs of which there may be stock that orders wait for, and which are to be looked at. All of it is state, so that a
/// replica that was restarted looks where the others look, in the same entry.
///
///     key kind 26 := sku:u32be     1        it is to be looked at
///                    0:u32be       1 from:varint        so are all that are waited for from this one on
///
/// A mark that is set and looked at in the same entry is never written.
struct FillableSKUs: Sendable {
  /// With whether the mark is in keyed state.
  private var marks = SortedMap<SKUNumber, Bool>()
  /// Marks of this entry, some of which may be gone again.
  private var fresh: [SKUNumber] = []
  /// All that are waited for from this number on are to be looked at.
  private(set) var from: SKUNumber?

  var isEmpty: Bool { marks.count == 0 && from == nil }

  mutating func mark(_ sku: SKUNumber) {
    guard marks[sku] == nil else { return }
    marks[sku] = false
    fresh.append(sku)
  }

  /// Takes a mark away; answers whether it is in keyed state.
  mutating func unmark(_ sku: SKUNumber) -> Bool { marks.removeValue(forKey: sku) ?? false }

  /// The first mark.
  var first: SKUNumber? { marks.first?.key }

  mutating func look(from sku: SKUNumber?) { from = sku }

  /// Takes the marks of this entry that are still there, and are in keyed state from here on.
  mutating func takeFresh() -> [SKUNumber] {
    var new: [SKUNumber] = []
    for sku in fresh where marks[sku] == false {
      marks[sku] = true
      new.append(sku)
    }
    fresh.removeAll(keepingCapacity: true)
    return new
  }

  mutating func load(_ sku: SKUNumber) { marks[sku] = true }
}

extension Ledger {
  /// All that is waited for is to be looked at, a bounded part with each entry.
  mutating func markAllFillable(_ changes: inout StateChanges) { look(from: SKUNumber(1), &changes) }

  /// Takes the next SKU that is to be looked at.
  mutating func takeFillable(_ changes: inout StateChanges) -> SKUNumber? {
    if let sku = fillable.first {
      unmarkFillable(sku, &changes)
      return sku
    }
    guard let from = fillable.from else { return nil }
    let next = backorders.firstSKU(from: from)
    look(from: next.map { SKUNumber($0.rawValue + 1) }, &changes)
    return next
  }

  mutating func unmarkFillable(_ sku: SKUNumber, _ changes: inout StateChanges) {
    guard fillable.unmark(sku) else { return }
    key.setFillable(sku.rawValue)
    delete(&changes)
  }

  private mutating func look(from sku: SKUNumber?, _ changes: inout StateChanges) {
    fillable.look(from: sku)
    key.setFillable(0)
    guard let sku else { return delete(&changes) }
    value.removeAll()
    value.uint8(recordVersion)
    value.varint(UInt64(sku.rawValue))
    put(&changes)
  }

  /// The entry is over: what is still marked is written.
  mutating func writeFillable(_ changes: inout StateChanges) {
    for sku in fillable.takeFresh() {
      key.setFillable(sku.rawValue)
      value.removeAll()
      value.uint8(recordVersion)
      put(&changes)
    }
  }

  mutating func loadFillable(_ reader: any StateReader) throws(StateReadError) {
    try Self.forEach(.fillable, key, reader) { key, value throws(DecodeError) in
      let sku = SKUNumber(try key.bigEndianUInt32())
      var reader = ByteReader(value)
      try reader.recordVersion()
      if sku.rawValue == 0 {
        guard let from = UInt32(exactly: try reader.varint()) else { throw .invalid("SKU number") }
        fillable.look(from: SKUNumber(from))
      } else {
        guard skus.isKnown(sku) else { throw .invalid("SKU number") }
        fillable.load(sku)
      }
      try reader.finish()
    }
  }
}
