package import Basics

// A row of the outbox: what a slot is to be told of a claim. The bytes are sent as they are stored: SKUs are texts, which
// every shard understands. Never renumber.
//
//   outbox := 1 version:varint since:varint token:u64 cause:u8 actor:text flags:u8 count:varint outbox line*
//   flags  := 0x01 it is over | 0x02 the name is kept
//   outbox line := tenant:text sku:text location:varint held:varint allocated:varint shipped:varint

/// What a slot is to be told: the whole of what the claim has there from a version on.
package struct OutboxRecord: Equatable, Sendable {
  package struct Line: Equatable, Sendable {
    package var tenant: String
    package var sku: String
    package var location: LocationNumber
    package var portion: Portion
  }

  package var version: UInt64
  /// When the first version that the slot has not acknowledged was decided.
  package var since: Stamp
  /// That of the preparation which it settles; 0 for none.
  package var token: UInt64
  package var cause: Cause
  package var actor: String
  package var isOver: Bool
  package var keepsName: Bool
  package var lines: [Line]

  package init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    version = try reader.varint()
    since = try reader.stamp()
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
    for _ in 0..<count {
      let tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
      let sku = try reader.prefixedText(limit: Rules.skuTextBytesMax)
      let location = try reader.location()
      lines.append(Line(tenant: tenant, sku: sku, location: location, portion: try reader.portion()))
    }
    try reader.finish()
  }

  init(
    version: UInt64, since: Stamp, token: UInt64, cause: Cause, actor: String, isOver: Bool, keepsName: Bool,
    lines: [Line]
  ) {
    self.version = version
    self.since = since
    self.token = token
    self.cause = cause
    self.actor = actor
    self.isOver = isOver
    self.keepsName = keepsName
    self.lines = lines
  }

  package func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.varint(version)
    writer.stamp(since)
    writer.uint64(token)
    writer.uint8(cause.rawValue)
    writer.prefixed(actor)
    writer.uint8((isOver ? 1 : 0) | (keepsName ? 2 : 0))
    writer.varint(UInt64(lines.count))
    for line in lines {
      writer.prefixed(line.tenant)
      writer.prefixed(line.sku)
      writer.varint(UInt64(line.location.rawValue))
      writer.portion(line.portion)
    }
  }
}
