package import Basics

/// One command of an entry, taken apart into buffers that are reused: what a hot command costs no allocation for.
struct RequestScratch: Sendable {
  var id = UniqueID.zero
  var isGenerated = false
  /// What the caller said, hashed; the ledger fills it in.
  var fingerprint: UInt64 = 0
  /// Where the content begins in the body.
  var contentStart = 0
  /// The home slot of what the request is about, for its record.
  var home = SlotNumber(0)
  var actor: [UInt8] = []
  var ranked: [LocationNumber] = []

  var mode = ReserveMode.allOrNothing
  var sourcing = Sourcing.plain
  var timeToLiveMilliseconds: Int64 = 0
  var reference: [UInt8] = []
  var lines: [ReserveLine] = []

  var header: RequestHeader {
    RequestHeader(id: id, isGenerated: isGenerated, actor: String(decoding: actor, as: UTF8.self))
  }

  /// What ``decodeReserve(_:)`` read, as a value.
  var reserve: Reserve {
    Reserve(
      mode: mode, sourcing: sourcing, timeToLiveMilliseconds: timeToLiveMilliseconds,
      reference: String(decoding: reference, as: UTF8.self),
      rankedLocations: ranked, lines: lines)
  }

  /// Reads the head.
  @_lifetime(reader: copy reader)
  mutating func decodeHead(_ reader: inout ByteReader) throws(DecodeError) {
    id = try reader.uniqueID()
    let flags = try reader.uint8()
    guard flags & ~(HeadFlags.generated | HeadFlags.actor | HeadFlags.ranked) == 0 else {
      throw .unknownTag(UInt64(flags))
    }
    isGenerated = flags & HeadFlags.generated != 0
    actor.removeAll(keepingCapacity: true)
    ranked.removeAll(keepingCapacity: true)
    if flags & HeadFlags.actor != 0 { actor.append(try reader.prefixedSpan(limit: Rules.actorBytesMax)) }
    if flags & HeadFlags.ranked != 0 { try decodeRanking(&reader) }
    contentStart = reader.offset
  }

  @_lifetime(reader: copy reader)
  private mutating func decodeRanking(_ reader: inout ByteReader) throws(DecodeError) {
    let count = try reader.varint()
    guard count <= UInt64(Rules.rankedLocationsMax) else {
      throw .tooLong(length: count, limit: UInt64(Rules.rankedLocationsMax))
    }
    for _ in 0..<Int(count) { ranked.append(try reader.location()) }
  }

  /// Reads the body of a reservation.
  mutating func decodeReserve(body: RawSpan) throws(DecodeError) {
    var reader = ByteReader(body)
    try decodeHead(&reader)
    try decodeReserve(&reader)
    try reader.finish()
  }

  /// Reads the content of a reservation, behind its head.
  @_lifetime(reader: copy reader)
  mutating func decodeReserve(_ reader: inout ByteReader) throws(DecodeError) {
    try decodeMode(&reader)
    timeToLiveMilliseconds = try reader.zigzag()
    reference.removeAll(keepingCapacity: true)
    reference.append(try reader.prefixedSpan(limit: Rules.referenceBytesMax))
    let count = try reader.varint()
    guard count <= UInt64(reader.remaining) else { throw .truncated }
    lines.removeAll(keepingCapacity: true)
    for _ in 0..<Int(count) {
      let sku = try reader.skuNumber()
      let location = try reader.optionalLocation()
      let quantity = try reader.zigzag()
      let minimum = mode == .upTo ? try reader.zigzag() : 1
      lines.append(ReserveLine(sku: sku, location: location, quantity: quantity, minimum: minimum))
    }
  }
}

extension RequestScratch {
  /// Reads the mode, the sourcing beside it, and the caller's ranking if there is one.
  @_lifetime(reader: copy reader)
  mutating func decodeMode(_ reader: inout ByteReader) throws(DecodeError) {
    let byte = try reader.uint8()
    guard let mode = ReserveMode(rawValue: byte & 3), let sourcing = Sourcing(rawValue: byte >> 2) else {
      throw .unknownTag(UInt64(byte))
    }
    self.mode = mode
    self.sourcing = sourcing
    guard sourcing.strategy == .ranked else { return }
    ranked.removeAll(keepingCapacity: true)
    try decodeRanking(&reader)
  }
}

