internal import Basics

// Two shards may have something under one id: a caller used it for different content, and nothing of it met. When a slot
// moves, it meets. Nothing of what is here gives way to what comes:
//
// - Of two holds the one that comes ends: its stock is given back.
// - Of two orders one that is over gives way. Where neither is, the piece of history that has the other is not taken, so the
//   move does not go on and its source serves; ops may cancel it. A batch that was handed over by then waits.
// - Of two records of what is over the one that is here stays.
extension Ledger {
  enum SameID {
    /// Nothing is in the way of what comes.
    case free
    /// What is here stays, and what comes is left out.
    case keepsOurs
    /// Neither may be left out.
    case clash
  }

  /// - Parameter known: the order of the id that is here.
  func sameID(
    _ order: OrderRecord, _ id: UniqueID, beside known: OrderRecord?, _ reader: any StateReader
  ) throws(StateReadError) -> SameID {
    if let known, isOurs(known.home, beside: order.home), !known.isOver {
      return order.isOver ? .keepsOurs : .clash
    }
    // Its claims may go by the id of a hold.
    guard !order.isOver, let hold = order.hold, let (owner, known) = try self.order(withClaims: hold, reader),
      owner != id, isOurs(known.home, beside: order.home), !known.isOver
    else { return .free }
    return .clash
  }

  /// Whether an order of a part that came may not be taken.
  func hasClash(_ part: ParcelPart, _ reader: any StateReader) throws(StateReadError) -> Bool {
    for item in part.records where item.kind == .order {
      let (id, order): (UniqueID, OrderRecord)
      do throws(DecodeError) {
        var body = ByteReader(item.body.rawSpan)
        id = try body.uniqueID()
        order = try OrderRecord(try body.span(count: body.remaining))
      } catch { return false }
      if case .clash = try sameID(order, id, beside: readOrder(id, reader), reader) { return true }
    }
    return false
  }

  func sameID(_ record: SettledRecord, _ id: UniqueID, _ reader: any StateReader) throws(StateReadError) -> SameID {
    let live = holds.find(id)
    if live != LiveHolds.none { return isOurs(holds[live].home, beside: record.home) ? .keepsOurs : .free }
    if recent.isFresh(id) { return .free }
    guard let known = try readSettled(id, at: applied.stamp, reader), isOurs(known.home, beside: record.home) else {
      return .free
    }
    return .keepsOurs
  }

  /// Whether what has a home is this shard's, and not what comes.
  private func isOurs(_ home: SlotNumber, beside other: SlotNumber) -> Bool { home != other && !isForeign(home) }
}
