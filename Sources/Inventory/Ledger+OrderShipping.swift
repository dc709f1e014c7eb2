internal import Basics

extension Ledger {
  /// Ships a part of an order once, by the shipment's id: whoever replays it, under whatever request id, is answered that
  /// it was done.
  func ship(
    _ order: inout OrderRecord, _ id: UniqueID, _ shipment: String, _ parts: [LineQuantity]
  ) -> OrderStepResult {
    if let known = order.shipments.first(where: { $0.id == shipment }), !isMutated(.shipsTwice) {
      return known.isSame(as: parts) ? .again : .refused(.order(id, .shipmentIDReused(shipment)))
    }
    let status = order.seen(at: applied.stamp).status
    if status.isOver { return .refused(.order(id, .closed(status))) }
    if status == .awaitingPayment { return .refused(.order(id, .notPaid)) }
    if let reason = order.onHold { return .refused(.order(id, .onHold(reason: reason))) }
    guard order.shipments.count < Rules.shipmentsMax else { return .refused(.order(id, .tooManyShipments)) }
    var shipped: [LineQuantity] = []
    let all = order.lines.indices.map { LineQuantity(line: $0, quantity: 0) }
    for part in parts.isEmpty ? all : parts {
      guard order.lines.indices.contains(part.line) else { return .refused(.order(id, .unknownLine(part.line))) }
      let allocated = order.lines[part.line].allocated
      let quantity = part.quantity == 0 ? allocated : part.quantity
      guard quantity >= 0, quantity <= allocated, quantity > 0 || parts.isEmpty else {
        return .refused(.order(id, .notOpen(part, open: allocated)))
      }
      if quantity == 0 { continue }
      order.lines[part.line].allocated -= quantity
      order.lines[part.line].shipped += quantity
      shipped.append(LineQuantity(line: part.line, quantity: quantity))
    }
    guard !shipped.isEmpty else { return .refused(.order(id, .notOpen(LineQuantity(line: 0, quantity: 0), open: 0))) }
    order.shipments.append(Shipment(id: shipment, shipped: applied.stamp, asked: Shipment.hash(parts), lines: shipped))
    return .changed(.shipment)
  }
}

extension Shipment {
  /// The hash of what was asked for, before "all" became quantities.
  static func hash(_ parts: [LineQuantity]) -> UInt64 {
    var hash = StableHash(seed: UInt64(parts.count))
    for part in parts {
      hash.combine(UInt64(part.line))
      hash.combine(UInt64(bitPattern: part.quantity))
    }
    return hash.value
  }

  /// Whether a request for a shipment of the same id asks for what was shipped.
  func isSame(as parts: [LineQuantity]) -> Bool { asked == Self.hash(parts) || lines == parts }
}