extension Command {
  /// Reads the commands of a payload; the stamp comes with them.
  package static func decodeEntry(_ payload: RawSpan) throws(DecodeError) -> (stamp: Stamp, commands: [Command]) {
    guard !payload.isEmpty else { return (.zero, []) }
    var reader = ByteReader(payload)
    let (stamp, count) = try reader.entryHeader()
    var commands: [Command] = []
    var scratch = RequestScratch()
    for _ in 0..<count {
      let tag = try reader.commandTag()
      let length = Int(try reader.uint16())
      commands.append(try Command(tag: tag, body: try reader.span(count: length), scratch: &scratch))
    }
    try reader.finish()
    return (stamp, commands)
  }

  /// Reads one command; its head is in `scratch` afterwards.
  init(tag: CommandTag, body: RawSpan, scratch: inout RequestScratch) throws(DecodeError) {
    var reader = ByteReader(body)
    switch tag {
    case .tick: self = .tick
    case .slots: self = .slots(try SlotCommand(&reader))
    case .sweepRequests:
      let limit = try reader.varint()
      guard let limit = UInt32(exactly: limit) else { throw .invalid("limit") }
      self = .sweepRequests(limit: limit)
    case .reserve:
      try scratch.decodeReserve(body: body)
      try reader.skip(body.byteCount)
      self = .reserve(scratch.header, scratch.reserve)
    case .setLocations: self = .setLocations(try SetLocations(from: &reader))
    case .settleClaim: self = .settleClaim(try SettleClaim(from: &reader))
    case .burnClaim: self = .burnClaim(try BurnClaim(from: &reader))
    case .ackOutbox: self = .ackOutbox(try OutboxAck.decode(&reader))
    case .prepareClaim:
      try scratch.decodeHead(&reader)
      self = .prepareClaim(scratch.header, try PrepareClaim(from: &reader, scratch: &scratch))
    case .decideHold:
      try scratch.decodeHead(&reader)
      self = .decideHold(scratch.header, try DecideHold(from: &reader, scratch: &scratch))
    case .decideConfirm:
      try scratch.decodeHead(&reader)
      self = .decideConfirm(scratch.header, try DecideConfirm(from: &reader))
    case .decideMove:
      try scratch.decodeHead(&reader)
      self = .decideMove(scratch.header, try DecideMove(from: &reader))
    case .createOrder, .decideOrder, .amendOrder, .decideAmend:
      try scratch.decodeHead(&reader)
      self = try Command(ranking: tag, header: scratch.header, ranked: scratch.ranked, content: &reader)
    case .putSKU, .receive, .adjust, .move, .extendHold, .releaseHold, .confirmHold, .payOrder, .holdOrder,
      .resumeOrder,
      .cancelOrder, .shipOrder, .completeOrder, .setCount, .moveAllocation:
      try scratch.decodeHead(&reader)
      self = try Command(tag: tag, header: scratch.header, content: &reader)
    }
    try reader.finish()
  }

  private init(tag: CommandTag, header: RequestHeader, content reader: inout ByteReader) throws(DecodeError) {
    switch tag {
    case .putSKU: self = .putSKU(header, try PutSKU(from: &reader))
    case .receive: self = .receive(header, try Receive(from: &reader))
    case .adjust: self = .adjust(header, try Adjust(from: &reader))
    case .move: self = .move(header, try Move(from: &reader))
    case .extendHold:
      let hold = try reader.uniqueID()
      self = .extendHold(header, hold: hold, timeToLiveMilliseconds: try reader.zigzag())
    case .releaseHold: self = .releaseHold(header, hold: try reader.uniqueID())
    case .confirmHold:
      let hold = try reader.uniqueID()
      self = .confirmHold(header, hold: hold, terms: try OrderTerms(from: &reader))
    case .payOrder, .holdOrder, .resumeOrder, .cancelOrder, .shipOrder, .completeOrder:
      let target = try OrderTarget(from: &reader)
      self = .changeOrder(header, target, try OrderStep(tag, from: &reader))
    case .setCount: self = .setCount(header, try SetCount(from: &reader))
    case .moveAllocation: self = .moveAllocation(header, try MoveAllocation(from: &reader))
    case .reserve, .tick, .sweepRequests, .setLocations, .prepareClaim, .settleClaim, .decideHold, .decideConfirm,
      .burnClaim, .ackOutbox, .createOrder, .decideOrder, .amendOrder, .decideAmend, .decideMove, .slots:
      throw .unknownTag(UInt64(tag.rawValue))
    }
  }
}

