package import Basics

/// A line of an order. Invariant: ordered = cancelled + backordered + allocated + shipped.
package struct OrderLine: Equatable, Sendable {
  package var stock: StockKey
  package var ordered: Int64
  package var cancelled: Int64 = 0
  package var backordered: Int64 = 0
  package var allocated: Int64
  package var shipped: Int64 = 0
}

/// An order; the grammar of its bytes is in Records.swift. Open orders are never forgotten.
package struct OrderRecord: Equatable, Sendable {
  package var hold: UniqueID
  package var created: Stamp
  package var revision: UInt32 = 1
  package var reference: String
  /// What the caller numbers it by.
  package var externalNumber: String
  package var lines: [OrderLine]

  init(hold: UniqueID, created: Stamp, reference: String, externalNumber: String = "", lines: [OrderLine]) {
    self.hold = hold
    self.created = created
    self.reference = reference
    self.externalNumber = externalNumber
    self.lines = lines
  }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    hold = try reader.uniqueID()
    created = try reader.stamp()
    revision = UInt32(truncatingIfNeeded: try reader.varint())
    reference = try reader.prefixedText(limit: Rules.referenceBytesMax)
    externalNumber = try reader.prefixedText(limit: Rules.externalNumberBytesMax)
    let count = try reader.varint()
    guard count <= UInt64(Rules.linesMax) else { throw .tooLong(length: count, limit: UInt64(Rules.linesMax)) }
    lines = []
    for _ in 0..<Int(count) {
      let stock = try reader.stockKey()
      let ordered = try reader.quantity()
      let cancelled = try reader.quantity()
      let backordered = try reader.quantity()
      let allocated = try reader.quantity()
      lines.append(
        OrderLine(
          stock: stock, ordered: ordered, cancelled: cancelled, backordered: backordered, allocated: allocated,
          shipped: try reader.quantity()))
    }
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.uniqueID(hold)
    writer.stamp(created)
    writer.varint(UInt64(revision))
    writer.prefixed(reference)
    writer.prefixed(externalNumber)
    writer.varint(UInt64(lines.count))
    for line in lines {
      writer.stockKey(line.stock)
      writer.varint(UInt64(line.ordered))
      writer.varint(UInt64(line.cancelled))
      writer.varint(UInt64(line.backordered))
      writer.varint(UInt64(line.allocated))
      writer.varint(UInt64(line.shipped))
    }
  }

  package var status: OrderStatus {
    var (open, shipped): (Int64, Int64) = (0, 0)
    for line in lines {
      open += line.allocated + line.backordered
      shipped += line.shipped
    }
    if open > 0 { return shipped > 0 ? .partiallyShipped : .ready }
    return shipped > 0 ? .shipped : .cancelled
  }
}
