internal import Basics

// A claim as stored. Never renumber.
//
//   claim   := 1 version:varint home:u16 name:text keeps name:u8 count:varint claim line* pending:u8 [pending]
//   claim line := sku:varint location:varint held:varint allocated:varint shipped:varint
//   pending := version:varint fingerprint:u64 token:u64 since:varint count:varint pending line*
//   pending line := sku:varint (0 | location + 1):varint asked:varint granted:varint
//
// The lines are what home decided, as of `version`; what is pending is held on top of it.

/// A participant's part of a hold or order whose home decides.
struct ClaimRecord: Equatable, Sendable {
  /// The last version that home told; 0 before the first.
  var version: UInt64 = 0
  var home: SlotNumber
  /// The name that is taken with it; empty for none.
  var name: [UInt8] = []
  /// Home decided that the name is taken.
  var keepsName = false
  /// Ascending, each stock row once.
  var lines: [SettleClaim.Line] = []
  var pending: PendingClaim?

  init(home: SlotNumber) { self.home = home }

  /// Whether a version is one of the claim's home, as far as it says.
  func isTold(by version: UInt64) -> Bool { ClaimVersion.home(of: version).map { $0 == home } ?? true }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    version = try reader.varint()
    home = try reader.slotNumber()
    name = try reader.prefixedSpan(limit: Rules.claimNameBytesMax).copied()
    keepsName = try reader.flag()
    let count = try reader.lineCount()
    for _ in 0..<count { lines.append(try reader.settleLine()) }
    pending = try reader.flag() ? try PendingClaim(&reader) : nil
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.varint(version)
    writer.slotNumber(home)
    writer.prefixed(name)
    writer.uint8(keepsName ? 1 : 0)
    writer.varint(UInt64(lines.count))
    for line in lines { writer.settleLine(line) }
    writer.uint8(pending == nil ? 0 : 1)
    pending?.encode(to: &writer)
  }
}

/// What is held for a version that home has yet to decide.
struct PendingClaim: Equatable, Sendable {
  var version: UInt64
  var fingerprint: UInt64
  /// Differs from that of any other preparation of this claim, also of the same version: a settlement that was on its way
  /// for long is never taken for one of this.
  var token: UInt64
  var since: Stamp
  /// As they were answered, in the order of the request.
  var lines: [ClaimedLine]

  init(version: UInt64, fingerprint: UInt64, token: UInt64, since: Stamp, lines: [ClaimedLine]) {
    self.version = version
    self.fingerprint = fingerprint
    self.token = token
    self.since = since
    self.lines = lines
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    version = try reader.varint()
    fingerprint = try reader.uint64()
    token = try reader.uint64()
    since = try reader.stamp()
    lines = []
    let count = try reader.lineCount()
    for _ in 0..<count {
      let sku = try reader.skuNumber()
      let location = try reader.optionalLocation()
      let asked = try reader.quantity()
      lines.append(ClaimedLine(sku: sku, location: location, asked: asked, granted: try reader.quantity()))
    }
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(version)
    writer.uint64(fingerprint)
    writer.uint64(token)
    writer.stamp(since)
    writer.varint(UInt64(lines.count))
    for line in lines {
      writer.varint(UInt64(line.sku.rawValue))
      writer.optionalLocation(line.location)
      writer.varint(UInt64(line.asked))
      writer.varint(UInt64(line.granted))
    }
  }
}

/// A line of a preparation.
struct ClaimedLine: Equatable, Sendable {
  var sku: SKUNumber
  /// `nil` where nothing was granted.
  var location: LocationNumber?
  var asked: Int64
  var granted: Int64
}

extension ByteReader {
  @_lifetime(self: copy self)
  mutating func flag() throws(DecodeError) -> Bool {
    let byte = try uint8()
    guard byte <= 1 else { throw .unknownTag(UInt64(byte)) }
    return byte == 1
  }

  /// The number of lines that follow.
  @_lifetime(self: copy self)
  mutating func lineCount() throws(DecodeError) -> Int {
    let count = try varint()
    guard count <= UInt64(Rules.linePartsMax) else { throw .tooLong(length: count, limit: UInt64(Rules.linePartsMax)) }
    return Int(count)
  }

  @_lifetime(self: copy self)
  mutating func optionalLocation() throws(DecodeError) -> LocationNumber? {
    let location = try varint()
    guard location <= 0x1_0000 else { throw .invalid("location") }
    return location == 0 ? nil : LocationNumber(UInt16(location - 1))
  }

  @_lifetime(self: copy self)
  mutating func portion() throws(DecodeError) -> Portion {
    let held = try quantity()
    let allocated = try quantity()
    return Portion(held: held, allocated: allocated, shipped: try quantity())
  }

  @_lifetime(self: copy self)
  mutating func settleLine() throws(DecodeError) -> SettleClaim.Line {
    let stock = try stockKey()
    return SettleClaim.Line(stock: stock, portion: try portion())
  }
}

extension ByteWriter {
  mutating func optionalLocation(_ location: LocationNumber?) { varint(location.map { UInt64($0.rawValue) + 1 } ?? 0) }

  mutating func portion(_ portion: Portion) {
    varint(UInt64(portion.held))
    varint(UInt64(portion.allocated))
    varint(UInt64(portion.shipped))
  }

  mutating func settleLine(_ line: SettleClaim.Line) {
    stockKey(line.stock)
    portion(line.portion)
  }
}
