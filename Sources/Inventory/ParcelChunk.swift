internal import Basics

/// A piece of a part, as a command carries it (Parcel.swift has the grammar).
struct ParcelChunk: Equatable, Sendable {
  /// What a command has room for behind its head.
  static let byteCountMax = 56 << 10
  /// No record is as long by the limits of its lines: the largest are a SKU with stock everywhere, and an order with as many
  /// shipments as there may be.
  static let partByteCountMax = 8 << 20
  static let countMax = UInt32(partByteCountMax / byteCountMax)

  private static let continues: UInt8 = 1
  private static let isContinued: UInt8 = 2

  /// The part began in the chunk before.
  var continues: Bool
  /// The part goes on in the next chunk.
  var isContinued: Bool
  var bytes: [UInt8]

  init(_ encoded: RawSpan) throws(DecodeError) {
    var reader = ByteReader(encoded)
    let flags = try reader.uint8()
    guard flags <= Self.continues | Self.isContinued else { throw .unknownTag(UInt64(flags)) }
    continues = flags & Self.continues != 0
    isContinued = flags & Self.isContinued != 0
    bytes = try reader.span(count: reader.remaining).copied()
  }

  static func cut(_ part: [UInt8]) -> [[UInt8]] {
    invariant(part.count <= partByteCountMax, "a record is longer than the limits of its lines allow")
    return stride(from: 0, to: part.count, by: byteCountMax).map { start in
      let end = min(start + byteCountMax, part.count)
      let flags = (start > 0 ? continues : 0) | (end < part.count ? isContinued : 0)
      return [flags] + part[start..<end]
    }
  }

  /// The parts that chunks make up, in their order.
  static func join(_ chunks: [[UInt8]]) throws(DecodeError) -> [ParcelPart] {
    var parts: [ParcelPart] = []
    var part: [UInt8] = []
    var isOpen = false
    for encoded in chunks {
      let chunk = try ParcelChunk(encoded.rawSpan)
      guard chunk.continues == isOpen else { throw .invalid("a chunk of a parcel at another one's place") }
      guard part.count + chunk.bytes.count <= partByteCountMax else {
        throw .tooLong(length: UInt64(part.count + chunk.bytes.count), limit: UInt64(partByteCountMax))
      }
      part += chunk.bytes
      isOpen = chunk.isContinued
      guard !isOpen else { continue }
      parts.append(try ParcelPart(part.rawSpan))
      part.removeAll(keepingCapacity: true)
    }
    guard !isOpen else { throw .invalid("the end of a parcel") }
    return parts
  }
}
