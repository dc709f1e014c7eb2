internal import API
internal import Basics

/// What the load needs of a ReserveResponse, read where it lies: no text, no array, no message is made. Field numbers
/// are those of `hold_service.proto`.
struct ReserveAnswer: Equatable, Sendable {
  var id = UniqueID.zero
  var suffix: UInt16 = 0
  var skuIndex = -1
  var quantity: Int64 = 0
  var lineCount = 0
  var expiryMilliseconds: Int64 = 0
  var isActive = false
  var isReplayed = false

  init() {}

  init(reading bytes: RawSpan, _ names: SKUNames) throws(DecodeError) {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 2 << 3: isReplayed = try reader.varint() != 0
      case 3 << 3 | 2: try readHold(reader.delimited(), names)
      default: try reader.skipValue(of: tag)
      }
    }
  }

  private mutating func readHold(_ bytes: RawSpan, _ names: SKUNames) throws(DecodeError) {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 1 << 3 | 2:
        guard let name = HoldName.read(try reader.delimited()) else { throw .invalid("a hold's id of another form") }
        (id, suffix) = name
      case 3 << 3: isActive = try reader.varint() == UInt64(HoldState.active.rawValue)
      case 4 << 3 | 2: try readLine(reader.delimited(), names)
      case 6 << 3 | 2: expiryMilliseconds = try Self.readTimestamp(reader.delimited())
      default: try reader.skipValue(of: tag)
      }
    }
  }

  private mutating func readLine(_ bytes: RawSpan, _ names: SKUNames) throws(DecodeError) {
    lineCount += 1
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 1 << 3 | 2: skuIndex = names.index(in: try reader.delimited()) ?? -1
      case 3 << 3: quantity &+= Int64(bitPattern: try reader.varint())
      default: try reader.skipValue(of: tag)
      }
    }
  }

  private static func readTimestamp(_ bytes: RawSpan) throws(DecodeError) -> Int64 {
    var reader = ByteReader(bytes)
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 1 << 3: seconds = Int64(bitPattern: try reader.varint())
      case 2 << 3: nanoseconds = Int64(bitPattern: try reader.varint())
      default: try reader.skipValue(of: tag)
      }
    }
    return seconds &* 1_000 &+ nanoseconds / 1_000_000
  }
}

/// Reads the results of a BatchReserveResponse one by one, where they lie.
struct BatchAnswers: ~Escapable {
  enum Result: Equatable {
    case made(ReserveAnswer)
    case refused(Outcome)
  }

  private var reader: ByteReader

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { reader = ByteReader(bytes) }

  @_lifetime(self: copy self)
  mutating func next(_ names: SKUNames) throws(DecodeError) -> Result? {
    while !reader.isAtEnd {
      let tag = try reader.tag()
      if tag == 1 << 3 | 2 { return try Self.read(reader.delimited(), names) }
      try reader.skipValue(of: tag)
    }
    return nil
  }

  private static func read(_ bytes: RawSpan, _ names: SKUNames) throws(DecodeError) -> Result {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 1 << 3 | 2: return .made(try ReserveAnswer(reading: reader.delimited(), names))
      case 2 << 3 | 2: return .refused(try readError(reader.delimited()))
      default: try reader.skipValue(of: tag)
      }
    }
    throw .invalid("a result without an outcome")
  }

  private static func readError(_ bytes: RawSpan) throws(DecodeError) -> Outcome {
    var reader = ByteReader(bytes)
    var code: UInt64 = 0
    var reason: [UInt8] = []
    while !reader.isAtEnd {
      let tag = try reader.tag()
      switch tag {
      case 1 << 3: code = try reader.varint()
      case 3 << 3 | 2:
        // Copied, because a comparison of two borrowed spans would bind their lifetimes to one another.
        reason = try reader.delimited().copied()
      default: try reader.skipValue(of: tag)
      }
    }
    let status = CallStatus(rawValue: Int32(truncatingIfNeeded: code)) ?? .unknown
    return Outcome(status, details: reason)
  }
}
