// The file of acknowledged holds. Integers are little-endian, an id is in network order. Never renumber, never reorder.
//
//   file    = header *record
//   header  = magic length crc body
//   magic   = "HOLDREC1"                      8 bytes
//   length  = uint32                          of the body
//   crc     = uint32                          CRC-32C of the body
//   body    = tenant prefix skus exclusive
//   tenant  = text                            varint length, UTF-8
//   prefix  = text                            SKU number 7 is called prefix "-00000007"
//   skus    = uint32                          how many there are
//   exclusive = uint8                         1: nobody else reserves these SKUs
//   record  = id expiry sku quantity suffix knowledge zero crc    40 bytes
//   id      = 16 bytes                        the request's
//   expiry  = int64                           milliseconds since 1970; 0 when not known
//   sku     = uint32
//   quantity = uint16
//   suffix  = uint16                          of the hold's id
//   knowledge = uint8                         see HoldRecord.Knowledge
//   zero    = 3 bytes
//   crc     = uint32                          CRC-32C of the 36 bytes before
//
// A hold may have several records; the last one counts. A record that is cut off or does not fit its checksum ends the
// file when nothing but such a tail follows: it was being written when the writer was killed.

internal import Basics

/// Which SKUs a record file is about.
struct RecordSubject: Equatable, Sendable {
  var tenant: String
  var prefix: String
  var skuCount: Int
  /// Nobody else reserves these SKUs, so that their stock must fit the record exactly.
  var isExclusive: Bool
}

extension RecordSubject {
  func isAboutSame(as other: RecordSubject) -> Bool {
    tenant == other.tenant && prefix == other.prefix && skuCount == other.skuCount
  }

  static let magic: [UInt8] = Array("HOLDREC1".utf8)
  static let bodyBytesMax = 1 << 10

  func encoded() -> [UInt8] {
    var body = ByteWriter()
    body.prefixed(tenant)
    body.prefixed(prefix)
    body.uint32(UInt32(skuCount))
    body.uint8(isExclusive ? 1 : 0)
    var header = ByteWriter()
    header.append(Self.magic)
    header.uint32(UInt32(body.count))
    header.uint32(CRC32C.checksum(body.bytes.rawSpan))
    header.append(body.bytes)
    return header.bytes
  }

  /// Reads the header and leaves the reader at the first record.
  @_lifetime(reader: copy reader)
  init(reading reader: inout ByteReader) throws(DecodeError) {
    guard try reader.span(count: Self.magic.count).elementsEqual(Self.magic.rawSpan) else {
      throw .invalid("it does not begin like a record of holds")
    }
    let length = try reader.uint32()
    let crc = try reader.uint32()
    guard length <= Self.bodyBytesMax else { throw .tooLong(length: UInt64(length), limit: UInt64(Self.bodyBytesMax)) }
    let bytes = try reader.span(count: Int(length))
    guard CRC32C.checksum(bytes) == crc else { throw .invalid("its header does not fit its checksum") }
    var body = ByteReader(bytes)
    tenant = try body.prefixedText(limit: 64)
    prefix = try body.prefixedText(limit: 64)
    skuCount = Int(try body.uint32())
    isExclusive = try body.uint8() == 1
    try body.finish()
  }
}

extension HoldRecord {
  static let encodedBytes = 40

  func encode(into writer: inout ByteWriter) {
    let start = writer.count
    writer.uniqueID(id)
    writer.int64(expiryMilliseconds)
    writer.uint32(skuIndex)
    writer.uint16(quantity)
    writer.uint16(suffix)
    writer.uint32(UInt32(knowledge.rawValue))
    writer.uint32(CRC32C.checksum(writer.bytes.rawSpan.extracting(droppingFirst: start)))
  }

  init(reading reader: inout ByteReader) throws(DecodeError) {
    let bytes = try reader.span(count: Self.encodedBytes)
    var fields = ByteReader(bytes)
    id = try fields.uniqueID()
    expiryMilliseconds = try fields.int64()
    skuIndex = try fields.uint32()
    quantity = try fields.uint16()
    suffix = try fields.uint16()
    let number = try fields.uint32()
    guard try fields.uint32() == CRC32C.checksum(bytes.extracting(first: Self.encodedBytes - 4)) else {
      throw .invalid("a record does not fit its checksum")
    }
    guard number <= 255, let knowledge = Knowledge(rawValue: UInt8(number)) else { throw .unknownTag(UInt64(number)) }
    self.knowledge = knowledge
  }
}
