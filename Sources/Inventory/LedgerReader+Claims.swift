package import Basics

/// Where going through a shard's statements goes on.
package struct ClaimCursor: Equatable, Sendable {
  enum Stage: Equatable { case claims, holds, orders, done }

  var stage = Stage.claims
  /// Where the scan of the stage goes on; `nil` at its beginning.
  var key: [UInt8]?

  package init() {}

  package var isDone: Bool { stage == .done }

  var kind: KeyKind? {
    switch stage {
    case .claims: .claim
    case .holds: .liveHold
    case .orders: .order
    case .done: nil
    }
  }

  mutating func endStage() {
    key = nil
    switch stage {
    case .claims: stage = .holds
    case .holds: stage = .orders
    case .orders, .done: stage = .done
    }
  }
}

extension LedgerReader {
  /// What the shard says as the home of a claim: of its live holds and orders, or of what it decided once.
  package mutating func homeStatement(of claim: ClaimKey) throws(StateReadError) -> ClaimStatement {
    var statement = ClaimStatement(claim)
    if let row = try outboxRow(claim) {
      (statement.pendingVersion, statement.since) = (row.version, row.since)
    }
    if try takeHold(claim.id, &statement) { return statement }
    let owner = try owner(of: claim.id)
    if let order = try order(owner), order.claim(of: owner) == claim.id { statement.take(order) }
    return statement
  }

  /// What the shard says as the one that has the claim's slot.
  package mutating func slotStatement(of claim: ClaimKey) throws(StateReadError) -> ClaimStatement {
    key.setClaim(claim)
    guard let value = try read() else { return ClaimStatement(claim) }
    return try slotStatement(claim, value)
  }

  /// All that the shard says as a slot of others' holds and orders, and of its own to others' slots, some at a time.
  package mutating func statements(
    _ cursor: inout ClaimCursor, limit: Int
  ) throws(StateReadError) -> (asSlot: [ClaimStatement], asHome: [ClaimStatement]) {
    var (slots, homes): ([ClaimStatement], [ClaimStatement]) = ([], [])
    guard let kind = cursor.kind else { return ([], []) }
    let records = try records(kind, from: cursor.key, limit)
    for (found, value) in records {
      switch kind {
      case .claim: slots.append(try slotStatement(try claim(found), value))
      default: homes += try told(kind, try id(found), value)
      }
    }
    if let last = records.last { cursor.key = last.key + [0] }
    if records.count < limit { cursor.endStage() }
    return (slots, homes)
  }
}

// MARK: - The slot's side

extension LedgerReader {
  private mutating func slotStatement(
    _ claim: ClaimKey, _ value: [UInt8]
  ) throws(StateReadError) -> ClaimStatement {
    let record: ClaimRecord
    do { record = try ClaimRecord(value.rawSpan) } catch { throw Ledger.damage("\(claim)", error) }
    var statement = ClaimStatement(claim, home: record.home)
    statement.isKnown = true
    statement.version = record.version
    if let pending = record.pending { (statement.pendingVersion, statement.since) = (pending.version, pending.since) }
    var content = ClaimContent()
    for line in record.lines {
      guard let sku = try sku(line.stock.sku) else {
        throw StateReadError(message: "\(claim) names SKU number \(line.stock.sku), which is not there")
      }
      content.add(sku.tenant, sku.sku, line.stock.location, line.portion)
    }
    statement.content = content.hash
    return statement
  }

  private func claim(_ found: [UInt8]) throws(StateReadError) -> ClaimKey {
    do throws(DecodeError) {
      var reader = ByteReader(found.rawSpan)
      try reader.skip(key.prefixByteCount + 1)
      return try reader.claimOfSlot()
    } catch { throw Ledger.damage("the key \(hexadecimal(found.rawSpan))", error) }
  }
}

// MARK: - Home's side

extension LedgerReader {
  /// What one hold or order says to each slot of other shards.
  private mutating func told(
    _ kind: KeyKind, _ id: UniqueID, _ value: [UInt8]
  ) throws(StateReadError) -> [ClaimStatement] {
    let (claimID, home, slots) = try remoteSlots(kind, id, value)
    // Of what is elsewhere by now, the shard there speaks.
    if !slots.isEmpty, try ForeignSlots(prefix: prefix, reader: reader).contains(home) { return [] }
    var statements: [ClaimStatement] = []
    for slot in slots {
      var statement = try homeStatement(of: ClaimKey(id: claimID, slot: slot))
      statement.home = home
      statements.append(statement)
    }
    return statements
  }

