internal import Basics

// Forgetting what is past the retention. It only frees space: what is past the retention is treated as forgotten by
// every decision already (`use(of:)`, `readSettled`), so replicas may do it at different times, and the digest leaves
// it out.
extension Ledger {
  /// Of ids with a time, one range delete covers a minute of them or more.
  private static let rangeMilliseconds: Int64 = 60_000

  mutating func forgetOld(
    limit: Int, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    let cut = applied.stamp.milliseconds - Rules.retentionMilliseconds
    guard cut > 0 else { return }
    if cut - forgottenThrough >= Self.rangeMilliseconds {
      var end = key
      key.set(.settledByTime)
      end.set(.settledByTime, UniqueID(high: UInt64(cut) << 16, low: 0))
      changes.deleteRange(from: key.bytes.rawSpan, to: end.bytes.rawSpan)
      forgottenThrough = cut
    }
    // Only what the reader has: an index entry of this turn is not in it yet, and must not be passed over.
    let indexCut = min(cut, writtenStamp.milliseconds)
    if limit > 0, indexCut - forgottenIndexThrough >= 1_000 {
      try forgetIndexed(before: indexCut, limit: limit, reader, &changes)
    }
  }

  private mutating func forgetIndexed(
    before cut: Int64, limit: Int, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) {
    var end = key
    key.set(.settledIndex, UInt64(forgottenIndexThrough))
    end.set(.settledIndex, UInt64(cut))
    let rest = key.prefixByteCount + 1
    var doomed: [(stamp: Stamp, id: UniqueID)] = []
    var error: DecodeError?
    try reader.scan(from: key.bytes.rawSpan, to: end.bytes.rawSpan, descending: false) { found, _ in
      do throws(DecodeError) {
        var bytes = ByteReader(found)
        try bytes.skip(rest)
        let stamp = Stamp(milliseconds: Int64(truncatingIfNeeded: try bytes.bigEndianUInt64()))
        doomed.append((stamp, try bytes.uniqueID()))
        try bytes.finish()
      } catch let unreadable { error = unreadable }
      return doomed.count < limit && error == nil
    }
    if let error { throw StateReadError(message: "an index entry of settled ids is unreadable: \(error)") }
    for (stamp, id) in doomed {
      key.setSettledIndex(stamp, id)
      changes.delete(key: key.bytes.rawSpan)
      // An id may have been settled anew since, and is indexed by that then.
      guard try settledStamp(id, reader) == stamp else { continue }
      key.set(.settledOther, id)
      changes.delete(key: key.bytes.rawSpan)
    }
    // More of the last stamp may be left: it is looked at again, without those that are gone by then.
    forgottenIndexThrough = doomed.count < limit ? cut : doomed[doomed.count - 1].stamp.milliseconds
  }

  private func settledStamp(_ id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> Stamp? {
    var bytes: [UInt8] = []
    if !overlay.readSettled(id, into: &bytes) {
      var key = self.key
      key.set(.settledOther, id)
      guard try reader.read(key: key.bytes.rawSpan, into: &bytes) else { return nil }
    }
    // It was forgotten in this turn, with the slot that it was of.
    guard !bytes.isEmpty else { return nil }
    do { return try SettledRecord(bytes.rawSpan).settled } catch {
      throw StateReadError(message: "the settled record of \(id) is unreadable: \(error)")
    }
  }
}
