package import Basics
package import Inventory

/// What a participant, or a home, answers; the grammar is in `AcrossMessage.swift`.
enum AcrossAnswer: Equatable {
  /// The token tells this preparation from any other.
  case granted(token: UInt64, [AcrossGrantedLine])
  case refused(AcrossRefusal)
  case unsettled(UInt64)
  case settled(UInt64)
  case resolved(row: [UInt8])
  case deciding
  case notOwner
}

/// Why a participant sets nothing aside. Lines are counted in the part that it was asked for.
package enum AcrossRefusal: Equatable, Sendable {
  case outOfStock(line: Int, location: LocationNumber?, asked: Int64, available: Int64)
  case unknownSKU(line: Int)
  case noLocation(line: Int)
  case locationClosed(line: Int, location: LocationNumber)
  case notAMultiple(line: Int, lot: Int64, asked: Int64)
  /// The name belongs to another order.
  case nameTaken(NameTaken)
  /// Another home has something there under the id.
  case requestIDReused
  /// The gate let something through that the ledger does not take.
  case invalid(line: Int)

  /// Of several refusals the one of the first line is told.
  var line: Int {
    switch self {
    case .outOfStock(let line, _, _, _), .unknownSKU(let line), .noLocation(let line), .locationClosed(let line, _),
      .notAMultiple(let line, _, _), .invalid(let line):
      line
    case .nameTaken, .requestIDReused: -1
    }
  }
}

/// Whom the refusal of a participant is to be told, and what it speaks of.
package struct AcrossRefused {
  package var waiter: Waiter
  package var shard: ShardID
  package var request: UniqueID
  package var refusal: AcrossRefusal
  /// The line that it names; `nil` for a name.
  package var line: AcrossLine?
}

extension AcrossAnswer {
  private enum Kind {
    static let granted: UInt8 = 1
    static let refused: UInt8 = 2
    static let unsettled: UInt8 = 3
    static let settled: UInt8 = 4
    static let resolved: UInt8 = 5
    static let deciding: UInt8 = 6
    static let notOwner: UInt8 = 7
  }

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.uint8(AcrossCoding.version)
    switch self {
    case .granted(let token, let lines):
      writer.uint8(Kind.granted)
      writer.uint64(token)
      writer.varint(UInt64(lines.count))
      for line in lines { line.encode(into: &writer) }
    case .refused(let refusal):
      writer.uint8(Kind.refused)
      refusal.encode(into: &writer)
    case .unsettled(let version):
      writer.uint8(Kind.unsettled)
      writer.varint(version)
    case .settled(let version):
      writer.uint8(Kind.settled)
      writer.varint(version)
    case .resolved(let row):
      writer.uint8(Kind.resolved)
      writer.append(row)
    case .deciding: writer.uint8(Kind.deciding)
    case .notOwner: writer.uint8(Kind.notOwner)
    }
    return writer.bytes
  }

  init(decoding bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    let version = try reader.uint8()
    guard version == AcrossCoding.version else { throw .unknownTag(UInt64(version)) }
    let kind = try reader.uint8()
    switch kind {
    case Kind.granted:
      let token = try reader.uint64()
      var lines: [AcrossGrantedLine] = []
      for _ in 0..<(try reader.count("granted", AcrossGrantedLine.countMax)) {
        lines.append(try AcrossGrantedLine(&reader))
      }
      self = .granted(token: token, lines)
    case Kind.refused: self = .refused(try AcrossRefusal(&reader))
    case Kind.unsettled: self = .unsettled(try reader.varint())
    case Kind.settled: self = .settled(try reader.varint())
    case Kind.resolved: self = .resolved(row: try reader.span(count: reader.remaining).copied())
    case Kind.deciding: self = .deciding
    case Kind.notOwner: self = .notOwner
    default: throw .unknownTag(UInt64(kind))
    }
    try reader.finish()
  }
}

extension AcrossGrantedLine {
  /// A line may be granted at several locations.
  fileprivate static let countMax = 10_000

  fileprivate func encode(into writer: inout ByteWriter) {
    writer.varint(UInt64(line))
    writer.location(location)
    writer.zigzag(asked)
    writer.zigzag(granted)
    writer.zigzag(available)
  }

  @_lifetime(reader: copy reader)
  fileprivate init(_ reader: inout ByteReader) throws(DecodeError) {
    line = try reader.count("line", Rules.linesMax)
    location = try reader.optionalLocation()
    asked = try reader.zigzag()
    granted = try reader.zigzag()
    available = try reader.zigzag()
  }
}

extension AcrossRefusal {
  private enum Code {
    static let outOfStock: UInt8 = 1
    static let unknownSKU: UInt8 = 2
    static let noLocation: UInt8 = 3
    static let nameTaken: UInt8 = 4
    static let invalid: UInt8 = 5
    static let locationClosed: UInt8 = 6
    static let notAMultiple: UInt8 = 7
    static let requestIDReused: UInt8 = 8
  }

  fileprivate func encode(into writer: inout ByteWriter) {
    switch self {
    case .outOfStock(let line, let location, let asked, let available):
      Self.head(Code.outOfStock, line, location, asked, available, into: &writer)
    case .unknownSKU(let line): Self.head(Code.unknownSKU, line, into: &writer)
    case .noLocation(let line): Self.head(Code.noLocation, line, into: &writer)
    case .locationClosed(let line, let location): Self.head(Code.locationClosed, line, location, into: &writer)
    // The lot stands where what there is stands.
    case .notAMultiple(let line, let lot, let asked): Self.head(Code.notAMultiple, line, nil, asked, lot, into: &writer)
    case .nameTaken(let taken):
      Self.head(Code.nameTaken, 0, into: &writer)
      taken.encode(to: &writer)
    case .requestIDReused: Self.head(Code.requestIDReused, 0, into: &writer)
    case .invalid(let line): Self.head(Code.invalid, line, into: &writer)
    }
  }

  private static func head(
    _ code: UInt8, _ line: Int, _ location: LocationNumber? = nil, _ asked: Int64 = 0, _ available: Int64 = 0,
    into writer: inout ByteWriter
  ) {
    writer.uint8(code)
    writer.varint(UInt64(line))
    writer.location(location)
    writer.zigzag(asked)
    writer.zigzag(available)
  }

  @_lifetime(reader: copy reader)
  fileprivate init(_ reader: inout ByteReader) throws(DecodeError) {
    let code = try reader.uint8()
    let line = try reader.count("line", Rules.linesMax)
    let location = try reader.optionalLocation()
    let asked = try reader.zigzag()
    let available = try reader.zigzag()
    switch code {
    case Code.outOfStock:
      self = .outOfStock(line: line, location: location, asked: asked, available: available)
    case Code.unknownSKU: self = .unknownSKU(line: line)
    case Code.noLocation: self = .noLocation(line: line)
    case Code.locationClosed:
      guard let location else { throw .invalid("location") }
      self = .locationClosed(line: line, location: location)
    case Code.notAMultiple: self = .notAMultiple(line: line, lot: available, asked: asked)
    case Code.nameTaken:
      self = .nameTaken(try NameTaken(from: &reader))
    case Code.requestIDReused: self = .requestIDReused
    case Code.invalid: self = .invalid(line: line)
    default: throw .unknownTag(UInt64(code))
    }
  }
}