  /// The slots of its lines that other shards have, and the id of its claims.
  private func remoteSlots(
    _ kind: KeyKind, _ id: UniqueID, _ value: [UInt8]
  ) throws(StateReadError) -> (claim: UniqueID, home: SlotNumber, slots: [SlotNumber]) {
    do throws(DecodeError) {
      if kind == .order {
        let order = try OrderRecord(value.rawSpan)
        if order.isOver { return (id, order.home, []) }
        return (order.claim(of: id), order.home, order.lines.compactMap { $0.item.remote?.slot }.distinct())
      }
      var record = HoldRecord()
      try record.decodeLive(value.rawSpan)
      return (id, record.home, record.lines.compactMap { $0.item.remote?.slot }.distinct())
    } catch { throw Ledger.damage("the record of \(id)", error) }
  }

  /// Whether a hold that is live, or was closed without an order, or a tombstone says it.
  private mutating func takeHold(_ id: UniqueID, _ statement: inout ClaimStatement) throws(StateReadError) -> Bool {
    key.set(.liveHold, id)
    if let value = try read() {
      var record = HoldRecord()
      do throws(DecodeError) { try record.decodeLive(value.rawSpan) } catch { throw Ledger.damage("hold \(id)", error) }
      statement.take(record)
      return true
    }
    for kind in [.settledByTime, .settledOther] as [KeyKind] {
      key.set(kind, id)
      guard let value = try read() else { continue }
      let record: SettledRecord
      do { record = try SettledRecord(value.rawSpan) } catch { throw Ledger.damage("the record of \(id)", error) }
      switch record {
      case .closedHold(let closed) where closed.state != .confirmed: statement.take(closed)
      case .tombstone(let tombstone): (statement.isKnown, statement.version) = (true, tombstone.claimVersion)
      case .closedHold, .request: return false
      }
      return true
    }
    return false
  }

  /// The order that has an id's claims.
  private mutating func owner(of id: UniqueID) throws(StateReadError) -> UniqueID {
    key.set(.claimOwner, id)
    guard let value = try read() else { return id }
    do throws(DecodeError) {
      var reader = ByteReader(value.rawSpan)
      return try reader.uniqueID()
    } catch { throw Ledger.damage("the owner of claim \(id)", error) }
  }

  private mutating func outboxRow(_ claim: ClaimKey) throws(StateReadError) -> OutboxRecord? {
    key.setOutbox(claim)
    guard let value = try read() else { return nil }
    do { return try OutboxRecord(value.rawSpan) } catch { throw Ledger.damage("the outbox row of \(claim)", error) }
  }
}

extension ClaimStatement {
  fileprivate mutating func take(_ record: HoldRecord) {
    (isKnown, version) = (true, record.claimVersion)
    var sum = ClaimContent()
    for line in record.lines {
      guard let item = line.item.remote, item.slot == claim.slot, let location = line.location else { continue }
      sum.add(item.tenant, item.sku, location, Portion(held: line.granted))
    }
    content = sum.hash
  }

  /// Released or expired: no slot has anything of it.
  fileprivate mutating func take(_ closed: ClosedHold) {
    (isKnown, version, content) = (true, closed.hold.claimVersion, 0)
  }

  fileprivate mutating func take(_ order: OrderRecord) {
    (isKnown, version, content) = (true, order.claimVersion, 0)
    // When it is over its slots forget their claims.
    if order.isOver { return }
    var sum = ClaimContent()
    for target in order.remoteTargets where target.item.slot == claim.slot {
      sum.add(target.item.tenant, target.item.sku, target.location, target.portion)
    }
    content = sum.hash
  }
}

// MARK: - Reading

extension LedgerReader {
  /// The value under the present key.
  private func read() throws(StateReadError) -> [UInt8]? {
    var bytes: [UInt8] = []
    return try reader.read(key: key.bytes.rawSpan, into: &bytes) ? bytes : nil
  }

  private func id(_ found: [UInt8]) throws(StateReadError) -> UniqueID {
    do throws(DecodeError) {
      var reader = ByteReader(found.rawSpan)
      try reader.skip(key.prefixByteCount + 1)
      return try reader.uniqueID()
    } catch { throw Ledger.damage("the key \(hexadecimal(found.rawSpan))", error) }
  }

  private mutating func records(
    _ kind: KeyKind, from start: [UInt8]?, _ limit: Int
  ) throws(StateReadError) -> [(key: [UInt8], value: [UInt8])] {
    key.set(kind)
    let start = start ?? key.bytes
    var end = key
    end.setEnd(of: kind)
    var records: [(key: [UInt8], value: [UInt8])] = []
    try reader.scan(from: start.rawSpan, to: end.bytes.rawSpan, descending: false) { key, value in
      records.append((key.copied(), value.copied()))
      return records.count < limit
    }
    return records
  }
}
