package import Basics

/// What home knows of an id by which slots hold claims.
enum ClaimHome {
  /// Nothing that could have claims: the id is fresh, or was used for something else, or its versions are spent.
  case undecided(Tombstone?, isFree: Bool)
  case live(Int32)
  case closed(ClosedHold)
  case order(UniqueID, OrderRecord)

  /// The home slot of the hold or order; `nil` where there is none.
  func slot(in holds: LiveHolds) -> SlotNumber? {
    switch self {
    case .undecided: nil
    case .live(let hold): holds[hold].home
    case .closed(let closed): closed.hold.home
    case .order(_, let order): order.home
    }
  }
}

// The versions of what this shard is the home of. All of an id's versions were decided here, one after the other.
extension Ledger {
  /// The last version of an id that was decided or spent; 0 for none. Asks no keyed state about a fresh version 7 id.
  package func claimVersion(of id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> UInt64 {
    try version(of: try claimHome(of: id, reader), reader)
  }

  func version(of home: ClaimHome, _ reader: any StateReader) throws(StateReadError) -> UInt64 {
    switch home {
    case .undecided(let tombstone, _): tombstone?.claimVersion ?? 0
    case .live(let hold): holds[hold].hasClaims ? try readLive(hold, reader).claimVersion : 0
    case .closed(let closed): closed.hold.claimVersion
    case .order(_, let order): order.claimVersion
    }
  }

  func claimHome(of id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> ClaimHome {
    let live = holds.find(id)
    if live != LiveHolds.none { return .live(live) }
    if recent.isFresh(id) { return .undecided(nil, isFree: true) }
    let settled = try readSettled(id, at: applied.stamp, reader)
    switch settled {
    case .closedHold(let closed):
      guard closed.state == .confirmed, let owner = closed.order, let order = try readOrder(owner, reader) else {
        return .closed(closed)
      }
      return .order(owner, order)
    case .tombstone(let tombstone): return .undecided(tombstone, isFree: true)
    case .request, nil: break
    }
    // The records of requests and holds are forgotten in the end, orders are not.
    if let (owner, order) = try order(withClaims: id, reader) { return .order(owner, order) }
    return .undecided(nil, isFree: settled == nil)
  }

  /// The order that has the claims of an id, and the order's own.
  func order(
    withClaims id: UniqueID, _ reader: any StateReader
  ) throws(StateReadError) -> (UniqueID, OrderRecord)? {
    let owner = try claimOwner(of: id, reader) ?? id
    guard let order = try readOrder(owner, reader), order.claim(of: owner) == id else { return nil }
    return (owner, order)
  }

  /// Whether another home has claims by an id on slots of what this shard is about to set aside under it, which is in
  /// `holdLines`: should one of these slots leave, both would have the same claim. A fresh version 7 id costs no read.
  func isClaimedByOtherHome(
    _ id: UniqueID, than home: SlotNumber, _ reader: any StateReader
  ) throws(StateReadError) -> Bool {
    if recentClaims.isFresh(id) { return false }
    for slot in holdLines.map({ skus[$0.sku].slot }).distinct() {
      guard let record = try readClaim(ClaimKey(id: id, slot: slot), reader) else { continue }
      // Programs that know no such versions grant it: all replicas have to do the same.
      guard ClaimVersion.home(of: record.pending?.version ?? record.version) != nil else { continue }
      if record.home != home { return true }
    }
    return false
  }

  // MARK: The order that has a hold's claims

  private func claimOwner(of id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> UniqueID? {
    var key = self.key
    key.set(.claimOwner, id)
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else { return nil }
    do throws(DecodeError) {
      var reader = ByteReader(bytes.rawSpan)
      let owner = try reader.uniqueID()
      try reader.finish()
      return owner
    } catch { throw Self.damage("the owner of claim \(id)", error) }
  }

  /// Remembers whose claims those of an order's hold are, if it has any, or the hold's id might be used once more.
  mutating func putClaimOwner(of order: OrderRecord, _ id: UniqueID, _ changes: inout StateChanges) {
    guard let hold = order.hold, order.claimVersion > 0 || hold.version7Milliseconds == nil else { return }
    putClaimOwner(hold, id, &changes)
  }

  /// Remembers whose claims those of an id are: a participant may ask when the record of the hold is long forgotten.
  mutating func putClaimOwner(_ id: UniqueID, _ order: UniqueID, _ changes: inout StateChanges) {
    key.set(.claimOwner, id)
    value.removeAll()
    value.uniqueID(order)
    putCold(&changes)
  }
}
