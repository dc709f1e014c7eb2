package import Basics

/// The reservations in the bytes of a ``BatchReserveRequest``, none of them read yet: each has an answer of its own, also one
/// that cannot be read. Borrowed like ``ReserveRequestView``.
package struct BatchedReservations: ~Escapable {
  package private(set) var count = 0
  /// Invariant: was read to its end without an error.
  private var rest: ByteReader

  /// Checks that the bytes are a message, up to the reservations in it, and that these are not too many.
  @_lifetime(copy bytes)
  package init(decoding bytes: RawSpan) throws(DecodeError) {
    rest = ByteReader(bytes)
    var reader = ByteReader(bytes)
    while try Self.next(of: &reader) != nil {
      count &+= 1
      guard count <= Limits.batchReserveCountMax else {
        throw tooManyElements("BatchReserveRequest.requests", Limits.batchReserveCountMax)
      }
    }
  }

  /// The bytes of the next reservation; `nil` after the last one.
  @_lifetime(copy self)
  package mutating func next() -> RawSpan? {
    do throws(DecodeError) { return try Self.next(of: &rest) } catch {
      invariantViolated("a checked batch cannot be read again: \(error)")
    }
  }

  @_lifetime(copy reader)
  private static func next(of reader: inout ByteReader) throws(DecodeError) -> RawSpan? {
    while !reader.isAtEnd {
      let field = try reader.tag()
      if field == 1 << 3 | 2 { return try reader.delimited() }
      try reader.skipValue(of: field)
    }
    return nil
  }
}

/// A ``ReserveStreamRequest`` cut in two, its reservation not read yet. Borrowed like ``ReserveRequestView``.
package struct StreamedReservation: ~Escapable {
  package private(set) var tag: UInt64 = 0
  /// The last piece of the reservation; without bytes where there is none.
  private var piece: RawSpan
  /// A reservation in several pieces, which protobuf merges. No known encoder makes one.
  private var isMerged = false
  private var merged: [UInt8] = []

  @_lifetime(copy bytes)
  package init(decoding bytes: RawSpan) throws(DecodeError) {
    piece = bytes.extracting(first: 0)
    var pieceCount = 0
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let field = try reader.tag()
      switch field {
      case 1 << 3 | 0: tag = try reader.varint()
      case 2 << 3 | 2:
        piece = try reader.delimited()
        pieceCount &+= 1
      default: try reader.skipValue(of: field)
      }
    }
    guard pieceCount > 1 else { return }
    merged = try ReserveStreamRequest(decoding: bytes).request?.encoded() ?? []
    isMerged = true
  }

  /// The bytes of a ``ReserveRequest``. They may be no such message: only pieces were read, to be merged.
  package var reservation: RawSpan {
    @_lifetime(borrow self)
    get {
      if isMerged { return merged.rawSpan }
      return piece
    }
  }
}
