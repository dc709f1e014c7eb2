internal import Basics
internal import Inventory

// What the leader of one shard asks the leader of another, and what it is answered. Numbers are little-endian, varint is
// LEB128, zigzag its signed form. Never renumber.
//
//   call     := version:u8(=1) kind:u8 body
//     1 prepare  key version:varint fingerprint:u64 home:u16 mode and sourcing:u8 tenant:text actor:text ranked name:text lines
//     2 settle   key row                                   the row of the home's outbox: its grammar is in Inventory
//     3 inquire  key version:varint home:u16
//     0x80...0x8F  of slots that move: their grammar is with them
//   key      := claim:16 slot:u16
//   ranked   := count:varint location:varint*
//   lines    := count:varint line*
//   line     := sku:text (0 | location + 1):varint quantity:zigzag minimum:zigzag
//   text     := length:varint byte*
//
//   answer   := version:u8(=1) kind:u8 body
//     1 granted    token:u64 count:varint (line:varint (0 | location + 1):varint asked:zigzag granted:zigzag available:zigzag)*
//     2 refused    code:u8 line:varint (0 | location + 1):varint asked:zigzag available:zigzag [taken, of code 4]
//     3 unsettled  version:varint                          another version of the claim waits for its home's word
//     4 settled    version:varint
//     5 resolved   row                                     what became of it
//     6 deciding   -                                       the home is at it: ask again
//     7 notOwner   -                                       the slot is another shard's
//   taken    := order:16 home:u16
//
// A call is addressed by its slot: for prepare and settle the key's, for inquire the home's.

/// What a home asks a participant to set aside.
struct PrepareMessage: Equatable {
  var key: ClaimKey
  var version: UInt64
  var fingerprint: UInt64
  var home: SlotNumber
  var mode: ReserveMode
  var sourcing = Sourcing.plain
  var tenant: [UInt8]
  var actor: [UInt8]
  var ranked: [LocationNumber]
  var name: [UInt8]
  var lines: [AcrossLine]
}

enum AcrossMessage: Equatable {
  case prepare(PrepareMessage)
  case settle(ClaimKey, row: [UInt8])
  case inquire(ClaimKey, version: UInt64, home: SlotNumber)
}

enum AcrossCoding {
  static let version: UInt8 = 1
  static let rankedMax = 65_536
  static let textBytesMax = 1_024

  enum Kind {
    static let prepare: UInt8 = 1
    static let settle: UInt8 = 2
    static let inquire: UInt8 = 3
  }
}

extension AcrossMessage {
  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.uint8(AcrossCoding.version)
    switch self {
    case .prepare(let prepare):
      writer.uint8(AcrossCoding.Kind.prepare)
      prepare.encode(into: &writer)
    case .settle(let key, let row):
      writer.uint8(AcrossCoding.Kind.settle)
      key.encode(into: &writer)
      writer.append(row)
    case .inquire(let key, let version, let home):
      writer.uint8(AcrossCoding.Kind.inquire)
      key.encode(into: &writer)
      writer.varint(version)
      writer.uint16(home.rawValue)
    }
    return writer.bytes
  }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    let version = try reader.uint8()
    guard version == AcrossCoding.version else { throw .unknownTag(UInt64(version)) }
    let kind = try reader.uint8()
    switch kind {
    case AcrossCoding.Kind.prepare: self = .prepare(try PrepareMessage(&reader))
    case AcrossCoding.Kind.settle:
      let key = try ClaimKey(&reader)
      self = .settle(key, row: try reader.span(count: reader.remaining).copied())
    case AcrossCoding.Kind.inquire:
      let key = try ClaimKey(&reader)
      let version = try reader.varint()
      self = .inquire(key, version: version, home: try reader.slot())
    default: throw .unknownTag(UInt64(kind))
    }
    try reader.finish()
  }
}

extension PrepareMessage {
  fileprivate func encode(into writer: inout ByteWriter) {
    key.encode(into: &writer)
    writer.varint(version)
    writer.uint64(fingerprint)
    writer.uint16(home.rawValue)
    writer.uint8(mode.rawValue | sourcing.rawValue << 2)
    writer.prefixed(tenant)
    writer.prefixed(actor)
    writer.varint(UInt64(ranked.count))
    for location in ranked { writer.varint(UInt64(location.rawValue)) }
    writer.prefixed(name)
    writer.varint(UInt64(lines.count))
    for line in lines { line.encode(into: &writer) }
  }

