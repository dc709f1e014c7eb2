internal import Basics

// The values of keyed state; the keys are in Keys.swift. Each begins with a version; never renumber.
//
//   applied  := 1 index:u64 stamp:i64 digest:u64 next sequence:varint next arming:varint live holds:varint
//               orders:varint alarms:varint journal bytes:varint revision lead:varint
//   sku      := 1 slot:u16 tenant:text sku:text name:text scale:u8 revision:varint created:varint lot:varint
//               backorder limit:varint attributes:text present:u8
//   stock    := 1 last sequence:varint drained through:varint on hand revision:varint accounts:u16 balance:zigzag*
//               one balance for each bit set in accounts, lowest first; the others are zero
//   hold     := 1 hold body
//   hold body := fingerprint:u64 created:varint bucket:varint arming:varint mode:u8 home:u16 claim version:varint
//               count:varint line* reference:text
//   line     := item (0 | location + 1):varint asked:varint granted:varint                   item: LineItem.swift
//               a line of the request that comes from several locations has a line for each, of which the further ones
//               have 0 asked
//   settled  := 1 0x01 settled:varint state:u8 [order:16, when confirmed] hold body          closed hold
//             | 1 0x02 settled:varint tag:u8 home:u16 fingerprint:u64 answer                 request record
//             | 1 0x03 settled:varint home:u16 claim version:varint                          tombstone
//   answer   := sku:varint revision:varint change:u8                                         putSKU
//             | sku:varint location:varint sequence:varint available:varint on hand:zigzag   receive, adjust, move,
//                                                                                            setCount
//             | hold:16 bucket:varint                                                        extendHold
//             | hold:16                                                                      releaseHold
//             | owner:16 is order:u8                                                         moveAllocation
//             | hold:16 reacquired:u8                                                        confirmHold
//             | -                                                                              createOrder
//             | order:16                                                                       the other commands on orders
//
// Orders are in OrderRecord+Codec.swift, their names in Ledger+OrderNames.swift.
//
//   closures := 1 revision:varint count:varint (location:varint closure:u8)*
//   backorder := 1 quantity:varint
//
// Stamps are milliseconds since 1970, buckets expiries in units of 100 ms. "Arming" numbers the holds in the order in
// which they were made or last extended: it is the order in which holds of one bucket are swept, also after a restart.

let recordVersion: UInt8 = 1

/// What was applied so far, and the counters that go on from there.
struct AppliedRecord: Equatable, Sendable {
  var index: UInt64 = 0
  var stamp = Stamp.zero
  var digest: UInt64 = 0
  /// The sequence of the next movement.
  var nextSequence: UInt64 = 1
  var nextArming: UInt64 = 1
  var liveHolds: UInt64 = 0
  var orders: UInt64 = 0
  /// Commands that could not be read or carried out.
  var alarms: UInt64 = 0
  /// Of all entries that the journal ever had, keys and values.
  var journalBytes: UInt64 = 0
  /// How far revisions are ahead of the index, see ``Ledger/revision``.
  var revisionLead: UInt64 = 0

  /// What the entry at the index is called outside.
  var revision: UInt64 { index + revisionLead }

  init() {}

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    index = try reader.uint64()
    stamp = Stamp(milliseconds: try reader.int64())
    guard stamp >= .zero, stamp.milliseconds <= Rules.stampMax else { throw .invalid("stamp") }
    digest = try reader.uint64()
    nextSequence = try reader.varint()
    nextArming = try reader.varint()
    liveHolds = try reader.varint()
    orders = try reader.varint()
    alarms = try reader.varint()
    journalBytes = try reader.varint()
    revisionLead = try reader.varint()
    guard revisionLead <= Rules.revisionMax else { throw .invalid("revision") }
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.uint64(index)
    writer.int64(stamp.milliseconds)
    writer.uint64(digest)
    writer.varint(nextSequence)
    writer.varint(nextArming)
    writer.varint(liveHolds)
    writer.varint(orders)
    writer.varint(alarms)
    writer.varint(journalBytes)
    writer.varint(revisionLead)
  }
}

/// The definition of a SKU.
struct SKURecord: Equatable, Sendable {
  var slot = SlotNumber(0)
  var tenant = ""
  var sku = ""
  var name = ""
  var scale: UInt8 = 0
  var revision: UInt32 = 1
  var created = Stamp.zero
  var lot: Int64 = 1
  var backorderLimit: Int64 = 0
  var attributes: [UInt8] = []
  /// The SKU is here; else only its texts are of meaning.
  var isPresent = true

  init() {}

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    slot = try reader.slotNumber()
    tenant = try reader.prefixedText(limit: Rules.tenantBytesMax)
    sku = try reader.prefixedText(limit: Rules.skuTextBytesMax)
    name = try reader.prefixedText(limit: Rules.nameBytesMax)
    scale = try reader.uint8()
    revision = UInt32(truncatingIfNeeded: try reader.varint())
    created = try reader.stamp()
    lot = try reader.quantity()
    guard lot > 0 else { throw .invalid("lot") }
    backorderLimit = try reader.quantity()
    attributes = try reader.prefixedSpan(limit: Rules.attributesBytesMax).copied()
    isPresent = try reader.flag()
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.uint8(recordVersion)
    writer.slotNumber(slot)
    writer.prefixed(tenant)
    writer.prefixed(sku)
    writer.prefixed(name)
    writer.uint8(scale)
    writer.varint(UInt64(revision))
    writer.stamp(created)
    writer.varint(UInt64(lot))
    writer.varint(UInt64(backorderLimit))
    writer.prefixed(attributes)
    writer.uint8(isPresent ? 1 : 0)
  }

  /// What a put may change, as a hash.
  var contentHash: UInt64 {
    var hash = StableHash(seed: UInt64(scale))
    hash.combine(Array(name.utf8).rawSpan)
    hash.combine(UInt64(lot))
    hash.combine(UInt64(backorderLimit))
    hash.combine(attributes.rawSpan)
    return hash.value
  }
}

