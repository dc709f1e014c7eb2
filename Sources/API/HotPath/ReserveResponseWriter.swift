package import Basics

/// Writes a ``ReserveResponse`` from its parts, without a message value or any text in between: ``begin``, ``line`` for
/// each line in order, ``end``. The bytes are those of the generated type.
///
/// To make it a result of a batch or a stream, put it between `beginDelimited` and `endDelimited` with that field's tag.
package struct ReserveResponseWriter: ~Copyable {
  private let holdStart: Int

  /// Writes what comes before the lines.
  package static func begin(
    into writer: inout ByteWriter, revision: Int64, replayed: Bool, hold: ResourceID, tenant: RawSpan, state: HoldState
  ) -> ReserveResponseWriter {
    let state = UInt64(bitPattern: Int64(state.rawValue))
    var holdStart = writer.count
    writer.write(atMost: ResourceID.textLength + tenant.byteCount + 6 * varintFieldMax) { pen in
      pen.field(8, varint: UInt64(bitPattern: revision))
      pen.field(16, varint: replayed ? 1 : 0)
      pen.uint8(26)
      pen.uint8(0)  // The hold's length; `end` patches it.
      holdStart += pen.count
      pen.field(10, id: hold)
      pen.field(18, bytes: tenant)
      pen.field(24, varint: state)
    }
    return ReserveResponseWriter(holdStart: holdStart)
  }

  /// Writes one line: what is held of it of what was asked, from where, and which line of the request it is.
  package func line(
    into writer: inout ByteWriter, sku: RawSpan, location: RawSpan, quantity: Int64, askedQuantity: Int64, number: Int
  ) {
    let (held, asked) = (UInt64(bitPattern: quantity), UInt64(bitPattern: askedQuantity))
    let line = UInt64(number)
    let length = fieldLength(sku) + fieldLength(location) + fieldLength(held) + fieldLength(asked) + fieldLength(line)
    writer.write(atMost: length + varintFieldMax) { pen in
      pen.uint8(34)
      pen.varint(UInt64(length))
      pen.field(10, bytes: sku)
      pen.field(18, bytes: location)
      pen.field(24, varint: held)
      pen.field(32, varint: asked)
      pen.field(40, varint: line)
    }
  }

  /// Writes what comes after the lines.
  package consuming func end(
    into writer: inout ByteWriter, createTime: Stamp, expireTime: Stamp, order: ResourceID?, reference: RawSpan
  ) {
    writer.write(atMost: ResourceID.textLength + reference.byteCount + 8 * varintFieldMax) { pen in
      Self.timestamp(42, createTime, with: &pen)
      Self.timestamp(50, expireTime, with: &pen)
      if let order { pen.field(58, id: order) }
      pen.field(66, bytes: reference)
    }
    writer.endDelimited(holdStart)
  }

  private static func timestamp(_ tag: UInt8, _ stamp: Stamp, with pen: inout BytePen) {
    let time = WellKnown.Timestamp(stamp)
    let (seconds, nanos) = (UInt64(bitPattern: time.seconds), UInt64(time.nanos))
    pen.uint8(tag)
    pen.uint8(UInt8(fieldLength(seconds) + fieldLength(nanos)))
    pen.field(8, varint: seconds)
    pen.field(16, varint: nanos)
  }
}

/// The most bytes that a varint field with a tag of one byte has.
let varintFieldMax = 11

/// The length of a varint field with a tag of one byte, which is left out when it is zero.
func fieldLength(_ value: UInt64) -> Int { value == 0 ? 0 : 1 + varintLength(value) }

/// The length of a text field with a tag of one byte, which is left out when it is empty.
func fieldLength(_ bytes: RawSpan) -> Int {
  bytes.byteCount == 0 ? 0 : 1 + varintLength(UInt64(bytes.byteCount)) + bytes.byteCount
}

/// The number of bytes of a varint.
func varintLength(_ value: UInt64) -> Int { (70 - (value | 1).leadingZeroBitCount) / 7 }
