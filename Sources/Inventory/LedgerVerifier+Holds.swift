internal import Basics

// Holds, and what ids were used for.
extension LedgerVerifier {
  mutating func checkLiveHold(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let id = try key.uniqueID()
    var record = HoldRecord()
    try record.decodeLive(value)
    report.liveHolds += 1
    liveIDs.append(id)
    var total: Int64 = 0
    // Of a line that comes from several locations all but the first ask for nothing.
    var left: Int64 = 0
    for line in record.lines {
      total &+= line.granted
      left = line.asked > 0 ? line.asked : left
      guard let location = line.location else {
        if line.granted != 0 { find(.hold, "hold \(id) holds \(line.granted) of \(line.item) nowhere") }
        continue
      }
      guard let sku = line.item.localSKU else { continue }
      let stock = StockKey(sku: sku, location: location)
      if line.granted <= 0 || line.granted > left {
        find(.hold, "hold \(id) holds \(line.granted) of \(left) of \(name(stock))")
      }
      left -= line.granted
      evidence.update(stock, default: Evidence()) { known in
        // What is due may have been given back to the row before its hold is swept.
        if record.bucket > known.stored?.drainedThrough ?? 0 { known.heldByHolds &+= line.granted }
      }
    }
    if total <= 0 { find(.hold, "hold \(id) holds nothing") }
    if record.hasRemoteLines, record.claimVersion == 0 {
      find(.claim, "hold \(id) has lines in other slots, and was never told to them")
    }
    if record.arming >= applied.nextArming {
      find(.counter, "hold \(id) was armed as \(record.arming), the next is to be \(applied.nextArming)")
    }
  }

  mutating func checkSettled(
    _ key: inout ByteReader, _ value: RawSpan, isByTime: Bool
  ) throws(DecodeError) {
    let id = try key.uniqueID()
    let record = try SettledRecord(value)
    report.settledRecords += 1
    if foreign.contains(record.home) { return }
    if isLive(id) {
      switch record {
      case .closedHold(let closed): find(.hold, "hold \(id) is live, and \(closed.state) as well")
      case .request: find(.hold, "id \(id) is that of a live hold and of another request as well")
      case .tombstone: break
      }
    }
    let belongsByTime =
      id.version7Milliseconds.map { $0 >= record.settled.milliseconds - Rules.settledByIDMilliseconds } ?? false
    if isByTime != belongsByTime {
      find(
        .hold,
        "id \(id) is filed by \(isByTime ? "its own time, expected when it was settled" : "when it was settled, expected its own time")"
      )
    }
  }

  /// Whether the retention of an id that was settled at a stamp is not over yet.
  func isRemembered(_ id: UniqueID, settled: Stamp) -> Bool {
    let time = id.version7Milliseconds ?? settled.milliseconds
    let isOld = time < settled.milliseconds - Rules.settledByIDMilliseconds
    return (isOld ? settled.milliseconds : time) >= applied.stamp.milliseconds - Rules.retentionMilliseconds
  }

  mutating func settled(_ id: UniqueID) throws(StateReadError) -> SettledRecord? {
    var bytes: [UInt8] = []
    key.set(.settledByTime, id)
    var isThere = id.version7Milliseconds != nil
    if isThere { isThere = try reader.read(key: key.bytes.rawSpan, into: &bytes) }
    if !isThere {
      key.set(.settledOther, id)
      isThere = try reader.read(key: key.bytes.rawSpan, into: &bytes)
    }
    guard isThere else { return nil }
    do { return try SettledRecord(bytes.rawSpan) } catch { throw StateReadError(message: "\(error)") }
  }

  func isLive(_ id: UniqueID) -> Bool {
    var (low, high) = (0, liveIDs.count)
    while low < high {
      let middle = (low + high) / 2
      if liveIDs[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < liveIDs.count && liveIDs[low] == id
  }
}
