package import Basics
package import Inventory

/// What a caller wants that needs stock, or a name, of slots that the home's shard does not have: a hold or an order over
/// several shards. The edge makes it, at the leader of the home's shard; ``Store/begin(_:in:for:)`` takes it.
package struct AcrossRequest {
  /// The hold or the order whose home decides; with a slot it names a claim.
  package var claim: UniqueID
  /// The id under which the home remembers the request when it was carried out.
  package var request: UniqueID
  package var home: SlotNumber
  package var tenant: [UInt8]
  package var actor: [UInt8] = []
  package var mode = ReserveMode.allOrNothing
  package var sourcing = Sourcing.plain
  /// The locations to try for lines that name none, best first.
  package var ranked: [LocationNumber] = []
  /// Whether the versions that it takes name the home: when every node of the cluster knows such versions.
  package var versionsNameHome = true
  /// What is asked of others; no two of the same slot.
  package var parts: [AcrossPart]
  /// Makes the command that decides, under a version of the claim and with what was granted, part by part. Without grants
  /// it is proposed only for a request that was carried out before, whose answer it then gives once more.
  package var decide: (_ version: UInt64, _ grants: [AcrossGrant]) -> Command

  package init(
    claim: UniqueID, _ header: RequestHeader, home: SlotNumber, tenant: [UInt8], parts: [AcrossPart],
    decide: @escaping (_ version: UInt64, _ grants: [AcrossGrant]) -> Command
  ) {
    self.claim = claim
    request = header.id
    actor = Array(header.actor.utf8)
    self.home = home
    self.tenant = tenant
    self.parts = parts
    self.decide = decide
  }

  /// What it counts for against the bound.
  var byteCount: Int {
    parts.reduce(256) { $0 + 64 + $1.name.count + $1.lines.reduce(0) { $0 + 64 + $1.sku.count } }
  }
}

/// What a request asks of one slot.
package struct AcrossPart: Equatable, Sendable {
  package var slot: SlotNumber
  package var lines: [AcrossLine]
  /// A name that is to be unique, as the ledger encodes it; empty for none.
  package var name: [UInt8]

  package init(slot: SlotNumber, lines: [AcrossLine] = [], name: [UInt8] = []) {
    self.slot = slot
    self.lines = lines
    self.name = name
  }

  /// By this a participant tells a repeated question from that of another request which was given the same version: over
  /// the request's id and what its caller asked for, and not over what the gate added.
  func fingerprint(_ request: UniqueID, _ mode: ReserveMode, _ sourcing: Sourcing = .plain) -> UInt64 {
    var writer = ByteWriter()
    writer.uniqueID(request)
    writer.uint8(mode.rawValue | sourcing.rawValue << 2)
    for line in lines { line.encode(into: &writer) }
    writer.prefixed(name)
    return StableHash.hash(writer.bytes.rawSpan)
  }
}

/// One line of a part: a SKU by its text, as only its own shard has a number for it.
package struct AcrossLine: Equatable, Sendable {
  package var sku: [UInt8]
  package var location: LocationNumber?
  package var quantity: Int64
  package var minimum: Int64

  package init(sku: [UInt8], location: LocationNumber? = nil, quantity: Int64, minimum: Int64 = 1) {
    self.sku = sku
    self.location = location
    self.quantity = quantity
    self.minimum = minimum
  }
}

/// What a participant has set aside for one part, until it is told what became of it.
package struct AcrossGrant: Equatable, Sendable {
  package var slot: SlotNumber
  /// Tells this preparation from any other of the claim.
  package var token: UInt64
  package var lines: [AcrossGrantedLine]

  package init(slot: SlotNumber, token: UInt64, lines: [AcrossGrantedLine]) {
    self.slot = slot
    self.token = token
    self.lines = lines
  }
}

package struct AcrossGrantedLine: Equatable, Sendable {
  /// The place of the line in its part.
  package var line: Int
  /// `nil` for a line of which nothing was granted, and that named none.
  package var location: LocationNumber?
  package var asked: Int64
  package var granted: Int64
  /// What there is at that location, for a line of which nothing was granted.
  package var available: Int64

  package init(line: Int, location: LocationNumber?, asked: Int64, granted: Int64, available: Int64 = 0) {
    self.line = line
    self.location = location
    self.asked = asked
    self.granted = granted
    self.available = available
  }
}
