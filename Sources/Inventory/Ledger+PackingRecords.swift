internal import Basics

// Holds, orders and claims that leave, and what of them is on its way to others.
extension Ledger {
  /// Where nothing new is taken: a shard that was just made knows it before it has anything that could be taken.
  func packClosures(_ writer: inout ParcelWriter) {
    guard closures.revision > 0 else { return }
    var body = ByteWriter()
    closures.encode(to: &body)
    writer.append(ParcelRecord(kind: .closures, body: body.bytes), [], skus)
  }

  /// Orders that wait to be paid.
  mutating func packUnpaid(
    of batch: ClosedRange<SlotNumber>, _ left: inout Int, _ writer: inout ParcelWriter, _ changes: inout StateChanges
  ) -> [UInt8]? {
    while let (order, home) = unpaid.first(of: batch) {
      if left <= 0 { return [] }
      var body = ByteWriter()
      body.uniqueID(order.order)
      body.int64(order.payBy)
      body.slotNumber(home)
      writer.append(ParcelRecord(kind: .unpaid, body: body.bytes), [], skus)
      stopAwaitingPayment(order.order, order.payBy, &changes)
      left -= 1
    }
    return nil
  }

  /// The external numbers of the slots.
  mutating func packNames(
    of batch: ClosedRange<SlotNumber>, behind: [UInt8], _ left: inout Int, _ reader: any StateReader,
    _ writer: inout ParcelWriter, _ changes: inout StateChanges
  ) throws(StateReadError) -> [UInt8]? {
    let first = behind.isEmpty ? nameKey(batch.lowerBound, behind: false) : key.prefix + behind + [0]
    let pairs = try cold.pairs(from: first, to: nameKey(batch.upperBound, behind: true), limit: left, reader)
    for (found, bytes) in pairs {
      var body = ByteWriter()
      body.prefixed(Array(found.dropFirst(key.prefixByteCount)))
      body.prefixed(bytes)
      writer.append(ParcelRecord(kind: .name, body: body.bytes), [], skus)
      key.set(raw: Array(found.dropFirst(key.prefixByteCount)))
      deleteCold(&changes)
    }
    left -= pairs.count
    return left > 0 ? nil : pairs.last.map { Array($0.key.dropFirst(key.prefixByteCount)) }
  }

  /// Where the external numbers of a slot begin, or end.
  private func nameKey(_ slot: SlotNumber, behind: Bool) -> [UInt8] {
    var key = self.key
    if behind, Int(slot.rawValue) + 1 == SlotStates.count {
      key.setEnd(of: .orderName)
    } else {
      key.setNames(of: behind ? SlotNumber(slot.rawValue + 1) : slot)
    }
    return key.bytes
  }

  /// What the target is not known to have of what was settled.
  mutating func packQueue(
    _ record: inout LeavingRecord, _ reader: any StateReader, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    for number in record.queueFirst..<record.queueNext {
      if let item = try queued(number, reader), !(isMutated(.leavesRequestsBehind) && item.kind == .settled) {
        writer.append(item, try numbers(in: item), skus)
      }
      key.set(.moveQueue, number)
      deleteCold(&changes)
    }
    record.queueFirst = record.queueNext
  }

  /// What is wholly in its home slot. One that is due goes as it is: the target closes it.
  mutating func packHolds(
    of batch: ClosedRange<SlotNumber>, _ left: inout Int, _ reader: any StateReader, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) throws(StateReadError) -> [UInt8]? {
    while let id = leavingHolds?.firstWhole(of: batch) {
      if left <= 0 { return [] }
      let hold = holds.find(id)
      let record = try self.record(of: hold, reader)
      var bytes = ByteWriter()
      bytes.uint8(recordVersion)
      record.encodeBody(to: &bytes)
      let item = ParcelRecord(.hold, id, bytes.bytes)
      writer.append(item, try numbers(in: item), skus)
      key.set(.liveHold, id)
      deleteCold(&changes)
      removeHold(hold)
      applied.liveHolds -= 1
      left -= 1
    }
    return nil
  }

  mutating func packClaims(
    of batch: ClosedRange<SlotNumber>, behind: [UInt8], _ left: inout Int, _ reader: any StateReader,
    _ writer: inout ParcelWriter, _ changes: inout StateChanges
  ) throws(StateReadError) -> [UInt8]? {
    var (first, end) = (key, key)
    if behind.isEmpty {
      first.setClaim(ClaimKey(id: .zero, slot: batch.lowerBound))
    } else {
      first.set(raw: behind + [0])
    }
    if Int(batch.upperBound.rawValue) + 1 < SlotStates.count {
      end.setClaim(ClaimKey(id: .zero, slot: SlotNumber(batch.upperBound.rawValue + 1)))
    } else {
      end.setEnd(of: .claim)
    }
    let pairs = try cold.pairs(from: first.bytes, to: end.bytes, limit: left, reader)
    for (found, bytes) in pairs {
      do throws(DecodeError) {
        var reader = ByteReader(found.rawSpan)
        try reader.skip(key.prefixByteCount + 1)
        let claim = try reader.claimOfSlot()
        let item = ParcelRecord(.claim, claim, bytes)
        writer.append(item, try item.skuNumbers, skus)
        if let pending = try ClaimRecord(bytes.rawSpan).pending { pendingClaims.remove(claim, since: pending.since) }
        key.setClaim(claim)
        deleteCold(&changes)
      } catch { throw Self.damage("a claim that leaves with its slot", error) }
    }
    left -= pairs.count
    return left > 0 ? nil : pairs.last.map { Array($0.key.dropFirst(key.prefixByteCount)) }
  }

  /// What holds and orders of the slots have still to tell others.
  mutating func packOutbox(
    of batch: ClosedRange<SlotNumber>, _ reader: any StateReader, _ writer: inout ParcelWriter,
    _ changes: inout StateChanges
  ) throws(StateReadError) {
    for claim in outbox.claims {
      guard let record = try outboxRecord(claim, reader) else { continue }
      // Of two homes that use one id only one is known by it, and the row may be the other's.
      var home = ClaimVersion.home(of: record.version)
      if home == nil { home = try homeSlot(of: claim.id, reader) }
      guard let home, batch.contains(home) else { continue }
      var bytes = ByteWriter()
      record.encode(to: &bytes)
      writer.append(ParcelRecord(.outbox, claim, bytes.bytes), [], skus)
      outbox.remove(claim)
      key.setOutbox(claim)
      deleteCold(&changes)
    }
  }

  /// The home of an id by which slots hold claims; `nil` when everything about it is forgotten.
  private func homeSlot(of id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> SlotNumber? {
    switch try claimHome(of: id, reader) {
    case .undecided(let tombstone, _): tombstone?.home
    case .live(let hold): holds[hold].home
    case .closed(let closed): closed.hold.home
    case .order(_, let order): order.home
    }
  }
}