  @_lifetime(reader: copy reader)
  fileprivate init(_ reader: inout ByteReader) throws(DecodeError) {
    key = try ClaimKey(&reader)
    version = try reader.varint()
    fingerprint = try reader.uint64()
    home = try reader.slot()
    let code = try reader.uint8()
    guard let mode = ReserveMode(rawValue: code & 3), let sourcing = Sourcing(rawValue: code >> 2) else {
      throw .unknownTag(UInt64(code))
    }
    self.mode = mode
    self.sourcing = sourcing
    tenant = try reader.prefixedSpan(limit: AcrossCoding.textBytesMax).copied()
    actor = try reader.prefixedSpan(limit: AcrossCoding.textBytesMax).copied()
    ranked = []
    for _ in 0..<(try reader.count("ranked", AcrossCoding.rankedMax)) { ranked.append(try reader.location()) }
    name = try reader.prefixedSpan(limit: AcrossCoding.textBytesMax).copied()
    lines = []
    for _ in 0..<(try reader.count("lines", Rules.linesMax)) { lines.append(try AcrossLine(&reader)) }
  }
}

extension AcrossLine {
  func encode(into writer: inout ByteWriter) {
    writer.prefixed(sku)
    writer.location(location)
    writer.zigzag(quantity)
    writer.zigzag(minimum)
  }

  @_lifetime(reader: copy reader)
  fileprivate init(_ reader: inout ByteReader) throws(DecodeError) {
    sku = try reader.prefixedSpan(limit: AcrossCoding.textBytesMax).copied()
    location = try reader.optionalLocation()
    quantity = try reader.zigzag()
    minimum = try reader.zigzag()
  }
}

extension ClaimKey {
  func encode(into writer: inout ByteWriter) {
    writer.uniqueID(id)
    writer.uint16(slot.rawValue)
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    let id = try reader.uniqueID()
    self.init(id: id, slot: try reader.slot())
  }
}

extension ByteWriter {
  mutating func location(_ location: LocationNumber?) { varint(location.map { UInt64($0.rawValue) + 1 } ?? 0) }
}

extension ByteReader {
  @_lifetime(self: copy self)
  mutating func slot() throws(DecodeError) -> SlotNumber { SlotNumber(try uint16()) }

  @_lifetime(self: copy self)
  mutating func location() throws(DecodeError) -> LocationNumber {
    let value = try varint()
    guard let number = UInt16(exactly: value) else { throw .invalid("a location's number is too large") }
    return LocationNumber(number)
  }

  @_lifetime(self: copy self)
  mutating func optionalLocation() throws(DecodeError) -> LocationNumber? {
    let value = try varint()
    if value == 0 { return nil }
    guard let number = UInt16(exactly: value - 1) else { throw .invalid("a location's number is too large") }
    return LocationNumber(number)
  }

  @_lifetime(self: copy self)
  mutating func count(_ field: String, _ limit: Int) throws(DecodeError) -> Int {
    let count = try varint()
    guard count <= UInt64(limit) else { throw .tooManyElements(field: field, limit: limit) }
    return Int(count)
  }
}

extension ClaimKey {
  /// The claim that a question to another shard is about; `nil` for a question about anything else.
  package init?(ofAcross bytes: RawSpan) {
    do throws(DecodeError) {
      switch try AcrossMessage(decoding: bytes) {
      case .prepare(let prepare): self = prepare.key
      case .settle(let key, _), .inquire(let key, _, _): self = key
      }
    } catch { return nil }
  }
}

extension Store {
  /// What a question to another shard says, for a trace.
  package func describeAcross(_ bytes: RawSpan) -> String {
    do throws(DecodeError) {
      if bytes.byteCount > 1, bytes[byte: 1] & 0xF0 == 0x80 { return "\(try SlotMessage(decoding: bytes).subject)" }
      switch try AcrossMessage(decoding: bytes) {
      case .prepare(let prepare): return "prepare \(prepare.key) version \(prepare.version)"
      case .settle(let key, _): return "settle \(key)"
      case .inquire(let key, let version, _): return "what became of \(key) version \(version)"
      }
    } catch {
      return "unreadable: \(error)"
    }
  }
}
