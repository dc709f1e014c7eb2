internal import API
internal import Basics
internal import Inventory

extension API.Order {
  /// An order as the contract tells it. What its lines are of is looked up by who has the state.
  init<Failure: Error>(
    _ record: OrderRecord, _ id: UniqueID, sku: (LineItem) throws(Failure) -> String,
    location: (LocationNumber?) -> String
  ) throws(Failure) {
    func text(_ id: UniqueID) -> String { ResourceID(id: id, homeSlot: record.home.rawValue).description }
    self.init()
    orderID = text(id)
    tenant = record.tenant
    status = API.OrderStatus(record.status)
    externalNumber = record.name?.number ?? ""
    channel = record.name?.channel ?? ""
    holdID = record.hold.map(text) ?? ""
    createTime = WellKnown.Timestamp(record.created)
    reference = record.reference
    version = Int64(record.revision)
    payByTime = record.payByTime.map { WellKnown.Timestamp($0) }
    payTime = record.paid.map { WellKnown.Timestamp($0.time) }
    paymentReference = record.paid?.reference ?? ""
    onHold = record.onHold != nil
    holdReason = record.onHold ?? ""
    expireTime = record.expired.map { WellKnown.Timestamp($0) }
    completeTime = record.completed.map { WellKnown.Timestamp($0) }
    replacesOrderID = record.replaces.map(text) ?? ""
    replacementOrderIDs = record.replacements.map(text)
    for line in record.lines {
      lines.append(
        API.OrderLine(
          sku: try sku(line.item), location: location(line.location), ordered: line.ordered,
          cancelled: line.cancelled, backordered: line.backordered, allocated: line.allocated, shipped: line.shipped,
          line: Int32(lines.count + 1)))
    }
    shipments = record.shipments.map { shipment in
      API.Shipment(
        shipmentID: shipment.id, shipTime: WellKnown.Timestamp(shipment.shipped),
        lines: shipment.lines.map { OrderLineQuantity(line: Int32($0.line + 1), quantity: $0.quantity) })
    }
  }
}
