internal import Basics

/// What an id was used for before.
enum RequestUse {
  case fresh
  case live(Int32)
  case settled(SettledRecord)
  case refused(Refusal)
}

// Request ids and what they were used for. All ids share one name space: that of a hold, of an order and of any other
// request are never equal, or it is the same request again.
extension Ledger {
  /// What an id was used for. A fresh version 7 id costs two look-ups in memory; only an id that was used, or is older
  /// than the watermark of ``RecentIDs``, or carries no time, is looked for in keyed state.
  mutating func use(of id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> RequestUse {
    let live = holds.find(id)
    if live != LiveHolds.none { return .live(live) }
    if let time = id.version7Milliseconds {
      if time < applied.stamp.milliseconds - Rules.retentionMilliseconds { return .refused(.requestTooOld) }
      if time > applied.stamp.milliseconds + Rules.futureMilliseconds { return .refused(.requestFromFuture) }
      if recent.covers(time), !recent.contains(id, time) { return .fresh }
    }
    if let record = try readSettled(id, at: applied.stamp, reader) { return .settled(record) }
    // The record of an id without a time is forgotten in the end, and an order that has claims by it is not: another hold of
    // that id would be taken for the order.
    if id.version7Milliseconds == nil, try hasOrder(withClaims: id, reader) { return .refused(.requestIDReused) }
    return .fresh
  }

  /// Files what an id was used for.
  mutating func settle(_ id: UniqueID, _ record: SettledRecord, _ changes: inout StateChanges) {
    value.removeAll()
    record.encode(to: &value)
    settleValue(id, &changes)
  }

  /// Files `value` under an id, where ``readSettled`` will look for it.
  ///
  /// A young version 7 id is filed by the time that it carries. An id without a time, or so old that it would soon be
  /// forgotten by it, is filed apart and indexed by now. A record that moves from the first place to the second when it
  /// is filed again leaves nothing behind.
  ///
  /// - Parameter stamp: when it was settled; `nil` for now.
  mutating func settleValue(_ id: UniqueID, at stamp: Stamp? = nil, _ changes: inout StateChanges) {
    let stamp = stamp ?? applied.stamp
    overlay.setSettled(id, value.bytes)
    let time = id.version7Milliseconds
    if let time { recent.insert(id, time) }
    if let time, time >= stamp.milliseconds - Rules.settledByIDMilliseconds {
      key.set(.settledByTime, id)
      put(&changes)
      queueSettled(id, &changes)
      return
    }
    if time != nil {
      key.set(.settledByTime, id)
      changes.delete(key: key.bytes.rawSpan)
    }
    key.set(.settledOther, id)
    put(&changes)
    key.setSettledIndex(stamp, id)
    changes.put(key: key.bytes.rawSpan, value: RawSpan())
    queueSettled(id, &changes)
  }

  /// The record of a settled id, unless it is past the retention at a stamp: whether the sweep has come by already
  /// makes no difference.
  func readSettled(
    _ id: UniqueID, at stamp: Stamp, _ reader: any StateReader
  ) throws(StateReadError) -> SettledRecord? {
    var bytes: [UInt8] = []
    guard try readSettledBytes(id, at: stamp, reader, &bytes) else { return nil }
    do {
      let record = resolved(try SettledRecord(bytes.rawSpan))
      return record.keptFrom(id) < stamp.milliseconds - Rules.retentionMilliseconds ? nil : record
    } catch { throw StateReadError(message: "the settled record of \(id) is unreadable: \(error)") }
  }

  func readSettledBytes(
    _ id: UniqueID, at stamp: Stamp, _ reader: any StateReader, _ bytes: inout [UInt8]
  ) throws(StateReadError) -> Bool {
    if overlay.readSettled(id, into: &bytes) { return !bytes.isEmpty }
    var key = self.key
    if let time = id.version7Milliseconds {
      key.set(.settledByTime, id)
      if try reader.read(key: key.bytes.rawSpan, into: &bytes) { return true }
      if time >= stamp.milliseconds - Rules.settledByIDMilliseconds { return false }
    }
    key.set(.settledOther, id)
    return try reader.read(key: key.bytes.rawSpan, into: &bytes)
  }

  /// The answer to a recorded request once more; or that its id was used for something else.
  mutating func replay(
    _ record: RequestRecord, _ tag: CommandTag, _ reader: any StateReader, _ outcomes: inout OutcomeBuffer
  ) throws(StateReadError) {
    guard record.tag == tag, record.fingerprint == request.fingerprint else {
      return outcomes.refuse(request.id, .requestIDReused)
    }
    let result: Outcome.Result
    switch record.answer {
    case .skuPut(let put): result = .skuPut(put)
    case .stockChanged(let changed): result = .stockChanged(changed)
    case .released(let hold): result = .released(hold: hold)
    case .allocationMoved(let owner, let isOrder): result = .allocationMoved(owner: owner, isOrder: isOrder)
    case .extended(let hold, let bucket): result = .extended(hold: hold, expiry: Rules.expiry(ofBucket: bucket))
    case .orderCreated: result = .orderChanged(request.id)
    case .orderChanged(let order): result = .orderChanged(order)
    case .confirmed(let hold, let isReacquired):
      guard let order = try readOrder(request.id, reader) else {
        throw StateReadError(message: "order \(request.id) is missing, though its request is recorded")
      }
      let start = outcomes.lines.count
      outcomes.append(order.lines)
      result = .confirmed(
        Confirmation(
          hold: hold, home: order.home, order: request.id, isReacquired: isReacquired,
          lines: start..<outcomes.lines.count))
    }
    outcomes.append(request.id, result, isReplay: true)
  }

  /// Writes an order: all of them are written here.
  mutating func putOrder(_ id: UniqueID, _ order: OrderRecord, _ changes: inout StateChanges) {
    key.set(.order, id)
    value.removeAll()
    order.encode(to: &value)
    overlay.setOrder(id, value.bytes)
    put(&changes)
    queueOrder(id, order, &changes)
    noteWaitingElsewhere(id, order, &changes)
  }

  func readOrder(_ id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> OrderRecord? {
    var bytes: [UInt8] = []
    guard try readOrderBytes(id, reader, &bytes) else { return nil }
    do {
      var order = try OrderRecord(bytes.rawSpan)
      for place in order.lines.indices { resolve(&order.lines[place].item) }
      return order
    } catch {
      throw StateReadError(message: "order \(id) is unreadable: \(error)")
    }
  }
}

extension Ledger {
  func readOrderBytes(
    _ id: UniqueID, _ reader: any StateReader, _ bytes: inout [UInt8]
  ) throws(StateReadError) -> Bool {
    if overlay.readOrder(id, into: &bytes) { return !bytes.isEmpty }
    var key = self.key
    key.set(.order, id)
    return try reader.read(key: key.bytes.rawSpan, into: &bytes)
  }
}

extension OutcomeBuffer {
  mutating func append(_ lines: [OrderLine]) {
    for line in lines { append(line.item, location: line.location, asked: line.ordered, granted: line.ordered) }
  }
}
