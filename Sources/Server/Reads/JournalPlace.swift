internal import API
internal import Basics
internal import Inventory

/// Where a page of the journal begins in its shard, and what the list's first page found out for all shards.
///
///     place := kind:u8 cursor from:varint count:u8 id*       of token version 1
///     cursor := sequence:varint                              kind 1 backward, 3 forward
///             | count:varint (location:varint sequence:varint)*   kind 2 rows
///             | -                                            kind 0, the shard's beginning
struct JournalPlace: Equatable {
  /// `nil` at the shard's beginning.
  var cursor: JournalCursor?
  /// What is before it does not matter: when the hold or the order was made. Zero: unknown.
  var from = Stamp.zero
  /// The ids by which the causes are known: of an order and of its hold. Empty: as in the request.
  var causeIDs: [UniqueID] = []

  var position: [UInt8] {
    var writer = ByteWriter()
    switch cursor {
    case nil, .backward(nil), .rows(nil): writer.uint8(0)
    case .backward(let sequence?):
      writer.uint8(1)
      writer.varint(sequence)
    case .rows(let rows?):
      writer.uint8(2)
      writer.varint(UInt64(rows.count))
      for row in rows {
        writer.varint(UInt64(row.location.rawValue))
        writer.varint(row.sequence)
      }
    case .forward(let sequence):
      writer.uint8(3)
      writer.varint(sequence)
    }
    writer.varint(UInt64(max(0, from.milliseconds)))
    writer.uint8(UInt8(causeIDs.count))
    for id in causeIDs { writer.uniqueID(id) }
    return writer.bytes
  }

  init(from: Stamp = .zero, causeIDs: [UniqueID] = []) {
    self.from = from
    self.causeIDs = causeIDs
  }

  /// Whether the SKU has these rows, and whether they have these movements, is for the ledger to say.
  init(_ position: [UInt8]) throws(CallFailure) {
    if position.isEmpty { return }
    var reader = ByteReader(position.rawSpan)
    do throws(DecodeError) {
      cursor = try Self.cursor(&reader)
      guard let milliseconds = Int64(exactly: try reader.varint()) else { throw .invalid("time") }
      from = Stamp(milliseconds: milliseconds)
      let count = try reader.uint8()
      guard count <= 2 else { throw .invalid("ids") }
      for _ in 0..<count { causeIDs.append(try reader.uniqueID()) }
      try reader.finish()
    } catch { throw .invalidPageToken }
  }

  @_lifetime(reader: copy reader)
  private static func cursor(_ reader: inout ByteReader) throws(DecodeError) -> JournalCursor? {
    let kind = try reader.uint8()
    switch kind {
    case 0: return nil
    case 1: return .backward(try reader.varint())
    case 2: return .rows(try rows(&reader))
    case 3: return .forward(try reader.varint())
    default: throw .unknownTag(UInt64(kind))
    }
  }

  @_lifetime(reader: copy reader)
  private static func rows(_ reader: inout ByteReader) throws(DecodeError) -> [JournalPosition] {
    let count = try reader.varint()
    guard count <= UInt64(reader.remaining) else { throw .truncated }
    var rows: [JournalPosition] = []
    for _ in 0..<count {
      guard let location = UInt16(exactly: try reader.varint()) else { throw .invalid("location") }
      rows.append(JournalPosition(location: LocationNumber(location), sequence: try reader.varint()))
    }
    return rows
  }
}
