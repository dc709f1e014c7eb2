internal import Basics

/// What an id was used for, once that is over: a closed hold, or a request that was carried out. The grammar is in
/// Records.swift.
enum SettledRecord: Equatable, Sendable {
  case closedHold(ClosedHold)
  case request(RequestRecord)
  case tombstone(Tombstone)

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    let kind = try reader.uint8()
    switch kind {
    case 0x01: self = .closedHold(try ClosedHold(&reader))
    case 0x02: self = .request(try RequestRecord(&reader))
    case 0x03: self = .tombstone(try Tombstone(&reader))
    default: throw .unknownTag(UInt64(kind))
    }
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    switch self {
    case .closedHold(let hold):
      writer.uint8(0x01)
      hold.encode(to: &writer)
    case .request(let request):
      writer.uint8(0x02)
      request.encode(to: &writer)
    case .tombstone(let tombstone):
      writer.uint8(0x03)
      tombstone.encode(to: &writer)
    }
  }

  /// From when on the retention is counted: the time that the id carries, when the record is filed by it; else when it
  /// was settled.
  func keptFrom(_ id: UniqueID) -> Int64 {
    if let time = id.version7Milliseconds, time >= settled.milliseconds - Rules.settledByIDMilliseconds { return time }
    return settled.milliseconds
  }

  /// The home slot of what the id was used for.
  var home: SlotNumber {
    switch self {
    case .closedHold(let hold): hold.hold.home
    case .request(let request): request.home
    case .tombstone(let tombstone): tombstone.home
    }
  }

  var settled: Stamp {
    switch self {
    case .closedHold(let hold): hold.settled
    case .request(let request): request.settled
    case .tombstone(let tombstone): tombstone.settled
    }
  }
}

/// What is left of a hold or order that was never decided: the versions up to this one are spent, so that a decision which
/// comes too late is none. The id may still be used.
struct Tombstone: Equatable, Sendable {
  var settled: Stamp
  var home: SlotNumber
  var claimVersion: UInt64

  init(settled: Stamp, home: SlotNumber, claimVersion: UInt64) {
    self.settled = settled
    self.home = home
    self.claimVersion = claimVersion
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    settled = try reader.stamp()
    home = try reader.slotNumber()
    claimVersion = try reader.varint()
  }

  func encode(to writer: inout ByteWriter) {
    writer.stamp(settled)
    writer.slotNumber(home)
    writer.varint(claimVersion)
  }
}

struct ClosedHold: Equatable, Sendable {
  var settled: Stamp
  var state: HoldState
  /// Invariant: set when confirmed.
  var order: UniqueID?
  var hold: HoldRecord

  init(settled: Stamp, state: HoldState, order: UniqueID?, hold: HoldRecord) {
    self.settled = settled
    self.state = state
    self.order = order
    self.hold = hold
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    settled = try reader.stamp()
    let stateByte = try reader.uint8()
    guard let state = HoldState(rawValue: stateByte), state != .active else { throw .unknownTag(UInt64(stateByte)) }
    self.state = state
    order = state == .confirmed ? try reader.uniqueID() : nil
    hold = HoldRecord()
    try hold.decodeBody(&reader)
  }

  func encode(to writer: inout ByteWriter) {
    writer.stamp(settled)
    writer.uint8(state.rawValue)
    if let order { writer.uniqueID(order) }
    hold.encodeBody(to: &writer)
  }
}

struct RequestRecord: Equatable, Sendable {
  enum Answer: Equatable, Sendable {
    case skuPut(SKUPut)
    case stockChanged(StockChanged)
    case extended(hold: UniqueID, bucket: Int64)
    case released(hold: UniqueID)
    case allocationMoved(owner: UniqueID, isOrder: Bool)
    case confirmed(hold: UniqueID, isReacquired: Bool)
    /// The request's id is the order's.
    case orderCreated
    case orderChanged(UniqueID)
  }

  var settled: Stamp
  var tag: CommandTag
  /// The home slot of what the request was about.
  var home: SlotNumber
  var fingerprint: UInt64
  var answer: Answer

  init(settled: Stamp, tag: CommandTag, home: SlotNumber, fingerprint: UInt64, answer: Answer) {
    self.settled = settled
    self.tag = tag
    self.home = home
    self.fingerprint = fingerprint
    self.answer = answer
  }

  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader) throws(DecodeError) {
    settled = try reader.stamp()
    tag = try reader.commandTag()
    home = try reader.slotNumber()
    fingerprint = try reader.uint64()
    switch tag {
    case .putSKU:
      let sku = try reader.skuNumber()
      let revision = UInt32(truncatingIfNeeded: try reader.varint())
      let change = try reader.uint8()
      guard let change = SKUPut.Change(rawValue: change) else { throw .unknownTag(UInt64(change)) }
      answer = .skuPut(SKUPut(sku: sku, revision: revision, change: change))
    case .receive, .adjust, .move, .setCount:
      let stock = try reader.stockKey()
      let sequence = try reader.varint()
      let available = try reader.quantity()
      answer = .stockChanged(
        StockChanged(stock: stock, sequence: sequence, available: available, onHand: try reader.zigzag()))
    case .extendHold:
      let hold = try reader.uniqueID()
      answer = .extended(hold: hold, bucket: try reader.stamp().milliseconds)
    case .releaseHold: answer = .released(hold: try reader.uniqueID())
    case .confirmHold:
      let hold = try reader.uniqueID()
      answer = .confirmed(hold: hold, isReacquired: try reader.uint8() == 1)
    case .createOrder: answer = .orderCreated
    case .payOrder, .holdOrder, .resumeOrder, .cancelOrder, .amendOrder, .shipOrder, .completeOrder:
      answer = .orderChanged(try reader.uniqueID())
    case .moveAllocation:
      let owner = try reader.uniqueID()
      answer = .allocationMoved(owner: owner, isOrder: try reader.uint8() == 1)
    case .reserve, .tick, .sweepRequests, .setLocations, .prepareClaim, .settleClaim, .decideHold, .decideConfirm,
      .burnClaim, .ackOutbox, .decideOrder, .decideAmend, .decideMove, .slots:
      throw .unknownTag(UInt64(tag.rawValue))
    }
  }

  func encode(to writer: inout ByteWriter) {
    writer.stamp(settled)
    writer.uint8(tag.rawValue)
    writer.slotNumber(home)
    writer.uint64(fingerprint)
    switch answer {
    case .skuPut(let put):
      writer.varint(UInt64(put.sku.rawValue))
      writer.varint(UInt64(put.revision))
      writer.uint8(put.change.rawValue)
    case .stockChanged(let changed):
      writer.stockKey(changed.stock)
      writer.varint(changed.sequence)
      writer.varint(UInt64(changed.available))
      writer.zigzag(changed.onHand)
    case .extended(let hold, let bucket):
      writer.uniqueID(hold)
      writer.varint(UInt64(bucket))
    case .released(let hold): writer.uniqueID(hold)
    case .orderCreated: break
    case .orderChanged(let order): writer.uniqueID(order)
    case .allocationMoved(let owner, let isOrder):
      writer.uniqueID(owner)
      writer.uint8(isOrder ? 1 : 0)
    case .confirmed(let hold, let isReacquired):
      writer.uniqueID(hold)
      writer.uint8(isReacquired ? 1 : 0)
    }
  }
}
