internal import Basics

// The value of key kind 6. Never renumber.
//
//   order    := 1 home slot:u16 flags:u16 claim version:varint revision:varint created:varint fingerprint:u64 tenant:text reference:text
//               [hold:16] [name] [pay by:varint] [paid:varint payment reference:text] [hold reason:text]
//               [expired:varint] [completed:varint] [replaces:16] count:varint replacement:16*
//               count:varint line* count:varint shipment*
//   flags    := 0x01 hold | 0x02 name | 0x04 pay by | 0x08 paid | 0x10 on hold | 0x20 expired | 0x40 completed
//               | 0x80 replaces                                      each says that its field follows
//               | 0x100 the name was taken by a claim
//   name     := slot:u16 channel:text number:text
//   line     := item (0 | location + 1):varint ordered:varint cancelled:varint backordered:varint allocated:varint
//               shipped:varint
//   shipment := shipped:varint id:text asked:u64 count:varint (line:varint quantity:varint)*
//
// Stamps are milliseconds since 1970, `pay by` is an expiry in units of 100 ms.

private enum OrderFlags {
  static let hold: UInt16 = 0x01
  static let name: UInt16 = 0x02
  static let payBy: UInt16 = 0x04
  static let paid: UInt16 = 0x08
  static let onHold: UInt16 = 0x10
  static let expired: UInt16 = 0x20
  static let completed: UInt16 = 0x40
  static let replaces: UInt16 = 0x80
  static let nameClaimed: UInt16 = 0x100
  static let all: UInt16 = 0x1FF
}

extension OrderRecord {
  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    home = try reader.slotNumber()
    let flags = try reader.uint16()
    guard flags & ~OrderFlags.all == 0 else { throw .unknownTag(UInt64(flags)) }
    isNameClaimed = flags & OrderFlags.nameClaimed != 0
    claimVersion = try reader.varint()
    revision = UInt32(truncatingIfNeeded: try reader.varint())
    created = try reader.stamp()
    fingerprint = try reader.uint64()
    tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
    reference = try reader.prefixedText(limit: Rules.referenceBytesMax)
    hold = flags & OrderFlags.hold != 0 ? try reader.uniqueID() : nil
    name = flags & OrderFlags.name != 0 ? try OrderName(from: &reader, tenant: tenant) : nil
    payBy = flags & OrderFlags.payBy != 0 ? try reader.stamp().milliseconds : nil
    if flags & OrderFlags.paid != 0 {
      let time = try reader.stamp()
      paid = Payment(time: time, reference: try reader.prefixedText(limit: Rules.referenceBytesMax))
    }
    onHold = flags & OrderFlags.onHold != 0 ? try reader.prefixedText(limit: Rules.reasonBytesMax) : nil
    expired = flags & OrderFlags.expired != 0 ? try reader.stamp() : nil
    completed = flags & OrderFlags.completed != 0 ? try reader.stamp() : nil
    replaces = flags & OrderFlags.replaces != 0 ? try reader.uniqueID() : nil
    for _ in 0..<(try reader.count(max: Rules.replacementsMax)) { replacements.append(try reader.uniqueID()) }
    for _ in 0..<(try reader.count(max: Rules.orderLinesMax)) { lines.append(try OrderLine(from: &reader)) }
    for _ in 0..<(try reader.count(max: Rules.shipmentsMax)) { shipments.append(try Shipment(from: &reader)) }
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.slotNumber(home)
    writer.uint16(flags)
    writer.varint(claimVersion)
    writer.varint(UInt64(revision))
    writer.stamp(created)
    writer.uint64(fingerprint)
    writer.prefixed(tenant)
    writer.prefixed(reference)
    if let hold { writer.uniqueID(hold) }
    if let name { name.encode(to: &writer) }
    if let payBy { writer.varint(UInt64(payBy)) }
    if let paid {
      writer.stamp(paid.time)
      writer.prefixed(paid.reference)
    }
    if let onHold { writer.prefixed(onHold) }
    if let expired { writer.stamp(expired) }
    if let completed { writer.stamp(completed) }
    if let replaces { writer.uniqueID(replaces) }
    writer.varint(UInt64(replacements.count))
    for id in replacements { writer.uniqueID(id) }
    writer.varint(UInt64(lines.count))
    for line in lines { line.encode(to: &writer) }
    writer.varint(UInt64(shipments.count))
    for shipment in shipments { shipment.encode(to: &writer) }
  }

  private var flags: UInt16 {
    var flags: UInt16 = 0
    if hold != nil { flags |= OrderFlags.hold }
    if name != nil { flags |= OrderFlags.name }
    if payBy != nil { flags |= OrderFlags.payBy }
    if paid != nil { flags |= OrderFlags.paid }
    if onHold != nil { flags |= OrderFlags.onHold }
    if expired != nil { flags |= OrderFlags.expired }
    if completed != nil { flags |= OrderFlags.completed }
    if replaces != nil { flags |= OrderFlags.replaces }
    if isNameClaimed { flags |= OrderFlags.nameClaimed }
    return flags
  }
}

extension OrderLine {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    item = try reader.lineItem()
    location = try reader.optionalLocation()
    ordered = try reader.quantity()
    cancelled = try reader.quantity()
    backordered = try reader.quantity()
    allocated = try reader.quantity()
    shipped = try reader.quantity()
  }

  func encode(to writer: inout ByteWriter) {
    writer.lineItem(item)
    writer.optionalLocation(location)
    for counter in [ordered, cancelled, backordered, allocated, shipped] { writer.varint(UInt64(counter)) }
  }
}

extension Shipment {
  @_lifetime(reader: copy reader)
  fileprivate init(from reader: inout ByteReader) throws(DecodeError) {
    shipped = try reader.stamp()
    id = try reader.prefixedText(limit: Rules.shipmentIDBytesMax)
    asked = try reader.uint64()
    lines = []
    for _ in 0..<(try reader.count(max: Rules.orderLinesMax)) {
      let line = try reader.count(max: Rules.orderLinesMax)
      lines.append(LineQuantity(line: line, quantity: try reader.quantity()))
    }
  }

  fileprivate func encode(to writer: inout ByteWriter) {
    writer.stamp(shipped)
    writer.prefixed(id)
    writer.uint64(asked)
    writer.varint(UInt64(lines.count))
    for line in lines {
      writer.varint(UInt64(line.line))
      writer.varint(UInt64(line.quantity))
    }
  }
}

extension ByteReader {
  /// A number of elements, or the place of one.
  @_lifetime(self: copy self)
  mutating func count(max limit: Int) throws(DecodeError) -> Int {
    let count = try varint()
    guard count <= UInt64(limit) else { throw .tooLong(length: count, limit: UInt64(limit)) }
    return Int(count)
  }
}
