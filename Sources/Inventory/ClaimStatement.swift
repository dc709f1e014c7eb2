package import Basics

/// What one side says of a claim, in a form that can be compared with what the other side says: the slot where the stock
/// is, or the home that decides. Small, whatever the claim is about, so that a shard's worth of them can be sent.
///
///     statement := id:16 slot:u16 home:u16 version:varint content:u64 pending:varint since:varint known:u8
package struct ClaimStatement: Equatable, Sendable {
  package var claim: ClaimKey
  package var home: SlotNumber
  /// The last version that was decided, or that the slot was told.
  package var version: UInt64 = 0
  /// A hash of what the slot has of it, or is to have: by SKU text and location. 0: nothing.
  package var content: UInt64 = 0
  /// The slot: a version that is prepared. Home: the version that the slot has not acknowledged. 0: none.
  package var pendingVersion: UInt64 = 0
  /// Since when that is so.
  package var since = Stamp.zero
  /// Whether there is a record: a hold, an order or a tombstone at home, a claim at the slot.
  package var isKnown = false

  package init(_ claim: ClaimKey, home: SlotNumber = SlotNumber(0)) {
    self.claim = claim
    self.home = home
  }

  @_lifetime(reader: copy reader)
  package init(_ reader: inout ByteReader) throws(DecodeError) {
    let id = try reader.uniqueID()
    claim = ClaimKey(id: id, slot: try reader.slotNumber())
    home = try reader.slotNumber()
    version = try reader.varint()
    content = try reader.uint64()
    pendingVersion = try reader.varint()
    since = try reader.stamp()
    isKnown = try reader.flag()
  }

  package func encode(to writer: inout ByteWriter) {
    writer.uniqueID(claim.id)
    writer.slotNumber(claim.slot)
    writer.slotNumber(home)
    writer.varint(version)
    writer.uint64(content)
    writer.varint(pendingVersion)
    writer.stamp(since)
    writer.uint8(isKnown ? 1 : 0)
  }
}

/// What follows from what both sides say.
package enum ClaimVerdict: Equatable, Sendable {
  case agrees
  /// Something is on its way since a stamp: the slot waits for home's word, or home for the slot's acknowledgement.
  case pending(since: Stamp, String)
  /// What should not be, unless one side has moved on since it was looked at.
  case differs(String)

  /// - Parameters:
  ///   - slot: looked at before `home`, so that whatever the slot was told is decided there.
  package init(slot: ClaimStatement, home: ClaimStatement) {
    if home.pendingVersion > 0 {
      self = .pending(since: home.since, "the slot has not acknowledged version \(home.pendingVersion)")
    } else if slot.pendingVersion > 0 {
      self = .pending(
        since: slot.since, "home has not decided version \(slot.pendingVersion), which the slot has prepared")
    } else if slot.version > home.version {
      self = .differs(
        home.isKnown
          ? "the slot was told version \(slot.version), home has decided \(home.version)"
          : "the slot was told version \(slot.version) of what home does not know")
    } else if slot.content != home.content {
      self = .differs(
        slot.content == 0
          ? "home says that the slot has stock of it, the slot has none (home's version \(home.version))"
          : home.content == 0
            ? "the slot has stock of it (version \(slot.version)), home says that it has none (version \(home.version))"
            : "slot and home say different quantities (versions \(slot.version) and \(home.version))")
    } else {
      self = .agrees
    }
  }
}

/// Hashes what a slot has of a claim, in whatever order it comes.
struct ClaimContent {
  private var lines: [(tenant: String, sku: String, location: LocationNumber, portion: Portion)] = []

  mutating func add(_ tenant: String, _ sku: String, _ location: LocationNumber, _ portion: Portion) {
    guard !portion.isZero else { return }
    let known = lines.firstIndex { $0.sku == sku && $0.location == location && $0.tenant == tenant }
    if let known { lines[known].portion += portion } else { lines.append((tenant, sku, location, portion)) }
  }

  /// 0 for nothing.
  var hash: UInt64 {
    if lines.isEmpty { return 0 }
    var hash = StableHash()
    for line in lines.sorted(by: { ($0.tenant, $0.sku, $0.location) < ($1.tenant, $1.sku, $1.location) }) {
      hash.combine(Array(line.tenant.utf8).rawSpan)
      hash.combine(Array(line.sku.utf8).rawSpan)
      hash.combine(UInt64(line.location.rawValue))
      hash.combine(UInt64(bitPattern: line.portion.held))
      hash.combine(UInt64(bitPattern: line.portion.allocated))
      hash.combine(UInt64(bitPattern: line.portion.shipped))
    }
    return max(1, hash.value)
  }
}
