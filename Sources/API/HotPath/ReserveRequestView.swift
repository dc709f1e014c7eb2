package import Basics

/// A reservation read in place: its texts are borrowed from the message's bytes, and nothing is allocated. It accepts,
/// refuses and means exactly what the generated ``ReserveRequest`` does; a test compares the two on mutated bytes.
///
/// It lives no longer than the bytes, on the thread that has them.
package struct ReserveRequestView: ~Escapable {
  package private(set) var tenant: RawSpan
  package private(set) var requestID: RawSpan
  package private(set) var actor: RawSpan
  package private(set) var reason: RawSpan
  package private(set) var reference: RawSpan
  package private(set) var mode = ReserveMode.unspecified
  /// `nil` when no time was given. Not checked for range, or for signs that contradict each other.
  package private(set) var timeToLive: DurationParts?
  package private(set) var lineCount = 0
  package private(set) var strategy = SourcingStrategy.unspecified
  package private(set) var split = SplitPolicy.unspecified
  package private(set) var locationCount = 0

  /// Invariant: from `linesStart` on, `bytes` was read to its end without an error.
  fileprivate let bytes: RawSpan
  fileprivate var linesStart = 0
  fileprivate var locationsStart = 0
  fileprivate var firstLine: ReserveLineView

  /// Seconds and nanoseconds as they were sent; see ``WellKnown/Duration/milliseconds(seconds:nanos:)``.
  package struct DurationParts: Equatable, Sendable {
    package var seconds: Int64 = 0
    package var nanos: Int32 = 0
  }

  /// Reads and checks the whole message.
  @_lifetime(copy bytes)
  package init(decoding bytes: RawSpan) throws(DecodeError) {
    let nothing = bytes.extracting(first: 0)
    tenant = nothing
    requestID = nothing
    actor = nothing
    reason = nothing
    reference = nothing
    firstLine = ReserveLineView(nothing: nothing)
    self.bytes = bytes
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let start = reader.offset
      let tag = try reader.tag()
      switch tag {
      case 10: tenant = try reader.checkedText()
      case 18: requestID = try reader.checkedText()
      case 26: actor = try reader.checkedText()
      case 34: reason = try reader.checkedText()
      case 42:
        if lineCount >= Limits.reserveLineCountMax {
          throw tooManyElements("ReserveRequest.lines", Limits.reserveLineCountMax)
        }
        let line = try ReserveLineView(decoding: try reader.delimited())
        if lineCount == 0 {
          firstLine = line
          linesStart = reader.offset
        }
        lineCount &+= 1
      case 48: mode = try reader.varintEnum()
      case 58: timeToLive = try Self.duration(over: timeToLive, from: try reader.delimited())
      case 66: reference = try reader.checkedText()
      case 72: strategy = try reader.varintEnum()
      case 82:
        if locationCount >= Limits.rankedLocationCountMax {
          throw tooManyElements("ReserveRequest.locations", Limits.rankedLocationCountMax)
        }
        if locationCount == 0 { locationsStart = start }
        _ = try reader.checkedText()
        locationCount &+= 1
      case 88: split = try reader.varintEnum()
      default: try reader.skipValue(of: tag)
      }
    }
  }

  private static func duration(
    over old: DurationParts?, from bytes: RawSpan
  ) throws(DecodeError) -> DurationParts {
    var value = old ?? DurationParts()
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 8: value.seconds = try reader.varintInt64()
      case 16: value.nanos = try reader.varintInt32()
      default: try reader.skipValue(of: tag)
      }
    }
    return value
  }

  /// Walks over the lines from the first on.
  package var lines: ReserveLineCursor {
    @_lifetime(copy self)
    get { ReserveLineCursor(self) }
  }

  /// Walks over the caller's ranking of locations.
  package var locations: ReserveLocationCursor {
    @_lifetime(copy self)
    get { ReserveLocationCursor(self) }
  }
}

/// One line of a ``ReserveRequestView``, borrowed like it.
package struct ReserveLineView: ~Escapable {
  package private(set) var sku: RawSpan
  package private(set) var location: RawSpan
  package private(set) var quantity: Int64 = 0
  package private(set) var minimumQuantity: Int64 = 0

  @_lifetime(copy nothing)
  fileprivate init(nothing: RawSpan) {
    sku = nothing
    location = nothing
  }

  @_lifetime(copy bytes)
  init(decoding bytes: RawSpan) throws(DecodeError) {
    self.init(nothing: bytes.extracting(first: 0))
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 10: sku = try reader.checkedText()
      case 18: location = try reader.checkedText()
      case 24: quantity = try reader.varintInt64()
      case 32: minimumQuantity = try reader.varintInt64()
      default: try reader.skipValue(of: tag)
      }
    }
  }
}

/// Hands out the lines of a reservation in order. The first one was kept; the others are read a second time.
package struct ReserveLineCursor: ~Escapable {
  private let firstLine: ReserveLineView
  private var reader: ByteReader
  private let count: Int
  private var given = 0

  @_lifetime(copy view)
  fileprivate init(_ view: ReserveRequestView) {
    firstLine = view.firstLine
    count = view.lineCount
    reader = ByteReader(view.bytes)
    skip(to: view.linesStart)
  }

  private mutating func skip(to offset: Int) {
    do throws(DecodeError) { try reader.skip(offset) } catch { invariantViolated("a checked reservation is shorter") }
  }

  /// The next line; `nil` after the last one.
  @_lifetime(copy self)
  package mutating func next() -> ReserveLineView? {
    guard given < count else { return nil }
    given &+= 1
    if given == 1 { return firstLine }
    do throws(DecodeError) {
      while true {
        let tag = try reader.tag()
        if tag == 42 { return try ReserveLineView(decoding: try reader.delimited()) }
        try reader.skipValue(of: tag)
      }
    } catch {
      invariantViolated("a checked reservation cannot be read again: \(error)")
    }
  }
}

/// Hands out the locations of a reservation in order, by reading them a second time.
package struct ReserveLocationCursor: ~Escapable {
  private var reader: ByteReader
  private var left: Int

  @_lifetime(copy view)
  fileprivate init(_ view: ReserveRequestView) {
    left = view.locationCount
    reader = ByteReader(view.bytes)
    do throws(DecodeError) { try reader.skip(view.locationsStart) } catch {
      invariantViolated("a checked reservation is shorter")
    }
  }

  /// The next location; `nil` after the last one.
  @_lifetime(copy self)
  package mutating func next() -> RawSpan? {
    guard left > 0 else { return nil }
    left &-= 1
    do throws(DecodeError) {
      while true {
        let tag = try reader.tag()
        if tag == 82 { return try reader.checkedText() }
        try reader.skipValue(of: tag)
      }
    } catch {
      invariantViolated("a checked reservation cannot be read again: \(error)")
    }
  }
}
