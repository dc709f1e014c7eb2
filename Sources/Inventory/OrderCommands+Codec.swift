package import Basics

// The contents of the commands about orders; the grammar around them is in EntryBuilder.swift. Never renumber.
//
//   0x30 createOrder  home slot:u16 fingerprint:u64 terms reference:text replaces:u8 [order:16] sourcing:u8
//                     count:varint line*
//   0x31 payOrder     target reference:text
//   0x32 holdOrder    target
//   0x33 resumeOrder  target
//   0x34 cancelOrder  target parts
//   0x35 amendOrder   target fingerprint:u64 expected revision:varint parts sourcing:u8 count:varint line*
//   0x36 shipOrder    target shipment:text parts
//   0x37 completeOrder  target
//   0x38 decideOrder  decided createOrder's
//   0x39 decideAmend  decided amendOrder's
//
//   decided := version:varint parts of claims, count:varint decided line*   (ClaimCommands+Codec.swift)
//   terms  := tenant:text pay within:varint named:u8 [slot:u16 channel:text number:text]
//   target := order:16 tenant:text reason:text
//   parts  := count:varint (line:varint quantity:zigzag)*
//   line   := as of a reservation, in mode allOrNothing
//   sourcing := the bits of a reservation's mode byte above the mode (Sourcing.swift); a ranking is in the head
//
// The fingerprints in 0x30 and 0x35 are made by the gate from the texts that the caller gave: the numbers of SKUs are a
// shard's own, and the request is the same wherever they are.

extension OrderTerms {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
    let time = try reader.varint()
    guard let time = Int64(exactly: time) else { throw .invalid("pay within") }
    payWithinMilliseconds = time
    name = try reader.flag() ? try OrderName(from: &reader, tenant: tenant) : nil
  }

  func encode(to writer: inout ByteWriter) {
    writer.prefixed(tenant)
    writer.varint(UInt64(payWithinMilliseconds))
    writer.uint8(name == nil ? 0 : 1)
    name?.encode(to: &writer)
  }
}

extension OrderTerms {
  /// The fingerprint of the request that confirms a hold on these terms, as the ledger makes it.
  package func fingerprint(confirming hold: UniqueID) -> UInt64 {
    var content = ByteWriter()
    content.uniqueID(hold)
    encode(to: &content)
    return StableHash.hash(content.bytes.rawSpan, seed: UInt64(CommandTag.confirmHold.rawValue))
  }
}

extension CreateOrder {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader, ranked: [LocationNumber]) throws(DecodeError) {
    home = try reader.slotNumber()
    fingerprint = try reader.uint64()
    terms = try OrderTerms(from: &reader)
    reference = try reader.prefixedText(limit: Rules.referenceBytesMax)
    replaces = try reader.flag() ? try reader.uniqueID() : nil
    sourcing = try reader.sourcing()
    rankedLocations = ranked
    lines = try reader.reserveLines()
  }

  func encode(to writer: inout ByteWriter) {
    writer.slotNumber(home)
    writer.uint64(fingerprint)
    terms.encode(to: &writer)
    writer.prefixed(reference)
    writer.uint8(replaces == nil ? 0 : 1)
    if let replaces { writer.uniqueID(replaces) }
    writer.uint8(sourcing.rawValue)
    writer.reserveLines(lines)
  }
}

extension DecideOrder {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader, ranked: [LocationNumber]) throws(DecodeError) {
    version = try reader.varint()
    parts = try reader.claimParts()
    remote = try reader.decidedLines()
    create = try CreateOrder(from: &reader, ranked: ranked)
    guard create.lines.count(where: { $0.sku.rawValue == 0 }) == remote.count else { throw .invalid("decided lines") }
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(version)
    writer.claimParts(parts)
    writer.decidedLines(remote)
    create.encode(to: &writer)
  }
}

extension DecideAmend {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader, ranked: [LocationNumber]) throws(DecodeError) {
    version = try reader.varint()
    parts = try reader.claimParts()
    remote = try reader.decidedLines()
    amend = try AmendOrder(from: &reader, ranked: ranked)
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(version)
    writer.claimParts(parts)
    writer.decidedLines(remote)
    amend.encode(to: &writer)
  }
}

extension Command {
  /// Reads a command that has locations ranked in its head.
  init(
    ranking tag: CommandTag, header: RequestHeader, ranked: [LocationNumber], content reader: inout ByteReader
  ) throws(DecodeError) {
    switch tag {
    case .createOrder: self = .createOrder(header, try CreateOrder(from: &reader, ranked: ranked))
    case .decideOrder: self = .decideOrder(header, try DecideOrder(from: &reader, ranked: ranked))
    case .amendOrder: self = .amendOrder(header, try AmendOrder(from: &reader, ranked: ranked))
    case .decideAmend: self = .decideAmend(header, try DecideAmend(from: &reader, ranked: ranked))
    default: throw .unknownTag(UInt64(tag.rawValue))
    }
  }
}

