internal import API
internal import Basics
internal import Inventory

extension API.Hold {
  /// A hold as the contract tells it. What its lines are of is looked up by who has the state.
  init<Failure: Error>(
    _ view: HoldView, texts: (LineItem) throws(Failure) -> (tenant: String, sku: String),
    location: (LocationNumber?) -> String
  ) throws(Failure) {
    self.init()
    let slot = view.home.rawValue
    holdID = ResourceID(id: view.id, homeSlot: slot).description
    state = API.HoldState(view.state)
    createTime = WellKnown.Timestamp(view.created)
    expireTime = WellKnown.Timestamp(view.expiry)
    orderID = view.order.map { ResourceID(id: $0, homeSlot: slot).description } ?? ""
    reference = view.reference
    // A line that comes from several locations is several lines; the first of them says how much was asked for.
    var number: Int32 = -1
    for line in view.lines {
      if line.asked > 0 { number += 1 }
      let (tenant, sku) = try texts(view.item(of: line))
      if lines.isEmpty { self.tenant = tenant }
      lines.append(
        API.HoldLine(
          sku: sku, location: location(line.location), quantity: line.granted, askedQuantity: line.asked, line: number))
    }
  }
}
