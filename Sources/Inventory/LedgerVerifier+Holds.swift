internal import Basics

// Holds and orders.
extension LedgerVerifier {
  mutating func checkLiveHold(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let id = try key.uniqueID()
    var record = HoldRecord()
    try record.decodeLive(value)
    report.liveHolds += 1
    liveIDs.append(id)
    var total: Int64 = 0
    for line in record.lines {
      total &+= line.granted
      guard let location = line.location else {
        if line.granted != 0 { find(.hold, "hold \(id) holds \(line.granted) of \(line.item) nowhere") }
        continue
      }
      guard let sku = line.item.localSKU else { continue }
      let stock = StockKey(sku: sku, location: location)
      if line.granted <= 0 || line.granted > line.asked {
        find(.hold, "hold \(id) holds \(line.granted) of \(line.asked) of \(name(stock))")
      }
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

  mutating func checkOrder(_ key: inout ByteReader, _ value: RawSpan) throws(DecodeError) {
    let id = try key.uniqueID()
    let order = try OrderRecord(value)
    report.orders += 1
    if foreign.contains(order.home) { return }
    for line in order.lines {
      let parts = [line.cancelled, line.backordered, line.allocated, line.shipped]
      if parts.reduce(0, &+) != line.ordered {
        find(.order, "order \(id), \(line.item): \(line.ordered) ordered, but its parts are \(parts)")
      }
      guard let sku = line.item.localSKU else { continue }
      evidence.update(StockKey(sku: sku, location: line.location), default: Evidence()) {
        $0.allocatedByOrders &+= line.allocated
      }
    }
    if isLive(order.hold) { find(.hold, "order \(id) was made from hold \(order.hold), which is live") }
    checkSource(of: id, order)
  }

  /// The hold of an order is confirmed as that order, as long as it is remembered.
  private mutating func checkSource(of id: UniqueID, _ order: OrderRecord) {
    do {
      guard let record = try settled(order.hold) else {
        if isRemembered(order.hold, settled: order.created) {
          find(.hold, "order \(id) was made from hold \(order.hold), of which there is no record")
        }
        return
      }
      guard case .closedHold(let closed) = record else {
        return find(.hold, "order \(id) was made from \(order.hold), which is not a hold")
      }
      if closed.state != .confirmed || closed.order != id {
        find(.hold, "order \(id) was made from hold \(order.hold), which is \(closed.state)")
      }
    } catch { find(.unreadable, "the record of hold \(order.hold): \(error.message)") }
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