extension OrderTarget {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    order = try reader.uniqueID()
    tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
    reason = try reader.prefixedText(limit: Rules.reasonBytesMax)
  }

  func encode(to writer: inout ByteWriter) {
    writer.uniqueID(order)
    writer.prefixed(tenant)
    writer.prefixed(reason)
  }
}

extension AmendOrder {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader, ranked: [LocationNumber]) throws(DecodeError) {
    target = try OrderTarget(from: &reader)
    fingerprint = try reader.uint64()
    let revision = try reader.varint()
    guard let revision = UInt32(exactly: revision) else { throw .invalid("revision") }
    expectedRevision = revision
    changes = try reader.lineQuantities()
    sourcing = try reader.sourcing()
    rankedLocations = ranked
    added = try reader.reserveLines()
    fills = try reader.flag()
  }

  func encode(to writer: inout ByteWriter) {
    target.encode(to: &writer)
    writer.uint64(fingerprint)
    writer.varint(UInt64(expectedRevision))
    writer.lineQuantities(changes)
    writer.uint8(sourcing.rawValue)
    writer.reserveLines(added)
    writer.uint8(fills ? 1 : 0)
  }
}

extension OrderStep {
  var tag: CommandTag {
    switch self {
    case .pay: .payOrder
    case .hold: .holdOrder
    case .resume: .resumeOrder
    case .cancel: .cancelOrder
    case .ship: .shipOrder
    case .complete: .completeOrder
    }
  }

  @_lifetime(reader: copy reader)
  init(_ tag: CommandTag, from reader: inout ByteReader) throws(DecodeError) {
    switch tag {
    case .payOrder: self = .pay(reference: try reader.prefixedText(limit: Rules.referenceBytesMax))
    case .holdOrder: self = .hold
    case .resumeOrder: self = .resume
    case .cancelOrder: self = .cancel(try reader.lineQuantities())
    case .shipOrder:
      let shipment = try reader.prefixedText(limit: Rules.shipmentIDBytesMax)
      self = .ship(shipment: shipment, try reader.lineQuantities())
    case .completeOrder: self = .complete
    default: throw .unknownTag(UInt64(tag.rawValue))
    }
  }

  func encode(to writer: inout ByteWriter) {
    switch self {
    case .pay(let reference): writer.prefixed(reference)
    case .hold, .resume, .complete: break
    case .cancel(let lines): writer.lineQuantities(lines)
    case .ship(let shipment, let lines):
      writer.prefixed(shipment)
      writer.lineQuantities(lines)
    }
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  fileprivate mutating func sourcing() throws(DecodeError) -> Sourcing {
    let byte = try uint8()
    guard let sourcing = Sourcing(rawValue: byte) else { throw .unknownTag(UInt64(byte)) }
    return sourcing
  }

  @_lifetime(self: copy self)
  fileprivate mutating func decidedLines() throws(DecodeError) -> [DecidedLine] {
    var lines: [DecidedLine] = []
    for _ in 0..<(try lineCount()) { lines.append(try decidedLine()) }
    return lines
  }

  @_lifetime(self: copy self)
  fileprivate mutating func lineQuantities() throws(DecodeError) -> [LineQuantity] {
    var lines: [LineQuantity] = []
    for _ in 0..<(try count(max: remaining)) {
      let line = try count(max: Int(UInt16.max))
      lines.append(LineQuantity(line: line, quantity: try zigzag()))
    }
    return lines
  }

  @_lifetime(self: copy self)
  fileprivate mutating func reserveLines() throws(DecodeError) -> [ReserveLine] {
    var lines: [ReserveLine] = []
    for _ in 0..<(try count(max: remaining)) {
      let sku = try skuNumber()
      let location = try optionalLocation()
      lines.append(ReserveLine(sku: sku, location: location, quantity: try zigzag()))
    }
    return lines
  }
}

extension ByteWriter {
  fileprivate mutating func decidedLines(_ lines: [DecidedLine]) {
    varint(UInt64(lines.count))
    for line in lines { decidedLine(line) }
  }

  fileprivate mutating func lineQuantities(_ lines: [LineQuantity]) {
    varint(UInt64(lines.count))
    for line in lines {
      varint(UInt64(line.line))
      zigzag(line.quantity)
    }
  }

  fileprivate mutating func reserveLines(_ lines: [ReserveLine]) {
    varint(UInt64(lines.count))
    for line in lines { self.line(sku: line.sku, location: line.location, quantity: line.quantity, minimum: nil) }
  }
}
