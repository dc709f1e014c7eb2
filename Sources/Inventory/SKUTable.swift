internal import Basics

/// Whether a SKU is here.
enum SKUPresence: Sendable {
  /// It is only spoken of.
  case absent
  /// It has come, and its slot is not open yet.
  case arriving
  case present
  /// Its slot was handed over, and its rows are not packed or removed yet.
  case leaving
}

/// What is kept in memory of each SKU.
struct SKUEntry: Sendable {
  /// Where tenant and SKU text are, one behind the other.
  var textOffset: Int
  var tenantByteCount: UInt8
  var skuByteCount: UInt8
  var scale: UInt8
  var slot: SlotNumber
  var presence = SKUPresence.present
  /// A reservation found too little of it, and none that begins with it has found enough since. Only a hint: it is no part
  /// of the state, and a replica that was loaded has it anew.
  var wasShort = false
  var revision: UInt32
  /// The next SKU whose text has the same hash.
  var nextOfHash: UInt32
  /// The next SKU of the same slot.
  var nextOfSlot: UInt32
  var firstRow: Int32
  var created: Int64
  /// The hash of all that a put may change: whether one changes anything.
  var contentHash: UInt64
  /// The hash of tenant and text, the same in every shard: what stands for the SKU in fingerprints.
  var textHash: UInt64
  /// Quantities are given in multiples of this.
  var lot: Int64
  var backorderLimit: Int64
  /// How much of it orders wait for.
  var backordered: Int64 = 0

  var isPresent: Bool { presence == .present }
}

/// A SKU that is being found by its text.
package struct SKULookup {
  var hash: UniqueID
  /// The first SKU of that hash, as of the second step; 0 for none.
  var first: UInt32 = 0
}

