// Protobuf's binary form, as far as proto3 uses it. Never to be changed: it is the public wire format.
//
//   message   = *field
//   field     = tag value                     tag is a varint: number << 3 | wire type, number 1 to 2^29-1
//   value     = varint                        wire type 0   int32 int64 uint32 uint64 sint32 sint64 bool enum
//             | 8 bytes                       wire type 1   fixed64 sfixed64 double, little-endian
//             | length *byte                  wire type 2   string bytes message packed; length is a varint
//             | *field end-tag                wire type 3   a group: never written, skipped when read
//             | 4 bytes                       wire type 5   fixed32 sfixed32 float, little-endian
//   varint    = 1 to 10 bytes, seven bits each, least significant first; a tag has at most 5
//
// A 32-bit integer is the low half of its varint. A known number with another wire type than its field's is an unknown
// field, except that a repeated scalar is read both packed and not.

package import Basics

/// Bounds that the reader keeps whatever the message is.
package enum ProtobufLimits {
  /// How deep groups, which are only ever skipped, may be nested in one another.
  package static let groupDepthMax = 32
  /// How many bytes a tag may have.
  package static let tagBytesMax = 5
}

extension ByteReader {
  /// The next field's tag: its number and its wire type.
  @_lifetime(self: copy self)
  package mutating func tag() throws(DecodeError) -> UInt32 {
    var byte = try uint8()
    var tag = UInt32(byte & 0x7F)
    var shift: UInt32 = 7
    while byte >= 0x80 {
      guard shift < 7 * ProtobufLimits.tagBytesMax else { throw .malformedInteger }
      byte = try uint8()
      if shift == 28 && byte > 0x0F { throw .malformedInteger }
      tag |= UInt32(byte & 0x7F) << shift
      shift += 7
    }
    guard tag >= 8 else { throw .invalid("field number 0") }
    return tag
  }

  /// Passes over the value of a field that nobody here knows.
  @_lifetime(self: copy self)
  package mutating func skipValue(of tag: UInt32) throws(DecodeError) {
    switch tag & 7 {
    case 0: _ = try varint()
    case 1: try skip(8)
    case 2: _ = try delimited()
    case 3: try skipGroup(of: tag)
    case 5: try skip(4)
    default: throw .unknownTag(UInt64(tag))
    }
  }

  /// Passes over a group, and the groups in it, up to the end tag that belongs to `tag`.
  @inline(never)
  @_lifetime(self: copy self)
  private mutating func skipGroup(of tag: UInt32) throws(DecodeError) {
    var open = [tag]
    while let innermost = open.last {
      let next = try self.tag()
      switch next & 7 {
      case 3:
        guard open.count < ProtobufLimits.groupDepthMax else { throw .invalid("groups are nested too deep") }
        open.append(next)
      case 4:
        guard next >> 3 == innermost >> 3 else { throw .unknownTag(UInt64(next)) }
        open.removeLast()
      default: try skipValue(of: next)
      }
    }
  }

  /// The bytes of a length-delimited value, borrowed. A claimed length is checked against what is there.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  package mutating func delimited() throws(DecodeError) -> RawSpan {
    let length = try varint()
    guard length <= UInt64(remaining) else { throw .truncated }
    return try span(count: Int(length))
  }

  @_lifetime(self: copy self)
  package mutating func text() throws(DecodeError) -> String { try String(validating: try delimited()) }

  @_lifetime(self: copy self)
  package mutating func byteArray() throws(DecodeError) -> [UInt8] { try delimited().copied() }

  @_lifetime(self: copy self)
  package mutating func varintInt64() throws(DecodeError) -> Int64 { Int64(bitPattern: try varint()) }
  @_lifetime(self: copy self)
  package mutating func varintInt32() throws(DecodeError) -> Int32 { Int32(truncatingIfNeeded: try varint()) }
  @_lifetime(self: copy self)
  package mutating func varintUInt32() throws(DecodeError) -> UInt32 { UInt32(truncatingIfNeeded: try varint()) }
  @_lifetime(self: copy self)
  package mutating func varintBool() throws(DecodeError) -> Bool { try varint() != 0 }
  @_lifetime(self: copy self)
  package mutating func varintEnum<E: ProtobufEnum>() throws(DecodeError) -> E { E(rawValue: try varintInt32()) }

  @_lifetime(self: copy self)
  package mutating func zigzagInt32() throws(DecodeError) -> Int32 {
    let raw = try varintUInt32()
    return Int32(bitPattern: raw >> 1) ^ -Int32(bitPattern: raw & 1)
  }

  @_lifetime(self: copy self)
  package mutating func fixedInt32() throws(DecodeError) -> Int32 { Int32(bitPattern: try uint32()) }
  @_lifetime(self: copy self)
  package mutating func float() throws(DecodeError) -> Float { Float(bitPattern: try uint32()) }
  @_lifetime(self: copy self)
  package mutating func double() throws(DecodeError) -> Double { Double(bitPattern: try uint64()) }

  /// Reads a message over the one that is there, if any.
  @_lifetime(self: copy self)
  package mutating func message<M: ProtobufMessage>(over old: M?) throws(DecodeError) -> M {
    var value = old ?? M()
    var inner = ByteReader(try delimited())
    try value.merge(from: &inner)
    return value
  }

  /// Reads one more element of a repeated message.
  @_lifetime(self: copy self)
  package mutating func append<M: ProtobufMessage>(
    to list: inout [M], limit: Int, _ field: StaticString
  ) throws(DecodeError) {
    if list.count >= limit { throw tooManyElements(field, limit) }
    var value = M()
    var inner = ByteReader(try delimited())
    try value.merge(from: &inner)
    list.append(value)
  }

  /// Reads one more entry of a map from text to text; an entry with the same key replaces the one before.
  @_lifetime(self: copy self)
  package mutating func insert(
    into map: inout [String: String], limit: Int, _ field: StaticString
  ) throws(DecodeError) {
    var entry = ByteReader(try delimited())
    var key = ""
    var value = ""
    while !entry.isAtEnd {
      let tag = try entry.tag()
      switch tag {
      case 1 << 3 | 2: key = try entry.text()
      case 2 << 3 | 2: value = try entry.text()
      default: try entry.skipValue(of: tag)
      }
    }
    map[key] = value
    if map.count > limit { throw tooManyElements(field, limit) }
  }
}

/// The error for a repeated field or a map with more elements than its limit.
@inline(never)
package func tooManyElements(_ field: StaticString, _ limit: Int) -> DecodeError {
  .tooManyElements(field: "\(field)", limit: limit)
}