/// A stock row as stored.
struct StockRecord: Equatable, Sendable {
  var lastSequence: UInt64 = 0
  var drainedThrough: Int64 = 0
  var onHandRevision: UInt64 = 0
  var balances = Balances()

  init(lastSequence: UInt64, drainedThrough: Int64, onHandRevision: UInt64 = 0, balances: Balances) {
    self.lastSequence = lastSequence
    self.drainedThrough = drainedThrough
    self.onHandRevision = onHandRevision
    self.balances = balances
  }

  init(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    lastSequence = try reader.varint()
    drainedThrough = try reader.stamp().milliseconds
    onHandRevision = try reader.varint()
    let mask = try reader.uint16()
    for account in Account.allCases where mask >> UInt16(account.rawValue) & 1 == 1 {
      balances[account] = try reader.zigzag()
    }
    try reader.finish()
  }

  func encode(to writer: inout ByteWriter) {
    writer.write(atMost: 3 + BytePen.varintMax * (3 + Balances.accountCount)) { pen in
      pen.uint8(recordVersion)
      pen.varint(lastSequence)
      pen.varint(UInt64(drainedThrough))
      pen.varint(onHandRevision)
      var mask: UInt16 = 0
      for raw in 0..<UInt8(Balances.accountCount) where balances[raw: raw] != 0 { mask |= 1 << UInt16(raw) }
      pen.store(mask)
      for raw in 0..<UInt8(Balances.accountCount) where balances[raw: raw] != 0 { pen.zigzag(balances[raw: raw]) }
    }
  }
}

/// A line of a stored hold, or a part of one: then `asked` is 0 in all but the first.
struct HoldRecordLine: Equatable, Sendable {
  var item: LineItem
  var location: LocationNumber?
  var asked: Int64
  var granted: Int64
}

/// A hold as stored, live or closed; reused where many are read.
struct HoldRecord: Equatable, Sendable {
  var fingerprint: UInt64 = 0
  var created: Int64 = 0
  var bucket: Int64 = 0
  var arming: UInt64 = 0
  var mode = ReserveMode.allOrNothing
  /// The lowest slot of all lines.
  var home = SlotNumber(0)
  /// How often the slots of other lines were told what they are to have; 0 for a hold that is all in this shard.
  var claimVersion: UInt64 = 0
  var lines: [HoldRecordLine] = []
  var reference: [UInt8] = []

  /// Reads the value of a live hold.
  mutating func decodeLive(_ bytes: RawSpan) throws(DecodeError) {
    var reader = ByteReader(bytes)
    try reader.recordVersion()
    try decodeBody(&reader)
    try reader.finish()
  }

  @_lifetime(reader: copy reader)
  mutating func decodeBody(_ reader: inout ByteReader) throws(DecodeError) {
    fingerprint = try reader.uint64()
    created = try reader.stamp().milliseconds
    bucket = try reader.stamp().milliseconds
    arming = try reader.varint()
    let modeByte = try reader.uint8()
    guard let mode = ReserveMode(rawValue: modeByte) else { throw .unknownTag(UInt64(modeByte)) }
    self.mode = mode
    home = try reader.slotNumber()
    claimVersion = try reader.varint()
    let count = try reader.lineCount()
    guard count >= 1 else { throw .invalid("lines") }
    lines.removeAll(keepingCapacity: true)
    for _ in 0..<count {
      let item = try reader.lineItem()
      let location = try reader.optionalLocation()
      let asked = try reader.quantity()
      lines.append(HoldRecordLine(item: item, location: location, asked: asked, granted: try reader.quantity()))
    }
    reference.removeAll(keepingCapacity: true)
    reference.append(try reader.prefixedSpan(limit: Rules.referenceBytesMax))
  }

  func encodeBody(to writer: inout ByteWriter) {
    writer.uint64(fingerprint)
    writer.varint(UInt64(created))
    writer.varint(UInt64(bucket))
    writer.varint(arming)
    writer.uint8(mode.rawValue)
    writer.slotNumber(home)
    writer.varint(claimVersion)
    writer.varint(UInt64(lines.count))
    for line in lines {
      writer.lineItem(line.item)
      writer.optionalLocation(line.location)
      writer.varint(UInt64(line.asked))
      writer.varint(UInt64(line.granted))
    }
    writer.prefixed(reference)
  }
}

extension Balances {
  /// By the raw value of an account.
  subscript(raw raw: UInt8) -> Int64 {
    guard let account = Account(rawValue: raw) else { invariantViolated("no such account: \(raw)") }
    return self[account]
  }
}

extension ByteReader {
  @_lifetime(self: copy self)
  mutating func recordVersion() throws(DecodeError) {
    let version = try uint8()
    guard version == Inventory.recordVersion else { throw .unknownTag(UInt64(version)) }
  }

  @_lifetime(self: copy self)
  mutating func stamp() throws(DecodeError) -> Stamp {
    let milliseconds = try varint()
    guard milliseconds <= UInt64(Rules.stampMax) else { throw .invalid("stamp") }
    return Stamp(milliseconds: Int64(milliseconds))
  }

  @_lifetime(self: copy self)
  mutating func quantity() throws(DecodeError) -> Int64 {
    let quantity = try varint()
    guard quantity <= UInt64(Rules.quantityMax) else { throw .invalid("quantity") }
    return Int64(quantity)
  }
}

extension ByteWriter {
  mutating func stamp(_ stamp: Stamp) { varint(UInt64(stamp.milliseconds)) }
}
