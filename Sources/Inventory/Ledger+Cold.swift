package import Basics

// Records that are read only now and then: claims, the outbox, straddling holds. They are kept in keyed state, and what
// was written since the last batch in ``KeyedOverlay``.
extension Ledger {
  /// Puts `value` under `key`, so that the next command reads it.
  mutating func putCold(_ changes: inout StateChanges) {
    cold.put(key.bytes, value.copiedBytes())
    put(&changes)
  }

  /// Deletes `key`, so that the next command does not find it.
  mutating func deleteCold(_ changes: inout StateChanges) {
    cold.delete(key.bytes)
    delete(&changes)
  }

  /// What is claimed. A fresh id costs a look-up in memory: every preparation asks, and nearly all are of new ids.
  func readClaim(_ claim: ClaimKey, _ reader: any StateReader) throws(StateReadError) -> ClaimRecord? {
    if recentClaims.isFresh(claim.id) { return nil }
    var key = self.key
    key.setClaim(claim)
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else { return nil }
    do { return try ClaimRecord(bytes.rawSpan) } catch { throw Self.damage("\(claim)", error) }
  }

  /// What a slot is to be told; `nil` when it has acknowledged everything.
  package func outboxRecord(
    _ claim: ClaimKey, _ reader: any StateReader
  ) throws(StateReadError) -> OutboxRecord? {
    guard let bytes = try outboxBytes(claim, reader) else { return nil }
    do { return try OutboxRecord(bytes.rawSpan) } catch { throw Self.damage("the outbox's row for \(claim)", error) }
  }

  /// The same as it is stored, which is how it is sent.
  package func outboxBytes(_ claim: ClaimKey, _ reader: any StateReader) throws(StateReadError) -> [UInt8]? {
    guard outbox.row(claim) != nil else { return nil }
    var key = self.key
    key.setOutbox(claim)
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else {
      throw StateReadError(message: "the outbox has no row for \(claim), which it should")
    }
    return bytes
  }

  /// The whole of a live hold that has more than is in memory.
  func readLive(_ hold: Int32, _ reader: any StateReader) throws(StateReadError) -> HoldRecord {
    let id = holds[hold].id
    var key = self.key
    key.set(.liveHold, id)
    var bytes: [UInt8] = []
    guard try cold.read(key.bytes, reader, into: &bytes) else {
      throw StateReadError(message: "hold \(id) is live, and has no record")
    }
    var record = HoldRecord()
    do { try record.decodeLive(bytes.rawSpan) } catch { throw Self.damage("hold \(id)", error) }
    return record
  }

  /// Writes a live hold that has more than is in memory. It is given the next arming.
  mutating func putLive(_ id: UniqueID, _ record: inout HoldRecord, _ changes: inout StateChanges) {
    record.arming = applied.nextArming
    applied.nextArming += 1
    key.set(.liveHold, id)
    value.removeAll()
    value.uint8(recordVersion)
    record.encodeBody(to: &value)
    putCold(&changes)
  }
}
