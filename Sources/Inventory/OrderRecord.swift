package import Basics

/// A line of an order. Invariant: ordered = cancelled + backordered + allocated + shipped.
package struct OrderLine: Equatable, Sendable {
  package var item: LineItem
  package var location: LocationNumber
  package var ordered: Int64
  package var cancelled: Int64 = 0
  package var backordered: Int64 = 0
  package var allocated: Int64
  package var shipped: Int64 = 0
}

/// An order; the grammar of its bytes is in Records.swift. Open orders are never forgotten.
package struct OrderRecord: Equatable, Sendable {
  package var hold: UniqueID
  /// The lowest slot of all lines when it was made.
  package var home: SlotNumber
  /// How often the slots of other lines were told what they are to have; 0 for an order that is all in this shard.
  package var claimVersion: UInt64 = 0
  package var created: Stamp
  package var revision: UInt32 = 1
  package var reference: String
  /// What the caller numbers it by.
  package var externalNumber: String
  package var lines: [OrderLine]

  init(
    hold: UniqueID, home: SlotNumber, claimVersion: UInt64 = 0, created: Stamp, reference: String,
    externalNumber: String = "", lines: [OrderLine]
  ) {
    self.hold = hold
    self.home = home
    self.claimVersion = claimVersion
    self.created = created
    self.reference = reference
    self.externalNumber = externalNumber
    self.lines = lines
  }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    hold = try reader.uniqueID()
    home = try reader.slotNumber()
    claimVersion = try reader.varint()
    created = try reader.stamp()
    revision = UInt32(truncatingIfNeeded: try reader.varint())
    reference = try reader.prefixedText(limit: Rules.referenceBytesMax)
    externalNumber = try reader.prefixedText(limit: Rules.externalNumberBytesMax)
    let count = try reader.lineCount()
    lines = []
    for _ in 0..<count {
      let item = try reader.lineItem()
      let location = try reader.location()
      let ordered = try reader.quantity()
      let cancelled = try reader.quantity()
      let backordered = try reader.quantity()
      let allocated = try reader.quantity()
      lines.append(
        OrderLine(
          item: item, location: location, ordered: ordered, cancelled: cancelled, backordered: backordered, allocated: allocated,
          shipped: try reader.quantity()))
    }
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.uniqueID(hold)
    writer.slotNumber(home)
    writer.varint(claimVersion)
    writer.stamp(created)
    writer.varint(UInt64(revision))
    writer.prefixed(reference)
    writer.prefixed(externalNumber)
    writer.varint(UInt64(lines.count))
    for line in lines {
      writer.lineItem(line.item)
      writer.varint(UInt64(line.location.rawValue))
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

// What the slots of its lines are to have.
extension OrderRecord {
  /// The id of its claims.
  func claim(of id: UniqueID) -> UniqueID { hold }

  /// Nothing changes any more.
  var isOver: Bool { status == .cancelled || status == .shipped }

  /// The slot where its name is taken, if that is another's.
  var nameSlot: SlotNumber? { nil }

  var remoteTargets: [RemoteTarget] {
    lines.compactMap { line in
      line.item.remote.map { RemoteTarget(item: $0, location: line.location, portion: line.portion) }
    }
  }
}

extension OrderLine {
  var portion: Portion { Portion(allocated: allocated, shipped: shipped) }
}
