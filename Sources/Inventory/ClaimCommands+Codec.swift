internal import Basics

// The bytes of the commands across shards. Never renumber.
//
//   0x20 prepareClaim   head, claim, version:varint fingerprint:u64 home:u16 name:text, content of reserve
//   0x21 settleClaim    claim, version:varint token:u64 cause:u8 actor:text flags:u8 count:varint settle line*
//   0x22 decideHold     head, version:varint home:u16 parts, count:varint decided line*, content of reserve
//   0x23 decideConfirm  head, version:varint parts, content of confirmHold
//   0x24 burnClaim      id:16 version:varint home:u16 count:varint slot:u16*
//   0x25 ackOutbox      count:varint ack*
//
//   claim        := id:16 slot:u16
//   parts        := count:varint (slot:u16 token:u64)*
//   decided line := slot:u16 tenant:text sku:text count:varint (location:varint granted:varint)*
//   settle line  := sku:varint location:varint held:varint allocated:varint shipped:varint
//   flags        := 0x01 it is over | 0x02 the name is kept
//   ack          := claim version:varint
//
// In the content of reserve a SKU number of 0 stands for a line of another slot: in decideHold for the next decided line,
// in prepareClaim for one that was not found.

extension ByteReader {
  @_lifetime(self: copy self)
  mutating func claimKey() throws(DecodeError) -> ClaimKey {
    let id = try uniqueID()
    return ClaimKey(id: id, slot: try slotNumber())
  }

  @_lifetime(self: copy self)
  mutating func claimParts() throws(DecodeError) -> [ClaimPart] {
    var parts: [ClaimPart] = []
    let count = try lineCount()
    for _ in 0..<count {
      let slot = try slotNumber()
      parts.append(ClaimPart(slot: slot, token: try uint64()))
    }
    return parts
  }

  @_lifetime(self: copy self)
  mutating func decidedLine() throws(DecodeError) -> DecidedLine {
    let item = try remoteItem()
    var grants: [LocationGrant] = []
    let count = try lineCount()
    for _ in 0..<count {
      let location = try location()
      grants.append(LocationGrant(location: location, granted: try quantity()))
    }
    return DecidedLine(item: item, grants: grants)
  }
}

extension ByteWriter {
  mutating func claimKey(_ claim: ClaimKey) {
    uniqueID(claim.id)
    slotNumber(claim.slot)
  }

  mutating func decidedLine(_ line: DecidedLine) {
    remoteItem(line.item)
    varint(UInt64(line.grants.count))
    for grant in line.grants {
      varint(UInt64(grant.location.rawValue))
      varint(UInt64(grant.granted))
    }
  }

  mutating func claimParts(_ parts: [ClaimPart]) {
    varint(UInt64(parts.count))
    for part in parts {
      slotNumber(part.slot)
      uint64(part.token)
    }
  }
}

extension PrepareClaim {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader, scratch: inout RequestScratch) throws(DecodeError) {
    let claim = try reader.claimKey()
    let version = try reader.varint()
    let fingerprint = try reader.uint64()
    let home = try reader.slotNumber()
    let name = try reader.prefixedSpan(limit: Rules.claimNameBytesMax).copied()
    try scratch.decodeReserve(&reader)
    self.init(
      claim: claim, version: version, fingerprint: fingerprint, home: home, name: name, lines: scratch.reserve)
  }

  func encode(to writer: inout ByteWriter) {
    writer.claimKey(claim)
    writer.varint(version)
    writer.uint64(fingerprint)
    writer.slotNumber(home)
    writer.prefixed(name)
    lines.encode(to: &writer)
  }
}

extension DecideHold {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader, scratch: inout RequestScratch) throws(DecodeError) {
    let version = try reader.varint()
    let home = try reader.slotNumber()
    let parts = try reader.claimParts()
    var remote: [DecidedLine] = []
    let count = try reader.lineCount()
    for _ in 0..<count { remote.append(try reader.decidedLine()) }
    try scratch.decodeReserve(&reader)
    guard scratch.lines.count(where: { $0.sku.rawValue == 0 }) == remote.count else { throw .invalid("lines") }
    self.init(version: version, home: home, reserve: scratch.reserve, remote: remote, parts: parts)
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(version)
    writer.slotNumber(home)
    writer.claimParts(parts)
    writer.varint(UInt64(remote.count))
    for line in remote { writer.decidedLine(line) }
    reserve.encode(to: &writer)
  }
}

extension DecideConfirm {
  /// What is behind it is the content of the confirmation.
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    version = try reader.varint()
    home = try reader.slotNumber()
    parts = try reader.claimParts()
    hold = try reader.uniqueID()
    terms = try OrderTerms(from: &reader)
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(version)
    writer.slotNumber(home)
    writer.claimParts(parts)
    writer.uniqueID(hold)
    terms.encode(to: &writer)
  }

  /// How many bytes are before the content of the confirmation.
  var partsByteCount: Int {
    var writer = ByteWriter()
    writer.varint(version)
    writer.slotNumber(home)
    writer.claimParts(parts)
    return writer.count
  }
}

extension SettleClaim {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    claim = try reader.claimKey()
    version = try reader.varint()
    token = try reader.uint64()
    let causeByte = try reader.uint8()
    guard let cause = Cause(rawValue: causeByte) else { throw .unknownTag(UInt64(causeByte)) }
    self.cause = cause
    actor = try reader.prefixedText(limit: Rules.actorBytesMax)
    let flags = try reader.uint8()
    guard flags <= 3 else { throw .unknownTag(UInt64(flags)) }
    (isOver, keepsName) = (flags & 1 != 0, flags & 2 != 0)
    lines = []
    let count = try reader.lineCount()
    for _ in 0..<count { lines.append(try reader.settleLine()) }
  }

  func encode(to writer: inout ByteWriter) {
    writer.claimKey(claim)
    writer.varint(version)
    writer.uint64(token)
    writer.uint8(cause.rawValue)
    writer.prefixed(actor)
    writer.uint8((isOver ? 1 : 0) | (keepsName ? 2 : 0))
    writer.varint(UInt64(lines.count))
    for line in lines { writer.settleLine(line) }
  }
}

extension BurnClaim {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    id = try reader.uniqueID()
    version = try reader.varint()
    home = try reader.slotNumber()
    slots = []
    let count = try reader.lineCount()
    for _ in 0..<count { slots.append(try reader.slotNumber()) }
  }

  func encode(to writer: inout ByteWriter) {
    writer.uniqueID(id)
    writer.varint(version)
    writer.slotNumber(home)
    writer.varint(UInt64(slots.count))
    for slot in slots { writer.slotNumber(slot) }
  }
}

extension OutboxAck {
  @_lifetime(reader: copy reader)
  static func decode(_ reader: inout ByteReader) throws(DecodeError) -> [OutboxAck] {
    var acks: [OutboxAck] = []
    let count = try reader.varint()
    guard count <= UInt64(Rules.acksMax) else { throw .tooLong(length: count, limit: UInt64(Rules.acksMax)) }
    for _ in 0..<Int(count) {
      let claim = try reader.claimKey()
      acks.append(OutboxAck(claim: claim, version: try reader.varint()))
    }
    return acks
  }

  static func encode(_ acks: [OutboxAck], to writer: inout ByteWriter) {
    writer.varint(UInt64(acks.count))
    for ack in acks {
      writer.claimKey(ack.claim)
      writer.varint(ack.version)
    }
  }
}
