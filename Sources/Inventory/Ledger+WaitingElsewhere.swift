package import Basics

// Lines of orders that wait for stock of other slots: those of an order that became one over several slots when a slot
// moved. What comes there is not seen here; so whoever leads asks for it from time to time, and the order is filled by a
// decision like any other over several slots.
extension Ledger {
  /// Orders of slots that are here, ascending from behind one on.
  package func ordersWaitingElsewhere(after last: UniqueID, limit: Int) -> [UniqueID] {
    var found: [UniqueID] = []
    if waitingElsewhere.isEmpty { return found }
    let foreign = foreignSlots
    waitingElsewhere.forEach(from: last) { id, home in
      if id > last, !foreign.contains(home) { found.append(id) }
      return found.count < limit
    }
    return found
  }

  /// An order was written.
  mutating func noteWaitingElsewhere(_ id: UniqueID, _ order: OrderRecord, _ changes: inout StateChanges) {
    guard order.waitsElsewhere else { return forgetWaitingElsewhere(id, &changes) }
    guard waitingElsewhere[id] == nil else { return }
    waitingElsewhere[id] = order.home
    key.set(.waitingElsewhere, id)
    value.removeAll()
    value.slotNumber(order.home)
    put(&changes)
  }

  mutating func forgetWaitingElsewhere(_ id: UniqueID, _ changes: inout StateChanges) {
    guard !waitingElsewhere.isEmpty, waitingElsewhere.removeValue(forKey: id) != nil else { return }
    key.set(.waitingElsewhere, id)
    delete(&changes)
  }

  mutating func loadWaitingElsewhere(_ reader: any StateReader) throws(StateReadError) {
    try Self.forEach(.waitingElsewhere, key, reader) { key, value throws(DecodeError) in
      let id = try key.uniqueID()
      var reader = ByteReader(value)
      waitingElsewhere[id] = try reader.slotNumber()
      try reader.finish()
    }
  }

  /// Gives lines of an order what other slots have prepared of what they wait for, which may be a part of it.
  mutating func fillFromElsewhere(
    _ before: OrderRecord, _ decide: DecideAmend, _ reader: any StateReader, _ changes: inout StateChanges
  ) throws(StateReadError) -> Answer {
    let (id, asked) = (decide.amend.target.order, decide.amend.changes)
    if let refusal = refusal(before, id) { return .refused(refusal) }
    var order = before
    guard asked.count == decide.remote.count else { return .refused(.order(id, .changed(revision: before.revision))) }
    for (line, prepared) in zip(asked, decide.remote) {
      let quantity = prepared.grants.reduce(0) { $0 + $1.granted }
      // Somebody else amended it since it was found out what to prepare.
      guard order.lines.indices.contains(line.line), order.lines[line.line].item == .remote(prepared.item),
        prepared.grants.allSatisfy({ $0.granted > 0 }), quantity <= order.lines[line.line].backordered
      else { return .refused(.order(id, .changed(revision: before.revision))) }
      for grant in prepared.grants { order.fill(line.line, grant.granted, at: grant.location) }
    }
    guard order != before else { return .refused(.order(id, .changed(revision: before.revision))) }
    let change = OrderChange(
      id: id, old: before, new: order, cause: .backorder, isRequested: false, decided: decide.version,
      parts: decide.parts)
    try changeOrder(change, reader, &changes)
    return .done(.orderChanged(id), .orderChanged(id))
  }
}

extension OrderRecord {
  var waitsElsewhere: Bool { lines.contains { $0.backordered > 0 && $0.item.localSKU == nil } }
}