/// The SKUs of a shard, by number and by (tenant, text), found without making a string.
struct SKUTable: Sendable {
  private var entries = Slab<SKUEntry>()
  private var texts = ByteArena()
  private var table: IdentifierTable<UInt32>
  /// The first SKU of each slot, 0 for none; empty while there is no SKU. A SKU stays in its slot, whether it is here or not.
  private var firstOfSlot: [UInt32] = []
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
    table = IdentifierTable(seed: seed)
  }

  var count: Int { entries.count }
  /// The number that the next new SKU gets.
  var nextNumber: UInt32 { UInt32(entries.count) + 1 }

  /// How many are here.
  private(set) var presentCount = 0

  /// Whether a SKU is here.
  func contains(_ number: SKUNumber) -> Bool { isKnown(number) && self[number].isPresent }

  /// Whether a number was given: its texts are there.
  func isKnown(_ number: SKUNumber) -> Bool { number.rawValue >= 1 && number.rawValue <= UInt32(entries.count) }

  /// Requires a number that is there.
  subscript(number: SKUNumber) -> SKUEntry {
    get { entries[Int32(number.rawValue) - 1] }
    _modify { yield &entries[Int32(number.rawValue) - 1] }
  }

  /// Begins to load a SKU that is known.
  func prefetch(_ number: SKUNumber) { entries.prefetch(Int32(number.rawValue) - 1) }

  /// The number of a SKU that is here.
  func find(tenant: RawSpan, sku: RawSpan) -> SKUNumber? {
    find(tenant: tenant, sku: sku, from: table[hash(tenant, sku)] ?? 0)
  }

  private func find(tenant: RawSpan, sku: RawSpan, from first: UInt32) -> SKUNumber? {
    guard let number = findKnown(tenant: tenant, sku: sku, from: first), self[number].isPresent else { return nil }
    return number
  }

  /// The number of a SKU, whether it is here or not.
  func findKnown(tenant: RawSpan, sku: RawSpan) -> SKUNumber? {
    findKnown(tenant: tenant, sku: sku, from: table[hash(tenant, sku)] ?? 0)
  }

  private func findKnown(tenant: RawSpan, sku: RawSpan, from first: UInt32) -> SKUNumber? {
    var number = first
    while number != 0 {
      let entry = self[SKUNumber(number)]
      if Int(entry.tenantByteCount) == tenant.byteCount, Int(entry.skuByteCount) == sku.byteCount,
        texts.equals(tenant, at: entry.textOffset),
        texts.equals(sku, at: entry.textOffset + tenant.byteCount)
      {
        return SKUNumber(number)
      }
      number = entry.nextOfHash
    }
    return nil
  }

  // MARK: Finding in steps

  /// Begins to find a SKU, and to load what the next step looks at. Finding one waits for memory three times, each time for
  /// what the last one has found; in steps there is something else to do meanwhile.
  func begin(tenant: RawSpan, sku: RawSpan) -> SKULookup {
    let hash = hash(tenant, sku)
    table.prefetch(hash)
    return SKULookup(hash: hash)
  }

  func goOn(_ lookup: inout SKULookup) {
    lookup.first = table[lookup.hash] ?? 0
    if lookup.first != 0 { prefetch(SKUNumber(lookup.first)) }
  }

  func prefetchText(_ lookup: SKULookup) {
    if lookup.first != 0 { texts.prefetch(self[SKUNumber(lookup.first)].textOffset) }
  }

  /// The last step.
  func end(_ lookup: SKULookup, tenant: RawSpan, sku: RawSpan) -> SKUNumber? {
    find(tenant: tenant, sku: sku, from: lookup.first)
  }

  /// Adds a SKU that is not there, under the next number.
  mutating func insert(
    tenant: RawSpan, sku: RawSpan, record: SKURecord
  ) -> SKUNumber {
    let number = nextNumber
    let hash = hash(tenant, sku)
    let offset = texts.append(tenant, sku)
    if firstOfSlot.isEmpty { firstOfSlot = Array(repeating: 0, count: SlotStates.count) }
    let slot = Int(record.slot.rawValue)
    let hasSlot = slot < SlotStates.count
    _ = entries.insert(
      SKUEntry(
        textOffset: offset, tenantByteCount: UInt8(tenant.byteCount), skuByteCount: UInt8(sku.byteCount),
        scale: record.scale, slot: record.slot, revision: record.revision, nextOfHash: table[hash] ?? 0,
        nextOfSlot: hasSlot ? firstOfSlot[slot] : 0, firstRow: StockRows.none, created: record.created.milliseconds,
        contentHash: record.contentHash,
        textHash: Self.textHash(tenant, sku), lot: record.lot, backorderLimit: record.backorderLimit))
    table.set(hash, number)
    if hasSlot { firstOfSlot[slot] = number }
    presentCount += 1
    return SKUNumber(number)
  }

  /// The SKUs of some slots, whether they are here or not, ascending by number: the order in which they are chained says
  /// when they came to this replica.
  func numbers(of slots: ClosedRange<SlotNumber>) -> [SKUNumber] {
    if firstOfSlot.isEmpty { return [] }
    var found: [SKUNumber] = []
    for slot in slots.numbers {
      var number = firstOfSlot[Int(slot)]
      while number != 0 {
        found.append(SKUNumber(number))
        number = self[SKUNumber(number)].nextOfSlot
      }
    }
    return found.sorted()
  }

  /// Gives a number to a SKU that is not here.
  mutating func insertAbsent(tenant: RawSpan, sku: RawSpan, slot: SlotNumber) -> SKUNumber {
    var record = SKURecord()
    record.slot = slot
    let number = insert(tenant: tenant, sku: sku, record: record)
    set(number, .absent)
    return number
  }

  /// A SKU is not here any more, or not yet; its number and its texts stay.
  mutating func set(_ number: SKUNumber, _ presence: SKUPresence) {
    if self[number].isPresent { presentCount -= 1 }
    self[number].presence = presence
    if presence == .present { presentCount += 1 }
  }

  /// A SKU that was only spoken of has come. It is here when its slot is.
  mutating func arrive(_ number: SKUNumber, _ record: SKURecord) {
    invariant(self[number].presence == .absent, "a SKU came that is here")
    set(number, .arriving)
    self[number].scale = record.scale
    self[number].revision = record.revision
    self[number].created = record.created.milliseconds
    self[number].contentHash = record.contentHash
    self[number].lot = record.lot
    self[number].backorderLimit = record.backorderLimit
    self[number].backordered = 0
  }

  func tenant(of number: SKUNumber) -> String {
    texts.text(at: self[number].textOffset, count: Int(self[number].tenantByteCount))
  }

  func text(of number: SKUNumber) -> String {
    let entry = self[number]
    return texts.text(at: entry.textOffset + Int(entry.tenantByteCount), count: Int(entry.skuByteCount))
  }

  /// Appends the texts of a number that is there.
  func appendTexts(of number: SKUNumber, tenant: inout [UInt8], sku: inout [UInt8]) {
    let entry = self[number]
    texts.append(at: entry.textOffset, count: Int(entry.tenantByteCount), to: &tenant)
    texts.append(at: entry.textOffset + Int(entry.tenantByteCount), count: Int(entry.skuByteCount), to: &sku)
  }

  static func textHash(_ tenant: RawSpan, _ sku: RawSpan) -> UInt64 {
    var hash = StableHash(seed: 0)
    hash.combine(tenant)
    hash.combine(sku)
    return hash.value
  }

  static func textHash(_ item: RemoteItem) -> UInt64 {
    textHash(Array(item.tenant.utf8).rawSpan, Array(item.sku.utf8).rawSpan)
  }

  /// 128 bits, so that texts hardly ever meet; where they do, the entries are chained.
  private func hash(_ tenant: RawSpan, _ sku: RawSpan) -> UniqueID {
    var hash = StableHash(seed: seed)
    hash.combine(tenant)
    hash.combine(sku)
    let high = hash.value
    hash.combine(UInt64(tenant.byteCount))
    return UniqueID(high: high, low: hash.value)
  }
}

/// Text that is only ever added, in segments that are never moved.
struct ByteArena: Sendable {
  private static let segmentByteCount = 1 << 16
  private var segments: [[UInt8]] = []

  /// Appends both, one behind the other, and answers where. Together at most a segment.
  mutating func append(_ first: RawSpan, _ second: RawSpan) -> Int {
    let count = first.byteCount + second.byteCount
    if segments.isEmpty || segments[segments.count - 1].count + count > Self.segmentByteCount {
      segments.append([])
    }
    let last = segments.count - 1
    let offset = last * Self.segmentByteCount + segments[last].count
    segments[last].append(first)
    segments[last].append(second)
    return offset
  }

  func equals(_ bytes: RawSpan, at offset: Int) -> Bool {
    let start = offset % Self.segmentByteCount
    let segment = segments[offset / Self.segmentByteCount]
    return segment.rawSpan.extracting(start..<start + bytes.byteCount).elementsEqual(bytes)
  }

  func prefetch(_ offset: Int) { segments[offset / Self.segmentByteCount].prefetch(offset % Self.segmentByteCount) }

  func append(at offset: Int, count: Int, to bytes: inout [UInt8]) {
    let start = offset % Self.segmentByteCount
    let segment = segments[offset / Self.segmentByteCount]
    bytes.append(segment.rawSpan.extracting(start..<start + count))
  }

  func text(at offset: Int, count: Int) -> String {
    let start = offset % Self.segmentByteCount
    guard count > 0 else { return "" }
    return String(decoding: segments[offset / Self.segmentByteCount][start..<start + count], as: UTF8.self)
  }
}
