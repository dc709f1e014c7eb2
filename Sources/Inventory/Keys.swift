internal import Basics

// The key space of one replica. Every key starts with the replica's prefix, which the ledger does not interpret.
//
//   key := prefix kind:u8 rest
//
//   kind  rest                                     value (grammar in)
//   0     -                                        what was applied (AppliedRecord)
//   1     sku:u32be                                definition of a SKU (SKURecord)
//   2     sku:u32be location:u16be                 stock row (StockRecord)
//   3     id:16                                    live hold (HoldRecord)
//   4     id:16, version 7                         settled id: closed hold or request record (SettledRecord)
//   5     id:16, other, or old when settled        the same
//   6     id:16                                    order (OrderRecord)
//   7     first sequence:u64be                     journal of one entry (JournalRecord)
//   8     settled:u64be id:16                      empty: what of kind 5 was settled when
//   9     slot:u16be claim id:16                   claim: what a hold or order of another home has here (ClaimRecord)
//   10    claim id:16 slot:u16be                   outbox: what a slot is to be told (OutboxRecord)
//   11    number:u64be                             queue of a move: kind:u8 id:16, of what was written for slots that leave
//   12    claim id:16                              order:16, whose claim it is, where that is not the order's own id
//   16    slot:u16be digest:16                     the order of an external number (NameRecord)
//   17    pay by:u64be id:16                       home:u16, of an order that waits to be paid
//   32    -                                        where the journal begins (JournalStart)
//   33    sku:u32be location:u16be                 balances of a row where the journal begins (StockRecord)
//   24    -                                        which locations take nothing new (Closures)
//   25    sku:u32be (0 | location + 1):u32be created:u64be order:16 line:u16be
//                                                  how much that line of the order waits for
//   26    sku:u32be                                stock may be there that is waited for (FillableSKUs)
//   28    -                                        what became of the slots (SlotStates)
//   29    -                                        the move by which slots leave (LeavingRecord)
//   30    chunk:u64be                              parcel of the slots that were handed over (Parcel)
//   31    move:u64be                               a move by which slots come (ComingRecord)
//   38    slot:u16be                               since when a slot is here that came (SlotArrival)
//   39    move:u64be                               empty: a move by which nothing comes any more
//   37    order:16                                     home:u16, of an order that waits for stock of other slots
//   36    move:u64be of history:u8 chunk:u32be     a chunk that has come (Parcel)
//
// Kind 4 is in the order of the time that the ids carry, so that what is older than the retention goes by one range
// delete; kind 5 has no useful order, which is why kind 8 exists. Never renumber.

/// The kinds of keys.
enum KeyKind: UInt8 {
  case applied = 0
  case sku = 1
  case stock = 2
  case liveHold = 3
  case settledByTime = 4
  case settledOther = 5
  case order = 6
  case journal = 7
  case settledIndex = 8
  case claim = 9
  case outbox = 10
  case moveQueue = 11
  case claimOwner = 12
  case orderName = 16
  case unpaidOrder = 17
  case journalStart = 32
  case journalBase = 33
  case closures = 24
  case backorder = 25
  case fillable = 26
  case slotStates = 28
  case leaving = 29
  case parcel = 30
  case coming = 31
  case staged = 36
  case waitingElsewhere = 37
  case slotArrival = 38
  case endedMove = 39
}

/// Builds keys in one reused buffer. Owned by whoever reads or writes state.
struct KeyBuffer: Sendable {
  private(set) var bytes: [UInt8]
  private let prefixCount: Int

  init(prefix: [UInt8]) {
    bytes = prefix
    bytes.reserveCapacity(prefix.count + 32)
    prefixCount = prefix.count
  }

  var prefixByteCount: Int { prefixCount }
  var prefix: [UInt8] { Array(bytes[..<prefixCount]) }

  mutating func set(_ kind: KeyKind) {
    bytes.removeLast(bytes.count - prefixCount)
    bytes.append(kind.rawValue)
  }

  mutating func set(_ kind: KeyKind, _ id: UniqueID) {
    set(kind)
    append(id)
  }

  mutating func set(_ kind: KeyKind, _ number: UInt64) {
    set(kind)
    append(number)
  }

  mutating func setSKU(_ number: UInt32) {
    set(.sku)
    append(number)
  }

  mutating func setFillable(_ number: UInt32) {
    set(.fillable)
    append(number)
  }

  private mutating func append(_ number: UInt32) {
    for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index))) }
  }

  mutating func setStock(_ key: StockKey, _ kind: KeyKind = .stock) {
    set(kind)
    let packed = key.packed
    for index in 0..<6 { bytes.append(UInt8(truncatingIfNeeded: packed >> UInt64(40 - 8 * index))) }
  }

  mutating func setSettledIndex(_ stamp: Stamp, _ id: UniqueID) {
    set(.settledIndex, UInt64(bitPattern: stamp.milliseconds))
    append(id)
  }

  mutating func setBackorder(_ place: BackorderPlace) {
    set(.backorder, UInt64(place.sku.rawValue) << 32 | UInt64(place.location.map { UInt32($0.rawValue) + 1 } ?? 0))
    append(UInt64(bitPattern: place.created.milliseconds))
    append(place.order)
    bytes.append(UInt8(truncatingIfNeeded: place.line >> 8))
    bytes.append(UInt8(truncatingIfNeeded: place.line))
  }

  mutating func setClaim(_ claim: ClaimKey) {
    set(.claim)
    append(claim.slot)
    append(claim.id)
  }

  mutating func setOutbox(_ claim: ClaimKey) {
    set(.outbox, claim.id)
    append(claim.slot)
  }

  mutating func setUnpaid(_ payBy: Int64, _ id: UniqueID) {
    set(.unpaidOrder, UInt64(bitPattern: payBy))
    append(id)
  }

  /// A key that was stored, without the prefix.
  mutating func set(raw rest: [UInt8]) {
    bytes.removeLast(bytes.count - prefixCount)
    bytes += rest
  }

  mutating func setArrival(of slot: SlotNumber) {
    set(.slotArrival)
    append(slot)
  }

  mutating func setNames(of slot: SlotNumber) {
    set(.orderName)
    append(slot)
  }

  mutating func setName(_ name: OrderName) {
    set(.orderName)
    append(name.slot)
    append(name.digest)
  }

  /// A chunk that has come: of a batch of slots, or of history.
  mutating func setStaged(_ move: UInt64, _ chunk: UInt32, ofHistory: Bool = false) {
    set(.staged, move)
    bytes.append(ofHistory ? 1 : 0)
    for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: chunk >> UInt32(24 - 8 * index))) }
  }

  /// The bytes that sort behind every key of a kind.
  mutating func setEnd(of kind: KeyKind) {
    set(kind)
    bytes[prefixCount] += 1
  }

  private mutating func append(_ slot: SlotNumber) {
    bytes.append(UInt8(truncatingIfNeeded: slot.rawValue >> 8))
    bytes.append(UInt8(truncatingIfNeeded: slot.rawValue))
  }

  private mutating func append(_ id: UniqueID) {
    unsafe withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ number: UInt64) {
    unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }
}