extension PutSKU {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    slot = try reader.slotNumber()
    tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
    sku = try reader.prefixedText(limit: Rules.skuTextBytesMax)
    name = try reader.prefixedText(limit: Rules.nameBytesMax)
    scale = try reader.uint8()
    let revision = try reader.varint()
    guard let revision = UInt32(exactly: revision) else { throw .invalid("revision") }
    expectedRevision = revision
    lot = try reader.zigzag()
    backorderLimit = try reader.zigzag()
    attributes = try reader.prefixedSpan(limit: Rules.attributesBytesMax).copied()
  }
}

extension Receive {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    stock = try reader.stockKey()
    quantity = try reader.zigzag()
    let flag = try reader.uint8()
    guard flag <= 1 else { throw .unknownTag(UInt64(flag)) }
    toQualityControl = flag == 1
    reason = try reader.prefixedText(limit: Rules.reasonBytesMax)
  }
}

extension Adjust {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    stock = try reader.stockKey()
    account = try reader.account()
    delta = try reader.zigzag()
    reason = try reader.prefixedText(limit: Rules.reasonBytesMax)
  }
}

extension Move {
  @_lifetime(reader: copy reader)
  init(from reader: inout ByteReader) throws(DecodeError) {
    stock = try reader.stockKey()
    from = try reader.account()
    to = try reader.account()
    quantity = try reader.zigzag()
    reason = try reader.prefixedText(limit: Rules.reasonBytesMax)
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  mutating func entryHeader() throws(DecodeError) -> (stamp: Stamp, count: Int) {
    let version = try uint8()
    guard version == EntryBuilder.version else { throw .unknownTag(UInt64(version)) }
    let stamp = Stamp(milliseconds: try int64())
    guard stamp >= .zero, stamp.milliseconds <= Rules.stampMax else { throw .invalid("stamp") }
    let count = Int(try uint32())
    guard count <= remaining else { throw .truncated }
    return (stamp, count)
  }

  @_lifetime(self: copy self)
  mutating func commandTag() throws(DecodeError) -> CommandTag {
    let byte = try uint8()
    guard let tag = CommandTag(rawValue: byte) else { throw .unknownTag(UInt64(byte)) }
    return tag
  }

  @_lifetime(self: copy self)
  mutating func skuNumber() throws(DecodeError) -> SKUNumber {
    let number = try varint()
    guard number <= UInt64(UInt32.max) else { throw .invalid("SKU number") }
    return SKUNumber(UInt32(truncatingIfNeeded: number))
  }

  @_lifetime(self: copy self)
  mutating func location() throws(DecodeError) -> LocationNumber {
    let number = try varint()
    guard number <= UInt64(UInt16.max) else { throw .invalid("location") }
    return LocationNumber(UInt16(truncatingIfNeeded: number))
  }

  @_lifetime(self: copy self)
  mutating func stockKey() throws(DecodeError) -> StockKey {
    let sku = try skuNumber()
    return StockKey(sku: sku, location: try location())
  }

  @_lifetime(self: copy self)
  mutating func account() throws(DecodeError) -> Account {
    let byte = try uint8()
    guard let account = Account(rawValue: byte) else { throw .unknownTag(UInt64(byte)) }
    return account
  }
}

extension Array where Element == UInt8 {
  mutating func append(_ span: borrowing RawSpan) {
    unsafe span.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}
