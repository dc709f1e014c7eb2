internal import API
internal import Basics
internal import Inventory
internal import Placement
internal import Replication

/// Refusals about orders in the words of the contract.
extension StoreServer {
  /// The id of an order as the call on it named it: with the home slot that it carried.
  private static func orderID(_ id: UniqueID, of call: PendingCall) -> String {
    ResourceID(id: id, homeSlot: UInt16(truncatingIfNeeded: call.context)).description
  }

  static func describe(_ refusal: OrderRefusal, of order: UniqueID, _ call: PendingCall) -> CallFailure {
    let id = orderID(order, of: call)
    var facts = ["order_id": id]
    switch refusal {
    case .unknown: return .unknownOrder(id)
    case .closed(let status):
      let name = API.OrderStatus(status).name
      facts["status"] = name
      return CallFailure(.orderClosed, "the order is \(name): nothing of it is open", metadata: facts)
    case .notPaid: return CallFailure(.orderNotPaid, "the order waits to be paid", metadata: facts)
    case .onHold(let reason):
      facts["hold_reason"] = reason
      return CallFailure(.orderOnHold, "the order is on hold: \(reason)", metadata: facts)
    case .paid(let reference):
      facts["payment_reference"] = reference
      return CallFailure(.orderPaid, "the order was paid by '\(reference)'", metadata: facts)
    case .notShipped(let open):
      facts["open"] = "\(open)"
      return CallFailure(.orderNotShipped, "\(open) of the order has not left", metadata: facts)
    case .changed(let revision):
      facts["version"] = "\(revision)"
      return CallFailure(.orderChanged, "the order is at version \(revision) meanwhile", metadata: facts)
    case .unknownLine(let line):
      facts["line"] = "\(line + 1)"
      return CallFailure(.unknownOrderLine, "the order has no line \(line + 1)", metadata: facts)
    case .notOpen(let part, let open):
      facts["line"] = "\(part.line + 1)"
      facts["asked"] = "\(part.quantity)"
      facts["open"] = "\(open)"
      return CallFailure(
        .quantityNotOpen, "of line \(part.line + 1) \(open) is open, not the \(part.quantity) asked for",
        metadata: facts)
    case .shipmentIDReused(let shipment):
      facts["shipment_id"] = shipment
      return CallFailure(
        .shipmentIDReused, "the order has another shipment '\(shipment)', with other content", metadata: facts)
    case .tooManyShipments:
      return CallFailure(
        .tooManyShipments, "the order has \(Rules.shipmentsMax) shipments and can have no more", metadata: facts)
    case .tooManyLines:
      return CallFailure(
        .tooManyLines, "the order would have more than \(Rules.orderLinesMax) lines", metadata: facts)
    case .tooManyReplacements:
      return CallFailure(
        .tooManyLines, "\(Rules.replacementsMax) orders are in the place of the order, and no more can be",
        metadata: facts)
    }
  }

  /// Another order has the number, or may get it.
  static func describe(_ taken: NameTaken) -> CallFailure {
    let facts = ["channel": taken.name.channel, "external_number": taken.name.number]
    let number = "the number '\(taken.name.number)' in channel '\(taken.name.channel)'"
    guard !taken.isPending else {
      return CallFailure(
        .externalNumberPending, "\(number) is being given to an order by another request", metadata: facts,
        retryDelayMilliseconds: 50)
    }
    let id = ResourceID(id: taken.order, homeSlot: taken.home.rawValue).description
    return CallFailure(
      .externalNumberTaken, "\(number) is that of order '\(id)'",
      metadata: facts.merging(["order_id": id]) { $1 })
  }
}

extension CallFailure {
  static func unknownOrder(_ id: String) -> CallFailure {
    CallFailure(.unknownOrder, "there is no order '\(id)'", metadata: ["order_id": id])
  }
}
