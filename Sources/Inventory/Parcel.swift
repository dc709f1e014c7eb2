internal import Basics

// Records on their way to another shard: as they are stored, with what the numbers in them stand for, because numbers are
// a shard's own. Each part can be read by itself, and is cut into chunks that fit a command. Never renumber.
//
//   chunk   := flags:u8 byte*      flags: 1 the part began in the chunk before, 2 it goes on in the next one
//   part    := version:u8(=1) count:varint name* count:varint record*
//   name    := number:varint slot:u16 tenant:text sku:text            ascending by number
//   record  := kind:u8 length:varint body
//
//   body of
//   1 sku      number:varint definition:text count:varint row*        row := location:varint sequence:varint record:text
//   2 hold     id:16 record:text
//   3 settled  id:16 record:text
//   4 order    id:16 record:text
//   5 claim    id:16 slot:u16 record:text
//   6 outbox   id:16 slot:u16 record:text
//   7 unpaid   id:16 pay by:i64 home:u16                               an order that waits to be paid
//   8 waiting  number:varint (0 | location + 1):varint created:varint id:16 line:u16 quantity:varint
//                                                                      a line of an order that waits for stock
//   9 name     key:text record:text                                    an external number, both as they are stored
//   10 closures  which locations take nothing new                      as the command setLocations has it
//
// A definition is a SKURecord, a row a StockRecord with the sequence of the row's last movement at the source, the others
// are what their key kinds have. In each `text` stands for length:varint byte*.

/// What a record of a parcel is.
enum ParcelKind: UInt8 {
  case sku = 1
  case hold = 2
  case settled = 3
  case order = 4
  case claim = 5
  case outbox = 6
  case unpaid = 7
  case waiting = 8
  case name = 9
  case closures = 10
}

/// A record of a parcel: what it is, and its body.
struct ParcelRecord: Equatable, Sendable {
  var kind: ParcelKind
  var body: [UInt8]
}

/// Packs records into parts, and these into chunks. A record that is longer than a chunk is a part of its own: so no record
/// is too long to move. Owned by the call that makes a parcel.
struct ParcelWriter {
  static let version: UInt8 = 1

  private(set) var chunks: [[UInt8]] = []
  private var records = ByteWriter()
  private var count: UInt64 = 0
  private var names: [SKUNumber] = []
  private var nameByteCount = 0

  /// Adds a record whose lines are of these SKUs.
  mutating func append(_ record: ParcelRecord, _ skus: [SKUNumber], _ table: borrowing SKUTable) {
    var missing = Self.unique(skus).filter { !names.contains($0) }
    var size = missing.reduce(0) { $0 + Self.byteCount(of: $1, table) }
    if count > 0, records.count + record.body.count + nameByteCount + size > ParcelChunk.byteCountMax {
      finishPart(table)
      missing = Self.unique(skus)
      size = missing.reduce(0) { $0 + Self.byteCount(of: $1, table) }
    }
    names += missing
    nameByteCount += size
    count += 1
    records.uint8(record.kind.rawValue)
    records.prefixed(record.body)
  }

  /// All chunks; none when there was no record.
  mutating func finish(_ table: borrowing SKUTable) -> [[UInt8]] {
    if count > 0 { finishPart(table) }
    return chunks
  }

  private mutating func finishPart(_ table: borrowing SKUTable) {
    var writer = ByteWriter(capacity: records.count + nameByteCount + 16)
    writer.uint8(Self.version)
    writer.varint(UInt64(names.count))
    for number in names.sorted() {
      writer.varint(UInt64(number.rawValue))
      writer.slotNumber(table[number].slot)
      writer.prefixed(table.tenant(of: number))
      writer.prefixed(table.text(of: number))
    }
    writer.varint(count)
    writer.append(records.bytes)
    chunks += ParcelChunk.cut(writer.bytes)
    records.removeAll()
    (count, names, nameByteCount) = (0, [], 0)
  }

  private static func unique(_ skus: [SKUNumber]) -> [SKUNumber] {
    var unique: [SKUNumber] = []
    for sku in skus where !unique.contains(sku) { unique.append(sku) }
    return unique
  }

  private static func byteCount(of sku: SKUNumber, _ table: borrowing SKUTable) -> Int {
    Int(table[sku].tenantByteCount) + Int(table[sku].skuByteCount) + 12
  }
}

/// What a number in a part stands for.
struct ParcelName: Equatable, Sendable {
  var number: SKUNumber
  var slot: SlotNumber
  var tenant: String
  var sku: String
}

/// A part that has been read.
struct ParcelPart: Equatable, Sendable {
  private static let countMax: UInt64 = 1 << 16

  var names: [ParcelName] = []
  var records: [ParcelRecord] = []

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    let version = try reader.uint8()
    guard version == ParcelWriter.version else { throw .unknownTag(UInt64(version)) }
    for _ in 0..<(try Self.count(&reader)) {
      let number = try reader.skuNumber()
      let slot = try reader.slotNumber()
      guard Int(slot.rawValue) < SlotStates.count, number > names.last?.number ?? SKUNumber(0) else {
        throw .invalid("the names of a parcel")
      }
      let tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
      let sku = try reader.prefixedText(limit: Rules.skuTextBytesMax)
      names.append(ParcelName(number: number, slot: slot, tenant: tenant, sku: sku))
    }
    for _ in 0..<(try Self.count(&reader)) {
      let code = try reader.uint8()
      guard let kind = ParcelKind(rawValue: code) else { throw .unknownTag(UInt64(code)) }
      records.append(
        ParcelRecord(kind: kind, body: try reader.prefixedSpan(limit: ParcelChunk.partByteCountMax).copied()))
    }
    try reader.finish()
  }

  @_lifetime(reader: copy reader)
  private static func count(_ reader: inout ByteReader) throws(DecodeError) -> UInt64 {
    let count = try reader.varint()
    guard count <= countMax else { throw .tooManyElements(field: "records", limit: Int(countMax)) }
    return count
  }
}
