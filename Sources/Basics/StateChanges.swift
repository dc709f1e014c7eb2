// Grammar (in memory only; what a partition writes is its own affair):
//
//   changes := change*
//   change  := 0x01 key value      put
//            | 0x00 key            delete
//            | 0x0F key key        delete every key from the first up to, not including, the second
//   key, value := length:varint byte*

/// An ordered batch of changes to keyed state, collected while entries are applied and written by the storage as one
/// atomic unit. Reused from turn to turn: `removeAll()` keeps the capacity.
public struct StateChanges: Sendable {
  @usableFromInline static let deleteTag: UInt8 = 0x00
  @usableFromInline static let putTag: UInt8 = 0x01
  @usableFromInline static let deleteRangeTag: UInt8 = 0x0F

  @usableFromInline var writer = ByteWriter()
  /// The number of changes.
  public private(set) var count = 0

  public init() {}

  @inlinable public var isEmpty: Bool { writer.isEmpty }
  /// Bytes held, keys and values with their lengths.
  @inlinable public var byteCount: Int { writer.count }

  public mutating func put(key: borrowing RawSpan, value: borrowing RawSpan) {
    writer.uint8(Self.putTag)
    writer.prefixed(key)
    writer.prefixed(value)
    count += 1
  }

  public mutating func delete(key: borrowing RawSpan) {
    writer.uint8(Self.deleteTag)
    writer.prefixed(key)
    count += 1
  }

  /// Deletes every key `k` with `start <= k < end`.
  public mutating func deleteRange(from start: borrowing RawSpan, to end: borrowing RawSpan) {
    writer.uint8(Self.deleteRangeTag)
    writer.prefixed(start)
    writer.prefixed(end)
    count += 1
  }

  public mutating func removeAll() {
    writer.removeAll()
    count = 0
  }

  /// The changes in the grammar at the head of this file.
  @inlinable public var bytes: RawSpan {
    @_lifetime(borrow self)
    get { unsafe writer.bytes.span.bytes }
  }

  /// Calls `body` once for each change, in order. For a delete the second span is empty; for a range delete it is the
  /// end of the range.
  @inlinable
  public func forEach(_ body: (Kind, _ first: RawSpan, _ second: RawSpan) -> Void) {
    do {
      var reader = ByteReader(bytes)
      while !reader.isAtEnd {
        let tag = try reader.uint8()
        let first = try reader.prefixedSpan(limit: .max)
        switch tag {
        case Self.deleteTag: body(.delete, first, RawSpan())
        case Self.putTag: body(.put, first, try reader.prefixedSpan(limit: .max))
        case Self.deleteRangeTag: body(.deleteRange, first, try reader.prefixedSpan(limit: .max))
        default: throw DecodeError.unknownTag(UInt64(tag))
        }
      }
    } catch {
      invariantViolated("changes written by this process are unreadable: \(error)")
    }
  }

  public enum Kind: Sendable { case put, delete, deleteRange }
}
