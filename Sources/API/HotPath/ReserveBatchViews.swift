package import Basics

/// A ``BatchReserveRequest`` read in place: the bytes of each reservation in turn, all of them checked beforehand, so
/// that a malformed one refuses the call before any has had an effect. Borrowed like ``ReserveRequestView``.
package struct BatchReserveRequestView: ~Escapable {
  package private(set) var count = 0
  /// Invariant: was read to its end without an error.
  private var rest: ByteReader

  @_lifetime(copy bytes)
  package init(decoding bytes: RawSpan) throws(DecodeError) {
    rest = ByteReader(bytes)
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      guard tag == 10 else {
        try reader.skipValue(of: tag)
        continue
      }
      if count >= Limits.batchReserveCountMax {
        throw tooManyElements("BatchReserveRequest.requests", Limits.batchReserveCountMax)
      }
      _ = try ReserveRequestView(decoding: try reader.delimited())
      count &+= 1
    }
  }

  /// The next reservation; `nil` after the last one.
  @_lifetime(copy self)
  package mutating func next() -> ReserveRequestView? {
    do throws(DecodeError) {
      while !rest.isAtEnd {
        let tag = try rest.tag()
        if tag == 10 { return try ReserveRequestView(decoding: try rest.delimited()) }
        try rest.skipValue(of: tag)
      }
      return nil
    } catch {
      invariantViolated("a checked batch cannot be read again: \(error)")
    }
  }
}

/// A ``ReserveStreamRequest`` read in place. Borrowed like ``ReserveRequestView``.
package struct ReserveStreamRequestView: ~Escapable {
  package private(set) var tag: UInt64 = 0
  /// Without any field when there is none, and when ``isSplit``.
  package private(set) var request: ReserveRequestView
  /// Whether a request was given at all.
  package private(set) var hasRequest = false
  /// The request came in several pieces, which are to be merged. No known encoder does this; decode the generated
  /// ``ReserveStreamRequest`` and view its encoding.
  package private(set) var isSplit = false

  @_lifetime(copy bytes)
  package init(decoding bytes: RawSpan) throws(DecodeError) {
    let nothing = try ReserveRequestView(decoding: bytes.extracting(first: 0))
    request = nothing
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let field = try reader.tag()
      switch field {
      case 8: tag = try reader.varint()
      case 18:
        request = try ReserveRequestView(decoding: try reader.delimited())
        if hasRequest { isSplit = true }
        hasRequest = true
      default: try reader.skipValue(of: field)
      }
    }
    if isSplit { request = nothing }
  }
}
